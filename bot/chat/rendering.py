"""Replies, greetings and errors as Telegram HTML. Pure; every foreign text is escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from bot.chat.captions import clean, footing, is_visible, link_of, one_line, origin_of, title_of
from bot.chat.differences import difference_lines
from bot.chat.html import LINE, Block, Run
from bot.chat.splitting import split_messages
from retrieval.errors import RetrievalError
from retrieval.types import Abstention, Answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bot.chat.captions import Named
    from retrieval.types import Citation, Reply

HEADING_SOURCES = "Sources"
HEADING_CLOSEST = "The closest articles I have"
NO_ANSWER = "I found no answer to that in the articles I have."
UNEXPECTED = (
    "Something broke on my side while I was working on that. "
    "It has been noted; please ask again in a little while."
)
ERROR_CHARACTERS = 1000


def render_reply(reply: Reply) -> list[str]:
    """Return the reply as HTML messages, at least one, each within Telegram's limits.

    An answer is its sentences with their numbers, a line where the sources differ, then each
    source with the paragraph quoted and the cited sentence in bold. An abstention is its reason
    and the closest articles.
    """
    match reply:
        case Answer():
            sections = list(_answer_sections(reply))
        case Abstention():
            sections = list(_abstention_sections(reply))
    return split_messages(sections) or [NO_ANSWER]


def render_start(first_name: str) -> str:
    """Return the greeting for someone who opens the chat, as HTML."""
    name = one_line(first_name)[:64]
    greeting = f"Hello, {escape(name, quote=False)}!" if name else "Hello!"
    return (
        f"{greeting} I answer questions about the news, and only in the articles' own sentences: "
        "each one comes with its source, so you can check it.\n\n"
        "Just write your question, for example: <i>Who won the election in France?</i>\n\n"
        "/help says more."
    )


def render_help() -> str:
    """Return what the bot can do and how to ask it, as HTML."""
    return (
        "<b>Asking</b>\n"
        "Write your question here, in a sentence or in a few words. "
        "In a group, write <code>/ask</code> and your question after it.\n\n"
        "<b>What you get</b>\n"
        "Sentences from news articles, word for word. The numbers lead to the sources below: "
        "title, publisher and day, and the paragraph the sentence comes from (tap it to unfold). "
        'You may ask on: "When did he arrive?" leans on what we talked about last. '
        "When the articles don't hold an answer, I say so and name those that come closest.\n\n"
        "<b>Commands</b>\n"
        "/ask: ask a question\n/new: start a new conversation\n/help: this page\n"
        "/start: the greeting"
    )


def render_error(error: BaseException) -> str:
    """Return one line of HTML for a person: the error's own if it was written for people."""
    if not isinstance(error, RetrievalError):
        return UNEXPECTED
    line = one_line(str(error))[:ERROR_CHARACTERS]
    if not line:
        return UNEXPECTED
    sentence = line[0].upper() + line[1:]
    return escape(sentence if sentence[-1] in ".!?…" else f"{sentence}.", quote=False)


def _answer_sections(answer: Answer) -> Iterator[Sequence[Block]]:
    yield [
        Block((Run(_with_numbers(clean(sentence.text).strip(), sentence.citation_numbers)),))
        for sentence in answer.sentences
    ]
    for line in difference_lines(answer):
        yield [Block((Run(line, italic=True),))]
    heading = [Block((Run(HEADING_SOURCES, bold=True),))]
    for citations in by_passage(answer.citations):
        yield [*heading, *_source_blocks(citations)]
        heading = []
    yield from _footing(answer)


def _with_numbers(text: str, numbers: Iterable[int]) -> str:
    return " ".join([text, *(f"[{number}]" for number in numbers)])


def by_passage(citations: Iterable[Citation]) -> Iterable[list[Citation]]:
    """Return citations of the same passage together, so that it is shown once."""
    groups: dict[tuple[str, str, str], list[Citation]] = {}
    for citation in citations:
        key = (citation.article_id, citation.passage_id, citation.passage)
        groups.setdefault(key, []).append(citation)
    return groups.values()


def _source_blocks(citations: Sequence[Citation]) -> list[Block]:
    """Return the caption line of one passage and the passage, its cited sentences in bold."""
    numbers = " ".join(f"[{citation.number}]" for citation in citations)
    blocks = [Block((Run(f"{numbers} "), *_caption(citations[0])), gap=LINE)]
    passage = citations[0].passage if is_visible(citations[0].passage) else citations[0].quote
    if is_visible(passage):
        quotes = [citation.quote for citation in citations]
        parts = emphasised(passage.strip(), quotes)
        runs = tuple(Run(clean(text), bold=bold) for text, bold in parts)
        blocks.append(Block(runs, quote=True, gap=LINE))
    return blocks


def _caption(article: Named) -> tuple[Run, ...]:
    """Return "Title — Source, 31 March 2022", the title linked where it can be."""
    title = Run(title_of(article), url=link_of(article))
    origin = origin_of(article)
    return (title, Run(f" — {origin}")) if origin else (title,)


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


def _abstention_sections(abstention: Abstention) -> Iterator[Sequence[Block]]:
    reason = clean(abstention.reason).strip()
    yield [Block((Run(reason if is_visible(reason) else NO_ANSWER),))]
    heading = [Block((Run(HEADING_CLOSEST, bold=True),))]
    for article in abstention.closest:
        yield [*heading, Block((Run("• "), *_caption(article)), gap=LINE)]
        heading = []
    yield from _footing(abstention)


def _footing(reply: Reply) -> Iterator[Sequence[Block]]:
    if text := footing(reply):
        yield [Block((Run(text, italic=True),), gap=LINE)]
