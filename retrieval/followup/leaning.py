"""Whether a question leans on the turns before it, and how.

For it speak an opener ("and", "what about"), a pronoun or "there" that nothing in the question
itself accounts for, a demonstrative, a connective ("else", "after that"), a bare question word, a
fragment, and a definite description that stands alone ("the minister"); against it speak names and
other telling words that the turns didn't have. What speaks for it explicitly weighs more than
what speaks against it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.followup import english
from retrieval.followup.pronouns import demonstrates, free_pronouns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.followup.reading import Reading, Word


@dataclass(frozen=True, slots=True)
class Lean:
    """How a question leans. `bare`: a question word is all there is ("Why?").

    `opener`: how many words open it ("and", "what about"); `pronouns`: those that mean something
    said before, "there" among them. `swap`: it is but a name, and leans only if that can take the
    place of one in the previous question ("Norway?").
    """

    bare: bool = False
    opener: int = 0
    pronouns: tuple[Word, ...] = ()
    swap: bool = False


def lean_of(asked: Reading, context: frozenset[str]) -> Lean | None:
    """Return how the question leans, None if it stands alone.

    `context` holds the keys of the words that the turns before have.
    """
    if is_foreign(asked):
        return Lean() if len(asked.words) <= 3 and not _new_names(asked, context) else None
    return None if _about_nothing_said(asked) else _english_lean(asked, context)


def _english_lean(asked: Reading, context: frozenset[str]) -> Lean | None:
    opener = opener_of(asked.words)
    pronouns = free_pronouns(asked)
    if not asked.content:
        asks = any(word.key in english.WH for word in asked.words)
        return Lean(bare=asks and not pronouns, pronouns=pronouns)
    if opener and not pronouns and _self_contained_clause(asked, opener, context):
        return None
    if opener or pronouns or demonstrates(asked, context) or _connective(asked):
        return Lean(opener=opener, pronouns=pronouns)
    if _new_names(asked, context):
        described = asked.words[0].key == "the"  # "the Turkish reaction"
        return Lean(swap=not described) if _only_names(asked) else None
    return Lean() if _incomplete(asked, context) else None


def _about_nothing_said(asked: Reading) -> bool:
    """Whether it is a greeting or the like, or asks for the news at large."""
    keys = {word.key for word in asked.words}
    return keys <= english.SMALL_TALK or (bool(keys & english.NEWS) and not asked.names)


def is_foreign(asked: Reading) -> bool:
    """Whether the question is in another language than English, as far as its words tell."""
    letters = [c for c in asked.text if c.isalpha()]
    if sum(c > "\u024f" for c in letters) * 2 > len(letters):
        return True
    other = sum(word.key in english.FOREIGN or _foreign(word) for word in asked.words)
    known = sum(
        word.key in english.FUNCTION_WORDS or word.key in english.GENERIC for word in asked.words
    )
    return other > known or (other >= 2 and other == known)


def _foreign(word: Word) -> bool:
    return word.text.lower() in english.FOREIGN


def opener_of(words: Sequence[Word]) -> int:
    """Return how many words open the question as a follow-up does; 0 if none."""
    keys = [word.key for word in words]
    for opener in english.OPENERS:
        if tuple(keys[: len(opener)]) == opener and len(keys) > len(opener):
            return len(opener)
    return 0


def _self_contained_clause(asked: Reading, opener: int, context: frozenset[str]) -> bool:
    """Whether what follows the opener is a question with a new name: "And who is Macron?"."""
    rest = asked.words[opener:]
    asks = any(word.key in english.WH for word in rest) and len(rest) >= 4
    return asks and bool(_new_names(asked, context))


def _new_names(asked: Reading, context: frozenset[str]) -> list[str]:
    return [n.text for n in asked.names if not any(key in context for key in n.keys)]


def _connective(asked: Reading) -> bool:
    keys = [word.key for word in asked.words]
    found = any(
        tuple(keys[n : n + len(phrase)]) == phrase
        for phrase in english.CONNECTIVES
        for n in range(len(keys))
    )
    return found and len(asked.content) <= (2 if asked.names else 5)


def _incomplete(asked: Reading, context: frozenset[str]) -> bool:
    """Whether the question, without any explicit sign, names too little to be searched for."""
    quantity = _asked_for(asked)
    content = [word for word in asked.content if word.key not in quantity]
    topical = [w for w in content if w.key not in english.GENERIC and not _said(w.key, context)]
    if asked.names:
        return _fragment(asked) and len(content) <= 2
    if not topical:
        return len(content) <= 4 and not _says_what(asked, quantity)
    if any(word.key in english.EVENTS for word in topical) or _asks_about(asked):
        return False
    if _fragment(asked):
        return len(content) <= 1 or asked.words[0].key == "the"
    alone = len(content) == 1 or (len(content) <= 2 and _definite(asked, topical))
    return alone or (len(topical) <= 2 and _described(asked))


def _says_what(asked: Reading, quantity: set[str]) -> bool:
    """Whether it asks who did something that it names in two words or more, relating to nothing.

    "Who won best picture?" and "Which film won the best song?" do; "Who won first place?" and
    "Who is new president?" don't.
    """
    keys = [word.key for word in asked.words]
    content = {word.key for word in asked.content}
    if keys[0] not in {"who", "which", "what"}:
        return False
    start = 2 if quantity.intersection(keys[1:2]) else 1
    done, named = set(keys[start : start + 1]), keys[start + 1 :]
    if named[:1] == ["the"] and english.SUPERLATIVES.intersection(named[1:2]):
        named = named[1:]
    return len(named) >= 2 and content >= done and content - english.RELATIVE >= set(named)


def _said(key: str, context: frozenset[str]) -> bool:
    """Whether a word was said before, be it in the plural or the singular."""
    return key in context or f"{key}s" in context or (key.endswith("s") and key[:-1] in context)


def _only_names(asked: Reading) -> bool:
    """Whether the question is but a name or two, which then take the place of others."""
    rest = [w for w in asked.content if not asked.in_name(w) and w.key not in english.GENERIC]
    return not rest and _fragment(asked) and len(asked.content) <= 3


def _asked_for(asked: Reading) -> set[str]:
    """Return what "how many", "number of" or "which" asks for, which may well be new."""
    words = asked.words
    found = set()
    for at, word in enumerate(words[:-1]):
        after = words[at + 1]
        how_many = word.key in {"many", "much"} and at and words[at - 1].key == "how"
        number_of = word.key == "of" and at and words[at - 1].key in {"number", "names", "list"}
        if how_many or number_of or word.key in {"which", "what"}:
            found.add(after.key)
    return found


def _fragment(asked: Reading) -> bool:
    """Whether the question has no verb that the rules know, and no question word."""
    return not any(w.key in english.WH or w.key in english.AUXILIARIES for w in asked.words)


def _definite(asked: Reading, topical: Sequence[Word]) -> bool:
    """Whether all telling words stand in phrases that begin with "the"."""
    words = asked.words
    inside: set[Word] = set()
    for at, word in enumerate(words):
        if word.key == "the":
            for after in words[at + 1 : at + 3]:
                if after.key in english.FUNCTION_WORDS:
                    break
                inside.add(after)
    return bool(inside) and (topical[0] in inside)


def _described(asked: Reading) -> bool:
    """Whether there is a person or a thing called but by what it is: "the minister", "the deal"."""
    keys = [*(word.key for word in asked.words), ""]
    return any(
        article == "the" and noun in english.DESCRIPTIONS and after not in {"of", "for"}
        for article, noun, after in zip(keys, keys[1:], keys[2:], strict=False)
    )


def _asks_about(asked: Reading) -> bool:
    """Whether it is of the form "who is …", "what is …", "tell me about …": it names its topic."""
    keys = tuple(word.key for word in asked.words)
    named = len(keys) >= 3 and keys[0] in {"who", "what"} and keys[1] in {"is", "are", "was"}
    return (named and keys[2] != "the") or keys[:3] == ("tell", "me", "about")
