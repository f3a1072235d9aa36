"""Lets people in, or tells them why not, before anything else is done with what they sent.

A store that fails lets everyone in: it costs nobody an answer.
"""

from __future__ import annotations

import logging
import re
from collections import OrderedDict
from datetime import timedelta
from html import escape
from typing import TYPE_CHECKING

from telegram import Update
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import TelegramError
from telegram.ext import ApplicationHandlerStop, TypeHandler

from bot.chat.admission import judge, render_hint, render_refusal
from bot.store.errors import StoreError
from bot.telegram.access import sender_of
from bot.telegram.language import translator_for
from bot.telegram.limits import answer_with_hint
from bot.telegram.messenger import send_reply
from bot.telegram.pages import answer_press

if TYPE_CHECKING:
    from datetime import datetime

    from telegram import Bot, Chat, Message, User
    from telegram.ext import ContextTypes

    from bot.chat.admission import Mode, Verdict
    from bot.store.engine import Store
    from bot.telegram.access import Access
    from bot.telegram.ports import App

logger = logging.getLogger(__name__)

BEFORE_ALL = -2  # the handlers' group
NOTED_EVERY = timedelta(hours=1)
# A ban is told once in a while; a stranger, who may be about to be let in, more often.
TOLD_EVERY = {"banned": timedelta(hours=1), "stranger": timedelta(minutes=1)}
_REMEMBERED = 10_000
# Whoever asks what is kept, or has it deleted, isn't kept by that.
_UNNOTED = re.compile(r"/(mydata|privacy|forget|stop)\b")


class Recently:
    """Remembers, within bounds, when something was last done for whom."""

    def __init__(self) -> None:
        self._when: OrderedDict[object, datetime] = OrderedDict()

    def is_due(self, key: object, now: datetime, every: timedelta) -> bool:
        """Tell whether it is `every` or longer ago, and take it that it is done now."""
        last = self._when.get(key)
        if last is not None and now - last < every:
            return False
        self._when[key] = now
        self._when.move_to_end(key)
        if len(self._when) > _REMEMBERED:
            self._when.popitem(last=False)
        return True

    def forget(self, key: object) -> None:
        """Take it that it was never done."""
        self._when.pop(key, None)


class Gate:
    """Stands before all handlers."""

    def __init__(self, store: Store, access: Access, mode: Mode) -> None:
        self._store = store
        self._access = access
        self._mode = mode
        self._noted = Recently()
        self._told = Recently()

    def register(self, application: App) -> None:
        """Add the handler."""
        application.add_handler(TypeHandler(Update, self.check), group=BEFORE_ALL)

    async def check(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Let an update through, or deal with it here. Raises ApplicationHandlerStop then."""
        user, chat = _person(update), update.effective_chat
        try:
            if user is not None and _is_meant(update, context.bot):
                await self._note(user)
            verdict = await self._judge(user, chat)
        except StoreError as error:
            logger.warning("Someone was let in unchecked: %s", type(error).__name__)
            return
        if verdict == "banned group" and chat is not None:
            await _leave(update, chat, context.bot)
            raise ApplicationHandlerStop
        if verdict != "in" and _is_about_more_than_membership(update):
            await self._turn_away(update, user, verdict)
            raise ApplicationHandlerStop

    async def _judge(self, user: User | None, chat: Chat | None) -> Verdict:
        group = chat.id if chat is not None and chat.type != ChatType.PRIVATE else None
        if user is None and chat is None:  # nobody's: a poll's state, say
            return "in"
        ids = {one for one in (user.id if user else None, group) if one is not None}
        known = await self._store.people.among(ids)
        person = known.get(user.id) if user else None
        there = known.get(group) if group is not None else None
        role = person.role if person else "member"
        if user is not None and user.id in self._access.owners:
            role = "owner"
        standing = person.standing if person else ""
        return judge(self._mode, role, standing, there.standing if there else "")

    async def _note(self, user: User) -> None:
        """Note a person now and then, and at once under a new name."""
        key = (user.id, user.full_name, user.username)
        if self._noted.is_due(key, self._store.clock(), NOTED_EVERY):
            await self._store.people.touch(user.id, user.full_name, user.username or "")

    async def _turn_away(self, update: Update, user: User | None, verdict: Verdict) -> None:
        """Say why nothing happens, where only that person reads it."""
        if user is None:
            return
        chat, query, press = update.effective_chat, update.inline_query, update.callback_query
        tr = await translator_for(self._store, chat.id if chat else None, user)
        line = render_refusal(tr, verdict, user.id)
        message = update.message
        if press is not None:
            await answer_press(press, line, alert=True)
        elif query is not None:
            await answer_with_hint(query, render_hint(tr, verdict))
        elif (
            message is not None
            and message.chat.type == ChatType.PRIVATE
            and self._told.is_due(user.id, self._store.clock(), TOLD_EVERY[verdict])
        ):
            await _tell(message, line)


async def _tell(message: Message, line: str) -> None:
    try:
        await send_reply(message, [escape(line, quote=False)])
    except TelegramError as refusal:
        logger.info("Someone who wasn't let in was not told: %s", type(refusal).__name__)


async def leave_group(bot: Bot, chat_id: int) -> None:
    """Leave a group without a word; one that the bot isn't in is no error."""
    try:
        await bot.leave_chat(chat_id)
    except TelegramError as refusal:
        logger.info("A banned group was not left: %s", type(refusal).__name__)


async def _leave(update: Update, chat: Chat, bot: Bot) -> None:
    change = update.my_chat_member
    status = change.new_chat_member.status if change else None
    if status not in {ChatMemberStatus.LEFT, ChatMemberStatus.BANNED}:
        await leave_group(bot, chat.id)


def _person(update: Update) -> User | None:
    message = update.message or update.edited_message
    if message is not None:
        return sender_of(message)
    user = update.effective_user
    return None if user is None or user.is_bot else user


def _is_meant(update: Update, bot: Bot) -> bool:
    """Tell whether someone turned to the bot: of a group's other talk nobody is noted."""
    message = update.message
    if message is None:
        return update.inline_query is not None or update.callback_query is not None
    if _UNNOTED.match(message.text or ""):
        return False
    return message.chat.type == ChatType.PRIVATE or _names(message, bot)


def _names(message: Message, bot: Bot) -> bool:
    asked = message.reply_to_message
    if asked is not None and asked.from_user is not None and asked.from_user.id == bot.id:
        return True
    text = message.text or ""
    return text.startswith("/") or f"@{bot.username}".casefold() in text.casefold()


def _is_about_more_than_membership(update: Update) -> bool:
    """Tell of what people send from that they blocked the bot, which is noted of everyone."""
    return update.my_chat_member is None and update.chat_member is None
