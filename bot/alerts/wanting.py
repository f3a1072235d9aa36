"""What people write after /subscribe: read, named, and compared with what is there.

    peace talks in Geneva            a topic, by meaning
    +sanctions -football             words that must and must not be there
    "oil price" -"palm oil"          the same with phrases; a bare phrase must be there
    peace talks +Geneva              both
    source:Courier  source:"The Hill Post"
    *   or   everything -football    every article

Any pair of quotation marks will do („…“, «…», 「…」), and any minus. A minus before a number is
part of it ("-5 degrees"); to leave a number out, quote it: -"2022". Hyphens within words are left
alone. A phrase that nobody closed ends before the next sign, or with the text.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum

from bot.alerts.types import Wanted, Words

MOST_CHARACTERS = 300
MOST_WORDS = 20
EVERYTHING = frozenset("* everything alles todo सब всё все".split())

_MINUS = "-−‐‑–－﹣"
_PLUS = "+＋"
_SIGN = re.escape(_MINUS + _PLUS)
_SIGNS = re.compile(f"[{re.escape(_MINUS)}]+|[{_PLUS}]+")
_STRAIGHT, _ANGLED, _CORNERED = '"“”„‟＂″', "«»‹›", "「」『』"
_QUOTES = _STRAIGHT + _ANGLED + _CORNERED
_SOURCE = re.compile(r"source:\s*", re.IGNORECASE)
_NEXT_PART = re.compile(rf"\s(?=[{_SIGN}][^\s{_SIGN}]|source:)", re.IGNORECASE)
_AFTER_PHRASE = re.compile(r"[,.;:!?…)]*")
_EDGES = " \t,;:!?…"
_FOLDED = str.maketrans(dict.fromkeys("’ʼ＇‘", "'") | dict.fromkeys("‐‑–−", "-"))


class Refusal(StrEnum):
    """Why a text is no subscription."""

    EMPTY = "empty"
    TOO_LONG = "too long"
    TOO_MANY_WORDS = "too many words"
    ONLY_EXCLUSIONS = "only exclusions"
    CONTRADICTION = "contradiction"
    """A word is wanted and excluded."""
    TWO_SOURCES = "two sources"
    NO_SOURCE_NAME = "no source name"
    EXCLUDED_SOURCE = "excluded source"


@dataclass(slots=True)
class _Parts:
    """What a text is taken apart into; `at` is how far."""

    text: str
    at: int = 0
    topic: list[str] = field(default_factory=list)
    required: list[str] = field(default_factory=list)
    excluded: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    excluded_source: bool = False


def parse_wanted(text: str) -> Wanted | Refusal:
    """Read what was written after the command. `parse_wanted(label(wanted)) == wanted`."""
    if len(text) > 10 * MOST_CHARACTERS:
        return Refusal.TOO_LONG
    parts = _taken_apart(unicodedata.normalize("NFC", text))
    words = Words(_distinct(parts.required), _distinct(parts.excluded))
    topic = " ".join(parts.topic)
    everything = folded(topic) in EVERYTHING or topic == "*"
    if everything or not _has_letters(topic):
        topic = ""
    source = parts.sources[0] if parts.sources else ""
    if topic or words.required:
        wanted = Wanted("topic", topic, words, source)
    else:
        wanted = Wanted("source" if source else "all", "", words, source)
    return _refusal(parts, wanted, everything=everything) or wanted


def label(wanted: Wanted) -> str:
    """Return a text that reads as what is wanted: topic, words, exclusions, source."""
    required = (_signed("+", word) for word in wanted.words.required)
    excluded = (_signed("-", word) for word in wanted.words.excluded)
    source = f"source:{_quoted(wanted.source)}" if wanted.source else ""
    whole = "*" if wanted.kind == "all" else wanted.topic
    return " ".join(part for part in (whole, *required, *excluded, source) if part)


def key(wanted: Wanted) -> str:
    """Return what is equal for two that want the very same.

    Case, spaces, width, the marks around words and the order of the words with signs don't count.
    """
    topic = [word for word in folded(wanted.topic).split() if _has_letters(word)]
    required, excluded = (
        sorted({folded(word) for word in words})
        for words in (wanted.words.required, wanted.words.excluded)
    )
    parts = [wanted.kind, " ".join(topic), required, excluded, folded(wanted.source)]
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))


def folded(text: str) -> str:
    """Return a text without differences of case, spaces, width, apostrophes and edge marks."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = unicodedata.normalize("NFKC", plain).translate(_FOLDED)
    words = (word.strip("\"'().,;:!?…") or word for word in plain.split())
    return " ".join(words)


