"""Fetching from real servers on loopback: what is refused, bounded and followed."""

from __future__ import annotations

import asyncio
import gzip
import socket
import zlib
from contextlib import suppress

import pytest
from aiohttp import ThreadedResolver, web
from aiohttp.abc import AbstractResolver

from bot.sources.fetching import Fetched, Limits, NotModified
from bot.sources.problems import FetchError, RefusedError
from tests.bot.sources.sources_bench import LOOPBACK, Site, polite_fetcher, serving


class Names(AbstractResolver):
    """Looks names up in a table of address lists; each look-up takes the next list."""

    def __init__(self, **table):
        self.table = {host.replace("_", "."): list(lists) for host, lists in table.items()}
        self.asked = []

    async def resolve(self, host, port=0, family=socket.AF_INET):
        self.asked.append(host)
        lists = self.table[host]
        found = lists.pop(0) if len(lists) > 1 else lists[0]
        return [
            {
                "hostname": host,
                "host": address,
                "port": port,
                "family": socket.AF_INET6 if ":" in address else socket.AF_INET,
                "proto": 0,
                "flags": socket.AI_NUMERICHOST,
            }
            for address in found
        ]

    async def close(self):
        pass


async def refusal(url, **options):
    async with polite_fetcher(**options) as fetcher:
        with pytest.raises(FetchError) as caught:
            await fetcher.fetch(url)
    assert "\n" not in str(caught.value)
    return caught.value


async def test_a_page_comes_with_its_validators(site, fetcher):
    headers = {"ETag": '"1"', "Last-Modified": "Sat, 01 Jun 2024 00:00:00 GMT"}
    site.pages["/a"] = (200, headers, b"hello")
    got = await fetcher.fetch(f"{site.url}/a#part")
    assert isinstance(got, Fetched)
    assert (got.url, got.body, got.etag) == (f"{site.url}/a", b"hello", '"1"')
    assert got.modified == headers["Last-Modified"]
    assert "Newsdesk" in site.hits[-1].headers["User-Agent"]


async def test_an_unchanged_page_is_not_sent_again(site, fetcher):
    async def page(request):
        if request.headers.get("If-None-Match") == '"1"':
            return web.Response(status=304, headers={"ETag": '"1"'})
        return web.Response(body=b"new", headers={"ETag": '"2"'})

    site.pages["/a"] = page
    assert await fetcher.fetch(f"{site.url}/a", etag='"1"') == NotModified(f"{site.url}/a", '"1"')
    assert isinstance(await fetcher.fetch(f"{site.url}/a", etag='"0"'), Fetched)


@pytest.mark.parametrize(
    "host",
    """127.0.0.1 127.1 2130706433 0x7f.1 0x7f000001 017700000001 [::1] [::ffff:127.0.0.1]
    [::ffff:7f00:1] 0.0.0.0 0 10.0.0.1 169.254.169.254 192.168.1.1 [fe80::1] [fd00::1]
    [64:ff9b::7f00:1] [2002:7f00:1::] １２７.0.0.1 127.0.0.1. 1.2.3.400""".split(),
)
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_addresses_that_are_not_public_are_refused_in_every_spelling(host, scheme):
    error = await refusal(f"{scheme}://{host}:8000/", allowed_hosts=frozenset())
    assert isinstance(error, RefusedError)


async def test_loopback_is_refused_unless_the_host_is_named(site):
    site.pages["/a"] = "hello"
    error = await refusal(f"{site.url}/a", allowed_hosts=frozenset({"other.example"}))
    assert "NEWSDESK_FETCH_ALLOWED_HOSTS" in str(error)
    assert site.hits == []
    named = site.url.replace("127.0.0.1", "localhost")
    error = await refusal(f"{named}/a", allowed_hosts=frozenset({"127.0.0.1"}))
    assert isinstance(error, RefusedError)
    assert site.hits == []
    async with polite_fetcher(allowed_hosts=frozenset({"LOCALHOST"})) as fetcher:
        assert isinstance(await fetcher.fetch(f"{named}/a"), Fetched)


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["::1"], ["::ffff:10.0.0.1"], ["10.0.0.1%1"]],
)
async def test_a_name_that_leads_inside_is_refused(site, addresses):
    port = site.url.rpartition(":")[2]
    names = Names(news_example=[addresses])
    error = await refusal(f"http://news.example:{port}/", resolver=names)
    assert isinstance(error, RefusedError)
    assert "not public" in str(error)
    assert site.hits == []


async def test_a_name_is_looked_up_once_between_check_and_connection(site):
    """The first look-up is what is connected to, whatever a second one would have said."""
    site.pages["/a"] = "hello"
    port = site.url.rpartition(":")[2]
    names = Names(news_example=[["127.0.0.1"], ["10.0.0.1"]])
    options = {"resolver": names, "allowed_hosts": frozenset({"news.example"})}
    async with polite_fetcher(**options) as fetcher:
        assert isinstance(await fetcher.fetch(f"http://news.example:{port}/a"), Fetched)
    assert names.asked == ["news.example"]


