"""The real application under generated updates, and what it must never do."""

from __future__ import annotations

import asyncio
import json
import logging
import shutil
import zlib
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from telegram import Update
from telegram_bench import FixedDesk, abstention, answer, served

from bot.building import index_home
from bot.chat.translations import languages, translator
from bot.collection.opening import open_collection
from bot.collection.reloading import Reloader
from bot.desk import Desk as RealDesk
from bot.playground.state import BotApiState
from bot.settings import load_settings
from bot.store.engine import open_store
from bot.store.records import Arrival
from bot.store.urls import database_url
from bot.telegram import application as application_module
from bot.telegram.inbox import UNREADABLE
from retrieval.errors import EmbeddingError
from retrieval.library import Library
from retrieval.types import ArticleRef, Hit, Passage, Span
from tests.support.articles import NOW, days_ago, make_article
from tests.support.collections import index_paths, write_article
from tests.support.updates.scene import set_scene

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
    from pathlib import Path

    from bot.playground.record import Call
    from bot.settings import Settings
    from bot.store.engine import Store
    from bot.telegram.ports import App
    from retrieval.embedding import Embedder
    from retrieval.types import Article, Reply
    from tests.support.updates.scene import Scene

SPEED = 20_000.0
"""So many times faster than the clock runs the one that messages are paced by."""

PATIENCE = 60.0

OUT_OF_THE_BOTS_HANDS = (
    # The server's clock and people's doings decide these, not what the bot sends.
    "query is too old and response timeout expired or query ID is invalid",
    "message is not modified",
    "message to edit not found",
    "message to delete not found",
    "group chat was upgraded to a supergroup chat",
    "member list is inaccessible",
    "not enough rights to send text messages to the chat",
    "Forbidden: ",
    "Too Many Requests: ",
    "Bad Gateway",
)
"""Refusals that the same call could earn from Telegram however well it is made.

Every other refusal is of a message that Telegram would not take: too long, empty, with markup or
buttons that are wrong, to nobody.
"""


class FastTimer:
    """The event loop's time and alarms, sped up."""

    def time(self) -> float:
        return asyncio.get_running_loop().time() * SPEED

    def call_at(self, when: float, callback: Any, /) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_at(when / SPEED, callback)


class Outcomes(dict[str, Any]):
    """Gives every question one of a few replies, some of them hostile, or an error."""

    def __init__(self, articles: Sequence[Article]) -> None:
        super().__init__()
        self._articles = articles

    def get(self, question: str, default: Any = None) -> Any:
        if question == "fail":
            return EmbeddingError("the model can't be loaded", "say <b>it</b> again")
        number = zlib.crc32(question.encode("utf-8", "surrogatepass"))
        return replace(self._replies()[number % 5], question=question)

    def _replies(self) -> list[Reply]:
        closest = tuple(
            ArticleRef(a.id, a.title, a.url, a.source, a.published) for a in self._articles
        )
        plain = answer()
        (cited,) = plain.citations
        hostile = "<i>&amp; \u202e\x00 👩‍👩‍👧 "
        many = tuple(
            replace(cited, number=n, title=hostile * n, quote=hostile * 30 * n, passage="x")
            for n in range(1, 12)
        )
        numbers = tuple(range(1, 12))
        told = replace(plain.sentences[0], text=hostile * 40, citation_numbers=numbers)
        return [
            plain,
            replace(plain, closest=closest),
            replace(plain, sentences=(told,) * 3, citations=many, closest=closest),
            abstention("Nothing on <that>."),
            replace(abstention("Nothing."), closest=closest),
        ]


class ReplyingDesk(FixedDesk):
    """A desk that finds the same articles for all words."""

    def __init__(self, articles: Sequence[Article]) -> None:
        super().__init__(outcomes=Outcomes(articles))
        self._articles = articles

    async def search(self, text: str, limit: int = 10, *_: Any) -> list[Hit]:
        if text == "fail":
            raise EmbeddingError("the model can't be loaded", "say it again")
        return [
            Hit(Passage(f"{a.id}#0", a.id, 0, Span(0, len(a.text)), a.text), a, 1.0, 1.0, n, n, n)
            for n, a in enumerate(self._articles[:limit], start=1)
        ]


