"""The HTML of replies, checked with a reader of its own: no code of the renderer's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.rendering import (
    NO_ANSWER,
    UNDERSTOOD_UNITS,
    UNEXPECTED,
    render_error,
    render_further,
    render_help,
    render_reply,
    render_start,
)
from bot.chat.translations import translator
from bot.playground.texts import TextReader
from bot.store.records import Extent
from retrieval.errors import IndexMismatchError, NothingIndexedError
from retrieval.types import (
    Abstention,
    Answer,
    AnswerSentence,
    ArticleRef,
    Citation,
    Difference,
    DifferingValue,
    Span,
)
from tests.support.telegram_html import parse, read, squeeze

NOON = datetime(2022, 4, 1, 12, tzinfo=UTC)


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
    reply = answer(
        *(draw(citations(number)) for number in range(1, count + 1)),
        as_of=draw(st.none() | st.just(datetime(2022, 4, 1, tzinfo=UTC))),
    )
    return replace(reply, differences=draw(differences(count)))


@st.composite
def differences(draw: st.DrawFn, count: int) -> tuple[Difference, ...]:
    """Draw up to one difference of two or three values that cite some of `count` sources."""
    if count < 2 or not draw(st.booleans()):
        return ()
    numbers = draw(st.permutations(range(1, count + 1)))
    values = [DifferingValue(draw(TEXTS), (n,)) for n in numbers[:3]]
    return (Difference(tuple(values)),)


def expected_origin(one: Citation) -> str:
    dated = one.published and f"{one.published.day}{one.published:%B}{one.published.year}"
    return ",".join(filter(None, [squeeze(one.source), dated]))


def expected_line(difference: Difference, reply: Answer) -> str:
    """Write down the line of a difference, white space aside."""
    cited = [reply.citations[value.citation_numbers[0] - 1] for value in difference.values]
    told = []
    for value, one in zip(difference.values, cited, strict=True):
        origin = f"({expected_origin(one)})" if expected_origin(one) else ""
        told.append(f"{value.text}{origin}[{one.number}]")
    days = {one.published.date() for one in cited if one.published}
    sources = {squeeze(one.source) for one in cited}
    lead = "The sources differ"
    if len(sources) == 1 and sources != {""} and len(days) == len(cited):
        lead = "A later report differs" if len(cited) == 2 else "Later reports differ"
    return f"{lead}: {', '.join(told)}."


def expected_text(reply: Answer) -> str:
    """Write down by the book what an answer's messages must say, white space aside."""
    parts = [f"{s.text}[{s.citation_numbers[0]}]" for s in reply.sentences]
    parts += [expected_line(difference, reply) for difference in reply.differences]
    for position, one in enumerate(reply.citations):
        parts.append("Sources" if position == 0 else "")
        parts.append(f"[{one.number}]{squeeze(one.title) or 'Untitled article'}")
        parts.append(f"—{expected_origin(one)}" if expected_origin(one) else "")
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
        '[1] <a href="https://news.example/talks?a=1&amp;b=2'
        '#:~:text=The%20talks%20resumed%20on%20Thursday.">Talks resume in Istanbul</a>'
        " — Example Times, 31 March 2022\n"
        "[2] A second one — Example Times\n"
        "<i>As of 1 April 2022</i>"
    )


@pytest.mark.parametrize("other", ["p", "q"])
def test_an_article_that_two_sentences_come_from_is_one_line(other: str) -> None:
    shared = {"article_id": "a", "passage_id": "p"}
    whole = read(
        render_reply(
            answer(
                citation(1, quote="Both sides were there.", **shared),
                citation(2, title="Between"),
                citation(3, quote="Early on.", **(shared | {"passage_id": other})),
            )
        )
    )
    assert "[1] [3] Talks resume" in whole.text
    assert whole.text.count("Talks resume in Istanbul") == 1
    sentences = ["Both%20sides%20were%20there.", "Early%20on.", "Both%20sides%20were%20there."]
    assert [link.partition(":~:text=")[2] for link in whole.links[:3]] == sentences
    assert len(whole.links) == 4


def test_a_sentence_with_several_sources_names_them_all() -> None:
    reply = Answer(
        "Q", (AnswerSentence("It rained.", (1, 2)),), (citation(1), citation(2)), 1, None, 1
    )
    assert read(render_reply(reply)).text.startswith("It rained. [1] [2]\n")


