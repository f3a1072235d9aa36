"""/subscribe and /subscriptions, and replies to what the bot asks about them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from html import escape
from typing import TYPE_CHECKING, Any

from telegram import Message, MessageOriginChannel
from telegram.ext import ApplicationHandlerStop, CommandHandler, MessageHandler, filters

from bot.alerts.chat_settings import timetable_of
from bot.alerts.wanting import Refusal, parse_wanted
from bot.chat import subscribing as pages
from bot.chat import subscription_list
from bot.chat.browsing import find_source, render_unknown_source
from bot.chat.paging import Page
from bot.chat.prompts import Asked, Prompt, prompt_in, with_mark
from bot.chat.subscription_list import Whose
from bot.chat.subscriptions import render_card
from bot.store.broadcasts import QUIET
from bot.store.errors import DuplicateSubscriptionError, TooManySubscriptionsError
from bot.store.shelf import Shelf
from bot.telegram.lookup import after_command
from bot.telegram.messenger import ask_back, send_reply, typing
from bot.telegram.pages import reader_of, send_page
from bot.telegram.targets import (
    NotAllowedError,
    channel_target,
    need_owner,
    note_chat,
    target_in,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from telegram import Update, User
    from telegram.ext import ContextTypes

    from bot.alerts.types import Wanted
    from bot.chat.subscribers import Subscribers
    from bot.chat.translations import Translator
    from bot.store.engine import Store
    from bot.telegram.ports import App
    from bot.telegram.targets import Target

AWAITED = "awaits_channel"
"""The setting that says since when a private chat is asked for a channel."""
AWAITED_FOR = timedelta(minutes=30)
BEFORE_OTHERS = -1  # the handlers' group: a forwarded post may be for other handlers
_NEW = filters.UpdateType.MESSAGE
_FORWARDED = _NEW & filters.ChatType.PRIVATE & filters.FORWARDED


class _RepliesToPrompt(filters.MessageFilter):
    """Passes texts that reply to one of the bot's questions."""

    def filter(self, message: Message) -> bool:
        return prompt_of(message) is not None


_REPLY = _NEW & filters.TEXT & ~filters.COMMAND & _RepliesToPrompt()


