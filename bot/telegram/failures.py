"""What the library raises → what that says of the message.

python-telegram-bot's HTTPXRequest raises TimedOut for every httpx.TimeoutException and NetworkError
for every other httpx.HTTPError, each with httpx's as its cause; whether the request had gone out
only the cause tells. A NetworkError without one is Telegram's own answer with another status than
those that have errors of their own (5xx, mostly).
"""

from __future__ import annotations

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.delivery.outcomes import ChatGone, Failure, Moved, NotSent, Refused, Uncertain, Wait
from bot.telegram.rate_limiter import seconds_of

# All of them before the first byte of the request is written.
_BEFORE = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)
# In Telegram's words, which are not documented.
_GONE = ("chat not found", "user not found", "deactivated", "peer_id_invalid", "chat was deleted")
_TOKEN_SECONDS = 60.0
_SAID = 200  # characters kept of Telegram's words


def failure_of(error: TelegramError) -> Failure:
    """Return what a failed request to send says of the message."""
    reason = type(error).__name__
    failure: Failure = Uncertain(reason)  # an answer that can't be read
    match error:
        case RetryAfter():
            failure = Wait(seconds_of(error), reason)
        case ChatMigrated():
            failure = Moved(error.new_chat_id)
        case Forbidden():
            failure = ChatGone(reason)
        case BadRequest():
            said = str(error)
            gone = any(one in said.lower() for one in _GONE)
            failure = ChatGone(reason) if gone else Refused(said[:_SAID])
        case InvalidToken() | Conflict():
            failure = Wait(_TOKEN_SECONDS, reason)
        case NetworkError():
            failure = _of_network(error)
    return failure


def _of_network(error: NetworkError) -> Failure:
    cause = error.__cause__
    if cause is None or isinstance(cause, TelegramError):
        return NotSent(str(error)[:_SAID])
    reason = type(cause).__name__
    return NotSent(reason) if isinstance(cause, _BEFORE) else Uncertain(reason)
