"""What admins did, as pages for Telegram and as lines of JSON. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot.chat.browsing import one_message
from bot.chat.html import LINE, Block, Run
from bot.chat.paging import Button, Page, count_pages, shorten, turning, within
from bot.chat.people import called, moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.chat.translations import Translator
    from bot.store.audit import Entry
    from bot.store.people import User

PER_PAGE = 10
DETAIL_UNITS = 150
AS_FILE = "u:f"


def render_audit(
    tr: Translator, entries: Sequence[Entry], people: Mapping[int, User], page: int, total: int
) -> Page:
    """Return a page of the log, newest first; `people` are those of its entries, by id."""
    if not entries:
        return Page(one_message([[Block((Run(tr("No admin has done anything yet.")),))]]))
    pages = count_pages(total, PER_PAGE)
    page = within(page, pages)
    counted = tr.plural("{count} entry", "{count} entries", total)
    sections = [[Block((Run(tr("What admins did"), bold=True), Run(f" ({counted})")))]]
    for entry in entries:
        done = Run(" ".join(part for part in (entry.action, _detail(entry)) if part), bold=True)
        by = Run(f"{moment(tr, entry.at)}, {_who(tr, entry, people)}")
        sections.append([Block((done,)), Block((by,), gap=LINE)])
    rows = turning(page, pages, lambda to: f"u:a:{to}")
    return Page(one_message(sections), (*rows, (Button(tr("As a file"), AS_FILE),)))


def audit_lines(entries: Iterable[Entry]) -> str:
    """Return the entries as JSON, one a line: id, at (ISO 8601 in UTC), user_id, action, detail."""
    return "".join(
        json.dumps(
            {
                "id": entry.id,
                "at": entry.at.isoformat(),
                "user_id": entry.user_id,
                "action": entry.action,
                "detail": entry.detail,
            },
            ensure_ascii=False,
        )
        + "\n"
        for entry in entries
    )


def _who(tr: Translator, entry: Entry, people: Mapping[int, User]) -> str:
    if entry.user_id is None:
        return tr("from the command line")
    return called(people.get(entry.user_id), entry.user_id)


def _detail(entry: Entry) -> str:
    parts = (
        f"{name}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        for name, value in entry.detail.items()
    )
    text = ", ".join(parts)
    return shorten(f"({text})", DETAIL_UNITS) if text else ""
