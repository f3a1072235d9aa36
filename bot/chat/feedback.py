"""What people said of replies: a page for admins, and questions for `newsdesk eval`. Pure."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC
from typing import TYPE_CHECKING, Any

from bot.chat.browsing import one_message
from bot.chat.html import LINE, Block, Run
from bot.chat.paging import shorten
from bot.chat.reply_records import reply_of_record
from retrieval.types import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.chat.translations import Translator
    from bot.store.records import Feedback, Verdict

LAST = 5
REASONS = 8
TEXT_UNITS = 250
MARKS: dict[Verdict, str] = {"good": "👍", "bad": "👎"}


def render_feedback(tr: Translator, verdicts: Sequence[Feedback]) -> str:
    """Return how many verdicts of each kind there are and the last ones, as HTML."""
    if not verdicts:
        return one_message([[Block((Run(tr("Nobody has judged an answer yet.")),))]])
    kinds = Counter(one.verdict for one in verdicts)
    counts = ", ".join(f"{mark} {tr.number(kinds[kind])}" for kind, mark in MARKS.items())
    sections = [[Block((Run(tr("What people say of answers"), bold=True), Run(f": {counts}")))]]
    reasons = Counter(shorten(one.comment, 60) for one in verdicts if one.verdict == "bad")
    told = [(reason, count) for reason, count in reasons.most_common() if reason]
    if told:
        lines = [Run(f"{reason}: {tr.number(count)}") for reason, count in told[:REASONS]]
        sections.append([Block((line,), gap=LINE) for line in lines])
    for one in reversed(verdicts[-LAST:]):
        head = Run(f"{MARKS.get(one.verdict, '')} {shorten(one.question, TEXT_UNITS)}")
        day = tr.date(one.at.astimezone(UTC).date())
        said = ": ".join(part for part in (day, shorten(one.comment, TEXT_UNITS)) if part)
        sections.append([Block((head,)), Block((Run(said, italic=True),), gap=LINE)])
    return one_message(sections)


def evaluation_lines(verdicts: Iterable[Feedback]) -> str:
    """Return verdicts as a questions file for `newsdesk eval`: an object a line.

    A good answer's sentences are accepted answers and its articles hold them; a good abstention
    has none. Of a bad reply only the question is known, so it has no answers either, and
    `verdict` and `comment` say why. Nobody's ids are in it.
    """
    return "".join(json.dumps(_record(one), ensure_ascii=False) + "\n" for one in verdicts)


def _record(one: Feedback) -> dict[str, Any]:
    answers, urls = _evidence(one) if one.verdict == "good" else ([], [])
    return {
        "id": f"feedback-{one.id}",
        "question": one.question,
        "asked_at": one.at.astimezone(UTC).date().isoformat(),
        "answers": answers,
        "urls": urls,
        "verdict": one.verdict,
        "comment": one.comment,
    }


def _evidence(one: Feedback) -> tuple[list[str], list[str]]:
    """Return the quoted sentences and the addresses of the cited articles."""
    try:
        reply = reply_of_record(one.reply)
    except (ValueError, KeyError, TypeError):  # of an older Newsdesk
        return [], []
    if not isinstance(reply, Answer):
        return [], []
    urls = dict.fromkeys(citation.url for citation in reply.citations if citation.url)
    return [sentence.text for sentence in reply.sentences], list(urls)
