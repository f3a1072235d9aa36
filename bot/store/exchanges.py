"""A question from when it comes to its answer: each step one transaction over several tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.store.answers import insert_answer, place_answer
from bot.store.asks import asks_of
from bot.store.chats import chat_of, delete_turn, insert_turn, last_turns
from bot.store.people import user_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.asks import Ask, AskStore
    from bot.store.chats import ChatStore
    from bot.store.database import Database
    from bot.store.inbox import InboxStore
    from bot.store.people import User
    from bot.store.records import Chat, StoredAnswer, StoredTurn


@dataclass(frozen=True, slots=True)
class Background:
    """What is known when a question comes.

    The chat's settings, the last turns of its topic (oldest first), who asks (None for someone
    unknown) and what that person asked lately (newest first).
    """

    settings: dict[str, Any]
    turns: Sequence[StoredTurn]
    person: User | None
    asked: Sequence[Ask]


class ExchangeStore:
    """Does at once what several stores do one after the other."""

    def __init__(
        self, database: Database, chats: ChatStore, asks: AskStore, inbox: InboxStore
    ) -> None:
        self._database = database
        self._chats = chats
        self._asks = asks
        self._inbox = inbox

    async def look(
        self,
        chat_id: int,
        thread_id: int | None,
        user_id: int | None,
        *,
        turns: int,
        since: datetime | None,
    ) -> Background:
        """Return what is known, with so many turns and with questions asked after `since`."""

        async def work(connection: AsyncConnection) -> Background:
            chat = await chat_of(connection, chat_id)
            person, asked = None, []
            if user_id is not None and since is not None:
                person = await user_of(connection, user_id)
                asked = await asks_of(connection, user_id, since)
            return Background(
                {} if chat is None else chat.settings,
                await last_turns(connection, chat_id, thread_id, turns),
                person,
                asked,
            )

        return await self._database.read(work)

    async def begin(self, chat: Chat, answer: StoredAnswer, ask: Ask | None) -> int:
        """Note a chat that asked, keep the answer that it is about to get, and that it was asked.

        Returns the answer's number. Raises UnknownChatError for a chat left behind.
        """

        async def work(connection: AsyncConnection) -> int:
            await self._chats.note(connection, chat)
            number = await insert_answer(connection, answer)
            if ask is not None:
                await self._asks.note(connection, ask)
            return number

        return await self._database.write(work)

    async def finish(
        self,
        answer_id: int | None,
        turn: StoredTurn,
        message_ids: Sequence[int],
        *,
        replacing: int | None = None,
        update_id: int | None = None,
    ) -> None:
        """Note which messages an answer is in, its turn, and that its update is done with.

        `replacing` is the message whose turn goes. Raises UnknownChatError.
        """

        async def work(connection: AsyncConnection) -> None:
            if answer_id is not None:
                await place_answer(connection, answer_id, message_ids)
            if replacing is not None:
                await delete_turn(connection, turn.chat_id, replacing)
            await insert_turn(connection, turn)
            if update_id is not None:
                await self._inbox.end(connection, [update_id])

        await self._database.write(work)
