"""Every test: no network but loopback, no model hub, no surprises from Hypothesis."""

from __future__ import annotations

import ipaddress
import os
import socket
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from retrieval.embedding import EmbedderSpec, SentenceTransformerEmbedder
from retrieval.index.home import IndexHome
from retrieval.precision import fixed
from tests.support.articles import NOW

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

# The same examples at every run; `--hypothesis-profile=explore` looks for new ones.
settings.register_profile("repeatable", deadline=None, max_examples=60, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=500)
settings.load_profile("repeatable")


class NetworkUseError(BaseException):
    """A test reached for the network. No handler of `Exception` hides it."""


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse to connect, send or look names up anywhere but on this machine."""

    def guarded(method: Callable[..., Any]) -> Callable[..., Any]:
        def call(self: socket.socket, *args: Any) -> Any:
            # The address comes last; that of a Unix socket is a path.
            if self.family != socket.AF_UNIX and not _is_loopback(args[-1][0]):
                raise NetworkUseError(f"a test reached for {args[-1]}")
            return method(self, *args)

        return call

    def look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host is not None and not _is_loopback(host):
            raise NetworkUseError(f"a test looked up {host}")
        return real_look_up(host, *args, **kwargs)

    real_look_up = socket.getaddrinfo
    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, guarded(getattr(socket.socket, name)))
    monkeypatch.setattr(socket, "getaddrinfo", look_up)


def _is_loopback(host: str | bytes) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture
def now() -> datetime:
    """Return the moment at which every test takes place."""
    return NOW


@pytest.fixture(scope="session")
def embedder() -> SentenceTransformerEmbedder:
    """Return the bundled model as float32, loaded once."""
    return SentenceTransformerEmbedder(EmbedderSpec(), precision=fixed("float32"))


@pytest.fixture
def home(tmp_path: Path) -> IndexHome:
    """Return the home of an index that doesn't exist yet."""
    return IndexHome(tmp_path / "data" / "index")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left out for want of a program; the workers' skips arrive here too."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = [str(report.longrepr[2]).removeprefix("Skipped: ") for report in skipped]
    missing = [reason for reason in reasons if "is installed here" in reason]
    for reason in dict.fromkeys(missing):
        line = f"Left out of the tests, {missing.count(reason)} of them: {reason}."
        terminalreporter.write_line(line, yellow=True)
