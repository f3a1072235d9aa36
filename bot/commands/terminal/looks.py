"""How the prompt, the spinner and the view look: attributes first, so that no colour is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prompt_toolkit.styles import Style

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from prompt_toolkit.formatted_text import StyleAndTextTuples
    from rich.segment import Segment

PROMPT = "› "
ASCII_PROMPT = "> "
SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
ASCII_SPINNER = "-\\|/"

STYLE = Style.from_dict(
    {
        "prompt": "bold",
        "auto-suggestion": "noinherit dim italic",
        "bottom-toolbar": "noreverse dim",
        "completion-menu": "noinherit",
        "completion-menu.completion": "noinherit",
        "completion-menu.completion.current": "noinherit reverse",
        "completion-menu.meta.completion": "noinherit dim",
        "completion-menu.meta.completion.current": "noinherit reverse dim",
        "scrollbar.background": "noinherit",
        "scrollbar.button": "noinherit reverse",
        "keys": "dim",
    }
)


def can_draw(encoding: str | None) -> bool:
    """Return whether an encoding has the characters that are drawn with."""
    try:
        (PROMPT + SPINNER).encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def fit(parts: Sequence[str], width: int, between: str = " · ") -> str:
    """Return as many of the parts, the first ones first, as fit `width` columns."""
    line = ""
    for part in filter(None, parts):
        longer = f"{line}{between}{part}" if line else part
        if len(longer) > width:
            break
        line = longer
    return line


def fragments(line: Iterable[Segment]) -> StyleAndTextTuples:
    """Return a rendered line as prompt_toolkit wants it; colours and links are left out."""
    result: StyleAndTextTuples = []
    for segment in line:
        style = segment.style
        marks = [
            name
            for name in ("bold", "dim", "italic", "underline")
            if style is not None and getattr(style, name)
        ]
        if not segment.control:
            result.append((" ".join(marks), segment.text))
    return result
