"""Replies as JSON that is kept, and back: nothing is lost, unlike in what programs are shown.

What there is to read on beside an answer, and what a follow-up was understood as, are kept with
it; records of old have neither.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from retrieval.types import (
    Abstention,
    Answer,
    AnswerSentence,
    ArticleRef,
    Citation,
    Difference,
    DifferingValue,
    Excerpt,
    Span,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.types import Reply

_KINDS = {"answer": Answer, "abstention": Abstention}
_BESIDE = frozenset(
    {"kind", "further", "understood"}
)  # keys of a record that are no fields of a reply


def reply_to_record(
    reply: Reply, further: Sequence[Excerpt] = (), understood: str = ""
) -> dict[str, Any]:
    """Return the reply in JSON's types, what there is to read on beside it, and how it was read.

    `understood` is the completed question of a follow-up, "" for none.
    """
    kind = next(name for name, made in _KINDS.items() if isinstance(reply, made))
    record: dict[str, Any] = _plain(asdict(reply))
    beside = {"understood": understood} if understood else {}
    return {"kind": kind, **record, "further": [_plain(asdict(one)) for one in further], **beside}


def reply_of_record(record: dict[str, Any]) -> Reply:
    """Return the reply. Raises ValueError, KeyError or TypeError for what is no reply's record."""
    fields = {name: value for name, value in record.items() if name not in _BESIDE}
    fields["as_of"] = _moment(fields["as_of"])
    fields["closest"] = tuple(ArticleRef(**_dated(one)) for one in fields["closest"])
    if _KINDS[record["kind"]] is Abstention:
        return Abstention(**fields)
    fields["sentences"] = tuple(
        AnswerSentence(one["text"], tuple(one["citation_numbers"])) for one in fields["sentences"]
    )
    fields["citations"] = tuple(
        Citation(**{**_dated(one), "span": Span(**one["span"])}) for one in fields["citations"]
    )
    fields["differences"] = tuple(
        Difference(
            tuple(DifferingValue(v["text"], tuple(v["citation_numbers"])) for v in one["values"])
        )
        for one in fields["differences"]
    )
    return Answer(**fields)


def further_of_record(record: dict[str, Any]) -> tuple[Excerpt, ...]:
    """Return what there is to read on, none for a record of old. Raises likewise."""
    return tuple(
        Excerpt(ArticleRef(**_dated(one["article"])), Span(**one["span"]), one["text"])
        for one in record.get("further", ())
    )


def understood_of_record(record: dict[str, Any]) -> str:
    """Return what a follow-up was understood as, "" for a question that stands alone."""
    return str(record.get("understood", ""))


def _dated(record: dict[str, Any]) -> dict[str, Any]:
    return {**record, "published": _moment(record["published"])}


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {name: _plain(part) for name, part in value.items()}
        case list() | tuple():
            return [_plain(part) for part in value]
        case datetime():
            return value.isoformat()
    return value
