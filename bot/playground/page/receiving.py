"""From an HTTP request to the fields it brings, whatever it is made of."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NoReturn

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from bot.playground.files import MAX_SENT_BYTES, MEGABYTE
from bot.playground.page.body import Body, Refused
from bot.playground.parameters import Upload

if TYPE_CHECKING:
    from bot.playground.json_types import JsonObject

MAX_REQUEST_BYTES = MAX_SENT_BYTES + MEGABYTE
MAX_JSON_BYTES = MEGABYTE
_MALFORMED = (
    ValueError,
    LookupError,
    AssertionError,
    RuntimeError,
    HttpProcessingError,
    web.RequestPayloadError,
)
"""What aiohttp raises for forms that are none."""


async def read_json(request: web.Request) -> Body:
    """Return the fields of a JSON object. Raises Refused."""
    if request.content_type != "application/json":
        raise Refused(415, "This address takes JSON.")
    if (request.content_length or 0) > MAX_JSON_BYTES:
        raise Refused(413, "This is too long to be sent.")
    try:
        raw = await request.read()
        found = json.loads(raw.decode(), parse_constant=_refuse_constant)
    except web.HTTPRequestEntityTooLarge:
        raise Refused(413, "This is too long to be sent.") from None
    except (*_MALFORMED, RecursionError):
        raise Refused(400, "The request is no JSON.") from None
    if not isinstance(found, dict):
        raise Refused(400, "The request must be a JSON object.")
    return Body(found)


async def read_form(request: web.Request) -> Body:
    """Return the fields of a multipart form with one `file`. Raises Refused."""
    if request.content_type != "multipart/form-data":
        raise Refused(415, "This address takes a form with a file.")
    if (request.content_length or 0) > MAX_REQUEST_BYTES:
        raise _too_big()
    fields: JsonObject = {}
    upload: Upload | None = None
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or part.name is None:
                raise Refused(400, "The form can't be read.")
            content = await _content(part)
            if request.content.total_bytes > MAX_REQUEST_BYTES:
                raise _too_big()
            if part.filename is None:
                fields[part.name] = content.decode()
            elif part.name == "file":
                kind = part.headers.get("Content-Type", "")
                upload = Upload(part.filename, kind, content)
    except _MALFORMED:
        raise Refused(400, "The form can't be read.") from None
    return Body(fields, upload)


async def _content(part: BodyPartReader) -> bytes:
    """Return what a part of a form holds, in memory: aiohttp's own way leaves temporary files."""
    content = bytearray()
    while chunk := await part.read_chunk():
        content += chunk
        if len(content) > MAX_SENT_BYTES:
            raise _too_big()
    return bytes(content)


def _too_big() -> Refused:
    return Refused(413, f"A file has at most {MAX_SENT_BYTES // MEGABYTE} MB.")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
