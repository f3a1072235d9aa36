"""Sends thousands of messages through the outbox, to a stand-in that enforces Telegram's rates.

    python benchmarks/deliveries.py [--private N] [--groups N] [--each N]

Outbox, courier, application and python-telegram-bot are the real ones. The stand-in runs in a
process of its own and goes by its own clock, as Telegram does: it takes 30 messages a second in
all, one a second to a private chat and 20 a minute to a group, and answers 429 to what is beyond.
Each private chat gets one message and each group `--each`, put in in one order drawn by chance.
Printed as one JSON object and a table: what was sent, refused and lost, and the most requests that
arrived (refused ones too) in any second, for one chat in any second, for one group in any minute.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import random
import tempfile
import time
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pacing import most_within, paced, table
from pydantic import SecretStr

from bot.playground.rates import RateLimits
from bot.playground.server import BotApiServer
from bot.playground.state import BotApiState
from bot.settings import load_settings
from bot.store.deliveries import NewDelivery
from bot.store.engine import open_store
from bot.store.records import Chat
from bot.store.urls import sqlite_url
from bot.telegram.application import run_polling

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.connection import Connection

    from bot.store.deliveries import Counts
    from bot.store.engine import Store

LIMITS = RateLimits(overall_per_second=30, private_burst=1, group_per_minute=20)
BATCH = "benchmark"


class Arrival(NamedTuple):
    """A request to send: when it arrived (monotonic seconds), for which chat, how it ended."""

    time: float
    chat: int
    key: str
    accepted: bool
    status: int | None


class NoDesk:
    """Nobody asks anything."""

    def foresee(self, question: str) -> None:
        """Never told."""

    async def ask(self, *_: Any, **__: Any) -> Any:
        """Never asked."""
        raise NotImplementedError

    async def search(self, *_: Any, **__: Any) -> Any:
        """Never asked."""
        raise NotImplementedError


def serve(channel: Connection, private: int, groups: int) -> None:
    """Be the stand-in: tells where it is and the chats' ids, then, when told to, what arrived."""
    asyncio.run(_serve(channel, private, groups))


async def _serve(channel: Connection, private: int, groups: int) -> None:
    state = BotApiState(rates=LIMITS)
    people = [state.add_user(f"Reader {number}").id for number in range(private)]
    clubs = [state.add_group(f"Club {number}").id for number in range(groups)]
    async with BotApiServer(state) as server:
        channel.send((server.root_url, state.token, people, clubs))
        await asyncio.to_thread(channel.recv)
    channel.send(
        [
            Arrival(
                call.monotonic,
                int(call.parameters["chat_id"]),
                str(call.parameters["text"]),
                call.accepted,
                call.status,
            )
            for call in paced(state.journal.calls)
        ]
    )


async def deliver(
    folder: Path, root_url: str, token: str, people: Sequence[int], clubs: Sequence[int], each: int
) -> tuple[Counts, float]:
    """Send it all; returns how it ended and the seconds that it took."""
    url = sqlite_url(folder / "newsdesk.db")
    async with await open_store(url, clock=lambda: datetime.now(UTC)) as store:
        for chat in people:
            await store.chats.touch(Chat(chat, "private", "Reader", "en"))
        for chat in clubs:
            await store.chats.touch(Chat(chat, "supergroup", "Club", "en"))
        settings = load_settings(
            data=folder, telegram_token=SecretStr(token), telegram_api=root_url
        )
        stop, ready = asyncio.Event(), asyncio.Event()
        running = asyncio.create_task(
            run_polling(settings, NoDesk(), None, store, stop=stop, ready=lambda _: ready.set())
        )
        await ready.wait()
        begun = time.monotonic()
        await store.outbox.enqueue(wanted(people, clubs, each))
        counts = await settled(store)
        took = time.monotonic() - begun
        stop.set()
        await running
    return counts, took


def wanted(people: Sequence[int], clubs: Sequence[int], each: int) -> list[NewDelivery]:
    """Return the deliveries in an order drawn by chance; the text is the key."""
    keys = [(chat, "1") for chat in people]
    keys += [(chat, str(number)) for chat in clubs for number in range(each)]
    random.Random(7).shuffle(keys)  # noqa: S311
    due = datetime.now(UTC)
    return [
        NewDelivery(f"{chat}:{number}", BATCH, chat, {"html": [f"{chat}:{number}"]}, due)
        for chat, number in keys
    ]


async def settled(store: Store) -> Counts:
    while True:
        counts = await store.outbox.counts(BATCH)
        if counts.rest == 0:
            return counts
        await asyncio.sleep(0.5)


def figures(arrivals: Sequence[Arrival], counts: Counts, took: float, total: int) -> dict[str, Any]:
    chats: defaultdict[int, list[float]] = defaultdict(list)
    for one in arrivals:
        chats[one.chat].append(one.time)
    got = Counter(one.key for one in arrivals if one.accepted)
    return {
        "deliveries": total,
        "sent": counts.of("sent"),
        "unknown": counts.of("unknown"),
        "lost": total - len(got),
        "doubled": sum(times > 1 for times in got.values()),
        "refused_429": sum(one.status == 429 for one in arrivals),
        "most_in_a_second": most_within((one.time for one in arrivals), 1.0),
        "most_to_a_chat_in_a_second": max(most_within(times, 1.0) for times in chats.values()),
        "most_to_a_group_in_a_minute": max(
            (most_within(times, 60.0) for chat, times in chats.items() if chat < 0), default=0
        ),
        "seconds": round(took, 1),
        "a_second": round(len(got) / took, 1),
        "cpu_seconds": round(time.process_time(), 1),
    }


def measure(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    processes = multiprocessing.get_context("spawn")
    ours, theirs = processes.Pipe()
    server = processes.Process(target=serve, args=(theirs, options.private, options.groups))
    server.start()
    root_url, token, people, clubs = ours.recv()
    counts, took = asyncio.run(deliver(folder, root_url, token, people, clubs, options.each))
    ours.send("end")
    arrivals = ours.recv()
    server.join()
    return figures(arrivals, counts, took, len(people) + len(clubs) * options.each)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--private", type=int, default=4500)
    parser.add_argument("--groups", type=int, default=25)
    parser.add_argument("--each", type=int, default=20)
    with tempfile.TemporaryDirectory() as folder:
        found = measure(parser.parse_args(), Path(folder))
    print(json.dumps(found, indent=1))
    print(table({"all": found}, list(found)))


if __name__ == "__main__":
    main()
