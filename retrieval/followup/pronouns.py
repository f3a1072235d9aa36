"""Pronouns whose meaning the question itself doesn't give.

A name or a clause before a pronoun can give it ("What did Macron say after he won?"), but not the
subject of its own clause to an object ("What did Macron call him?": Chomsky's principle B).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.followup import english

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.followup.reading import Reading, Word


def free_pronouns(asked: Reading) -> tuple[Word, ...]:
    """Return the pronouns whose meaning the question itself doesn't give."""
    found = []
    for at, word in enumerate(asked.words):
        if asked.in_name(word):
            continue
        personal = word.key in english.PERSONAL and not _bound(asked, at) and not _idle(asked, at)
        if personal or _means_place(asked, at):
            found.append(word)
    return tuple(found)


def _bound(asked: Reading, at: int) -> bool:
    """Whether a name or a clause before the pronoun can be what it means."""
    words = asked.words
    clause = max((n for n in range(1, at) if words[n].key in english.CLAUSE_OPENERS), default=0)
    if clause == 1 and words[0].key in english.CLAUSE_OPENERS:
        clause = 0
    before = [w for w in asked.content if w.start < words[max(clause, 0)].start]
    if clause and any(w.key not in english.GENERIC or asked.in_name(w) for w in before):
        return True
    if clause and before and words[0].key == "who":
        return True
    named = any(name.end <= words[at].start for name in asked.names)
    return named and not _is_object(asked, at)


def _is_object(asked: Reading, at: int) -> bool:
    """Whether the pronoun is an object of its clause, so that it can't mean the subject."""
    word, words = asked.words[at], asked.words
    if word.key not in english.OBJECT_FORMS or at == 0:
        return False
    if word.key == "her" and at + 1 < len(words) and words[at + 1] in asked.content:
        return False
    before = words[at - 1].key
    return before not in english.AUXILIARIES and before not in english.CLAUSE_OPENERS


def _idle(asked: Reading, at: int) -> bool:
    """Whether an "it" means nothing: "how hot was it in Delhi", "how long did it take to …"."""
    if asked.words[at].key != "it":
        return False
    near = {word.key for word in asked.words[max(0, at - 3) : at + 3]}
    return bool(near & english.IMPERSONAL) and (bool(asked.names) or len(asked.content) > 3)


def _means_place(asked: Reading, at: int) -> bool:
    """Whether "there" means a place rather than "there is"."""
    words = asked.words
    if words[at].key != "there":
        return False
    last = at + 1 == len(words)
    beside = {words[n].key for n in (at - 1, at + 1) if 0 <= n < len(words)}
    return last or not beside & {"is", "are", "was", "were", "been", "be", "will", "have", "has"}


def demonstrates(asked: Reading, context: frozenset[str]) -> bool:
    """Whether "this film", "that" or "those" means something said before."""
    words = asked.words
    for at, word in enumerate(words):
        if word.key not in english.DEMONSTRATIVES:
            continue
        following = words[at + 1].key if at + 1 < len(words) else ""
        if following in english.TIMES or following in {"who", "whose", "which"}:
            continue
        if word.key != "that" or _points_back(words, at, context):
            return True
    return False


def _points_back(words: Sequence[Word], at: int, context: frozenset[str]) -> bool:
    """Whether "that" points back ("that film") rather than opening a clause ("said that …")."""
    rest = words[at + 1 :]
    if not rest:
        return True
    if rest[0].key in english.FUNCTION_WORDS or at == 0 or rest[0].capital:
        return at == 0
    return len(rest) <= 2 or rest[0].key in context or rest[0].key in english.GENERIC
