"""The Telegram bot from start to end: built, connected, polling, stopped without losing work."""

from __future__ import annotations

import asyncio
import logging
from contextlib import contextmanager
from functools import partial
from secrets import token_urlsafe
from typing import TYPE_CHECKING

from telegram import Bot
from telegram.error import TelegramError
from telegram.ext import ApplicationBuilder

from bot.chat.limits import Limits
from bot.errors import BotError
from bot.telegram.access import Access
from bot.telegram.admin import AdminHandlers
from bot.telegram.answering import Answering
from bot.telegram.broadcasting import Broadcasting
from bot.telegram.browsing import Browsing
from bot.telegram.callbacks import CallbackHandlers
from bot.telegram.connecting import api_token, connect
from bot.telegram.deliveries import Deliveries
from bot.telegram.foresight import foreseeing
from bot.telegram.gate import Gate
from bot.telegram.handlers import Handlers
from bot.telegram.inbox import Inbox
from bot.telegram.inline import Inline
from bot.telegram.limits import Quota
from bot.telegram.mailroom import Mailroom
from bot.telegram.membership import Membership
from bot.telegram.order import PART_SECONDS, ChatOrder
from bot.telegram.people import People
from bot.telegram.personal import Personal
from bot.telegram.polling import poll
from bot.telegram.profile import Menus, present
from bot.telegram.removing import Removing
from bot.telegram.setting_out import InboxRateLimiter
from bot.telegram.signals import stopped_by_signals
from bot.telegram.statistics import Statistics
from bot.telegram.subscriptions import alerts_sections, let_subscribe
from bot.telegram.tending import Tending
from bot.telegram.uploads import Uploads
from bot.telegram.webhook import serve_webhook
from retrieval.library import Library

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

    from telegram import Message

    from bot.alerting.service import Alerting
    from bot.collection.reloading import Reloader
    from bot.store.engine import Store
    from bot.telegram.ports import App, Desk, Observer, Settings

logger = logging.getLogger(__name__)

START_PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 30.0, 30.0)
STOP_SECONDS = 30.0
REQUEST_SECONDS = 20.0


def build_application(
    settings: Settings,
    desk: Desk,
    reloader: Reloader | None = None,
    store: Store | None = None,
    inbox: Inbox | None = None,
    mailroom: Mailroom | None = None,
    alerting: Alerting | None = None,
    observer: Observer | None = None,
) -> App:
    """Return the application with its handlers, not yet started and without an updater.

    Without a `reloader` the bot answers from one state of the collection; without a `store` it
    remembers conversations only while it runs.

    Raises ConfigurationError if there is no token, or none that could be one.
    """
    api = settings.telegram_api.rstrip("/")
    inbox = inbox or Inbox(store, foresee=foreseeing(desk))
    order = ChatOrder(part_seconds=PART_SECONDS, inbox=inbox)
    application: App = (
        ApplicationBuilder()
        .token(api_token(settings))
        .base_url(f"{api}/bot")
        .base_file_url(f"{api}/file/bot")
        .read_timeout(REQUEST_SECONDS)
        .connect_timeout(REQUEST_SECONDS)
        .rate_limiter(InboxRateLimiter(inbox, observer))
        .concurrent_updates(order)
        .updater(None)
        .job_queue(None)
        .build()
    )
    access = Access(settings.admins, store)
    limits = Limits(settings.questions_per_hour, settings.questions_per_day)
    quota = Quota(store, access, limits, observer)
    if reloader is not None:
        AdminHandlers(reloader, access).register(application)
    if store is not None:  # before the others: a /start with a link's payload is taken here
        Gate(store, access, settings.access).register(application)
        People(store, access, Menus(stored=True, reloads=reloader is not None)).register(
            application
        )
        further = [partial(alerts_sections, alerting)] if alerting is not None else []
        Statistics(store, access, index=partial(_index_of, desk), further=further).register(
            application
        )
        Deliveries(store, access).register(application)
        if alerting is not None:
            let_subscribe(application, store, alerting, settings.subscriptions_per_chat)
        ask = Answering(desk, store, quota, follows=alerting is not None).answer
        Browsing(store, desk, access, ask).register(application)
        Personal(store, alerts=alerting is not None).register(application)
        follower = (mailroom or Mailroom(store)).follower
        Broadcasting(store, access, follower).register(application)
        Membership(store).register(application)
    follows = store is not None and alerting is not None
    handlers = Handlers(desk, store, access, order, quota, follows=follows)
    if store is not None and reloader is not None:
        _let_tend(application, reloader, access, ask, handlers)
    CallbackHandlers(store, follows=follows).register(application)
    Inline(desk, store, quota).register(application)
    handlers.register(application)
    return application


def _let_tend(
    application: App,
    reloader: Reloader,
    access: Access,
    ask: Callable[[Message, str], Awaitable[None]],
    handlers: Handlers,
) -> None:
    """Let admins tend the collection; before the handlers of other texts, files and buttons."""
    Tending(reloader, access).register(application)
    Removing(reloader, access).register(application)
    uploads = Uploads(
        reloader, access, ask=ask, question=handlers.question, not_text=handlers.not_text
    )
    uploads.register(application)