class Subscribing:
    """The commands, and what people write to subscribe."""

    def __init__(self, store: Store, subscribers: Subscribers) -> None:
        self._store = store
        self._subscribers = subscribers
        self._shelf = Shelf(store.database)

    def register(self, application: App) -> None:
        """Add the handlers; before those of other texts."""
        application.add_handlers(
            [
                CommandHandler("subscribe", self._told(self.subscribe), filters=_NEW),
                CommandHandler("subscriptions", self._told(self.subscriptions), filters=_NEW),
                MessageHandler(_REPLY, self._told(self.replied)),
            ]
        )
        application.add_handler(MessageHandler(_FORWARDED, self.forwarded), group=BEFORE_OTHERS)

    async def subscribe(self, tr: Translator, message: Message) -> None:
        """Subscribe to what stands after the command; without anything there, offer a choice."""
        await need_owner(message, tr)
        target = await target_in(message, message.from_user, tr)
        wanted = after_command(message)
        if not wanted:
            await send_page(message, pages.render_choice(tr, private=target.private))
            return
        async with typing(message):
            page = await self.take_text(tr, target, wanted, message.from_user)
        await send_page(message, page)

    async def subscriptions(self, tr: Translator, message: Message) -> None:
        """List the subscriptions of the chat or topic."""
        target = await target_in(message, message.from_user, tr)
        await send_page(message, await self.list_page(tr, target, 0))

    async def replied(self, tr: Translator, message: Message) -> None:
        """Do what was asked for by a reply: a topic, other words, a channel."""
        prompt = prompt_of(message)
        if prompt is None:
            return
        user, text = message.from_user, message.text or ""
        if prompt.asked is Asked.CHANNEL:
            await self._take_channel(tr, message, text.strip())
            return
        if not prompt.chat:
            await need_owner(message, tr)
        target = await target_in(message, user, tr, prompt.chat)
        async with typing(message):
            if prompt.asked is Asked.TOPIC:
                page = await self.take_text(tr, target, text, user)
            else:
                page = await self._reword(tr, target, prompt.number, text)
        await send_page(message, page)

    async def forwarded(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Take a forwarded post as the channel that was asked for, if one was.

        Raises ApplicationHandlerStop then.
        """
        message = update.message
        if message is None or not isinstance(message.forward_origin, MessageOriginChannel):
            return
        if not await self._is_awaited(message.chat_id):
            return
        channel = message.forward_origin.chat.id

        async def take(tr: Translator, message: Message) -> None:
            await self._take_channel(tr, message, channel)

        await self._told(take)(update, _)
        raise ApplicationHandlerStop

    async def take_text(self, tr: Translator, target: Target, text: str, user: User | None) -> Page:
        """Subscribe to what a text says; returns what to show."""
        wanted = parse_wanted(text)
        if isinstance(wanted, Refusal):
            return Page(pages.render_refusal(tr, wanted))
        known = await self._with_source(tr, wanted)
        return known if isinstance(known, Page) else await self.make(tr, target, known, user)

    async def make(
        self, tr: Translator, target: Target, wanted: Wanted, user: User | None, label: str = ""
    ) -> Page:
        """Subscribe; returns the new subscription's page, or why there is none."""
        await note_chat(self._store, target)
        by = user.id if user else None
        try:
            made = await self._subscribers.subscribe(
                target.chat_id, target.thread_id, wanted, by, label
            )
        except DuplicateSubscriptionError as error:
            there = error.existing
            return pages.render_duplicate(tr, there.label, there.id, target.channel)
        except TooManySubscriptionsError as error:
            return pages.render_too_many(tr, error.limit, target.channel)
        card = await self._subscribers.card(made, chat=target.channel, channel=target.name)
        return render_card(tr, replace(card, fresh=True), self._store.clock())

    async def list_page(self, tr: Translator, target: Target, page: int) -> Page:
        """Return a page of a target's subscriptions."""
        settings = await self._store.chats.settings(target.chat_id)
        kept = self._store.subscriptions
        # Of a forum, each topic has its own; what is in no topic is the chat's.
        found = await kept.list(target.chat_id, None if target.channel else target.thread_id or 0)
        whose = Whose(
            target.channel,
            target.name,
            target.private,
            timetable_of(settings).zone,
            bool(settings.get(QUIET)),
        )
        return subscription_list.render_list(tr, found, page, self._store.clock(), whose)

    async def ask(self, message: Message, html: str, prompt: Prompt) -> None:
        """Ask for words, to be sent as a reply."""
        await ask_back(message, with_mark(html, prompt, message.get_bot().username))

    async def await_channel(self, target: Target) -> None:
        """Note that a private chat is asked for a channel, which may come as a forwarded post."""
        await note_chat(self._store, target)
        settings = await self._store.chats.settings(target.chat_id)
        now = self._store.clock().isoformat()
        await self._store.chats.set_settings(target.chat_id, {**settings, AWAITED: now})

    async def _reword(self, tr: Translator, target: Target, number: int, text: str) -> Page:
        old = await self._store.subscriptions.get(target.chat_id, number)
        if old is None:
            return Page(escape(tr("That subscription is gone."), quote=False))
        wanted = parse_wanted(text)
        if isinstance(wanted, Refusal):
            return Page(pages.render_refusal(tr, wanted))
        known = await self._with_source(tr, wanted)
        if isinstance(known, Page):
            return known
        try:
            made = await self._subscribers.reword(old, known)
        except DuplicateSubscriptionError as error:
            there = error.existing
            return pages.render_duplicate(tr, there.label, there.id, target.channel)
        card = await self._subscribers.card(made, chat=target.channel, channel=target.name)
        return render_card(tr, replace(card, note=tr("Changed.")), self._store.clock())

    async def _with_source(self, tr: Translator, wanted: Wanted) -> Wanted | Page:
        """Return what is wanted with its source as articles spell it, or that there is none."""
        if not wanted.source:
            return wanted
        names = list(await self._shelf.sources())
        source = find_source(names, wanted.source)
        if source is None:
            return Page(render_unknown_source(tr, wanted.source, names))
        return replace(wanted, source=source)

    async def _take_channel(self, tr: Translator, message: Message, channel: int | str) -> None:
        user = message.from_user
        if user is None or message.chat.type != message.chat.PRIVATE:
            raise NotAllowedError(tr("Channels are managed in a private chat with me."))
        if isinstance(channel, str):
            channel = f"@{channel.rsplit('/', 1)[-1].lstrip('@')}"
        target = await channel_target(message.get_bot(), channel, user, tr)
        await note_chat(self._store, target)
        settings = await self._store.chats.settings(message.chat_id)
        if settings.pop(AWAITED, None) is not None:
            await self._store.chats.set_settings(message.chat_id, settings)
        await send_page(message, await self.list_page(tr, target, 0))

    async def _is_awaited(self, chat_id: int) -> bool:
        since: Any = (await self._store.chats.settings(chat_id)).get(AWAITED)
        if not isinstance(since, str):
            return False
        return self._store.clock() - datetime.fromisoformat(since) < AWAITED_FOR

    def _told(
        self, handle: Callable[[Translator, Message], Awaitable[None]]
    ) -> Callable[[Update, ContextTypes.DEFAULT_TYPE], Any]:
        """Return a handler that tells people why they may not do something."""

        async def run(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
            if (message := update.message) is None:
                return
            tr = await reader_of(self._store, update)
            try:
                await handle(tr, message)
            except NotAllowedError as refusal:
                await send_reply(message, [escape(refusal.text, quote=False)])

        return run


def prompt_of(message: Message) -> Prompt | None:
    """Return what a message replies to, if that is a question about subscriptions."""
    asked = message.reply_to_message
    if asked is None or asked.from_user is None or asked.from_user.id != message.get_bot().id:
        return None
    return prompt_in(entity.url for entity in asked.entities)
