"""The HTML of replies, checked with a reader of its own: no code of the renderer's."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.rendering import (
    NO_ANSWER,
    UNEXPECTED,
    render_error,
    render_help,
    render_reply,
    render_start,
)
from bot.playground.texts import TextReader
from retrieval.errors import IndexMismatchError, NothingIndexedError
from retrieval.types import Abstention, Answer, AnswerSentence, ArticleRef, Citation, Span

# Shown as nothing, taken away by Telegram, or put in the place of half a character.
BLANK = "\u2800\u3164\u115f\u1160\uffa0\ufe0f\ufffc\u030a\u0333\u033f\ufffd"
TOKEN = re.compile(
    r"<blockquote expandable>|</blockquote>|<b>|</b>|<i>|</i>|<code>|</code>|"
    r'<a href="[^"<>]*">|</a>|&(?:amp|lt|gt|quot|#x27);|[^<>&]+'
)


@dataclass
class Parsed:
    text: str = ""
    links: list[str] = field(default_factory=list)
    bold: list[str] = field(default_factory=list)
    quotes: list[str] = field(default_factory=list)
    entities: int = 0

    @property
    def units(self) -> int:
        return len(self.text.encode("utf-16-le")) // 2


def parse(message: str) -> Parsed:
    """Read a message as Telegram would; AssertionError for anything it would refuse."""
    parsed, stack, position = Parsed(), [], 0
    while position < len(message):
        token = TOKEN.match(message, position)
        assert token, f"not HTML that Telegram reads: {message[position : position + 60]!r}"
        position = token.end()
        read = token.group()
        if read.startswith("</"):
            name, start, link = stack.pop()
            assert read == f"</{name}>"
            parsed.entities += 1
            marked = parsed.text[start:]
            match name:
                case "a":
                    parsed.links.append(link)
                case "b":
                    parsed.bold.append(marked)
                case "blockquote":
                    parsed.quotes.append(marked)
        elif read.startswith("<"):
            name = read.strip("<>").split()[0]
            assert name not in {open_name for open_name, _, _ in stack}
            stack.append((name, len(parsed.text), unescape(read.partition('"')[2][:-2])))
        else:
            parsed.text += unescape(read)
    assert not stack
    return parsed


def read(messages: list[str]) -> Parsed:
    """Read messages, each within the limits, as one."""
    whole = Parsed()
    for message in messages:
        one = parse(message)
        assert 0 < one.units <= 4096
        assert one.entities <= 100
        assert len(message.encode()) <= 32768
        assert one.text.strip()
        whole.text += one.text + "\n"
        whole.links += one.links
        whole.bold += one.bold
        whole.quotes += one.quotes
    return whole


def squeeze(text: str) -> str:
    """Leave what is printed: no blanks, controls, marks of direction or lone surrogates."""
    return "".join(
        character
        for character in unicodedata.normalize("NFC", text)
        if not character.isspace()
        and character not in BLANK
        and unicodedata.category(character) not in {"Cc", "Cf", "Cs"}
    )


def citation(number: int = 1, **changes: object) -> Citation:
    values: dict[str, object] = {
        "number": number,
        "article_id": f"a{number}",
        "passage_id": f"p{number}",
        "title": "Talks resume in Istanbul",
        "url": "https://news.example/talks?a=1&b=2",
        "source": "Example Times",
        "published": datetime(2022, 3, 31, 22, 0, tzinfo=UTC),
        "quote": "The talks resumed on Thursday.",
        "span": Span(0, 30),
        "passage": "Early on. The talks resumed on Thursday. Both sides were there.",
        **changes,
    }
    return Citation(**values)  # type: ignore[arg-type]


def answer(*citations: Citation, as_of: datetime | None = None) -> Answer:
    return Answer(
        question="When?",
        sentences=tuple(AnswerSentence(one.quote, (one.number,)) for one in citations),
        citations=citations,
        confidence=0.8,
        as_of=as_of,
        generation=1,
    )


def article(title: str = "A title", url: str | None = "https://news.example/1") -> ArticleRef:
    return ArticleRef("a1", title, url, "Example Times", datetime(2022, 3, 31, tzinfo=UTC))


def abstention(*closest: ArticleRef, reason: str = "Nothing on that.") -> Abstention:
    return Abstention("Who?", reason, closest, 0.1, None, 1)


HOSTILE = st.text(
    st.one_of(
        st.sampled_from("<>&\"'/=;[]*_` \n\t\r\x00\x1b\x9b\u202e\u2066\u200f\u200d\ufe0f\ud800"),
        st.sampled_from("👩‍👩‍👧🇬🇧é漢字אבגدهو"),
        st.characters(),
    ),
    max_size=80,
) | st.sampled_from(
    ["</blockquote><b>", "<a href='x'>", "&amp;lt;", "&#0;", "<script>", "<!--", "]]>", "&"]
)
HUGE = st.builds(
    lambda unit, times: unit * times,
    st.sampled_from(
        ["<b>&", "word ", "漢字", "👩‍👩‍👧", "A sentence, it is. ", "x", "é", "&lt;", "\u202e"]
    ),
    st.integers(1, 6000),
)
URLS = st.none() | st.sampled_from(
    [
        "https://news.example/a?b=1&c=<d>\"'",
        "http://news.example/" + "a&" * 900,
        "javascript:alert(1)",
        "https://[broken",
        "https://news.example/a b\nc",
        "tg://user?id=1",
        "ftp://news.example",
        "https://",
        "https://news.example/" + "x" * 5000,
    ]
)
TEXTS = HOSTILE | HUGE


@st.composite
def citations(draw: st.DrawFn, number: int) -> Citation:
    quote = draw(TEXTS)
    around = draw(HOSTILE), draw(TEXTS)
    passage = draw(st.sampled_from([around[0] + quote + around[1], around[1], quote]))
    return citation(
        number,
        title=draw(TEXTS),
        url=draw(URLS),
        source=draw(HOSTILE),
        published=draw(st.none() | st.datetimes(timezones=st.just(UTC))),
        quote=quote,
        passage=passage,
    )


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    count = draw(st.integers(0, 4))
    return answer(
        *(draw(citations(number)) for number in range(1, count + 1)),
        as_of=draw(st.none() | st.just(datetime(2022, 4, 1, tzinfo=UTC))),
    )


def expected_text(reply: Answer) -> str:
    """Write down by the book what an answer's messages must say, white space aside."""
    parts = [f"{s.text}[{s.citation_numbers[0]}]" for s in reply.sentences]
    for position, one in enumerate(reply.citations):
        parts.append("Sources" if position == 0 else "")
        parts.append(f"[{one.number}]{squeeze(one.title) or 'Untitled article'}")
        dated = one.published and f"{one.published.day}{one.published:%B}{one.published.year}"
        origin = ",".join(filter(None, [squeeze(one.source), dated]))
        parts.append(f"—{origin}" if origin else "")
        parts.append(one.passage if squeeze(one.passage) else one.quote)
    parts.append("As of 1 April 2022" if reply.as_of else "")
    return squeeze("".join(parts))


