"""A newsroom for tests of alerts in chats: real store, index, model and alerting, a moved clock."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from telegram_bench import bot_at_work

from bot.alerting.service import Alerting
from bot.building import answerer
from bot.chat.alert_renderer import AlertRenderer
from bot.collection.opening import open_collection
from bot.desk import Desk
from bot.settings import load_settings
from bot.store.records import Arrival
from retrieval.library import Library
from tests.support.articles import make_article
from tests.support.collections import Clock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path
    from typing import Any

    from telegram_bench import Bench

    from bot.collection.syncing import Collection
    from bot.playground.messages import CallbackQuery, Message
    from bot.playground.people import User
    from bot.playground.state import BotApiState
    from bot.store.engine import Store
    from retrieval.embedding import Embedder

TALKS = """Envoys sit down in Geneva for peace talks
Envoys of both countries sat down in Geneva on Tuesday for a new round of peace talks. The mediators
hope that they agree on a ceasefire before winter. Two rounds in spring had ended without a result.

The talks are to last until Friday. Foreign minister Ana Berisha leads one of the delegations."""
TRUCE = """Ceasefire agreed after a night of negotiations
After a night of negotiations in Geneva both countries agreed on a ceasefire. The peace talks go on
next week with the exchange of prisoners. Observers will watch the border."""
BREAD = """Bakers raise the price of rye bread
The bakers of the valley raise the price of rye bread by a tenth. Flour and energy have become
dearer, says their guild. Rolls cost as much as before."""
OIL = """Refinery buys oil under sanctions
A refinery on the coast bought oil from a country under sanctions, customs papers show. The oil
price had risen for weeks."""
CUP = """Club banned from cup over sanctions
A football club may not play for the cup because its owner is under sanctions. The club appeals."""
LIGHTHOUSE = """Lighthouse of Stavern lit again
The lighthouse of Stavern was lit again after nine years. The keeper is Ida Lund, who learned the
trade from her mother. The lamp shows a white light every eight seconds."""


@dataclass
class Newsroom:
    """What the bot works on; `publish` brings articles and has the alerting look at them."""

    clock: Clock
    collection: Collection
    desk: Desk
    alerting: Alerting

    @property
    def store(self) -> Store:
        return self.collection.store

    async def publish(self, *texts: str, source: str = "Harbour Times") -> None:
        """Bring articles in, the title in the first line, and have chats told."""
        arrivals = []
        for text in texts:
            title, _, body = text.partition("\n")
            body = "\n\n".join(part.replace("\n", " ") for part in body.split("\n\n"))
            link = f"https://news.example/{len(title)}-{source[:3].lower()}"
            made = make_article(
                title + source,
                body,
                title=title,
                published=self.clock(),
                source=source,
                url=link,
            )
            arrivals.append(Arrival(made, title + source))
        await self.store.articles.put(arrivals, source_id=None, seen_at=self.clock())
        report = await self.collection.sync(trigger="test", sources=())
        if report.written:
            self.desk.swap(await asyncio.to_thread(self._library))
        await self.alerting.work()

    async def forward(self, **span: float) -> None:
        """Move the clock and have the alerting and the courier look."""
        self.clock.forward(**span)
        await self.alerting.work()
        self.store.outbox.bell.set()

    def at_work(self, state: BotApiState, **rest: Any) -> AbstractAsyncContextManager[Bench]:
        """Run the bot."""
        return bot_at_work(state, self.desk, store=self.store, alerting=self.alerting, **rest)

    def _library(self) -> Library:
        return Library(self.collection.home.open(), answerer(self.collection.settings, None))


@asynccontextmanager
async def newsroom_at(folder: Path, embedder: Embedder) -> AsyncIterator[Newsroom]:
    """Give a newsroom that has two old articles."""
    clock = Clock()
    settings = load_settings(data=folder / "data", precision="float32")
    async with AsyncExitStack() as stack:
        collection = await stack.enter_async_context(
            open_collection(settings, clock=clock, embedder=lambda: embedder)
        )
        arrivals = []
        for text in (TALKS, BREAD):
            title, _, body = text.partition("\n")
            body = "\n\n".join(part.replace("\n", " ") for part in body.split("\n\n"))
            url = f"https://news.example/{len(title)}"
            made = make_article(title, body, title=title, published=clock(), url=url)
            arrivals.append(Arrival(made, title))
        await collection.store.articles.put(arrivals, source_id=None, seen_at=clock())
        await collection.sync(trigger="test", sources=())
        library = Library(collection.home.open(), answerer(settings, None))
        desk = await stack.enter_async_context(Desk(library, embedder, clock=clock))
        alerting = Alerting(collection.store, desk, AlertRenderer(), clock=clock)
        await alerting.work()
        clock.forward(minutes=1)
        yield Newsroom(clock, collection, desk, alerting)


async def notice_of(
    state: BotApiState, message: Message, button: str, by: User | None = None
) -> str:
    """Press a button; return the notice that the press got, "" for none."""
    query = state.press(message, button, by=by)

    def answered() -> CallbackQuery | None:
        found = state.queries[query.id]
        return found if found.answer is not None else None

    return str(((await state.until(answered)).answer or {}).get("text", ""))
