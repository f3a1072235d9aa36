"""The Telegram bot as a program of its own, without an index: a desk with one reply, and a store.

    python -m tests.support.bot_program ROOT_URL TOKEN DATABASE_URL [POISON]

The token is for a stand-in. A question with POISON in it ends the program at once.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pydantic import SecretStr

from bot.settings import load_settings
from bot.store.engine import open_store
from bot.telegram.application import run_polling
from retrieval.followup import Turn
from retrieval.types import Abstention

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.types import Excerpt, Hit


@dataclass(frozen=True)
class Said:
    reply: Abstention
    turn: Turn
    hits: tuple[Hit, ...] = ()
    further: tuple[Excerpt, ...] = ()
    understood: str = ""


class SlowDesk:
    """Needs a moment for every question, as a real one does."""

    def __init__(self, poison: str) -> None:
        self._poison = poison

    def foresee(self, question: str) -> None:
        pass

    async def ask(
        self,
        question: str,
        *,
        turns: Sequence[Turn] = (),
        length: int | None = None,
        source: str | None = None,
    ) -> Said:
        await asyncio.sleep(0.03)
        if self._poison and self._poison in question:
            os.kill(os.getpid(), signal.SIGKILL)
        reply = Abstention(question, f"Asked: {question}", (), 0.1, None, 1)
        return Said(reply, Turn(question, ""))

    async def search(self, text: str, limit: int = 10, source: str | None = None) -> list[Hit]:
        return []


async def main(
    root_url: str,
    token: str,
    database: str,
    poison: str = "",
    *,
    admin: int | None = None,
    ahead: float = 0.0,
) -> None:
    """Run it, with an admin, and with a clock that is so many seconds ahead."""
    logging.basicConfig(level=logging.INFO)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # its lines hold the token
    admins = frozenset() if admin is None else frozenset({admin})
    settings = load_settings(telegram_token=SecretStr(token), telegram_api=root_url, admins=admins)
    lead = timedelta(seconds=ahead)
    async with await open_store(database, clock=lambda: datetime.now(UTC) + lead) as store:
        await run_polling(settings, SlowDesk(poison), None, store)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
