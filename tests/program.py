"""A program that asks the API, and holds each answer against the published description."""

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from django.test import Client
from jsonschema import Draft202012Validator

DESCRIPTION: dict[str, Any] = json.loads((files("inviolable.web") / "openapi.json").read_bytes())
METHODS = ("get", "put", "post")


def operations() -> dict[tuple[str, str], dict[str, Any]]:
    """(method, path as it is described) -> what the description says of it."""
    return {(m, path): item[m] for path, item in DESCRIPTION["paths"].items() for m in METHODS if m in item}


def operation(method: str, address: str) -> dict[str, Any]:
    """The operation that an address belongs to."""
    asked = address.partition("?")[0].split("/")
    for (offered, path), found in operations().items():
        parts = path.split("/")
        fits = all(part == one or part.startswith("{") for part, one in zip(parts, asked, strict=False))
        if offered == method and len(parts) == len(asked) and fits:
            return found
    raise LookupError(f"{method} {address} is not described")


def follow(one: dict[str, Any]) -> dict[str, Any]:
    """What a reference names, or the thing itself."""
    found = one
    if "$ref" in one:
        found = DESCRIPTION
        for step in one["$ref"].removeprefix("#/").split("/"):
            found = found[step]
    return found


def keeps_to(schema: dict[str, Any], value: Any) -> bool:
    """Whether a value is what a schema of the description allows."""
    return Draft202012Validator(schema | {"components": DESCRIPTION["components"]}).is_valid(value)


@dataclass
class Program:
    """Something with a token, or without one."""

    secret: str = ""
    language: str = "en"

    def __call__(self, method: str, address: str, told: Any = None, **more: Any) -> Any:
        """Ask, and see that the answer is described as it came."""
        headers = {"Accept-Language": self.language}
        if self.secret:
            headers["Authorization"] = f"Bearer {self.secret}"
        body = told if isinstance(told, bytes) else json.dumps(told).encode() if told is not None else b""
        kind = more.pop("content_type", "application/json")
        answer = Client(enforce_csrf_checks=True).generic(
            method.upper(), address, body, kind, headers=headers | more.pop("headers", {})
        )
        described = follow(operation(method, address)["responses"][str(answer.status_code)])
        if "content" not in described:
            assert not answer.content
            return answer
        [(kind, content)] = described["content"].items()
        assert answer.headers["Content-Type"] == kind
        validator = Draft202012Validator(content["schema"] | {"components": DESCRIPTION["components"]})
        validator.validate(answer.json())
        return answer
