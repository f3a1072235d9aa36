"""Two articles, an answer that cites one, and what people do with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from telegram_bench import FixedDesk, abstention, answer

from bot.store.engine import open_store
from bot.store.records import Arrival
from bot.store.urls import sqlite_url
from retrieval.types import ArticleRef, Span
from tests.support.articles import make_article

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.playground.messages import Message
    from bot.playground.people import User
    from bot.playground.state import BotApiState
    from bot.store.engine import Store

QUOTE = "The talks resumed on Thursday."
TALKS = make_article(
    "talks",
    f"A first paragraph.\nEarly on. {QUOTE} Both sides were there.\nA third one.",
    title="Talks <b>resume & go on",
    source="Example Times",
    url="https://news.example/talks",
)
OTHER = make_article("other", "Ferries sail again.\nThey sail daily.", title="Ferries <i>sail")
CLOSEST = ArticleRef(OTHER.id, OTHER.title, None, OTHER.source, OTHER.published)


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 14, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def store(tmp_path: Path, clock: Clock) -> AsyncIterator[Store]:
    async with await open_store(sqlite_url(tmp_path / "newsdesk.db"), clock=clock) as opened:
        arrivals = [Arrival(one, one.id) for one in (TALKS, OTHER)]
        await opened.articles.put(arrivals, source_id=None, seen_at=clock.now)
        yield opened


@pytest.fixture
def ann(state: BotApiState) -> User:
    return state.add_user("Ann")


def talks_answer(**changes: object):
    reply = answer(title=TALKS.title, quote=QUOTE)
    start = TALKS.text.index(QUOTE)
    cited = replace(
        reply.citations[0], article_id=TALKS.id, span=Span(start, start + len(QUOTE)), **changes
    )
    return replace(reply, citations=(cited,), closest=(CLOSEST,))


def desk() -> FixedDesk:
    return FixedDesk(
        {"When?": talks_answer(), "Who?": replace(abstention("No idea."), closest=(CLOSEST,))}
    )


async def ask(state: BotApiState, user: User, text: str = "When?") -> Message:
    state.say(user, text)
    return await state.next_message(user)


async def pressed(state: BotApiState, message: Message, button: str, **who: User) -> Message:
    state.press(message, button, **who)
    return await state.next_edit(message.chat.id)


async def note_of(state: BotApiState, message: Message, button: str, **who: User) -> str:
    """Press a button and return what was shown over the chat."""
    query = state.press(message, button, **who)
    answered = await state.until(lambda: state.queries[query.id].answer)
    return str(answered.get("text", ""))


def bold_of(message: Message) -> list[str]:
    return [
        message.text.encode("utf-16-le")[2 * e.offset : 2 * (e.offset + e.length)].decode(
            "utf-16-le"
        )
        for e in message.entities
        if e.type == "bold"
    ]
