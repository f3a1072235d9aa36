"""What the library really raises, over real sockets, and what that says of a message."""

from __future__ import annotations

import asyncio
import re
import socket
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import HTTPXRequest

from bot.delivery.outcomes import ChatGone, Moved, NotSent, Refused, Uncertain, Wait
from bot.telegram.failures import failure_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable


@asynccontextmanager
async def served(answer: Callable[[asyncio.StreamWriter], Awaitable[None]]) -> AsyncIterator[int]:
    """Serve HTTP badly: read a request, then `answer`."""

    tasks: list[Any] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.append(asyncio.current_task())
        head = await reader.readuntil(b"\r\n\r\n")
        size = re.search(rb"content-length: (\d+)", head.lower())
        await reader.readexactly(int(size[1]) if size else 0)
        await answer(writer)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    async with await asyncio.start_server(talk, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]
        await asyncio.gather(*tasks)


async def failure_at(port: int) -> object:
    request = HTTPXRequest(connection_pool_size=1, read_timeout=0.3, connect_timeout=5)
    bot = Bot("1:x", base_url=f"http://127.0.0.1:{port}/bot", request=request)
    async with request:
        with pytest.raises(TelegramError) as caught:
            await bot.send_message(1, "Hello")
    return failure_of(caught.value)


async def test_nobody_listens():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert await failure_at(port) == NotSent("ConnectError")


async def test_the_connection_is_lost_after_the_request():
    async def hang_up(writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    async with served(hang_up) as port:
        assert isinstance(await failure_at(port), Uncertain)


async def test_no_answer_comes():
    async def sleep(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(1)

    async with served(sleep) as port:
        assert await failure_at(port) == Uncertain("ReadTimeout")


@pytest.mark.parametrize(("status", "kind"), [("502 Bad Gateway", NotSent), ("200 OK", Uncertain)])
async def test_an_answer_that_is_no_json(status, kind):
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 6\r\n\r\n<html>".encode())
        await writer.drain()

    async with served(answer) as port:
        assert isinstance(await failure_at(port), kind)


def caused(error: TelegramError, cause: Exception) -> TelegramError:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (RetryAfter(35), Wait(35, "RetryAfter")),
        (ChatMigrated(-100), Moved(-100)),
        (Forbidden("Forbidden: bot was blocked by the user"), ChatGone("Forbidden")),
        (BadRequest("Chat not found"), ChatGone("BadRequest")),
        (BadRequest("PEER_ID_INVALID"), ChatGone("BadRequest")),
        (BadRequest("Message is too long"), Refused("Message is too long")),
        (InvalidToken(), Wait(60, "InvalidToken")),
        (NetworkError("Bad Gateway"), NotSent("Bad Gateway")),
        (caused(TimedOut(), httpx.PoolTimeout("")), NotSent("PoolTimeout")),
        (caused(TimedOut(), httpx.ConnectTimeout("")), NotSent("ConnectTimeout")),
        (caused(TimedOut(), httpx.WriteTimeout("")), Uncertain("WriteTimeout")),
        (caused(NetworkError(""), httpx.WriteError("")), Uncertain("WriteError")),
        (caused(NetworkError(""), RuntimeError()), Uncertain("RuntimeError")),
    ],
)
def test_each_error(error, failure):
    assert failure_of(error) == failure
