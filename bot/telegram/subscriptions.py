"""All that people do about subscriptions and alerts, put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.deliveries import alerts_section
from bot.chat.subscribers import Subscribers
from bot.telegram.alert_buttons import AlertButtons
from bot.telegram.managing import Managing
from bot.telegram.subscribing import Subscribing
from bot.telegram.timetables import Timetables

if TYPE_CHECKING:
    from bot.alerting.service import Alerting
    from bot.chat.statistics import Section
    from bot.chat.translations import Translator
    from bot.store.engine import Store
    from bot.telegram.ports import App


async def alerts_sections(alerting: Alerting, tr: Translator) -> list[Section]:
    """Return what there is to say of alerts in the statistics."""
    return [alerts_section(tr, await alerting.counts())]


def let_subscribe(application: App, store: Store, alerting: Alerting, limit: int) -> None:
    """Add the handlers, before those of other texts and buttons; a chat may have `limit`."""
    subscribers = Subscribers(store, alerting, limit)
    subscribing = Subscribing(store, subscribers)
    Timetables(store, subscribers).register(application)
    subscribing.register(application)
    Managing(store, subscribers, subscribing).register(application)
    AlertButtons(store).register(application)
