"""`newsdesk sources` as a person and a program meet it: a real store, real servers."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from pathlib import Path

import pytest

from bot.cli import main
from bot.settings import Settings
from tests.bot.sources.sources_bench import Site, serving

FEED = "<rss version='2.0'><channel><title>Harbour News</title></channel></rss>"
PAGE = (
    "<html><head><title>Front page</title>"
    "<link rel='alternate' type='application/rss+xml' href='/feed'></head></html>"
)
OPML = """<opml version="2.0"><body>
<outline type="rss" text="One" xmlUrl="https://one.example/feed"/>
<outline type="rss" text="Two" xmlUrl="https://two.example/feed"/></body></opml>"""


@pytest.fixture(autouse=True)
def _place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"NEWSDESK_{name.upper()}", raising=False)
    (tmp_path / "articles").mkdir()


@pytest.fixture
def sources(capfd):
    """Run `newsdesk sources …`; return exit code, stdout and stderr."""

    def run(*arguments):
        capfd.readouterr()
        with pytest.raises(SystemExit) as stop:
            main(["sources", *map(str, arguments)])
        out, err = capfd.readouterr()
        return int(stop.value.code), out, err

    return run


@pytest.fixture
def listed(sources):
    def run():
        code, out, _ = sources("list", "--json")
        assert code == 0
        return json.loads(out)["sources"]

    return run


@pytest.fixture
def web(monkeypatch):
    """A server that runs beside the command, which has an event loop of its own."""
    site, ready, loop = Site(), threading.Event(), asyncio.new_event_loop()
    stop = asyncio.Event()

    async def serve():
        async with serving(site):
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    ready.wait(10)
    monkeypatch.setenv("NEWSDESK_FETCH_ALLOWED_HOSTS", "127.0.0.1")
    yield site
    loop.call_soon_threadsafe(stop.set)
    thread.join(10)
    loop.close()


def test_a_folder_is_added_shown_and_removed(sources, listed, tmp_path):
    assert sources("list")[0] == 0
    code, _, err = sources("add", "articles", "--every", "2h", "--mirror")
    assert (code, "Added number 1" in err) == (0, True)
    (record,) = listed()
    assert record == {
        "id": 1,
        "name": "articles",
        "kind": "folder",
        "location": str(tmp_path / "articles"),
        "every": 7200,
        "mirror": True,
        "enabled": True,
        "articles": 0,
        "checked": None,
        "due": None,
        "failures": 0,
        "problem": None,
    }
    _, out, _ = sources("list")
    assert "folder, mirrored" in out
    assert "never" in out
    code, _, err = sources("add", "articles")
    assert (code, "there already: articles (number 1)" in err) == (1, True)
    assert sources("remove", "articles/")[0] == 0  # named by a path that leads there
    assert listed() == []


def test_the_json_is_documented(sources, listed):
    sources("add", "articles")
    page = (Path(__file__).parents[3] / "docs" / "sources.md").read_text()
    table = page.partition("`newsdesk sources list --json`")[2].partition("## Exit codes")[0]
    documented = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
    assert documented == list(listed()[0])


@pytest.mark.parametrize(
    ("body", "kind", "name"),
    [(FEED, "feed", "Harbour News"), ("<urlset/>", "sitemap", None), (PAGE, "link", "Front page")],
)
def test_an_address_is_looked_at(sources, listed, web, body, kind, name):
    web.pages["/x"] = body
    code, _, err = sources("add", f"{web.url}/x")
    assert code == 0
    (record,) = listed()
    assert (record["kind"], record["name"]) == (kind, name or f"{web.url}/x")
    assert (f"newsdesk sources add {web.url}/feed" in err) is (kind == "link")


def test_an_address_that_cannot_be_fetched_is_not_added_unless_its_kind_is_said(
    sources, listed, web
):
    code, _, err = sources("add", f"{web.url}/nothing")
    assert (code, "--kind" in err, listed()) == (1, True, [])
    hits = len(web.hits)
    assert sources("add", f"{web.url}/nothing", "--kind", "feed")[0] == 0
    assert len(web.hits) == hits
    assert listed()[0]["kind"] == "feed"


def test_a_private_address_is_refused(sources, listed):
    code, _, err = sources("add", "http://127.0.0.1:8080/feed")
    assert (code, listed()) == (1, [])
    assert "NEWSDESK_FETCH_ALLOWED_HOSTS" in err


def test_sources_are_disabled_and_enabled(sources, listed):
    sources("add", "articles", "--name", "Mine")
    assert sources("disable", "Mine")[0] == 0
    assert (listed()[0]["enabled"], listed()[0]["due"]) == (False, None)
    assert "disabled" in sources("list")[1]
    assert sources("enable", "1")[0] == 0
    assert listed()[0]["enabled"]


def test_lists_go_in_and_out(sources, listed, tmp_path):
    (tmp_path / "in.opml").write_text(OPML)
    code, _, err = sources("import", "in.opml")
    assert (code, "Added 2 of 2" in err) == (0, True)
    assert "2 were there already" in sources("import", "in.opml")[2]
    sources("add", "articles")
    sources("add", "https://user:secret-part@three.example/", "--kind", "link", "--every", "1d")
    code, out, err = sources("export")
    assert (code, "1 folders" in err, "logins" in err) == (0, True, True)
    assert "secret-part" not in out + err
    assert sources("export", "out.opml")[0] == 0
    assert (tmp_path / "out.opml").read_text() == out
    before = [r for r in listed() if r["kind"] != "folder"]
    for record in listed():
        sources("remove", record["id"])
    assert "Added 3 of 3" in sources("import", "out.opml")[2]
    kept = ("name", "kind", "location", "every", "mirror")
    assert [[r[k] for k in kept] for r in listed()] == [[r[k] for k in kept] for r in before]


def test_logins_are_not_shown(sources, listed):
    sources("add", "https://user:secret-part@news.example/f", "--kind", "feed")
    assert "secret-part" not in json.dumps(listed())
    assert "secret-part" not in "".join(map(str, sources("list")))


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["add", "nothing-here"], 1),
        (["remove", "nobody"], 1),
        (["enable", "7"], 1),
        (["import", "articles/none.opml"], 2),
        (["add", "articles", "--every", "soon"], 2),
        (["add", "articles", "--kind", "feed"], 2),
        (["add", "https://news.example/", "--kind", "folder"], 2),
        (["add"], 2),
        (["nonsense"], 2),
    ],
)
def test_exit_codes(sources, arguments, code):
    found, _, err = sources(*arguments)
    assert found == code
    assert err.strip()


def test_a_wrong_setting_ends_with_4(sources, monkeypatch):
    monkeypatch.setenv("NEWSDESK_SOURCE_EVERY", "3")
    assert sources("list")[0] == 4


def test_a_file_that_is_no_list_is_one_line(sources, tmp_path):
    (tmp_path / "in.opml").write_text("hello")
    code, _, err = sources("import", "in.opml")
    assert (code, len(err.strip().splitlines())) == (1, 1)
