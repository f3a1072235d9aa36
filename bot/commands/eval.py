"""`newsdesk eval`: measures how good the answers are, and fits the threshold to a collection."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.chat.as_json import reply_to_json
from bot.commands.output import print_json, say, spinner, warn
from bot.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bot.settings import Settings
    from retrieval.evaluation.calibrating import Fit
    from retrieval.evaluation.dataset import EvaluationQuestion
    from retrieval.evaluation.run import Outcome
    from retrieval.evaluation.summary import Summary
    from retrieval.library import Library

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(name="eval")
@click.argument("questions", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON object.")
@click.option("--replies", type=_FILE, metavar="FILE", help="Write each reply, a JSON line each.")
@click.option("--report", type=_FILE, metavar="FILE", help="Write a page with plots and misses.")
@click.option("--stages", is_flag=True, help="Tell what each stage gains; --report does too.")
@click.option(
    "--fit-threshold",
    is_flag=True,
    help="Fit confidence and threshold to these questions and keep them in the data folder.",
)
@click.option(
    "--refuse-at-most",
    type=click.FloatRange(0, 1),
    metavar="SHARE",
    help="Fit the highest threshold that refuses this share of the answerable questions.",
)
@click.pass_obj
def evaluate_command(
    settings: Settings,
    questions: Path,
    as_json: bool,
    replies: Path | None,
    report: Path | None,
    stages: bool,
    fit_threshold: bool,
    refuse_at_most: float | None,
) -> ExitCode:
    """Ask the QUESTIONS of a JSONL file and measure the replies.

    A question a line: {"id", "question", "asked_at": "2022-04-01", "answers": ["…"], "urls": []};
    no answers means that the collection can't answer it. Nothing published after asked_at is
    used. Ctrl-C ends the run and measures what was asked.

    --fit-threshold asks without the calibration in use, fits a new one and saves it as
    calibration.json in the data folder; delete that file to go back to the package's own. The
    threshold is the one with the least sum of two shares: answerable questions refused and
    unanswerable ones answered.
    """
    from retrieval.evaluation.dataset import read_questions
    from retrieval.evaluation.summary import summarise

    if refuse_at_most is not None and not fit_threshold:
        raise click.UsageError("--refuse-at-most goes with --fit-threshold")
    asked = read_questions(questions)
    if fit_threshold:
        _check_enough(asked)
    library, threshold, run = _open(
        settings, asked, calibrated=not fit_threshold, stages=stages or report is not None
    )
    outcomes = _ask(run, len(asked), replies)
    summary = summarise(outcomes, threshold=threshold)
    fit = None
    if fit_threshold and len(outcomes) == len(asked):
        fit = _fit(settings, library, outcomes, threshold, refuse_at_most)
    elif fit_threshold:
        warn("no threshold was fitted, since not all questions were asked")
    if report is not None:
        from retrieval.evaluation.report import write_report

        write_report(report, outcomes, summary, title=questions.name, fit=fit)
        say(f"Report written to {report}")
    if as_json:
        print_json({**summary.to_json(), "calibration": fit.to_json() if fit else None})
    else:
        _print_tables(summary, fit)
    return ExitCode.DONE


def _open(
    settings: Settings, asked: Sequence[EvaluationQuestion], *, calibrated: bool, stages: bool
) -> tuple[Library, float, Iterator[Outcome]]:
    """Return the library, the threshold it answers at, and the run over it."""
    from bot.building import answer_threshold, load_calibration
    from bot.desk import open_library
    from retrieval.evaluation.run import evaluate

    with spinner("Opening the index and loading the model ..."):
        library, embedder = open_library(settings, warn=warn, calibrated=calibrated)
    threshold = answer_threshold(settings, load_calibration(settings) if calibrated else None)
    run = evaluate(library, embedder, asked, today=datetime.now(UTC), stages=stages)
    return library, threshold, run


def _ask(run: Iterator[Outcome], total: int, replies: Path | None) -> list[Outcome]:
    """Return the outcomes, all of them or those before Ctrl-C."""
    outcomes: list[Outcome] = []
    with ExitStack() as stack:
        keep = stack.enter_context(_replies_file(replies))
        try:
            with _progress(total) as advance:
                for outcome in run:
                    outcomes.append(outcome)
                    keep(outcome)
                    advance()
        except KeyboardInterrupt:
            warn(f"stopped after {len(outcomes)} of {total} questions")
    return outcomes


def _check_enough(asked: Sequence[EvaluationQuestion]) -> None:
    """Refuse too few questions before any is asked. Raises CalibrationError."""
    from retrieval.evaluation.calibrating import check_kinds

    answerable = sum(q.answerable for q in asked)
    check_kinds(answerable, len(asked) - answerable)


def _fit(
    settings: Settings,
    library: Library,
    outcomes: Sequence[Outcome],
    threshold: float,
    refuse_at_most: float | None,
) -> Fit:
    """Fit a calibration on uncalibrated outcomes and save it. Raises CalibrationError."""
    from bot.building import calibration_file, embedder_spec
    from retrieval.calibration import Calibration, weights_digest, write_calibration
    from retrieval.evaluation.calibrating import Judged, fit_calibration

    fit = fit_calibration(
        [Judged(o.reply.confidence, o.right, o.question.answerable) for o in outcomes],
        before_threshold=threshold,
        refuse_at_most=refuse_at_most,
    )
    calibration = Calibration(
        curve=fit.curve,
        threshold=round(fit.threshold, 4),
        method=fit.method,
        fitted=datetime.now(UTC),
        answerable=fit.answerable,
        unanswerable=fit.unanswerable,
        passages=library.generation.manifest.passages,
        embedder=embedder_spec(settings),
        weights=weights_digest(),
    )
    path = calibration_file(settings)
    write_calibration(path, calibration)
    say(f"Calibration saved in {path}; delete the file to go back to the package's own")
    if settings.threshold is not None:
        warn("NEWSDESK_THRESHOLD is set and wins over the fitted threshold")
    return fit


@contextmanager
def _replies_file(path: Path | None) -> Iterator[Callable[[Outcome], None]]:
    """Give a function that writes an outcome's reply as a line; each is on disk at once."""
    if path is None:
        yield lambda _outcome: None
        return
    with path.open("w", encoding="utf-8", buffering=1) as stream:

        def keep(outcome: Outcome) -> None:
            record = reply_to_json(outcome.reply, took_ms=outcome.took_ms)
            line = json.dumps({"id": outcome.question.id, **record}, ensure_ascii=False)
            stream.write(line + "\n")

        yield keep


@contextmanager
def _progress(total: int) -> Iterator[Callable[[], None]]:
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("Asking", total=total)
        yield lambda: bars.advance(task)


def _print_tables(summary: Summary, fit: Fit | None) -> None:
    from rich.console import Console
    from rich.table import Table

    from retrieval.evaluation.tables import figure_table, fit_table, stage_table

    console = Console(highlight=False)
    tables = [figure_table(summary)]
    tables += [stage_table(summary.stages)] if summary.stages else []
    tables += [fit_table(fit)] if fit else []
    for n, table in enumerate(tables):
        drawn = Table(*table.header, box=None)
        for row in table.rows:
            drawn.add_row(*row)
        if n:
            console.print(f"\n{table.caption}", style="bold")
        console.print(drawn)
