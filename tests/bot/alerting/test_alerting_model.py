"""Whatever is published, edited or copied, and wherever the program is killed: told exactly once.

Store, index, matching, planning and outbox are the real ones; the model knows which subscription
wants which story.
"""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
from collections import Counter
from datetime import time
from pathlib import Path
from typing import Any

from alerting_bench import ANN, GROUP, deliver, world_at
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.alerting.service import Alerting
from bot.alerts.chat_settings import with_timetable
from bot.alerts.planning import DIGEST_STORIES
from bot.alerts.types import Timetable, Wanted, Words
from bot.store.errors import DuplicateSubscriptionError
from tests.support.embedders import FakeEmbedder

WORDS = ("harbour", "lantern")


class KilledError(Exception):
    """The program was killed at this point."""


class Mortal:
    """A database's `write` that can be killed before or after a transaction is kept."""

    def __init__(self, write: Any) -> None:
        self._write = write
        self.steps: int | None = None
        self.kept = False

    async def __call__(self, work: Any, **options: Any) -> Any:
        if self.steps is None:
            return await self._write(work, **options)
        self.steps -= 1
        if self.steps > 0:
            return await self._write(work, **options)
        if self.kept:
            await self._write(work, **options)
        raise KilledError


class Told:
    """Words a message as JSON: which subscriptions are told of which articles."""

    def alert(self, story: Any, chat: Any) -> dict[str, Any]:
        return {"html": [json.dumps([self._said(story)])]}

    def digest(self, digest: Any, chat: Any) -> dict[str, Any]:
        told = [story for group in digest.groups for story in group.stories]
        said = [{**self._said(story), "digest": True} for story in told]
        assert not digest.rest
        return {"html": [json.dumps(said)]}

    def answer(self, subscription: Any, timed: Any, chat: Any) -> dict[str, Any]:
        raise AssertionError("no question waits")

    def _said(self, story: Any) -> dict[str, Any]:
        return {
            "subscriptions": [why.subscription.id for why in story.whys],
            "titles": sorted(one.title for one in story.articles),
        }


