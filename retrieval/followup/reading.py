"""Texts to words and names: what a reader without a dictionary of the world can see in them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache

from retrieval.followup import english

_WORD = re.compile(r"[A-Z]\.(?=\s?[A-Z])|\w[\w*]*(?:[.'’+-]\w[\w*]*)*\+?")
_KEPT_WORDS, _KEPT_TEXTS = 16_384, 64  # a turn's texts are read twice, one after the other
_SENTENCE_END = re.compile(r"[.!?:;…\"“”]\s*$")


@dataclass(frozen=True, slots=True)
class Word:
    """A word and its place. `key`: folded, in lower case, without 's, quick spellings written out.

    `opens`: it is the first of its sentence, where a capital tells nothing.
    """

    text: str
    key: str
    start: int
    end: int
    opens: bool

    @property
    def capital(self) -> bool:
        """Whether the word is written as a name is: "India", "M87*", not "iPhone"."""
        return self.text[0].isupper()


@dataclass(frozen=True, slots=True)
class Name:
    """A proper name: where it stands, and its words' keys without joiners such as "of"."""

    text: str
    keys: tuple[str, ...]
    start: int
    end: int
    kind: str  # person, place, people, group or thing; thing as well where nothing tells

    def same_as(self, other: Name) -> bool:
        """Whether one is a shorter form of the other: "Lavrov", "Sergei Lavrov"."""
        short, long = sorted((self.keys, other.keys), key=len)
        return set(short) <= set(long)


def fold(word: str) -> str:
    """Return a word in lower case without accents."""
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)) or word


@lru_cache(maxsize=_KEPT_WORDS)
def _key_of(word: str) -> str:
    key = re.sub(r"['’]s?$", "", fold(word))
    return english.SPELLINGS.get(key, key)


@lru_cache(maxsize=_KEPT_TEXTS)
def words_of(text: str) -> tuple[Word, ...]:
    """Return the words of a text in order."""
    found: list[Word] = []
    before = 0
    for match in _WORD.finditer(text):
        opens = not found or bool(_SENTENCE_END.search(text[before : match.start()]))
        if opens and found and is_initial(found[-1].text):
            opens = False
        found.append(Word(match.group(), _key_of(match.group()), match.start(), match.end(), opens))
        before = match.end()
    return tuple(found)


def is_initial(word: str) -> bool:
    """Whether a word is an initial such as the T. of T. S. Eliot."""
    return len(word) == 2 and word.endswith(".")


@dataclass(frozen=True)
class Reading:
    """A text, read. `known`: keys of words that are names elsewhere, for texts in lower case."""

    text: str
    known: frozenset[str] = frozenset()

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """The words in order."""
        return words_of(self.text)

    @cached_property
    def names(self) -> list[Name]:
        """The proper names in order."""
        return _names(self.text, self.words, self.known)

    @cached_property
    def name_keys(self) -> frozenset[str]:
        """The keys of all words of names."""
        return frozenset(key for name in self.names for key in name.keys)

    @cached_property
    def content(self) -> list[Word]:
        """The words that mean something by themselves, names among them."""
        return [w for w in self.words if w.key not in english.FUNCTION_WORDS and not _is_mark(w)]

    def in_name(self, word: Word) -> bool:
        """Whether the word is part of a name."""
        return any(name.start <= word.start < name.end for name in self.names)


def _is_mark(word: Word) -> bool:
    return is_initial(word.text) or (len(word.key) == 1 and not word.key.isdigit())


def _names(text: str, words: tuple[Word, ...], known: frozenset[str]) -> list[Name]:
    names = []
    at = 0
    while at < len(words):
        if not _starts_name(words[at], words[at + 1 : at + 2], known, text):
            at += 1
            continue
        run = _run(words, at, known, text)
        at += len(run)
        if name := _name(text, run):
            names.append(name)
    return names


def _starts_name(word: Word, following: tuple[Word, ...], known: frozenset[str], text: str) -> bool:
    if not _name_like(word, known):
        return False
    if not word.opens:
        return True
    # A capital at the start of a sentence tells only with a second one, or if known as a name.
    pair = bool(following) and following[0].capital and text[word.end : following[0].start] == " "
    if word.key in english.FUNCTION_WORDS or word.key in english.GENERIC:
        return pair and (word.key in english.OFFICES or word.key in english.NAME_OPENERS)
    return pair or word.key in known or _listed(word.key) or word.text[1:] != word.text[1:].lower()


def _name_like(word: Word, known: frozenset[str]) -> bool:
    if word.key in english.DATES:
        return False
    if word.capital:
        return word.opens or word.key not in english.FUNCTION_WORDS or len(word.text) > 3
    mixed = any(c.isupper() for c in word.text) and not word.text[0].isdigit()
    return mixed or _listed(word.key) or word.key in known


def _listed(key: str) -> bool:
    return key in english.PLACES or key in english.PEOPLES or key in english.ACRONYMS


def _run(words: tuple[Word, ...], at: int, known: frozenset[str], text: str) -> list[Word]:
    run = [words[at]]
    for n in range(at + 1, len(words)):
        word, before = words[n], words[n - 1]
        gap = text[before.end : word.start]
        if gap not in {" ", ". ", "."} or (gap != " " and not is_initial(before.text)):
            break
        if before.text.endswith(("'s", "’s")):
            break
        joins = word.key in english.JOINERS and n + 1 < len(words) and words[n + 1].capital
        carries_on = not word.opens and _name_like(word, known) and word.capital == run[0].capital
        if not joins and not carries_on:
            break
        run.append(word)
    return run


def _name(text: str, run: list[Word]) -> Name | None:
    office = False
    while len(run) > 1 and run[0].key in english.OFFICES:
        run = run[1:]
        office = True
    while run and run[-1].key in english.JOINERS:
        run = run[:-1]
    keys = tuple(w.key for w in run if w.key not in english.JOINERS and not _is_mark(w))
    if not keys:
        return None
    whole = re.sub(r"['’]s?$", "", text[run[0].start : run[-1].end])
    return Name(whole, keys, run[0].start, run[0].start + len(whole), _kind(keys, run, office))


def _kind(keys: tuple[str, ...], run: list[Word], office: bool) -> str:
    if all(key in english.PLACES for key in keys) or (keys[0] == "new" and len(keys) == 2):
        return "place"
    if _is_group(keys, run):
        return "group"
    if any(key in english.PEOPLES for key in keys):
        return "people"
    return "person" if _is_person(keys, run, office) else "thing"


def _is_group(keys: tuple[str, ...], run: list[Word]) -> bool:
    listed = any(key in english.GROUP_WORDS or key in english.ACRONYMS for key in keys)
    return listed or (len(run) == 1 and len(run[0].text) > 1 and run[0].text.isupper())


def _is_person(keys: tuple[str, ...], run: list[Word], office: bool) -> bool:
    """Whether it looks like one: a known first name, an office before it, or two or three words."""
    if keys[0] in english.MALE or keys[0] in english.FEMALE:
        return True
    if any(key in english.PLACES for key in keys):
        return False
    plain = all(re.sub(r"[-.’']", "", word.text).isalpha() for word in run)
    return plain and (office or (len(keys) in {2, 3} and all(w.key != "of" for w in run)))
