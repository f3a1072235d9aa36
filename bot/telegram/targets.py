"""For which chat or channel somebody subscribes, and whether they may."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from telegram import ChatMemberAdministrator, ChatMemberOwner
from telegram.constants import ChatType
from telegram.error import TelegramError

from bot.store import records
from bot.telegram.pages import answer_press, reader_of
from bot.telegram.personal import owns

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from telegram import (
        Bot,
        CallbackQuery,
        Chat,
        MaybeInaccessibleMessage,
        Message,
        Update,
        User,
    )
    from telegram.ext import ContextTypes

    from bot.chat.translations import Translator
    from bot.store.engine import Store
    from bot.telegram.access import Callback

logger = logging.getLogger(__name__)


class NotAllowedError(Exception):
    """Somebody may not do what they asked for; `text` tells them why."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(text)


@dataclass(frozen=True, slots=True)
class Target:
    """Whose subscriptions are meant: a chat's, a topic's or a channel's.

    `channel` is a channel's number when it is managed from a private chat, else 0, and `name` its
    name, else "".
    """

    chat: records.Chat
    thread_id: int | None
    channel: int = 0
    name: str = ""

    @property
    def chat_id(self) -> int:
        """The chat that subscriptions are kept for."""
        return self.chat.id

    @property
    def private(self) -> bool:
        """Whether it is somebody's private chat."""
        return self.chat.kind == ChatType.PRIVATE


def for_the_entitled(
    store: Store, act: Callable[[Translator, CallbackQuery], Awaitable[str]]
) -> Callback:
    """Return a callback that does what a press asks for, and answers it whatever happens.

    `act` returns a notice for whoever pressed, "" if what was asked for is on show, or raises
    NotAllowedError.
    """

    async def pressed(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        query = update.callback_query
        if query is None:
            return
        notice = ""
        try:
            notice = await act(await reader_of(store, update), query)
        except NotAllowedError as refusal:
            notice = refusal.text
        finally:
            await answer_press(query, notice, alert=len(notice) > 60)

    return pressed


async def target_in(
    message: MaybeInaccessibleMessage, user: User | None, tr: Translator, channel: int = 0
) -> Target:
    """Return the target of what `user` sent or pressed at a message.

    With a `channel` it is that, provided the user runs it. Raises NotAllowedError, TelegramError.
    """
    chat = message.chat
    if channel:
        if user is None or chat.type != ChatType.PRIVATE:
            raise NotAllowedError(tr("Channels are managed in a private chat with me."))
        return await channel_target(message.get_bot(), channel, user, tr)
    thread_id = getattr(message, "message_thread_id", None)
    if not getattr(message, "is_topic_message", None):
        thread_id = None
    return Target(_record(chat, user), thread_id)


async def need_owner(message: Message, tr: Translator) -> None:
    """Raise NotAllowedError unless a message's sender decides for its chat."""
    # An admin who stays anonymous writes as the group itself.
    as_group = message.sender_chat is not None and message.sender_chat.id == message.chat_id
    if not as_group and not await owns(message.chat, message.from_user):
        raise NotAllowedError(
            tr("Only this group's admins may do that. In a private chat you may.")
        )


async def channel_target(bot: Bot, channel: int | str, user: User, tr: Translator) -> Target:
    """Return a channel (by number or @name) that `user` runs and the bot may post in.

    Raises NotAllowedError.
    """
    try:
        chat = await bot.get_chat(channel)
        if chat.type != ChatType.CHANNEL:
            raise NotAllowedError(tr("That is no channel. In a group, send me /subscribe there."))
        own = await bot.get_chat_member(chat.id, bot.id)
        theirs = await bot.get_chat_member(chat.id, user.id)
    except TelegramError as error:
        logger.info("A channel could not be looked up: %s", type(error).__name__)
        raise NotAllowedError(
            tr(
                "I can't see that channel. Check its name, and make me an admin there with the "
                "right to post messages; then try again."
            )
        ) from None
    if not isinstance(theirs, ChatMemberAdministrator | ChatMemberOwner):
        raise NotAllowedError(tr("Only that channel's admins may do that."))
    if not isinstance(own, ChatMemberAdministrator) or not own.can_post_messages:
        raise NotAllowedError(
            tr("I may not post there yet. Make me an admin of it with the right to post messages.")
        )
    name = chat.title or str(chat.id)
    record = records.Chat(chat.id, str(chat.type), name, user.language_code or "")
    return Target(record, None, chat.id, name)


async def note_chat(store: Store, target: Target) -> None:
    """Make sure that the store knows the target's chat."""
    known = await store.chats.get(target.chat_id)
    if known is None or known.gone is not None or target.channel:
        await store.chats.touch(target.chat)


def _record(chat: Chat, user: User | None) -> records.Chat:
    language = (user.language_code if user else None) or ""
    return records.Chat(chat.id, str(chat.type), chat.effective_name or "", language)
