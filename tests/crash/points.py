"""Draws the points at which a round is killed, and lives through them."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.index.home import IndexHome
from tests.crash.states import opened, unanswered
from tests.crash.verdicts import after_kill, after_recovery
from tests.support.indexes import rows

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

    from tests.crash.rounds import Round, Server

_WATCHED_ONLY = ("read ", "sql SELECT", "sql PRAGMA main", "sql PRAGMA temp")


@dataclass(frozen=True)
class Point:
    """Kills one after the other: (kind, number among its kind, delay in seconds or None)."""

    kills: tuple[tuple[str, int, float | None], ...]

    @property
    def kind(self) -> str:
        """What a table calls it."""
        if len(self.kills) > 1:
            return "(two kills in a row)"
        kind, _, delay = self.kills[0]
        return kind if delay is None else f"{kind.split()[0].rstrip(':')} ... (between steps)"


@dataclass(frozen=True)
class Outcome:
    """How it went: how many of the kills struck, and what was wrong."""

    round: str
    point: Point
    struck: int
    problems: tuple[str, ...]


def draw(made: Round, random: Random, *, count: int, covered: set[str]) -> list[Point]:
    """Draw a point for each kind of step that is not `covered` yet, then `count` more.

    Of those, half strike at steps that change something, four in ten between two steps, the more
    likely the longer it is from the one to the other, and one in ten is a pair of kills.
    """
    by_kind: dict[str, list[int]] = {}
    for kind, nth, _ in made.steps:
        by_kind.setdefault(kind, []).append(nth)
    points = [
        Point(((kind, random.choice(nths), None),))
        for kind, nths in by_kind.items()
        if kind not in covered
    ]
    covered |= set(by_kind)
    changing = [step for step in made.steps if not step[0].startswith(_WATCHED_ONLY)]
    gaps = [gap for _, _, gap in made.steps]

    def at_step() -> tuple[str, int, float | None]:
        kind, nth, _ = random.choice(changing)
        return kind, nth, None

    def between() -> tuple[str, int, float | None]:
        kind, nth, gap = random.choices(made.steps, weights=gaps)[0]
        return kind, nth, random.uniform(0, gap)

    for n in range(count):
        if n % 10 == 9 and made.action != "rollback":
            points.append(Point((at_step(), at_step())))
        else:
            points.append(Point((between() if n % 10 in (1, 3, 6, 8) else at_step(),)))
    return points


def endure(made: Round, point: Point, server: Server, data: Path) -> Outcome:
    """Kill the round's action at the point, look, sync again and look again."""
    kills = point.kills
    while True:
        outcome = _endure(made, Point(kills), point, server, data)
        kind, nth, delay = kills[0]
        if outcome.struck or delay is not None or nth == 1:
            return outcome
        # Threads take turns, so that another run may have one step less of a kind.
        kills = ((kind, nth - 1, None), *kills[1:])


def _endure(made: Round, now: Point, point: Point, server: Server, data: Path) -> Outcome:
    shutil.copytree(made.start, data)
    struck, problems = 0, []
    try:
        reader = opened(IndexHome(data / "index"))
        for kill in now.kills:
            ended = server.run(**made.job(data, kill))
            struck += ended["signal"] is not None
            problems += [f"{ended['error']}"] if ended.get("error") else []
            problems += after_kill(data, made.expected)
        told = server.run(**made.next_sync(data))
        problems += [f"the next sync: {told['error']}"] if told["error"] else []
        problems += after_recovery(data, made.expected)
        if reader is not None:
            if frozenset(rows(reader)) != made.expected.before.index.passages:
                problems.append("a reader reads something else than it opened")
            problems += [f"a reader: {what}" for what in unanswered(reader)]
    except Exception as error:  # noqa: BLE001 - one more thing that is wrong at this point
        problems.append(repr(error))
    finally:
        shutil.rmtree(data)
    return Outcome(made.name, point, struck, tuple(problems))
