"""What the bot does with each kind of message."""

from __future__ import annotations

import logging
from collections import deque
from typing import TYPE_CHECKING, Any

from telegram import Update
from telegram.constants import MessageEntityType
from telegram.error import BadRequest, TelegramError
from telegram.ext import CommandHandler, MessageHandler, filters

from bot.chat import conversation
from bot.chat import help as pages_of_help
from bot.chat.rendering import render_error, render_help, render_start
from bot.operations.logs import describe
from bot.telegram.answering import Answering, place_of
from bot.telegram.messenger import send_reply
from bot.telegram.together import answer_together
from retrieval.errors import RetrievalError

if TYPE_CHECKING:
    from telegram import Message
    from telegram.ext import ContextTypes

    from bot.store.engine import Store
    from bot.telegram.access import Access
    from bot.telegram.limits import Quota
    from bot.telegram.order import ChatOrder
    from bot.telegram.ports import App, Desk

logger = logging.getLogger(__name__)

ALBUMS_REMEMBERED = 64

_NEW = filters.UpdateType.MESSAGE
_PRIVATE = _NEW & filters.ChatType.PRIVATE
_GROUP_REPLY = _NEW & filters.ChatType.GROUPS & filters.REPLY & filters.TEXT & ~filters.COMMAND
_MENTION = _NEW & filters.ChatType.GROUPS & filters.Entity("mention") & ~filters.COMMAND
# How Telegram refuses every message to a group or topic that is closed to the bot.
_NOT_WRITABLE = ("not enough rights", "write_forbidden", "topic_closed", "thread not found")
# Somebody pinned something or joined: nothing to answer.
_SENT_BY_HAND = ~filters.StatusUpdate.ALL


