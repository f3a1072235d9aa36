"""The real bot, as `newsdesk run` starts it, with a heartbeat in its event loop.

    python -m benchmarks.replies.program LAG RATES PROFILE DATA

Each quarter of a second the heartbeat's longest delay goes to the file LAG. RATES "telegram" keeps
the bot's own rate limits; "lifted" allows 1000 messages a second overall and to each chat, which
shows what the bot itself can do. PROFILE names a file for a profile between SIGUSR1 and SIGUSR2, or
is "-".
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bot.app
from bot.cli import main as newsdesk

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import TextIO

NAP_SECONDS = 0.004
STRETCH_SECONDS = 0.25
LIFTED = (1000, 1.0)


async def beat(lag: TextIO) -> None:
    """Measure for ever how late a short sleep ends."""
    loop = asyncio.get_running_loop()
    worst, write_at = 0.0, loop.time() + STRETCH_SECONDS
    while True:
        due = loop.time() + NAP_SECONDS
        await asyncio.sleep(NAP_SECONDS)
        now = loop.time()
        worst = max(worst, now - due)
        if now >= write_at:
            lag.write(f"{time.monotonic():.4f} {worst:.5f}\n")
            worst, write_at = 0.0, now + STRETCH_SECONDS


def lift_rates() -> None:
    """Let the bot send as fast as it can."""
    from bot.telegram import rate_limiter, setting_out
    from bot.telegram.buckets import Line, Rates

    class LiftedRates(setting_out.InboxRateLimiter):
        """The bot's rate limiter with limits that nobody reaches."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            everyone = Rates(
                overall=LIFTED,
                private=(LIFTED,),
                group=(LIFTED,),
                bulk=rate_limiter.BULK,
                bulk_chat=rate_limiter.BULK_CHAT,
            )
            self._line = Line(everyone)

    from bot.telegram import application

    application.InboxRateLimiter = LiftedRates  # type: ignore[attr-defined]


def with_heartbeat(run: Callable[..., Awaitable[None]], path: Path) -> Callable[..., Any]:
    """Return `run` with a heartbeat beside it."""

    async def running(*args: Any, **kwargs: Any) -> None:
        with path.open("w", encoding="utf-8", buffering=1) as lag:
            beating = asyncio.create_task(beat(lag))
            try:
                await run(*args, **kwargs)
            finally:
                beating.cancel()
                await asyncio.gather(beating, return_exceptions=True)

    return running


def main() -> None:
    lag, rates, profile, data = sys.argv[1:]
    if rates == "lifted":
        lift_rates()
    if profile != "-":
        from benchmarks.replies.sampling import Sampler

        Sampler(Path(profile)).arm()
    bot.app.run_bot = with_heartbeat(bot.app.run_bot, Path(lag))
    newsdesk(["--data", data, "run"])


if __name__ == "__main__":
    main()
