"""Taking an article out of the collection and bringing it back, as pages for Telegram. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.chat.browsing import one_message
from bot.chat.captions import link_of, origin_of, title_of
from bot.chat.html import LINE, Block, Run
from bot.chat.paging import CALLBACK_BYTES, Button, Page, fits_callback, shorten
from bot.chat.tending import TITLE_UNITS, opening

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.chat.translations import Translator
    from retrieval.types import Article

KEEP = "c:k"
REMOVE = "c:d:"
BRING_BACK = "c:b:"

_BACK = re.compile(r"c:b:([^:]+):([0-9,]*)")


@dataclass(frozen=True, slots=True)
class BringBack:
    """A removed article, and the numbers of the sources that had brought it."""

    article_id: str
    sources: tuple[int, ...] = ()

    @property
    def data(self) -> str:
        """The button's data, with as many sources as it holds."""
        data = f"{BRING_BACK}{self.article_id}:"
        for position, number in enumerate(self.sources):
            longer = f"{data}{',' if position else ''}{number}"
            if len(longer) > CALLBACK_BYTES:
                break
            data = longer
        return data


def bring_back_of(data: str) -> BringBack | None:
    """Return what a button's data asks for, None if it isn't that."""
    found = _BACK.fullmatch(data)
    if found is None:
        return None
    return BringBack(found[1], tuple(int(part) for part in found[2].split(",") if part))


def render_removal(tr: Translator, article: Article, sources: Sequence[str]) -> Page:
    """Return the article that is to go, with the names of its `sources`, and two buttons."""
    blocks = [
        Block((Run(tr("Remove this article?"), bold=True),)),
        Block((Run(shorten(title_of(article), TITLE_UNITS), url=link_of(article)),)),
    ]
    if origin := origin_of(article, tr):
        blocks.append(Block((Run(shorten(origin, TITLE_UNITS)),), gap=LINE))
    if sources:
        names = shorten(", ".join(sources), TITLE_UNITS)
        blocks.append(Block((Run(tr("Watched source: {names}", names=names)),), gap=LINE))
        told = tr("It leaves the answers at once, and no source brings it back.")
    else:
        told = tr("It leaves the answers at once. No source has it, so it can't be brought back.")
    blocks.append(Block((Run(told),)))
    data = f"{REMOVE}{article.id}"
    rows = ((Button(tr("Remove"), data), Button(tr("Keep"), KEEP)),) if fits_callback(data) else ()
    return Page(one_message([blocks]), rows)


def render_removed(tr: Translator, title: str, back: BringBack, *, failed: str = "") -> Page:
    """Return that an article is out; `failed` says why the index still holds it."""
    told = [
        tr("It stays out, whatever its sources bring."),
        tr("The index could not be written: {problem}", problem=failed) if failed else "",
        tr("It leaves the answers with the next reload.") if failed else "",
    ]
    blocks = [
        Block((Run(tr("Removed"), bold=True), Run(f": {shorten(title, TITLE_UNITS)}"))),
        *(Block((Run(line),), gap=LINE) for line in told if line),
    ]
    button = Button(tr("Bring it back"), back.data)
    rows = ((button,),) if back.sources and fits_callback(button.data) else ()
    return Page(one_message([blocks]), rows)


def render_brought_back(tr: Translator, title: str, article: Article | None) -> Page:
    """Return that an article may come back, and whether it has."""
    if article is not None:
        blocks = [Block((Run(tr("Back in the collection"), bold=True), Run(f": {title}")))]
        return Page(one_message([blocks]), opening([(article.id, article.title)]))
    line = tr("It may come back, but none of its sources has it now.")
    return Page(one_message([[Block((Run(title, bold=True),)), Block((Run(line),), gap=LINE)]]))


def render_spared(tr: Translator) -> Page:
    """Return that nothing was removed."""
    return Page(one_message([[Block((Run(tr("The article stays.")),))]]))
