"""What chats talk about and what they were answered, in the store; in memory without one.

A store that fails costs a conversation its memory or an answer its buttons, never the answer.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.chat.reply_records import reply_to_record
from bot.chat.turns import LIFETIME, TURNS, TurnMemory
from bot.store.errors import StoreError
from bot.store.records import StoredAnswer, StoredTurn
from retrieval.followup import Turn
from retrieval.types import Abstention

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.store.asks import Ask
    from bot.store.engine import Store
    from bot.store.records import Chat
    from retrieval.types import Excerpt, Reply

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """A chat, or one topic of it: a conversation of its own."""

    chat_id: int
    thread_id: int | None = None


class Conversations:
    """The turns and answers of all chats. Bounded; for one event loop."""

    def __init__(self, store: Store | None) -> None:
        self.store = store
        self._memory = TurnMemory(lambda: datetime.now(UTC))

    async def turns(self, place: Place, *, without: Sequence[int] = ()) -> list[Turn]:
        """Return a place's last turns, oldest first, but those whose reply is in `without`."""
        if self.store is None:
            return list(self._memory.recall(place))
        try:
            kept = await self.store.chats.turns(place.chat_id, place.thread_id, TURNS + 1)
        except StoreError as error:
            logger.warning("A conversation could not be read: %s", error)
            return []
        kept = [turn for turn in kept if turn.message_id not in without]
        return recent(kept, self.store.clock())

    async def answer_in(self, chat_id: int, message_id: int) -> StoredAnswer | None:
        """Return the answer that a message of the bot's holds, or None."""
        if self.store is None:
            return None
        try:
            return await self.store.answers.of_message(chat_id, message_id)
        except StoreError as error:
            logger.warning("An answer could not be read: %s", error)
            return None

    async def begin(
        self,
        place: Place,
        chat: Chat,
        question_id: int,
        turn: Turn,
        reply: Reply,
        further: Sequence[Excerpt] = (),
        ask: Ask | None = None,
        understood: str = "",
    ) -> int | None:
        """Keep a reply that is about to be sent, what there is to read on, and that it was asked.

        `understood` is what a follow-up was searched for as. Returns its number; None if nothing
        of it is kept.
        """
        if self.store is None:
            return None
        answer = StoredAnswer(
            id=0,
            chat_id=place.chat_id,
            thread_id=place.thread_id,
            question_message_id=question_id,
            message_ids=(),
            question=turn.question,
            reply=reply_to_record(reply, further, understood),
            asked=self.store.clock(),
        )
        try:
            return await self.store.exchanges.begin(chat, answer, ask)
        except StoreError as error:
            logger.warning("An answer could not be kept: %s", error)
            return None

    async def finish(
        self,
        place: Place,
        answer_id: int | None,
        messages: Sequence[int],
        turn: Turn,
        *,
        replacing: int | None = None,
        update_id: int | None = None,
    ) -> bool:
        """Note the messages that a reply went out in, and its turn; tell whether that is kept.

        `replacing` is the message whose turn it takes the place of, `update_id` the update that
        is done with now.
        """
        if self.store is None:
            self._memory.remember(place, turn)
            return False
        kept = StoredTurn(
            place.chat_id,
            place.thread_id,
            turn.question,
            turn.answer,
            turn.titles,
            messages[-1] if messages else None,
            self.store.clock(),
        )
        try:
            await self.store.exchanges.finish(
                answer_id, kept, messages, replacing=replacing, update_id=update_id
            )
        except StoreError as error:
            logger.warning("A conversation could not be kept: %s", error)
            return False
        return True

    async def move(self, old_id: int, new_id: int) -> None:
        """Let a chat's conversations go on under the id that it got as a supergroup."""
        if self.store is None:
            return
        try:
            await self.store.chats.migrate(old_id, new_id)
        except StoreError as error:
            logger.warning("A chat could not be moved: %s", error)

    async def forget(self, place: Place) -> None:
        """Forget a place's turns. Raises StoreError if the database refuses."""
        if self.store is None:
            self._memory.forget(place)
        else:
            await self.store.chats.forget_turns(place.chat_id, place.thread_id)


def recent(kept: Sequence[StoredTurn], now: datetime) -> list[Turn]:
    """Return the last of a place's turns, oldest first; none after a long silence."""
    kept = kept[-TURNS:]
    if not kept or now - kept[-1].asked > LIFETIME:
        return []
    return [Turn(turn.question, turn.answer, turn.titles) for turn in kept]


def turn_about(reply: Reply, question: str) -> Turn:
    """Return the turn of a kept reply, so that a question may lean on it alone."""
    if isinstance(reply, Abstention):
        return Turn(question, "")
    titles = dict.fromkeys(citation.title for citation in reply.citations)
    return Turn(question, " ".join(sentence.text for sentence in reply.sentences), tuple(titles))
