"""robots.txt: what is asked, kept, allowed and denied."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.sources.fetching import Fetched
from bot.sources.problems import FetchError, RefusedError
from tests.bot.sources.sources_bench import polite_fetcher

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


async def allowed(site, path="/news/a"):
    site.pages.setdefault(path.partition("?")[0], "hello")
    async with polite_fetcher() as fetcher:
        try:
            return isinstance(await fetcher.fetch(f"{site.url}{path}"), Fetched)
        except RefusedError as error:
            return "robots.txt doesn't allow" not in str(error)


@pytest.mark.parametrize(
    ("rules", "answer"),
    [
        ("", True),
        ("User-agent: *\nDisallow:", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow: /news/", False),
        ("User-agent: *\nDisallow: /new", False),
        ("User-agent: *\nDisallow: /other/", True),
        ("User-agent: *\nDisallow: /\nAllow: /news/", True),
        ("User-agent: *\nDisallow: /*/a$", False),
        ("User-agent: *\nDisallow: /*.pdf", True),
        ("User-agent: Newsdesk\nDisallow: /\n\nUser-agent: *\nAllow: /", False),
        ("User-agent: newsdesk\nAllow: /\n\nUser-agent: *\nDisallow: /", True),
        ("User-agent: otherbot\nDisallow: /", True),
        ("\ufeffUser-agent: *\nDisallow: /", False),
        ("<html>no rules</html>", True),
    ],
)
async def test_rules(site, rules, answer):
    site.pages["/robots.txt"] = rules
    assert await allowed(site) is answer


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
async def test_without_a_robots_txt_everything_is_allowed(site, status):
    site.pages["/robots.txt"] = (status, {})
    assert await allowed(site)


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_site_that_cannot_say_is_left_alone_for_now(site, status):
    site.pages |= {"/robots.txt": (status, {}), "/news/a": "hello"}
    clock = Clock()
    async with polite_fetcher(clock=clock) as fetcher:
        for _ in range(2):
            with pytest.raises(FetchError, match=r"robots\.txt can't be read") as caught:
                await fetcher.fetch(f"{site.url}/news/a")
            assert caught.value.passing
        assert (len(site.hits), site.paths()) == (1, [])
        site.pages["/robots.txt"] = ""
        clock.now += timedelta(hours=1)
        assert isinstance(await fetcher.fetch(f"{site.url}/news/a"), Fetched)


async def test_rules_are_kept_for_a_day(site):
    site.pages |= {"/robots.txt": "", "/a": "hello"}
    clock = Clock()
    async with polite_fetcher(clock=clock) as fetcher:
        for hours in (0, 12, 23):
            clock.now = NOW + timedelta(hours=hours)
            await fetcher.fetch(f"{site.url}/a")
        assert len(site.hits) - len(site.paths()) == 1
        site.pages["/robots.txt"] = "User-agent: *\nDisallow: /"
        clock.now = NOW + timedelta(hours=25)
        with pytest.raises(RefusedError):
            await fetcher.fetch(f"{site.url}/a")


async def test_a_robots_txt_that_redirects_inside_denies(site):
    site.pages |= {"/robots.txt": (302, {"Location": "http://10.0.0.1/robots.txt"}), "/a": "hello"}
    async with polite_fetcher() as fetcher:
        with pytest.raises(RefusedError, match="not on the public Internet"):
            await fetcher.fetch(f"{site.url}/a")


async def test_a_robots_txt_that_redirects_is_followed(site):
    site.pages |= {"/robots.txt": (301, {"Location": "/r"}), "/r": "User-agent: *\nDisallow: /"}
    assert not await allowed(site)
