"""Which chats there are: noted when someone writes, gone when the bot is blocked or put out."""

from __future__ import annotations

import logging
from html import escape
from typing import TYPE_CHECKING, Any

from telegram import Update
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import Forbidden, TelegramError
from telegram.ext import ChatMemberHandler, MessageHandler, filters

from bot.chat.translations import translator
from bot.errors import BotError
from bot.store.records import Chat
from bot.telegram.gate import NOTED_EVERY, Recently

if TYPE_CHECKING:
    from telegram import Chat as TelegramChat
    from telegram import ChatMember
    from telegram.ext import ContextTypes

    from bot.store.engine import Store
    from bot.telegram.ports import App

logger = logging.getLogger(__name__)

AFTER_ALL = 1  # the handlers' group: an answer doesn't wait for this
# Who asks what is kept, or wants to be forgotten, is not noted for it.
_UNNOTED = ("/mydata", "/privacy", "/forget", "/stop")
_KINDS = {ChatType.PRIVATE, ChatType.GROUP, ChatType.SUPERGROUP}


class Membership:
    """Keeps the store's list of chats that can be written to."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._noted = Recently()

    def register(self, application: App) -> None:
        """Add the handlers."""
        application.add_handler(
            ChatMemberHandler(self.changed, ChatMemberHandler.MY_CHAT_MEMBER), group=AFTER_ALL
        )
        application.add_handler(
            MessageHandler(filters.StatusUpdate.MIGRATE, self.moved), group=AFTER_ALL
        )
        written = filters.UpdateType.MESSAGE & ~filters.StatusUpdate.ALL
        application.add_handler(MessageHandler(written, self.wrote), group=AFTER_ALL)
        application.add_error_handler(self.failed)

    async def wrote(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Note the chat of a message, once in a while."""
        message, user = update.message, update.effective_user
        if message is None or message.chat.type not in _KINDS:
            return
        if (message.text or "").startswith(_UNNOTED):
            self._noted.forget(message.chat_id)
            return
        if not self._noted.is_due(message.chat_id, self._store.clock(), NOTED_EVERY):
            return
        try:
            await self._store.chats.touch(
                _record(message.chat, (user.language_code if user else None) or "")
            )
        except BotError as error:  # costs nobody an answer
            logger.warning("A chat was not noted: %s", type(error).__name__)

    async def moved(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Let a group that became a supergroup go on under its new id."""
        message = update.message
        if message is None:
            return
        if message.migrate_to_chat_id is not None:
            await self._store.chats.migrate(message.chat_id, message.migrate_to_chat_id)
        elif message.migrate_from_chat_id is not None:
            await self._store.chats.migrate(message.migrate_from_chat_id, message.chat_id)

    async def changed(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Note that the bot was blocked, put out, let in again or added; greet a new group."""
        change = update.my_chat_member
        if change is None or change.chat.type not in {*_KINDS, ChatType.CHANNEL}:
            return
        chat = change.chat
        if chat.type == ChatType.CHANNEL and await self._store.chats.get(chat.id) is None:
            return  # nobody has subscribed it to anything
        self._noted.forget(chat.id)
        if not _is_in(change.new_chat_member):
            await self._store.chats.set_gone(chat.id, self._store.clock())
            await self._store.outbox.give_up(chat.id)
            return
        known = await self._store.chats.get(chat.id)
        await self._store.chats.touch(_record(chat, change.from_user.language_code or ""))
        if chat.type != ChatType.PRIVATE and known is None:
            await _greet(context.bot, chat, change.from_user.language_code)

    async def failed(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Note a chat as gone that blocked the bot or put it out before it was answered."""
        chat = update.effective_chat if isinstance(update, Update) else None
        if chat is None or not isinstance(context.error, Forbidden):
            return
        now = self._store.clock()
        self._noted.is_due(chat.id, now, NOTED_EVERY)  # so this message doesn't bring it back
        try:
            await self._store.chats.set_gone(chat.id, now)
        except BotError as error:
            logger.warning("A chat was not noted as gone: %s", type(error).__name__)


async def _greet(bot: Any, chat: TelegramChat, language: str | None) -> None:
    tr = translator(language)
    text = tr(
        "Hello! I answer questions about the news, each sentence with its source. Write /ask and "
        "your question after it. /help says what else I can do."
    )
    try:
        await bot.send_message(chat.id, escape(text, quote=False))
    except TelegramError as error:  # it may not be allowed to write there
        logger.info("A group was not greeted: %s", type(error).__name__)


def _is_in(member: ChatMember) -> bool:
    """Tell whether someone is in a chat; of the restricted ones, some have left."""
    if member.status == ChatMemberStatus.RESTRICTED:
        return bool(getattr(member, "is_member", False))
    return member.status not in {ChatMemberStatus.LEFT, ChatMemberStatus.BANNED}


def _record(chat: TelegramChat, language: str) -> Chat:
    return Chat(chat.id, str(chat.type), chat.effective_name or "", language)