def hostile_articles() -> list[Article]:
    """Return articles of many pages, with names that markup and buttons must bear."""
    long = "\n".join(f"Paragraph {n}: " + "the <b>ferry</b> waits. " * 60 for n in range(9))
    return [
        make_article("long", long, title="Long " * 90, source="S" * 300, url="https://a.example/1"),
        make_article("markup", "Ferry &amp; <i>pier</i>.", title="</b><a href=''>", source="<&>"),
        make_article("invisible", "\u202eFerry.", title="ㅤ", source="\u200b"),
        make_article(
            "one word", "𝒜" * 6000, title="𝒜" * 500, url="https://a.example/" + "x" * 3000
        ),
        make_article("undated", "The captain sailed.", source="Coast", published=None),
        *(
            make_article(f"n{n}", f"Ferry {n} sailed.", source=f"Source {n}", published=days_ago(n))
            for n in range(12)
        ),
    ]


def settings_of(data: Path, embedder: Embedder) -> Settings:
    """Return settings for a data folder and a model."""
    return load_settings(data=data, model=embedder.spec.model)


async def fill(data: Path, folder: Path, embedder: Embedder) -> None:
    """Make a data folder: a few indexed files, and articles that came after the index.

    `folder` takes the files.
    """
    towns = {"Cederby": "counted 47 violins at its festival", "Avaldsnes": "has 12 horses"}
    paths = [
        write_article(folder, town, f"The town of {town} {told}.") for town, told in towns.items()
    ]
    settings = settings_of(data, embedder)
    await asyncio.to_thread(index_paths, settings, paths, now=NOW, embedder=embedder)
    async with await open_store(database_url(settings), clock=lambda: NOW) as store:
        arrivals = [Arrival(article, article.id) for article in hostile_articles()]
        await store.articles.put(arrivals, source_id=None, seen_at=NOW)


@dataclass
class World:
    """A running bot in a scene. `problems` are what it should not have done, a line each.

    With `fetching`, updates come through the stand-in's queue, by long polling.
    """

    scene: Scene
    application: App
    fetching: bool = False
    problems: list[str] = field(default_factory=list)
    tally: Counter[str] = field(default_factory=Counter)
    pressed: list[str] = field(default_factory=list)

    def feed(self, raw: dict[str, Any]) -> None:
        """Give the bot an update as JSON carries it, unless the library can't read it."""
        record = json.loads(json.dumps(raw))
        kind = next(name for name in record if name != "update_id")
        self.tally[kind] += 1
        if kind == "callback_query":
            self.pressed.append(record[kind]["id"])
        if self.fetching:
            self.scene.state.updates.push(kind, record[kind])
            return
        try:
            update = Update.de_json(record, self.application.bot)
        except UNREADABLE as error:
            self.tally[f"unreadable: {type(error).__name__}"] += 1
        else:
            self.application.update_queue.put_nowait(update)

    async def settle(self) -> None:
        """Wait until the bot has done all it was given."""
        updates = self.scene.state.updates
        try:
            async with asyncio.timeout(PATIENCE):
                if self.fetching:
                    await self.scene.state.until(
                        lambda: (updates.is_polled and not updates.pending) or None, within=PATIENCE
                    )
                await self.application.update_queue.join()
        except TimeoutError:
            self.problems.append(f"updates are not done after {PATIENCE} s")

    def check(self) -> None:
        """Raise AssertionError for whatever the bot should not have done."""
        state = self.scene.state
        found = [*self.problems]
        regrets = {(c.number, c.parameters.get("chat_id")) for c in state.calls() if _regrets(c)}
        found += [
            f"{c.method} is refused: {_why(c)}"
            for c in state.calls()
            if is_refused(c) and not _is_regretted(c, regrets)
        ]
        found += [f"{v.method}: {v.problem}" for v in state.violations]
        answered = {
            str(c.parameters.get("callback_query_id")) for c in state.calls("answerCallbackQuery")
        }
        found += [f"press {one} is not answered" for one in self.pressed if one not in answered]
        assert not found, "\n".join(found)


def is_refused(call: Call) -> bool:
    """Tell whether a call brought what Telegram would not take from anybody."""
    if call.accepted or call.status is None:
        return False
    return not any(known in _why(call) for known in OUT_OF_THE_BOTS_HANDS)


def _regrets(call: Call) -> bool:
    """Tell whether the bot says that Telegram does not take what an admin wants to broadcast."""
    said = "Telegram does not take this message. Try another one."
    return call.parameters.get("text") in {translator(code)(said) for code in languages()}


