"""/users: who writes to the bot, who is let in, who may do what; and /audit: what admins did."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from telegram import InputFile, Message, ReplyParameters
from telegram.constants import ChatType
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from bot.chat import audit, people
from bot.chat.paging import Page, count_pages, within
from bot.chat.personal import render_only_private
from bot.telegram.access import sender_of
from bot.telegram.gate import leave_group
from bot.telegram.messenger import send_reply, topic_of
from bot.telegram.pages import answer_press, reader_of, send_page, turn_page
from bot.telegram.profile import show_admin_menu, take_admin_menu

if TYPE_CHECKING:
    from telegram import Bot, CallbackQuery, Update
    from telegram.ext import ContextTypes

    from bot.chat.people import Order, Party
    from bot.chat.translations import Translator
    from bot.store.engine import Store
    from bot.telegram.access import Access
    from bot.telegram.ports import App
    from bot.telegram.profile import Menus

AUDIT_FILE = "audit.jsonl"
_MOST_ENTRIES = 100_000
_NEW = filters.UpdateType.MESSAGE
_TURN = re.compile(r"u:([la]):([0-9]{1,6})")


class People:
    """The commands about people. Lists are for private chats: in a group all would read them.

    Whoever becomes an admin gets the menu that `menus` make, and loses it with the role.
    """

    def __init__(self, store: Store, access: Access, menus: Menus) -> None:
        self._store = store
        self._access = access
        self._menus = menus

    def register(self, application: App) -> None:
        """Add the commands and the handler of their buttons."""
        guarded = self._access.guarded
        application.add_handlers(
            [
                CommandHandler("users", guarded(self.users), filters=_NEW),
                CommandHandler("audit", guarded(self.audit), filters=_NEW),
                CallbackQueryHandler(self.pressed, pattern=r"^u:"),
            ]
        )

    async def users(self, tr: Translator, message: Message) -> None:
        """List people, or do what the words after the command say."""
        words = (message.text or "").split()[1:]
        if not words:
            await self._list(tr, message, "l")
            return
        order = people.parse_order(words)
        if order is None:
            await send_reply(message, [people.render_usage(tr)])
            return
        target_id = await self._target(message, order)
        if isinstance(target_id, int):
            await self._obey(tr, message, order, target_id)
        elif target_id:
            line = people.render_unknown(tr, target_id)
            await send_reply(message, [escape(line, quote=False)])
        else:
            await send_reply(message, [people.render_usage(tr)])

    async def audit(self, tr: Translator, message: Message) -> None:
        """List what admins did."""
        await self._list(tr, message, "a")

    async def pressed(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Turn a page or send the log, and answer the press whatever happens."""
        query = update.callback_query
        if query is None:
            return
        notice = ""
        try:
            tr = await reader_of(self._store, update)
            if await self._access.may(query.from_user.id):
                notice = await self._act(tr, query)
            else:
                notice = tr("That is for the admins of this bot.")
        finally:
            await answer_press(query, notice)

    async def _act(self, tr: Translator, query: CallbackQuery) -> str:
        message, turn = query.message, _TURN.fullmatch(query.data or "")
        if turn is not None:
            shown = await turn_page(query, await self._page(tr, turn[1], int(turn[2])))
            return "" if shown else tr("This message can't be changed any more.")
        if query.data != audit.AS_FILE:
            return tr("This button no longer works.")
        if not isinstance(message, Message) or message.chat.type != ChatType.PRIVATE:
            return tr("That works in a private chat with me alone. Please send it there.")
        entries = await self._store.audit.last(_MOST_ENTRIES)
        await send_file(message, audit.audit_lines(reversed(entries)), AUDIT_FILE)
        return ""

    async def _list(self, tr: Translator, message: Message, which: str) -> None:
        if message.chat.type == ChatType.PRIVATE:
            await send_page(message, await self._page(tr, which, 0))
        else:
            await send_reply(message, [render_only_private(tr)])

    async def _page(self, tr: Translator, which: str, page: int) -> Page:
        if which == "l":
            total = await self._store.people.count()
            page = within(page, count_pages(total, people.PER_PAGE))
            start = page * people.PER_PAGE
            found = await self._store.people.list(people.PER_PAGE, start)
            return people.render_people(tr, found, self._access.owners, page, total)
        total = await self._store.audit.count()
        page = within(page, count_pages(total, audit.PER_PAGE))
        entries = await self._store.audit.last(audit.PER_PAGE, page * audit.PER_PAGE)
        doers = {entry.user_id for entry in entries if entry.user_id is not None}
        return audit.render_audit(tr, entries, await self._store.people.among(doers), page, total)

    async def _obey(self, tr: Translator, message: Message, order: Order, target_id: int) -> None:
        """Carry an order out, if it may be, and say what came of it."""
        user = message.from_user
        actor = await self._access.party(user.id if user else 0)
        target = await self._access.party(target_id)
        refusal = people.objection(tr, order, actor, target)
        if refusal:
            await send_reply(message, [escape(refusal, quote=False)])
            return
        bot = message.get_bot()
        await self._carry_out(bot, order, target)
        role = {"role": order.role} if order.role else {}
        await self._access.note(actor.id, f"users {order.action}", user=target_id, **role)
        done = people.render_done(tr, order, target)
        await send_reply(message, [escape(done, quote=False)])
        if order.action == "ban" and target_id < 0:
            await leave_group(bot, target_id)

    async def _carry_out(self, bot: Bot, order: Order, target: Party) -> None:
        kept = self._store.people
        match order.action:
            case "role":
                role = order.role or "member"
                await kept.set_role(target.id, role)
                if role == "member":
                    await take_admin_menu(bot, target.id)
                else:
                    await show_admin_menu(bot, self._menus, target.id)
            case "ban":
                if target.role == "admin":
                    await kept.set_role(target.id, "member")
                    await take_admin_menu(bot, target.id)
                await kept.set_standing(target.id, "banned")
            case "allow":
                await kept.set_standing(target.id, "allowed")
            case "unban":
                await kept.set_standing(target.id, "")
            case "disallow" if not target.banned:
                await kept.set_standing(target.id, "")

    async def _target(self, message: Message, order: Order) -> int | str:
        """Return whom an order is about: an id, or the username that nobody is known under.

        The message replied to counts where the order names nobody; "" if there is none either.
        """
        if order.target.startswith("@"):
            found = await self._store.people.find(order.target[1:])
            return found.id if found else order.target
        if order.target == people.HERE:
            return message.chat_id
        if order.target:
            return int(order.target)
        asked = message.reply_to_message
        sender = sender_of(asked) if asked else None
        return sender.id if sender else ""


async def send_file(question: Message, text: str, name: str, caption: str = "") -> None:
    """Send a text as a file in reply to a message. Raises TelegramError."""
    # A lone surrogate becomes the escape that JSON has for it.
    content = InputFile(text.encode("utf-8", "backslashreplace"), name)
    await question.get_bot().send_document(
        question.chat_id,
        content,
        caption=caption or None,
        reply_parameters=ReplyParameters(question.message_id, allow_sending_without_reply=True),
        message_thread_id=topic_of(question),
    )
