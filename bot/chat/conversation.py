"""What to make of a text that someone sent: a question, or a kind word why not."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.chat.captions import one_line
from bot.chat.translations import marked, translator

if TYPE_CHECKING:
    from bot.chat.translations import Translator

QUESTION_CHARACTERS = 1000

EMPTY = marked("Write me a question about the news; after /ask, put it in the same message.")
WORDLESS = marked("I need a question in words to look for an answer; what would you like to know?")
TOO_LONG = marked(
    "That is too long for one question: I take up to {limit} characters, yours has {length}. "
    "What is the one thing you would like to know?"
)
NOT_TEXT = marked("I can only read text so far. Please write me your question in words.")
FORGOTTEN = marked("A new conversation: I won't lean on what we talked about before.")
UNKNOWN_COMMAND = marked("I don't know that command. /help shows what I can do.")

# Letters and digits drawn as a picture: information sign, keycaps.
_PICTURED = re.compile(r".\ufe0f\u20e3?|.\u20e3", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Question:
    """A question that can be searched for, cleaned and on one line."""

    text: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A text that isn't a question. `line` is plain text for the person who sent it."""

    line: str


def check_question(text: str, tr: Translator | None = None) -> Question | Refusal:
    """Decide whether `text` can be asked: it has words and at most QUESTION_CHARACTERS.

    A refusal speaks `tr`'s language, English without one.
    """
    tr = tr or translator(None)
    question = one_line(text)
    if not question:
        return Refusal(tr(EMPTY))
    if not has_words(question):
        return Refusal(tr(WORDLESS))
    if len(question) > QUESTION_CHARACTERS:
        limit, length = tr.number(QUESTION_CHARACTERS), tr.number(len(question))
        return Refusal(tr(TOO_LONG, limit=limit, length=length))
    return Question(question)


def has_words(text: str) -> bool:
    """Return whether a text has a letter or a digit, but as part of a picture."""
    return any(
        unicodedata.category(character)[0] == "L" or unicodedata.category(character) == "Nd"
        for character in _PICTURED.sub("", text)
    )
