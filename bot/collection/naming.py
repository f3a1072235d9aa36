"""What a person names to be read: it comes in even if it was taken out before. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from bot.sources.files import holds_lines
from bot.store.records import Source, Watched

Named: TypeAlias = Callable[[Source, str], bool]
"""Tells whether a person named the item of a source that has this key."""


def one_article(source: Source, _key: str = "") -> bool:
    """Tell whether to name a source is to name an article: a page, or a file that holds one.

    To name a feed, a folder or a file of many articles is not to ask for what was taken out.
    """
    is_file = source.kind == "file" and not holds_lines(Path(source.location))
    return source.kind == "link" or is_file


def afresh(watched: Watched) -> Watched:
    """Return a source as one of which no visit remembers what hasn't changed."""
    state = replace(watched.state, etag=None, modified=None, fingerprint=None)
    return replace(watched, state=state)
