"""Reaching Telegram for the first time, and what is said when it doesn't accept the bot."""

from __future__ import annotations

import asyncio
import logging
import re
from contextlib import suppress
from typing import TYPE_CHECKING

from telegram.error import InvalidToken, NetworkError, TelegramError

from bot.errors import BotError, ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from bot.telegram.ports import Settings

logger = logging.getLogger(__name__)

_TOKEN = re.compile(r"[\w:-]+", re.ASCII)


def api_token(settings: Settings) -> str:
    """Return the token, ready for an address.

    Raises ConfigurationError, which doesn't show it, if there is none or none that could be one.
    """
    token = settings.telegram_token.get_secret_value().strip() if settings.telegram_token else ""
    if not token:
        raise ConfigurationError(
            "there is no Telegram token", "get one from @BotFather and set NEWSDESK_TELEGRAM_TOKEN"
        )
    if not _TOKEN.fullmatch(token):
        raise ConfigurationError(
            "NEWSDESK_TELEGRAM_TOKEN doesn't hold a token",
            "copy it from @BotFather again, without blanks or quotes",
        )
    return token


def token_refused() -> ConfigurationError:
    """Return the error for a token that Telegram doesn't know."""
    return ConfigurationError(
        "Telegram refuses the token",
        "check NEWSDESK_TELEGRAM_TOKEN, or get a new one from @BotFather",
    )


async def connect(
    initialize: Callable[[], Awaitable[None]], *, stop: asyncio.Event, pauses: Sequence[float]
) -> bool:
    """Reach Telegram, trying again after each of the pauses (seconds).

    Returns False if `stop` is set meanwhile. Raises ConfigurationError if the token is refused,
    BotError if Telegram stays out of reach.
    """
    for seconds in (*pauses, None):
        try:
            await initialize()
        except InvalidToken:
            raise token_refused() from None
        except NetworkError as error:
            if seconds is None:
                break
            trouble = type(error).__name__
            logger.warning("Telegram can't be reached (%s); trying again in %g s", trouble, seconds)
            await pause(seconds, stop)
        except TelegramError as refusal:
            raise BotError(f"Telegram doesn't let the bot in ({type(refusal).__name__})") from None
        else:
            return True
        if stop.is_set():
            return False
    raise BotError(
        "Telegram can't be reached", "check the network, and NEWSDESK_TELEGRAM_API if it is set"
    )


async def pause(seconds: float, stop: asyncio.Event) -> None:
    """Wait for `seconds` or until `stop` is set."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
