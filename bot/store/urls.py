"""Database URLs: what they may be, and how one is named without its password."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.errors import ConfigurationError
from bot.store.errors import MissingExtraError, UnreachableDatabaseError

if TYPE_CHECKING:
    from bot.settings import Settings

FILE = "newsdesk.db"
_REMEDY = "write sqlite:///path/to/newsdesk.db or postgresql://user:password@host/database"


def database_url(settings: Settings) -> str:
    """Return the URL that the settings name, else that of the data folder's SQLite file."""
    if settings.database is not None:
        return settings.database.get_secret_value()
    return sqlite_url(settings.data / FILE)


def sqlite_url(path: Path) -> str:
    """Return the URL of an SQLite file."""
    return URL.create("sqlite", database=str(path)).render_as_string(hide_password=False)


def parse_url(text: str) -> URL:
    """Return the URL with the driver that the store uses.

    Raises ConfigurationError for anything but an SQLite file or a PostgreSQL database (never with
    the URL in it), MissingExtraError for PostgreSQL without its driver.
    """
    try:
        url = make_url(text.strip())
    except (ArgumentError, ValueError):
        raise ConfigurationError("NEWSDESK_DATABASE is no database URL", _REMEDY) from None
    match url.drivername:
        case "sqlite" | "sqlite+aiosqlite":
            if not url.database or ":memory:" in url.database:
                raise ConfigurationError("NEWSDESK_DATABASE names no SQLite file", _REMEDY)
            return url.set(drivername="sqlite+aiosqlite")
        case "postgresql" | "postgres" | "postgresql+psycopg":
            _need_psycopg()
            return url.set(drivername="postgresql+psycopg")
    raise ConfigurationError("NEWSDESK_DATABASE is for another kind of database", _REMEDY)


def _need_psycopg() -> None:
    try:
        import psycopg  # noqa: F401 - only whether it is there
    except ImportError:
        raise MissingExtraError(feature="a PostgreSQL database", extra="postgres") from None


def file_of(url: URL) -> Path | None:
    """Return the file of an SQLite URL, None for a server."""
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    return Path(url.database.removeprefix("file:"))


def need_database(text: str) -> None:
    """Raise UnreachableDatabaseError for an SQLite file that isn't there, rather than make one."""
    need_file(parse_url(text))


def need_file(url: URL) -> None:
    """Raise UnreachableDatabaseError if the file of an SQLite URL isn't there."""
    file = file_of(url)
    if file is not None and not file.exists():
        raise UnreachableDatabaseError(f"there is no database {file}", "check NEWSDESK_DATABASE")


def shown(url: URL) -> str:
    """Name the database for a person: a file's path, or server and name. No user, no password."""
    file = file_of(url)
    if file is not None:
        return str(file)
    host = url.host or str(url.query.get("host", "localhost"))
    return f"{host}{f':{url.port}' if url.port else ''}/{url.database or ''}"
