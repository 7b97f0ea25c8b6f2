"""Form bodies and query strings as JSON values: bracket syntax to a tree, the tree's texts to the schema's types."""

import re
import urllib.parse

INTEGER = re.compile(r"-?[0-9]+")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def tree(encoded: str) -> dict:
    """`items[0][id]=x&expand[]=y` -> {"items": {"0": {"id": "x"}}, "expand": {"0": "y"}}"""
    root: dict = {}
    for name, value in urllib.parse.parse_qsl(encoded, keep_blank_values=True):
        path = [part.rstrip("]") for part in name.split("[")]
        node = root
        for part in path[:-1]:
            node = node.setdefault(part if part else str(len(node)), {})
            if not isinstance(node, dict):
                raise ValueError(f"`{name}` is both a value and an object")
        node[path[-1] if path[-1] else str(len(node))] = value
    return root


def coerce(value, schema: dict, fits):
    """Gives texts the type that the schema asks for; what does not fit stays as it is, for the validator to name."""
    if "anyOf" in schema:
        candidates = [coerce(value, alternative, fits) for alternative in schema["anyOf"]]
        matching = [found for found, option in zip(candidates, schema["anyOf"]) if fits(found, closed(option))]
        return matching[0] if matching else candidates[0]
    kind = schema.get("type")
    if isinstance(value, dict):
        if kind == "array" and all(INTEGER.fullmatch(key) for key in value):
            return [coerce(value[key], schema.get("items", {}), fits) for key in sorted(value, key=int)]
        known = schema.get("properties", {})
        other = schema.get("additionalProperties")
        other = other if isinstance(other, dict) else {}
        return {key: coerce(child, known.get(key, other), fits) for key, child in value.items()}
    if kind == "integer" and INTEGER.fullmatch(value):
        return int(value)
    if kind == "number" and NUMBER.fullmatch(value):
        return float(value)
    if kind == "boolean" and value in ("true", "false"):
        return value == "true"
    return value


def closed(schema):
    """The same schema, but an object takes only the properties that it names."""
    if isinstance(schema, list):
        return [closed(child) for child in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: closed(child) for key, child in schema.items()}
    if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
        result["additionalProperties"] = False
    return result
