"""`newsdesk eval`: measures how good the answers are."""

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
    from retrieval.evaluation.dataset import EvaluationQuestion
    from retrieval.evaluation.run import Outcome
    from retrieval.evaluation.summary import Summary

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(name="eval")
@click.argument("questions", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON object.")
@click.option("--replies", type=_FILE, metavar="FILE", help="Write each reply, a JSON line each.")
@click.option("--report", type=_FILE, metavar="FILE", help="Write a page with plots and misses.")
@click.pass_obj
def evaluate_command(
    settings: Settings, questions: Path, as_json: bool, replies: Path | None, report: Path | None
) -> ExitCode:
    """Ask the QUESTIONS of a JSONL file and measure the replies.

    A question a line: {"id", "question", "asked_at": "2022-04-01", "answers": ["…"], "urls": []};
    no answers means that the collection can't answer it. Nothing published after asked_at is
    used. Ctrl-C ends the run and measures what was asked.
    """
    from retrieval.evaluation.dataset import read_questions
    from retrieval.evaluation.summary import summarise

    asked = read_questions(questions)
    outcomes: list[Outcome] = []
    with ExitStack() as stack:
        keep = stack.enter_context(_replies_file(replies))
        run = _run(settings, asked)
        try:
            with _progress(len(asked)) as advance:
                for outcome in run:
                    outcomes.append(outcome)
                    keep(outcome)
                    advance()
        except KeyboardInterrupt:
            warn(f"stopped after {len(outcomes)} of {len(asked)} questions")
    summary = summarise(outcomes, threshold=settings.threshold)
    if report is not None:
        from retrieval.evaluation.report import write_report

        write_report(report, outcomes, summary, title=questions.name, figures=rows(summary))
        say(f"Report written to {report}")
    if as_json:
        print_json(summary.to_json())
    else:
        _print_table(summary)
    return ExitCode.DONE


def _run(settings: Settings, asked: Sequence[EvaluationQuestion]) -> Iterator[Outcome]:
    from bot.desk import open_library
    from retrieval.evaluation.run import evaluate

    with spinner("Opening the index and loading the model ..."):
        library, embedder = open_library(settings, warn=warn)
    return evaluate(library, embedder, asked, today=datetime.now(UTC))


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


def _print_table(summary: Summary) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("measure", "value", box=None)
    for name, value in rows(summary):
        table.add_row(name, value)
    Console(highlight=False).print(table)


def rows(summary: Summary) -> list[tuple[str, str]]:
    """Return the figures as a person reads them."""
    unanswerable = summary.questions - summary.answerable
    return [
        ("questions", f"{summary.answerable} answerable, {unanswerable} unanswerable"),
        ("answer@300", _share(summary.answer)),
        ("  if never refused", _share(summary.answer_if_forced)),
        *((f"evidence@{k}", _share(v)) for k, v in summary.evidence.items()),
        *((f"gold@{k}", _share(v)) for k, v in summary.gold.items()),
        ("MRR", _share(summary.mrr)),
        ("AUROC", _share(summary.auroc)),
        (f"answerable refused at {summary.threshold:.2f}", _share(summary.answerable_refused)),
        ("unanswerable answered", _share(summary.unanswerable_answered)),
        ("calibration error", _share(summary.calibration_error)),
        ("reply p50 / p95", f"{_ms(summary.p50_ms)} / {_ms(summary.p95_ms)}"),
    ]


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _ms(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f} ms"