@settings(max_examples=50)
@given(answers())
def test_any_answer_is_readable_within_limits_and_loses_nothing(reply: Answer) -> None:
    whole = read(render_reply(reply))
    if reply.citations or reply.as_of:
        assert squeeze(whole.text) == expected_text(reply)
    assert all(
        link.startswith(("http://news.example/", "https://news.example/")) for link in whole.links
    )


@settings(max_examples=60)
@given(TEXTS, st.lists(st.tuples(TEXTS, URLS), max_size=6))
def test_any_abstention_is_readable_within_limits_and_loses_nothing(
    reason: str, closest: list[tuple[str, str | None]]
) -> None:
    reply = abstention(*(article(title, url) for title, url in closest), reason=reason)
    told = squeeze(read(render_reply(reply)).text)
    assert told.startswith(squeeze(reason))
    position = 0
    for title, _ in closest:
        position = told.index(f"•{squeeze(title)}", position) + 1


@settings(max_examples=15)
@given(answers())
def test_the_stand_in_takes_any_answer_and_drops_nothing(reply: Answer) -> None:
    reader = TextReader(datetime(2022, 4, 1, tzinfo=UTC), lambda _: None)
    for message in render_reply(reply):
        assert not reader.read(message, "HTML").losses


def test_an_answer_is_its_sentences_then_its_sources() -> None:
    reply = answer(
        citation(1),
        citation(2, title="A second one", url=None, published=None, quote="So it was."),
        as_of=datetime(2022, 4, 1, tzinfo=UTC),
    )
    (message,) = render_reply(reply)
    assert message == (
        "The talks resumed on Thursday. [1]\n\n"
        "So it was. [2]\n\n"
        "<b>Sources</b>\n"
        '[1] <a href="https://news.example/talks?a=1&amp;b=2">Talks resume in Istanbul</a>'
        " — Example Times, 31 March 2022\n"
        "<blockquote expandable>Early on. <b>The talks resumed on Thursday.</b>"
        " Both sides were there.</blockquote>\n"
        "[2] A second one — Example Times\n"
        "<blockquote expandable>Early on. The talks resumed on Thursday."
        " Both sides were there.</blockquote>\n"
        "<i>As of 1 April 2022</i>"
    )


