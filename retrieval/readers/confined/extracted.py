"""What goes to the worker process and what comes back, and both as bytes on a pipe."""

from __future__ import annotations

import json
import struct
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import IO

Kind: TypeAlias = Literal["html", "pdf", "docx"]

_LENGTHS = struct.Struct(">II")
_LONGEST_REPLY = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Task:
    """What to extract: the kind of document, its address if it has one, the day it came."""

    kind: Kind
    url: str | None
    fetched: str


@dataclass(frozen=True, slots=True)
class Extracted:
    """The paragraphs of a document, not yet clean, and what it says about itself.

    `about` has the keys that `retrieval.readers.fields.read_fields` reads; `notes` are problems
    and their remedies.
    """

    paragraphs: tuple[str, ...]
    about: Mapping[str, object] = field(default_factory=dict)
    notes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a document gave nothing, and what mends it."""

    problem: str
    remedy: str


Outcome: TypeAlias = Extracted | Unreadable


def write_message(stream: IO[bytes], head: object, body: bytes = b"") -> None:
    """Write what JSON can say, and bytes. Raises OSError."""
    packed = json.dumps(head).encode()
    stream.write(_LENGTHS.pack(len(packed), len(body)) + packed)
    stream.write(body)
    stream.flush()


def read_message(stream: IO[bytes]) -> tuple[dict[str, object], bytes] | None:
    """Read a message, or return None if the stream ends before it does. Raises OSError."""
    lengths = stream.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    head_length, body_length = _LENGTHS.unpack(lengths)
    if head_length + body_length > _LONGEST_REPLY:
        return None
    head, body = stream.read(head_length), stream.read(body_length)
    if len(head) < head_length or len(body) < body_length:
        return None
    return json.loads(head), body


def as_json(outcome: Outcome) -> dict[str, object]:
    """Return an outcome as JSON says it."""
    return asdict(outcome)


def from_json(head: Mapping[str, object]) -> Outcome:
    """Undo `as_json`."""
    if "problem" in head:
        return Unreadable(str(head["problem"]), str(head["remedy"]))
    paragraphs, about, notes = head["paragraphs"], head["about"], head["notes"]
    if not (isinstance(paragraphs, list) and isinstance(about, dict) and isinstance(notes, list)):
        raise TypeError("not an outcome")
    return Extracted(tuple(paragraphs), about, tuple((note[0], note[1]) for note in notes))
