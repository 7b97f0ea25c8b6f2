"""Validates one recorded exchange: the request against its operation, the answer against the status's schema."""

import jsonschema
import referencing
import referencing.jsonschema
from jsonschema.exceptions import best_match

from forms import closed, coerce, tree

ROOT = "urn:stripe"
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


class Checker:
    """Knows the document; remembers the validators it made."""

    def __init__(self, document: dict):
        self.document = document
        resource = referencing.Resource(document, referencing.jsonschema.DRAFT202012)
        self.registry = referencing.Registry().with_resource(ROOT, resource)
        self.requests: dict = {}

    def violations(self, exchange: dict) -> list[str]:
        """What is wrong with an exchange, as sentences; empty if nothing is."""
        template, operation = self.operation(exchange["method"], exchange["path"])
        if operation is None:
            return ["Stripe's OpenAPI knows no such operation"]
        found = self.request_violations(exchange, template, operation)
        if exchange["status"] is not None:
            found += self.answer_violations(exchange, operation)
        return found

    def operation(self, method: str, path: str):
        """The operation of a path; a literal segment wins over a parameter."""
        parts = path.strip("/").split("/")
        candidates = []
        for template, operations in self.document["paths"].items():
            segments = template.strip("/").split("/")
            fits = len(segments) == len(parts) and all(s == p or s.startswith("{") for s, p in zip(segments, parts))
            if fits and method.lower() in operations:
                candidates.append((sum(segment.startswith("{") for segment in segments), template))
        if not candidates:
            return None, None
        template = min(candidates)[1]
        return template, self.document["paths"][template][method.lower()]

    def request_violations(self, exchange: dict, template: str, operation: dict) -> list[str]:
        found = []
        query = self.query_schema(operation)
        for where, encoded, schema in (
            ("query", exchange["query"], query),
            ("form", exchange["form"], operation.get("requestBody", {}).get("content", {}).get(FORM, {}).get("schema")),
        ):
            schema = schema or {"type": "object", "properties": {}}
            key = (template, exchange["method"], where)
            validator = self.requests.setdefault(key, self.validator(closed(schema)))
            try:
                value = coerce(tree(encoded), schema, self.fits)
            except ValueError as error:
                found.append(f"request {where}: {error}")
                continue
            found += [f"request {where}: {sentence(error)}" for error in validator.iter_errors(value)]
        return found

    def query_schema(self, operation: dict) -> dict:
        parameters = [parameter for parameter in operation.get("parameters", []) if parameter["in"] == "query"]
        return {
            "type": "object",
            "properties": {parameter["name"]: parameter["schema"] for parameter in parameters},
            "required": [parameter["name"] for parameter in parameters if parameter.get("required")],
        }

    def answer_violations(self, exchange: dict, operation: dict) -> list[str]:
        responses = operation["responses"]
        response = responses.get(str(exchange["status"]), responses.get("default"))
        if exchange["body"] is None:
            return ["answer: not JSON"]
        validator = self.validator(response["content"][JSON]["schema"])
        return [f"answer {exchange['status']}: {sentence(error)}" for error in validator.iter_errors(exchange["body"])]

    def validator(self, schema: dict):
        return jsonschema.Draft202012Validator(rooted(schema), registry=self.registry)

    def fits(self, value, schema: dict) -> bool:
        return self.validator(schema).is_valid(value)


def rooted(node):
    """References of a piece of the document, made to point into the whole document."""
    if isinstance(node, list):
        return [rooted(child) for child in node]
    if not isinstance(node, dict):
        return node
    return {
        key: ROOT + child if key == "$ref" and isinstance(child, str) and child.startswith("#") else rooted(child)
        for key, child in node.items()
    }


def sentence(error) -> str:
    """Where and what, by the deepest cause of a choice between alternatives."""
    cause = best_match([error])
    message = cause.message if len(cause.message) <= 300 else cause.message[:300] + " …"
    return f"{cause.json_path}: {message}"
