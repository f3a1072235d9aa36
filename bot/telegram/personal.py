"""A chat's own: its settings, what is kept of it, and having that forgotten."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias

from telegram import InputFile, ReplyParameters
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import BadRequest
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from bot.chat import personal
from bot.chat.browsing import key_of
from bot.chat.preferences import LENGTHS, preferences_of
from bot.chat.translations import languages, translator
from bot.store import records
from bot.store.broadcasts import QUIET
from bot.store.shelf import Shelf
from bot.telegram.messenger import send_reply
from bot.telegram.pages import answer_press, reader_of, send_page, turn_page

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from telegram import CallbackQuery, Chat, Message, Update, User
    from telegram.ext import ContextTypes

    from bot.chat.paging import Page
    from bot.chat.translations import Translator
    from bot.store.engine import Store
    from bot.telegram.ports import App

    Handle: TypeAlias = Callable[[Translator, Message], Awaitable[None]]
    Callback: TypeAlias = Callable[[Update, ContextTypes.DEFAULT_TYPE], Coroutine[Any, Any, None]]

FILE_NAME = "newsdesk.json"
_NEW = filters.UpdateType.MESSAGE


class Personal:
    """The commands about a chat itself.

    A private chat is its person's; a group's settings and data are for its admins to change, and
    a group's data are not sent to it.
    """

    def __init__(self, store: Store, *, alerts: bool = False) -> None:
        """Take a store; `alerts` says that there are subscriptions."""
        self._store = store
        self._shelf = Shelf(store.database)
        self._alerts = alerts

    def register(self, application: App) -> None:
        """Add the commands and the handler of their buttons."""
        handlers = {
            "settings": self._by_owner(self.settings),
            "privacy": self._by_anyone(self.privacy),
            "mydata": self._by_owner(self.mydata),
            "forget": self._by_owner(self.forget),
            "stop": self._by_owner(self.stop),
        }
        application.add_handlers(
            [CommandHandler(name, handle, filters=_NEW) for name, handle in handlers.items()]
        )
        application.add_handler(CallbackQueryHandler(self.pressed, pattern=r"^p:"))

    async def settings(self, tr: Translator, message: Message) -> None:
        """Show the settings."""
        chosen = await self._store.chats.settings(message.chat_id)
        await send_page(message, self._home(tr, chosen))

    async def privacy(self, tr: Translator, message: Message) -> None:
        """Say what is kept."""
        await send_reply(message, [personal.render_privacy(tr)])

    async def mydata(self, tr: Translator, message: Message) -> None:
        """Send all that is kept of a private chat as a file."""
        if message.chat.type != ChatType.PRIVATE:
            await send_reply(message, [personal.render_only_private(tr)])
            return
        kept = await self._store.chats.export(message.chat_id)
        # A private chat has its person's number.
        kept |= await self._store.people.export(message.chat_id)
        if not any(kept.values()):
            await send_reply(message, [personal.render_nothing_kept(tr)])
            return
        text = json.dumps(kept, ensure_ascii=False, indent=2)
        # A lone surrogate becomes the escape that JSON has for it.
        content = text.encode("utf-8", "backslashreplace")
        await message.get_bot().send_document(
            message.chat_id,
            InputFile(content, FILE_NAME),
            reply_parameters=ReplyParameters(message.message_id, allow_sending_without_reply=True),
        )

    async def forget(self, tr: Translator, message: Message) -> None:
        """Ask whether to delete what is kept."""
        await send_page(message, personal.render_forget(tr))

    async def stop(self, tr: Translator, message: Message) -> None:
        """Send nothing of itself any more, not even what waits, and say so."""
        user = message.from_user
        if user is not None:
            await self._change(message.chat, user, QUIET, True)
        await self._store.outbox.drop(chat_id=message.chat_id)
        await send_page(message, personal.render_stop(tr))

    async def pressed(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Do what a button asks for, and answer the press whatever happens."""
        query, chat = update.callback_query, update.effective_chat
        if query is None:
            return
        if chat is None:  # the button of a message that was sent inline
            await answer_press(query)
            return
        notice = ""
        try:
            tr = await reader_of(self._store, update)
            if await owns(chat, query.from_user):
                notice = await self._act(tr, chat, query)
            else:
                notice = tr("Only this group's admins may do that.")
        finally:
            await answer_press(query, notice)

    async def _act(self, tr: Translator, chat: Chat, query: CallbackQuery) -> str:
        """Return a notice for whoever pressed, "" if what was asked for is on show."""
        page = await self._page(tr, chat, query)
        if page is None:
            return tr("This button no longer works.")
        shown = await turn_page(query, page)
        return "" if shown else tr("This message can't be changed any more.")

    async def _page(self, tr: Translator, chat: Chat, query: CallbackQuery) -> Page | None:
        """Do what the button's data say and return what to show, None if they say nothing."""
        data = query.data or ""
        if data == personal.FORGET:
            await self._store.chats.forget(chat.id)
            if chat.type == ChatType.PRIVATE:
                await self._store.people.forget(chat.id)
            return personal.render_forgotten(tr)
        if data == personal.KEEP:
            return personal.render_kept(tr)
        if data.startswith(personal.CHOOSE_LANGUAGE):
            code = data.removeprefix(personal.CHOOSE_LANGUAGE)
            return await self._choose_language(chat, query.from_user, code)
        if data.startswith(personal.CHOOSE_SIZE):
            name = data.removeprefix(personal.CHOOSE_SIZE)
            return await self._choose_size(tr, chat, query.from_user, name)
        if data.startswith(personal.CHOOSE_SOURCE):
            key = data.removeprefix(personal.CHOOSE_SOURCE)
            return await self._choose_source(tr, chat, query.from_user, key)
        return await self._menu(tr, chat, query.from_user, data)

    async def _menu(self, tr: Translator, chat: Chat, user: User, data: str) -> Page | None:
        settings = await self._store.chats.settings(chat.id)
        if data == personal.RESUME:
            await self._change(chat, user, QUIET, None)
            return personal.render_resumed(tr)
        if data == personal.HOME:
            return self._home(tr, settings)
        if data == personal.LANGUAGES:
            return personal.render_languages(tr, languages(), settings.get("language"))
        if data == personal.SIZES:
            return personal.render_sizes(tr, settings)
        number = data.removeprefix(personal.TURN_SOURCES)
        if data.startswith(personal.TURN_SOURCES) and number.isascii() and number.isdecimal():
            names = list(await self._shelf.sources())
            chosen = preferences_of(settings).source
            return personal.render_source_choice(tr, names, int(number[:6]), chosen)
        return None

    def _home(self, tr: Translator, settings: dict[str, Any]) -> Page:
        return personal.render_settings(tr, settings, alerts=self._alerts)

    async def _choose_language(self, chat: Chat, user: User, code: str) -> Page | None:
        if code == personal.AUTOMATIC:
            settings = await self._change(chat, user, "language", None)
            return self._home(translator(user.language_code), settings)
        if code not in languages():
            return None
        settings = await self._change(chat, user, "language", code)
        return self._home(translator(code), settings)

    async def _choose_size(self, tr: Translator, chat: Chat, user: User, name: str) -> Page | None:
        if name != personal.AUTOMATIC and name not in LENGTHS:
            return None
        chosen = None if name == personal.AUTOMATIC else name
        return self._home(tr, await self._change(chat, user, "length", chosen))

    async def _choose_source(self, tr: Translator, chat: Chat, user: User, key: str) -> Page | None:
        names = list(await self._shelf.sources())
        source = next((name for name in names if key_of(name) == key), None)
        if source is None and key != personal.AUTOMATIC:
            return personal.render_source_choice(tr, names, 0, None)
        return self._home(tr, await self._change(chat, user, "source", source))

    async def _change(self, chat: Chat, user: User, name: str, value: object) -> dict[str, Any]:
        """Set one setting, None to take it out; return them all."""
        chats = self._store.chats
        title = chat.effective_name or ""
        await chats.touch(records.Chat(chat.id, chat.type, title, user.language_code or ""))
        settings = {**await chats.settings(chat.id), name: value}
        kept = {key: one for key, one in settings.items() if one is not None}
        await chats.set_settings(chat.id, kept)
        return kept

    def _by_anyone(self, handle: Handle) -> Callback:
        async def run(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
            if update.message is not None:
                await handle(await reader_of(self._store, update), update.message)

        return run

    def _by_owner(self, handle: Handle) -> Callback:
        async def run(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
            if (message := update.message) is None:
                return
            tr = await reader_of(self._store, update)
            # An admin who stays anonymous writes as the group itself.
            as_group = message.sender_chat is not None and message.sender_chat.id == message.chat_id
            if as_group or await owns(message.chat, message.from_user):
                await handle(tr, message)
            else:
                await send_reply(message, [personal.render_only_admins(tr)])

        return run


async def owns(chat: Chat, user: User | None) -> bool:
    """Tell whether someone may decide for a chat: in a group its admins. Raises TelegramError.

    Who is an admin is not known where a group hides its members from the bot.
    """
    if user is None or chat.type == ChatType.PRIVATE:
        return user is not None
    try:
        member = await chat.get_member(user.id)
    except BadRequest:
        return False
    return member.status in {ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR}