class Handlers:
    """Answers questions through the desk and every other message with a line of help.

    `order` says which texts are answered together; without it each is answered alone.
    """

    def __init__(
        self,
        desk: Desk,
        store: Store | None = None,
        access: Access | None = None,
        order: ChatOrder | None = None,
        quota: Quota | None = None,
        *,
        follows: bool = False,
    ) -> None:
        """Take what answers; `follows` says that there are subscriptions."""
        self._answering = Answering(desk, store, quota, follows=follows)
        self._follows = follows
        self._order = order
        self._access = access
        self._albums: deque[str] = deque(maxlen=ALBUMS_REMEMBERED)

    def register(self, application: App) -> None:
        """Add the handlers: commands in every chat, the rest in private ones only.

        In groups, replies to an answer and texts that name the bot are heard as well.
        """
        application.add_handlers(
            [
                CommandHandler("start", self.start, filters=_NEW),
                CommandHandler("help", self.help, filters=_NEW),
                CommandHandler("ask", self.ask, filters=_NEW),
                CommandHandler("new", self.new, filters=_NEW),
                MessageHandler(_PRIVATE & filters.COMMAND, self.unknown_command),
                MessageHandler(_PRIVATE & filters.TEXT, self.question),
                MessageHandler(_PRIVATE & _SENT_BY_HAND, self.not_text),
                MessageHandler(_MENTION, self.mention),
                MessageHandler(_GROUP_REPLY, self.group_reply),
                MessageHandler(filters.UpdateType.EDITED_MESSAGE & filters.TEXT, self.correction),
            ]
        )
        application.add_error_handler(self.failure)

    async def start(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Greet whoever opened the chat."""
        message, user = _message(update), update.effective_user
        tr = await self._answering.translator(message)
        name = user.first_name if user else ""
        store = self._answering.store
        extent = await store.articles.extent() if store is not None else None
        greeting = render_start(name, tr, subscribes=self._follows, extent=extent)
        await send_reply(message, [greeting])

    async def help(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Say what the bot does."""
        message, user = _message(update), update.effective_user
        tr = await self._answering.translator(message)
        if self._answering.store is None:
            text = render_help(tr)
        else:
            text = pages_of_help.render_help(
                tr,
                admin=user is not None and await self._is_admin(user.id),
                group=message.chat.type != message.chat.PRIVATE,
            )
        await send_reply(message, [text])

    async def _is_admin(self, user_id: int) -> bool:
        return self._access is not None and await self._access.sees_admin_pages(user_id)

    async def ask(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer the question after /ask."""
        message = _message(update)
        words = (message.text or "").split(maxsplit=1)
        await self._answering.answer(message, "".join(words[1:]))

    async def new(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Forget what was talked about."""
        message = _message(update)
        await self._answering.conversations.forget(place_of(message))
        tr = await self._answering.translator(message)
        await send_reply(message, [tr(conversation.FORGOTTEN)])

    async def question(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer a text with its batch, unless it says what was wrong with an answer."""
        message = _message(update)
        if await self._answering.take_words(message):
            return
        seat = self._order.seat_of(update) if self._order else None
        if seat is None:
            await self._answering.answer(message, message.text or "")
        else:
            await answer_together(self._answering, seat, message)

    async def mention(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer a text of a group that names the bot, and replies that name nobody else's bot."""
        message = _message(update)
        text = without_mention(message, context.bot.username)
        if text is not None:
            await self._answering.answer(message, text)
        elif message.reply_to_message is not None:
            await self.group_reply(update, context)

    async def group_reply(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer a reply to an answer; other talk in a group is none of the bot's business."""
        message = _message(update)
        if await self._answering.take_words(message):
            return
        if await self._answering.is_about_answer(message):
            await self._answering.answer(message, message.text or "")

    async def correction(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer the latest question anew when it is edited."""
        if update.edited_message is not None:
            await self._answering.correct(update.edited_message)

    async def unknown_command(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Point to the commands there are."""
        message = _message(update)
        tr = await self._answering.translator(message)
        await send_reply(message, [tr(conversation.UNKNOWN_COMMAND)])

    async def not_text(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Ask for words, once for an album: its pictures come as messages of their own."""
        message = _message(update)
        album = message.media_group_id
        if album in self._albums:
            return
        if album:
            self._albums.append(album)
        tr = await self._answering.translator(message)
        await send_reply(message, [tr(conversation.NOT_TEXT)])

    async def failure(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Log an error without anybody's words, and tell the person if that makes sense."""
        error = context.error
        if error is None:
            return
        _log(error)
        message = update.effective_message if isinstance(update, Update) else None
        if message is None or _is_out_of_reach(error):
            return
        try:
            tr = await self._answering.translator(message)
            await send_reply(message, [render_error(error, tr)])
        except TelegramError as refusal:
            logger.warning("The person could not be told: %s", type(refusal).__name__)


def without_mention(message: Message, username: str) -> str | None:
    """Return a message's text without the bot's name; None if it doesn't name the bot."""
    text = message.text or ""
    wanted = f"@{username}".casefold()
    # Half a surrogate pair, which the library's own reading refuses, is passed on.
    units = text.encode("utf-16-le", "surrogatepass")
    for entity in message.entities:
        start, end = 2 * entity.offset, 2 * (entity.offset + entity.length)
        said = units[start:end].decode("utf-16-le", "surrogatepass")
        if entity.type == MessageEntityType.MENTION and said.casefold() == wanted:
            return (units[:start] + units[end:]).decode("utf-16-le", "surrogatepass").strip()
    return None


def _message(update: Update) -> Message:
    """Return the message that the filters made sure of."""
    message: Any = update.message
    if message is None:
        raise TypeError("an update without a message came through the filters")
    return message  # type: ignore[no-any-return]


def _log(error: Exception) -> None:
    if isinstance(error, RetrievalError):
        logger.warning("A question could not be searched for: %s", type(error).__name__)
    elif _is_out_of_reach(error):
        logger.warning("A message could not be delivered: %s", type(error).__name__)
    else:
        logger.error("A message was not answered: %s", describe(error))


def _is_out_of_reach(error: Exception) -> bool:
    """Return whether another message would fail as well, or the first may have arrived."""
    if isinstance(error, BadRequest):
        return any(said in str(error).lower() for said in _NOT_WRITABLE)
    return isinstance(error, TelegramError)
