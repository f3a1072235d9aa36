"""The buttons about subscriptions: choosing, tuning, muting, deleting."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from telegram import Message
from telegram.constants import ChatType
from telegram.ext import CallbackQueryHandler

from bot.alerts.types import Wanted
from bot.chat import subscribing as pages
from bot.chat import subscriptions as cards
from bot.chat.browsing import key_of
from bot.chat.prompts import Asked, Prompt
from bot.chat.subscribers import WEEK_DAYS, name_of, question_of, story_of
from bot.chat.subscription_presses import PREFIX, Verb, decode
from bot.store.shelf import Shelf
from bot.telegram.pages import send_page, turn_page
from bot.telegram.personal import owns
from bot.telegram.targets import NotAllowedError, for_the_entitled, target_in

if TYPE_CHECKING:
    from telegram import CallbackQuery

    from bot.alerts.types import Subscription
    from bot.chat.paging import Page
    from bot.chat.subscribers import Subscribers
    from bot.chat.subscription_presses import Press
    from bot.chat.translations import Translator
    from bot.store.engine import Store
    from bot.telegram.ports import App
    from bot.telegram.subscribing import Subscribing
    from bot.telegram.targets import Target

MUTED_FOR = timedelta(days=1)
_READING = {Verb.LIST, Verb.SHOW, Verb.WEEK}
_ABOUT_ONE = {
    Verb.SHOW,
    Verb.THRESHOLD,
    Verb.PACE,
    Verb.PAUSE,
    Verb.RESUME,
    Verb.MUTE,
    Verb.LOUD,
    Verb.WORDS,
    Verb.WEEK,
    Verb.DELETE,
    Verb.GONE,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a press leads to: a page in place of the message, or `anew` below it; a notice."""

    page: Page | None = None
    notice: str = ""
    anew: bool = False


