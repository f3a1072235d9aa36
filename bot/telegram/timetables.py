"""When a chat hears: the buttons, typed cities and shared locations that set its timetable."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from telegram import KeyboardButton, Message, ReplyKeyboardMarkup, ReplyKeyboardRemove
from telegram.constants import ChatType
from telegram.ext import CallbackQueryHandler, MessageHandler, filters

from bot.alerts.chat_settings import timetable_of, with_timetable
from bot.alerts.zones import nearest_zone
from bot.chat import time_zones, timetables
from bot.chat.preferences import PACE, pace_of
from bot.chat.prompts import Asked, Prompt, with_mark
from bot.chat.subscriptions import PACES
from bot.chat.timetables import PREFIX, TimetableVerb, decode
from bot.telegram.messenger import ask_back, send_reply
from bot.telegram.pages import reader_of, send_page, turn_page
from bot.telegram.personal import owns
from bot.telegram.subscribing import prompt_of
from bot.telegram.targets import NotAllowedError, for_the_entitled, need_owner, note_chat, target_in

if TYPE_CHECKING:
    from telegram import CallbackQuery, Update
    from telegram.ext import ContextTypes

    from bot.alerts.types import Timetable
    from bot.chat.paging import Page
    from bot.chat.subscribers import Subscribers
    from bot.chat.timetables import TimetablePress
    from bot.chat.translations import Translator
    from bot.store.engine import Store
    from bot.telegram.ports import App
    from bot.telegram.targets import Target

_NEW = filters.UpdateType.MESSAGE


class _NamesCity(filters.MessageFilter):
    """Passes replies to the question for a city."""

    def filter(self, message: Message) -> bool:
        prompt = prompt_of(message)
        return prompt is not None and prompt.asked is Asked.CITY


_CITY = _NEW & filters.TEXT & ~filters.COMMAND & _NamesCity()
_LOCATION = _NEW & filters.ChatType.PRIVATE & filters.LOCATION


class Timetables:
    """A page of /settings, and what it asks for. In groups it is for their admins."""

    def __init__(self, store: Store, subscribers: Subscribers) -> None:
        self._store = store
        self._subscribers = subscribers

    def register(self, application: App) -> None:
        """Add the handlers; before those of other replies and messages."""
        press = for_the_entitled(self._store, self._act)
        application.add_handlers(
            [
                MessageHandler(_CITY, self.city),
                MessageHandler(_LOCATION, self.location),
                CallbackQueryHandler(press, pattern=f"^{PREFIX}"),
            ]
        )

    async def city(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Take a reply as the city that was asked for."""
        if (message := update.message) is None or (prompt := prompt_of(message)) is None:
            return
        tr = await reader_of(self._store, update)
        try:
            if not prompt.chat:
                await need_owner(message, tr)
            await target_in(message, message.from_user, tr, prompt.chat)
        except NotAllowedError as refusal:
            await send_reply(message, [escape(refusal.text, quote=False)])
            return
        typed = message.text or ""
        zone = time_zones.zone_of_city(typed)
        if zone is None:
            page = time_zones.render_unknown_city(tr, typed, chat=prompt.chat)
        else:
            page = time_zones.render_zone_guess(tr, zone, self._store.clock(), chat=prompt.chat)
        await send_page(message, page)

    async def location(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Offer the time zone of a place that somebody sent; the place itself isn't kept."""
        message = update.message
        if message is None or message.location is None:
            return
        tr = await reader_of(self._store, update)
        place = message.location
        zone = nearest_zone(place.latitude, place.longitude)
        await message.get_bot().send_message(
            message.chat_id, tr("Thank you."), reply_markup=ReplyKeyboardRemove()
        )
        await send_page(message, time_zones.render_zone_guess(tr, zone, self._store.clock()))

    async def _act(self, tr: Translator, query: CallbackQuery) -> str:
        press, message = decode(query.data or ""), query.message
        if press is None or message is None:
            return tr("This button no longer works.")
        target = await target_in(message, query.from_user, tr, press.chat)
        if not press.chat and not await owns(message.chat, query.from_user):
            raise NotAllowedError(tr("Only this group's admins may do that."))
        if press.verb in {TimetableVerb.TYPED, TimetableVerb.LOCATION}:
            return await self._ask(tr, query, press)
        page = await self._page(tr, press, target)
        if page is None:
            return tr("This button no longer works.")
        shown = await turn_page(query, page)
        return "" if shown else tr("This message can't be changed any more.")

    async def _ask(self, tr: Translator, query: CallbackQuery, press: TimetablePress) -> str:
        """Ask for a city in words, or for a location."""
        message = query.message
        if not isinstance(message, Message):
            return tr("This message is too old. Send /settings for a new one.")
        if press.verb is TimetableVerb.TYPED:
            prompt = Prompt(Asked.CITY, chat=press.chat)
            html = with_mark(time_zones.render_city_prompt(tr), prompt, message.get_bot().username)
            await ask_back(message, html)
        elif message.chat.type == ChatType.PRIVATE:
            button = KeyboardButton(tr("Send my location"), request_location=True)
            keyboard = ReplyKeyboardMarkup([[button]], resize_keyboard=True, one_time_keyboard=True)
            text = time_zones.render_location_prompt(tr)
            await message.get_bot().send_message(
                message.chat.id, text, parse_mode="HTML", reply_markup=keyboard
            )
        return ""

    async def _page(self, tr: Translator, press: TimetablePress, target: Target) -> Page | None:
        """Set what a button says; return what to show then, None for nonsense."""
        settings = await self._store.chats.settings(target.chat_id)
        timetable, pace = timetable_of(settings), pace_of(settings)
        if press.verb is TimetableVerb.PACE:
            if press.value not in PACES:
                return None
            await self._keep(target, {**settings, PACE: press.value})
        elif press.verb in _SETTING:
            changed = _changed(press, timetable)
            if changed is None:
                return None
            await self._keep(target, with_timetable(settings, changed))
            await self._subscribers.reschedule(target.chat_id)
        else:
            if press.verb is TimetableVerb.PACES:
                return timetables.render_paces(tr, pace, chat=target.channel)
            choice = _choices(tr, press, timetable, target)
            return choice or self._home(tr, timetable, settings, target)
        settings = await self._store.chats.settings(target.chat_id)
        return self._home(tr, timetable_of(settings), settings, target)

    def _home(
        self, tr: Translator, timetable: Timetable, settings: dict[str, object], target: Target
    ) -> Page:
        return timetables.render_timetable(
            tr,
            timetable,
            pace_of(settings),
            self._store.clock(),
            chat=target.channel,
            channel=target.name,
        )

    async def _keep(self, target: Target, settings: dict[str, object]) -> None:
        await note_chat(self._store, target)
        await self._store.chats.set_settings(target.chat_id, settings)


_SETTING = {
    TimetableVerb.ZONE,
    TimetableVerb.DIGEST,
    TimetableVerb.WEEKDAY,
    TimetableVerb.UNTIL,
    TimetableVerb.LOUD,
}


def _changed(press: TimetablePress, timetable: Timetable) -> Timetable | None:
    """Return the timetable as a button wants it, None if it says nothing that can be."""
    hours = press.hours or ()
    match press.verb:
        case TimetableVerb.ZONE:
            zone = time_zones.zone_of_city(press.value)
            return replace(timetable, zone=zone) if zone else None
        case TimetableVerb.DIGEST if len(hours) == 1:
            return replace(timetable, digest_at=hours[0])
        case TimetableVerb.WEEKDAY if press.value in {*"0123456"}:
            return replace(timetable, weekday=int(press.value))
        case TimetableVerb.UNTIL if len(hours) == 2:
            return replace(timetable, quiet=(hours[0], hours[1]))
        case TimetableVerb.LOUD:
            return replace(timetable, quiet=None)
    return None


def _choices(
    tr: Translator, press: TimetablePress, timetable: Timetable, target: Target
) -> Page | None:
    """Return the choice that a button leads to, None for the page of all."""
    chat, hours = target.channel, press.hours or ()
    private = target.private and not chat
    pages = {
        TimetableVerb.REGIONS: lambda: time_zones.render_regions(tr, chat=chat, private=private),
        TimetableVerb.HOURS: lambda: timetables.render_hours(tr, timetable.digest_at, chat=chat),
        TimetableVerb.WEEKDAYS: lambda: timetables.render_weekdays(
            tr, timetable.weekday, chat=chat
        ),
        TimetableVerb.QUIET: lambda: timetables.render_quiet(tr, timetable, chat=chat),
    }
    if press.verb in pages:
        return pages[press.verb]()
    if press.verb is TimetableVerb.CITIES and press.value.isdecimal():
        return time_zones.render_cities(tr, int(press.value[:2]), timetable.zone, chat=chat)
    if press.verb is TimetableVerb.FROM and len(hours) == 1:
        return timetables.render_until(tr, hours[0], timetable, chat=chat)
    return None