def test_a_passage_that_two_sentences_come_from_is_shown_once() -> None:
    shared = {"article_id": "a", "passage_id": "p"}
    whole = read(
        render_reply(
            answer(
                citation(1, quote="Both sides were there.", **shared),
                citation(2, title="Between"),
                citation(3, quote="Early on.", **shared),
            )
        )
    )
    assert "[1] [3] Talks resume" in whole.text
    assert len(whole.quotes) == 2
    assert whole.bold == [
        "Sources",
        "Early on.",
        "Both sides were there.",
        "The talks resumed on Thursday.",
    ]


def test_a_sentence_with_several_sources_names_them_all() -> None:
    reply = Answer(
        "Q", (AnswerSentence("It rained.", (1, 2)),), (citation(1), citation(2)), 1, None, 1
    )
    assert read(render_reply(reply)).text.startswith("It rained. [1] [2]\n")


def test_an_abstention_is_its_reason_and_the_closest_articles() -> None:
    (message,) = render_reply(abstention(article("One <b>"), article("Two", None)))
    assert message == (
        "Nothing on that.\n\n"
        "<b>The closest articles I have</b>\n"
        '• <a href="https://news.example/1">One &lt;b&gt;</a> — Example Times, 31 March 2022\n'
        "• Two — Example Times, 31 March 2022"
    )


def test_an_abstention_without_a_reason_still_says_something() -> None:
    assert render_reply(abstention(reason=" \n")) == [NO_ANSWER]


def test_a_source_that_does_not_fit_goes_whole_to_the_next_message() -> None:
    long = "A sentence that goes on for a bit. " * 70
    first, second = render_reply(
        answer(citation(1, passage=long), citation(2, title="The second", passage=long))
    )
    assert parse(first).text.rstrip().endswith("for a bit.")
    assert parse(second).text.startswith("[2] The second")


def test_a_paragraph_longer_than_a_message_is_cut_between_sentences() -> None:
    sentence = "It was the hundredth day of the talks, and nothing had come of them yet. "
    messages = render_reply(answer(citation(1, passage=sentence * 200)))
    assert len(messages) > 3
    for message in messages:
        assert parse(message).quotes[-1].endswith("yet.")


def test_more_than_a_hundred_marks_go_to_further_messages() -> None:
    messages = render_reply(abstention(*(article(f"No {n}") for n in range(250))))
    assert len(messages) > 2
    assert len(read(messages).links) == 250


def test_every_mark_of_many_sources_counts() -> None:
    brief = {"quote": "So.", "passage": "So. Yes.", "title": "T", "source": "S"}
    reply = answer(*(citation(number, **brief) for number in range(1, 61)))
    messages = render_reply(reply)
    assert len(read(messages).quotes) == 60
    assert any(parse(message).entities > 95 for message in messages)


def test_long_addresses_go_to_further_messages() -> None:
    url = "https://news.example/" + "&" * 1900
    messages = render_reply(abstention(*(article(f"No {n}", url) for n in range(12))))
    assert read(messages).links == [url] * 12
    assert all(len(message.encode()) <= 32_000 for message in messages)


def test_what_a_message_cannot_hold_is_left_out() -> None:
    broken = "half \ud83d of \x00an\x1b[1m emoji\u202e, \u2066turned\x9b"
    whole = read(render_reply(answer(citation(title=broken, quote=broken, passage=broken))))
    assert "half \ufffd of an [1m emoji, turned" in whole.text
    assert whole.text.isprintable() or set("\x00\x1b\x9b\u202e\u2066").isdisjoint(whole.text)


def test_a_day_is_the_one_in_utc() -> None:
    late = datetime.fromisoformat("2022-04-01T01:30:00+03:00")
    assert "31 March 2022" in render_reply(answer(citation(1, published=late)))[0]


@pytest.mark.parametrize("name", ["Ada", "<b>Ada", "Ada & Co", "", "\u202e\n", "x" * 5000])
def test_greeting_and_help_are_readable(name: str) -> None:
    text = read([render_start(name)]).text
    assert text.startswith("Hello")
    assert squeeze(name)[:64] in squeeze(text)
    assert "/ask" in read([render_help()]).text


def test_errors_written_for_people_are_passed_on() -> None:
    line = render_error(NothingIndexedError("there are no articles yet", "add some & ask again"))
    assert line == "There are no articles yet; add some &amp; ask again."
    assert "rebuild" in render_error(IndexMismatchError(expected="a", found="b"))


def test_other_errors_keep_their_text_to_themselves() -> None:
    assert render_error(RuntimeError("secret question")) == UNEXPECTED
    assert "\n" not in UNEXPECTED
