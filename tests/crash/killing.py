"""Goes through a broadcast with kills, and counts what each chat got."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.playground.state import BotApiState
from bot.store.engine import open_store
from bot.store.records import Chat
from bot.store.urls import sqlite_url
from tests.crash.bots import Life, Nursery
from tests.crash.broadcasts import AT_SERVER, AT_STEPS, TEXT, Point, StandIn, draw

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

    from bot.playground.messages import Message
    from bot.store.engine import Store

GROUPS = 10
"""One chat of so many is a group."""
LEASE_SECONDS = 20.0
_PATIENCE, _LONGEST = 120.0, 4.0


@dataclass(frozen=True)
class Outcome:
    """What came of a broadcast: the points that struck, and what its chats got.

    `caught` is how many messages were being sent when a bot died, found in the database then.
    """

    struck: tuple[Point, ...]
    caught: int
    chats: int
    sent: int
    unknown: int
    lost: int
    doubled: int
    problems: tuple[str, ...]


class Broadcast:
    """One broadcast to `count` chats, and the bots that send it one after the other."""

    def __init__(self, folder: Path, count: int, random: Random) -> None:
        self._folder, self._random = folder, random
        self._database = sqlite_url(folder / "newsdesk.db")
        self._ahead = 0.0
        self.state = BotApiState()
        self._boss = self.state.add_user("Boss")
        people = [self.state.add_user(f"Reader {n}").id for n in range(count - count // GROUPS)]
        clubs = [self.state.add_group(f"Club {n}").id for n in range(count // GROUPS)]
        self._kinds = dict.fromkeys(people, "private") | dict.fromkeys(clubs, "supergroup")
        self._shown: Message | None = None

    async def send(self, most: int) -> Outcome:
        """Begin it and kill its bots, at most so many, until it is done; returns how it went."""
        async with await self._store() as store:
            for chat, kind in self._kinds.items():
                await store.chats.touch(Chat(chat, kind, "Somebody", "en"))
        async with Nursery(self._folder) as nursery:
            stand_in = StandIn(self.state, set(self._kinds), lambda: nursery.send(signal.SIGKILL))
            async with stand_in.listening() as root_url:
                await self._draft(nursery, root_url)
                struck: list[Point] = []
                ends: set[int] = set()
                caught = 0
                while not self._done():
                    point = draw(self._random, len(struck)) if len(struck) < most else None
                    code, timed = await self._live(nursery, stand_in, root_url, point)
                    ends.add(code)
                    if point and code == -signal.SIGKILL:
                        # One that never came was not what killed the bot.
                        struck.append(Point("any time", delay=_limit(point)) if timed else point)
                        caught = await self._unsettled()
            log = nursery.log()
        problems = [f"a bot ended with {code}" for code in ends - {0, -signal.SIGKILL}]
        problems += ["a bot logged a traceback"] if "Traceback" in log else []
        return await self._outcome(tuple(struck), caught, problems)

    async def _draft(self, nursery: Nursery, root_url: str) -> None:
        await nursery.start(self._life(root_url, None))
        self.state.say(self._boss, f"/broadcast {TEXT}")
        await self.state.next_message(self._boss, within=_PATIENCE)
        asked = await self.state.next_message(self._boss, within=_PATIENCE)
        choice = next(row[0] for row in asked.buttons if row[0].startswith("All chats"))
        self.state.press(asked, choice)
        self._shown = await self.state.next_edit(self._boss, within=_PATIENCE)
        nursery.send(signal.SIGTERM)
        assert await nursery.ended() == 0, nursery.log()

    async def _live(
        self, nursery: Nursery, stand_in: StandIn, root_url: str, point: Point | None
    ) -> tuple[int, bool]:
        """Let a bot live until it dies at a point, or the broadcast is done.

        Returns its exit code, and whether it was killed because its time was up.
        """
        # From a restart at once, which finds leases running, to one that finds none.
        self._ahead += self._random.uniform(0, 2 * LEASE_SECONDS) if point else 2 * LEASE_SECONDS
        stand_in.arm(point if point and point.kind in AT_SERVER else None)
        await nursery.start(self._life(root_url, point))
        if "Send it now" in [label for row in self._current().buttons for label in row]:
            self.state.press(self._current(), "Send it now")  # a person who sees nothing happen
        ending = asyncio.create_task(nursery.ended())
        done = asyncio.create_task(
            self.state.until(lambda: self._done() or None, within=_PATIENCE, what="the report")
        )
        timed = asyncio.create_task(asyncio.sleep(_limit(point)))
        await asyncio.wait([ending, done, timed], return_when=asyncio.FIRST_COMPLETED)
        is_late = timed.done() and not ending.done()
        nursery.send(signal.SIGKILL if is_late else signal.SIGTERM)
        code = await ending
        for task in (done, timed):
            task.cancel()
        await asyncio.gather(done, timed, return_exceptions=True)
        assert point is not None or code == 0, nursery.log()[-4000:]
        return code, is_late

    def _life(self, root_url: str, point: Point | None) -> Life:
        bot = {
            "root_url": root_url,
            "token": self.state.token,
            "database": str(self._database),
            "admin": self._boss.id,
            "ahead": self._ahead,
        }
        at_step = point is not None and point.kind in AT_STEPS
        return Life(bot, (point.kind, point.nth, point.delay) if at_step and point else None)

    def _current(self) -> Message:
        assert self._shown is not None
        number = self._shown.id
        return next(one for one in self.state.messages.of(self._boss.id) if one.id == number)

    def _done(self) -> bool:
        return "The broadcast is done." in self._current().text

    async def _unsettled(self) -> int:
        """Return how many of the messages so far were being sent when a bot died."""
        async with await self._store() as store:
            return (await store.outbox.counts()).of("sending", "unknown")

    async def _outcome(
        self, struck: tuple[Point, ...], caught: int, problems: list[str]
    ) -> Outcome:
        async with await self._store() as store:
            counts = await store.outbox.counts()
            unsure = await store.outbox.unknown(len(self._kinds) + 1)
        unknown = {one.chat_id for one in unsure} & set(self._kinds)
        got = Counter(
            {c: sum(m.text == TEXT for m in self.state.messages.of(c)) for c in self._kinds}
        )
        # The admin's chat is known as well.
        if not counts.of("sent", "unknown") == counts.total == len(self._kinds) + 1:
            problems.append(f"not all are settled: {counts.by_state}")
        lost = [chat for chat, times in got.items() if not times and chat not in unknown]
        doubled = [chat for chat, times in got.items() if times > 1]
        if self.state.violations:
            problems.append(f"violations: {self.state.violations[:3]}")
        return Outcome(
            struck,
            caught,
            len(self._kinds),
            len(self._kinds) - len(unknown),
            len(unknown),
            len(lost),
            len(doubled),
            tuple(problems),
        )

    async def _store(self) -> Store:
        return await open_store(self._database, clock=lambda: datetime.now(UTC))


def _limit(point: Point | None) -> float:
    """Return for how many seconds a bot may live that is to die at this point."""
    if point is None or point.kind == AT_STEPS[0]:
        return _PATIENCE
    if point.kind == "any time":
        return point.delay or 0.0
    # Some points never come: too little is left, or all is leased to those that died.
    return _LONGEST
