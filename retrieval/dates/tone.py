"""How a question speaks of a time: as news to look through, past, to come or in passing."""

from __future__ import annotations

import re

_LATEST = r"(?:the\s+)?(?:very\s+)?(?:latest|newest|most\s+recent)"
_OPENING = (
    r"(?:(?:what(?:['’]?s|\s+is|\s+are)|(?:show|tell|give|get|find)\s+me|any|is\s+there|and)\s+)?"
    r"(?:anything\s+)?"
)
_ABOUT = r"(?:on|about|from|with|regarding|concerning)"
_NEWEST = re.compile(
    rf"^\W*{_OPENING}{_LATEST}(?:\s+{_ABOUT}\b|\s+in\b(?!\s+an?\s)|(?=\W*$))"
    rf"|(?:^\W*{_OPENING}|\b){_LATEST}\s+(?:news|headlines|updates|developments|articles|stories"
    rf"|coverage)\b(?:\s+(?:{_ABOUT}|in|of)\b)?"
    rf"|(?:^\W*{_OPENING}|\b){_LATEST}\s+update\s+{_ABOUT}\b"
    rf"|^\W*(?:what(?:['’]?s|\s+is)\s+new|(?:is\s+there\s+)?any\s+(?:news|updates?))\s+"
    rf"(?:{_ABOUT}|in|of)\b"
    r"|\b(?:newest|latest|most\s+recent)\s+first\b",
    re.IGNORECASE,
)
_BROWSING = re.compile(
    r"\b[Ww]hat(?:(?:['’]?s|\s+is|\s+has|\s+was|\s+were)\s+(?:been\s+)?(?:happening|going\s+on|new)"
    r"|\s+(?:else\s+)?(?:has\s+)?happened|\s+happens)\b"
    r"|(?<!in the )\bnews\b|\b(?<!make\s)(?<!makes\s)(?<!making\s)(?<!made\s)[Hh]eadlines\b"
    r"|^\W*News\b|\b(?:[Tt]op\s+stories|[Ll]atest\s+developments)\b"
)
_PAST = re.compile(
    r"\b(?:did|was|were|had|has|have|been|happened|agreed|freed|said|won|lost|beat|took|made|met"
    r"|went|came|gave|got|left|became|began|broke|built|bought|brought|caught|chose|cut|fell|fled"
    r"|flew|found|fought|held|hit|kept|led|let|put|quit|ran|rose|sold|sent|set|shot|shut|sank"
    r"|spoke|spent|stood|struck|stole|swore|told|thought|threw|withdrew|wrote"
    r"|(?!hundred|sacred|naked)[a-z]{2,}(?<!e)ed)\b"
)
_COMING = re.compile(
    r"\b(?:will|won['’]t|shall|going\s+to|(?:is|are|be)\s+(?:set|due|scheduled|expected|slated)"
    r"|set\s+to|due\s+to\s+\w+|expected\s+to|scheduled\s+(?:to|for)|plans?\s+to|planning|upcoming"
    r"|next)\b|['’]ll\b",
    re.IGNORECASE,
)
_NOW = re.compile(r"\b(?:is|are|do|does|can|could|must|should|may|might)\b", re.IGNORECASE)
_ASKING = re.compile(
    r"^\W*(?:(?:in|on|at|to|for|from|by|with|of|and)\s+)?(?:who|whom|whose|what|which|when|where"
    r"|why|how|is|are|do|does|can|could|should|may|might)\b",
    re.IGNORECASE,
)
_RECORD = re.compile(
    r"\b(?:first|highest|lowest|biggest|largest|worst|best|most|least|fewest|longest|fastest"
    r"|hottest|coldest|deadliest|record|ever"
    r"|(?!(?:arr|cont|dig|for|harv|hon|inter|inv|lat|manif|mod|new|pri|prot|requ|sugg"
    r"|(?:mid|north|south)w)est\b)\w{3,}est)\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"\b(?:after|following|before|since|when|while|amid|despite|because|ahead\s+of)\s[^,;:]*$",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\b(?:minutes?|hours?|days?|nights?|weeks?|months?|years?|decades?|centur(?:y|ies)|long"
    r"|shortly|soon|just|right)\s+$",
    re.IGNORECASE,
)
_BREAK = re.compile(r"(?<!\bJan)(?<!\bFeb)(?<!\bAug)(?<!\bSept)(?<!\bOct)(?<!\bNov)(?<!\bDec)"
                    r"[.?!][\"”’)]*\s+")  # fmt: skip


def newest_first(question: str) -> tuple[int, int] | None:
    """Return where a question asks for the newest, as in "what's the latest on", if it does."""
    match = _NEWEST.search(question)
    return match.span() if match else None


def is_browsing(question: str) -> bool:
    """Return whether a question asks for the news of a time rather than for a fact."""
    return _BROWSING.search(question) is not None


def sentence_around(question: str, start: int, end: int) -> tuple[int, int]:
    """Return the bounds of the sentence that `question[start:end]` stands in."""
    first, last = 0, len(question)
    for match in _BREAK.finditer(question):
        if match.end() <= start:
            first = match.end()
        elif match.start() >= end:
            last = match.start() + 1
            break
    return first, last


def is_background(question: str, start: int, end: int) -> bool:
    """Return whether a time dates what the question only tells: its own subject may be later.

    So in a sentence before or after the one that asks, and in an aside: "after the vote on Sunday".
    """
    first, last = sentence_around(question, start, end)
    asked_elsewhere = "?" in question and "?" not in question[first:last]
    return asked_elsewhere or _ASIDE.search(question[first:start]) is not None


def speaks_of_past(sentence: str) -> bool:
    """Return whether a verb of the sentence is in the past, or it is no question at all."""
    return _PAST.search(sentence) is not None or not _ASKING.search(sentence)


def has_past_verb(sentence: str) -> bool:
    """Return whether a verb of the sentence is in the past."""
    return _PAST.search(sentence) is not None


def speaks_of_now(before: str) -> bool:
    """Return whether the words before a time are in the present."""
    return _NOW.search(before) is not None


def looks_ahead(before: str) -> bool:
    """Return whether the words before a time put it in the future."""
    return _COMING.search(before) is not None


def is_measure(before: str) -> bool:
    """Return whether the words before "since", "after" or "before" make a measure of it.

    "The first since March" and "two days after 24 March" name no range to look in.
    """
    return _RECORD.search(before) is not None or _COUNTED.search(before) is not None
