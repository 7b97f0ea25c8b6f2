"""A simulator of its own for the run, and steering it."""

import json
import subprocess
import urllib.request
from pathlib import Path
from typing import Any


class Simulator:
    """Runs until the block ends."""

    def __init__(self, program: Path, record: Path | None) -> None:
        words = [str(program), "--listen", "127.0.0.1:0"]
        words += ["--record", str(record)] if record else []
        self._process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self._process.stdout
        first = self._process.stdout.readline()
        _, _, self.base = first.strip().partition("listening on ")
        if not self.base:
            self._process.kill()
            raise RuntimeError(f"the simulator does not start: `{first.strip()}`")

    def __enter__(self) -> "Simulator":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def card(self, customer: str, outcome: str) -> None:
        self._ask("/_sim/card", {"customer": customer, "outcome": outcome})

    def executed(self) -> int:
        """How many requests that write were carried out and not replayed."""
        return sum(
            request["method"] == "POST" and not request["replayed"] for request in self._ask("/_sim/requests")
        )

    def _ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.base + path, data, {"content-type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            text = answer.read()
            return json.loads(text) if text else None
