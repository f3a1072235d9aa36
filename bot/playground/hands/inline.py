"""Inline mode from the people's side: typing after the bot's name, and choosing a result."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.playground.hands.writing import Writing
from bot.playground.inline import MAX_QUERY, InlineQuery
from bot.playground.journal import PATIENCE
from bot.playground.record import EventKind

if TYPE_CHECKING:
    from bot.playground.directory import Where
    from bot.playground.inline import InlineAnswer, InlineResult
    from bot.playground.json_types import JsonObject
    from bot.playground.messages import Message
    from bot.playground.people import User


class Inline(Writing):
    """Lets people use the bot inline."""

    def inline(
        self, user: User, query: str, offset: str = "", chat_type: str = "sender"
    ) -> InlineQuery:
        """Let someone type `@bot query` somewhere, and tell the bot unless an answer is kept.

        `chat_type` is "sender" for the chat with the bot, "private", "group", "supergroup" or
        "channel". Raises ValueError for a query longer than 256 characters and for a bot without
        inline mode.
        """
        if not self.inline_mode:
            raise ValueError("the bot has no inline mode")
        if len(query) > MAX_QUERY:
            raise ValueError(f"an inline query has at most {MAX_QUERY} characters")
        asked = InlineQuery(str(next(self._query_ids)), user, query, offset, self.clock())
        self.inline_book.queries[asked.id] = asked
        asked.answer = self.inline_book.kept(asked)
        if asked.answer is None:
            self.updates.push(
                "inline_query",
                {
                    "id": asked.id,
                    "from": user.to_json(),
                    "query": query,
                    "offset": offset,
                    "chat_type": chat_type,
                },
            )
        return asked

    async def inline_answer(self, query: InlineQuery, *, within: float = PATIENCE) -> InlineAnswer:
        """Return the answer to a query. Waits up to `within` seconds, then raises TimeoutError."""
        return await self.until(lambda: query.answer, within=within, what="an inline answer")

    def choose(
        self,
        user: User,
        result: InlineResult,
        where: Where,
        *,
        feedback: bool = True,
        thread_id: int | None = None,
    ) -> Message:
        """Let someone choose a result, which posts its message to a chat that the bot is in.

        The bot is told of the message, and with `feedback` by chosen_inline_result, as Telegram
        does only for bots that have it switched on.
        """
        chat = self.directory.chat(where)
        author = self._author(chat, user)
        inline_id = f"BAAAAK{next(self._query_ids)}" if result.keyboard else ""
        message = replace(
            self._draft(chat, author, thread_id=thread_id),
            text=result.text,
            entities=result.entities,
            keyboard=result.keyboard,
            preview=result.preview,
            via_bot=self.bot,
            inline_id=inline_id,
        )
        self.show(EventKind.SAID, self.messages.put(message), by=author)
        if feedback:
            chosen: JsonObject = {
                "result_id": result.id,
                "from": author.to_json(),
                "query": result.query,
            }
            if inline_id:
                chosen["inline_message_id"] = inline_id
            self.updates.push("chosen_inline_result", chosen)
        return self._tell(message)
