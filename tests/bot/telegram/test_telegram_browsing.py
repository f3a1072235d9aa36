"""Reading articles in Telegram, through the real library, real HTTP and a real database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from telegram_bench import FixedDesk, bot_at_work

import bot.desk
from bot.chat.deep_links import article_payload, question_payload
from bot.desk import open_desk
from bot.playground.errors import bad_request
from bot.playground.faults import Refuse
from bot.settings import load_settings
from bot.store.engine import open_store
from bot.store.records import Arrival, Chat, SourceState
from bot.store.urls import database_url, sqlite_url
from retrieval.types import Hit, Passage, Span
from tests.support.articles import NOW, days_ago, id_of, make_article
from tests.support.collections import index_paths, write_article

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.playground.messages import Message
    from bot.playground.people import User
    from bot.playground.state import BotApiState
    from bot.store.engine import Store
    from retrieval.embedding import Embedder
    from retrieval.types import Article

HARBOUR, COAST = "Harbour Times", "Coast & <Co>"
LONG = "\n".join(f"Paragraph {n}: " + "the ferry waits. " * 60 for n in range(9))


def news(number: int, *, source: str = HARBOUR) -> Article:
    """Article 0 is the newest."""
    return make_article(
        f"n{number}",
        f"Ferry number {number} sailed from pier {number * 7}, its captain said.",
        title=f"Ferry <{number}>",
        source=source,
        published=days_ago(number + 1),
        url=f"https://news.example/{number}",
    )


@dataclass
class SearchingDesk(FixedDesk):
    """Finds the articles given, by their own text, and notes what for."""

    found: list[Article] = field(default_factory=list)
    sought: list[str] = field(default_factory=list)
    sources: list[str | None] = field(default_factory=list)

    async def search(self, text: str, limit: int = 10, source: str | None = None) -> list[Hit]:
        self.sought.append(text)
        self.sources.append(source)
        return [
            Hit(Passage(a.id, a.id, 0, Span(0, len(a.text)), a.text), a, 1.0, 1.0, n, n, n)
            for n, a in enumerate(self.found[:limit], start=1)
        ]


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await open_store(sqlite_url(tmp_path / "n.db"), clock=lambda: NOW) as opened:
        yield opened


@pytest.fixture
async def filled(store: Store) -> Store:
    """Seven articles of one source and one of another."""
    articles = [*(news(number) for number in range(7)), news(7, source=COAST)]
    arrivals = [Arrival(article, article.id) for article in articles]
    await store.articles.put(arrivals, source_id=None, seen_at=NOW)
    return store


@pytest.fixture
def ann(state: BotApiState) -> User:
    return state.add_user("Ann")


async def answer_to(state: BotApiState, message: Message, button: str, by: User) -> str:
    """Press a button; return the notice that the press got, "" for none."""
    query = state.press(message, button, by=by)
    state_query = await state.until(
        lambda: found if (found := state.queries[query.id]).answer is not None else None
    )
    return str((state_query.answer or {}).get("text", ""))


async def test_the_latest_articles_are_paged(state: BotApiState, filled: Store, ann: User) -> None:
    async with bot_at_work(state, store=filled):
        asked = state.say(ann, "/latest")
        first = await state.next_message(ann)
        state.press(first, "›")
        second = await state.next_edit(ann)
        state.press(second, "‹")
        again = await state.next_edit(ann)
    lines = first.text.split("\n\n")
    assert lines[0] == "The latest articles (8 articles)"
    assert lines[1] == "1. Ferry <0> — Harbour Times, 13 March 2026"
    assert len(lines) == 6
    assert first.buttons == (("1", "2", "3", "4", "5"), ("1 / 2", "›"))
    assert next(e.url for e in first.entities if e.url) == "https://news.example/0"
    assert first.reply_to == asked
    assert first.preview == {"is_disabled": True}
    assert second.text.split("\n\n")[3] == "8. Ferry <7> — Coast & <Co>, 6 March 2026"
    assert second.buttons == (("6", "7", "8"), ("‹", "2 / 2"))
    assert again.text == first.text
    assert state.unanswered == []
    assert state.violations == []


async def test_the_latest_of_one_source(state: BotApiState, filled: Store, ann: User) -> None:
    async with bot_at_work(state, store=filled):
        state.say(ann, "/latest harbour times")
        first = await state.next_message(ann)
        state.press(first, "›")
        second = await state.next_edit(ann)
        state.say(ann, "/latest Nobody")
        unknown = await state.next_message(ann)
        state.say(ann, "/latest all")
        everything = await state.next_message(ann)
    assert first.text.startswith("The latest from Harbour Times (7 articles)")
    assert second.buttons == (("6", "7"), ("‹", "2 / 2"))
    assert unknown.text == (
        "None of my articles is from a source called “Nobody”. "
        "Try one of these: Harbour Times, Coast & <Co>."
    )
    assert everything.text.startswith("The latest articles (8 articles)")


async def test_without_articles_the_commands_say_so(
    state: BotApiState, store: Store, ann: User
) -> None:
    async with bot_at_work(state, SearchingDesk(), store=store):
        for command, line in (
            ("/latest", "There are no articles yet."),
            ("/search ferry", "ferry\n\nI found no article on that."),
            ("/sources", "No sources are watched."),
            ("/article", "Send /article and an article's number, or /latest to choose one."),
        ):
            state.say(ann, command)
            assert (await state.next_message(ann)).text == line


async def test_a_long_article_is_read_page_by_page_after_a_restart_too(
    state: BotApiState, store: Store, ann: User
) -> None:
    article = make_article("long", LONG, title="The ferry")
    await store.articles.put([Arrival(article, "k")], source_id=None, seen_at=NOW)
    async with bot_at_work(state, store=store):
        state.say(ann, f"/article {article.id.upper()}")
        first = await state.next_message(ann)
    assert first.buttons == (("1 / 3", "›"),)
    async with bot_at_work(state, store=store):
        state.press(first, "›")
        second = await state.next_edit(ann)
        state.press(second, "›")
        third = await state.next_edit(ann)
        assert await answer_to(state, third, "3 / 3", ann) == ""
    shown = "\n\n".join(page.text for page in (first, second, third))
    head, _, text = shown.partition("\n\n")
    assert head.startswith("The ferry\nHarbour Times, 13 March 2026\nBy R. Iyer\n/article ")
    assert text.split("\n\n") == [line.strip() for line in LONG.splitlines()]
    assert state.violations == []


async def test_an_article_opens_from_lists_replies_and_links(
    state: BotApiState, filled: Store, ann: User
) -> None:
    async with bot_at_work(state, store=filled):
        state.say(ann, "/latest")
        listed = await state.next_message(ann)
        state.press(listed, "3")
        opened = await state.next_message(ann)
        state.say(ann, "/article", reply_to=listed)
        first = await state.next_message(ann)
        state.say(ann, "/article", reply_to=opened)
        linked = await state.next_message(ann)
        state.say(ann, "/article", reply_to=state.say(ann, "/privacy"))
        await state.next_message(ann)
        nothing = await state.next_message(ann)
        state.say(ann, f"/start {article_payload(id_of('n4'))}")
        started = await state.next_message(ann)
        state.say(ann, f"/start {question_payload('Who “won”?')}")
        answered = await state.next_message(ann)
        state.say(ann, "/start")
        greeting = await state.next_message(ann)
        state.say(ann, "/start a_")
        other = await state.next_message(ann)
    assert opened.reply_to is not None
    assert opened.reply_to.id == listed.id
    assert opened.text.startswith("Ferry <2>\n")
    assert first.text.startswith("Ferry <0>\n")
    assert linked.text == opened.text
    assert nothing.text == "I find no article in that message. Send /article and its number."
    assert started.text.startswith("Ferry <4>\n")
    assert answered.text == "Asked: Who “won”?"
    assert greeting.text.startswith("Hello")
    assert other.text == "That link is not complete. Write me your question instead."


async def test_a_story_of_several_sources_says_so(
    state: BotApiState, store: Store, ann: User
) -> None:
    text = "The ferry to the northern island was cancelled because of the storm, its owner said."
    same = [
        make_article(name, text + extra, title=name, source=name)
        for name, extra in (("Coast", ""), ("Harbour", "\nMore soon."))
    ]
    arrivals = [Arrival(article, article.id) for article in same]
    await store.articles.put(arrivals, source_id=None, seen_at=NOW)
    assert len(await store.articles.story(same[0].id)) == 2
    async with bot_at_work(state, store=store):
        state.say(ann, f"/article {same[0].id}")
        assert "\nFrom 2 sources: Coast, Harbour\n" in (await state.next_message(ann)).text


async def test_articles_that_are_gone_are_told_kindly(
    state: BotApiState, filled: Store, ann: User
) -> None:
    article = make_article("long", LONG, title="The ferry", published=NOW)
    await filled.articles.put([Arrival(article, "k")], source_id=None, seen_at=NOW)
    async with bot_at_work(state, store=filled):
        state.say(ann, f"/article {article.id}")
        reading = await state.next_message(ann)
        state.say(ann, "/latest coast")
        of_coast = await state.next_message(ann)
        state.say(ann, "/latest harbour")
        listed = await state.next_message(ann)
        for gone in (article, news(7, source=COAST), *(news(number) for number in range(7))):
            await filled.articles.remove(gone.id, NOW + timedelta(hours=1))
        notice = await answer_to(state, reading, "›", ann)
        assert notice == "This article is no longer in the collection."
        state.press(of_coast, "1")
        opened = await state.next_message(ann)
        gone_id = id_of("n7")
        assert opened.text == f"There is no article {gone_id} in the collection (any more)."
        notice = await answer_to(state, listed, "›", ann)
        assert notice == "There are no articles of that source any more."
        state.say(ann, "/article <b>")
        unknown = await state.next_message(ann)
    assert unknown.text == "There is no article <b> in the collection (any more)."
    assert state.violations == []


async def test_a_search_is_paged_by_the_words_in_its_message(
    state: BotApiState, filled: Store, ann: User
) -> None:
    desk = SearchingDesk(found=[news(number) for number in range(7)])
    async with bot_at_work(state, desk, store=filled):
        state.say(ann, "/search  <ferry>\n & captain ")
        first = await state.next_message(ann)
    async with bot_at_work(state, desk, store=filled):
        state.press(first, "›")
        second = await state.next_edit(ann)
        state.say(ann, "/search ?!")
        empty = await state.next_message(ann)
    assert first.text.startswith(
        "<ferry> & captain\n7 articles\n\n1. Ferry <0> — Harbour Times, 13 March 2026\n"
        "Ferry number 0 sailed from pier 0, its captain said."
    )
    assert second.text.startswith("<ferry> & captain\n7 articles\n\n6. Ferry <5>")
    assert desk.sought == ["<ferry> & captain"] * 2
    assert empty.text.startswith("Write what to look for after /search")
    assert state.violations == []


async def test_a_search_keeps_to_the_chosen_source_and_says_so(
    state: BotApiState, filled: Store, ann: User
) -> None:
    await filled.chats.touch(Chat(ann.id, "private", "Ann", "en"))
    await filled.chats.set_settings(ann.id, {"source": COAST})
    desk = SearchingDesk(found=[news(number, source=COAST) for number in range(7)])
    line = "\nOnly from Coast & <Co>, as chosen in /settings.\n"
    async with bot_at_work(state, desk, store=filled):
        state.say(ann, "/search ferry")
        first = await state.next_message(ann)
        assert line in first.text
        state.press(first, "›")
        second = await state.next_edit(ann)
        assert line in second.text
        await filled.chats.set_settings(ann.id, {})
        state.press(second, "‹")
        assert "/settings" not in (await state.next_edit(ann)).text
        desk.found = []
        await filled.chats.set_settings(ann.id, {"source": COAST})
        state.say(ann, "/search ferry")
        assert (await state.next_message(ann)).text == (
            "ferry\n\nI found no article on that.\n"
            "Only Coast & <Co> was searched. Choose all sources in /settings."
        )
    assert desk.sources == [COAST, COAST, None, COAST]
    assert state.violations == []


async def test_a_search_of_the_real_index_leads_to_the_article(
    state: BotApiState,
    ann: User,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    embedder: Embedder,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(bot.desk, "load_embedder", lambda _settings: embedder)
    settings = load_settings(data=tmp_path / "d")
    for town, count in (("Avaldsnes", "12 horses"), ("Cederby", "47 violins")):
        write_article(tmp_path, town, f"The town of {town} counted {count} at its festival.")
    paths = [tmp_path / "Avaldsnes.txt", tmp_path / "Cederby.txt"]
    index_paths(settings, paths, now=NOW, embedder=embedder)
    async with (
        await open_store(database_url(settings), clock=lambda: NOW) as store,
        open_desk(settings) as desk,
        bot_at_work(state, desk, store=store),
    ):
        state.say(ann, "/search violins at the festival")
        found = await state.next_message(ann)
        state.press(found, "1")
        opened = await state.next_message(ann)
    assert found.text.startswith("violins at the festival\n2 articles\n\n1. News of Cederby")
    assert opened.text.startswith("News of Cederby\n")
    assert opened.text.endswith("The town of Cederby counted 47 violins at its festival.")


async def test_sources_and_their_problems(state: BotApiState, filled: Store, ann: User) -> None:
    source = await filled.sources.add("feed", "https://coast.example/f", every=900, name="<Coast>")
    troubled = SourceState(checked=NOW, failures=1, problem="it answers <404>")
    await filled.sources.save_state(source.id, troubled)
    boss, group = state.add_user("Boss"), state.add_group("Readers")
    plain = "Sources (1 source)\n\n<Coast>\nfeed, 0 articles, checked 14 March 2026, 09:30 UTC"
    async with bot_at_work(state, store=filled, admins=[boss.id]):
        state.say(ann, "/sources")
        assert (await state.next_message(ann)).text == plain
        state.say(boss, "/sources")
        assert (await state.next_message(boss)).text == f"{plain}\nProblem: it answers <404>"
        state.say(group, "/sources", by=boss)
        assert (await state.next_message(group)).text == plain


async def test_every_press_is_answered_whatever_goes_wrong(
    state: BotApiState, filled: Store, ann: User
) -> None:
    async with bot_at_work(state, store=filled):
        state.say(ann, "/latest")
        listed = await state.next_message(ann)
        state.faults.plan("editMessageText", Refuse(bad_request("message can't be edited")))
        notice = await answer_to(state, listed, "›", ann)
        assert notice == "This message can't be changed any more."
        state.faults.plan("editMessageText", Refuse(bad_request("message is not modified: same")))
        assert await answer_to(state, listed, "›", ann) == ""
        await filled.close()
        await answer_to(state, listed, "›", ann)
    assert state.unanswered == []


async def test_a_topic_stays_a_topic(state: BotApiState, filled: Store, ann: User) -> None:
    forum = state.add_group("Forum", topics=[7])
    async with bot_at_work(state, store=filled):
        state.say(forum, "/latest", by=ann, thread_id=7)
        listed = await state.next_message(forum)
        state.press(listed, "1", by=ann)
        opened = await state.next_message(forum)
    assert (listed.thread_id, opened.thread_id) == (7, 7)


async def test_without_a_store_there_is_nothing_to_browse(state: BotApiState, ann: User) -> None:
    async with bot_at_work(state):
        state.say(ann, "/latest")
        assert "don't know that command" in (await state.next_message(ann)).text
