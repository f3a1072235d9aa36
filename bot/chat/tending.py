"""What an admin reads of the collection's sources and of what was taken in, as pages. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from bot.chat.browsing import Reading, data_of, one_message
from bot.chat.captions import UNTITLED, is_visible, one_line
from bot.chat.html import LINE, Block, Run
from bot.chat.paging import Button, Page, count_pages, fits_callback, shorten, turning, within
from bot.chat.source_list import PROBLEM_UNITS, facts, public_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.chat.paging import Keyboard
    from bot.chat.translations import Translator
    from bot.store.records import Watched

PER_PAGE = 5
TITLES, TITLE_UNITS, LABEL_UNITS = 8, 150, 48
PROBLEMS, LINE_UNITS = 8, 250

Deed: TypeAlias = Literal["l", "p", "r", "v", "x", "s", "g"]
"""list, pause, resume, visit, ask whether to remove, remove: articles stay, remove: they go."""

_DATA = re.compile(r"c:([a-z]):([0-9]{1,6}):([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class SourcePress:
    """What a button below the list of sources asks for; `page` is where the list goes on."""

    deed: Deed
    page: int
    source_id: int = 0

    @property
    def data(self) -> str:
        """The button's data."""
        return f"c:{self.deed}:{self.page}:{self.source_id}"


def source_press(data: str) -> SourcePress | None:
    """Return what a button's data asks for, None if nothing known."""
    found = _DATA.fullmatch(data)
    if found is None or found[1] not in get_args(Deed):
        return None
    return SourcePress(found[1], int(found[2]), int(found[3]))  # type: ignore[arg-type]


def render_tended(
    tr: Translator, watched: Sequence[Watched], page: int, *, problems: bool, note: str = ""
) -> Page:
    """Return a page of sources, each with its buttons; `problems` shows what is wrong with them."""
    if not watched:
        line = tr("No sources are watched. Send /source add and a link to add one.")
        return Page(one_message(_noted(note, [[Block((Run(line),))]])))
    pages = count_pages(len(watched), PER_PAGE)
    page = within(page, pages)
    counted = tr.plural("{count} source", "{count} sources", len(watched))
    sections = [[Block((Run(tr("Sources"), bold=True), Run(f" ({counted})")))]]
    rows: list[tuple[Button, ...]] = []
    for one in watched[page * PER_PAGE : (page + 1) * PER_PAGE]:
        sections.append(_described(tr, one, problems=problems))
        rows.append(_deeds(tr, one, page))
    turn = turning(page, pages, lambda to: SourcePress("l", to).data)
    return Page(one_message(_noted(note, sections)), (*rows, *turn))


def render_source_removal(tr: Translator, watched: Watched, page: int) -> Page:
    """Return the question whether a source's articles are to go with it."""
    name = Run(public_name(watched.source), bold=True)
    asked = tr("Remove this source? It will not be visited any more.")
    brought = tr.plural(
        "It brought {count} article. That may stay, or go unless another source brings it too.",
        "It brought {count} articles. They may stay, or those go that no other source brings.",
        watched.articles,
    )
    blocks = [Block((name,)), Block((Run(asked),)), Block((Run(brought),), gap=LINE)]
    number = watched.source.id
    rows = (
        (Button(tr("Remove, articles stay"), SourcePress("s", page, number).data),),
        (Button(tr("Remove, articles go"), SourcePress("g", page, number).data),),
        (Button(tr("Back"), SourcePress("l", page).data),),
    )
    return Page(one_message([blocks]), rows)


def render_taken(
    tr: Translator,
    articles: Sequence[tuple[str, str]],
    total: int,
    lines: Sequence[str] = (),
    *,
    hint: str = "",
) -> Page:
    """Return what was taken in, with a button to open each article.

    `articles` are (id, title) of the first of `total`; `lines` say what was not taken in or was
    there before.
    """
    sections = [_taken(tr, articles, total, quiet=bool(lines))]
    if lines:
        shown = [Run(f"• {shorten(line, LINE_UNITS)}") for line in lines[:PROBLEMS]]
        sections.append([Block((shown[0],)), *(Block((run,), gap=LINE) for run in shown[1:])])
        if len(lines) > PROBLEMS:
            sections[-1].append(_more(tr, len(lines) - PROBLEMS))
    if hint:
        sections.append([Block((Run(hint, italic=True),))])
    return Page(one_message(sections), opening(articles[:TITLES]))


def _taken(
    tr: Translator, articles: Sequence[tuple[str, str]], total: int, *, quiet: bool
) -> list[Block]:
    if total:
        said = tr.plural("{count} article is in.", "{count} articles are in.", total)
    else:
        said = tr("No article was added.") if quiet else tr("Nothing new came of it.")
    blocks = [Block((Run(said, bold=True),))]
    blocks += [
        Block((Run(f"• {shorten(_title(title), TITLE_UNITS)}"),), gap=LINE)
        for _, title in articles[:TITLES]
    ]
    if total > TITLES:
        blocks.append(_more(tr, total - TITLES))
    return blocks


def opening(articles: Iterable[tuple[str, str]]) -> Keyboard:
    """Return a button for each (id, title) that opens the article in a message of its own."""
    buttons = (
        Button(shorten(_title(title), LABEL_UNITS), data_of(Reading(article_id, 0, opens=True)))
        for article_id, title in articles
    )
    return tuple((button,) for button in buttons if fits_callback(button.data))


def _title(title: str) -> str:
    line = one_line(title)
    return line if is_visible(line) else UNTITLED


def _more(tr: Translator, count: int) -> Block:
    return Block((Run(tr("… and {count} more", count=tr.number(count))),), gap=LINE)


def _noted(note: str, sections: list[list[Block]]) -> list[list[Block]]:
    return [[Block((Run(note, italic=True),))], *sections] if note else sections


def _described(tr: Translator, one: Watched, *, problems: bool) -> list[Block]:
    name = public_name(one.source)
    blocks = [
        Block((Run(f"{one.source.id}. {name}", bold=True),)),
        Block((Run(facts(tr, one)),), gap=LINE),
    ]
    if one.source.enabled:
        blocks.append(Block((Run(_next(tr, one)),), gap=LINE))
    if problems and one.state.problem:
        problem = tr("Problem: {text}", text=shorten(one.state.problem, PROBLEM_UNITS))
        blocks.append(Block((Run(problem, italic=True),), gap=LINE))
    return blocks


def _next(tr: Translator, one: Watched) -> str:
    if one.state.due is None:
        return tr("next visit: soon")
    due = one.state.due.astimezone(UTC)
    return tr("next visit: {day}, {time} UTC", day=tr.date(due.date()), time=f"{due:%H:%M}")


def _deeds(tr: Translator, one: Watched, page: int) -> tuple[Button, ...]:
    number = one.source.id
    turn = (
        (tr("Pause {number}", number=number), "p")
        if one.source.enabled
        else (tr("Resume {number}", number=number), "r")
    )
    deeds: list[tuple[str, Deed]] = [
        turn,  # type: ignore[list-item]
        (tr("Visit {number}", number=number), "v"),
        (tr("Remove {number}", number=number), "x"),
    ]
    return tuple(Button(label, SourcePress(deed, page, number).data) for label, deed in deeds)