def _is_regretted(call: Call, regrets: set[tuple[int, Any]]) -> bool:
    """Tell whether a call tried an admin's own message, and the admin was told of the refusal."""
    place = call.parameters.get("chat_id")
    return any((call.number + later, place) in regrets for later in range(1, 10))


def _why(call: Call) -> str:
    return str((call.response or {}).get("description"))


class _Errors(logging.Handler):
    """Takes down what is logged as an error."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._problems = problems

    def emit(self, record: logging.LogRecord) -> None:
        self._problems.append(f"{record.name} logs: {self.format(record)}")


async def replying_desk(_: Settings, store: Store, __: Embedder) -> ReplyingDesk:
    """Return a desk with fixed replies over a store's articles."""
    return ReplyingDesk(await store.articles.latest(40))


async def open_real_desk(settings: Settings, _: Store, embedder: Embedder) -> RealDesk:
    """Return a desk over the data folder's index."""
    generation = await asyncio.to_thread(index_home(settings).open)
    return RealDesk(Library(generation), embedder)


@asynccontextmanager
async def world_at_work(
    template: Path,
    data: Path,
    open_desk: Callable[[Settings, Store, Embedder], Awaitable[FixedDesk | RealDesk]],
    embedder: Embedder,
    *,
    fetching: bool = False,
) -> AsyncIterator[World]:
    """Run the bot on a copy of a data folder until the block ends; then check what it did.

    With `fetching` updates come through the stand-in's queue, by long polling.
    """
    shutil.copytree(template, data)
    state = BotApiState()
    scene = set_scene(state)
    own = settings_of(data, embedder)
    async with (
        served(state) as fixed,
        open_collection(own, clock=_now, embedder=lambda: embedder) as collection,
    ):
        desk = await open_desk(own, collection.store, embedder)
        reloader = Reloader(collection, _keep)
        settings = replace(fixed, admins=frozenset({scene.admin.id}))
        run = _fetching if fetching else _fed
        try:
            async with run(settings, desk, reloader, collection.store) as application:
                world = World(scene, application, fetching)
                scene.learn(application)
                async with _listened_to(world):
                    yield world
                    await world.settle()
        finally:
            await reloader.close()
            if isinstance(desk, RealDesk):
                desk.close()
    shutil.rmtree(data)
    world.check()


@asynccontextmanager
async def _fed(*parts: Any) -> AsyncIterator[App]:
    """Run the application without anything that fetches updates."""
    application = application_module.build_application(*parts)
    application.bot.rate_limiter._given_timer = FastTimer()
    try:
        await application.initialize()
        await application.start()
        yield application
    finally:
        await _ended(application.stop())
        await application.shutdown()


@asynccontextmanager
async def _fetching(*parts: Any) -> AsyncIterator[App]:
    """Run the application as the program does."""
    stop, built = asyncio.Event(), []
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    build = application_module.build_application

    def building(*given: Any) -> App:
        application = build(*given)
        application.bot.rate_limiter._given_timer = FastTimer()
        built.append(application)
        return application

    with patch.object(application_module, "build_application", building):
        running = asyncio.create_task(
            application_module.run_polling(
                *parts, stop=stop, ready=ready.set_result, start_pauses=()
            )
        )
        await asyncio.wait([running, ready], return_when=asyncio.FIRST_COMPLETED)
    try:
        if ready.done():
            yield built[0]
    finally:
        stop.set()
        await _ended(running)


async def _ended(work: Awaitable[None]) -> None:
    async with asyncio.timeout(PATIENCE):
        await work


@asynccontextmanager
async def _listened_to(world: World) -> AsyncIterator[None]:
    """Take down what goes wrong."""

    async def note(_: object, context: Any) -> None:
        world.tally[f"to the error handler: {type(context.error).__name__}"] += 1

    def fail(_: object, told: dict[str, Any]) -> None:
        world.problems.append(f"a task fails: {told}")

    world.application.add_error_handler(note)
    errors = _Errors(world.problems)
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(fail)
    logging.getLogger().addHandler(errors)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(errors)
        loop.set_exception_handler(None)


async def _keep() -> None:
    """Go on with the library there is."""


def _now() -> datetime:
    return datetime.now(UTC)
