"""What chats remember: bounded, apart from each other, and not for ever."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.chat.turns import TurnMemory
from retrieval.followup import Turn


class Clock:
    def __init__(self):
        self.now = datetime(2022, 4, 1, tzinfo=UTC)

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def turn(text):
    return Turn(text, "", ())


def test_each_chat_remembers_its_own_last_turns(clock):
    memory = TurnMemory(clock, turns=2)
    for text in ("a", "b", "c"):
        memory.remember(1, turn(text))
    memory.remember(2, turn("x"))
    assert [t.question for t in memory.recall(1)] == ["b", "c"]
    assert [t.question for t in memory.recall(2)] == ["x"]
    assert memory.recall(3) == ()


def test_a_silent_chat_starts_anew(clock):
    memory = TurnMemory(clock, lifetime=timedelta(hours=1))
    memory.remember(1, turn("a"))
    clock.now += timedelta(minutes=60)
    assert len(memory.recall(1)) == 1
    clock.now += timedelta(seconds=1)
    assert memory.recall(1) == ()
    memory.remember(1, turn("b"))
    assert [t.question for t in memory.recall(1)] == ["b"]


def test_the_chat_longest_silent_makes_room(clock):
    memory = TurnMemory(clock, chats=2)
    memory.remember(1, turn("a"))
    memory.remember(2, turn("b"))
    memory.remember(1, turn("c"))
    memory.remember(3, turn("d"))
    assert memory.recall(2) == ()
    assert [t.question for t in memory.recall(1)] == ["a", "c"]


def test_forgetting_concerns_one_chat(clock):
    memory = TurnMemory(clock)
    memory.remember(1, turn("a"))
    memory.remember(2, turn("b"))
    memory.forget(1)
    memory.forget(9)
    assert memory.recall(1) == ()
    assert len(memory.recall(2)) == 1