async def test_the_socket_itself_refuses_what_slipped_through(site, monkeypatch):
    async def unguarded(self, host, port=0, family=socket.AF_INET):
        return await ThreadedResolver().resolve("127.0.0.1", port, socket.AF_INET)

    monkeypatch.setattr("bot.sources.guarding.Guard.resolve", unguarded)
    port = site.url.rpartition(":")[2]
    error = await refusal(f"http://news.example:{port}/", allowed_hosts=frozenset())
    assert isinstance(error, RefusedError)
    assert site.hits == []


@pytest.mark.parametrize(
    "target",
    [
        "http://10.0.0.1/",
        "http://0x7f.2/",
        "http://[::1]/",
        "//169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "gopher://127.0.0.1/",
        "data:text/plain,hello",
        "javascript:1",
        "http://127.0.0.1:25/",
        "http://:80/",
        "http://[/",
        "",
    ],
)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_checked_like_first_addresses(site, fetcher, target, status):
    site.pages["/a"] = (status, {"Location": target})
    with pytest.raises(FetchError):
        await fetcher.fetch(f"{site.url}/a")
    assert site.paths() == ["/a"]


async def test_redirects_are_followed_and_the_lasting_ones_told(site, fetcher):
    site.pages |= {
        "/a": (301, {"Location": "/b"}),
        "/b": (308, {"Location": "/c"}),
        "/c": (302, {"Location": "/d"}),
        "/d": (301, {"Location": "e?x=1"}),
        "/e": "hello",
    }
    got = await fetcher.fetch(f"{site.url}/a")
    assert isinstance(got, Fetched)
    assert got.url == f"{site.url}/e?x=1"
    assert got.moved == f"{site.url}/c"
    once = await fetcher.fetch(f"{site.url}/c")
    assert isinstance(once, Fetched)
    assert once.moved is None


async def test_a_circle_of_redirects_ends(site, fetcher):
    site.pages["/a"] = (302, {"Location": "/a"})
    with pytest.raises(FetchError, match="redirects more than 5 times"):
        await fetcher.fetch(f"{site.url}/a")
    assert len(site.paths()) == 6


async def test_a_login_is_neither_shown_nor_sent_on(site, fetcher):
    site.pages |= {"/a": (302, {"Location": "/b"}), "/b": (403, {})}
    url = site.url.replace("://", "://user:secret-part@")
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(f"{url}/a")
    assert "secret-part" not in str(caught.value)
    sent = {hit.path: "Authorization" in hit.headers for hit in site.hits}
    assert sent["/a"]
    assert not sent["/b"]
    error = await refusal("http://user:secret-part@10.0.0.1/")
    assert "secret-part" not in str(error) + error.url


async def test_cookies_and_proxies_are_left_alone(site, fetcher, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    site.pages["/a"] = (200, {"Set-Cookie": "a=1; Path=/"}, b"hello")
    await fetcher.fetch(f"{site.url}/a")
    await fetcher.fetch(f"{site.url}/a")
    assert all("Cookie" not in hit.headers for hit in site.hits)


async def test_a_body_may_be_as_long_as_the_limit_and_no_longer(site):
    site.pages |= {"/fits": b"x" * 5000, "/not": b"x" * 5001}
    async with polite_fetcher(limits=Limits(max_bytes=5000)) as fetcher:
        got = await fetcher.fetch(f"{site.url}/fits")
        assert isinstance(got, Fetched)
        assert len(got.body) == 5000
        with pytest.raises(FetchError, match="more than 5000 bytes"):
            await fetcher.fetch(f"{site.url}/not")


async def test_an_endless_body_is_left(site):
    sent = 0

    async def endless(request):
        nonlocal sent
        response = web.StreamResponse()
        await response.prepare(request)
        while sent < 100_000_000:
            await response.write(b"x" * 10_000)
            sent += 10_000
        return response

    site.pages["/a"] = endless
    error = await refusal(f"{site.url}/a", limits=Limits(max_bytes=50_000))
    assert "more than" in str(error)
    assert sent < 50_000_000


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "raw deflate"])
async def test_a_decompression_bomb_is_stopped(site, encoding):
    plain = b"\0" * 50_000_000
    raw = zlib.compressobj(wbits=-15)
    packed = {
        "gzip": lambda: gzip.compress(plain),
        "deflate": lambda: zlib.compress(plain),
        "raw deflate": lambda: raw.compress(plain) + raw.flush(),
    }[encoding]()
    assert len(packed) < 100_000
    site.pages["/a"] = (200, {"Content-Encoding": encoding.split()[-1]}, packed)
    error = await refusal(f"{site.url}/a", limits=Limits(max_bytes=100_000))
    assert "more than 100000 bytes" in str(error)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "raw deflate"])
