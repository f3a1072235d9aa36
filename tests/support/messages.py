"""The texts in the bot's code that are marked for translation."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TypeAlias

from babel.messages.extract import extract_from_dir

import bot

_FOLDER = Path(bot.__file__).parent
# What a `Translator` is called in the code, and which arguments of a call are texts.
_KEYWORDS = {"tr": None, "_tr": None, "marked": None, "plural": (1, 2)}

Message: TypeAlias = tuple[str, str | None, str]


@cache
def messages() -> tuple[Message, ...]:
    """Return singular, plural (None where there is none) and "file:line" of every use."""
    found: list[Message] = []
    uses = extract_from_dir(_FOLDER, [("**.py", "python")], keywords=_KEYWORDS)
    for name, line, said, _comments, _context in uses:
        texts = (said,) if isinstance(said, str) else said
        found.append((texts[0], texts[1] if len(texts) > 1 else None, f"{name}:{line}"))
    return tuple(found)
