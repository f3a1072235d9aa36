"""What the bot did and holds, as sections of text for admins. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from bot.chat.captions import one_line
from bot.chat.html import LINE, Block, Run
from bot.chat.paging import shorten
from bot.chat.people import moment
from bot.chat.spans import told_span
from bot.chat.splitting import split_messages

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from bot.chat.translations import Translator
    from bot.store.asks import Ask, Outcome
    from bot.store.figures import Holdings
    from bot.store.records import SyncRun

DAYS = 30
PERIODS = (timedelta(days=1), timedelta(days=7), timedelta(days=DAYS))
OUTCOMES: tuple[Outcome, ...] = ("answer", "abstention", "failed")
PROBLEM_UNITS = 120


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and lines of plain text below it."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions of a period or day: how many, by outcome, and how long they took.

    `median_ms` and `p95_ms` are None without a question that was answered. `people` are those
    known by id.
    """

    counts: dict[Outcome, int]
    median_ms: float | None
    p95_ms: float | None
    people: int

    @property
    def total(self) -> int:
        """All questions."""
        return sum(self.counts.values())


def sum_up(asks: Sequence[Ask]) -> Asked:
    """Return the figures of some questions; a failed one's time doesn't count."""
    took = [ask.took_ms for ask in asks if ask.outcome != "failed"]
    return Asked(
        {outcome: sum(ask.outcome == outcome for ask in asks) for outcome in OUTCOMES},
        float(np.percentile(took, 50)) if took else None,
        float(np.percentile(took, 95)) if took else None,
        len({ask.user_id for ask in asks if ask.user_id is not None}),
    )


def by_day(asks: Sequence[Ask], today: date) -> list[tuple[date, Asked]]:
    """Return the figures of each of the last days in UTC, the first one first.

    They are `DAYS`, or those since the first question, but a week at least. `asks` are in order.
    """
    first = asks[0].at.astimezone(UTC).date() if asks else today
    count = min(DAYS, max(7, (today - first).days + 1))
    days: dict[date, list[Ask]] = {
        today - timedelta(days=back): [] for back in range(count - 1, -1, -1)
    }
    for ask in asks:
        day = ask.at.astimezone(UTC).date()
        if day in days:
            days[day].append(ask)
    return [(day, sum_up(of_day)) for day, of_day in days.items()]


def question_sections(
    tr: Translator,
    asks: Sequence[Ask],
    verdicts: Sequence[tuple[datetime, str]],
    now: datetime,
) -> list[Section]:
    """Return a section for each period: questions, verdicts, times, people."""
    headings = (
        tr("Last 24 hours"),
        tr.plural("Last {count} day", "Last {count} days", 7),
        tr.plural("Last {count} day", "Last {count} days", DAYS),
    )
    return [
        Section(
            heading,
            _period(
                tr,
                sum_up([ask for ask in asks if ask.at > now - span]),
                [verdict for at, verdict in verdicts if at > now - span],
            ),
        )
        for heading, span in zip(headings, PERIODS, strict=True)
    ]


def _period(tr: Translator, asked: Asked, verdicts: Sequence[str]) -> tuple[str, ...]:
    if not asked.total and not verdicts:
        return (tr("No questions."),)
    without, failed = asked.counts["abstention"], asked.counts["failed"]
    share = round(100 * without / asked.total) if asked.total else 0
    lines = [
        tr("Questions: {count}", count=tr.number(asked.total)),
        tr("Without an answer: {count} ({share} %)", count=tr.number(without), share=share),
    ]
    if failed:
        lines.append(tr("Failed: {count}", count=tr.number(failed)))
    good = sum(verdict == "good" for verdict in verdicts)
    lines.append(f"👍 {tr.number(good)}, 👎 {tr.number(len(verdicts) - good)}")
    if asked.median_ms is not None and asked.p95_ms is not None:
        half, most = (_seconds(tr, ms) for ms in (asked.median_ms, asked.p95_ms))
        lines.append(tr("Time to answer: median {half}, 95 % within {most}", half=half, most=most))
    lines.append(tr("People who asked: {count}", count=tr.number(asked.people)))
    return tuple(lines)


def holdings_section(
    tr: Translator, held: Holdings, run: SyncRun | None, index: tuple[int, int] | None
) -> Section:
    """Return what there is: `run` is the last sync, `index` generation and passages if at hand."""
    number = tr.number
    chats = tr("Chats: {count}, of them gone: {gone}", count=number(held.chats), gone=held.gone)
    articles = tr("Articles: {count}", count=number(held.articles))
    stories = tr("Stories: {count}", count=number(held.stories))
    sources = tr(
        "Sources: {count}, of them failing: {failing}",
        count=number(held.sources),
        failing=held.failing,
    )
    lines = [chats, f"{articles}, {stories}", sources]
    if run is not None:
        lines += _sync(tr, run)
    if index is not None:
        generation, passages = index
        lines.append(
            tr(
                "Index: generation {generation}, passages: {passages}",
                generation=generation,
                passages=number(passages),
            )
        )
    return Section(tr("Collection"), tuple(lines))


def _sync(tr: Translator, run: SyncRun) -> list[str]:
    when = moment(tr, run.started)
    if run.finished is None:
        return [tr("A sync is under way since {when}", when=when)]
    seconds = _seconds(tr, (run.finished - run.started).total_seconds() * 1000)
    lines = [
        tr("Last sync: {when}, in {seconds}", when=when, seconds=seconds),
        tr(
            "New: {added}, updated: {updated}, removed: {removed}",
            added=tr.number(run.added),
            updated=tr.number(run.updated),
            removed=tr.number(run.removed),
        ),
    ]
    if run.problem:
        lines.append(tr("Problem: {text}", text=shorten(one_line(run.problem), PROBLEM_UNITS)))
    return lines


def uptime_section(tr: Translator, up: timedelta) -> Section:
    """Return how long the bot has been running."""
    return Section(tr("Running for"), (told_span(tr, up),))


def render_statistics(tr: Translator, sections: Sequence[Section]) -> list[str]:
    """Return the sections as messages of HTML, one where they fit."""
    title = Block((Run(tr("Statistics"), bold=True),))
    blocks = [
        [
            Block((Run(section.heading, bold=True),)),
            *(Block((Run(line),), gap=LINE) for line in section.lines),
        ]
        for section in sections
    ]
    return split_messages([[title], *blocks])


def _seconds(tr: Translator, ms: float) -> str:
    """Return "0.42 s", "12 s" or "3 min", as exact as it is worth."""
    seconds = ms / 1000
    if seconds >= 600:
        return tr("{count} min", count=tr.number(round(seconds / 60)))
    digits = 2 if seconds < 1 else 1 if seconds < 10 else 0
    return tr("{count} s", count=tr.number(round(seconds, digits)))
