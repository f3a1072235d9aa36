"""What can come of an attempt to send a message. Values, not exceptions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Sent:
    """It is there."""

    message_id: int


@dataclass(frozen=True, slots=True)
class NotSent:
    """It is not there, and another attempt may do better: no connection, a server in trouble."""

    reason: str


@dataclass(frozen=True, slots=True)
class Wait:
    """It is not there; another attempt is welcome after so many seconds, not before."""

    seconds: float
    reason: str


@dataclass(frozen=True, slots=True)
class Uncertain:
    """It may be there: the connection was lost after the request had begun to go out."""

    reason: str


@dataclass(frozen=True, slots=True)
class ChatGone:
    """Nothing can be sent to that chat: the bot was blocked or put out, or the chat is no more."""

    reason: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The chat has another id now."""

    chat_id: int


@dataclass(frozen=True, slots=True)
class Refused:
    """It is not there, and no other attempt will do better."""

    reason: str


Failure: TypeAlias = NotSent | Wait | Uncertain | ChatGone | Moved | Refused
Outcome: TypeAlias = Sent | Failure
