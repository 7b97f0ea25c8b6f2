"""Two official clients of Stripe's, each against the simulator: what they understand, Turnpike's own adapter did not teach it.

    python run.py --sim target/debug/stripe-sim --cli target/stripe-cli/node_modules/@stripe/cli-linux-x64/bin/stripe
"""

import argparse
import sys
import tempfile
from pathlib import Path

import scenario
from command_line import CommandLine
from library import Library
from simulator import Simulator

KEY = "sk_test_of_the_smoke_run"


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--sim", type=Path, required=True, help="the simulator's program")
    arguments.add_argument("--cli", type=Path, help="the program `stripe`; without it only the library is run")
    arguments.add_argument("--record", type=Path, help="appends every exchange as a JSON line")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as home, Simulator(given.sim, given.record) as sim:
        clients = [Library(sim.base, KEY)]
        if given.cli:
            clients.append(CommandLine(given.cli, sim.base, KEY, Path(home)))
        for client in clients:
            print(f"{client.name}: {', '.join(scenario.run(client, sim))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
