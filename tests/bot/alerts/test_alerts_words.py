"""The reversed index, by hand with the collection's own stems and by brute force."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.alerts.types import Words
from bot.alerts.words import WordIndex
from retrieval.lexical import LexicalIndex, write_lexical

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TEXTS = (
    "Grain ships leave the harbour again",
    "The post-war years' prices were falling. Oil traders met in Málaga.",
    "Price controls on oil ended; Ukraine’s farmers sold sunflower seeds.",
)


@pytest.fixture(scope="module")
def stems(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], list[str]]:
    path: Path = tmp_path_factory.mktemp("words") / "lexical"
    write_lexical(path, added=[])
    return LexicalIndex.open(path).stems


@pytest.mark.parametrize(
    ("required", "excluded", "passes"),
    [
        ((), (), True),
        (("ship",), (), True),
        (("SHIPS", "seed"), (), True),
        (("ship", "corn"), (), False),
        (("oil price",), (), False),
        (("price control",), (), True),
        (("controls on oil",), (), True),
        (("harbour again the post",), (), False),  # over the end of a text
        (("post-war",), (), True),
        (("post war",), (), True),
        (("postwar",), (), False),
        (("malaga",), (), True),
        (("Ukraine",), (), True),
        (("Ukraine's farmer",), (), True),
        (("ship",), ("corn",), True),
        (("ship",), ("oil",), False),
        (("ship",), ("oil price",), True),
        ((), ("oil",), False),
        ((), ("corn", "farmers"), False),
        ((), ("corn",), True),
        (("…",), (), False),
        ((), ("…",), True),
        (("ship", "…"), (), False),
    ],
)
def test_an_article_by_hand(
    stems: Callable[[str], list[str]],
    required: tuple[str, ...],
    excluded: tuple[str, ...],
    passes: bool,
) -> None:
    others = [Words(("ship",)), Words((), ("grain",)), Words(("oil", "corn"))]
    index = WordIndex([*others, Words(required, excluded)], stems)
    assert index.passing(TEXTS).tolist() == [True, False, False, passes]


def test_nobody_asks_for_words(stems: Callable[[str], list[str]]) -> None:
    assert WordIndex([], stems).passing(TEXTS).tolist() == []
    assert WordIndex([Words(), Words()], stems).passing(TEXTS).tolist() == [True, True]
    assert WordIndex([Words(("ship",))], stems).passing([]).tolist() == [False]


phrases = st.lists(st.sampled_from("abcd"), max_size=3).map(" ".join)
typed = st.lists(phrases, max_size=3).map(tuple)
articles = st.lists(st.lists(st.sampled_from("abcde"), max_size=8).map(" ".join), max_size=3)


@given(st.lists(st.builds(Words, typed, typed), max_size=12), articles)
def test_as_by_brute_force(subscriptions: list[Words], texts: list[str]) -> None:
    def stands(word: str) -> bool:
        return bool(word) and any(f" {word} " in f" {text} " for text in texts)

    expected = [
        all(map(stands, one.required)) and not any(map(stands, one.excluded))
        for one in subscriptions
    ]
    assert WordIndex(subscriptions, str.split).passing(texts).tolist() == expected


@given(st.lists(st.builds(Words, typed, typed), max_size=6), st.lists(articles, max_size=3))
def test_an_article_leaves_nothing_behind(
    subscriptions: list[Words], several: list[list[str]]
) -> None:
    index = WordIndex(subscriptions, str.split)
    for texts in several:
        alone = WordIndex(subscriptions, str.split).passing(texts)
        assert (index.passing(texts) == alone).all()
