"""What a link to the bot asks for: `t.me/<bot>?start=<payload>`, a payload of up to 64 letters."""

from __future__ import annotations

import binascii
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

PAYLOAD_CHARACTERS = 64

_PAYLOAD = re.compile(rf"[A-Za-z0-9_-]{{1,{PAYLOAD_CHARACTERS}}}")
_ARTICLE = "a_"
_QUESTION = "q_"


@dataclass(frozen=True, slots=True)
class OpenArticle:
    """Show an article."""

    article_id: str


@dataclass(frozen=True, slots=True)
class AskQuestion:
    """Answer a question."""

    question: str


def parse_start(payload: str) -> OpenArticle | AskQuestion | None:
    """Return what the payload of /start asks for, None if it says nothing known."""
    if not _PAYLOAD.fullmatch(payload):
        return None
    rest = payload[2:]
    if payload.startswith(_ARTICLE) and rest:
        return OpenArticle(rest)
    if payload.startswith(_QUESTION) and rest:
        try:
            padded = rest + "=" * (-len(rest) % 4)
            question = urlsafe_b64decode(padded).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            return None
        return AskQuestion(question) if question.strip() else None
    return None


def article_payload(article_id: str) -> str | None:
    """Return the payload that opens an article, None if its id doesn't fit in one."""
    return _checked(_ARTICLE + article_id)


def question_payload(question: str) -> str | None:
    """Return the payload that asks a question, None if it is too long (over 46 bytes)."""
    try:
        encoded = urlsafe_b64encode(question.encode("utf-8")).decode("ascii").rstrip("=")
    except UnicodeEncodeError:
        return None
    return _checked(_QUESTION + encoded) if encoded else None


def _checked(payload: str) -> str | None:
    return payload if _PAYLOAD.fullmatch(payload) else None