async def test_packed_bodies_are_unpacked(site, fetcher, encoding):
    plain = bytes(range(256)) * 1000
    raw = zlib.compressobj(wbits=-15)
    packed = {
        "gzip": lambda: gzip.compress(plain),
        "deflate": lambda: zlib.compress(plain),
        "raw deflate": lambda: raw.compress(plain) + raw.flush(),
    }[encoding]()
    headers = {"Content-Encoding": encoding.split()[-1]}
    site.pages |= {"/a": (200, headers, packed), "/cut": (200, headers, packed[:-20])}
    got = await fetcher.fetch(f"{site.url}/a")
    assert isinstance(got, Fetched)
    assert got.body == plain
    with pytest.raises(FetchError, match="damaged"):
        await fetcher.fetch(f"{site.url}/cut")


@pytest.mark.parametrize("encoding", ["br", "gzip, gzip", "zstd", "nonsense"])
async def test_a_packing_that_was_not_asked_for_is_refused(site, fetcher, encoding):
    site.pages["/a"] = (200, {"Content-Encoding": encoding}, b"xxxx")
    with pytest.raises(FetchError, match="packed in a way"):
        await fetcher.fetch(f"{site.url}/a")


async def test_a_server_that_drips_is_left_at_the_deadline(site):
    async def drip(request):
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x")
            await asyncio.sleep(0.01)

    site.pages["/a"] = drip
    error = await refusal(f"{site.url}/a", limits=Limits(seconds=0.3))
    assert "longer than 0.3 s" in str(error)
    assert error.passing


async def test_the_deadline_is_for_all_redirects_together(site):
    async def slow(request):
        await asyncio.sleep(0.2)
        return web.Response(status=302, headers={"Location": "/a"})

    site.pages["/a"] = slow
    error = await refusal(f"{site.url}/a", limits=Limits(seconds=0.5))
    assert "longer than" in str(error)


async def raw_server(answer):
    async def handle(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        with suppress(ConnectionError):
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    return server, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1_000_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"".join(b"X%d: 1\r\n" % i for i in range(5000)) + b"\r\n",
        b"HTTP/1.1 200 " + b"x" * 1_000_000 + b"\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 999999 OK\r\n\r\n",
    ],
    ids=["long header", "many headers", "long reason", "ssh", "nothing", "cut", "chunks", "status"],
)
async def test_answers_that_are_no_http_end_in_one_line(answer):
    server, url = await raw_server(answer)
    async with server:
        error = await refusal(url)
    assert len(str(error)) < 700


async def test_a_closed_port_ends_in_one_line():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    error = await refusal(f"http://127.0.0.1:{port}/")
    assert error.passing


async def test_an_unknown_host_ends_in_one_line():
    class Nobody(Names):
        async def resolve(self, host, port=0, family=socket.AF_INET):
            raise OSError(None, "no such host")

    error = await refusal("http://news.example/", resolver=Nobody())
    assert error.passing
    assert "news.example" in str(error)


@pytest.mark.parametrize(
    "url",
    ["", "news.example/a", "file:///etc/passwd", "http://", "http://[", "http://a b/", "x" * 5000],
)
async def test_what_is_no_address_is_refused(url):
    assert isinstance(await refusal(url), RefusedError)


@pytest.mark.parametrize(
    ("status", "passing"),
    [(400, False), (403, False), (404, False), (410, False), (429, True), (503, True)],
)
async def test_answers_that_are_errors(site, fetcher, status, passing):
    site.pages["/a"] = (status, {"Retry-After": "60"})
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(f"{site.url}/a")
    assert (caught.value.status, caught.value.passing) == (status, passing)
    assert caught.value.retry_after is not None
    assert caught.value.retry_after.total_seconds() == 60


async def test_a_redirect_to_another_server_asks_its_robots_txt(site, fetcher):
    async with serving(Site(), "127.0.0.2") as other:
        other.pages |= {"/robots.txt": "User-agent: *\nDisallow: /b", "/b": "hello"}
        site.pages["/a"] = (302, {"Location": f"{other.url}/b"})
        allowed = LOOPBACK | {"127.0.0.2"}
        error = await refusal(f"{site.url}/a", allowed_hosts=allowed)
        assert "robots.txt" in str(error)
        assert other.paths() == []


@pytest.mark.parametrize("etag", [b'"caf\xe9"', b'"' + b"x" * 600 + b'"'])
async def test_validators_that_cannot_be_sent_back_are_not_kept(etag):
    answer = b"HTTP/1.1 200 OK\r\nETag: " + etag + b"\r\nContent-Length: 2\r\n\r\nhi"
    server, url = await raw_server(answer)
    async with server, polite_fetcher() as fetcher:
        robots = await fetcher._follow(url, {}, limit=100, ask=False)
    assert isinstance(robots, Fetched)
    assert (robots.body, robots.etag) == (b"hi", None)
