"""Fetching updates until told to stop.

The library's own updater isn't used: told to stop after a conflict, it asks for updates once
more, which throws out the other copy in turn; and when a token is revoked, it falls silent.
"""

from __future__ import annotations

import asyncio
import logging
import warnings
from datetime import timedelta
from typing import TYPE_CHECKING

from telegram import Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.errors import BotError
from bot.telegram.connecting import pause, token_refused
from bot.telegram.rate_limiter import seconds_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram import Bot

logger = logging.getLogger(__name__)

ALLOWED_UPDATES = ("callback_query", "edited_message", "inline_query", "message")
# What the library raises for JSON that is no update of the kinds it knows.
UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)
LONG_POLL = timedelta(seconds=30)
LONGEST_PAUSE_SECONDS = 30.0


async def poll(bot: Bot, updates: asyncio.Queue[object], *, stop: asyncio.Event) -> None:
    """Put updates into the queue as they come, until `stop` is set.

    Trouble on the way to Telegram is waited out. Raises BotError when another copy of the bot
    takes the updates, ConfigurationError when Telegram no longer knows the token.
    """
    offset: int | None = None
    failures = 0
    while not stop.is_set():
        try:
            batch, unread = await _fetch(bot, offset, stop)
        except Conflict as conflict:
            raise _conflict(conflict) from None
        except InvalidToken:
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
        for update in batch:
            updates.put_nowait(update)
            offset = update.update_id + 1
        offset = unread or offset
    if offset is not None:
        await _confirm(bot, offset)


def backoff(failures: int) -> float:
    """Return the seconds to wait after so many failures in a row: 1, 2, 4, … 30."""
    return min(2.0 ** min(failures - 1, 10), LONGEST_PAUSE_SECONDS)


async def _fetch(
    bot: Bot, offset: int | None, stop: asyncio.Event
) -> tuple[Sequence[Update], int | None]:
    """Return the next updates; none if `stop` is set first.

    With updates among them that can't be read, the second is the offset after all of them.
    """
    fetching = asyncio.create_task(
        bot.get_updates(offset=offset, timeout=LONG_POLL, allowed_updates=ALLOWED_UPDATES)
    )
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([fetching, stopping], return_when=asyncio.FIRST_COMPLETED)
        return (fetching.result() if fetching.done() else ()), None
    except UNREADABLE:
        return await _pick(bot, offset)
    finally:
        fetching.cancel()
        stopping.cancel()
        await asyncio.gather(fetching, stopping, return_exceptions=True)


async def _pick(bot: Bot, offset: int | None) -> tuple[Sequence[Update], int | None]:
    """Return those of the waiting updates that can be read, and the offset after all of them.

    The library reads all or none, so that one it doesn't know would be in the way for ever.
    """
    wanted = {"timeout": 0, "allowed_updates": list(ALLOWED_UPDATES)}
    with warnings.catch_warnings():
        # The library advises get_updates, which is what has just failed.
        warnings.filterwarnings("ignore", "Please use 'Bot.getUpdates'")
        raw = await bot.do_api_request(
            "getUpdates", api_kwargs=wanted if offset is None else {**wanted, "offset": offset}
        )
    good = []
    for record in raw:
        try:
            good.append(Update.de_json(record, bot))
        except UNREADABLE as error:
            logger.warning("An update could not be read: %s", type(error).__name__)
    return good, max((record["update_id"] + 1 for record in raw), default=offset)


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
