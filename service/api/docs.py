"""/docs: the API's description as a plain page made on the server: no script, nothing from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

DESCRIPTION = """Winnow judges reader comments: a comment goes in, accept, hold or reject comes out.

Send `Authorization: Bearer KEY` with every request under `/v1`. Errors are problems as in RFC 9457; a list `errors` names the
fields. Akismet clients use `/1.1/` and `/1.2/` on the same port, with the same keys."""

router = APIRouter(include_in_schema=False)
_STYLE = Path(__file__).with_name("docs.css")


@router.get("/docs", response_class=HTMLResponse)
async def page(request: Request) -> HTMLResponse:
    """Give the description of every operation, with its examples."""
    return HTMLResponse("".join(_page(request.app.openapi())))


@router.get("/docs/style.css")
async def style() -> Response:
    """Give the page's style sheet."""
    return Response(_css(), media_type="text/css")


@cache
def _css() -> bytes:
    return _STYLE.read_bytes()


def _page(description: dict[str, Any]) -> Iterator[str]:
    info, schemas = description["info"], description.get("components", {}).get("schemas", {})
    yield '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    yield f'<title>{escape(info["title"])} API</title><link rel="stylesheet" href="/docs/style.css"></head><body>'
    yield f"<h1>{escape(info['title'])} API <small>{escape(info['version'])}</small></h1>"
    yield "".join(f"<p>{escape(part)}</p>" for part in info["description"].split("\n\n"))
    yield '<p><a href="/openapi.json">openapi.json</a></p>'
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            yield from _operation(path, method, operation, schemas)
    yield "<h2>Shapes</h2>"
    for name, schema in schemas.items():
        yield from _schema(name, schema)
    yield "</body></html>"


def _operation(path: str, method: str, operation: dict[str, Any], schemas: dict[str, Any]) -> Iterator[str]:
    yield f"<section><h2><code>{method.upper()}</code> <code>{escape(path)}</code> {escape(operation.get('summary', ''))}</h2>"
    yield f"<p>{escape(operation.get('description', ''))}</p>"
    if parameters := operation.get("parameters"):
        yield "<table><tr><th>Parameter</th><th>In</th><th>Meaning</th></tr>"
        for each in parameters:
            yield f"<tr><td><code>{escape(each['name'])}</code></td><td>{escape(each['in'])}</td>"
            yield f"<td>{escape(each.get('description', ''))}</td></tr>"
        yield "</table>"
    yield from _content("Request", operation.get("requestBody", {}), schemas)
    for status, answer in operation.get("responses", {}).items():
        yield f"<h3>{escape(status)} {escape(answer.get('description', ''))}</h3>"
        if status.startswith("2"):
            yield from _content("", answer, schemas)
    yield "</section>"


def _content(title: str, holder: dict[str, Any], schemas: dict[str, Any]) -> Iterator[str]:
    for media, content in holder.get("content", {}).items():
        name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
        if title:
            yield f"<h3>{title}: <code>{escape(media)}</code></h3>"
        if name:
            yield f'<p>Shape: <a href="#{escape(name)}">{escape(name)}</a></p>'
        for example in schemas.get(name, {}).get("examples", []):
            yield f"<pre>{escape(json.dumps(example, indent=2, ensure_ascii=False))}</pre>"


def _schema(name: str, schema: dict[str, Any]) -> Iterator[str]:
    yield f'<section id="{escape(name)}"><h3>{escape(name)}</h3><p>{escape(schema.get("description", ""))}</p>'
    yield "<table><tr><th>Field</th><th>Type</th><th>Meaning</th></tr>"
    required = schema.get("required", [])
    for field, shape in schema.get("properties", {}).items():
        mark = " (required)" if field in required else ""
        yield f"<tr><td><code>{escape(field)}</code>{mark}</td><td>{escape(_type(shape))}</td>"
        yield f"<td>{escape(shape.get('description', ''))}</td></tr>"
    yield "</table></section>"


def _type(shape: dict[str, Any]) -> str:
    if "$ref" in shape:
        return str(shape["$ref"]).rpartition("/")[2]
    if "anyOf" in shape:
        return " or ".join(_type(each) for each in shape["anyOf"])
    if "enum" in shape:
        return ", ".join(map(str, shape["enum"]))
    if shape.get("type") == "array":
        return f"list of {_type(shape.get('items', {}))}"
    limit = f", at most {shape['maxLength']} characters" if "maxLength" in shape else ""
    return f"{shape.get('type', 'any')}{limit}"
