"""Messages as the page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

BUBBLES = """
const words = (root, what) => [...root.querySelectorAll(what)].map(one => one.innerText.trim());
return [...document.querySelectorAll('#history .bubble')].map(bubble => ({
  id: Number(bubble.dataset.message),
  mine: bubble.classList.contains('mine'),
  text: bubble.querySelector('.text')?.innerText.trim() ?? '',
  buttons: words(bubble, '.keyboard button'),
  bold: words(bubble, '.text b, .text strong'),
  links: [...bubble.querySelectorAll('.text a')].map(one => [one.innerText, one.href]),
  reply: bubble.querySelector('.reply')?.innerText ?? '',
  meta: bubble.querySelector('.meta')?.innerText ?? '',
}));
"""
"""Gives the fields of all bubbles of the open chat, oldest first."""


@dataclass(frozen=True)
class Bubble:
    """A message as the page shows it at one moment."""

    id: int
    mine: bool
    text: str
    buttons: tuple[str, ...]
    bold: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    reply: str
    meta: str

    @property
    def lines(self) -> list[str]:
        """The text's lines that are not empty."""
        return [line for line in self.text.splitlines() if line.strip()]


def bubble_of(fields: dict[str, Any]) -> Bubble:
    """Return a bubble from the fields that the script gave."""
    lists = {name: tuple(fields[name]) for name in ("buttons", "bold")}
    links = tuple((words, target) for words, target in fields["links"])
    return Bubble(**{**fields, **lists, "links": links})