def _refusal(parts: _Parts, wanted: Wanted, *, everything: bool) -> Refusal | None:
    words = wanted.words
    both = set(map(folded, words.required)) & set(map(folded, words.excluded))
    nothing = wanted.kind == "all" and not everything
    checks = {
        Refusal.TOO_LONG: len(label(wanted)) > MOST_CHARACTERS,
        Refusal.TOO_MANY_WORDS: len(words.required) + len(words.excluded) > MOST_WORDS,
        Refusal.EXCLUDED_SOURCE: parts.excluded_source,
        Refusal.NO_SOURCE_NAME: "" in parts.sources,
        Refusal.TWO_SOURCES: len(set(map(folded, parts.sources))) > 1,
        Refusal.CONTRADICTION: bool(both),
        Refusal.ONLY_EXCLUSIONS: nothing and bool(words.excluded),
        Refusal.EMPTY: nothing,
    }
    return next((refusal for refusal, holds in checks.items() if holds), None)


def _taken_apart(text: str) -> _Parts:
    parts = _Parts(text)
    while True:
        while parts.at < len(text) and text[parts.at].isspace():
            parts.at += 1
        if parts.at == len(text):
            return parts
        _take(parts)


def _take(parts: _Parts) -> None:
    """Take the part that begins at `parts.at`."""
    start = parts.at
    signs = _SIGNS.match(parts.text, start)
    sign = signs.group()[0] if signs else ""
    parts.at = signs.end() if signs else start
    source = _SOURCE.match(parts.text, parts.at)
    if source:
        parts.at = source.end()
        name, _ = _piece(parts)
        parts.excluded_source |= sign in _MINUS and bool(sign)
        parts.sources.append(_tidy(name))
        return
    word, phrase = _piece(parts)
    tidy = _tidy(word)
    if sign and not phrase and not _is_signed_word(sign, word):
        parts.topic.append(parts.text[start : parts.at])
    elif sign or phrase:
        (parts.excluded if sign and sign in _MINUS else parts.required).extend([tidy] * bool(tidy))
    else:
        parts.topic.append(word)


def _piece(parts: _Parts) -> tuple[str, bool]:
    """Take a phrase or what stands before the next space; tell whether it was a phrase."""
    text, start = parts.text, parts.at
    if start < len(text) and text[start] in _QUOTES:
        end = _closing(text, start)
        if end is None:
            following = _NEXT_PART.search(text, start + 1)
            parts.at = end = following.start() if following else len(text)
        else:
            after = _AFTER_PHRASE.match(text, end + 1)
            parts.at = after.end() if after else end + 1
        return text[start + 1 : end], True
    while parts.at < len(text) and not text[parts.at].isspace():
        parts.at += 1
    return text[start : parts.at], False


def _closing(text: str, start: int) -> int | None:
    """Return where the phrase whose opening mark is at `start` is closed.

    A mark between two letters belongs to a word, as in Hebrew.
    """
    family = next(marks for marks in (_STRAIGHT, _ANGLED, _CORNERED) if text[start] in marks)
    return next(
        (
            at
            for at in range(start + 1, len(text))
            if text[at] in family and not _within_word(text, at)
        ),
        None,
    )


def _tidy(text: str) -> str:
    """Return a word or phrase without quotation marks around words, or "" if it has no letters."""
    marked = (" " if c in _QUOTES and not _within_word(text, n) else c for n, c in enumerate(text))
    tidy = " ".join("".join(marked).split()).strip(_EDGES)
    if tidy.count(".") == 1:
        tidy = tidy.removesuffix(".")
    if not _has_letters(tidy):
        return ""
    return tidy if tidy == text else _tidy(tidy)


def _is_signed_word(sign: str, word: str) -> bool:
    """Tell whether a sign before a word is about the word, rather than a part of a number."""
    if not word or not _has_letters(word) or _SIGNS.match(word):
        return False
    return sign in _PLUS or any(c.isalpha() for c in word)


def _signed(sign: str, word: str) -> str:
    """Write a word so that it reads as one with this sign."""
    bare = f"{sign}{word}"
    read = _taken_apart(bare)
    if (read.required if sign == "+" else read.excluded) == [word]:
        return bare
    return f'"{word}"' if sign == "+" else f'-"{word}"'


def _quoted(name: str) -> str:
    return name if _taken_apart(f"source:{name}").sources == [name] else f'"{name}"'


def _distinct(words: list[str]) -> tuple[str, ...]:
    """Return the words in order, each once; the first spelling stays."""
    first: dict[str, str] = {}
    for word in words:
        first.setdefault(folded(word), word)
    return tuple(first.values())


def _within_word(text: str, at: int) -> bool:
    return 0 < at < len(text) - 1 and _is_letter(text[at - 1]) and _is_letter(text[at + 1])


def _has_letters(text: str) -> bool:
    return any(c.isalnum() for c in text)


def _is_letter(character: str) -> bool:
    """Tell whether a character is of a word: a letter, a digit, or a mark upon one."""
    return character.isalnum() or unicodedata.category(character)[0] == "M"
