"""Replies as JSON that is kept, and back: nothing is lost, unlike in what programs are shown."""

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
    Span,
)

if TYPE_CHECKING:
    from retrieval.types import Reply

_KINDS = {"answer": Answer, "abstention": Abstention}


def reply_to_record(reply: Reply) -> dict[str, Any]:
    """Return the reply in JSON's types."""
    kind = next(name for name, made in _KINDS.items() if isinstance(reply, made))
    record: dict[str, Any] = _plain(asdict(reply))
    return {"kind": kind, **record}


def reply_of_record(record: dict[str, Any]) -> Reply:
    """Do the opposite. Raises ValueError, KeyError or TypeError for what is no reply's record."""
    fields = {name: value for name, value in record.items() if name != "kind"}
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
