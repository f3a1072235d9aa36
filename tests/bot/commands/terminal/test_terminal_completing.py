"""What completes a line, worked out by hand."""

from hypothesis import given
from hypothesis import strategies as st

from bot.commands.terminal.completing import MOST, Names, suggest

NAMES = Names(
    sources={"Harbour Times": 3, "The Harbour": 1, "Coast": 2},
    titles={"Ferry line opens": "a", "New ferry for Kiel": "b", "Minister in Oslo": "c"},
    numbers={1: "Ferry line opens", 12: "Minister in Oslo"},
)


def texts(line):
    return [one.text for one in suggest(line, NAMES)]


def test_commands_with_what_they_do():
    found = suggest("/so", NAMES)
    assert [(one.text, one.length) for one in found] == [("/sources", 3), ("/source ", 3)]
    assert found[0].meta == "what is watched"
    assert texts("/LA") == ["/latest "]
    assert len(texts("/")) == 13


def test_only_commands_are_completed():
    assert texts("") == texts("Who is") == texts("/nothing x") == texts("/help x") == []


def test_arguments_that_begin_with_it_come_before_those_that_hold_it():
    assert texts("/latest har") == ["Harbour Times", "The Harbour"]
    assert texts("/source ") == ["Harbour Times", "The Harbour", "Coast", "all"]
    assert texts("/article ferry") == ["Ferry line opens", "New ferry for Kiel"]
    assert texts("/length l") == ["long", "normal"]
    assert [(o.text, o.meta) for o in suggest("/open 1", NAMES)] == [
        ("1", "Ferry line opens"),
        ("12", "Minister in Oslo"),
    ]
    assert suggest("/source har", NAMES)[0].meta == "3 articles"
    assert suggest("/source the", NAMES)[0].meta == "1 article"
    assert texts("/search ferry") == []


def test_no_more_than_can_be_looked_through():
    many = Names(titles={f"Title {n}": str(n) for n in range(200)})
    assert len(suggest("/article ", many)) == MOST


@given(st.text(max_size=20), st.lists(st.text(min_size=1, max_size=12), max_size=6))
def test_a_suggestion_replaces_the_end_of_the_line(written, sources):
    line = f"/source {written}"
    for one in suggest(line, Names(sources=dict.fromkeys(sources, 1))):
        assert one.length <= len(line) - len("/source ")
        rest = line[: len(line) - one.length]
        assert rest.strip() == "/source"
