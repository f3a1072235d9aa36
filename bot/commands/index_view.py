"""What `newsdesk index` tells: lines for a person, a record for a program, an exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.chat.spans import ago
from bot.commands.output import fail, say, warn
from bot.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.collection.events import SyncReport
    from bot.store.records import Change

_SHOWN = 10  # warnings and titles printed one by one


def tell(report: SyncReport, missing: Sequence[str], *, as_json: bool) -> None:
    """Print what could not be read, then, unless a record follows, what was done."""
    for line in missing:
        warn(line)
    for problem in report.problems[:_SHOWN]:
        warn(str(problem))
    if len(report.problems) > _SHOWN:
        warn(f"... and {len(report.problems) - _SHOWN} more like these (--json lists them all)")
    for title in report.kept_out[:_SHOWN]:
        warn(f"kept out, as it was removed: {title}; to have it back, name its file or address")
    if as_json or (report.generation is None and not report.dry):
        return
    if report.dry:
        for change in report.changes[: _SHOWN * 2]:
            say(_line(change))
        if len(report.changes) > _SHOWN * 2:
            say(f"... and {len(report.changes) - _SHOWN * 2} more (--json lists them all)")
        say(f"Would be: {_counts(report)}. Nothing was written.")
    else:
        say(_summary(report))


def outcome(report: SyncReport, missing: Sequence[str]) -> ExitCode:
    """Return the exit code: 3 if nothing is indexed, 1 if something could not be read at all."""
    if report.articles == 0 and not report.dry:
        fail("nothing is indexed: none of the sources held a readable article")
        return ExitCode.NOTHING_INDEXED
    if missing or report.failed_sources or (report.sources and not report.read):
        return ExitCode.FAILED
    return ExitCode.DONE


def record(report: SyncReport, missing: Sequence[str]) -> dict[str, Any]:
    """Return the report as JSON's types; docs/json.md describes it."""
    kinds = ("added", "updated", "removed")
    changes = {kind: report.of(kind) for kind in kinds}
    return {
        "dry_run": report.dry,
        "generation": report.generation,
        "written": report.written,
        "articles": report.articles,
        "passages": report.passages,
        "sources": report.sources,
        "failed_sources": report.failed_sources,
        "read": report.read,
        **{kind: len(changes[kind]) for kind in kinds},
        "unchanged": report.unchanged,
        "embedded": report.embedded,
        "reused": report.reused,
        "seconds": round(report.seconds, 3),
        "changes": [_change(change) for change in report.changes],
        "missing": list(missing),
        "problems": [
            {"location": p.location, "problem": p.problem, "remedy": p.remedy}
            for p in report.problems
        ],
    }


def _summary(report: SyncReport) -> str:
    rate = ""
    if report.embedded > 200:
        rate = f", {report.embedded / report.seconds:.0f}/s"
    return (
        f"Indexed {report.articles} articles, {report.passages} passages "
        f"({_counts(report)}; {report.embedded} passages embedded{rate}) "
        f"in {report.seconds:.1f} s. Generation {report.generation}"
        f"{'' if report.written else ', as before'}."
    )


def _counts(report: SyncReport) -> str:
    parts = [
        f"{len(report.of('added'))} new",
        f"{len(report.of('updated'))} updated",
        f"{report.unchanged} unchanged",
    ]
    if removed := report.of("removed"):
        parts.append(f"{len(removed)} removed")
    return ", ".join(parts)


def _line(change: Change) -> str:
    sign = {"added": "+", "updated": "~", "removed": "-"}[change.kind]
    when = f" (updated {ago(change.after)} later)" if change.kind == "updated" else ""
    return f"{sign} {change.title}{when}"


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "id": change.article_id,
        "title": change.title,
        "url": change.url,
        "after_seconds": change.after.total_seconds() if change.after is not None else None,
    }
