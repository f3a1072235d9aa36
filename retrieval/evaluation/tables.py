"""Figures as a person reads them: tables of text, for the terminal and the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.evaluation.calibrating import Fit
    from retrieval.evaluation.stages import Stage
    from retrieval.evaluation.summary import Summary

METHODS = {"platt": "Platt scaling", "isotonic": "isotonic regression"}


class Table(NamedTuple):
    """A table; the first cell of each row says what the others are."""

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]


def figure_table(summary: Summary) -> Table:
    """Return the figures of a run."""
    unanswerable = summary.questions - summary.answerable
    rows = [
        ("questions", f"{summary.answerable} answerable, {unanswerable} unanswerable"),
        ("answer@300", share(summary.answer)),
        ("  if never refused", share(summary.answer_if_forced)),
        *((f"evidence@{k}", share(v)) for k, v in summary.evidence.items()),
        *((f"gold@{k}", share(v)) for k, v in summary.gold.items()),
        ("MRR", share(summary.mrr)),
        ("AUROC", share(summary.auroc)),
        (f"answerable refused at {summary.threshold:.2f}", share(summary.answerable_refused)),
        ("unanswerable answered", share(summary.unanswerable_answered)),
        ("calibration error", share(summary.calibration_error)),
        ("reply p50 / p95", f"{_ms(summary.p50_ms)} / {_ms(summary.p95_ms)}"),
    ]
    return Table("Figures", ("measure", "value"), rows)


def stage_table(stages: Sequence[Stage]) -> Table:
    """Return what each stage gains; a blank cell is a figure that does not apply."""
    depths = next((tuple(s.evidence) for s in stages if s.evidence), ())
    rows = [
        (
            s.label,
            *(share(s.evidence[k]) if s.evidence else "" for k in depths),
            "" if s.evidence else share(s.answer),
        )
        for s in stages
    ]
    header = ("stage", *(f"evidence@{k}" for k in depths), "answer@300")
    return Table("Gains per stage", header, rows)


def fit_table(fit: Fit) -> Table:
    """Return what a fitted calibration changes."""
    before, after = fit.before, fit.after
    rows = [
        ("threshold", share(fit.before_threshold), share(fit.threshold)),
        ("answerable refused", share(before.answerable_refused), share(after.answerable_refused)),
        (
            "unanswerable answered",
            share(before.unanswerable_answered),
            share(after.unanswerable_answered),
        ),
        ("calibration error", share(before.calibration_error), share(after.calibration_error)),
    ]
    caption = f"Calibration by {METHODS[fit.method]}"
    return Table(caption, ("measure", "before", "after, cross-validated"), rows)


def share(value: float | None) -> str:
    """Return a share with three digits, "-" where there is none."""
    return "-" if value is None else f"{value:.3f}"


def _ms(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f} ms"
