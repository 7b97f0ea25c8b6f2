"""Holds calls and answers against their schemas: `python validate.py SCHEMAS CALLS ANSWERS CASES`. The first calls are
looked at, as many as the file CASES says, and every 500th of the rest. A call fits its schema exactly when it is not answered with a failure; every answer fits."""

import json
import sys
from pathlib import Path

from jsonschema import Draft202012Validator

EVERY = 500


def refuse(found):
    raise ValueError(f"{found} is no value of a call")


def members(pairs):
    """An object, unless a member is repeated."""
    return dict(pairs) if len(dict(pairs)) == len(pairs) else refuse(pairs)


def integer(text: str) -> int:
    return refuse(text) if text == "-0" else int(text)


def read(text: bytes):
    """What schemas cannot say of JSON's text is refused here: fractions, repeated members, -0."""
    return json.loads(text.decode(), object_pairs_hook=members, parse_int=integer, parse_float=refuse, parse_constant=refuse)


def validator(folder: Path, name: str) -> Draft202012Validator:
    schema = json.loads((folder / f"{name}.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def fits(of: Draft202012Validator, text: bytes) -> bool:
    try:
        return of.is_valid(read(text))
    except (ValueError, RecursionError):
        return False


folder, calls, answers = map(Path, sys.argv[1:4])
cases = int(Path(sys.argv[4]).read_text())
of_calls, of_answers = validator(folder, "call"), validator(folder, "answer")
pairs = list(zip(calls.read_bytes().split(b"\0")[:-1], answers.read_bytes().splitlines(), strict=True))
chosen = pairs[:cases] + pairs[cases::EVERY]
faults, failures = [], 0
for call, answer in chosen:
    failed = answer.startswith(b'{"failure":')
    failures += failed
    if fits(of_calls, call) == failed:
        faults.append(f"the schema {'takes' if failed else 'refuses'} {call.decode(errors='replace')}\n  answered {answer.decode()}")
    if not fits(of_answers, answer):
        faults.append(f"the schema refuses the answer {answer.decode()}")
    # What is called otherwise than it is named fits nothing.
    if fits(of_answers, answer.replace(b'{"', b'{"x', 1)) or fits(of_calls, call.replace(b'"settings"', b'"x"', 1)):
        faults.append(f"the schemas take everything: {answer.decode()}")
if not failures or failures == len(chosen):
    faults.append(f"{failures} of {len(chosen)} calls failed: the schemas were not tried")
print("\n".join(faults) or f"{len(chosen)} calls and answers fit their schemas, {failures} of them failures")
sys.exit(bool(faults))
