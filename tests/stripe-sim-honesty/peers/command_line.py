"""Stripe's own command line, run once for each call."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

from answer import Refused

# It ends well whatever Stripe answers, and tells the status among the headers.
STATUS = re.compile(r"^< HTTP (\d+)$", re.MULTILINE)


class CommandLine:
    def __init__(self, program: Path, base: str, key: str, home: Path) -> None:
        self._program, self._base, self._key = program, base, key
        # Its settings and whatever it wants to tell go nowhere.
        self._environment = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home),
            "STRIPE_CLI_TELEMETRY_OPTOUT": "1",
        }
        self.name = self._run("--version").stdout.strip()

    def create(self, what: str, params: dict[str, Any], key: str | None = None) -> dict[str, Any]:
        return self._post(f"/v1/{what}", params, key)

    def read_subscription(self, subscription: str) -> dict[str, Any]:
        return self._call("get", f"/v1/subscriptions/{subscription}")

    def update_subscription(self, subscription: str, params: dict[str, Any], key: str) -> dict[str, Any]:
        return self._post(f"/v1/subscriptions/{subscription}", params, key)

    def preview(self, params: dict[str, Any]) -> dict[str, Any]:
        return self._post("/v1/invoices/create_preview", params, None)

    def _post(self, path: str, params: dict[str, Any], key: str | None) -> dict[str, Any]:
        data = [word for pair in form(params) for word in ("-d", pair)]
        return self._call("post", path, *data, *(["-i", key] if key else []))

    def _call(self, method: str, path: str, *words: str) -> dict[str, Any]:
        done = self._run(method, path, "--show-headers", "--api-base", self._base, "--api-key", self._key, *words)
        told = STATUS.search(done.stderr)
        if not told:
            raise RuntimeError(f"`stripe {method} {path}` tells no status: {done.stderr.strip()}")
        body, status = json.loads(done.stdout), int(told[1])
        if status != 200:
            raise Refused(status, body["error"]["type"], body["error"].get("code"))
        return body

    def _run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        done = subprocess.run(
            [str(self._program), *words], env=self._environment, capture_output=True, text=True, timeout=30, check=False
        )
        if done.returncode != 0:
            raise RuntimeError(f"`stripe {words[0]}` ended with {done.returncode}: {done.stderr.strip()}")
        return done


def form(value: Any, name: str = "") -> list[str]:
    """`{"items": [{"quantity": 2}]}` as `items[0][quantity]=2`."""
    if isinstance(value, dict):
        parts = [(f"{name}[{key}]" if name else key, part) for key, part in value.items()]
    elif isinstance(value, list):
        parts = [(f"{name}[{index}]", part) for index, part in enumerate(value)]
    else:
        return [f"{name}={value}"]
    return [pair for key, part in parts for pair in form(part, key)]
