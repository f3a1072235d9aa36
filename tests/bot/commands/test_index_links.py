"""Feeds and pages through the command line, from a server on loopback."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

import bot.collection.syncing
import bot.desk
from bot.cli import main
from tests.support.site import Site, serving

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def site(tmp_path, monkeypatch, embedder) -> Iterator[Site]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSDESK_DATA", raising=False)
    monkeypatch.setattr(bot.desk, "load_embedder", lambda _settings: embedder)
    monkeypatch.setattr(bot.collection.syncing, "load_embedder", lambda _settings: embedder)
    monkeypatch.setenv("NEWSDESK_FETCH_ALLOWED_HOSTS", "127.0.0.1")
    with serving(Site()) as site:
        site.article("quay", "Old quay to close", "The old quay will close in June 2023.")
        yield site


@pytest.fixture
def newsdesk(capfd):
    def run(*arguments):
        capfd.readouterr()
        with pytest.raises(SystemExit) as stop:
            main(["--data", "d", *arguments])
        out, err = capfd.readouterr()
        return int(stop.value.code), out, err

    return run


def test_a_page_is_indexed_and_quoted_with_its_address(newsdesk, site):
    code, _, err = newsdesk("index", f"{site.root}/quay")
    assert code == 0, err
    code, out, err = newsdesk("ask", "When will the old quay close?", "--json")
    assert code == 0, err
    reply = json.loads(out)
    cited = reply["citations"][0]
    assert cited["url"] == f"{site.root}/quay"
    assert cited["title"] == "Old quay to close"
    assert cited["published"].startswith("2022-05-03")
    assert "June 2023" in reply["text"]
    assert "Cookies" not in cited["passage"]


def test_a_feed_brings_its_articles_once_and_the_new_ones_later(newsdesk, site):
    code, out, err = newsdesk("index", f"{site.root}/feed.xml", "--json")
    assert code == 0, err
    assert json.loads(out)["added"] == 1
    site.article("ferry", "Ferry sails again", "The ferry to Bergen sails again from Friday.", 4)
    site.asked.clear()
    code, out, err = newsdesk("index", "--json")
    assert code == 0, err
    record = json.loads(out)
    assert [c["title"] for c in record["changes"]] == ["Ferry sails again"]
    assert "/quay" not in site.asked, "what is known is not fetched again"
    code, out, _ = newsdesk("sources", "list", "--json")
    (source,) = json.loads(out)["sources"]
    assert (source["kind"], source["articles"]) == ("feed", 2)


def test_the_same_page_by_two_routes_is_one_article(newsdesk, site):
    newsdesk("index", f"{site.root}/quay")
    code, out, err = newsdesk("index", f"{site.root}/feed.xml", "--json")
    assert code == 0, err
    record = json.loads(out)
    assert (record["added"], record["articles"]) == (0, 1)


def test_a_private_address_is_refused_with_the_setting_that_allows_it(newsdesk, site, monkeypatch):
    monkeypatch.delenv("NEWSDESK_FETCH_ALLOWED_HOSTS")
    code, _, err = newsdesk("index", f"{site.root}/quay")
    assert code == 3
    assert "NEWSDESK_FETCH_ALLOWED_HOSTS" in err
    assert site.asked == []


def test_a_dead_link_is_told_and_nothing_is_lost(newsdesk, site):
    newsdesk("index", f"{site.root}/quay")
    code, _, err = newsdesk("index", f"{site.root}/nothing-here")
    assert code == 1
    assert "404" in err
    code, out, _ = newsdesk("ask", "When will the old quay close?", "--json")
    assert json.loads(out)["kind"] == "answer"
