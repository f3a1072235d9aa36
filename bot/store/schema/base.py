"""What all tables have in common.

Strings of any length that must be unique (addresses, locations, keys) are unique by their SHA-256,
since PostgreSQL's indexes hold no long ones.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, MetaData, Table
from sqlalchemy.orm import DeclarativeBase

from bot.store.columns import CleanText, Moment


class Base(DeclarativeBase):
    """The tables' common ground."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it so
        datetime: Moment,
        str: CleanText,
        dict[str, Any]: JSON,
        list[str]: JSON,
        list[int]: JSON,
    }


def table(row: type[Base]) -> Table:
    """Return a row class's table, for statements over many rows at once."""
    made = row.__table__
    assert isinstance(made, Table)  # noqa: S101 - for the type checker; a mapped class has a table
    return made
