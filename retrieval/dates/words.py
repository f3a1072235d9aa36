"""The words that mean a time in English, as patterns; one `Shape` for each kind of expression."""

from __future__ import annotations

import re
from enum import Enum, auto

MONTH = (
    r"(?:(?:january|february|march|april|may|june|july|august|september|october|november|december)\b"
    r"|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?)"
)
WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
DAY = r"(?:3[01]|[12][0-9]|0?[1-9])(?:st|nd|rd|th)?(?![0-9])"
YEAR = r"(?:19|20)[0-9]{2}(?![0-9])"
YEARISH = rf"(?:{YEAR}|(?:last|this)\ year)"  # the year of a day or month
_PART = r"(?:\ (?:morning|afternoon|evening|night))?"
COUNT = (
    r"(?:[1-9][0-9]{0,2}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|(?:a\ )?couple\ of)"
)
_LAST = r"(?:the\ )?(?:last|past|previous)"


class Shape(Enum):
    """A kind of expression, from the most to the least specific: the first that fits counts."""

    DATE_WITH_YEAR = auto()
    DATE = auto()
    PART_OF_MONTH = auto()
    MONTH_WITH_YEAR = auto()
    MONTH = auto()
    YEAR = auto()
    TODAY = auto()
    YESTERDAY = auto()
    LAST = auto()
    LAST_YEAR = auto()
    THIS = auto()
    WEEKEND = auto()
    WEEKDAY = auto()
    AGO = auto()
    MONTHS_AGO = auto()
    ROLLING = auto()
    ROLLING_MONTHS = auto()
    RECENT = auto()


PATTERNS = {
    Shape.DATE_WITH_YEAR: (
        rf"(?:{WEEKDAY},?\ )?(?:(?:the\ )?{DAY}\ (?:of\ )?{MONTH},?\ (?:of\ )?{YEARISH}"
        rf"|{MONTH}\ {DAY},?\ {YEARISH})"
        rf"|{YEAR}-[01][0-9]-[0-3][0-9](?![0-9])|{DAY}[/.][01]?[0-9][/.]{YEAR}"
        rf"|[01]?[0-9]/{DAY}/{YEAR}"
    ),
    Shape.DATE: (
        rf"(?:{WEEKDAY},?\ )?(?:(?:the\ )?{DAY}\ (?:of\ )?{MONTH}|{MONTH}\ (?:the\ )?{DAY})"
    ),
    Shape.PART_OF_MONTH: (
        r"(?:(?:early|mid|late)(?:\ in)?[-\ ]"
        r"|(?:the\ )?(?:beginning|start|end|first\ half|second\ half|first\ week|last\ week)\ of\ )"
        rf"{MONTH}(?:,?\ (?:of\ )?{YEARISH})?"
    ),
    Shape.MONTH_WITH_YEAR: rf"{MONTH},?\ (?:of\ )?{YEARISH}",
    Shape.MONTH: MONTH,
    Shape.YEAR: YEAR,
    Shape.TODAY: r"today|tonight|this\ (?:morning|afternoon|evening)",
    Shape.YESTERDAY: rf"(?:the\ )?day\ before\ yesterday|yesterday{_PART}|last\ night",
    Shape.LAST: r"last\ (?:week|month)",
    Shape.LAST_YEAR: r"last\ year",
    Shape.THIS: r"(?:earlier\ )?this\ (?:week|month|year)",
    Shape.WEEKEND: r"(?:(?:the\ )?(?:last|past)|the|this)\ weekend",
    Shape.WEEKDAY: (
        rf"(?:last\ |this\ (?:past\ )?)?{WEEKDAY}{_PART}(?:\ (?:of\ )?(?:last|this)\ week)?"
    ),
    Shape.AGO: rf"{COUNT}\ (?:hour|day|week)s?\ ago",
    Shape.MONTHS_AGO: rf"{COUNT}\ months?\ ago",
    Shape.ROLLING: (
        rf"{_LAST}\ {COUNT}\ (?:hour|day|week)s?"
        r"|(?:the\ )?past\ (?:hour|day|week)|the\ last\ (?:hour|week)"
    ),
    Shape.ROLLING_MONTHS: (
        rf"{_LAST}\ {COUNT}\ months?|(?:the\ )?past\ (?:month|year)|the\ last\ (?:month|year)"
    ),
    Shape.RECENT: rf"recently|lately|recent\ (?:day|week|month)s|{_LAST}\ few\ (?:day|week|month)s",
}


def pattern(text: str) -> re.Pattern[str]:
    """Compile a pattern of words: case is ignored, a blank stands for any run of white space."""
    return re.compile(text.replace(r"\ ", r"\s{1,3}"), re.IGNORECASE)


_WHOLE = {shape: pattern(text) for shape, text in PATTERNS.items()}
POINT = "(?:" + "|".join(PATTERNS.values()) + ")"


def shape_of(phrase: str) -> Shape | None:
    """Return the kind of expression that `phrase` is as a whole."""
    return next((shape for shape, whole in _WHOLE.items() if whole.fullmatch(phrase)), None)
