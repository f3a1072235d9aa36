"""The Telegram bot from start to end: built, connected, polling, stopped without losing work."""

from __future__ import annotations

import asyncio
import logging
from secrets import token_urlsafe
from typing import TYPE_CHECKING

from telegram import Bot
from telegram.error import TelegramError
from telegram.ext import ApplicationBuilder

from bot.errors import BotError
from bot.telegram.admin import AdminHandlers
from bot.telegram.answering import Answering
from bot.telegram.browsing import Browsing
from bot.telegram.callbacks import CallbackHandlers
from bot.telegram.connecting import api_token, connect
from bot.telegram.handlers import Handlers
from bot.telegram.inline import Inline
from bot.telegram.order import ChatOrder
from bot.telegram.personal import Personal
from bot.telegram.polling import poll
from bot.telegram.profile import Menus, present
from bot.telegram.rate_limiter import RateLimiter
from bot.telegram.signals import stopped_by_signals
from bot.telegram.webhook import serve_webhook

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.collection.reloading import Reloader
    from bot.store.engine import Store
    from bot.telegram.ports import App, Desk, Settings

logger = logging.getLogger(__name__)

START_PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 30.0, 30.0)
STOP_SECONDS = 30.0
REQUEST_SECONDS = 20.0


def build_application(
    settings: Settings, desk: Desk, reloader: Reloader | None = None, store: Store | None = None
) -> App:
    """Return the application with its handlers, not yet started and without an updater.

    Without a `reloader` the bot answers from one state of the collection; without a `store` it
    remembers conversations only while it runs.

    Raises ConfigurationError if there is no token, or none that could be one.
    """
    api = settings.telegram_api.rstrip("/")
    application: App = (
        ApplicationBuilder()
        .token(api_token(settings))
        .base_url(f"{api}/bot")
        .base_file_url(f"{api}/file/bot")
        .read_timeout(REQUEST_SECONDS)
        .connect_timeout(REQUEST_SECONDS)
        .rate_limiter(RateLimiter())
        .concurrent_updates(ChatOrder())
        .updater(None)
        .job_queue(None)
        .build()
    )
    if reloader is not None:
        AdminHandlers(reloader, settings.admins).register(application)
    if store is not None:  # before the others: a /start with a link's payload is taken here
        ask = Answering(desk, store).answer
        Browsing(store, desk, settings.admins, ask).register(application)
        Personal(store).register(application)
    CallbackHandlers(store).register(application)
    Inline(desk, store).register(application)
    Handlers(desk, store, settings.admins).register(application)
    return application


async def run_polling(
    settings: Settings,
    desk: Desk,
    reloader: Reloader | None = None,
    store: Store | None = None,
    *,
    stop: asyncio.Event | None = None,
    ready: Callable[[str], None] | None = None,
    start_pauses: Sequence[float] = START_PAUSES,
) -> None:
    """Run the bot until `stop` is set or SIGINT or SIGTERM comes; then finish what is begun.

    Questions sent while the bot was away are answered. `ready` is called with the bot's username
    when updates are about to be fetched; `start_pauses` are the seconds between attempts to
    reach Telegram. Raises ConfigurationError if the token is missing or refused, BotError if
    Telegram stays out of reach or another copy of the bot is running.
    """
    application = build_application(settings, desk, reloader, store)
    stop = stop or asyncio.Event()
    with stopped_by_signals(stop):
        try:
            if await connect(application.initialize, stop=stop, pauses=start_pauses):
                menus = Menus(store is not None, reloader is not None, settings.admins)
                await _serve(application, settings, menus, stop, ready)
        finally:
            await application.shutdown()
            # The application leaves a bot that never connected as it is.
            await application.bot.shutdown()


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
    stop: asyncio.Event,
    ready: Callable[[str], None] | None,
) -> None:
    """Answer updates until `stop` is set, then until those already taken are answered."""
    if settings.webhook_url is None:
        await _clear_webhook(application.bot)
    await present(application.bot, menus)
    await application.start()
    try:
        logger.info("Listening as @%s", application.bot.username)
        if ready:
            ready(application.bot.username)
        await _take_updates(application, settings, stop)
    except BotError as error:
        logger.error("Stopping: %s", error)  # noqa: TRY400 - a line, not a traceback
        raise
    finally:
        await _finish(application)


async def _take_updates(application: App, settings: Settings, stop: asyncio.Event) -> None:
    """Fetch updates, or, where a webhook is set up, let Telegram bring them."""
    if settings.webhook_url is None:
        await poll(application.bot, application.update_queue, stop=stop)
        return
    secret = settings.webhook_secret
    await serve_webhook(
        application.bot,
        application.update_queue,
        url=settings.webhook_url,
        listen=settings.webhook_listen,
        secret=secret.get_secret_value() if secret else token_urlsafe(32),
        stop=stop,
    )


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
