"""Measures answers while a broadcast goes out, over HTTP against a stand-in that enforces rates.

    python benchmarks/flood.py [--chats N] [--readers N] [--seconds S]

A data folder is made of the seeds; the desk, the store and the bot are the real ones. First the
chats ask alone, then again while a broadcast goes to all readers. Printed as one JSON object and a
table: p50, p95 and the longest time from a question's delivery to the accepted sendMessage, the
most messages that the stand-in took in any second, and how many calls it refused with 429.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pacing import most_within, paced, table
from pydantic import SecretStr

from bot.collection.locating import source_at
from bot.collection.opening import open_collection
from bot.desk import open_desk
from bot.playground.rates import RateLimits
from bot.playground.server import BotApiServer
from bot.playground.state import BotApiState
from bot.settings import load_settings
from bot.store.records import Chat
from bot.telegram.application import run_polling

if TYPE_CHECKING:
    from bot.playground.people import User
    from bot.playground.record import Call
    from bot.settings import Settings
    from bot.store.engine import Store

SEEDS = Path(__file__).parents[1] / "seeds"
PAUSE = (4.0, 8.0)  # seconds between an answer and the chat's next question


def questions(folder: Path) -> list[str]:
    """Return questions on the seeds' own topics: one of each article's title."""
    lines = (
        line for path in sorted(folder.glob("*.md")) for line in path.read_text("utf-8").split("\n")
    )
    titles = [line.removeprefix("title: ") for line in lines if line.startswith("title: ")]
    if len(titles) < 3:
        raise SystemExit(f"{folder} holds no articles")
    return [f"What happened: {title}?" for title in titles]


class Watch:
    """Sees each accepted sendMessage once and tells whoever asked, by chat and question."""

    def __init__(self, state: BotApiState) -> None:
        self._state = state
        self._seen = 0
        self._asked: dict[tuple[int, int], asyncio.Future[float]] = {}

    async def answered(self, chat_id: int, message_id: int) -> float:
        """Return when (monotonic) the answer to a message arrived."""
        waiting = asyncio.get_running_loop().create_future()
        self._asked[chat_id, message_id] = waiting
        return await asyncio.wait_for(waiting, 120)

    async def run(self) -> None:
        """Watch for ever."""
        calls = self._state.journal.calls
        self._seen = len(calls)
        while True:
            await self._state.until(lambda: len(calls) > self._seen or None, within=3600)
            for call in calls[self._seen :]:
                reply = call.parameters.get("reply_parameters") or {}
                key = (call.parameters.get("chat_id"), reply.get("message_id"))
                if call.method == "sendMessage" and call.accepted and key in self._asked:
                    self._asked.pop(key).set_result(call.monotonic)
            self._seen = len(calls)


async def ask(
    state: BotApiState, watch: Watch, person: User, pool: list[str], until: float, dice: Any
) -> list[float]:
    """Ask, wait for the answer, think, ask again; returns the seconds that answers took."""
    took = []
    await asyncio.sleep(dice.uniform(0, PAUSE[1]))
    while time.monotonic() < until:
        begun = time.monotonic()
        said = state.say(person, dice.choice(pool))
        took.append(await watch.answered(person.id, said.id) - begun)
        await asyncio.sleep(dice.uniform(*PAUSE))
    return took


async def phase(
    state: BotApiState, people: list[User], pool: list[str], seconds: float, seed: int
) -> dict[str, Any]:
    dice = random.Random(seed)  # noqa: S311
    first = len(state.journal.calls)
    until = time.monotonic() + seconds
    watch = Watch(state)
    watching = asyncio.create_task(watch.run())
    took = await asyncio.gather(*(ask(state, watch, one, pool, until, dice) for one in people))
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    return {**figures([one for each in took for one in each]), **rates(state.journal.calls[first:])}


def figures(took: list[float]) -> dict[str, Any]:
    cuts = statistics.quantiles(took, n=20)
    return {
        "answers": len(took),
        "p50_ms": round(statistics.median(took) * 1000),
        "p95_ms": round(cuts[18] * 1000),
        "max_ms": round(max(took) * 1000),
    }


def rates(calls: list[Call]) -> dict[str, Any]:
    sends = paced(calls)
    times = [call.monotonic for call in sends if call.accepted]
    return {
        "most_in_a_second": most_within(times, 1.0),
        "refused_429": sum(call.status == 429 for call in sends),
    }


async def broadcast(state: BotApiState, boss: User) -> dict[str, Any]:
    """Send a broadcast to all chats and wait for its report."""
    state.say(boss, "/broadcast Tonight from ten the bot is away for an hour.")
    await state.next_message(boss)
    asked = await state.next_message(boss)
    state.press(asked, next(row[0] for row in asked.buttons if row[0].startswith("Private")))
    await state.next_edit(boss)
    begun, first = time.monotonic(), len(state.journal.calls)
    state.press(asked.id, "Send it now", where=boss)
    text = "Tonight from ten the bot is away for an hour."
    while "The broadcast is done." not in (await state.next_edit(boss, within=600)).text:
        pass
    seconds = time.monotonic() - begun
    calls = [call for call in state.journal.calls[first:] if call.method == "sendMessage"]
    sent = [call for call in calls if call.accepted and call.parameters["text"] == text]
    chats = {call.parameters["chat_id"] for call in sent}
    return {
        "sent": len(sent),
        "chats": len(chats),
        "seconds": round(seconds, 1),
        "a_second": round(len(sent) / seconds, 1),
    }


async def measure(settings: Settings, options: argparse.Namespace) -> dict[str, Any]:
    state = BotApiState(rates=RateLimits())
    boss = state.add_user("Boss")
    people = [state.add_user(f"Asker {number}") for number in range(options.chats)]
    readers = [state.add_user(f"Reader {number}") for number in range(options.readers)]
    pool = questions(SEEDS)
    async with AsyncExitStack() as stack:
        collection = await stack.enter_async_context(open_collection(settings))
        await source_at(collection, str(SEEDS))
        await collection.sync(trigger="benchmark")
        desk = await stack.enter_async_context(await asyncio.to_thread(open_desk, settings))
        await know(collection.store, readers)
        server = await stack.enter_async_context(BotApiServer(state))
        found = settings.model_copy(
            update={
                "telegram_token": SecretStr(state.token),
                "telegram_api": server.root_url,
                "admins": frozenset({boss.id}),
                "questions_per_hour": 0,
                "questions_per_day": 0,
            }
        )
        stop = asyncio.Event()
        running = asyncio.create_task(run_polling(found, desk, None, collection.store, stop=stop))
        await state.next_poll(within=60)
        alone = await phase(state, people, pool, options.seconds, 1)
        sending = asyncio.create_task(broadcast(state, boss))
        during = await phase(state, people, pool, options.seconds, 2)
        told = await sending
        cpu = time.process_time()
        stop.set()
        await running
    return {"alone": alone, "during": during, "broadcast": told, "cpu_seconds": round(cpu, 1)}


async def know(store: Store, readers: list[User]) -> None:
    for one in readers:
        await store.chats.touch(Chat(one.id, "private", one.name, "en"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chats", type=int, default=40)
    parser.add_argument("--readers", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=40.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(measure(load_settings(data=Path(folder) / "data"), options))
    print(json.dumps(found, indent=1))
    print(table({name: found[name] for name in ("alone", "during")}, list(found["alone"])))


if __name__ == "__main__":
    main()
