"""What is remembered is what was worked out, once, and never more of it than may be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.remembering import remembering


@given(st.lists(st.integers(0, 9)), st.integers(1, 12))
def test_results_are_the_function_s_and_bounded(asked: list[int], most: int) -> None:
    worked: list[int] = []

    def square(n: int) -> int:
        worked.append(n)
        return n * n

    remembered = remembering(square, most)
    for n in asked:
        assert remembered(n) == n * n
        assert len(remembered.__self__) <= most
    if most > 9:
        assert worked == list(dict.fromkeys(asked))


def test_an_error_is_not_remembered() -> None:
    answers = iter([ValueError("not yet"), 7])

    def work(_: str) -> int:
        match next(answers):
            case ValueError() as error:
                raise error
            case int() as found:
                return found
            case _:
                raise AssertionError

    remembered = remembering(work, 3)
    with pytest.raises(ValueError, match="not yet"):
        remembered("a")
    assert remembered("a") == remembered("a") == 7
