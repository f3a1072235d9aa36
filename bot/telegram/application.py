"""The Telegram bot from start to end: built, connected, polling, stopped without losing work."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from telegram import Bot
from telegram.error import TelegramError
from telegram.ext import ApplicationBuilder

from bot.errors import BotError
from bot.telegram.admin import AdminHandlers
from bot.telegram.connecting import api_token, connect
from bot.telegram.handlers import Handlers
from bot.telegram.order import ChatOrder
from bot.telegram.polling import poll
from bot.telegram.profile import present
from bot.telegram.rate_limiter import RateLimiter
from bot.telegram.signals import stopped_by_signals

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.collection.reloading import Reloader
    from bot.telegram.ports import App, Desk, Settings

logger = logging.getLogger(__name__)

START_PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 30.0, 30.0)
STOP_SECONDS = 30.0
REQUEST_SECONDS = 20.0


def build_application(settings: Settings, desk: Desk, reloader: Reloader | None = None) -> App:
    """Return the application with its handlers, not yet started and without an updater.

    Without a `reloader` the bot answers from one state of the collection.

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
    Handlers(desk).register(application)
    return application


async def run_polling(
    settings: Settings,
    desk: Desk,
    reloader: Reloader | None = None,
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
    application = build_application(settings, desk, reloader)
    stop = stop or asyncio.Event()
    with stopped_by_signals(stop):
        try:
            if await connect(application.initialize, stop=stop, pauses=start_pauses):
                await _serve(application, stop, ready)
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
    application: App, stop: asyncio.Event, ready: Callable[[str], None] | None
) -> None:
    """Answer updates until `stop` is set, then until those already taken are answered."""
    await _clear_webhook(application.bot)
    await present(application.bot)
    await application.start()
    try:
        logger.info("Listening as @%s", application.bot.username)
        if ready:
            ready(application.bot.username)
        await poll(application.bot, application.update_queue, stop=stop)
    except BotError as error:
        logger.error("Stopping: %s", error)  # noqa: TRY400 - a line, not a traceback
        raise
    finally:
        await _finish(application)


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
