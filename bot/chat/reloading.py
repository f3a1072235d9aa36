"""What an admin reads of a reload: its progress and its end, as Telegram HTML. Pure."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from bot.chat.captions import one_line
from bot.chat.spans import told_span
from bot.chat.translations import marked
from bot.collection.events import Failed, Finished, Indexing, Visiting
from retrieval.readers.wording import shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.chat.translations import Translator
    from bot.collection.events import SyncEvent, SyncReport
    from bot.store.records import Change

JOINED = marked("A reload is under way already; here is how it goes.")
STARTING = marked("Reloading …")
ROLLED_BACK = marked(
    "Generation {number} answers again. The next /reload brings the newer articles back."
)
USAGE = marked(
    "Write <code>/reload</code> to reload, or <code>/reload dry</code> to see what would change."
)
_TITLES = 5  # of each kind of change
_LONGEST_TITLE = 120
_BAR = 12  # characters
_STAGES = {
    "read": marked("Comparing with the index"),
    "load": marked("Loading the model"),
    "split": marked("Cutting passages"),
    "embed": marked("Embedding passages"),
    "write": marked("Writing the new generation"),
    "verify": marked("Verifying it"),
    "done": marked("Putting it into use"),
}
_MARKS = {"added": marked("New"), "updated": marked("Updated"), "removed": marked("Removed")}
_KEPT_OUT = marked("Kept out, as an admin removed them")


def render_event(tr: Translator, event: SyncEvent) -> str:
    """Return an event as HTML: where the reload is, or how it ended."""
    match event:
        case Visiting(done=done, total=total, articles=articles):
            line = tr(
                "Visiting sources: {done} of {total}; articles read: {articles}",
                done=tr.number(done),
                total=tr.number(total),
                articles=tr.number(articles),
            )
            return f"{line}\n{_bar(done, total)}".rstrip()
        case Indexing(stage=stage, done=done, total=total):
            line = tr(_STAGES[stage])
            if total:
                line = tr(
                    "{stage}: {done} of {total}",
                    stage=line,
                    done=tr.number(done),
                    total=tr.number(total),
                )
            return f"{line}\n{_bar(done, total)}".rstrip()
        case Finished(report=report):
            return render_report(tr, report)
        case Failed(problem=problem):
            return render_failure(tr, problem)


def render_failure(tr: Translator, problem: str) -> str:
    """Return that a reload failed and why, as HTML."""
    told = escape(one_line(problem), quote=False)
    failed, stays = tr("The reload failed."), tr("The index in use stays as it was.")
    return f"<b>{failed}</b> {told}.\n{stays}"


def render_report(tr: Translator, report: SyncReport) -> str:
    """Return what a reload did or would do: counts, then the first titles of each kind."""
    parts = [_head(tr, report)]
    parts += [_titles(tr, report.of(kind), tr(mark)) for kind, mark in _MARKS.items()]
    parts.append(_lines(tr, tr(_KEPT_OUT), [_shown(title) for title in report.kept_out]))
    parts.append(render_problems(tr, [str(problem) for problem in report.problems]))
    return "\n\n".join(part for part in parts if part)


def render_problems(tr: Translator, problems: Sequence[str]) -> str:
    """Return the first of the lines that say what could not be read, "" if there are none."""
    return _lines(tr, tr("Not read"), [_shown(line, 300) for line in problems])


def _head(tr: Translator, report: SyncReport) -> str:
    counts = tr(
        "{added} new, {updated} updated, {removed} removed",
        **{kind: tr.number(len(report.of(kind))) for kind in _MARKS},
    )
    if report.dry:
        would, nothing = tr("Would change:"), tr("Nothing was written.")
        return f"<b>{would}</b> {counts}. {nothing}"
    done = tr("Reloaded in {seconds} s:", seconds=tr.number(round(report.seconds, 1)))
    number = report.generation or 0
    generation = (
        tr("Generation {number}.", number=number)
        if report.written
        else tr("Generation {number}, as before.", number=number)
    )
    held = [
        tr.plural("{count} article", "{count} articles", report.articles),
        tr.plural("{count} passage", "{count} passages", report.passages),
        tr("newly embedded: {count}", count=tr.number(report.embedded)),
    ]
    return f"<b>{done}</b> {counts}.\n{', '.join(held)}. {generation}"


def _titles(tr: Translator, changes: Sequence[Change], heading: str) -> str:
    return _lines(tr, heading, [_title(tr, change) for change in changes])


def _title(tr: Translator, change: Change) -> str:
    title = _shown(change.title)
    if change.kind != "updated":
        return title
    return tr("{title} (updated {span} later)", title=title, span=told_span(tr, change.after))


def _lines(tr: Translator, heading: str, lines: Sequence[str]) -> str:
    """Return a heading with the first lines of HTML below it, "" if there are none."""
    if not lines:
        return ""
    shown = [f"<b>{heading}</b>", *(f"• {line}" for line in lines[:_TITLES])]
    if len(lines) > _TITLES:
        shown.append(tr("… and {count} more", count=tr.number(len(lines) - _TITLES)))
    return "\n".join(shown)


def _shown(text: str, longest: int = _LONGEST_TITLE) -> str:
    return escape(shorten(one_line(text), longest), quote=False)


def _bar(done: int, total: int) -> str:
    if total <= 0:
        return ""
    full = min(_BAR, _BAR * done // total)
    return f"<code>{'█' * full}{'░' * (_BAR - full)}</code> {100 * done // total} %"
