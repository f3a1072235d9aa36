"""Replies, greetings and errors as Telegram HTML. Pure; every foreign text is escaped."""

from __future__ import annotations

from datetime import UTC
from html import escape
from typing import TYPE_CHECKING

from bot.chat.captions import clean, is_visible, link_of, one_line, origin_of, title_of
from bot.chat.differences import difference_lines
from bot.chat.fragments import with_fragment
from bot.chat.html import LINE, Block, Run
from bot.chat.paging import shorten
from bot.chat.splitting import split_messages
from bot.chat.translations import ENGLISH, marked, translator
from retrieval.errors import RetrievalError
from retrieval.types import Abstention, Answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bot.chat.captions import Named
    from bot.chat.translations import Translator
    from bot.store.records import Extent
    from retrieval.types import ArticleRef, Citation, Reply

HEADING_SOURCES = "Sources"
OWN_LANGUAGE = marked(
    "Articles are found by a question in their own language, which may be another one."
)
HEADING_CLOSEST = "The closest articles I have"
NO_ANSWER = marked("I found no answer to that in the articles I have.")
# The reasons that the library gives, in its words.
REASONS = (
    marked("There are no articles to answer from at that time."),
    marked("There are no articles of that source to answer from."),
    marked("The articles I have do not seem to answer that."),
)
UNEXPECTED = marked(
    "Something broke on my side while I was working on that. "
    "It has been noted; please ask again in a little while."
)
ERROR_CHARACTERS = 1000
SOURCE_UNITS = 80
UNDERSTOOD_UNITS = 160


def render_reply(reply: Reply, tr: Translator | None = None, *, understood: str = "") -> list[str]:
    """Return the reply as HTML messages, each within Telegram's limits: one, unless it is huge.

    `understood` is what a follow-up was searched for as, which the first line says; "" for none.

    An answer is its sentences with their numbers, a line where the sources differ, then a line
    for each source, whose link opens the page at the quotation. An abstention is its reason and
    the closest articles.
    """
    tr = tr or translator(None)
    match reply:
        case Answer():
            sections = list(_answer_sections(reply, tr))
        case Abstention():
            sections = list(_abstention_sections(reply, tr))
    if line := one_line(understood):
        told = tr("Understood as: {question}", question=shorten(line, UNDERSTOOD_UNITS))
        sections.insert(0, [Block((Run(told, italic=True),))])
    return split_messages(sections) or [tr(NO_ANSWER)]


def render_further(closest: Sequence[ArticleRef], tr: Translator) -> str:
    """Return the list of further articles as one message of HTML."""
    sections = list(_article_list(tr("Further articles on this"), closest, tr))
    return split_messages(sections)[0]


def render_start(
    first_name: str,
    tr: Translator | None = None,
    *,
    subscribes: bool = False,
    extent: Extent | None = None,
) -> str:
    """Return the greeting for someone who opens the chat, as HTML.

    `subscribes` says that there are subscriptions, `extent` what there is to ask about.
    """
    tr = tr or translator(None)
    name = one_line(first_name)[:64]
    greeting = tr("Hello, {name}!", name=escape(name, quote=False)) if name else tr("Hello!")
    told = tr(
        "I answer questions about the news, and only in the articles' own sentences: "
        "each one comes with its source, so you can check it.\n\n"
        "Just write your question, for example: <i>Who won the election in France?</i>\n\n"
        "/help says more."
    )
    if extent is not None and extent.articles:
        told += "\n" + _extent_line(extent, tr)
    if subscribes:
        told += "\n" + tr("/subscribe has me tell you of new articles on what matters to you.")
    return f"{greeting} {told}"


def _extent_line(extent: Extent, tr: Translator) -> str:
    count = extent.articles
    if extent.first is None or extent.last is None:
        return tr.plural(
            "/latest shows my {count} article.", "/latest shows my {count} articles.", count
        )
    first, last = extent.first.date(), extent.last.date()
    if first == last:
        return tr.plural(
            "/latest shows my {count} article, of {day}.",
            "/latest shows my {count} articles, all of {day}.",
            count,
            day=tr.date(last),
        )
    return tr.plural(
        "/latest shows my {count} article, from {first} to {last}.",
        "/latest shows my {count} articles, from {first} to {last}.",
        count,
        first=tr.date(first),
        last=tr.date(last),
    )


def render_help(tr: Translator | None = None) -> str:
    """Return what the bot can do and how to ask it, as HTML."""
    tr = tr or translator(None)
    return tr(
        "<b>Asking</b>\n"
        "Write your question here, in a sentence or in a few words. "
        "In a group, write <code>/ask</code> and your question after it.\n\n"
        "<b>What you get</b>\n"
        "Sentences from news articles, word for word. The numbers lead to the sources below: "
        "title, publisher and day; a title opens its page at the sentence. Where there "
        "are buttons, a number shows the paragraph that the sentence comes from. "
        'You may ask on: "When did he arrive?" leans on what we talked about last. '
        "When the articles don't hold an answer, I say so and name those that come closest.\n\n"
        "<b>Commands</b>\n"
        "/ask: ask a question\n/new: start a new conversation\n/help: this page\n"
        "/start: the greeting"
    )


