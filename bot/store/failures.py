"""What a database driver raised → what a person is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.store.errors import (
    DamagedDatabaseError,
    FullDiskError,
    LockedDatabaseError,
    ReadOnlyDatabaseError,
    StoreError,
    UnreachableDatabaseError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.exc import DBAPIError

_RESTORE = "restore a backup: newsdesk restore FILE --replace"


def _locked(where: str) -> StoreError:
    return LockedDatabaseError(
        f"another process holds the database {where}", "wait until it has finished, then try again"
    )


def _read_only(where: str) -> StoreError:
    return ReadOnlyDatabaseError(
        f"the database {where} can't be written", "let Newsdesk's user write it and its folder"
    )


def _full(where: str) -> StoreError:
    return FullDiskError(
        f"no room is left for the database {where}", "free some space; what it held is untouched"
    )


def _damaged(where: str) -> StoreError:
    return DamagedDatabaseError(
        f"the file {where} is no database or a damaged one", f"move it away and {_RESTORE}"
    )


def _no_file(where: str) -> StoreError:
    return UnreachableDatabaseError(
        f"the database {where} can't be opened", "check the path and its permissions"
    )


def _no_server(where: str) -> StoreError:
    return UnreachableDatabaseError(
        f"the database server {where} doesn't answer", "check that it runs and NEWSDESK_DATABASE"
    )


def _login(where: str) -> StoreError:
    return UnreachableDatabaseError(
        f"the database server {where} refuses the login", "check user and password"
    )


def _no_database(where: str) -> StoreError:
    return UnreachableDatabaseError(
        f"the database {where} doesn't exist", "create it with createdb, or name another"
    )


def _corrupt(where: str) -> StoreError:
    return DamagedDatabaseError(f"the database {where} is damaged", _RESTORE)


# By the beginning of SQLite's error name (https://sqlite.org/rescode.html).
_SQLITE: dict[str, Callable[[str], StoreError]] = {
    "SQLITE_BUSY": _locked,
    "SQLITE_LOCKED": _locked,
    "SQLITE_READONLY": _read_only,
    "SQLITE_FULL": _full,
    "SQLITE_IOERR_SHMSIZE": _full,  # no room for the index of the write-ahead log
    "SQLITE_NOTADB": _damaged,
    "SQLITE_CORRUPT": _damaged,
    "SQLITE_CANTOPEN": _no_file,
}
# By the beginning of SQLSTATE (PostgreSQL's manual, appendix A).
_POSTGRESQL: dict[str, Callable[[str], StoreError]] = {
    "55P03": _locked,
    "40001": _locked,
    "40P01": _locked,
    "25006": _read_only,
    "42501": _read_only,
    "53100": _full,
    "XX001": _corrupt,
    "XX002": _corrupt,
    "28": _login,
    "3D000": _no_database,
    "08": _no_server,
    "57P": _no_server,
}
_RETRIED = ("40001", "40P01")  # serialisation failure, deadlock


def translate(error: DBAPIError, where: str) -> StoreError:
    """Return the error to raise instead; `where` names the database without a password."""
    original = error.orig
    name = getattr(original, "sqlite_errorname", None)
    if isinstance(name, str):
        return _find(_SQLITE, name, where) or _unnamed(name, where)
    state = getattr(original, "sqlstate", None)
    if isinstance(state, str):
        return _find(_POSTGRESQL, state, where) or _unnamed(f"SQLSTATE {state}", where)
    return _while_connecting(str(original), where)


def worth_retrying(error: DBAPIError) -> bool:
    """Tell whether the same transaction may succeed if it is run again."""
    return getattr(error.orig, "sqlstate", None) in _RETRIED


def _find(
    table: dict[str, Callable[[str], StoreError]], code: str, where: str
) -> StoreError | None:
    for beginning, make in table.items():
        if code.startswith(beginning):
            return make(where)
    return None


def _while_connecting(message: str, where: str) -> StoreError:
    # A login that failed has no SQLSTATE in psycopg; the server's English words remain.
    if "authentication failed" in message or "no password supplied" in message:
        return _login(where)
    if "database" in message and "does not exist" in message:
        return _no_database(where)
    return _no_server(where)


def _unnamed(code: str, where: str) -> StoreError:
    return StoreError(f"the database {where} failed ({code})", "nothing was changed")
