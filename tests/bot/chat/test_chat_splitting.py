"""Cutting blocks: nothing lost, good places, the cut falls within the room."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.html import MESSAGE, Block, Run, Size, measure
from bot.chat.splitting import cut, split_messages

RUNS = st.lists(
    st.builds(
        Run,
        st.text(st.sampled_from("ab .&😀\u0301\n"), min_size=1, max_size=30),
        bold=st.booleans(),
        url=st.none() | st.just("https://news.example/?a&b"),
    ),
    max_size=6,
).map(tuple)


@given(RUNS, st.booleans(), st.integers(0, 60), st.integers(0, 8), st.integers(0, 300))
def test_a_cut_loses_only_blanks_and_keeps_to_the_room(
    runs: tuple[Run, ...], quote: bool, units: int, entities: int, source: int
) -> None:
    block = Block(runs, quote=quote)
    room = Size(units, entities, source, links=60)
    head, tail = cut(block, room)
    texts = [part.text for part in (head, tail) if part]
    assert "".join("".join(texts).split()) == "".join(block.text.split())
    if head:
        assert measure([head]).fits(room)


@pytest.mark.parametrize(
    ("text", "units", "head"),
    [
        ("One is here. Two is there.", 20, "One is here."),
        ("One. Two is there and further", 20, "One. Two is there"),
        ("one two three", 9, "one two"),
        ("one two three", 7, "one two"),
        ("unbreakable", 5, "unbre"),
        ("😀😀😀", 5, "😀😀"),
        ("ae\u0301x", 2, "ae"),
        ("abe\u0301x", 3, "ab"),
        ("ab👩\u200d👩", 4, "ab"),
        ("ab👩\u200d👩", 5, "ab"),
    ],
)
def test_a_cut_falls_after_a_sentence_a_word_or_a_character(
    text: str, units: int, head: str
) -> None:
    room = Size(units, entities=0, source=1000, links=0)
    part, rest = cut(Block((Run(text),), gap=""), room)
    assert part
    assert part.text == head
    assert rest


def test_a_mark_larger_than_a_message_is_refused() -> None:
    with pytest.raises(ValueError, match="larger than a message"):
        cut(Block((Run("x", url="https://x.example/" + "y" * 9000),)), MESSAGE)


def test_messages_without_a_visible_character_are_left_out() -> None:
    blank = "\u200b" * 9000
    messages = split_messages([[Block((Run(blank + "seen"),))]])
    assert len(messages) == 1
    assert messages[0].endswith("seen")
    assert split_messages([[Block((Run(blank),))]]) == []
