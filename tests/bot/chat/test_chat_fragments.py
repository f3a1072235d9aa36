"""Links to a quotation: by the specification's table, and read back by a reader of our own."""

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.fragments import with_fragment

PAGE = "https://news.example/a?b=1"
LONG = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen x"


@pytest.mark.parametrize(
    ("quotation", "directive"),
    [
        ("So it was.", "So%20it%20was."),
        ("A well-known, old trick & more", "A%20well%2Dknown%2C%20old%20trick%20%26%20more"),
        ("50% of #1?", "50%25%20of%20%231%3F"),
        ("“Žluťoučký” kůň", "%E2%80%9C%C5%BDlu%C5%A5ou%C4%8Dk%C3%BD%E2%80%9D%20k%C5%AF%C5%88"),
        (" two\n lines\u00a0here ", "two%20lines%20here"),
        (LONG, "one%20two%20three%20four%20five,twelve%20thirteen%20fourteen%20fifteen%20x"),
        ("half \ud83d", "half%20%3F"),
    ],
)
def test_a_quotation_is_named_as_the_specification_has_it(quotation, directive):
    assert with_fragment(PAGE, quotation) == f"{PAGE}#:~:text={directive}"


@pytest.mark.parametrize(
    ("url", "quotation"),
    [
        (f"{PAGE}#top", "So it was."),
        (f"{PAGE}#", "So it was."),
        (PAGE, ""),
        (PAGE, " \n"),
        (PAGE, "字" * 400),
        (PAGE, " ".join(["w" * 300] * 9)),
        ("https://news.example/" + "x" * 2020, "So it was."),
    ],
)
def test_a_link_stays_as_it_is_where_a_fragment_would_not_do(url, quotation):
    assert with_fragment(url, quotation) == url


@given(st.text(max_size=400))
def test_any_fragment_reads_back_as_words_of_the_quotation(quotation):
    link = with_fragment(PAGE, quotation)
    assert len(link) <= 2048
    if link == PAGE:
        return
    page, mark, named = link.partition("#:~:text=")
    assert (page, mark) == (PAGE, "#:~:text=")
    assert not set(named) & set("-&#<>\"' ")
    start, *end = named.split(",")
    said = " ".join(quotation.encode("utf-8", "replace").decode().split())
    assert said.startswith(unquote(start))
    if end:
        assert len(end) == 1
        assert said.endswith(unquote(end[0]))
        assert len(unquote(start)) + len(unquote(end[0])) < len(said)
    else:
        assert said == unquote(start)
