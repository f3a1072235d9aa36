"""Generated updates of every kind: no unhandled error, no message that Telegram would refuse.

`make test` tries some hundred updates, `make fuzz` ten thousand (NEWSDESK_FUZZ) and prints what
became of them.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections import Counter
from itertools import count
from typing import TYPE_CHECKING

import pytest
from generated_bench import fill, open_real_desk, replying_desk, world_at_work
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.internal.conjecture.engine import ConjectureRunner

from bot.telegram import application, inline
from tests.support.embedders import FakeEmbedder
from tests.support.updates.drawing import updates
from tests.support.updates.meddling import meddle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from generated_bench import World

    from retrieval.embedding import SentenceTransformerEmbedder

INPUTS = int(os.environ.get("NEWSDESK_FUZZ", "300"))
SEED = int(os.environ.get("NEWSDESK_FUZZ_SEED", "20240601"))
STEPS = 20
FEW = {"min_size": 1, "max_size": 3, "unique": True}
BURSTS = st.sampled_from((1, 1, 1, 3))
"""Updates of one conversation: all of them in the same few chats, with one bot."""

TALLY: Counter[str] = Counter()
NUMBERS = count()


@pytest.fixture(scope="module", autouse=True)
def tally(request: pytest.FixtureRequest) -> Iterator[None]:
    """Print what became of the updates when there were many."""
    yield
    if INPUTS < 1000:
        return
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print(f"\nseed {SEED}")
        for name, times in sorted(TALLY.items()):
            print(f"{times:7} {name}")


@pytest.fixture
def at_speed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing wait for a clock, and nobody find a name."""

    def offline(*_: object, **__: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "the tests know no names")

    look_up = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *a, **k: look_up(host, *a, **k) if host == "127.0.0.1" else offline(),
    )
    # Variations of one conversation take five of six examples else, and find less than new ones.
    monkeypatch.setattr(ConjectureRunner, "generate_mutations_from", lambda *_: None)
    monkeypatch.setattr(application, "PART_SECONDS", 0.001)
    monkeypatch.setattr(inline, "TYPING_SECONDS", 0.001)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a filled data folder to copy."""
    place = tmp_path_factory.mktemp("template")
    (place / "articles").mkdir()
    asyncio.run(fill(place / "data", place / "articles", FakeEmbedder()))
    return place / "data"


@pytest.fixture(scope="module")
def answering(
    tmp_path_factory: pytest.TempPathFactory, embedder: SentenceTransformerEmbedder
) -> Path:
    """Return the same, indexed with the real model."""
    place = tmp_path_factory.mktemp("answering")
    (place / "articles").mkdir()
    asyncio.run(fill(place / "data", place / "articles", embedder))
    return place / "data"


async def converse(world: World, data: st.DataObject, steps: int) -> None:
    """Feed so many updates, some before the one before is done."""
    talking = [chat for chat in world.scene.chats if chat.type != "channel"]
    world.scene.gather(data.draw(st.lists(st.sampled_from(talking), **FEW)))
    while steps > 0:
        if not data.draw(st.integers(0, 9)):
            data.draw(meddle(world.scene))
        # Drawn before any is fed: what the bot has sent by then must not depend on its speed.
        burst = [data.draw(updates(world.scene)) for _ in range(data.draw(BURSTS))]
        for raw in burst[:steps]:
            world.feed(raw)
        await world.settle()
        steps -= len(burst)


def generated(share: float) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Run a test with a share of the updates, in conversations that Hypothesis draws."""

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        profile = settings(
            max_examples=max(1, round(share * INPUTS / STEPS)),
            database=None,
            derandomize=False,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        )
        return seed(SEED)(profile(given(data=st.data())(test)))

    return decorate


@generated(0.9)
def test_conversations_end_without_errors_and_refusals(
    at_speed: None, template: Path, tmp_path: Path, data: st.DataObject
) -> None:
    async def run() -> None:
        place = tmp_path / str(next(NUMBERS))
        async with world_at_work(template, place, replying_desk, FakeEmbedder()) as world:
            await converse(world, data, STEPS)
        TALLY.update(world.tally)
        TALLY.update(f"call {call.method}" for call in world.scene.state.calls())

    asyncio.run(run())


@generated(0.05)
def test_updates_that_are_fetched_end_so_too(
    at_speed: None, template: Path, tmp_path: Path, data: st.DataObject
) -> None:
    async def run() -> None:
        place = tmp_path / str(next(NUMBERS))
        async with world_at_work(
            template, place, replying_desk, FakeEmbedder(), fetching=True
        ) as world:
            await converse(world, data, STEPS)

    asyncio.run(run())


@generated(0.05)
def test_the_real_desk_does_no_worse(
    at_speed: None,
    answering: Path,
    embedder: SentenceTransformerEmbedder,
    tmp_path: Path,
    data: st.DataObject,
) -> None:
    async def run() -> None:
        place = tmp_path / str(next(NUMBERS))
        async with world_at_work(answering, place, open_real_desk, embedder) as world:
            await converse(world, data, STEPS)

    asyncio.run(run())
