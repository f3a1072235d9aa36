"""What a generation says of itself: its embedder, passage rule, counts and checksums."""

from __future__ import annotations

import hashlib
import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from retrieval.dense import EXHAUSTIVE, DenseKind
from retrieval.embedding import EmbedderSpec
from retrieval.errors import DamagedIndexError
from retrieval.index.layout import FORMAT, MANIFEST, READABLE
from retrieval.passages import PassageRule

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_RESTORE = "run `newsdesk index --rebuild` with your articles' paths"


@dataclass(frozen=True, slots=True)
class FileSum:
    """A file's size in bytes and its SHA-256 in hexadecimal."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The generation `number`, made of `inputs` (the paths last indexed, in order).

    `dense` is how its vectors are searched.
    """

    number: int
    created: datetime
    embedder: EmbedderSpec
    rule: PassageRule
    dimension: int
    articles: int
    passages: int
    inputs: tuple[str, ...]
    files: dict[str, FileSum]
    dense: DenseKind = EXHAUSTIVE


def checksum(path: Path) -> FileSum:
    """Return size and SHA-256 of a file. Raises OSError if it can't be read."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256")
    return FileSum(path.stat().st_size, digest.hexdigest())


def checksums(paths: Sequence[Path]) -> list[FileSum | OSError]:
    """Return `checksum` of each path, in order, or why there is none; on all processors."""

    def known(path: Path) -> FileSum | OSError:
        try:
            return checksum(path)
        except OSError as error:
            return error

    # No generator: one that is given up half-way would wait for its threads wherever it is freed.
    with ThreadPoolExecutor(len(os.sched_getaffinity(0)), thread_name_prefix="checksum") as pool:
        return list(pool.map(known, paths))


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write `manifest` into its generation's folder. Raises OSError."""
    record = {"format": FORMAT, **asdict(manifest), "created": manifest.created.isoformat()}
    record["sha256"] = _record_sum(record)
    (folder / MANIFEST).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Read a generation's manifest. Raises DamagedIndexError naming the file."""
    path = folder / MANIFEST
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        if record["format"] not in READABLE:
            raise DamagedIndexError(
                f"{path}: format {record['format']} is not this program's ({FORMAT})", _RESTORE
            )
        if record.pop("sha256") != _record_sum(record):
            raise DamagedIndexError(f"{path}: does not match its checksum", _RESTORE)
        return _manifest(record)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedIndexError(f"{path}: missing or unreadable", _RESTORE) from error


def verify_files(folder: Path, manifest: Manifest) -> None:
    """Compare every file with its checksum. Raises DamagedIndexError naming the first bad one."""
    paths = [folder / name for name in manifest.files]
    for path, expected, found in zip(paths, manifest.files.values(), checksums(paths), strict=True):
        if isinstance(found, OSError):
            raise DamagedIndexError(f"{path}: missing or unreadable", _RESTORE) from found
        if found != expected:
            raise DamagedIndexError(f"{path}: does not match its checksum", _RESTORE)


def _record_sum(record: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()


def _manifest(record: dict[str, Any]) -> Manifest:
    return Manifest(
        number=int(record["number"]),
        created=datetime.fromisoformat(record["created"]).astimezone(UTC),
        embedder=EmbedderSpec(**record["embedder"]),
        rule=PassageRule(**record["rule"]),
        dimension=int(record["dimension"]),
        articles=int(record["articles"]),
        passages=int(record["passages"]),
        inputs=tuple(record["inputs"]),
        files={name: FileSum(**entry) for name, entry in record["files"].items()},
        dense=EXHAUSTIVE if record["format"] == 1 else DenseKind(**record["dense"]),
    )
