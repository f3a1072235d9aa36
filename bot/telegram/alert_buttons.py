"""What the buttons under alerts do. In groups, admins alone mute and tune; anybody may ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from telegram import Message
from telegram.ext import CallbackQueryHandler

from bot.alerts.thresholds import stricter
from bot.chat import alerts as pages
from bot.chat.alert_presses import PREFIX, AlertVerb, decode
from bot.chat.paging import shorten
from bot.chat.subscriptions import quoted, wanted_name
from bot.store.subscriptions import thousandths
from bot.telegram.about import with_article
from bot.telegram.messenger import ask_back, edit_keyboard
from bot.telegram.pages import answer_press, reader_of
from bot.telegram.personal import owns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram import CallbackQuery, Update
    from telegram.ext import ContextTypes

    from bot.alerts.types import Subscription
    from bot.chat.alert_presses import AlertPress
    from bot.chat.paging import Keyboard
    from bot.chat.translations import Translator
    from bot.store.engine import Store
    from bot.telegram.ports import App

DAY, WEEK = timedelta(days=1), timedelta(days=7)
NAME_UNITS = 80


@dataclass(frozen=True, slots=True)
class Outcome:
    """A notice for whoever pressed, and the buttons that the alert has now (None: as before)."""

    notice: str = ""
    keyboard: Keyboard | None = None


class AlertButtons:
    """Mutes, tunes, and tells how to ask."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def register(self, application: App) -> None:
        """Add the handler."""
        application.add_handler(CallbackQueryHandler(self.pressed, pattern=f"^{PREFIX}"))

    async def pressed(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Do what a button asks for, and answer the press whatever happens."""
        query = update.callback_query
        if query is None:
            return
        outcome = Outcome()
        try:
            tr = await reader_of(self._store, update)
            outcome = await self._act(tr, query)
            if outcome.keyboard is not None and isinstance(query.message, Message):
                await edit_keyboard(query.message, outcome.keyboard)
        finally:
            await answer_press(query, outcome.notice)

    async def _act(self, tr: Translator, query: CallbackQuery) -> Outcome:
        press, message = decode(query.data or ""), query.message
        if press is None or message is None:
            return Outcome(tr("This button no longer works."))
        if press.verb is AlertVerb.ASK:
            return await self._ask(tr, query, press)
        if not await owns(message.chat, query.from_user):
            return Outcome(tr("Only this group's admins may do that."))
        found = [
            one
            for number in press.subscriptions
            if (one := await self._store.subscriptions.get(message.chat.id, number)) is not None
        ]
        if not found:
            below = pages.alert_keyboard(tr, press.article, ())
            return Outcome(tr("That subscription is gone."), below)
        return await self._about(tr, press, found)

    async def _ask(self, tr: Translator, query: CallbackQuery, press: AlertPress) -> Outcome:
        article = await self._store.articles.get(press.article)
        if article is None:
            return Outcome(tr("This article is no longer in the collection."))
        if not isinstance(query.message, Message):
            return Outcome(tr("This message is too old. Send me your question instead."))
        html = pages.render_ask(tr, article.title)
        username = query.get_bot().username
        await ask_back(query.message, with_article(html, article.id, username))
        return Outcome()

    async def _about(
        self, tr: Translator, press: AlertPress, found: Sequence[Subscription]
    ) -> Outcome:
        """Do what a button says about subscriptions that are there."""
        below = pages.alert_keyboard(tr, press.article, found)
        match press.verb:
            case AlertVerb.MUTE:
                return Outcome(keyboard=pages.mute_keyboard(tr, press, found))
            case AlertVerb.DAY | AlertVerb.WEEK:
                span = DAY if press.verb is AlertVerb.DAY else WEEK
                until = self._store.clock() + span
                await self._change(found[0], muted_until=until)
                said = tr("Muted: {name}. /subscriptions turns it on again.")
                return Outcome(said.format(name=_name(tr, found[0])), below)
            case AlertVerb.PAUSE:
                await self._change(found[0], state="paused")
                said = tr("Paused: {name}. /subscriptions turns it on again.")
                return Outcome(said.format(name=_name(tr, found[0])), below)
            case AlertVerb.FEWER:
                return await self._fewer(tr, press, found)
            case AlertVerb.AS_BEFORE if press.value is not None:
                await self._change(found[0], threshold=press.value / 1000)
                return Outcome(tr("As before."), below)
        return Outcome(keyboard=below)

    async def _fewer(
        self, tr: Translator, press: AlertPress, found: Sequence[Subscription]
    ) -> Outcome:
        """Make the first subscription with a topic one step stricter."""
        one = next((one for one in found if one.wanted.topic), None)
        if one is None:
            return Outcome(tr("This button no longer works."))
        after = stricter(one.threshold)
        if after <= one.threshold:
            said = tr("{name} is as strict as can be. /subscriptions lets you change its words.")
            return Outcome(said.format(name=_name(tr, one)))
        await self._change(one, threshold=after)
        said = tr("{name} is stricter now: you get fewer articles like this.")
        rows = pages.undo_keyboard(tr, press, one.id, thousandths(one.threshold))
        return Outcome(said.format(name=_name(tr, one)), rows)

    async def _change(self, one: Subscription, **fields: object) -> None:
        await self._store.subscriptions.change(one.chat_id, one.id, **fields)


def _name(tr: Translator, one: Subscription) -> str:
    return quoted(tr, shorten(wanted_name(tr, one.wanted, one.label), NAME_UNITS))
