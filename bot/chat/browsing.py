"""Lists of articles and articles themselves, as pages for Telegram. Pure."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeAlias

from bot.chat.captions import clean, is_visible, link_of, one_line, title_of
from bot.chat.html import LINE, Block, Run
from bot.chat.paging import (
    Button,
    Page,
    count_pages,
    fits_callback,
    shorten,
    turning,
    within,
)
from bot.chat.rendering import only_from
from bot.chat.splitting import split_messages
from retrieval.types import ArticleRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.chat.paging import Keyboard
    from bot.chat.translations import Translator
    from retrieval.types import Article, Hit

PER_PAGE = 5
HITS = 60  # passages that a search looks for
# Of a list of five, so that one message holds them whatever they are.
TITLE_UNITS, SOURCE_UNITS, SNIPPET_UNITS, WORDS_UNITS = 200, 80, 250, 200
LINK_BYTES = 1000
AUTHORS_UNITS = 300
STORY_SOURCES = 5
SOURCES_NAMED = 10


@dataclass(frozen=True, slots=True)
class Latest:
    """A page of the newest articles; `key` stands for a source's name, "" for all."""

    page: int
    key: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A page of an article; `opens` = as a message of its own."""

    article_id: str
    page: int
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Results:
    """A page of what a search found; its words are the message's first line."""

    page: int


@dataclass(frozen=True, slots=True)
class SourceList:
    """A page of what is watched."""

    page: int


Press: TypeAlias = Latest | Reading | Results | SourceList

_NUMBER = re.compile(r"[0-9]{1,6}")


def data_of(press: Press) -> str:
    """Return the data of the button that asks for it."""
    match press:
        case Latest(page, key):
            return f"b:l:{page}:{key}"
        case Reading(article_id, page, opens):
            return f"b:{'o' if opens else 'a'}:{page}:{article_id}"
        case Results(page):
            return f"b:q:{page}"
        case SourceList(page):
            return f"b:s:{page}"


def press_of(data: str) -> Press | None:
    """Return what a button's data asks for, None if nothing known."""
    kind, _, rest = data.removeprefix("b:").partition(":")
    number, _, name = rest.partition(":")
    if not data.startswith("b:") or not _NUMBER.fullmatch(number):
        return None
    page = int(number)
    match kind:
        case "l":
            return Latest(page, name)
        case "a" | "o" if name:
            return Reading(name, page, opens=kind == "o")
        case "q":
            return Results(page)
        case "s":
            return SourceList(page)
    return None


def key_of(source: str) -> str:
    """Return what stands for a source's name in a button: 10 hexadecimal digits."""
    return hashlib.sha256(source.encode("utf-8", "replace")).hexdigest()[:10]


def find_source(names: Iterable[str], wanted: str) -> str | None:
    """Return the name meant: the same but for case, else the only one that holds `wanted`."""
    by_line: dict[str, str] = {}
    for name in names:
        by_line.setdefault(one_line(name).casefold(), name)
    sought = one_line(wanted).casefold()
    if sought in by_line:
        return by_line[sought]
    holding = [name for line, name in by_line.items() if sought in line]
    return holding[0] if len(holding) == 1 and sought else None


def render_unknown_source(tr: Translator, wanted: str, names: Sequence[str]) -> str:
    """Return the HTML line for a source that no article names; `names` most frequent first."""
    lines = {one_line(name).casefold(): shorten(name, SOURCE_UNITS) for name in names}
    sought = one_line(wanted).casefold()
    near = [line for line in lines if sought in line]
    near = near or get_close_matches(sought, lines, n=SOURCES_NAMED) or list(lines)
    said = tr("None of my articles is from a source called “{name}”.")
    text = said.format(name=shorten(wanted, SOURCE_UNITS))
    if near:
        named = ", ".join(lines[line] for line in near[:SOURCES_NAMED] if is_visible(line))
        text = f"{text} " + tr("Try one of these: {names}.").format(names=named)
    return one_message([[Block((Run(text),))]])


def render_latest(
    tr: Translator,
    articles: Sequence[Article],
    *,
    page: int,
    total: int,
    source: str | None = None,
    note: str = "",
) -> Page:
    """Return a page of the newest articles; `note` is a line below the heading."""
    pages = count_pages(total, PER_PAGE)
    if not articles:
        return Page(one_message([[Block((Run(tr("There are no articles yet.")),))]]))
    name = shorten(source, SOURCE_UNITS) if source else ""
    heading = tr("The latest from {name}", name=name) if name else tr("The latest articles")
    counted = tr.plural("{count} article", "{count} articles", total)
    sections = [[Block((Run(heading, bold=True), Run(f" ({counted})")))]]
    if note:
        sections.append([Block((Run(note, italic=True),), gap=LINE)])
    sections += [
        [Block(_line(tr, number, article))] for number, article in _numbered(articles, page)
    ]
    key = key_of(source) if source else ""
    rows = turning(page, pages, lambda to: data_of(Latest(to, key)))
    return Page(one_message(sections), _opening(articles, page) + rows)


