// The proxy between service and Stripe as a program, and orders to it (tests/fault-proxy/src/steering.rs).

import { order } from './json_http.js';
import { binary } from './places.js';
import { Program } from './program.js';
import { until } from './wait.js';

/** A running proxy. */
export class FaultProxy {
  /** Starts one before the server at this address. */
  static async before(url) {
    const program = new Program(binary('fault-proxy'), ['--before', url, '--steer', '127.0.0.1:0']);
    const [, steering] = await program.prints(/fault-proxy takes orders on (\S+)/);
    const [, own] = await program.prints(/fault-proxy listening on (\S+)/);
    return new FaultProxy(program, own, steering);
  }

  constructor(program, url, steering) {
    this.program = program;
    this.url = url;
    this.steering = steering;
  }

  /** Plans faults: `{match: {method, path}, times, fault: {type, …}}`. */
  plan(...rules) {
    return order('POST', `${this.steering}/rules`, rules);
  }

  /** What happens to updates of quantities from now on; `times` is 1 unless given. */
  onUpdates(fault, times = 1) {
    return this.plan({ match: { method: 'POST', path: '/v1/subscriptions/' }, times, fault });
  }

  /** Forgets planned faults. What is held stays held. */
  calm() {
    return order('DELETE', `${this.steering}/rules`);
  }

  /** Lets held requests go on. */
  release() {
    return order('POST', `${this.steering}/release`);
  }

  /** What it did so far, counted. */
  record() {
    return order('GET', `${this.steering}/record`);
  }

  /** Waits until a request is held. */
  holds() {
    return until('the proxy holds a request', async () => (await this.record()).held > 0);
  }

  stop() {
    return this.program.kill();
  }
}