def render_error(error: BaseException, tr: Translator | None = None) -> str:
    """Return one line of HTML for a person: the error's own if it was written for people."""
    tr = tr or translator(None)
    if not isinstance(error, RetrievalError):
        return tr(UNEXPECTED)
    line = one_line(str(error))[:ERROR_CHARACTERS]
    if not line:
        return tr(UNEXPECTED)
    sentence = line[0].upper() + line[1:]
    return escape(sentence if sentence[-1] in ".!?…" else f"{sentence}.", quote=False)


def _answer_sections(answer: Answer, tr: Translator) -> Iterator[Sequence[Block]]:
    yield [
        Block((Run(_with_numbers(clean(sentence.text).strip(), sentence.citation_numbers)),))
        for sentence in answer.sentences
    ]
    for line in difference_lines(answer, tr):
        yield [Block((Run(line, italic=True),))]
    heading = [Block((Run(tr("Sources"), bold=True),))]
    for citations in _by_article(answer.citations):
        source = (*_numbers(citations), *_caption(citations[0], tr, citations[0].quote))
        yield [*heading, Block(source, gap=LINE)]
        heading = []
    yield from _footing(answer, tr)


def _by_article(citations: Iterable[Citation]) -> Iterable[list[Citation]]:
    """Return citations of the same article together, so that it is named once."""
    groups: dict[str, list[Citation]] = {}
    for citation in citations:
        groups.setdefault(citation.article_id, []).append(citation)
    return groups.values()


def _numbers(citations: Sequence[Citation]) -> Iterator[Run]:
    """Yield "[1] [2] "; where there are several, each leads to its own sentence."""
    link = link_of(citations[0]) if len(citations) > 1 else None
    for citation in citations:
        url = with_fragment(link, citation.quote) if link else None
        yield Run(f"[{citation.number}]", url=url)
        yield Run(" ")


def _with_numbers(text: str, numbers: Iterable[int]) -> str:
    return " ".join([text, *(f"[{number}]" for number in numbers)])


def by_passage(citations: Iterable[Citation]) -> Iterable[list[Citation]]:
    """Return citations of the same passage together, so that it is shown once."""
    groups: dict[tuple[str, str, str], list[Citation]] = {}
    for citation in citations:
        key = (citation.article_id, citation.passage_id, citation.passage)
        groups.setdefault(key, []).append(citation)
    return groups.values()


def _caption(article: Named, tr: Translator, quote: str = "") -> tuple[Run, ...]:
    """Return "Title — Source, 31 March 2022", the title linked where it can be."""
    link = link_of(article)
    title = Run(title_of(article), url=with_fragment(link, quote) if link else None)
    told = origin(article, tr)
    return (title, Run(f" — {told}")) if told else (title,)


def origin(article: Named, tr: Translator) -> str:
    """Return "Source, 31 March 2022"; either half may be missing, "" when both are."""
    return origin_of(article, tr)


def emphasised(passage: str, quotes: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Yield the passage in parts, True with those that one of the quotes covers."""
    found = {(passage.find(quote), quote) for quote in map(str.strip, quotes) if quote}
    position = 0
    for start, quote in sorted(found):
        end = start + len(quote)
        if start < 0 or end <= position:
            continue
        if start > position:
            yield passage[position:start], False
        yield passage[max(start, position) : end], True
        position = end
    if position < len(passage):
        yield passage[position:], False


def _abstention_sections(abstention: Abstention, tr: Translator) -> Iterator[Sequence[Block]]:
    reason = clean(abstention.reason).strip()
    yield [Block((Run(tr(reason if is_visible(reason) else NO_ANSWER)),))]
    if tr.language != ENGLISH:
        # Whose Telegram is in another language may well have asked in it.
        asked = tr(
            "Articles are found by a question in their own language, which may be another one."
        )
        yield [Block((Run(asked),))]
    yield from _article_list(tr("The closest articles I have"), abstention.closest, tr)
    yield from _footing(abstention, tr)


def _article_list(
    title: str, articles: Iterable[ArticleRef], tr: Translator
) -> Iterator[Sequence[Block]]:
    heading = [Block((Run(title, bold=True),))]
    for article in articles:
        yield [*heading, Block((Run("• "), *_caption(article, tr)), gap=LINE)]
        heading = []


def _footing(reply: Reply, tr: Translator) -> Iterator[Sequence[Block]]:
    parts = []
    if isinstance(reply, Answer) and reply.as_of:
        parts.append(tr("As of {day}", day=tr.date(reply.as_of.astimezone(UTC).date())))
    if reply.dates:
        parts.append(tr("Dates: {dates}", dates=reply.dates))
    if parts:
        yield [Block((Run(". ".join(parts), italic=True),), gap=LINE)]
    if line := only_from(reply.source, tr, found=isinstance(reply, Answer)):
        yield [Block((Run(line, italic=True),), gap=LINE)]


def only_from(source: str, tr: Translator, *, found: bool) -> str:
    """Return the line that only one source was searched, "" if all were.

    Where nothing was `found`, it says how to search the others.
    """
    name = shorten(one_line(source), SOURCE_UNITS)
    if not is_visible(name):
        return ""
    if found:
        return tr("Only from {name}, as chosen in /settings.", name=name)
    return tr("Only {name} was searched. Choose all sources in /settings.", name=name)
