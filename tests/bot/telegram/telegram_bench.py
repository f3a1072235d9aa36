"""The bot on a bench: the real application, Telegram's stand-in, and a desk with fixed replies."""

from __future__ import annotations

import asyncio
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from pydantic import SecretStr

from bot.playground.journal import PATIENCE
from bot.playground.server import BotApiServer
from bot.telegram.application import run_polling
from retrieval.followup import Turn
from retrieval.queries import make_query
from retrieval.types import Abstention, Answer, AnswerSentence, Citation, Reply, Span

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Sequence

    from bot.alerting.service import Alerting
    from bot.collection.reloading import Reloader
    from bot.desk import Desk
    from bot.playground.record import Call
    from bot.playground.state import BotApiState
    from bot.store.engine import Store
    from bot.telegram.ports import Observer
    from retrieval.types import Excerpt, Hit


@dataclass(frozen=True)
class FixedSettings:
    telegram_token: SecretStr | None
    telegram_api: str
    admins: frozenset[int] = frozenset()
    access: Literal["open", "allow-list"] = "open"
    questions_per_hour: int = 60
    questions_per_day: int = 300
    subscriptions_per_chat: int = 50
    webhook_url: str | None = None
    webhook_listen: str = "127.0.0.1:8080"
    webhook_secret: SecretStr | None = None


@dataclass(frozen=True)
class FixedReply:
    reply: Reply
    turn: Turn
    took_ms: float = 1.0
    hits: Sequence[Hit] = ()
    further: Sequence[Excerpt] = ()
    understood: str = ""


@dataclass
class FixedDesk:
    """Gives the reply or error set for a question, else says what it was asked.

    A question named in `held` waits until its event is set. `wishes` are the length and source
    that each question was asked with; what is in `further` comes with every reply; `foreseen` are
    the questions that it was told to get ready for.
    """

    outcomes: dict[str, Reply | Exception] = field(default_factory=dict)
    held: dict[str, asyncio.Event] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    turns: list[list[str]] = field(default_factory=list)
    wishes: list[tuple[int | None, str | None]] = field(default_factory=list)
    further: Sequence[Excerpt] = ()
    foreseen: list[str] = field(default_factory=list)

    def foresee(self, question: str) -> None:
        self.foreseen.append(question)

    def hold(self, question: str) -> asyncio.Event:
        return self.held.setdefault(question, asyncio.Event())

    async def ask(
        self,
        question: str,
        *,
        turns: Sequence[Turn] = (),
        length: int | None = None,
        source: str | None = None,
    ) -> FixedReply:
        self.asked.append(question)
        self.wishes.append((length, source))
        self.turns.append([turn.question for turn in turns])
        if question in self.held:
            await self.held[question].wait()
        outcome = self.outcomes.get(question, abstention(f"Asked: {question}"))
        if isinstance(outcome, Exception):
            raise outcome
        outcome = replace(outcome, source=source or "")
        whole = make_query(question, as_of=datetime.now(UTC), turns=turns).completed
        return FixedReply(outcome, Turn(question, ""), further=self.further, understood=whole)

    async def search(self, text: str, limit: int = 10, source: str | None = None) -> list[Hit]:
        return []


def abstention(reason: str) -> Abstention:
    return Abstention("?", reason, (), 0.1, None, 1)


def answer(
    *,
    title: str = "Talks resume in Istanbul",
    quote: str = "The talks resumed on Thursday.",
    passage: str = "Early on. The talks resumed on Thursday. Both sides were there.",
    url: str | None = "https://news.example/talks?a=1&b=2",
) -> Answer:
    published = datetime(2022, 3, 31, tzinfo=UTC)
    cited = Citation(
        1, "a", "p", title, url, "Example Times", published, quote, Span(0, 1), passage
    )
    sentence = AnswerSentence(quote, (1,))
    return Answer("When?", (sentence,), (cited,), 0.9, datetime(2022, 4, 1, tzinfo=UTC), 1)


@dataclass
class Bench:
    """A running bot. Leaving the block stops it and raises what ended it."""

    state: BotApiState
    desk: FixedDesk | Desk
    settings: FixedSettings
    stop: asyncio.Event
    running: asyncio.Task[None]
    name: str

    async def ended(self) -> None:
        """Wait until the bot has ended, for better or worse; cancel one that never does."""
        await asyncio.wait([self.running], timeout=PATIENCE)
        if not self.running.done():
            self.running.cancel()
            raise TimeoutError("the bot does not end")

    def sends(self) -> list[Call]:
        return self.state.calls("sendMessage")

    def texts(self) -> list[str]:
        return [str(call.parameters["text"]) for call in self.sends() if call.accepted]


@asynccontextmanager
async def served(state: BotApiState) -> AsyncIterator[FixedSettings]:
    """Serve the stand-in and give the settings that lead to it."""
    async with BotApiServer(state) as server:
        yield FixedSettings(SecretStr(state.token), server.root_url)


@asynccontextmanager
async def bot_at_work(
    state: BotApiState,
    desk: FixedDesk | Desk | None = None,
    reloader: Reloader | None = None,
    store: Store | None = None,
    *,
    admins: Iterable[int] = (),
    alerting: Alerting | None = None,
    observer: Observer | None = None,
    **changed: Any,
) -> AsyncIterator[Bench]:
    """Run the bot against `state` from the moment it listens until the block ends.

    `changed` are settings by name.
    """
    desk = desk or FixedDesk()
    stop = asyncio.Event()
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    async with served(state) as served_settings:
        settings = replace(served_settings, admins=frozenset(admins), **changed)
        running = asyncio.create_task(
            run_polling(
                settings,
                desk,
                reloader,
                store,
                stop=stop,
                ready=ready.set_result,
                start_pauses=(),
                alerting=alerting,
                observer=observer,
            )
        )
        await asyncio.wait([running, ready], return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            running.result()
        bench = Bench(state, desk, settings, stop, running, await ready)
        try:
            yield bench
        finally:
            stop.set()
            held_back = desk.held.values() if isinstance(desk, FixedDesk) else ()
            for held in held_back if sys.exception() else ():
                held.set()
            await bench.ended()
        running.result()
