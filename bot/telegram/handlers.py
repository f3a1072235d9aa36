"""What the bot does with each kind of message."""

from __future__ import annotations

import logging
from collections import deque
from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING, Any

from telegram import Update
from telegram.error import BadRequest, TelegramError
from telegram.ext import CommandHandler, MessageHandler, filters

from bot.chat import conversation
from bot.chat.conversation import Question, Refusal, check_question
from bot.chat.rendering import render_error, render_help, render_reply, render_start
from bot.chat.turns import TurnMemory
from bot.operations.logs import describe
from bot.telegram.messenger import send_reply, typing
from retrieval.errors import RetrievalError

if TYPE_CHECKING:
    from telegram import Message
    from telegram.ext import ContextTypes

    from bot.telegram.ports import App, Desk

logger = logging.getLogger(__name__)

ALBUMS_REMEMBERED = 64

_NEW = filters.UpdateType.MESSAGE
_PRIVATE = _NEW & filters.ChatType.PRIVATE
# Somebody pinned something or joined: nothing to answer.
_SENT_BY_HAND = ~filters.StatusUpdate.ALL


class Handlers:
    """Answers questions through the desk and every other message with a line of help."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._turns = TurnMemory(lambda: datetime.now(UTC))
        self._albums: deque[str] = deque(maxlen=ALBUMS_REMEMBERED)

    def register(self, application: App) -> None:
        """Add the handlers: commands in every chat, the rest in private ones only."""
        application.add_handlers(
            [
                CommandHandler("start", self.start, filters=_NEW),
                CommandHandler("help", self.help, filters=_NEW),
                CommandHandler("ask", self.ask, filters=_NEW),
                CommandHandler("new", self.new, filters=_NEW),
                MessageHandler(_PRIVATE & filters.COMMAND, self.unknown_command),
                MessageHandler(_PRIVATE & filters.TEXT, self.question),
                MessageHandler(_PRIVATE & _SENT_BY_HAND, self.not_text),
            ]
        )
        application.add_error_handler(self.failure)

    async def start(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Greet whoever opened the chat."""
        user = update.effective_user
        await send_reply(_message(update), [render_start(user.first_name if user else "")])

    async def help(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Say what the bot does."""
        await send_reply(_message(update), [render_help()])

    async def ask(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer the question after /ask."""
        message = _message(update)
        words = (message.text or "").split(maxsplit=1)
        await self._answer(message, "".join(words[1:]))

    async def new(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Forget what was talked about."""
        message = _message(update)
        self._turns.forget((message.chat_id, message.message_thread_id))
        await send_reply(message, [conversation.FORGOTTEN])

    async def question(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer a text."""
        message = _message(update)
        await self._answer(message, message.text or "")

    async def unknown_command(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Point to the commands there are."""
        await send_reply(_message(update), [conversation.UNKNOWN_COMMAND])

    async def not_text(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Ask for words, once for an album: its pictures come as messages of their own."""
        message = _message(update)
        album = message.media_group_id
        if album in self._albums:
            return
        if album:
            self._albums.append(album)
        await send_reply(message, [conversation.NOT_TEXT])

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
            await send_reply(message, [render_error(error)])
        except TelegramError as refusal:
            logger.warning("The person could not be told: %s", type(refusal).__name__)

    async def _answer(self, message: Message, text: str) -> None:
        match check_question(text):
            case Refusal(line=line):
                await send_reply(message, [escape(line, quote=False)])
            case Question(text=question):
                # A topic of a forum is a conversation of its own.
                place = (message.chat_id, message.message_thread_id)
                async with typing(message):
                    timed = await self._desk.ask(question, turns=self._turns.recall(place))
                self._turns.remember(place, timed.turn)
                await send_reply(message, render_reply(timed.reply))


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
    return isinstance(error, TelegramError) and not isinstance(error, BadRequest)
