"""Column types that mean the same in SQLite and PostgreSQL."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import DateTime, Text, TypeDecorator

if TYPE_CHECKING:
    from sqlalchemy import Dialect

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def clean_text(text: str) -> str:
    """Put U+FFFD for each code point that PostgreSQL or UTF-8 can't hold; offsets stay."""
    return _UNSTORABLE.sub("\ufffd", text)


def hash_of(text: str) -> str:
    """Return what stands for a string of any length in a unique index: 64 hexadecimal digits."""
    return hashlib.sha256(clean_text(text).encode()).hexdigest()


class Moment(TypeDecorator[datetime]):
    """An aware datetime in UTC, to the microsecond. A naive one is a ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn to UTC; SQLite, which keeps no zone, gets the bare time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a datetime without a time zone: {value.isoformat()}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Turn back to aware UTC."""
        if value is None:
            return None
        found: datetime = value
        return found.replace(tzinfo=UTC) if dialect.name == "sqlite" else found.astimezone(UTC)


class CleanText(TypeDecorator[str]):
    """Text of any length, without what PostgreSQL or UTF-8 can't hold (see `clean_text`)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Replace what can't be stored."""
        return None if value is None else clean_text(value)
