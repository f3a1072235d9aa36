"""An article's paragraphs: all of it is shown, the quotation is marked, one message holds it."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.chat.paragraphs import NEIGHBOUR, PARAGRAPH, paragraphs_of, render_paragraph, view_article
from bot.chat.translations import translator
from retrieval.types import Span
from tests.support.articles import make_article
from tests.support.telegram_html import parse, squeeze

TR = translator("en")
TEXTS = st.lists(
    st.text(st.sampled_from("ab .!?\u202e\x00<&😀字\u00a0"), max_size=30)
    | st.builds(
        lambda unit, times: unit * times,
        st.sampled_from(["word ", "So it is. ", "x", "😀", "字。", "&<"]),
        st.integers(1, 900),
    ),
    max_size=6,
).map("\n".join)


@given(TEXTS)
def test_paragraphs_are_in_order_and_leave_out_nothing_that_shows(text):
    spans = paragraphs_of(text)
    assert squeeze("".join(span.of(text) for span in spans)) == squeeze(text)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert all(0 < span.end - span.start <= PARAGRAPH for span in spans)
    assert not any("\n" in span.of(text) for span in spans)


@given(TEXTS, st.text(max_size=300), st.text(max_size=200), st.data())
@example("😀" * 5000, "😀" * 300, "😀" * 300, None)
def test_every_paragraph_fits_one_message_and_marks_the_quotation(text, title, source, data):
    article = make_article("a", text, title=title, source=source, url="https://n.example/a?b&c")
    start = data.draw(st.integers(0, len(text))) if data else 100
    end = data.draw(st.integers(start, len(text))) if data else 1200
    view = view_article(article, text[start:end], Span(start, end))
    shown = ""
    for at in range(max(1, len(view.paragraphs))):
        told = parse(render_paragraph(view, at, TR))
        assert told.units <= 4096
        assert told.text.endswith(("no text.", f"of {len(view.paragraphs)}"))
        shown += "".join(told.bold[1:])
    covered = "".join(span.of(text) for span in view.paragraphs)
    if squeeze(covered) and squeeze(text[start:end]):
        assert squeeze(shown) == squeeze(text[start:end])


def test_a_quotation_is_shown_between_the_paragraphs_beside_it():
    text = "The first.\nIt began. They met <there>. It ended.\nThe last one.\nNothing more."
    quote = "They met <there>."
    article = make_article(
        "a", text, title="A & B", source="Harbour Times", url="https://n.example/a"
    )
    start = text.index(quote)
    view = view_article(article, quote, Span(start, start + len(quote)))
    assert view.start == 1
    assert render_paragraph(view, 1, TR) == (
        '<a href="https://n.example/a#:~:text=They%20met%20%3Cthere%3E."><b>A &amp; B</b></a>\n'
        "Harbour Times, 13 March 2026\n\n"
        "The first.\n"
        "<blockquote>It began. <b>They met &lt;there&gt;.</b> It ended.</blockquote>\n"
        "The last one.\n"
        "<i>Paragraph 2 of 4</i>"
    )
    assert "<b>They" not in render_paragraph(view, 2, TR)


def test_a_quotation_that_moved_is_found_and_one_that_went_is_not():
    article = make_article("a", "New.\nAnd so it was.\nThe end.", title="T")
    moved = view_article(article, "so it was", Span(0, 9))
    assert (moved.start, moved.quoted) == (1, Span(9, 18))
    gone = view_article(article, "as it was", Span(0, 9))
    assert (gone.start, gone.quoted) == (0, None)
    assert "has changed since" in render_paragraph(gone, 0, TR, changed=True)


@pytest.mark.parametrize("text", ["", "\u200b", " "])
def test_an_article_without_text_says_so(text):
    view = view_article(make_article("a", text, title="T"))
    assert parse(render_paragraph(view, 0, TR)).text.endswith("This article has no text.")


def test_long_neighbours_are_shortened_on_the_far_side():
    text = "\n".join(["alpha " * 120, "middle.", "omega " * 120])
    told = parse(render_paragraph(view_article(make_article("a", text, title="T")), 1, TR)).text
    before, after = told.split("middle.")
    assert "… alpha alpha" in before
    assert before.count("alpha") < NEIGHBOUR / 6
    assert after.strip().startswith("omega omega")
    assert "omega…" in after
