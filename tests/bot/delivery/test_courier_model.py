"""Any mixture of failures and kills: nothing is sent twice or lost, and what is unknown is counted.

A model in Hypothesis of what Telegram has; courier and outbox are the real ones.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from delivery_bench import World, world_at
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bot.delivery.outcomes import ChatGone, NotSent, Refused, Uncertain, Wait
from bot.store.deliveries import NewDelivery
from bot.store.records import Chat
from bot.store.schema import DELIVERIES

CHATS = (1, 2, 3)
EVENTS = st.sampled_from(
    [
        ("", None),
        ("before", None),
        ("begun", None),
        ("accepted", None),
        ("after", Uncertain("ReadError")),
        ("", Uncertain("ReadError")),
        ("", NotSent("502")),
        ("", Wait(3.0, "RetryAfter")),
        ("", Refused("bad")),
        ("", ChatGone("Forbidden")),
    ]
)


class Sending(RuleBasedStateMachine):
    """Enqueues, lets couriers run and die, and looks at what has arrived."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.runner = asyncio.Runner()
        self.opened = world_at(Path(self.folder.name))
        self.world: World = self.do(self.opened.__aenter__())
        for chat in CHATS:
            self.do(self.world.store.chats.touch(Chat(chat, "private", "c", "en")))
        self.texts: dict[str, tuple[int, list[str]]] = {}

    def do(self, work: Any) -> Any:
        return self.runner.run(work)

    def teardown(self) -> None:
        self.world.script = []
        for _ in range(4):  # whatever was put off comes due
            self.do(self.world.run())
            self.world.clock.move_on(minutes=20)
        states = Counter(row.state for row in self.rows())
        assert set(states) <= {"sent", "unknown", "failed"}, states
        self.look()
        self.do(self.opened.__aexit__(None, None, None))
        self.runner.close()
        self.folder.cleanup()

    def rows(self) -> list[Any]:
        async def read() -> list[Any]:
            async with self.world.store.database.reading() as connection:
                query = DELIVERIES.select().order_by(DELIVERIES.c.id)
                return list((await connection.execute(query)).all())

        return self.do(read())

    @rule(places=st.lists(st.tuples(st.sampled_from(CHATS), st.integers(1, 3)), max_size=4))
    def enqueue(self, places: list[tuple[int, int]]) -> None:
        new = []
        for chat, parts in places:
            key = f"k{len(self.texts)}"
            texts = [f"{key}.{part}" for part in range(parts)]
            self.texts[key] = (chat, texts)
            new.append(NewDelivery(key, "b", chat, {"html": texts}, self.world.clock.now))
        self.do(self.world.store.outbox.enqueue(new))

    @rule()
    def enqueue_again(self) -> None:
        now = self.world.clock.now
        new = [NewDelivery(k, "b", c, {"html": t}, now) for k, (c, t) in self.texts.items()]
        assert self.do(self.world.store.outbox.enqueue(new)) == set(self.texts)

    @rule(script=st.lists(EVENTS, max_size=6), seconds=st.integers(0, 30))
    def run_courier(self, script: list[Any], seconds: int) -> None:
        self.world.clock.move_on(seconds=seconds)
        self.world.script = list(script)
        self.do(self.world.run())

    @invariant()
    def look(self) -> None:
        got = Counter(self.world.got)
        assert not [one for one, times in got.items() if times > 1], "nothing twice"
        rows = {row.key: row for row in self.rows()}
        assert set(rows) == set(self.texts), "nothing lost"
        for key, (chat, texts) in self.texts.items():
            row = rows[key]
            there = [text for text in texts if (chat, text) in got]
            assert there == texts[: len(there)], "in order"
            if row.state == "sent":
                assert there == texts
            elif row.state in {"unknown", "sending"}:
                assert len(there) - len(row.message_ids) in {0, 1}
            else:
                assert len(there) == len(row.message_ids), "what is there is known"


TestSending = Sending.TestCase
TestSending.settings = settings(max_examples=15, stateful_step_count=8, deadline=None)
