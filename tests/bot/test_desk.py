"""The desk: many questions at once, each answered from the library that was current."""

import asyncio
import gc
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

import bot.desk
from bot.desk import Desk, open_desk
from bot.settings import load_settings
from retrieval.answering import NO_ARTICLES_OF_SOURCE
from retrieval.errors import NothingIndexedError
from retrieval.library import Library
from retrieval.types import Abstention, Answer
from tests.support.collections import index_paths

NOW = datetime(2022, 6, 1, tzinfo=UTC)
TOWNS = {
    "Avaldsnes": "12 horses",
    "Birkeland": "31 lanterns",
    "Cederby": "47 violins",
    "Dovrefall": "58 canoes",
}


@pytest.fixture
def settings(tmp_path, monkeypatch, embedder):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSDESK_TELEGRAM_TOKEN", raising=False)
    monkeypatch.setattr(bot.desk, "load_embedder", lambda _settings: embedder)
    return load_settings(data=Path("d"))


@pytest.fixture
def desk(settings, tmp_path, embedder):
    for town, prize in TOWNS.items():
        (tmp_path / f"{town}.txt").write_text(
            f"Festival in {town}\n\nThe town of {town} counted {prize} at its spring festival.\n"
        )
    index_paths(settings, [tmp_path], now=NOW, embedder=embedder)
    desk = open_desk(settings)
    yield desk
    desk.close()


async def test_concurrent_questions_each_get_their_own_answer(desk):
    towns = list(TOWNS) * 8
    replies = await asyncio.gather(
        *(desk.ask(f"What did the festival in {town} count?") for town in towns)
    )
    for town, timed in zip(towns, replies, strict=True):
        assert isinstance(timed.reply, Answer)
        assert TOWNS[town] in timed.reply.sentences[0].text
        assert timed.took_ms > 0


async def test_a_question_keeps_the_library_it_began_with(desk, embedder):
    """The library is exchanged while the question is being embedded."""
    before = desk.library

    class NeverAsked:
        def examine(self, *_asked):
            raise AssertionError("the question moved to the new library")

    class Exchanging:
        def embed_questions(self, texts):
            exchanged.library = NeverAsked()
            return embedder.embed_questions(texts)

    async with Desk(before, Exchanging()) as exchanged:
        timed = await exchanged.ask("What did the festival in Cederby count?")
    assert isinstance(timed.reply, Answer)
    assert timed.reply.generation == before.generation.number


class Counting:
    """Embeds as another does, and counts how often which texts."""

    def __init__(self, embedder):
        self._embedder = embedder
        self.embedded = []

    def embed_questions(self, texts):
        self.embedded += texts
        return self._embedder.embed_questions(texts)


class Watched:
    """A library that tells what is done with it; `examine` waits at `gate`."""

    def __init__(self, library):
        self.anchors, self.further = library.anchors, library.further
        self._library, self.generation = library, library.generation
        self.ranked, self.given = [], []
        self.looked, self.entered, self.gate = (threading.Event() for _ in range(3))

    def rank_words(self, query):
        self.ranked.append(self._library.rank_words(query))
        self.looked.set()
        return self.ranked[-1]

    def examine(self, query, vector, length, words):
        self.given.append(words)
        self.entered.set()
        assert self.gate.wait(10)
        return self._library.examine(query, vector, length, words)


async def test_words_are_looked_up_while_a_question_is_embedded(desk, embedder):
    library = Watched(desk.library)
    library.gate.set()

    class Patient:
        def embed_questions(self, texts):
            assert library.looked.wait(10)
            return embedder.embed_questions(texts)

    async with Desk(library, Patient()) as asked:
        timed = await asked.ask("What did the festival in Cederby count?")
        assert "47 violins" in timed.reply.sentences[0].text
        assert library.ranked
        assert library.given == library.ranked
        library.looked.clear()
        hits = await asked.search("lanterns", limit=1)
    assert "31 lanterns" in hits[0].passage.text


async def test_what_was_foreseen_is_not_done_again(desk, embedder):
    counting, library = Counting(embedder), Watched(desk.library)
    library.gate.set()
    question = "What did the <b>festival</b> in Cederby count?"
    async with Desk(library, counting) as foreseeing:
        foreseeing.foresee(question)
        foreseeing.foresee("How many lanterns?")  # one at a time
        timed = await foreseeing.ask(question)
        assert "47 violins" in timed.reply.sentences[0].text
        assert counting.embedded == ["What did the festival in Cederby count?"]
        assert len(library.ranked) == 1
        assert library.given == library.ranked


