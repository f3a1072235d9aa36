"""/broadcast: a message to many chats, shown first, then sent through the outbox."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from telegram import Message, MessageEntity
from telegram.error import BadRequest
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from bot.chat import broadcasts as pages
from bot.telegram.messenger import send_reply
from bot.telegram.pages import answer_press, reader_of, send_page, turn_page
from bot.telegram.posting import post

if TYPE_CHECKING:
    from telegram import CallbackQuery, Update
    from telegram.ext import ContextTypes

    from bot.chat.broadcasts import Choice
    from bot.chat.paging import Page
    from bot.chat.translations import Translator
    from bot.store.broadcasts import Broadcast
    from bot.store.engine import Store
    from bot.telegram.access import Access
    from bot.telegram.following import Follower
    from bot.telegram.ports import App

logger = logging.getLogger(__name__)


class Broadcasting:
    """The command and its buttons, for admins. `follower` shows how broadcasts go."""

    def __init__(self, store: Store, access: Access, follower: Follower) -> None:
        self._store = store
        self._access = access
        self._follower = follower

    def register(self, application: App) -> None:
        """Add the handlers."""
        command = self._access.guarded(self.draft)
        application.add_handler(
            CommandHandler("broadcast", command, filters=filters.UpdateType.MESSAGE)
        )
        application.add_handler(CallbackQueryHandler(self.pressed, pattern=f"^{pages.PREFIX}"))

    async def draft(self, tr: Translator, message: Message) -> None:
        """Show a message as its readers will get it, and ask whom to send it to."""
        payload, author = payload_of(message), message.from_user
        if payload is None or author is None:
            await send_reply(message, [pages.render_usage(tr)])
            return
        number = await self._store.broadcasts.draft(author.id, payload)
        bot: Any = message.get_bot()
        try:
            await post(bot, payload, chat_id=message.chat_id)
        except BadRequest:
            await send_reply(message, [tr("Telegram does not take this message. Try another one.")])
            return
        chats = await self._store.broadcasts.audience()
        await send_page(message, pages.render_draft(tr, number, chats))

    async def pressed(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Do what a button asks for, if an admin pressed it."""
        query = update.callback_query
        if query is None:
            return
        if query.message is None:  # the button of a message that was sent inline
            await answer_press(query)
            return
        notice = ""
        try:
            tr = await reader_of(self._store, update)
            choice = pages.decode(query.data or "")
            found = await self._store.broadcasts.get(choice.number) if choice else None
            if not await self._access.may(query.from_user.id):
                notice = tr("That is for the admins of this bot.")
            elif choice is None or found is None:
                notice = tr("This button no longer works.")
            else:
                notice = await self._act(tr, query, choice, found)
        finally:
            await answer_press(query, notice)

    async def _act(
        self, tr: Translator, query: CallbackQuery, choice: Choice, found: Broadcast
    ) -> str:
        """Return a notice for whoever pressed, "" if what was asked for is on show."""
        message = query.message
        place = (message.chat.id, message.message_id) if message else (0, 0)
        if choice.verb in {pages.STOP, pages.AGAIN, pages.LEAVE}:
            return await self._resolve(tr, query, choice, found)
        if found.state != "draft":
            return tr("This button no longer works.")
        if choice.verb == pages.SEND:
            count = await self._store.broadcasts.send(found.id, choice.audience, place)
            if count is None:
                return tr("This button no longer works.")
            who = query.from_user.id
            await self._store.audit.add(
                who, "broadcast", number=found.id, audience=choice.audience, chats=count
            )
            self._follower.look()
            return ""
        await turn_page(query, await self._draft_page(tr, choice, found))
        return ""

    async def _draft_page(self, tr: Translator, choice: Choice, found: Broadcast) -> Page:
        if choice.verb == pages.CANCEL:
            await self._store.broadcasts.end(found.id, "stopped")
            return pages.render_cancelled(tr)
        chats = await self._store.broadcasts.audience()
        if choice.verb == pages.CHOOSE and chats[choice.audience]:
            return pages.render_confirm(tr, found.id, choice.audience, chats[choice.audience])
        return pages.render_draft(tr, found.id, chats)

    async def _resolve(
        self, tr: Translator, query: CallbackQuery, choice: Choice, found: Broadcast
    ) -> str:
        """Stop a broadcast, or decide on those of its messages that may or may not be there."""
        store, message = self._store, query.message
        deeds = {pages.STOP: "broadcast-stop", pages.AGAIN: "broadcast-again"}
        deed = deeds.get(choice.verb, "broadcast-leave")
        if choice.verb == pages.STOP:
            if found.state != "sending":
                return tr("This button no longer works.")
            await store.broadcasts.halt(found.id)
            count = await store.outbox.drop(batch=found.batch)
        elif choice.verb == pages.AGAIN:
            count = await store.outbox.resend(batch=found.batch)
        else:
            count = await store.outbox.dismiss(batch=found.batch)
        await store.audit.add(query.from_user.id, deed, number=found.id, chats=count)
        if message is not None and found.state != "sending":
            await store.broadcasts.resume(found.id, (message.chat.id, message.message_id))
        self._follower.look()
        return ""


def payload_of(message: Message) -> dict[str, Any] | None:
    """Return what a /broadcast is to send: the text after it, else the message it replies to."""
    text = _text_after_command(message)
    if text:
        return {"html": [text]}
    original = message.reply_to_message
    if original is None or original.forum_topic_created is not None:
        return None
    return {"copy": {"chat_id": original.chat_id, "message_id": original.message_id}}


def _text_after_command(message: Message) -> str:
    """Return a message without its first word, as HTML with its formatting."""
    # Half a surrogate pair can't be sent on; its replacement is as long.
    units = (message.text or "").encode("utf-16-le", "surrogatepass")
    text = units.decode("utf-16-le", "replace")
    parts = text.split(maxsplit=1)
    if len(parts) < 2:
        return ""
    rest = parts[1].rstrip()
    start = _units(text[: text.index(rest, len(parts[0]))])
    end = start + _units(rest)
    entities = []
    for entity in message.entities:
        first, last = max(entity.offset, start), min(entity.offset + entity.length, end)
        if first < last:
            cut = entity.to_dict() | {"offset": first - start, "length": last - first}
            entities.append(MessageEntity.de_json(cut))
    # The library turns entities into HTML only for a message's own text.
    return Message(0, message.date, message.chat, text=rest, entities=entities).text_html


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
