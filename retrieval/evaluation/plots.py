"""Draws the report's plots as SVG text. Nothing in them is fetched from anywhere."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from retrieval.evaluation.run import Outcome
    from retrieval.evaluation.summary import Summary

_SIZE = (5.2, 3.4)  # inches
_BLUE, _RED, _GREY = "#2a6fb0", "#c0392b", "#8a8a8a"


def draw_all(outcomes: Sequence[Outcome], summary: Summary) -> list[tuple[str, str]]:
    """Return (caption, SVG) of each plot that the outcomes have something for."""
    plots = [
        ("What a threshold costs and saves", lambda axes: _refusals(axes, summary)),
        ("Confidence of both kinds of question", lambda axes: _confidences(axes, outcomes)),
        ("Confidence against truth", lambda axes: _reliability(axes, summary)),
        ("Time from question to reply", lambda axes: _latency(axes, outcomes)),
        ("From search to answer: where answers are lost", lambda axes: _stages(axes, summary)),
    ]
    return [(caption, _svg(draw)) for caption, draw in plots]


def _svg(draw: Callable[[Any], None]) -> str:
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    # Text stays text, and equal figures give equal files.
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "newsdesk", "font.size": 9}):
        figure = Figure(figsize=_SIZE, layout="constrained")
        axes = figure.subplots()
        axes.spines[["top", "right"]].set_visible(False)
        draw(axes)
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    text = out.getvalue()
    return text[text.index("<svg") :]


def _refusals(axes: Any, summary: Summary) -> None:
    axes.plot(
        [p.answerable_refused for p in summary.refusals],
        [p.unanswerable_answered for p in summary.refusals],
        color=_BLUE,
    )
    axes.plot(summary.answerable_refused, summary.unanswerable_answered, "o", color=_RED)
    axes.annotate(
        f"threshold {summary.threshold:.2f}",
        (summary.answerable_refused, summary.unanswerable_answered),
        textcoords="offset points",
        xytext=(8, 8),
    )
    axes.set(xlabel="answerable questions refused", ylabel="unanswerable questions answered")


def _confidences(axes: Any, outcomes: Sequence[Outcome]) -> None:
    bins = [n / 20 for n in range(21)]
    for label, color, answerable in (
        ("answerable", _BLUE, True),
        ("unanswerable", _RED, False),
    ):
        values = [o.reply.confidence for o in outcomes if o.question.answerable is answerable]
        axes.hist(values, bins=bins, alpha=0.55, color=color, label=label)
    axes.set(xlabel="confidence", ylabel="questions")
    axes.legend(frameon=False)


def _reliability(axes: Any, summary: Summary) -> None:
    axes.plot([0, 1], [0, 1], color=_GREY, linewidth=0.8)
    axes.plot(
        [b.confidence for b in summary.reliability],
        [b.right for b in summary.reliability],
        "o-",
        color=_BLUE,
    )
    for b in summary.reliability:
        axes.annotate(
            str(b.count), (b.confidence, b.right), textcoords="offset points", xytext=(5, -10)
        )
    axes.set(xlabel="mean confidence", ylabel="share right", xlim=(0, 1), ylim=(0, 1))


def _latency(axes: Any, outcomes: Sequence[Outcome]) -> None:
    axes.hist([o.took_ms for o in outcomes], bins=40, color=_BLUE)
    axes.set(xlabel="milliseconds", ylabel="questions")


def _stages(axes: Any, summary: Summary) -> None:
    stages = [(f"evidence@{k}", share) for k, share in reversed(summary.evidence.items())]
    stages += [("answer, never refused", summary.answer_if_forced), ("answer", summary.answer)]
    names = [name for name, share in stages if share is not None]
    shares = [share for _, share in stages if share is not None]
    bars = axes.barh(names[::-1], shares[::-1], color=_BLUE)
    axes.bar_label(bars, fmt="%.3f", padding=3)
    axes.set(xlabel="share of answerable questions", xlim=(0, 1))
