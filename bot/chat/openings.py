"""Words that leave a sentence open at its end, and words that open a question, by language."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")

# Articles, prepositions that aren't left at a question's end, and conjunctions. English ends
# questions with "to", "for", "with", "on", "in", "at" and "from" ("Where is he from"): not here.
LEAVE_OPEN = frozenset(
    """
    a an the and or but nor about of because whether between during among into until than
    regarding concerning its their his your my our every
    der die den dem des eine einen einem einer und oder aber über von zum zur weil dass ob
    zwischen während gegen wegen ins im vom beim
    el la los las un una unos unas y o pero sobre de del al con por para porque entre según
    durante sus
    и или но а о об про от из для между потому во со при без над под к ко
    और या लेकिन क्योंकि तथा एवं
    """.split()
)

_AUXILIARIES = frozenset(
    """
    did do does is are was were has have had will would can could should may might must am
    didn't don't doesn't isn't aren't wasn't weren't hasn't haven't hadn't won't wouldn't can't
    couldn't shouldn't
    """.split()
)
_WH = frozenset("who what when where why how which whose whom".split())
# "How many people", "what happened": an auxiliary isn't the only thing that makes a question.
_AFTER_WH = _AUXILIARIES | frozenset(
    "many much long old far often big happened happens caused won exactly else".split()
)
_ELSEWHERE = frozenset(
    """
    wer was wann wo warum wieso weshalb wie welche welcher welches wen wem wessen wohin woher
    quién quien quiénes qué que cuándo cuando dónde donde cómo como cuál cual cuáles cuánto
    cuántos cuánta cuántas
    кто что когда где почему зачем как какой какая какие какое сколько куда откуда чей
    कौन क्या कब कहाँ कहां क्यों कैसे कितने किसने
    """.split()
)


def opens_question(text: str) -> bool:
    """Return whether a text begins like a question that could be whole: three words or more."""
    words = _words(text)
    return len(words) >= 3 and words[0] in _WH | _AUXILIARIES | _ELSEWHERE


def follows_as_question(text: str) -> bool:
    """Return whether a text after a question begins another one, and not a clause of the first.

    "When did he visit" asks; "when he visited" goes on. In other languages the capital tells.
    """
    words = _words(text)
    if len(words) < 2:
        return False
    if words[0] in _AUXILIARIES:
        return True
    if words[0] in _WH:
        return words[1] in _AFTER_WH or words[0] in {"who", "why"}
    return words[0] in _ELSEWHERE and text.lstrip(" ¿¡\"'«„“")[:1].isupper()


def _words(text: str) -> list[str]:
    return [word.casefold().replace("’", "'") for word in _WORD.findall(text)]
