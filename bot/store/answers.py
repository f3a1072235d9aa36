"""The replies that chats got, so that their buttons and replies to them find them again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update

from bot.store.chats import need_chat
from bot.store.records import StoredAnswer
from bot.store.schema import ANSWERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.database import Database

ANSWERS_KEPT = 200


class AnswerStore:
    """The last answers of each chat. A number is never used twice; a pruned one stays unknown."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, answer: StoredAnswer, *, keep: int = ANSWERS_KEPT) -> int:
        """Keep an answer; returns its number. A chat keeps its last `keep`.

        Raises UnknownChatError.
        """
        return await self._database.write(
            lambda connection: insert_answer(connection, answer, keep=keep)
        )

    async def get(self, chat_id: int, answer_id: int) -> StoredAnswer | None:
        """Return an answer of a chat, or None: another chat's is not to be had."""
        return await self._first(ANSWERS.c.chat_id == chat_id, ANSWERS.c.id == answer_id)

    async def latest(self, chat_id: int, thread_id: int | None) -> StoredAnswer | None:
        """Return the last answer of a chat's topic, or None."""
        thread = ANSWERS.c.thread_id.is_not_distinct_from(thread_id)
        return await self._first(ANSWERS.c.chat_id == chat_id, thread)

    async def of_prompt(self, chat_id: int, prompt_id: int) -> StoredAnswer | None:
        """Return the answer that a message of the bot's asks an opinion of, or None."""
        return await self._first(ANSWERS.c.chat_id == chat_id, ANSWERS.c.prompt_id == prompt_id)

    async def of_message(self, chat_id: int, message_id: int) -> StoredAnswer | None:
        """Return the answer that a message of the bot's holds, or None."""
        query = select(ANSWERS.c.id, ANSWERS.c.message_ids).where(ANSWERS.c.chat_id == chat_id)

        async def work(connection: AsyncConnection) -> list[int]:
            rows = (await connection.execute(query)).all()
            return [row.id for row in rows if message_id in row.message_ids]

        found = await self._database.read(work)
        return await self.get(chat_id, max(found)) if found else None

    async def set_messages(self, answer_id: int, message_ids: Sequence[int]) -> None:
        """Note which messages hold an answer."""
        await self._database.write(
            lambda connection: place_answer(connection, answer_id, message_ids)
        )

    async def set_prompt(self, answer_id: int, prompt_id: int | None) -> None:
        """Note which message asks what was wrong with an answer; None when it was told."""
        await self._change(answer_id, prompt_id=prompt_id)

    async def revise(self, answer_id: int, question: str, reply: dict[str, Any]) -> None:
        """Replace an answer by that to the corrected question."""
        await self._change(answer_id, question=question, reply=reply)

    async def _change(self, answer_id: int, **values: object) -> None:
        change = update(ANSWERS).where(ANSWERS.c.id == answer_id).values(**values)
        await self._database.write(lambda connection: connection.execute(change))

    async def _first(self, *conditions: ColumnElement[bool]) -> StoredAnswer | None:
        query = select(ANSWERS).where(*conditions).order_by(ANSWERS.c.id.desc()).limit(1)

        async def work(connection: AsyncConnection) -> StoredAnswer | None:
            row = (await connection.execute(query)).mappings().first()
            if row is None:
                return None
            return StoredAnswer(**{**row, "message_ids": tuple(row["message_ids"])})

        return await self._database.read(work)


async def insert_answer(
    connection: AsyncConnection, answer: StoredAnswer, *, keep: int = ANSWERS_KEPT
) -> int:
    """Keep an answer; returns its number. A chat keeps its last `keep`. Raises UnknownChatError."""
    # Not as asdict does it: the reply, which is large, need not be copied.
    row = {
        name: getattr(answer, name) for name in StoredAnswer.__dataclass_fields__ if name != "id"
    }
    row["message_ids"] = list(answer.message_ids)
    here = ANSWERS.c.chat_id == answer.chat_id
    kept = select(ANSWERS.c.id).where(here).order_by(ANSWERS.c.id.desc()).limit(keep)
    await need_chat(connection, answer.chat_id)
    made = insert(ANSWERS).values(row).returning(ANSWERS.c.id)
    number = int((await connection.execute(made)).scalar_one())
    await connection.execute(delete(ANSWERS).where(here, ANSWERS.c.id.not_in(kept)))
    return number


async def place_answer(
    connection: AsyncConnection, answer_id: int, message_ids: Sequence[int]
) -> None:
    """Note which messages hold an answer."""
    change = update(ANSWERS).where(ANSWERS.c.id == answer_id)
    await connection.execute(change.values(message_ids=list(message_ids)))
