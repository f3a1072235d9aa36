"""The guard that keeps the tests off the network."""

from __future__ import annotations

import socket

import pytest


def test_another_machine_can_not_be_reached() -> None:
    with socket.socket() as client:
        with pytest.raises(BaseException, match="reached for"):
            client.connect(("192.0.2.1", 443))
        with pytest.raises(BaseException, match="reached for"):
            client.connect_ex(("192.0.2.1", 443))
    with (
        socket.socket(type=socket.SOCK_DGRAM) as client,
        pytest.raises(BaseException, match="reached for"),
    ):
        client.sendto(b"x", ("192.0.2.1", 53))


def test_another_name_can_not_be_looked_up() -> None:
    with pytest.raises(BaseException, match="looked up"):
        socket.create_connection(("news.example", 443))


def test_loopback_works() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as client,
    ):
        client.sendall(b"x")
        peer, _ = server.accept()
        with peer:
            assert peer.recv(1) == b"x"
