"""What happened: every call, everything seen in a chat, and what Telegram silently dropped."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.playground.json_types import JsonObject
    from bot.playground.messages import CallbackQuery, Message


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the bot, recorded when its outcome was known.

    `status` and `response` are the HTTP answer, None if the connection ended without one;
    `accepted` says whether the call was carried out. `at` is the injected clock's time of its
    arrival, `monotonic` that of `time.monotonic()`. The token is not in here.
    """

    number: int
    method: str
    parameters: JsonObject
    accepted: bool
    status: int | None
    response: JsonObject | None
    at: datetime
    monotonic: float


@dataclass(frozen=True, slots=True)
class Violation:
    """Something that Telegram would have dropped or changed without telling the bot."""

    method: str
    chat_id: int | None
    problem: str


class EventKind(StrEnum):
    """What can happen in a chat."""

    SAID = "says"
    CORRECTED = "corrects"
    PRESSED = "presses"
    SENT = "sends"
    EDITED = "edits"
    DELETED = "deletes"
    ANSWERED = "answers the press"
    ACTED = "shows"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing seen in a chat. `message` is the message as it stood then.

    `query` is the pressed button that was answered, `thread_id` the topic the bot acts in.
    """

    kind: EventKind
    at: datetime
    chat_id: int
    actor: str
    message: Message | None = None
    text: str = ""
    query: CallbackQuery | None = None
    thread_id: int | None = None


def render_transcript(events: Iterable[Event]) -> str:
    """Return a chat as plain text, a paragraph an event and no times.

    `#3 Ann: …`, replies as `(to #1)`, quotes as `> …`, keyboards as `[Yes] [No]`.
    """
    return "\n".join(_paragraph(event) for event in events)


def _paragraph(event: Event) -> str:
    message = event.message
    match event.kind:
        case EventKind.SAID | EventKind.SENT | EventKind.CORRECTED | EventKind.EDITED:
            head = f"#{message.id} {event.actor}" if message else event.actor
            body = _body(message) if message else event.text
            edited = event.kind in {EventKind.CORRECTED, EventKind.EDITED}
            to = f" (to #{message.reply_to.id})" if message and message.reply_to else ""
            return f"{head}{to}{' (edited)' if edited else ''}: {body}"
        case EventKind.DELETED:
            return f"{event.actor} deletes #{message.id if message else '?'}"
        case EventKind.PRESSED:
            return f"{event.actor} presses [{event.text}] on #{message.id if message else '?'}"
        case EventKind.ANSWERED:
            return f"{event.actor} answers the press{f': {event.text}' if event.text else ''}"
        case EventKind.ACTED:
            return f"{event.actor} shows: {event.text}"


def _body(message: Message) -> str:
    lines = [f"> {line}" for line in message.quote.text.split("\n")] if message.quote else []
    if message.file is not None:
        lines.append(f"({message.file.name or message.file.kind})")
    if message.service is not None:
        lines += [f"({name})" for name in message.service]
    elif message.text or message.file is None:
        lines += message.text.split("\n")
    lines += [" ".join(f"[{label}]" for label in row) for row in message.buttons]
    return "\n    ".join(lines)
