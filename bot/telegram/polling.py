"""Fetching updates until told to stop.

The library's own updater isn't used: told to stop after a conflict, it asks for updates once
more, which throws out the other copy in turn; and when a token is revoked, it falls silent.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from telegram.error import (
    Conflict,
    EndPointNotFound,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.errors import BotError
from bot.telegram.connecting import pause, token_refused
from bot.telegram.rate_limiter import seconds_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram import Bot

    from bot.telegram.inbox import Inbox
    from bot.telegram.ports import Observer

logger = logging.getLogger(__name__)

ALLOWED_UPDATES = (
    "callback_query",
    "edited_message",
    "inline_query",
    "message",
    "my_chat_member",
)
LONG_POLL_SECONDS = 30
_READ_SECONDS = 5.0  # beyond the long poll, for the answer to arrive
# The library's getUpdates reads all or none, so that one update that it doesn't know would be in
# the way for ever, and keeps no raw JSON. So the method is called by hand; under this spelling,
# which comes out as getUpdates, without being told to prefer the library's.
_GET_UPDATES = "get_updates_"
LONGEST_PAUSE_SECONDS = 30.0


async def poll(
    bot: Bot,
    updates: asyncio.Queue[object],
    inbox: Inbox,
    *,
    stop: asyncio.Event,
    observer: Observer | None = None,
) -> None:
    """Put updates into the queue as they come, by way of the inbox, until `stop` is set.

    Trouble on the way to Telegram is waited out. Raises BotError when another copy of the bot
    takes the updates, ConfigurationError when Telegram no longer knows the token.
    """
    offset: int | None = None
    failures = 0
    while not stop.is_set():
        try:
            batch = await _fetch(bot, offset, stop, observer)
        except Conflict as conflict:
            raise _conflict(conflict) from None
        except (InvalidToken, EndPointNotFound):  # Telegram says the same to both
            raise token_refused() from None
        except TelegramError as trouble:
            failures += 1
            if failures == 1:
                logger.warning("No updates from Telegram (%s); trying on", type(trouble).__name__)
            await pause(_pause_after(trouble, failures), stop)
            continue
        if failures:
            logger.info("Telegram sends updates again")
        failures = 0
        if batch:
            await inbox.receive(bot, updates, batch)
            offset = max(record["update_id"] for record in batch) + 1
            await inbox.room(stop)
    if offset is not None:
        await _confirm(bot, offset)


def backoff(failures: int) -> float:
    """Return the seconds to wait after so many failures in a row: 1, 2, 4, … 30."""
    return min(2.0 ** min(failures - 1, 10), LONGEST_PAUSE_SECONDS)


async def _fetch(
    bot: Bot, offset: int | None, stop: asyncio.Event, observer: Observer | None
) -> Sequence[dict[str, Any]]:
    """Return the next updates as Telegram's JSON has them; none if `stop` is set first."""
    wanted = {"timeout": LONG_POLL_SECONDS, "allowed_updates": list(ALLOWED_UPDATES)}
    fetching: asyncio.Task[list[dict[str, Any]]] = asyncio.create_task(
        bot.do_api_request(
            _GET_UPDATES,
            api_kwargs=wanted if offset is None else {**wanted, "offset": offset},
            read_timeout=LONG_POLL_SECONDS + _READ_SECONDS,
        )
    )
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([fetching, stopping], return_when=asyncio.FIRST_COMPLETED)
        if not fetching.done():
            return ()
        batch = fetching.result()
        if observer is not None:
            observer.fetches()
        return batch
    finally:
        fetching.cancel()
        stopping.cancel()
        await asyncio.gather(fetching, stopping, return_exceptions=True)


async def _confirm(bot: Bot, offset: int) -> None:
    """Tell Telegram which updates were taken, so that none comes again after a restart."""
    try:
        await bot.get_updates(
            offset=offset, limit=1, timeout=timedelta(0), allowed_updates=ALLOWED_UPDATES
        )
    except TelegramError as error:
        logger.warning("The last updates may come again: %s", type(error).__name__)


def _pause_after(trouble: TelegramError, failures: int) -> float:
    return seconds_of(trouble) if isinstance(trouble, RetryAfter) else backoff(failures)


def _conflict(conflict: Conflict) -> BotError:
    if "webhook" in str(conflict).lower():
        return BotError(
            "another program has set a webhook for this bot, so no updates come here",
            "remove the webhook, or give this bot a token of its own",
        )
    return BotError(
        "another copy of this bot is running with the same token",
        "stop one of the two, or give this one a token of its own",
    )
