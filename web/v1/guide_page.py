"""The page that describes the API, made of its OpenAPI description; it has no script."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from web.html.templating import render
from web.static_files import static_files
from web.v1 import api_messages


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a field of the body."""

    name: str
    kind: str
    is_needed: bool
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    """A method of an address."""

    method: str
    path: str
    description: str
    parameters: tuple[Field, ...]
    fields: tuple[Field, ...]
    example: str
    """A command line with curl."""
    answers: tuple[tuple[str, str], ...]
    """Status and what it means."""


def guide_page(description: Mapping[str, Any], base: str) -> str:
    """Return the page. `base`: the path at which the API is mounted."""
    return render(
        "api",
        title=api_messages.GUIDE_TITLE,
        about=(api_messages.GUIDE_INTRO, api_messages.GUIDE_PROMISE),
        schema=api_messages.GUIDE_SCHEMA,
        parameters=api_messages.GUIDE_PARAMETERS,
        fields=api_messages.GUIDE_FIELDS,
        example=api_messages.GUIDE_EXAMPLE,
        answers=api_messages.GUIDE_ANSWERS,
        needed=api_messages.GUIDE_NEEDED,
        operations=list(_operations(description, base)),
        styles=f"../../static/{static_files().version}/api.css",
        icon=f"../../static/{static_files().version}/icon.svg",
        version=description["info"]["version"],
    )


def _operations(description: Mapping[str, Any], base: str) -> Iterator[Operation]:
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            body = _body(description, operation)
            yield Operation(
                method.upper(),
                base + path,
                operation["description"],
                tuple(
                    Field(one["name"], _kind(one["schema"]), one.get("required", False), one.get("description", ""))
                    for one in operation.get("parameters", ())
                ),
                tuple(
                    Field(name, _kind(field), name in body.get("required", ()), field.get("description", ""))
                    for name, field in body.get("properties", {}).items()
                ),
                _example(method, base + path, operation, body),
                tuple((status, answer["description"]) for status, answer in operation["responses"].items()),
            )


def _body(description: Mapping[str, Any], operation: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schema of the body, an empty one where there is none."""
    content = operation.get("requestBody", {}).get("content", {})
    schema: Mapping[str, Any] = next((kind["schema"] for kind in content.values()), {})
    reference = schema.get("$ref")
    if reference is None:
        return schema
    named: Mapping[str, Any] = description["components"]["schemas"][reference.rpartition("/")[2]]
    return named


def _kind(schema: Mapping[str, Any]) -> str:
    """Return the type of a field as a person reads it, with its limits."""
    some = schema.get("anyOf", [schema])
    kind = " | ".join(one.get("type", "object") for one in some)
    limits = [
        f"{sign} {one[name]:.0f}"
        for one in some
        for name, sign in (("maxLength", "≤"), ("maxItems", "≤"), ("minimum", "≥"), ("maximum", "≤"))
        if name in one
    ]
    choices = [" ".join(one["enum"]) for one in some if "enum" in one]
    return ", ".join([kind, *(choices or limits)])


def _example(method: str, path: str, operation: Mapping[str, Any], body: Mapping[str, Any]) -> str:
    """Return a command line; what has no example in the description is written in capitals."""
    for one in operation.get("parameters", ()):
        if one["in"] == "path":
            path = path.replace(f"{{{one['name']}}}", one["name"].upper())
    query = [
        f"--data-urlencode '{one['name']}={one['schema'].get('examples', [one['name'].upper()])[0]}'"
        for one in operation.get("parameters", ())
        if one["in"] == "query" and one.get("required")
    ]
    address = f"http://127.0.0.1:7860{path}"
    if query:
        return " ".join(["curl -G", address, *query])
    if "multipart/form-data" in operation.get("requestBody", {}).get("content", {}):
        return f"curl -F file=@report.txt '{address}?wait=true'"
    if body:
        sent = {
            name: field.get("examples", [name.upper()])[0]
            for name, field in body["properties"].items()
            if name in body.get("required", ())
        }
        return f"curl --json '{json.dumps(sent, ensure_ascii=False)}' {address}"
    return f"curl {address}" if method == "get" else f"curl -X {method.upper()} {address}"
