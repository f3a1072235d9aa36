"""A person's language: translated texts, plural forms, dates and numbers.

Texts are written in English where they are used, `tr("…")` or `tr.plural("…", "…", count)`, and
translated by the catalogues in `bot/locale`; what a catalogue lacks stays English.
"""

from __future__ import annotations

import gettext
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING

from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

if TYPE_CHECKING:
    from datetime import date

ENGLISH = "en"


def marked(text: str) -> str:
    """Return a text as it is: it is translated where it is used, and so is in the catalogues."""
    return text


@dataclass(frozen=True, slots=True)
class Translator:
    """Speaks one language. `language` is a code of two letters for which there is a catalogue."""

    language: str
    catalogue: gettext.NullTranslations

    def __call__(self, text: str, /, **values: object) -> str:
        """Return the text in this language, its `{fields}` filled with `values`."""
        said = self.catalogue.gettext(text)
        return said.format(**values) if values else said

    def plural(self, one: str, many: str, count: int, /, **values: object) -> str:
        """Return the form for `count`, which fills `{count}` as this language writes numbers."""
        said = self.catalogue.ngettext(one, many, count)
        return said.format(count=self.number(count), **values)

    def date(self, day: date) -> str:
        """Return a day as it is written in this language: "31 March 2022"."""
        pattern = "d MMMM y" if self.language == ENGLISH else "long"
        return format_date(day, pattern, locale=self.language)

    def number(self, value: float) -> str:
        """Return a number as it is written in this language."""
        return format_decimal(value, locale=self.language)


@cache
def languages() -> tuple[str, ...]:
    """Return the codes of the languages that texts are translated into, English first."""
    folder = files("bot").joinpath("locale")
    entries = folder.iterdir() if folder.is_dir() else ()
    found = sorted(entry.name[:-3] for entry in entries if entry.name.endswith(".po"))
    return (ENGLISH, *found)


@cache
def translator(code: str | None) -> Translator:
    """Return the translator for a code such as "de" or "pt-BR"; English where there is none."""
    language = (code or ENGLISH).replace("_", "-").split("-")[0].lower()
    if language == ENGLISH or language not in languages():
        return Translator(ENGLISH, gettext.NullTranslations())
    text = files("bot").joinpath("locale").joinpath(f"{language}.po").read_bytes()
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(text), locale=language))
    compiled.seek(0)
    return Translator(language, gettext.GNUTranslations(compiled))
