"""Turns: how many requests at once, and how far apart."""

from __future__ import annotations

import asyncio

import pytest

from bot.sources.politeness import LONGEST_PAUSE, Manners, Politeness


class Time:
    """A clock that sleeping moves on."""

    def __init__(self):
        self.now = 100.0

    def clock(self):
        return self.now

    async def sleep(self, seconds):
        self.now += seconds
        await asyncio.sleep(0)


async def crowd(politeness, hosts):
    """Take a turn at each of `hosts` together; return the most at once, in all and per host."""
    under_way: list[str] = []
    most = [0, 0]

    async def visit(host):
        async with politeness.turn(host):
            under_way.append(host)
            most[0] = max(most[0], len(under_way))
            most[1] = max(most[1], under_way.count(host))
            for _ in range(5):
                await asyncio.sleep(0)
            under_way.remove(host)

    await asyncio.gather(*map(visit, hosts))
    return most


@pytest.mark.parametrize(
    ("hosts", "most"),
    [(["a"] * 20, [2, 2]), (sorted("abcdefghijkl" * 3), [8, 2]), (["a", "b"], [2, 1])],
)
async def test_so_many_at_once(hosts, most):
    assert await crowd(Politeness(Manners(pause=0)), hosts) == most


async def test_requests_to_a_host_start_apart():
    time = Time()
    politeness = Politeness(Manners(pause=0.5), time.clock, time.sleep)
    starts = []
    for host in "aaab":
        async with politeness.turn(host):
            starts.append(time.now)
    assert starts == [100.0, 100.5, 101.0, 101.0]


@pytest.mark.parametrize(("asked", "pause"), [(3, 3), (0.1, 0.5), (9999, LONGEST_PAUSE)])
async def test_a_host_may_ask_for_a_longer_pause_within_reason(asked, pause):
    time = Time()
    politeness = Politeness(Manners(pause=0.5), time.clock, time.sleep)
    politeness.slow_down("a", asked)
    for _ in range(2):
        async with politeness.turn("a"):
            pass
    assert time.now == 100 + pause


async def test_a_host_that_hangs_holds_nobody_else():
    politeness = Politeness(Manners(pause=0, overall=3))
    release = asyncio.Event()

    async def hang():
        async with politeness.turn("slow"):
            await release.wait()

    hanging = [asyncio.create_task(hang()) for _ in range(10)]
    await asyncio.sleep(0)
    async with asyncio.timeout(5), politeness.turn("quick"):
        pass
    release.set()
    await asyncio.gather(*hanging)


async def test_hosts_are_forgotten_in_the_end():
    politeness = Politeness(Manners(pause=0))
    for number in range(2500):
        async with politeness.turn(f"host{number}"):
            pass
    assert len(politeness._hosts) <= 1000