class Managing:
    """Answers pressed buttons about subscriptions."""

    def __init__(self, store: Store, subscribers: Subscribers, subscribing: Subscribing) -> None:
        self._store = store
        self._subscribers = subscribers
        self._subscribing = subscribing
        self._shelf = Shelf(store.database)

    def register(self, application: App) -> None:
        """Add the handler."""
        press = for_the_entitled(self._store, self._act)
        application.add_handler(CallbackQueryHandler(press, pattern=f"^{PREFIX}"))

    async def _act(self, tr: Translator, query: CallbackQuery) -> str:
        press, message = decode(query.data or ""), query.message
        if press is None or message is None:
            return tr("This button no longer works.")
        target = await target_in(message, query.from_user, tr, press.chat)
        alone = press.verb in _READING or bool(press.chat)
        if not alone and not await owns(message.chat, query.from_user):
            raise NotAllowedError(tr("Only this group's admins may do that."))
        outcome = await self._outcome(tr, query, press, target)
        if outcome.page is None:
            return outcome.notice
        if outcome.anew:
            if not isinstance(message, Message):
                return tr("This message is too old. Send /subscriptions for a new one.")
            await send_page(message, outcome.page)
            return outcome.notice
        shown = await turn_page(query, outcome.page)
        return outcome.notice if shown else tr("This message can't be changed any more.")

    async def _outcome(
        self, tr: Translator, query: CallbackQuery, press: Press, target: Target
    ) -> Outcome:
        if press.verb in _ABOUT_ONE:
            return await self._about_one(tr, query, press, target)
        if press.verb in {Verb.QUESTION, Verb.STORY}:
            return await self._from_answer(tr, query, press, target)
        if press.verb in {Verb.TOPIC, Verb.CHANNEL}:
            return await self._ask(tr, query, press, target)
        match press.verb:
            case Verb.CHOOSE:
                page = pages.render_choice(
                    tr, chat=press.chat, channel=target.name, private=target.private
                )
            case Verb.SOURCES:
                names = list(await self._shelf.sources())
                page = pages.render_sources(tr, names, press.page, chat=press.chat)
            case Verb.SOURCE:
                return await self._source(tr, query, press, target)
            case Verb.EVERYTHING:
                page = await self._subscribing.make(tr, target, Wanted("all"), query.from_user)
            case _:
                page = await self._subscribing.list_page(tr, target, press.page)
                return Outcome(page, anew=press.fresh)
        return Outcome(page)

    async def _source(
        self, tr: Translator, query: CallbackQuery, press: Press, target: Target
    ) -> Outcome:
        names = list(await self._shelf.sources())
        source = next((name for name in names if key_of(name) == press.value), None)
        if source is None:
            notice = tr("There are no articles of that source any more.")
            return Outcome(pages.render_sources(tr, names, 0, chat=press.chat), notice)
        wanted = Wanted("source", source=source)
        return Outcome(await self._subscribing.make(tr, target, wanted, query.from_user))

    async def _from_answer(
        self, tr: Translator, query: CallbackQuery, press: Press, target: Target
    ) -> Outcome:
        found = await self._store.answers.get(target.chat_id, press.number)
        if found is None:
            return Outcome(notice=tr("I no longer have that answer. Please ask again."))
        story = press.verb is Verb.STORY
        wanted = story_of(found) if story else question_of(found)
        label = name_of(found) if story else found.question.strip()
        page = await self._subscribing.make(tr, target, wanted, query.from_user, label)
        return Outcome(page, anew=True)

    async def _ask(
        self, tr: Translator, query: CallbackQuery, press: Press, target: Target
    ) -> Outcome:
        message = query.message
        if not isinstance(message, Message):
            return Outcome(notice=tr("This message is too old. Send /subscribe for a new one."))
        if press.verb is Verb.TOPIC:
            prompt = Prompt(Asked.TOPIC, chat=press.chat)
            await self._subscribing.ask(message, pages.render_topic_prompt(tr), prompt)
            return Outcome()
        if message.chat.type != ChatType.PRIVATE:
            raise NotAllowedError(tr("Channels are managed in a private chat with me."))
        await self._subscribing.await_channel(target)
        prompt = Prompt(Asked.CHANNEL)
        await self._subscribing.ask(message, pages.render_channel_prompt(tr), prompt)
        return Outcome()

    async def _about_one(
        self, tr: Translator, query: CallbackQuery, press: Press, target: Target
    ) -> Outcome:
        one = await self._store.subscriptions.get(target.chat_id, press.number)
        if one is None:
            page = await self._subscribing.list_page(tr, target, 0)
            return Outcome(page, tr("That subscription is gone."), anew=press.verb is Verb.WEEK)
        match press.verb:
            case Verb.GONE:
                await self._store.subscriptions.delete(target.chat_id, one.id)
                name = cards.wanted_name(tr, one.wanted, one.label)
                return Outcome(cards.render_deleted(tr, name, chat=press.chat, undone=press.fresh))
            case Verb.WORDS if isinstance(query.message, Message):
                prompt = Prompt(Asked.WORDS, one.id, press.chat)
                html = pages.render_words_prompt(tr, one.label)
                await self._subscribing.ask(query.message, html, prompt)
                return Outcome()
        return await self._shown(tr, press, target, one)

    async def _shown(
        self, tr: Translator, press: Press, target: Target, one: Subscription
    ) -> Outcome:
        """Change a subscription as a button says, and show it."""
        changed = self._change(press)
        if changed:
            after = await self._subscribers.change(one, **changed)
            one = after or one
        card = await self._subscribers.card(one, chat=press.chat, channel=target.name)
        card = replace(card, fresh=press.fresh)
        match press.verb:
            case Verb.DELETE:
                return Outcome(cards.render_delete(tr, card))
            case Verb.WEEK:
                found = await self._subscribers.week(one)
                page = cards.render_week(tr, card, found, WEEK_DAYS, press.page)
                return Outcome(page, anew=press.fresh)
        return Outcome(cards.render_card(tr, card, self._store.clock()))

    def _change(self, press: Press) -> dict[str, object]:
        """Return what a button changes about a subscription."""
        until = self._store.clock() + MUTED_FOR
        changes: dict[Verb, dict[str, object]] = {
            Verb.PAUSE: {"state": "paused"},
            Verb.RESUME: {"state": "active", "muted_until": None},
            Verb.MUTE: {"muted_until": until},
            Verb.LOUD: {"muted_until": None},
        }
        if press.verb is Verb.THRESHOLD and press.page:
            return {"threshold": min(press.page, 1000) / 1000}
        if press.verb is Verb.PACE and press.value in cards.PACES:
            return {"pace": press.value}
        return changes.get(press.verb, {})
