"""Who may use the page's server: hostile hosts, origins and sites are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.playground.page.guard import SECURITY_HEADERS, Guard

if TYPE_CHECKING:
    from tests.bot.playground.page.page_bench import Page

OWN = Guard("127.0.0.1", 8765)
EVERYWHERE = Guard("0.0.0.0", 8765)  # noqa: S104 - the value under test


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8765", "localhost:8765", "LOCALHOST:8765", "[::1]:8765"]
)
def test_own_names_are_taken(host: str) -> None:
    assert not OWN.complaint([host], [], None)
    assert not OWN.complaint([host], [f"http://{host}"], "same-origin")


@pytest.mark.parametrize(
    "host",
    [
        "evil.example:8765",
        "evil.example",
        "localhost",
        "127.0.0.1",
        "127.0.0.1:80",
        "127.0.0.1:87650",
        "127.0.0.1:08765",
        "127.0.0.1.evil.example:8765",
        "localhost.:8765",
        "localhost.evil.example:8765",
        "user@localhost:8765",
        "[::2]:8765",
        "::1:8765",
        "127.1:8765",
        "2130706433:8765",
        "192.168.1.7:8765",
        "0.0.0.0:8765",
        "",
        ":8765",
    ],
)
def test_other_names_are_refused(host: str) -> None:
    assert "http://127.0.0.1:8765" in OWN.complaint([host], [], None)


def test_one_host_is_needed() -> None:
    assert OWN.complaint([], [], None)
    assert OWN.complaint(["localhost:8765", "localhost:8765"], [], None)


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "",
        "http://localhost",
        "http://127.0.0.1:8765",
        "https://localhost:8765",
        "http://localhost:8766",
        "http://localhost:8765/",
        "http://evil.example:8765",
        "http://localhost:8765.evil.example",
    ],
)
def test_other_origins_are_refused(origin: str) -> None:
    assert OWN.complaint(["localhost:8765"], [origin], None)


def test_sites() -> None:
    def taken(site: str | None, *, is_visit: bool = False) -> bool:
        return not OWN.complaint(["localhost:8765"], [], site, is_visit=is_visit)

    assert taken(None)
    assert taken("none")
    assert taken("same-origin")
    assert not taken("same-site")  # another port of this machine
    assert not taken("cross-site")
    assert taken("cross-site", is_visit=True)


def test_everywhere_means_every_address_and_no_name() -> None:
    for host in ("192.168.1.7:8765", "10.0.0.2:8765", "[fe80::1]:8765", "localhost:8765"):
        assert not EVERYWHERE.complaint([host], [], None)
    for host in ("evil.example:8765", "[::]:8765", "fe80::1:8765", "192.168.1.7:80"):
        assert EVERYWHERE.complaint([host], [], None)
    assert EVERYWHERE.authority == "127.0.0.1:8765"
    assert Guard("::1", 80).authority == "[::1]:80"
    assert not Guard("desk.example", 80).complaint(["desk.example"], [], None)
    assert Guard("desk.example", 80).complaint(["other.example"], [], None)


@given(st.text(max_size=40))
def test_no_other_text_is_a_name(host: str) -> None:
    known = {"127.0.0.1:8765", "localhost:8765", "[::1]:8765"}
    assert bool(OWN.complaint([host], [], None)) == (host.lower() not in known)


PATHS = ["/", "/static/js/main.js", "/api/state", "/api/feed", "/nowhere"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example:{port}"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_foreign_requests_are_refused(page: Page, path: str, headers: dict[str, str]) -> None:
    port = page.url.rpartition(":")[2]
    sent = {name: value.format(port=port) for name, value in headers.items()}
    async with page.http.get(path, headers=sent) as response:
        assert response.status == 403
        assert (await response.json())["ok"] is False
        assert response.headers.items() >= SECURITY_HEADERS.items()


async def test_foreign_posts_change_nothing(page: Page) -> None:
    body = {"as": page.ann.id, "chat": page.ann.id, "text": "/help"}
    for headers in ({"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        visit = headers | {"Sec-Fetch-Mode": "navigate"}
        async with page.http.post("/api/say", json=body, headers=visit) as response:
            assert response.status == 403
    async with page.http.post("/api/say", data=body) as response:  # a form needs no permission
        assert response.status == 415
    assert await page.shown(page.ann, page.ann) == []
    own = {"Origin": page.url, "Sec-Fetch-Site": "same-origin"}
    async with page.http.post("/api/say", json=body, headers=own) as response:
        assert response.status == 200
    assert len(await page.shown(page.ann, page.ann)) == 1


async def test_a_link_from_elsewhere_may_open_the_page_but_nothing_else(page: Page) -> None:
    visit = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    async with page.http.get("/", headers=visit) as response:
        assert response.status == 200
    async with page.http.get("/api/state", headers=visit) as response:
        assert response.status == 403
