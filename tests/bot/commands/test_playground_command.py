"""`newsdesk playground` up to its page: ports, addresses, what it says when it can't start."""

import asyncio
import errno
import socket
import subprocess
import sys
from contextlib import AsyncExitStack

import pytest

from bot.commands.playground import _listening
from bot.errors import BotError, ConfigurationError, ExitCode


class Page:
    """Listens on a port for as long as it is entered."""

    def __init__(self, host, port):
        self.host, self.port = host, port

    async def __aenter__(self):
        self.server = await asyncio.start_server(lambda *_: None, self.host, self.port)
        return self

    async def __aexit__(self, *_):
        self.server.close()


def taken(port=0):
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", port))
    held.listen()
    return held


async def test_a_taken_port_is_named_and_the_next_one_used(capsys):
    with taken() as held:
        port = held.getsockname()[1]
        async with AsyncExitStack() as stack:
            page = await _listening(stack, lambda n: Page("127.0.0.1", n), "127.0.0.1", port)
            assert page.port > port
    assert f"Port {port} is taken; trying the next one." in capsys.readouterr().err


async def test_where_no_port_is_left_that_is_said():
    with taken(65535):
        async with AsyncExitStack() as stack:
            with pytest.raises(BotError, match="no port from 65535 on is free"):
                await _listening(stack, lambda n: Page("127.0.0.1", n), "127.0.0.1", 65535)


async def test_an_address_that_can_not_be_listened_on_is_refused_kindly():
    def refused(port):
        raise PermissionError(errno.EACCES, "Permission denied")

    async with AsyncExitStack() as stack:
        with pytest.raises(ConfigurationError, match=r"127.0.0.1:80 .*Permission denied.*--host"):
            await _listening(stack, refused, "127.0.0.1", 80)


def test_with_nothing_indexed_it_says_how_to_begin(tmp_path):
    command = [sys.executable, "-m", "bot", "--data", "empty", "playground", "--no-browser"]
    ended = subprocess.run(
        command, check=False, cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == ExitCode.NOTHING_INDEXED
    assert "newsdesk index" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "empty" / "playground").exists()
