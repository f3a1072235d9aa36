"""What an admin reads of a reload: its progress and its end, as Telegram HTML. Pure."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from bot.chat.captions import one_line
from bot.chat.spans import ago
from bot.collection.events import Failed, Finished, Indexing, Visiting
from retrieval.readers.wording import shorten

if TYPE_CHECKING:
    from bot.collection.events import SyncEvent, SyncReport
    from bot.store.records import Change

FOR_ADMINS = "That is for the admins of this bot."
JOINED = "A reload is under way already; here is how it goes."
STARTING = "Reloading …"
ROLLED_BACK = "Generation {number} answers again. The next /reload brings the newer articles back."
USAGE = (
    "Write <code>/reload</code> to reload, or <code>/reload dry</code> to see what would change."
)
_TITLES = 5  # of each kind of change
_LONGEST_TITLE = 120
_BAR = 12  # characters
_STAGES = {
    "read": "Comparing with the index",
    "load": "Loading the model",
    "split": "Cutting passages",
    "embed": "Embedding passages",
    "write": "Writing the new generation",
    "verify": "Verifying it",
    "done": "Putting it into use",
}
_MARKS = {"added": "New", "updated": "Updated", "removed": "Removed"}


def render_event(event: SyncEvent) -> str:
    """Return an event as HTML: where the reload is, or how it ended."""
    match event:
        case Visiting(done=done, total=total, articles=articles):
            line = f"Visiting sources: {done} of {total}, {articles:,} articles read"
            return f"{line}\n{_bar(done, total)}"
        case Indexing(stage=stage, done=done, total=total):
            count = f": {done:,} of {total:,}" if total else ""
            return f"{_STAGES[stage]}{count}\n{_bar(done, total)}".rstrip()
        case Finished(report=report):
            return render_report(report)
        case Failed(problem=problem):
            told = escape(one_line(problem), quote=False)
            return f"<b>The reload failed.</b> {told}.\nThe index in use stays as it was."


def render_report(report: SyncReport) -> str:
    """Return what a reload did or would do: counts, then the first titles of each kind."""
    counts = ", ".join(f"{len(report.of(kind))} {mark.lower()}" for kind, mark in _MARKS.items())
    if report.dry:
        head = f"<b>Would change:</b> {counts}. Nothing was written."
    else:
        head = (
            f"<b>Reloaded</b> in {report.seconds:.1f} s: {counts}.\n"
            f"{report.articles:,} articles, {report.passages:,} passages, "
            f"{report.embedded:,} of them newly embedded. Generation {report.generation or 0}"
            f"{'' if report.written else ', as before'}."
        )
    parts = [head, *(part for kind in _MARKS if (part := _titles(report, kind)))]
    if report.problems:
        parts.append(_problems(report))
    return "\n\n".join(parts)


def _titles(report: SyncReport, kind: str) -> str:
    changes = report.of(kind)
    if not changes:
        return ""
    lines = [f"<b>{_MARKS[kind]}</b>", *(_title(change) for change in changes[:_TITLES])]
    if len(changes) > _TITLES:
        lines.append(f"… and {len(changes) - _TITLES:,} more")
    return "\n".join(lines)


def _title(change: Change) -> str:
    title = escape(shorten(one_line(change.title), _LONGEST_TITLE), quote=False)
    later = f" (updated {ago(change.after)} later)" if change.kind == "updated" else ""
    return f"• {title}{later}"


def _problems(report: SyncReport) -> str:
    lines = ["<b>Not read</b>"]
    lines += [
        f"• {escape(shorten(one_line(str(problem)), 300), quote=False)}"
        for problem in report.problems[:_TITLES]
    ]
    if len(report.problems) > _TITLES:
        lines.append(f"… and {len(report.problems) - _TITLES:,} more")
    return "\n".join(lines)


def _bar(done: int, total: int) -> str:
    if total <= 0:
        return ""
    full = min(_BAR, _BAR * done // total)
    return f"<code>{'█' * full}{'░' * (_BAR - full)}</code> {100 * done // total} %"
