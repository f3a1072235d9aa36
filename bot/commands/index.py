"""`newsdesk index`: files in, a new generation of the index out."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.building import index_home
from bot.commands.output import fail, print_json, say, warn
from bot.commands.progress import progress_bar
from bot.errors import ExitCode
from bot.indexing import index_paths

if TYPE_CHECKING:
    from bot.indexing import IndexReport
    from bot.settings import Settings
    from retrieval.index.sync import SyncResult
    from retrieval.types import Article

_SHOWN = 10  # warnings and titles printed one by one


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--json", "as_json", is_flag=True, help="Print what happened as one JSON object.")
@click.option("--if-empty", is_flag=True, help="Do nothing if something is indexed already.")
@click.option("--rebuild", is_flag=True, help="Start from nothing but these paths.")
@click.pass_obj
def index(
    settings: Settings, paths: tuple[str, ...], as_json: bool, if_empty: bool, rebuild: bool
) -> ExitCode:
    """Index articles: files or folders of text, Markdown or JSONL (also .gz).

    What is indexed already stays; an edited article takes the place of its old version; only new
    text is embedded. Without a PATH, the paths indexed before are read again.

    \b
    newsdesk index articles/               a folder, with what is below it
    newsdesk index news.jsonl.gz           one article a line: url, title, published, authors, text
    newsdesk index --rebuild articles/     forget everything else
    """  # noqa: D301 - click reads the backspace
    if if_empty and index_home(settings).numbers():
        return ExitCode.DONE
    _refuse_links(paths)
    with progress_bar() as on_progress:
        report = index_paths(
            settings,
            [Path(path) for path in paths],
            now=datetime.now(UTC),
            rebuild=rebuild,
            on_progress=on_progress,
            warn=warn,
        )
    _tell_problems(report)
    if as_json:
        print_json(_record(report))
    elif report.result is not None:
        say(_summary(report.result))
    return _outcome(report)


def _refuse_links(paths: tuple[str, ...]) -> None:
    for path in paths:
        if path.lower().startswith(("http://", "https://")):
            raise click.UsageError(
                f"{path} is a link; save the article as text, Markdown or JSONL and index the file"
            )


def _tell_problems(report: IndexReport) -> None:
    for line in report.missing:
        warn(line)
    problems = [*report.skipped, *report.noted]
    for problem in problems[:_SHOWN]:
        warn(str(problem))
    if len(problems) > _SHOWN:
        warn(f"... and {len(problems) - _SHOWN} more like these (--json lists them all)")


def _outcome(report: IndexReport) -> ExitCode:
    if report.result is None or report.result.articles == 0:
        fail("nothing is indexed: none of these held a readable article")
        return ExitCode.NOTHING_INDEXED
    if report.missing or report.read == 0:
        return ExitCode.FAILED
    return ExitCode.DONE


def _summary(result: SyncResult) -> str:
    changes = [
        f"{len(result.added)} new",
        f"{len(result.updated)} updated",
        f"{result.unchanged} unchanged",
    ]
    if result.duplicates:
        changes.append(f"{result.duplicates} duplicates left out")
    rate = f", {result.embedded / result.seconds:.0f}/s" if result.embedded > 200 else ""
    return (
        f"Indexed {result.articles} articles, {result.passages} passages "
        f"({', '.join(changes)}; {result.embedded} passages embedded{rate}) "
        f"in {result.seconds:.1f} s. Generation {result.generation}"
        f"{'' if result.written else ', as before'}."
    )


def _record(report: IndexReport) -> dict[str, Any]:
    result = report.result
    record: dict[str, Any] = {
        "generation": result.generation if result else None,
        "written": bool(result and result.written),
        "articles": result.articles if result else 0,
        "passages": result.passages if result else 0,
        "read": report.read,
        "added": len(result.added) if result else 0,
        "updated": len(result.updated) if result else 0,
        "unchanged": result.unchanged if result else 0,
        "duplicates": result.duplicates if result else 0,
        "embedded": result.embedded if result else 0,
        "reused": result.reused if result else 0,
        "seconds": round(result.seconds, 3) if result else 0.0,
        "first_added": [_named(a) for a in result.added[:_SHOWN]] if result else [],
        "first_updated": [_named(a) for a in result.updated[:_SHOWN]] if result else [],
        "missing": report.missing,
    }
    for name, problems in (("skipped", report.skipped), ("noted", report.noted)):
        record[name] = [
            {"location": p.location, "problem": p.problem, "remedy": p.remedy} for p in problems
        ]
    return record


def _named(article: Article) -> dict[str, str | None]:
    return {"id": article.id, "title": article.title, "url": article.url}
