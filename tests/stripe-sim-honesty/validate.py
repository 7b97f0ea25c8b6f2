"""Holds recorded exchanges with stripe-sim against Stripe's own OpenAPI.

    validate.py --spec-cache target/stripe-openapi.json recording.jsonl ...
    validate.py --spec-cache target/stripe-openapi.json --self-test

Each line of a recording is an object with method, path, query, form (both as sent), status and body; status and body
are null where a planned fault answered instead of the endpoint. Every request form and every answer is validated.
Exit codes: 0 all valid, 1 violations (listed), 2 nothing could be checked.
"""

import argparse
import json
import pathlib
import sys

from exchange import Checker
from openapi import load
from self_test import self_test


def main() -> int:
    parser = argparse.ArgumentParser(description="Validates recorded exchanges against Stripe's OpenAPI.")
    parser.add_argument("recordings", nargs="*", type=pathlib.Path, help="files of JSON lines")
    parser.add_argument("--spec-cache", type=pathlib.Path, required=True, help="file that keeps the converted OpenAPI")
    parser.add_argument("--self-test", action="store_true", help="prove that the checker finds planted mistakes")
    arguments = parser.parse_args()
    checker = Checker(load(arguments.spec_cache))
    if arguments.self_test:
        return self_test(checker)
    checked, violations = 0, []
    for recording in arguments.recordings:
        with recording.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                exchange = json.loads(line)
                checked += 1
                found = checker.violations(exchange)
                violations += [f"{recording.name}:{number}: {exchange['method']} {exchange['path']}: {text}" for text in found]
    for violation in violations:
        print(violation)
    print(f"{checked} exchanges checked, {len(violations)} violations")
    if checked == 0:
        print("nothing was recorded: that proves nothing", file=sys.stderr)
        return 2
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
