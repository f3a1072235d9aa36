"""A folder or a file on this machine, gone through in a thread. Never leaves the folder."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from bot.sources.events import Expected, Unchanged
from bot.sources.files import holds_lines, key_of, read_lines, read_whole, stamp
from bot.sources.problems import SourceError
from retrieval.errors import ReadError
from retrieval.readers import find_files

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from bot.sources.events import Step

_MOST_REMEMBERED = 2000  # files of lines whose signs are kept in the state


class FolderVisit:
    """One visit to a folder or a file; `fingerprint` is that of the visit before.

    After `steps` has ended, `fingerprint` is this visit's (None if a file changed meanwhile, so
    that the next visit looks again), and `keys` all items' keys, or None if they aren't all known.
    """

    def __init__(
        self, location: Path, *, fingerprint: str | None, known: Mapping[str, str], now: datetime
    ) -> None:
        self._location = location
        self._root = location if location.is_dir() else location.parent
        self._known = known
        self._now = now
        self._before = fingerprint
        self.fingerprint: str | None = fingerprint
        self.keys: frozenset[str] | None = None

    def steps(self) -> Generator[Step, None, None]:
        """Read what is new or changed. Raises SourceError if there is nothing to read at all."""
        try:
            files = find_files(self._location)
        except ReadError as error:
            raise SourceError(str(error)) from None
        signs = {path: stamp(path) for path in files}
        fingerprint = self._fingerprint(signs)
        if fingerprint == self._before:
            yield Unchanged(len(self._known))
            return
        keys: set[str] = set()
        yield from self._read(signs, keys)
        steady = all(stamp(path) == sign for path, sign in signs.items())
        self.fingerprint = fingerprint if steady and None not in signs.values() else None
        if all(sign is not None and path.is_file() for path, sign in signs.items()):
            self.keys = frozenset(keys)

    def _read(self, signs: Mapping[Path, str | None], keys: set[str]) -> Iterator[Step]:
        of_lines = _remembered(self._before)
        same = 0
        changed: list[tuple[Path, str, str]] = []
        for path, sign in signs.items():
            key = key_of(path, self._root)
            if holds_lines(path) and of_lines.get(key) == sign:
                mine = [name for name in self._known if name.startswith(f"{key}:")]
                keys.update(mine)
                same += len(mine)
            elif not holds_lines(path) and key in self._known and self._known[key] == sign:
                keys.add(key)
                same += 1
            else:
                changed.append((path, key, sign or ""))
        if same:
            yield Unchanged(same)
        yield Expected(len(changed))
        for path, key, sign in changed:
            if holds_lines(path):
                yield from read_lines(path, key, self._known, keys, now=self._now)
            else:
                keys.add(key)
                yield from read_whole(path, key, sign, now=self._now)

    def _fingerprint(self, signs: Mapping[Path, str | None]) -> str:
        """Return a digest of all files' signs, then the signs of files of lines, a line each."""
        whole = hashlib.blake2b(digest_size=16)
        lines: list[str] = []
        for path, sign in signs.items():
            key = key_of(path, self._root)
            whole.update(f"{key}\0{sign}\0".encode())
            if holds_lines(path) and sign is not None and "\n" not in key:
                lines.append(f"{sign} {key}")
        return "\n".join([whole.hexdigest(), *lines[:_MOST_REMEMBERED]])


def _remembered(fingerprint: str | None) -> dict[str, str]:
    signs: dict[str, str] = {}
    for line in (fingerprint or "").split("\n")[1:]:
        sign, _, key = line.partition(" ")
        signs[key] = sign
    return signs
