"""Addresses to listen on, and serving at one."""

import socket

import aiohttp
import pytest
from aiohttp import web

from bot.errors import ConfigurationError
from bot.operations.listening import listening, parse_listen


@pytest.mark.parametrize("listen", ["", "8080", "host:", "host:0", "host:70000", "host:x", ":80"])
def test_what_is_no_address_to_listen_on_is_told(listen):
    with pytest.raises(ConfigurationError, match=r"SETTING.*HOST:PORT"):
        parse_listen(listen, "SETTING")


def test_addresses_to_listen_on():
    assert parse_listen("127.0.0.1:8080", "S") == ("127.0.0.1", 8080)
    assert parse_listen("[::1]:80", "S") == ("::1", 80)


async def test_the_address_is_free_again_after_the_block():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(ConfigurationError, match="set SETTING to a free HOST:PORT"):
            async with listening(web.Application(), listen, "SETTING"):
                pass
    for _ in range(2):
        async with (
            listening(web.Application(), listen, "SETTING"),
            aiohttp.ClientSession() as client,
            client.get(f"http://{listen}/") as response,
        ):
            assert response.status == 404
