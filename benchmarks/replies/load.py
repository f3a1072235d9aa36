"""The process that is Telegram and everyone who asks.

Closed loop: each chat asks its next question once its reply was accepted, after `think` seconds.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from dataclasses import dataclass
from itertools import cycle
from typing import TYPE_CHECKING, Any

from benchmarks.replies.telegrams import telegram
from benchmarks.replies.watching import Usage, usage_of, usage_of_all

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from multiprocessing.connection import Connection

    from benchmarks.replies.telegrams import Telegram

LEAD_IN = 3.0  # seconds of asking before anything counts
PATIENCE = 120.0  # seconds for the replies that are still due


@dataclass(frozen=True)
class Order:
    """What the askers are to do: for so many seconds, or for so many replies if given."""

    chats: int
    seconds: float = 0.0
    replies: int = 0
    think: float = 0.0
    lead_in: float = LEAD_IN
    pid: int = 0
    profiled: bool = False


@dataclass
class Round:
    """What came of an order. Times are monotonic seconds; `took` are seconds of each reply."""

    begun: float
    ended: float
    took: list[float]
    sends: int
    bot: Usage
    load: Usage
    everyone: Usage
    unanswered: int = 0


class Askers:
    """The chats and what they wait for."""

    def __init__(self, questions: Sequence[str]) -> None:
        self._questions = questions
        self._waiting: dict[tuple[int, int], tuple[int, float]] = {}
        self._pools: dict[int, Iterator[str]] = {}
        self._took: list[tuple[float, float]] = []
        self._asking = False
        self._think = 0.0
        self._goal = 0
        self._reached = asyncio.Event()
        self.telegram: Telegram | None = None

    def heard(self, chat_id: int, asked: int, when: float) -> None:
        """Note a reply; its chat goes on."""
        found = self._waiting.pop((chat_id, asked), None)
        if found is None:
            return
        chat, since = found
        self._took.append((when, when - since))
        if self._goal and len(self._took) >= self._goal:
            self._asking = False
        if not self._asking and not self._waiting:
            self._reached.set()
        if self._asking:
            asyncio.get_running_loop().call_later(self._think, self._ask, chat)

    def _ask(self, chat: int) -> None:
        if not self._asking or self.telegram is None:
            return
        if chat not in self._pools:
            pool = list(self._questions)
            random.Random(chat).shuffle(pool)  # noqa: S311
            self._pools[chat] = cycle(pool)
        now = time.monotonic()
        key = self.telegram.say(chat, next(self._pools[chat]))
        self._waiting[key] = chat, now

    async def carry_out(self, order: Order) -> Round:
        """Ask as ordered and return what came of it."""
        assert self.telegram is not None  # noqa: S101
        self._took.clear()
        self._reached.clear()
        self._asking, self._think, self._goal = True, order.think, order.replies
        spread = min(1.0, order.lead_in / 2, order.think or 0.1)
        for chat in range(order.chats):
            asyncio.get_running_loop().call_later(spread * chat / order.chats, self._ask, chat)
        await asyncio.sleep(order.lead_in)
        begun, before = time.monotonic(), _usages(order.pid)
        sends, start = self.telegram.sends, len(self._took)
        if order.profiled:
            os.kill(order.pid, signal.SIGUSR1)
        if order.replies:
            async with asyncio.timeout(3600):
                await self._reached.wait()
        else:
            await asyncio.sleep(order.seconds)
        ended, after = time.monotonic(), _usages(order.pid)
        if order.profiled:
            os.kill(order.pid, signal.SIGUSR2)
        sends, counted = self.telegram.sends - sends, self._took[start:]
        unanswered = await self._settle()
        took = [seconds for _, seconds in counted]
        bot, load, everyone = (b - a for a, b in zip(before, after, strict=True))
        return Round(begun, ended, took, sends, bot, load, everyone, unanswered)

    async def _settle(self) -> int:
        """Ask no more and wait for what is due; returns how many replies never came."""
        self._asking = False
        if self._waiting:
            try:
                async with asyncio.timeout(PATIENCE):
                    await self._reached.wait()
            except TimeoutError:
                lost = len(self._waiting)
                self._waiting.clear()
                return lost
        return 0


def _usages(pid: int) -> tuple[Usage, Usage, Usage]:
    """Return what the bot, this process and everyone together have used so far."""
    return usage_of(pid), usage_of(os.getpid()), usage_of_all()


def serve(channel: Connection, kind: str, chats: int, questions: Sequence[str]) -> None:
    """Be Telegram: tells where it is, then carries out orders until it gets None."""
    asyncio.run(_serve(channel, kind, chats, questions))


async def _serve(channel: Connection, kind: str, chats: int, questions: Sequence[str]) -> None:
    askers = Askers(questions)
    async with telegram(kind, chats, askers.heard) as found:
        askers.telegram = found
        channel.send((found.url, found.token))
        while (order := await asyncio.to_thread(channel.recv)) is not None:
            result: Any = await askers.carry_out(order)
            channel.send(result)