class Alerts(RuleBasedStateMachine):
    """Publishes, subscribes, kills and goes on; looks at what the chats show."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.before = Path.cwd()
        os.chdir(self.folder.name)
        self.runner = asyncio.Runner()
        self.opened = world_at(Path(self.folder.name), FakeEmbedder())
        self.world = self.do(self.opened.__aenter__())
        self.mortal = Mortal(self.world.store.database.write)
        self.world.store.database.write = self.mortal
        self.start_again()
        self.wants: dict[int, tuple[int, str, Any]] = {}  # id → chat, word, created
        self.articles: dict[str, tuple[int, str, str, Any]] = {}  # name → story, word, title, at

    def do(self, work: Any) -> Any:
        return self.runner.run(work)

    def start_again(self) -> None:
        self.world.alerting = Alerting(
            self.world.store, self.world.desk, Told(), clock=self.world.clock
        )

    def teardown(self) -> None:
        self.mortal.steps = None
        try:
            self.do(self.world.index())
            for _ in range(3):  # other times of day: one at most lies in the quiet hours
                self.do(self.world.forward(days=4, hours=3))
            self.look(final=True)
        finally:
            self.do(self.opened.__aexit__(None, None, None))
            self.runner.close()
            os.chdir(self.before)
            self.folder.cleanup()

    @initialize(quiet=st.booleans())
    def set_times(self, quiet: bool) -> None:
        hours = (time(13), time(15)) if quiet else None  # it is noon
        timetable = with_timetable({}, Timetable("UTC", hours))
        self.do(self.world.store.chats.set_settings(ANN, timetable))
        self.subscribe(ANN, "", "now")
        self.subscribe(GROUP, WORDS[0], "now")

    @rule(
        chat=st.sampled_from([ANN, GROUP]),
        word=st.sampled_from(["", *WORDS]),
        pace=st.sampled_from(["now", "now", "daily", "hourly"]),
    )
    def subscribe(self, chat: int, word: str, pace: Any) -> None:
        self.world.clock.forward(minutes=1)
        wanted = Wanted("topic", "", Words((word,))) if word else Wanted("all")
        work = self.world.alerting.subscribe(chat, None, wanted, pace=pace)
        try:
            made = self.do(work)
        except DuplicateSubscriptionError:
            return
        self.wants[made.id] = chat, word, made.created

    @rule(story=st.integers(0, 2), word=st.sampled_from(WORDS), minutes=st.integers(0, 200))
    def publish(self, story: int, word: str, minutes: int) -> None:
        """Bring an article of a story: the first one, a copy, or an edited version of a copy."""
        self.world.clock.forward(minutes=minutes)
        known = [name for name, (of, *_) in self.articles.items() if of == story]
        number = len(known)
        if known:
            word = self.articles[known[0]][1]
        self._put(f"s{story}n{number}", story, word, f"Story {story} copy {number}")

    @rule(data=st.data())
    def edit(self, data: Any) -> None:
        if self.articles:
            name = data.draw(st.sampled_from(sorted(self.articles)))
            story, word, title, _ = self.articles[name]
            self._put(name, story, word, f"{title} again")

    def _put(self, name: str, story: int, word: str, title: str) -> None:
        at = self.articles[name][3] if name in self.articles else self.world.clock()
        body = " ".join(f"{word} w{story}x{n}" for n in range(40)) + f" {name}"
        self.articles[name] = story, word, title, at
        self.do(self.world.put(**{name: f"{title}\n{body}"}))
        self.do(self.world.index())

    @rule(story=st.integers(0, 2), word=st.sampled_from(WORDS))
    def publish_and_tell(self, story: int, word: str) -> None:
        self.publish(story, word, 1)
        self.do(self.world.tell())

    @rule()
    def work(self) -> None:
        self.do(self.world.tell())

    @rule(steps=st.integers(1, 6), kept=st.booleans(), minutes=st.integers(0, 100))
    def work_and_be_killed(self, steps: int, kept: bool, minutes: int) -> None:
        self.world.clock.forward(minutes=minutes)
        self.mortal.steps, self.mortal.kept = steps, kept
        try:
            self.do(self.world.alerting.work())
        except KilledError:
            self.start_again()
        self.mortal.steps = None

    @rule()
    def two_work_at_once(self) -> None:
        other = Alerting(self.world.store, self.world.desk, Told(), clock=self.world.clock)

        async def both() -> None:
            await asyncio.gather(self.world.alerting.work(), other.work())
            await deliver(self.world.store, self.world.phone, self.world.clock())

        self.do(both())

    @invariant()
    def look(self, *, final: bool = False) -> None:
        if not hasattr(self, "articles"):
            return
        told = Counter(
            (number, int(titles[0].split()[1]), chat)
            for chat in (ANN, GROUP)
            for text in self.world.phone.of(chat)
            for said in json.loads(text)
            for number in said["subscriptions"]
            for titles in [said["titles"]]
        )
        wanted = {
            (number, story, chat)
            for number, (chat, word, created) in self.wants.items()
            for story, own, _, at in self.articles.values()
            if word in ("", own) and at >= created
        }
        assert all(times == 1 for times in told.values()), "nothing twice"
        self._look_at_digests()
        assert set(told) <= wanted, "nothing that nobody wants"
        assert len({story for _, story, _ in wanted}) <= DIGEST_STORIES
        if final:
            assert set(told) == wanted, "nothing lost"
            self._look_at_alerts()

    def _look_at_digests(self) -> None:
        """What an alert told a chat of is not in a later digest there, for whomever."""
        for chat in (ANN, GROUP):
            alerted: set[str] = set()
            for text in self.world.phone.of(chat):  # oldest first
                stories = {said["titles"][0].split()[1] for said in json.loads(text)}
                if '"digest": true' in text:
                    assert not stories & alerted, "nothing alerted is listed"
                else:
                    alerted |= stories

    def _look_at_alerts(self) -> None:
        """What an alert says is what is known, sources that joined and new titles included."""
        titles: dict[int, list[str]] = {}
        for story, _, title, _ in self.articles.values():
            titles.setdefault(story, []).append(title)

        async def alerts() -> list[Any]:
            from bot.store.schema import ALERTS, DELIVERIES

            query = ALERTS.select().join(DELIVERIES, DELIVERIES.c.key == ALERTS.c.key)
            query = query.with_only_columns(ALERTS.c.chat_id, DELIVERIES.c.message_ids)
            async with self.world.store.database.reading() as connection:
                return list(await connection.execute(query))

        for chat, (number,) in self.do(alerts()):
            (said,) = json.loads(self.world.phone.texts[chat, None][number])
            assert said["titles"] == sorted(titles[int(said["titles"][0].split()[1])])


TestAlerts = Alerts.TestCase
TestAlerts.settings = settings(max_examples=25, stateful_step_count=14, deadline=None)
