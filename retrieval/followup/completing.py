"""A question that leans, and what it leans on, to a question that can be searched for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.followup import english
from retrieval.followup.leaning import Lean, lean_of
from retrieval.followup.reading import Reading
from retrieval.followup.salience import (
    keys_of,
    person_for,
    read_turns,
    topic_names,
    topic_words,
)
from retrieval.followup.turns import Standalone, Turn

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from retrieval.followup.reading import Name, Word
    from retrieval.followup.salience import Context

NAMES = 2  # names of the previous question carried over at most
TITLE_NAMES = 1  # names of the title of the article that answered it
WORDS = 3  # other words carried over at most
LONGEST = 200  # code points that are added at most


def complete(question: str, turns: Sequence[Turn]) -> Standalone:
    """Return the question as it can be searched for without the turns before it.

    `turns` come oldest first; the last three count. A question that stands alone keeps its text
    to the letter; one that leans keeps its own words and gets at most LONGEST code points more.
    Deterministic; never raises for content.
    """
    if not turns:
        return Standalone(question, leaned=False)
    context = read_turns(turns)
    asked = Reading(question, context.name_keys)
    lean = lean_of(asked, context.keys)
    if lean is None:
        return Standalone(question, leaned=False)
    whole = _in_frame(asked, lean, context)
    if whole is None and not lean.swap:
        whole = _with_terms(asked, lean, context)
    if whole is None or len(whole.text) > len(question) + LONGEST:
        return Standalone(question, leaned=False)
    return whole


def stands_alone(question: str) -> bool:
    """Return whether a question would stay as it is after whatever was asked and answered before.

    It is put where it could lean the most, after a turn that says all its words, and after one
    that says none of them.
    """
    said = read_turns([Turn(question, question)])
    asked = Reading(question, said.name_keys)
    return lean_of(asked, said.keys) is None and lean_of(asked, frozenset()) is None


def _in_frame(asked: Reading, lean: Lean, context: Context) -> Standalone | None:
    """Ask the previous question anew, with another question word or another name."""
    frame = context.turns[0].question
    if lean.bare:
        return _asked_anew(asked, frame)
    names = asked.names
    rest = [w for w in asked.content if not asked.in_name(w)]
    if not names or rest or lean.pronouns:
        return None
    same = [n for n in frame.names if n.kind == names[0].kind != "people"]
    if not same or any(names[0].same_as(name) for name in same[:1]):
        return None
    old, new = same[0], asked.text[names[0].start : names[-1].end]
    # "Finland and Sweden" gives way as a whole.
    for partner in same[1:]:
        if re.fullmatch(r",? and ", frame.text[old.end : partner.start]):
            start, end = old.start, partner.end
            break
    else:
        start, end = old.start, old.end
    text = frame.text[:start] + new + frame.text[end:]
    return Standalone(text, leaned=True, added=((frame.text[:start] + frame.text[end:]).strip(),))


def _asked_anew(asked: Reading, frame: Reading) -> Standalone | None:
    """Put the bare question word in the place of the previous one: "Why did Finland apply?"."""
    skipped = 0
    for word in frame.words:
        if word.key not in english.WH and word.key not in {"many", "much"}:
            skipped = word.start
            break
    rest = frame.text[skipped:].strip()
    if not rest or not frame.content:
        return None
    return Standalone(f"{asked.text.rstrip(' ?!.')} {rest}", leaned=True, added=(rest,))


def _with_terms(asked: Reading, lean: Lean, context: Context) -> Standalone | None:
    """Put persons in the place of their pronouns, and the topic's names and words at the end."""
    said = keys_of(asked.text)
    people = _people(lean.pronouns, context, asked)
    carried = _carried_names(asked, lean, context, people.values())
    carried += [w for w in topic_words(context, limit=WORDS) if not keys_of(w) & said]
    added = (*dict.fromkeys(name.text for name in people.values()), *carried)
    if not added:
        return None
    body = _replaced(asked.text, people).rstrip()
    bare = body.rstrip("?!. ")
    text = " ".join(part for part in (bare, *carried) if part) + body[len(bare) :].strip()
    return Standalone(text, leaned=True, added=added)


def _carried_names(
    asked: Reading, lean: Lean, context: Context, people: Iterable[Name]
) -> list[str]:
    """Return the previous question's names, then a new one of the title of what answered it."""
    # "And in Moldova?" takes the place of another country; "Did he go to Moldova?" doesn't.
    kinds = {name.kind for name in asked.names if lean.opener and name.kind != "thing"}
    said = keys_of(asked.text)
    present = list(people)
    found = [
        name
        for name in topic_names(context)
        if name.kind not in kinds
        and not said.intersection(name.keys)
        and not any(name.same_as(person) for person in present)
    ]
    before = context.turns[0].asked_names()
    from_question = [name.text for name in found if name in before][:NAMES]
    from_title = [name.text for name in found if name not in before][:TITLE_NAMES]
    return from_question + from_title


def _people(pronouns: Sequence[Word], context: Context, asked: Reading) -> dict[Word, Name]:
    found: dict[Word, Name] = {}
    for word in pronouns:
        if word.key in english.HE or word.key in english.SHE:
            person = person_for(word.key, context, asked.names)
            if person:
                found[word] = person
    return found


def _replaced(text: str, people: dict[Word, Name]) -> str:
    for word, name in sorted(people.items(), key=lambda pair: -pair[0].start):
        owner = word.key in {"his", "her", "hers"} and bool(text[word.end :].strip(" ?!."))
        text = text[: word.start] + name.text + ("'s" if owner else "") + text[word.end :]
    return text
