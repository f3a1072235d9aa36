"""Whatever is sent to the page's server, the answer is a result or one line."""

from __future__ import annotations

import asyncio
import json
import string
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.playground.page.acts import ACTS
from bot.playground.page.cast import _FIRST_ID
from tests.bot.playground.calls import KEYBOARD, send
from tests.bot.playground.page.page_bench import page_open

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bot.playground.page.page_bench import Page

IDS = [_FIRST_ID, _FIRST_ID + 1, _FIRST_ID + 2, _FIRST_ID + 100]
IDS += [-_FIRST_ID, -_FIRST_ID - 1, -_FIRST_ID - 2]
FIELDS = (
    "as chat text reply_to thread message row column to caption photo query offset query_id result"
    " latitude longitude language name forward_seconds"
).split()
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(alphabet=st.characters(exclude_categories=()), max_size=20)
    | st.sampled_from(["", "en", "1", "2026-03-14T10:00:00Z", "x" * 5000, *IDS])
)
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4)
    ),
    max_leaves=8,
)
PLAUSIBLE = st.fixed_dictionaries(
    {"as": st.sampled_from(IDS[:3]), "chat": st.sampled_from(IDS)},
    optional=dict.fromkeys(FIELDS[2:], JSON),
)
BODIES = PLAUSIBLE | JSON


def part(disposition: str, *more: str) -> bytes:
    """Return a form of one part."""
    head = "\r\n".join(["--b", f"Content-Disposition: {disposition}", *more])
    return f"{head}\r\n\r\nx\r\n--b--\r\n".encode()


@pytest.fixture(scope="module")
def bench() -> Iterator[tuple[asyncio.Runner, Page]]:
    with asyncio.Runner() as runner:
        opened = page_open(patience=0.0)
        page = runner.run(opened.__aenter__())
        runner.run(send(page.state, page.ann.id, "Well?", reply_markup=KEYBOARD))
        yield runner, page
        runner.run(opened.__aexit__(None, None, None))


def check(status: int, answer: dict[str, Any]) -> None:
    assert status < 500, answer
    assert answer["ok"] is (status == 200)
    if status != 200:
        assert status >= 400
        assert answer["error"].strip()
        assert len(answer["error"].splitlines()) == 1
        assert "Traceback" not in answer["error"]


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=st.lists(st.tuples(st.sampled_from(sorted(ACTS)), BODIES), min_size=1, max_size=8))
def test_no_body_of_json_breaks_anything(
    bench: tuple[asyncio.Runner, Page], acts: list[tuple[str, Any]]
) -> None:
    runner, page = bench

    async def run() -> None:
        for name, body in acts:
            async with page.http.post(
                f"/api/{name}", data=json.dumps(body), headers={"Content-Type": "application/json"}
            ) as response:
                check(response.status, await response.json())
        for person in page.cast.people:  # and the page can still be shown
            view = await page.view(person)
            for chat in view["chats"]:
                found = await page.get("messages", **{"as": person.id, "chat": chat["id"]})
                assert found[0] == 200
        page.state.updates.drop()

    runner.run(run())


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    path=st.sampled_from(sorted(ACTS)),
    kind=st.sampled_from(
        [
            "application/json",
            "application/json; charset=nonsense",
            "multipart/form-data; boundary=b",
            "multipart/form-data",
            "text/plain",
        ]
    ),
    body=st.binary(max_size=60)
    | st.sampled_from(
        [
            b"",
            b"[" * 100_000,
            b"NaN",
            b"9" * 5000,
            b'{"as": NaN}',
            b"--b\r\n",
            b"--b\r\n\r\n",
            b"--b--",
            b"--b\r\nContent-Disposition: form-data; name=file; filename=x\r\n\r\nx",
            part("form-data; name=file; filename=x", "Content-Transfer-Encoding: nonsense"),
            part("form-data; name=as", "Content-Type: text/plain; charset=nonsense"),
            part("form-data; name=as", "Content-Type: multipart/mixed; boundary=c"),
            part("form-data; name=file; filename=x"),
            part("form-data; name=file; filename*=utf-8''%ff"),
            part("form-data"),
            part("nonsense; name"),
        ]
    ),
    encoding=st.sampled_from(["", "gzip", "deflate", "nonsense"]),
)
def test_no_bytes_break_anything(
    bench: tuple[asyncio.Runner, Page], path: str, kind: str, body: bytes, encoding: str
) -> None:
    runner, page = bench

    async def run() -> None:
        headers = {"Content-Type": kind, "Connection": "close"}  # as a refusal may leave a rest
        if encoding:
            headers["Content-Encoding"] = encoding
        async with page.http.post(f"/api/{path}", data=body, headers=headers) as response:
            assert 400 <= response.status < 500
            if response.content_type == "application/json":
                check(response.status, await response.json())

    runner.run(run())


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    path=st.sampled_from(["state", "messages", "calls", "file/", "nowhere"])
    | st.text(alphabet=string.printable, max_size=10),
    query=st.dictionaries(
        st.sampled_from(["as", "chat", "after"]),
        st.text(max_size=10) | st.sampled_from([str(number) for number in IDS]),
    ),
)
def test_no_question_breaks_anything(
    bench: tuple[asyncio.Runner, Page], path: str, query: dict[str, str]
) -> None:
    runner, page = bench

    async def run() -> None:
        if path.startswith("feed"):
            return
        async with page.http.get(f"/api/{path}", params=query) as response:
            assert response.status < 500

    runner.run(run())


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_other_methods(method: str) -> None:
    async with page_open() as page, page.http.request(method, "/api/say") as response:
        assert response.status == 405
        assert (await response.json())["ok"] is False
        assert "Access-Control-Allow-Origin" not in response.headers