async def run_polling(  # noqa: PLR0913 - what a bot is made of, most of it optional
    settings: Settings,
    desk: Desk,
    reloader: Reloader | None = None,
    store: Store | None = None,
    *,
    stop: asyncio.Event | None = None,
    ready: Callable[[str], None] | None = None,
    start_pauses: Sequence[float] = START_PAUSES,
    alerting: Alerting | None = None,
    observer: Observer | None = None,
) -> None:
    """Run the bot until `stop` is set or SIGINT or SIGTERM comes; then finish what is begun.

    Questions sent while the bot was away are answered. `ready` is called with the bot's username
    when updates are about to be fetched; `start_pauses` are the seconds between attempts to
    reach Telegram. Raises ConfigurationError if the token is missing or refused, BotError if
    Telegram stays out of reach or another copy of the bot is running.
    """
    inbox = Inbox(store, foresee=foreseeing(desk))
    mailroom = Mailroom(store) if store is not None else None
    application = build_application(
        settings, desk, reloader, store, inbox, mailroom, alerting, observer
    )
    stop = stop or asyncio.Event()
    with stopped_by_signals(stop):
        try:
            if await connect(application.initialize, stop=stop, pauses=start_pauses):
                admins = await Access(settings.admins, store).staff()
                menus = Menus(store is not None, reloader is not None, admins)
                await _serve(application, settings, menus, inbox, mailroom, stop, ready, observer)
        finally:
            await application.shutdown()
            # The application leaves a bot that never connected as it is.
            await application.bot.shutdown()
            await inbox.close()


async def bot_name(settings: Settings) -> str:
    """Ask Telegram, once, for the username that the token belongs to.

    Raises ConfigurationError if the token is missing or refused, BotError if Telegram can't be
    reached.
    """
    bot = Bot(api_token(settings), base_url=f"{settings.telegram_api.rstrip('/')}/bot")
    try:
        await connect(bot.initialize, stop=asyncio.Event(), pauses=())
        return bot.username
    finally:
        await bot.shutdown()


async def _serve(
    application: App,
    settings: Settings,
    menus: Menus,
    inbox: Inbox,
    mailroom: Mailroom | None,
    stop: asyncio.Event,
    ready: Callable[[str], None] | None,
    observer: Observer | None,
) -> None:
    """Answer updates until `stop` is set, then until those already begun are answered."""
    if settings.webhook_url is None:
        await _clear_webhook(application.bot)
    await present(application.bot, menus)
    await application.start()
    if mailroom is not None:
        mailroom.start(application.bot)
    try:
        logger.info("Listening as @%s", application.bot.username)
        if ready:
            ready(application.bot.username)
        with _taking(inbox, observer):
            await _take_updates(application, settings, inbox, stop, observer)
    except BotError as error:
        logger.error("Stopping: %s", error)  # noqa: TRY400 - a line, not a traceback
        raise
    finally:
        inbox.stop_beginning()
        closing = [_finish(application), *([mailroom.stop(STOP_SECONDS)] if mailroom else [])]
        await asyncio.gather(*closing)


async def _take_updates(
    application: App,
    settings: Settings,
    inbox: Inbox,
    stop: asyncio.Event,
    observer: Observer | None,
) -> None:
    """Take up what was left; then fetch updates, or let Telegram bring them to a webhook."""
    await inbox.replay(application.bot, application.update_queue, stop=stop)
    if settings.webhook_url is None:
        if observer is not None:
            observer.fetches()
        queue = application.update_queue
        await poll(application.bot, queue, inbox, stop=stop, observer=observer)
        return
    secret = settings.webhook_secret
    await serve_webhook(
        application.bot,
        application.update_queue,
        inbox,
        url=settings.webhook_url,
        listen=settings.webhook_listen,
        secret=secret.get_secret_value() if secret else token_urlsafe(32),
        stop=stop,
    )


@contextmanager
def _taking(inbox: Inbox, observer: Observer | None) -> Iterator[None]:
    """Let the observer know that updates are taken within the block."""
    if observer is None:
        yield
        return
    observer.takes_updates(lambda: inbox.on_hand)
    try:
        yield
    finally:
        observer.stops()


def _index_of(desk: Desk) -> tuple[int, int] | None:
    """Return number and passages of the generation that a desk answers from, if it has one."""
    library = getattr(desk, "library", None)
    if not isinstance(library, Library):
        return None
    manifest = library.generation.manifest
    return manifest.number, manifest.passages


async def _clear_webhook(bot: Bot) -> None:
    """Remove a webhook, which would keep updates from being fetched; keep pending updates."""
    try:
        await bot.delete_webhook(drop_pending_updates=False)
    except TelegramError as error:
        logger.warning("Telegram did not remove the webhook: %s", type(error).__name__)


async def _finish(application: App) -> None:
    """Let updates in flight finish, but not for ever."""
    try:
        await asyncio.wait_for(application.stop(), STOP_SECONDS)
    except TimeoutError:
        logger.warning("Some messages were still unanswered after %g s", STOP_SECONDS)
        await application.update_processor.shutdown()
