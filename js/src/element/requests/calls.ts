// What requests ask of the store: asking, reading, declining and taking back. Approving is an activation, which the element does.

import { StoreCalls, type CallOptions, type DeclineWish, type FeatureRequest, type FeatureRequestPage, type FeatureRequestWish } from "../../client/index.js";

export class RequestCalls extends StoreCalls {
  /** A page of requests: all of the mandate for its admins, their own for others. */
  requests(mandateId: string, options: CallOptions & { readonly after?: string } = {}): Promise<FeatureRequestPage> {
    return this.read("/api/store/requests", { mandateId, after: options.after }, options);
  }

  requestFeature(wish: FeatureRequestWish): Promise<FeatureRequest> {
    return this.told({ method: "POST", path: "/api/store/requests", body: wish });
  }

  decline(id: string, wish: DeclineWish): Promise<FeatureRequest> {
    return this.told({ method: "POST", path: `${pathOf(id)}/decline`, body: wish });
  }

  withdraw(id: string): Promise<FeatureRequest> {
    return this.told({ method: "DELETE", path: pathOf(id) });
  }
}

function pathOf(id: string): string {
  return `/api/store/requests/${encodeURIComponent(id)}`;
}
