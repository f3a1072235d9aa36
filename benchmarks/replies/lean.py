"""A Bot API responder that costs little: three methods by hand, all others by the stand-in.

It speaks the same JSON as `bot.playground` for getUpdates, sendMessage and sendChatAction, but
keeps no chats, checks no markup and enforces no rates; so it is for load alone.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from bot.playground.dispatch import perform

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.playground.state import BotApiState

_TAG = re.compile(r"<(/?)([a-z-]+)([^>]*)>")
_HREF = re.compile(r'href="([^"]*)"')
_STYLES = {"b": "bold", "i": "italic", "code": "code", "blockquote": "blockquote", "u": "underline"}
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


class LeanServer:
    """Answers one bot. `on_reply` is told the chat and the message replied to."""

    def __init__(self, state: BotApiState, on_reply: Callable[[int, int], None]) -> None:
        self._state = state
        self._on_reply = on_reply
        self._next = 1_000_000
        self._bot = state.bot.to_json()
        self._server: asyncio.Server | None = None

    async def start(self) -> str:
        """Listen on loopback; returns the root URL."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), "127.0.0.1", 0)
        host, port = self._server.sockets[0].getsockname()
        return f"http://{host}:{port}"

    def close(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()

    def say(self, chat_id: int, name: str, text: str) -> int:
        """Let a private chat say something; returns the message's number."""
        self._next += 1
        person = {"id": chat_id, "is_bot": False, "first_name": name, "language_code": "en"}
        chat = {"id": chat_id, "first_name": name, "type": "private"}
        number, now = self._next, int(time.time())
        message = {"message_id": number, "from": person, "chat": chat, "date": now, "text": text}
        self._state.updates.push("message", message)
        return number

    async def answer(self, method: str, raw: dict[str, str]) -> bytes:
        """Return the JSON for a call."""
        if method == "sendMessage":
            result: Any = self._sent(raw)
        elif method == "sendChatAction":
            result = True
        elif method == "getUpdates":
            allowed = json.loads(raw.get("allowed_updates", "[]"))
            self._state.updates.allow(allowed)
            result = await self._state.updates.poll(
                offset=int(raw.get("offset", 0)),
                limit=int(raw.get("limit", 100)),
                seconds=int(raw.get("timeout", 0)),
            )
        else:
            return json.dumps((await perform(self._state, method, raw)).body).encode()
        return json.dumps({"ok": True, "result": result}).encode()

    def _sent(self, raw: dict[str, str]) -> dict[str, Any]:
        self._next += 1
        chat_id = int(raw["chat_id"])
        text, entities = read_html(raw["text"])
        chat = {"id": chat_id, "first_name": "Asker", "type": "private"}
        message: dict[str, Any] = {
            "message_id": self._next,
            "from": self._bot,
            "chat": chat,
            "date": int(time.time()),
            "text": text,
            "entities": entities,
        }
        for name in ("reply_markup", "link_preview_options"):
            if name in raw:
                message[name] = json.loads(raw[name])
        asked = json.loads(raw.get("reply_parameters", "{}")).get("message_id")
        if asked is not None:
            person = {"id": chat_id, "is_bot": False, "first_name": "Asker"}
            message["reply_to_message"] = {
                "message_id": asked,
                "from": person,
                "chat": chat,
                "date": int(time.time()),
                "text": "?",
            }
            self._on_reply(chat_id, asked)
        return message


def read_html(html: str) -> tuple[str, list[dict[str, Any]]]:
    """Return the text and its entities, nearly as Telegram has them."""
    pieces: list[str] = []
    size = position = 0
    opened: list[dict[str, Any]] = []
    entities: list[dict[str, Any]] = []
    for tag in _TAG.finditer(html):
        piece = unescape(html[position : tag.start()])
        pieces.append(piece)
        size += len(piece.encode("utf-16-le")) // 2
        position = tag.end()
        if tag[1]:
            entity = opened.pop()
            entity["length"] = size - entity["offset"]
            continue
        href = _HREF.search(tag[3])
        kind = "text_link" if href else _STYLES.get(tag[2], "bold")
        if kind == "blockquote" and "expandable" in tag[3]:
            kind = "expandable_blockquote"
        entity = {"offset": size, "length": 0, "type": kind}
        if href:
            entity["url"] = unescape(href[1])
        opened.append(entity)
        entities.append(entity)
    return "".join(pieces) + unescape(html[position:]), entities


class _Connection(asyncio.Protocol):
    """HTTP/1.1 with keep-alive: one request after the other, bodies by Content-Length."""

    def __init__(self, server: LeanServer) -> None:
        self._server = server
        self._buffer = b""
        self._transport: asyncio.Transport | None = None
        self._task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = transport  # type: ignore[assignment]

    def connection_lost(self, _error: Exception | None) -> None:
        """End a poll that waits."""
        if self._task is not None:
            self._task.cancel()

    def data_received(self, data: bytes) -> None:
        """Answer the request once it is here."""
        self._buffer += data
        head, blank, rest = self._buffer.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        size = int(length[1]) if length else 0
        if not blank or len(rest) < size:
            return
        self._buffer = rest[size:]
        path = head.split(b" ", 2)[1].decode()
        method = path.split("?")[0].rpartition("/")[2]
        form = dict(parse_qsl(rest[:size].decode(), keep_blank_values=True))
        self._task = asyncio.create_task(self._respond(method, form))

    async def _respond(self, method: str, form: dict[str, str]) -> None:
        body = await self._server.answer(method, form)
        if self._transport is not None and not self._transport.is_closing():
            head = (
                f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
            )
            self._transport.write(head.encode() + b"\r\n\r\n" + body)