def test_a_difference_of_three_values_is_one_line_before_the_sources() -> None:
    days = [datetime(2022, 5, day, tzinfo=UTC) for day in (3, 4, 5)]
    sources = ["Reuters", "BBC", "A&P"]
    cited = [
        citation(n, source=source, published=day)
        for n, (source, day) in enumerate(zip(sources, days, strict=True), start=1)
    ]
    values = tuple(
        DifferingValue(text, (n,)) for n, text in enumerate(["12", "Fourteen", "<20>"], start=1)
    )
    (message,) = render_reply(replace(answer(*cited), differences=(Difference(values),)))
    assert (
        "<i>The sources differ: 12 (Reuters, 3 May 2022) [1], Fourteen (BBC, 4 May 2022) [2], "
        "&lt;20&gt; (A&amp;P, 5 May 2022) [3].</i>\n\n<b>Sources</b>"
    ) in message
    one_source = [replace(one, source="BBC") for one in cited]
    (message,) = render_reply(replace(answer(*one_source), differences=(Difference(values),)))
    assert "<i>Later reports differ: 12 (BBC, 3 May 2022) [1], " in message


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
    long = "title " * 330
    first, second = render_reply(
        answer(citation(1, title=f"One {long}"), citation(2, title=f"Two {long}"))
    )
    assert parse(first).text.rstrip().endswith("31 March 2022")
    assert parse(second).text.startswith("[2] Two title")


def test_a_sentence_longer_than_a_message_is_cut_between_sentences() -> None:
    sentence = "It was the hundredth day of the talks, and nothing had come of them yet. "
    messages = render_reply(answer(citation(1, quote=sentence * 200)))
    assert len(messages) > 3
    for message in messages[:3]:
        assert parse(message).text.endswith("yet.")


def test_further_articles_are_one_list() -> None:
    told = parse(render_further([article("One <b>"), article("Two", None)], translator("en")))
    assert told.text == (
        "Further articles on this\n"
        "• One <b> — Example Times, 31 March 2022\n• Two — Example Times, 31 March 2022"
    )
    assert told.links == ["https://news.example/1"]


def test_a_narrowed_reply_says_so_in_its_last_line() -> None:
    found = replace(answer(citation()), source="Coast & <Co>")
    lines = read(render_reply(found)).text.splitlines()
    assert lines[-1] == "Only from Coast & <Co>, as chosen in /settings."
    nothing = replace(abstention(article()), source="Coast & <Co>")
    html = render_reply(nothing)[-1]
    line = "Only Coast & <Co> was searched. Choose all sources in /settings."
    assert read([html]).text.splitlines()[-1] == line
    assert html.endswith("</i>")
    for reply in (answer(citation()), abstention(article()), replace(found, source=" \u200d")):
        assert "/settings" not in read(render_reply(reply)).text


def test_a_follow_up_s_reply_begins_with_how_it_was_understood() -> None:
    plain = read(render_reply(answer(citation()))).text
    messages = render_reply(answer(citation()), understood="Who is <he>\nin India?")
    assert messages[0].startswith("<i>Understood as: Who is &lt;he&gt; in India?</i>")
    assert read(messages).text == f"Understood as: Who is <he> in India?\n\n{plain}"


@given(answers(), TEXTS)
def test_any_completed_question_is_taken_and_stays_one_short_line(
    reply: Answer, understood: str
) -> None:
    messages = render_reply(reply, understood=understood * 20)
    first = read(messages).text.splitlines()[0]
    if first.startswith("Understood as: "):
        assert len(first) <= len("Understood as: ") + UNDERSTOOD_UNITS


@given(answers(), TEXTS)
def test_any_source_s_name_is_taken(reply: Answer, source: str) -> None:
    read(render_reply(replace(reply, source=source)))


def test_more_than_a_hundred_marks_go_to_further_messages() -> None:
    messages = render_reply(abstention(*(article(f"No {n}") for n in range(250))))
    assert len(messages) > 2
    assert len(read(messages).links) == 250


def test_every_mark_of_many_sources_counts() -> None:
    brief = {"quote": "So.", "passage": "So. Yes.", "title": "T", "source": "S"}
    reply = answer(*(citation(number, **brief) for number in range(1, 121)))
    messages = render_reply(reply)
    assert len(read(messages).links) == 120
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


@pytest.mark.parametrize(
    ("extent", "line"),
    [
        (Extent(0), None),
        (Extent(1), "/latest shows my 1 article."),
        (Extent(1, NOON, NOON), "/latest shows my 1 article, of 1 April 2022."),
        (
            Extent(2100, NOON - timedelta(days=31), NOON),
            "/latest shows my 2,100 articles, from 1 March 2022 to 1 April 2022.",
        ),
    ],
)
def test_the_greeting_says_what_there_is_to_ask_about(extent: Extent, line: str | None) -> None:
    greeting = render_start("Ann", extent=extent)
    assert [one for one in greeting.splitlines() if one.startswith("/latest")] == [line] * bool(
        line
    )
