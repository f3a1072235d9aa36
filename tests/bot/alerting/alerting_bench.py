"""A collection, a desk and the alerting over a real store, and a Telegram that is a dictionary."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.alerting.service import Alerting
from bot.building import answerer
from bot.collection.opening import open_collection
from bot.desk import Desk
from bot.settings import load_settings
from bot.store.deliveries import Mark
from bot.store.records import Arrival, Chat
from retrieval.library import Library
from tests.support.articles import make_article
from tests.support.collections import Clock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.alerts.telling import Digest, Story
    from bot.alerts.types import Subscription
    from bot.collection.syncing import Collection
    from bot.desk import TimedReply
    from bot.store.engine import Store
    from retrieval.embedding import Embedder

ANN, GROUP = 1, -5


class Plain:
    """Words messages so that tests can read them: a line for each thing that is said."""

    def alert(self, story: Story, chat: Chat) -> dict[str, Any]:
        lines = ["ALERT"]
        lines += [f"{one.title} ({one.source})" for one in story.articles]
        lines += [f"for {why.subscription.label}" for why in story.whys]
        lines += [f"> {sentence}" for sentence in story.whys[0].sentences if sentence]
        return {"html": ["\n".join(lines)]}

    def digest(self, digest: Digest, chat: Chat) -> dict[str, Any]:
        lines = ["DIGEST" + " late" * digest.late]
        for group in digest.groups:
            lines.append(f"for {group.subscription.label}")
            lines += [f"- {story.articles[0].title}" for story in group.stories]
        lines += [f"+{digest.rest}"] if digest.rest else []
        return {"html": ["\n".join(lines)]}

    def answer(self, subscription: Subscription, timed: TimedReply, chat: Chat) -> dict[str, Any]:
        said = " ".join(sentence.text for sentence in timed.reply.sentences)
        return {"html": [f"ANSWER {subscription.label}\n{said}"]}


@dataclass
class Phone:
    """What the chats show: message number → text, and how many messages rang."""

    texts: dict[tuple[int, int | None], dict[int, str]] = field(default_factory=dict)
    sent: int = 0
    edits: int = 0

    def take(self, chat: int, thread: int | None, payload: dict[str, Any]) -> int:
        shown = self.texts.setdefault((chat, thread), {})
        if "edit" in payload:
            number: int = payload["edit"]["message_id"]
            assert number in shown, "only what was sent is edited"
            self.edits += 1
        else:
            self.sent += 1
            number = self.sent
        (shown[number],) = payload["html"]
        return number

    def of(self, chat: int = ANN, thread: int | None = None) -> list[str]:
        return list(self.texts.get((chat, thread), {}).values())


def parts_of(text: str) -> tuple[str, str]:
    """Return title (the first line) and body, which is one paragraph."""
    title, _, body = text.partition("\n")
    return title, body.replace("\n", " ")


async def deliver(store: Store, phone: Phone, now: Any) -> None:
    """Send what is in the outbox as the courier does."""
    lease = timedelta(seconds=20)
    while claimed := await store.outbox.claim(10, "h", now, lease):
        for one in claimed:
            if one.id in await store.outbox.record("h", [one.id]):
                number = phone.take(one.chat_id, one.thread_id, one.payload)
                await store.outbox.record("h", marks=[Mark(one.id, "sent", (number,))])


@dataclass
class World:
    clock: Clock
    collection: Collection
    desk: Desk
    alerting: Alerting
    phone: Phone = field(default_factory=Phone)

    @property
    def store(self) -> Store:
        return self.collection.store

    async def publish(self, **texts: str | tuple[str, str]) -> None:
        """Bring articles in, named by a word: a text, or a text and its source; then tell."""
        await self.put(**texts)
        await self.index()
        await self.tell()

    async def put(self, **texts: str | tuple[str, str]) -> None:
        """Put articles into the store; the title is the text's first line."""
        arrivals = []
        for name, given in texts.items():
            text, source = given if isinstance(given, tuple) else (given, "Harbour Times")
            title, body = parts_of(text)
            made = make_article(name, body, title=title, published=self.clock(), source=source)
            arrivals.append(Arrival(made, name))
        await self.store.articles.put(arrivals, source_id=None, seen_at=self.clock())

    async def index(self) -> None:
        report = await self.collection.sync(trigger="test", sources=())
        if report.written:
            self.desk.swap(await asyncio.to_thread(self._library))

    async def tell(self) -> None:
        """Work, send, and see to what was being sent when it became stale."""
        await self.alerting.work()
        await deliver(self.store, self.phone, self.clock())
        await self.alerting.work()
        await deliver(self.store, self.phone, self.clock())

    async def forward(self, **span: float) -> None:
        self.clock.forward(**span)
        await self.tell()

    def _library(self) -> Library:
        return Library(self.collection.home.open(), answerer(self.collection.settings, None))


@asynccontextmanager
async def world_at(folder: Path, embedder: Embedder) -> AsyncIterator[World]:
    """Give a world with one old article, which nobody is told of."""
    clock = Clock()
    settings = load_settings(data=folder / "data", precision="float32")
    async with AsyncExitStack() as stack:
        collection = await stack.enter_async_context(
            open_collection(settings, clock=clock, embedder=lambda: embedder)
        )
        for chat, kind in ((ANN, "private"), (GROUP, "supergroup")):
            await collection.store.chats.touch(Chat(chat, kind, "c", "en"))
        title, body = parts_of(OLD)
        made = make_article("old", body, title=title)
        await collection.store.articles.put([Arrival(made, "old")], source_id=None, seen_at=clock())
        await collection.sync(trigger="test", sources=())
        library = Library(collection.home.open(), answerer(settings, None))
        desk = await stack.enter_async_context(Desk(library, embedder, clock=clock))
        alerting = Alerting(collection.store, desk, Plain(), clock=clock)
        await alerting.work()
        clock.forward(minutes=1)
        yield World(clock, collection, desk, alerting)


OLD = """Ferry line to the islands turns fifty
The ferry line between Stavern and the outer islands turned fifty this week. A brass band played on
the pier, and the oldest captain cut a cake in the shape of a lighthouse."""
