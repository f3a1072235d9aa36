"""The page's own files: right types, fresh after a change, and no way out of their folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.playground.page.assets import STATIC, read_asset

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bot.playground.page.page_bench import Page

FILES = sorted(str(path.relative_to(STATIC)) for path in STATIC.rglob("*") if path.is_file())


def test_there_are_files() -> None:
    assert "index.html" in FILES
    assert any(name.endswith(".js") for name in FILES)


async def test_every_file_is_served_with_its_type(page: Page) -> None:
    types = {
        "html": "text/html",
        "js": "text/javascript",
        "css": "text/css",
        "svg": "image/svg+xml",
    }
    for name in FILES:
        async with page.http.get(f"/static/{name}") as response:
            assert response.status == 200, name
            assert response.content_type == types[name.rpartition(".")[2]]
            assert response.headers["Cache-Control"] == "no-cache"
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert await response.read() == (STATIC / name).read_bytes()
            known = {"If-None-Match": response.headers["ETag"]}
        async with page.http.get(f"/static/{name}", headers=known) as response:
            assert (response.status, await response.read()) == (304, b"")


async def test_the_page_allows_nothing_from_elsewhere(page: Page) -> None:
    async with page.http.get("/") as response:
        assert response.status == 200
        policy = response.headers["Content-Security-Policy"].split("; ")
        assert response.content_type == "text/html"
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert not any("unsafe" in rule or "http" in rule or "*" in rule for rule in policy)


@pytest.mark.parametrize(
    "path",
    [
        "../server.py",
        "js/../../server.py",
        "..%2fserver.py",
        "%2e%2e/server.py",
        "js",
        "js/",
        "",
        "/etc/passwd",
        "js//main.js",
        "js/main.js%00",
        "js/main.js/x",
        ".hidden.js",
        "js\\main.js",
    ],
)
async def test_no_other_path_leads_anywhere(page: Page, path: str) -> None:
    async with page.http.get(f"/static/{path}") as response:
        assert response.status == 404
    assert read_asset(path) is None


def test_a_change_shows_at_once(tmp_path: Path) -> None:
    file = tmp_path / "a.js"
    file.write_text("one")
    first = read_asset("a.js", tmp_path)
    file.write_text("two")
    second = read_asset("a.js", tmp_path)
    assert first is not None
    assert second is not None
    assert (first.content, second.content) == (b"one", b"two")
    assert first.etag != second.etag
    (tmp_path / "a.py").write_text("secret")
    assert read_asset("a.py", tmp_path) is None


@given(st.lists(st.sampled_from(["..", ".", "js", "main.js", "", "page", "server.py"])))
def test_only_what_is_in_the_folder(parts: list[str]) -> None:
    path = "/".join(parts)
    assert (read_asset(path) is not None) == (path in FILES)
