"""Buttons, and pages of a message with buttons to turn them. Pure.

A button's data says all that is needed to do its work, so it works after a restart too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from bot.chat.captions import one_line
from bot.chat.html import utf16_units

if TYPE_CHECKING:
    from collections.abc import Callable

CALLBACK_BYTES = 64
NOWHERE = "b:n"


@dataclass(frozen=True, slots=True)
class Button:
    """A button below a message; `data` comes back when it is pressed."""

    label: str
    data: str


Keyboard: TypeAlias = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One message of HTML with its buttons."""

    html: str
    rows: Keyboard = ()


def fits_callback(data: str) -> bool:
    """Return whether Telegram takes `data` in a button."""
    return len(data.encode("utf-8", "replace")) <= CALLBACK_BYTES


def count_pages(items: int, size: int) -> int:
    """Return how many pages hold so many items, at least one."""
    return max(1, -(-items // size))


def within(page: int, pages: int) -> int:
    """Return `page`, or the nearest one that there is."""
    return min(max(page, 0), pages - 1)


def turning(page: int, pages: int, data: Callable[[int], str]) -> Keyboard:
    """Return the row ‹ 2 / 5 › for page 1 of 5 (counted from 0); no row for a single page."""
    if pages < 2:
        return ()
    row = [Button(f"{page + 1} / {pages}", NOWHERE)]
    if page > 0:
        row.insert(0, Button("‹", data(page - 1)))
    if page < pages - 1:
        row.append(Button("›", data(page + 1)))
    return (tuple(row),)


def shorten(text: str, units: int) -> str:
    """Return `text` on one line in at most so many UTF-16 units, "…" where it was cut."""
    line = one_line(text)
    if utf16_units(line) <= units:
        return line
    cut = line[: units - 1]
    while utf16_units(cut) > units - 1:
        cut = cut[:-1]
    return f"{cut.rstrip()}…"
