"""A backup's file: a zip of one JSON-lines file a table, and a manifest with their checksums.

Blocking; knows nothing of databases but the tables' names and columns.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import zipfile
import zlib
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import LargeBinary

from bot.store.columns import Moment
from bot.store.errors import BackupError, FullDiskError
from bot.store.schema import BANDS, UPDATES, Base

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from sqlalchemy import Table

FORMAT = "newsdesk-backup-1"
TABLES = [table for table in Base.metadata.sorted_tables if table not in (BANDS, UPDATES)]
"""What a backup holds, in an order in which rows can be put back. Updates are of the moment."""

_MANIFEST = "manifest.json"
_ANOTHER = "take another backup; nothing was changed"
_NO_SPACE = 28


@dataclass(frozen=True, slots=True)
class TableFile:
    """What the manifest says of a table's file: its rows and the SHA-256 of its bytes."""

    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the manifest says: format, schema revision, when it was made, and each table's file."""

    format: str
    revision: str
    made: str
    tables: dict[str, TableFile]

    @property
    def rows(self) -> int:
        """How many rows the backup holds in all."""
        return sum(file.rows for file in self.tables.values())


class Writer:
    """Writes a backup, table by table, under a working name until `finish`."""

    def __init__(self, zipped: zipfile.ZipFile) -> None:
        self._zip = zipped
        self._tables: dict[str, TableFile] = {}

    def start(self, table: Table) -> TableWriter:
        """Begin a table's file."""
        return TableWriter(self, table, self._zip.open(_file_of(table.name), "w", force_zip64=True))

    def note(self, name: str, file: TableFile) -> None:
        """Take down what a table's file holds."""
        self._tables[name] = file

    def finish(self, *, revision: str, made: datetime) -> Manifest:
        """Write the manifest."""
        manifest = Manifest(FORMAT, revision, made.isoformat(), self._tables)
        self._zip.writestr(_MANIFEST, json.dumps(asdict(manifest), indent=1))
        return manifest


class TableWriter:
    """Writes one table's file."""

    def __init__(self, writer: Writer, table: Table, file: Any) -> None:
        self._writer = writer
        self._table = table
        self._file = file
        self._rows = 0
        self._hash = hashlib.sha256()

    def write(self, rows: Sequence[Mapping[Any, Any]]) -> None:
        """Append rows."""
        lines = [json.dumps(encode(self._table, row), sort_keys=True) + "\n" for row in rows]
        data = "".join(lines).encode()
        self._file.write(data)
        self._hash.update(data)
        self._rows += len(rows)

    def close(self) -> None:
        """End the file."""
        self._file.close()
        self._writer.note(self._table.name, TableFile(self._rows, self._hash.hexdigest()))


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """Give a writer; the file is there under its name only if the block ends well.

    A file of that name is replaced if it is a backup. Raises BackupError, FullDiskError.
    """
    if path.exists() and not _is_backup(path):
        raise BackupError(f"{path} is there and is no backup", "name another file")
    working = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with working.open("xb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
                yield Writer(zipped)
            file.flush()
            os.fsync(file.fileno())
        working.replace(path)
    except OSError as error:
        if error.errno == _NO_SPACE:
            raise FullDiskError(f"no room is left for {path}", "free some space") from error
        raise BackupError(
            f"{path} can't be written ({error.strerror})", "name another file"
        ) from error
    finally:
        with suppress(OSError):
            working.unlink()


def verify(path: Path) -> Manifest:
    """Read a whole backup against its manifest. Raises BackupError."""
    with opened(path) as zipped:
        manifest = _manifest(path, zipped)
        for name, expected in manifest.tables.items():
            seen, rows = hashlib.sha256(), 0
            with zipped.open(_file_of(name)) as file:
                while data := file.read(1 << 20):
                    seen.update(data)
                    rows += data.count(b"\n")
            if TableFile(rows, seen.hexdigest()) != expected:
                raise BackupError(f"{path} is damaged (its {name} are altered)", _ANOTHER)
    return manifest


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a backup for reading. What is wrong with it comes out as BackupError."""
    try:
        with zipfile.ZipFile(path) as zipped:
            yield zipped
    except FileNotFoundError:
        raise BackupError(f"there is no file {path}", "check the path") from None
    except OSError as error:
        raise BackupError(f"{path} can't be read ({error.strerror})", "check the path") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise BackupError(f"{path} is no backup or a damaged one", _ANOTHER) from error
    except (ValueError, KeyError, TypeError) as error:
        raise BackupError(f"{path} is no backup of Newsdesk's", _ANOTHER) from error


def read_rows(zipped: zipfile.ZipFile, table: Table) -> Iterator[dict[str, Any]]:
    """Give a table's rows. Raises ValueError or KeyError for what is no row of it."""
    with zipped.open(_file_of(table.name)) as file:
        for line in file:
            yield decode(table, json.loads(line))


def encode(table: Table, row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return a row as JSON can hold it: moments as ISO 8601, bytes as base64."""
    return {name: _as_json(row[name]) for name in table.c.keys()}  # noqa: SIM118 - no mapping


def decode(table: Table, record: dict[str, Any]) -> dict[str, Any]:
    """Do the opposite of `encode`."""
    row = dict(record)
    for name, value in record.items():
        kind = table.c[name].type  # a KeyError for a column that isn't there
        if value is not None and isinstance(kind, Moment):
            row[name] = datetime.fromisoformat(value)
        elif value is not None and isinstance(kind, LargeBinary):
            row[name] = base64.b64decode(value, validate=True)
    return row


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _manifest(path: Path, zipped: zipfile.ZipFile) -> Manifest:
    record = json.loads(zipped.read(_MANIFEST))
    if record["format"] != FORMAT:
        raise BackupError(f"{path} is of a form that this Newsdesk doesn't know", "update Newsdesk")
    tables = {str(name): TableFile(**file) for name, file in record["tables"].items()}
    return Manifest(record["format"], str(record["revision"]), str(record["made"]), tables)


def _is_backup(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as zipped:
            return _MANIFEST in zipped.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


def _file_of(table: str) -> str:
    return f"{table}.jsonl"
