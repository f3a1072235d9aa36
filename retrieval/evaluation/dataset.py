"""Questions with known answers, a JSON object a line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

from retrieval.errors import ReadError

if TYPE_CHECKING:
    from pathlib import Path

_FORM = (
    'a question looks like {"id": "1", "question": "Who …?", "asked_at": "2022-04-01", '
    '"answers": ["…"], "urls": []}'
)


@dataclass(frozen=True, slots=True)
class EvaluationQuestion:
    """A question with its accepted answers (none: the collection can't answer it).

    `as_of` is the end of the day it was asked, None where that isn't known; `urls` name the
    articles that hold the answer, as far as they are known.
    """

    id: str
    text: str
    as_of: datetime | None
    answers: tuple[str, ...]
    urls: tuple[str, ...]

    @property
    def answerable(self) -> bool:
        """Whether the collection holds an answer."""
        return bool(self.answers)


def read_questions(path: Path) -> list[EvaluationQuestion]:
    """Read a JSONL file of questions. Raises ReadError naming the first line that is none.

    Left out is what people judged bad (`verdict`) and nobody gave the answers of since: what the
    right answer is, or whether there is one, isn't known.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise ReadError(str(path), f"can't be read ({reason})", _FORM) from error
    questions = [
        question
        for number, line in enumerate(lines, start=1)
        if line.strip() and (question := _question(line, f"{path}:{number}", str(number)))
    ]
    if not questions:
        raise ReadError(str(path), "holds no question of which the answer is known", _FORM)
    return questions


def _question(line: str, location: str, number: str) -> EvaluationQuestion | None:
    try:
        record = json.loads(line)
        question = EvaluationQuestion(
            id=str(record.get("id", number)),
            text=_text(record["question"]),
            as_of=_end_of_day(record.get("asked_at")),
            answers=_texts(record.get("answers")),
            urls=_texts(record.get("urls")),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReadError(location, f"is no question ({error})", _FORM) from error
    unknown = record.get("verdict") == "bad" and not question.answers
    return None if unknown else question


def _end_of_day(value: Any) -> datetime | None:
    if not value:
        return None
    return datetime.combine(datetime.fromisoformat(value).date(), time.max, tzinfo=UTC)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise TypeError("the question is no text")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise TypeError("answers and urls are lists of texts")
    return tuple(item for item in value if item.strip())
