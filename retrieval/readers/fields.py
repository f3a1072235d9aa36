"""What an article says about itself besides its text: front matter, or a JSON object's keys."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.readers.dates import parse_date
from retrieval.readers.identity import canonical_url
from retrieval.readers.items import Noted
from retrieval.readers.wording import clean_line, shorten

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

DEFAULT_LANGUAGE = "en"
LONGEST_TITLE = 300

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
_LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Fields:
    """What is known about an article. `url` is canonical; `notes` say what couldn't be used."""

    title: str | None = None
    url: str | None = None
    source: str | None = None
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    language: str = DEFAULT_LANGUAGE
    notes: tuple[Noted, ...] = ()


def read_fields(raw: Mapping[str, object], *, location: str, fetched: datetime) -> Fields:
    """Read the known keys of `raw`; missing, null and empty ones are None, others are ignored.

    Keys: title, url, source, language, published or date, authors or author. What can't be used
    is left out, with a note at `location`; nothing raises.
    """
    reading = _Reading(raw, location)
    return Fields(
        title=reading.title(),
        url=reading.url(),
        source=reading.line("source"),
        authors=reading.authors(),
        published=reading.published(fetched),
        language=reading.language(),
        notes=tuple(reading.notes),
    )


class _Reading:
    """One pass over the keys of one article, gathering notes."""

    def __init__(self, raw: Mapping[str, object], location: str) -> None:
        self._raw = raw
        self._location = location
        self.notes: list[Noted] = []

    def line(self, *keys: str) -> str | None:
        """Return the first of `keys` that holds something, as one clean line."""
        for key in keys:
            value = self._raw.get(key)
            if isinstance(value, str):
                if cleaned := clean_line(value):
                    return cleaned
            elif value is not None:
                self._note(key, value, "isn't text and was left out", "write it as a string")
        return None

    def title(self) -> str | None:
        title = self.line("title")
        if title is None or len(title) <= LONGEST_TITLE:
            return title
        problem = f"is longer than {LONGEST_TITLE} characters and was cut"
        self._note("title", title, problem, "give it a shorter one")
        return shorten(title, LONGEST_TITLE)

    def url(self) -> str | None:
        written = self.line("url")
        url = canonical_url(written) if written else None
        if written and url is None:
            problem = "isn't a web address and was left out"
            self._note("url", written, problem, "write it in full, from http:// or https:// on")
        return url

    def published(self, fetched: datetime) -> datetime | None:
        written = self.line("published", "date")
        published = parse_date(written, fetched=fetched) if written else None
        if written and published is None:
            problem = "isn't a plausible date; the article counts as undated"
            self._note("published", written, problem, "write it as YYYY-MM-DD")
        return published

    def language(self) -> str:
        written = self.line("language")
        if written is None:
            return DEFAULT_LANGUAGE
        tag = written.lower().replace("_", "-")
        if _LANGUAGE.fullmatch(tag):
            return tag
        problem = f'isn\'t a language tag; "{DEFAULT_LANGUAGE}" was taken'
        self._note("language", written, problem, 'write one like "en" or "pt-br"')
        return DEFAULT_LANGUAGE

    def authors(self) -> tuple[str, ...]:
        for key in ("authors", "author"):
            value = self._raw.get(key)
            names = value if isinstance(value, list) else [value]
            odd = [name for name in names if not isinstance(name, str | None)]
            if odd:
                problem = "isn't a name and was left out"
                self._note(key, odd[0], problem, "write a string or a list of strings")
            texts = (clean_line(name) for name in names if isinstance(name, str))
            if cleaned := [name for name in texts if name]:
                return tuple(dict.fromkeys(cleaned))
        return ()

    def _note(self, key: str, value: object, problem: str, remedy: str) -> None:
        shown = _show(value)
        self.notes.append(Noted(self._location, f"its {key} ({shown}) {problem}", remedy))


def _show(value: object) -> str:
    if not isinstance(value, str):
        return {bool: "true or false", list: "a list", dict: "an object"}.get(
            type(value), "a number"
        )
    return f'"{shorten(value, _LONGEST_SHOWN)}"'
