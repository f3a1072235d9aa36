"""Each message is noted at the moment that it sets out, after its wait for the rate limits."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from bot.telegram.rate_limiter import RateLimiter

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from bot.telegram.buckets import Priority
    from bot.telegram.inbox import Inbox
    from bot.telegram.ports import Observer
    from bot.telegram.rate_limiter import Errand


class InboxRateLimiter(RateLimiter):
    """Tells the inbox of each message at the moment that it sets out."""

    def __init__(self, inbox: Inbox, observer: Observer | None = None) -> None:
        super().__init__(observer=observer)
        self._inbox = inbox

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Priority | Errand | None,
    ) -> Any:
        """Make the request when its turn comes; return and raise what it does."""
        if endpoint.startswith(("send", "forward", "copy")) and endpoint != "sendChatAction":
            callback = partial(self._inbox.send, callback)
        return await super().process_request(
            callback, args, kwargs, endpoint, data, rate_limit_args
        )
