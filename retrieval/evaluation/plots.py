"""Draws the report's plots as SVG text. Nothing in them is fetched from anywhere.

Black is drawn as the page's own colour and the ground is left open, so a plot suits a light and
a dark page.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from retrieval.evaluation.calibrating import Fit
    from retrieval.evaluation.metrics.reliability import ReliabilityBin
    from retrieval.evaluation.run import Outcome
    from retrieval.evaluation.stages import Stage
    from retrieval.evaluation.summary import Summary

_SIZE = (5.6, 3.7)  # inches
# Of middling lightness: they stand out from white and from black.
_BLUE, _RED, _GREEN, _GREY = "#3d85c6", "#d9534f", "#3f9e6b", "#8a8a8a"
_BLACK = "#000000"


def draw_all(
    outcomes: Sequence[Outcome], summary: Summary, fit: Fit | None = None
) -> list[tuple[str, str]]:
    """Return (caption, SVG) of each plot that the outcomes have something for."""
    stages = summary.stages
    plots = [
        ("What a threshold costs and saves", lambda axes: _refusals(axes, summary)),
        ("Confidence of both kinds of question", lambda axes: _confidences(axes, outcomes)),
        (
            "Reliability: confidence against truth",
            lambda axes: _reliability(axes, summary.reliability, fit),
        ),
        ("Time from question to reply", lambda axes: _latency(axes, outcomes)),
    ]
    if stages:
        plots.append(("Gains per stage", lambda axes: _stages(axes, stages)))
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
        figure.savefig(
            out, format="svg", transparent=True, metadata={"Date": None, "Creator": None}
        )
    text = out.getvalue()
    return text[text.index("<svg") :].replace(_BLACK, "currentColor")


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
    axes.set(
        xlabel="answerable questions refused, share",
        ylabel="unanswerable questions answered, share",
    )


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


def _reliability(axes: Any, bins: Sequence[ReliabilityBin], fit: Fit | None) -> None:
    """Draw share right over mean confidence; the number at a point is its questions."""
    axes.plot([0, 1], [0, 1], color=_GREY, linewidth=0.8, label="perfectly calibrated")
    curves = [("as replied", _BLUE, bins)]
    if fit is not None:
        curves = [
            ("before the fit", _BLUE, fit.before.reliability),
            ("after, cross-validated", _GREEN, fit.after.reliability),
        ]
    for number, (label, color, points) in enumerate(curves):
        x, y = [b.confidence for b in points], [b.right for b in points]
        axes.plot(x, y, "o-", color=color, label=label)
        for b in points:
            axes.annotate(
                str(b.count),
                (b.confidence, b.right),
                textcoords="offset points",
                xytext=(0, 9) if number else (0, -16),  # one curve's above, the other's below
                ha="center",
                color=color,
                fontsize=8,
            )
    axes.set(
        xlabel="mean confidence in a bin (with the number of its questions)",
        ylabel="share whose quotation is right",
        xlim=(0, 1.02),
        ylim=(-0.08, 1.02),
    )
    axes.legend(frameon=False, loc="upper left")


def _latency(axes: Any, outcomes: Sequence[Outcome]) -> None:
    axes.hist([o.took_ms for o in outcomes], bins=40, color=_BLUE)
    axes.set(xlabel="milliseconds", ylabel="questions")


def _stages(axes: Any, stages: Sequence[Stage]) -> None:
    """Draw a line a stage, top to bottom: evidence@k as dots of a colour each, answer@300."""
    colors = (_GREY, _GREEN, _BLUE)
    labelled: set[str] = set()

    def dot(row: int, value: float, color: str, label: str, *, below: bool = False) -> None:
        shown = "_" if label in labelled else label  # once in the legend
        labelled.add(label)
        marker = "o" if stages[row].evidence else "D"
        axes.plot(value, row, marker, color=color, label=shown)
        axes.annotate(
            f"{value:.2f}",
            (value, row),
            textcoords="offset points",
            xytext=(0, -12) if below else (0, 6),
            ha="center",
            fontsize=7.5,
        )

    for row, stage in enumerate(stages):
        for n, (depth, value) in enumerate((stage.evidence or {}).items()):
            dot(row, value, colors[n % 3], f"evidence@{depth}", below=n % 2 == 1)
        if stage.answer is not None:
            dot(row, stage.answer, _RED, "answer@300")
    axes.set_yticks(range(len(stages)), [stage.label for stage in stages])
    axes.set(xlabel="share of answerable questions", xlim=(0, 1), ylim=(len(stages) - 0.6, -0.8))
    axes.grid(axis="y", color=_GREY, alpha=0.25)
    axes.legend(
        frameon=False, ncols=4, loc="lower left", bbox_to_anchor=(-0.35, 1), handletextpad=0.1
    )
