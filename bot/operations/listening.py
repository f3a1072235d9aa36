"""Serving HTTP at an address that the operator set."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from aiohttp import web

from bot.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@asynccontextmanager
async def listening(application: web.Application, listen: str, setting: str) -> AsyncIterator[None]:
    """Serve `application` at "HOST:PORT" within the block.

    `setting` is the environment variable that the address comes from. Raises ConfigurationError
    if it is no address or can't be listened on.
    """
    host, port = parse_listen(listen, setting)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise ConfigurationError(
                f"can't listen on {listen} ({error.strerror or error})",
                f"set {setting} to a free HOST:PORT",
            ) from None
        yield
    finally:
        await runner.cleanup()


def parse_listen(listen: str, setting: str) -> tuple[str, int]:
    """Return host and port of "HOST:PORT". Raises ConfigurationError that names the setting."""
    host, _, port = listen.rpartition(":")
    if not host or not port.isascii() or not port.isdecimal() or not 0 < int(port) < 65536:
        raise ConfigurationError(
            f"{setting}: {listen!r} is no HOST:PORT", "write 127.0.0.1:8080, say"
        )
    return host.strip("[]"), int(port)
