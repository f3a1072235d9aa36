"""Rows as JSON can hold them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any


def row_as_json(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with its moments as ISO 8601 text in UTC."""
    return {
        name: value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
        for name, value in row.items()
    }
