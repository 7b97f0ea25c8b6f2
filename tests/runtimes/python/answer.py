"""Asks the policy everything in a file: `python answer.py MODULE CALLS ANSWERS`. Calls end with a NUL byte, answers with a
line feed; prints how many nanoseconds the decisions took."""

import sys
from pathlib import Path
from time import perf_counter_ns

from policy import Policy

module, calls, answers = map(Path, sys.argv[1:])
policy = Policy(module.read_bytes())
asked = calls.read_bytes().split(b"\0")[:-1]

start = perf_counter_ns()
answered = [policy.decide(call) for call in asked]
nanoseconds = perf_counter_ns() - start

answers.write_bytes(b"".join(answer + b"\n" for answer in answered))
print(nanoseconds)