def render_results(
    tr: Translator, words: str, hits: Sequence[Hit], page: int, *, source: str = ""
) -> Page:
    """Return a page of the articles of `hits` (best first), each with its best passage.

    The first line is `words`: what a button's page is searched by. `source` is the only one that
    was searched, "" for all.
    """
    best: dict[str, Hit] = {}
    for hit in hits:
        best.setdefault(hit.article.id, hit)
    found = list(best.values())
    heading = Block((Run(shorten(words, WORDS_UNITS), bold=True),))
    line = only_from(source, tr, found=bool(found))
    note = [[Block((Run(line, italic=True),), gap=LINE)]] if line else []
    if not found:
        nothing = [Block((Run(tr("I found no article on that.")),))]
        return Page(one_message([[heading], nothing, *note]))
    pages = count_pages(len(found), PER_PAGE)
    page = within(page, pages)
    shown = found[page * PER_PAGE : (page + 1) * PER_PAGE]
    counted = tr.plural("{count} article", "{count} articles", len(found))
    sections = [[heading, Block((Run(counted),), gap=LINE)], *note]
    for number, hit in enumerate(shown, start=page * PER_PAGE + 1):
        text = Block((Run(snippet(hit.passage.text, words), italic=True),), gap=LINE)
        sections.append([Block(_line(tr, number, hit.article)), text])
    rows = turning(page, pages, lambda to: data_of(Results(to)))
    return Page(one_message(sections), _opening([hit.article for hit in shown], page) + rows)


def snippet(passage: str, words: str) -> str:
    """Return a piece of the passage, from a little before the first of the words in it."""
    line = one_line(passage)
    starts = [
        found.start()
        for word in set(re.findall(r"\w{3,}", words))
        if (found := re.search(rf"\b{re.escape(word)}", line, re.IGNORECASE))
    ]
    start = min(starts, default=0)
    if start < SNIPPET_UNITS // 2:
        return shorten(line, SNIPPET_UNITS)
    start = line.rfind(" ", 0, start - 60) + 1
    return "…" + shorten(line[start:], SNIPPET_UNITS - 1)


def render_article(
    tr: Translator, article: Article, page: int, *, sources: Sequence[str] = ()
) -> Page:
    """Return a page of an article; `sources` are those that tell its story."""
    pages = article_pages(tr, article, sources=sources)
    page = within(page, len(pages))
    rows = turning(page, len(pages), lambda to: data_of(Reading(article.id, to)))
    usable = all(fits_callback(button.data) for row in rows for button in row)
    return Page(pages[page], rows if usable else ())


def article_pages(tr: Translator, article: Article, *, sources: Sequence[str] = ()) -> list[str]:
    """Return an article as HTML messages, at least one, cut between paragraphs where it can be.

    The first begins with title, source, day, authors and, of a story that several sources tell,
    how many do.
    """
    named = _ref(article)
    head = [Block((Run(title_of(named), bold=True, url=link_of(named)),))]
    lines = [_origin(tr, article)]
    if authors := shorten(", ".join(filter(is_visible, article.authors)), AUTHORS_UNITS):
        lines.append(tr("By {names}", names=authors))
    if len(sources) > 1:
        counted = tr.plural("From {count} source", "From {count} sources", len(sources))
        some = ", ".join(shorten(name, SOURCE_UNITS) for name in sources[:STORY_SOURCES])
        lines.append(f"{counted}: {some}{', …' if len(sources) > STORY_SOURCES else ''}")
    lines.append(f"/article {article.id}")
    head += [Block((Run(line),), gap=LINE) for line in lines if is_visible(line)]
    paragraphs = [
        [Block((Run(text),))] for line in article.text.splitlines() if (text := clean(line).strip())
    ]
    return split_messages([head, *paragraphs])


def one_message(sections: Iterable[Sequence[Block]]) -> str:
    """Return the HTML of sections that are known to fit one message."""
    return split_messages(sections)[0]


def _numbered(articles: Sequence[Article], page: int) -> Iterable[tuple[int, Article]]:
    return enumerate(articles, start=page * PER_PAGE + 1)


def _opening(articles: Sequence[Article], page: int) -> Keyboard:
    """Return a row of numbers that open the articles."""
    buttons = (
        Button(str(number), data_of(Reading(article.id, 0, opens=True)))
        for number, article in _numbered(articles, page)
    )
    row = tuple(button for button in buttons if fits_callback(button.data))
    return (row,) if row else ()


def _line(tr: Translator, number: int, article: Article) -> tuple[Run, ...]:
    """Return "3. Title — Source, 31 March 2022", the title linked where it can be."""
    named = _ref(article)
    link = link_of(named)
    link = link if link and len(link.encode("utf-8", "replace")) <= LINK_BYTES else None
    title = Run(shorten(title_of(named), TITLE_UNITS), url=link)
    origin = _origin(tr, article)
    return (Run(f"{number}. "), title, *([Run(f" — {origin}")] if origin else []))


def _origin(tr: Translator, article: Article) -> str:
    day = tr.date(article.published.astimezone(UTC).date()) if article.published else ""
    name = shorten(article.source, SOURCE_UNITS)
    return ", ".join(part for part in (name, day) if is_visible(part))


def _ref(article: Article) -> ArticleRef:
    return ArticleRef(article.id, article.title, article.url, article.source, article.published)