async def test_a_follow_up_foreseen_is_answered_as_any(desk, embedder):
    turns = [(await desk.ask("What did the festival in Cederby count?")).turn]
    expected = await desk.ask("And in Dovrefall?", turns=turns)
    assert expected.understood
    async with Desk(desk.library, embedder, clock=desk.clock) as foreseeing:
        foreseeing.foresee("And in Dovrefall?")
        timed = await foreseeing.ask("And in Dovrefall?", turns=turns)
    assert (timed.reply, timed.hits) == (expected.reply, expected.hits)
    assert timed.understood == expected.understood


async def test_words_that_could_not_be_looked_up_beforehand_fail_the_question_alone(
    desk, embedder, caplog
):
    class Broken(Watched):
        def rank_words(self, query):
            raise NothingIndexedError("nothing")

    library = Broken(desk.library)
    library.gate.set()
    async with Desk(library, embedder) as foreseeing:
        foreseeing.foresee("How many lanterns?")
        with pytest.raises(NothingIndexedError):
            await foreseeing.ask("How many lanterns?")
        foreseeing.foresee("How many violins?")
    gc.collect()
    assert not caplog.records


async def test_a_desk_at_work_does_nothing_beforehand(desk, embedder):
    counting, library = Counting(embedder), Watched(desk.library)
    async with Desk(library, counting) as busy:
        first = asyncio.create_task(busy.ask("How many lanterns?"))
        await asyncio.to_thread(library.entered.wait, 10)
        busy.foresee("What did the festival in Cederby count?")
        second = asyncio.create_task(busy.ask("What did the festival in Dovrefall count?"))
        while len(counting.embedded) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        library.gate.set()
        replies = await asyncio.gather(first, second)
    assert "58 canoes" in replies[1].reply.sentences[0].text
    assert counting.embedded == ["How many lanterns?", "What did the festival in Dovrefall count?"]
    assert library.given == [*library.ranked, None]
    assert len(library.ranked) == 1


async def test_a_search_finds_the_passages_and_no_more_than_asked_for(desk):
    hits = await desk.search("lanterns at the festival", limit=3)
    assert len(hits) == 3
    assert "31 lanterns" in hits[0].passage.text
    assert [hit.rank for hit in hits] == [1, 2, 3]
    everything = await desk.search("festival", limit=99)
    assert sorted(hit.article.title for hit in everything) == [f"Festival in {t}" for t in TOWNS]


async def test_an_answer_comes_with_what_it_was_drawn_from_and_what_else_to_read(desk):
    timed = await desk.ask("What did the festival in Cederby count?")
    assert [hit.rank for hit in timed.hits] == list(range(1, len(timed.hits) + 1))
    assert {hit.article.title for hit in timed.hits} == {f"Festival in {t}" for t in TOWNS}
    cited = {citation.article_id for citation in timed.reply.citations}
    further = [excerpt.article.article_id for excerpt in timed.further]
    assert further
    assert not cited & set(further)
    order = [hit.article.id for hit in timed.hits]
    assert further == sorted(further, key=order.index)
    for one in timed.further:
        article = next(h.article for h in timed.hits if h.article.id == one.article.article_id)
        assert one.text == one.span.of(article.text)


