"""Replies for a terminal and for pipes. Nothing in an article can steer either."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.constrain import Constrain
from rich.padding import Padding
from rich.style import Style
from rich.text import Text

from bot.chat.captions import footing, is_visible, link_of, one_line, origin_of, title_of
from bot.chat.differences import difference_lines
from bot.chat.rendering import (
    HEADING_CLOSEST,
    HEADING_SOURCES,
    NO_ANSWER,
    by_passage,
    emphasised,
)
from retrieval.types import Abstention, Answer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from bot.chat.captions import Named
    from retrieval.types import AnswerSentence, Citation, Reply

INDENT = 4

_STEERING = [
    *range(0x20),
    *range(0x7F, 0xA0),
    0x061C,
    0x2028,
    0x2029,
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
    *range(0xD800, 0xE000),
]
_ESCAPES = {
    code: f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
    for code in _STEERING
    if chr(code) not in "\n\t"
}


def visible(text: str) -> str:
    r"""Return `text` with what steers a terminal spelled out, such as ESC as `\x1b`.

    Line ends and tabs stay; C0 and C1 controls, direction overrides and lone surrogates don't.
    """
    return text.replace("\r\n", "\n").translate(_ESCAPES)


def render_plain(reply: Reply) -> str:
    """Return the reply for a pipe: the sentences, where the sources differ, a line per source.

    There is no end of line after the last one.
    """
    match reply:
        case Answer():
            lines = [
                _sentence(" ".join(visible(sentence.text).split()), sentence)
                for sentence in reply.sentences
            ]
            for line in difference_lines(reply):
                lines += ["", visible(line)]
            if reply.citations:
                lines += ["", f"{HEADING_SOURCES}:"]
            lines += [f"[{citation.number}] {_named(citation)}" for citation in reply.citations]
        case Abstention():
            lines = [" ".join(visible(reply.reason).split()) or NO_ANSWER]
            if reply.closest:
                lines += ["", f"{HEADING_CLOSEST}:"]
            lines += [f"- {_named(article)}" for article in reply.closest]
    for text in filter(None, (footing(reply), narrowing(reply))):
        lines += ["", visible(text)]
    return "\n".join(lines)


def render_terminal(reply: Reply, *, width: int, numbered: bool = False) -> RenderableType:
    """Return the reply for a rich console, at most `width` columns wide, paragraphs indented.

    `numbered` gives the closest articles of an abstention numbers, to be opened by.
    """
    match reply:
        case Answer():
            parts = list(_answer_parts(reply))
        case Abstention():
            parts = list(_abstention_parts(reply, numbered=numbered))
    for text in filter(None, (footing(reply), narrowing(reply))):
        parts.append(Text(f"\n{visible(text)}", style="dim"))
    return Constrain(Group(*parts), width)


def narrowing(reply: Reply) -> str:
    """Return the line that only one source was searched, "" if all were."""
    name = one_line(reply.source)
    if not is_visible(name):
        return ""
    if isinstance(reply, Answer):
        return f"Only from {name}."
    return f"Only {name} was searched; /source all takes all sources again."


def _answer_parts(answer: Answer) -> Iterator[RenderableType]:
    for sentence in answer.sentences:
        yield Text(_sentence(visible(sentence.text), sentence), style="bold")
    for line in difference_lines(answer):
        yield Text(f"\n{visible(line)}")
    if answer.citations:
        yield Text(f"\n{HEADING_SOURCES}", style="dim")
    for citations in by_passage(answer.citations):
        numbers = " ".join(f"[{citation.number}]" for citation in citations)
        yield _caption(f"{numbers} ", citations[0])
        yield Padding(_paragraph(citations), (0, 0, 0, INDENT))


def _abstention_parts(abstention: Abstention, *, numbered: bool) -> Iterator[RenderableType]:
    yield Text(visible(abstention.reason).strip() or NO_ANSWER, style="bold")
    if abstention.closest:
        yield Text(f"\n{HEADING_CLOSEST}", style="dim")
    for number, article in enumerate(abstention.closest, start=1):
        yield _caption(f"[{number}] " if numbered else "- ", article)


def _sentence(text: str, sentence: AnswerSentence) -> str:
    return " ".join([text, *(f"[{number}]" for number in sentence.citation_numbers)])


def _named(article: Named) -> str:
    """Return "Title — Source, 31 March 2022  URL" with what is missing left out."""
    named = " — ".join(part for part in (title_of(article), origin_of(article)) if part)
    url = link_of(article)
    return visible(f"{named}  {url}" if url else named)


def _caption(mark: str, article: Named) -> Text:
    url = link_of(article)
    text = Text(mark)
    text.append(visible(title_of(article)), style=Style(link=url, underline=url is not None))
    origin = origin_of(article)
    if origin:
        text.append(f" — {visible(origin)}", style="dim")
    return text


def _paragraph(citations: Sequence[Citation]) -> Text:
    """Return the passage that they share, the cited sentences in bold where they are found."""
    text = Text()
    quotes = [citation.quote for citation in citations]
    for part, is_quoted in emphasised(citations[0].passage, quotes):
        text.append(visible(part), style="bold" if is_quoted else "")
    return text