async def test_questions_and_searches_keep_to_a_source(settings, tmp_path, embedder):
    for town, source in (("Avaldsnes", "Coast"), ("Birkeland", "Coast"), ("Cederby", "Inland")):
        (tmp_path / f"{town}.md").write_text(
            f"---\ntitle: Festival in {town}\nsource: {source}\npublished: 2022-05-20\n---\n\n"
            f"The town of {town} counted {TOWNS[town]} at its spring festival.\n"
        )
    index_paths(settings, [tmp_path], now=NOW, embedder=embedder)
    library = Library(bot.desk.index_home(settings).open())
    question = "What did the festival in Cederby count?"
    async with Desk(library, embedder, clock=lambda: NOW) as asked:
        inland = await asked.ask(question, source="Inland")
        assert "47 violins" in inland.reply.sentences[0].text
        assert {hit.article.source for hit in inland.hits} == {"Inland"}
        coast = await asked.ask(question, source="Coast")
        assert {ref.source for ref in coast.reply.closest} == {"Coast"}
        assert {hit.article.source for hit in coast.hits} == {"Coast"}
        nobody = await asked.ask(question, source="Nobody")
        assert isinstance(nobody.reply, Abstention)
        assert nobody.reply.reason == NO_ARTICLES_OF_SOURCE
        assert (nobody.reply.source, nobody.hits, nobody.further) == ("Nobody", (), ())
        found = await asked.search("festival", limit=9, source="Coast")
        assert sorted(hit.article.title for hit in found) == [
            "Festival in Avaldsnes",
            "Festival in Birkeland",
        ]
        assert len(await asked.search("festival", limit=9)) == 3
        assert await asked.search("festival", limit=9, source="Nobody") == []


async def test_a_question_may_have_a_length_of_its_own(settings, tmp_path, embedder):
    lines = (
        "The flood in Tarnby took 31 boats.",
        "Harbour master Ida Lund counted 12 more boats adrift when the flood had left Tarnby.",
        "Of the boats that the flood took, 9 were found as far off as the Kell islands.",
        "Tarnby's council pays 400 crowns for every boat lost in the flood, its mayor said.",
        "Fishermen who lost boats may moor in Lowen until a new pier is built in autumn.",
        "Insurers expect claims for some 50 boats and the sailing club's hall after the flood.",
    )
    (tmp_path / "flood.txt").write_text("Flood in Tarnby\n\n" + "\n".join(lines) + "\n")
    index_paths(settings, [tmp_path / "flood.txt"], now=NOW, embedder=embedder)
    library = Library(bot.desk.index_home(settings).open())
    question = "How many boats did the flood in Tarnby take?"
    async with Desk(library, embedder, clock=lambda: NOW) as asked:
        sizes = {}
        for length in (60, None, 700):
            timed = await asked.ask(question, length=length)
            assert isinstance(timed.reply, Answer)
            sizes[length] = len(" ".join(s.text for s in timed.reply.sentences))
    assert sizes[60] <= 60 < sizes[None] <= sizes[700] <= 700


async def test_the_clock_is_the_questions_today(settings, tmp_path, embedder):
    (tmp_path / "late.md").write_text(
        "---\ntitle: Late news\npublished: 2022-05-20\n---\n\nThe Lindholm bridge opened today.\n"
    )
    index_paths(settings, [tmp_path / "late.md"], now=NOW, embedder=embedder)
    generation = bot.desk.index_home(settings).open()
    early = Desk(Library(generation), embedder, clock=lambda: datetime(2022, 5, 1, tzinfo=UTC))
    async with early:
        timed = await early.ask("Which bridge opened?")
        assert isinstance(timed.reply, Abstention)
        assert timed.reply.closest == ()
        later = await early.ask("Which bridge opened?", as_of=datetime(2022, 5, 21, tzinfo=UTC))
        assert isinstance(later.reply, Answer)


async def test_events_are_dated_by_the_library_and_the_reply_says_so(settings, tmp_path, embedder):
    for day in (5, 6, 7):
        (tmp_path / f"{day}.md").write_text(
            f"---\ntitle: Report {day}\npublished: 2022-03-0{day}\n---\n\n"
            f"The flood in Tarnby on March 3 swept away {day} bridges, its mayor said.\n"
        )
    index_paths(settings, [tmp_path / f"{day}.md" for day in (5, 6, 7)], now=NOW, embedder=embedder)
    library = Library(bot.desk.index_home(settings).open())
    async with Desk(library, embedder, clock=lambda: NOW) as asked:
        timed = await asked.ask("What has the mayor said since the flood in Tarnby?")
    assert "since 3 March 2022 (the flood in Tarnby)" in timed.reply.dates


def test_nothing_indexed_is_said_before_the_model_is_loaded(settings, monkeypatch):
    def never(_settings):
        raise AssertionError("the model was loaded for nothing")

    monkeypatch.setattr(bot.desk, "load_embedder", never)
    with pytest.raises(NothingIndexedError):
        open_desk(settings)
