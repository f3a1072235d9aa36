"""What was written in the chat before: a line an entry, in a file that only its owner reads."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from prompt_toolkit.history import History

from bot.chat.captions import one_line

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterable
    from pathlib import Path

ENTRIES = 1000
LONGEST = 2000  # characters of an entry; longer ones are no questions and are not kept
_SLACK = 100  # entries beyond, so that the file isn't written anew at each one
_OWNER_ONLY = 0o600


class BoundedHistory(History):
    """The latest `most` entries. `path` is their file, None to leave none.

    A file that can't be read or written costs the history, not the chat: `warn` is told once.
    Chats at the same time add to one file; each sees what was there when it began, and its own.
    """

    def __init__(
        self,
        path: Path | None,
        *,
        most: int = ENTRIES,
        warn: Callable[[str], None] = lambda _line: None,
    ) -> None:
        super().__init__()
        self._path = path
        self._most = most
        self._warn = warn
        self._entries = self._read()[-most:]

    async def load(self) -> AsyncGenerator[str, None]:
        """Yield the entries, newest first."""
        for entry in reversed(self._entries):
            yield entry

    def get_strings(self) -> list[str]:
        """Return the entries, oldest first."""
        return list(self._entries)

    def append_string(self, string: str) -> None:
        """Add an entry, on one line; the oldest makes room."""
        entry = one_line(string)
        if not entry or len(entry) > LONGEST:
            return
        self._entries = [*self._entries, entry][-self._most :]
        self.store_string(entry)

    def load_history_strings(self) -> Iterable[str]:
        """Return the entries, newest first."""
        return reversed(self._entries)

    def store_string(self, string: str) -> None:
        """Add a line to the file, and cut the file once it is too long."""
        if self._path is None:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._write(self._path, [string], os.O_APPEND)
            kept = self._read()
            if len(kept) > self._most + _SLACK:
                fresh = self._path.with_name(f"{self._path.name}.{os.getpid()}")
                self._write(fresh, kept[-self._most :], os.O_TRUNC)
                fresh.replace(self._path)
        except OSError as error:
            self._give_up(error)

    def forget(self) -> None:
        """Delete all entries and their file. Raises OSError if the file can't be deleted."""
        self._entries = []
        if self._path is not None:
            self._path.unlink(missing_ok=True)

    def _read(self) -> list[str]:
        if self._path is None:
            return []
        try:
            text = self._path.read_text("utf-8", "replace")
        except FileNotFoundError:
            return []
        except OSError as error:
            self._give_up(error)
            return []
        return [entry for line in text.split("\n") if (entry := one_line(line))]

    def _write(self, path: Path, entries: Iterable[str], how: int) -> None:
        """Write lines to a file that from before the first byte only its owner reads."""
        number = os.open(path, os.O_WRONLY | os.O_CREAT | how, _OWNER_ONLY)
        with os.fdopen(number, "wb") as stream:
            path.chmod(_OWNER_ONLY)
            stream.write("".join(f"{entry}\n" for entry in entries).encode("utf-8", "replace"))

    def _give_up(self, error: OSError) -> None:
        self._warn(f"the history {self._path} can't be kept ({error.strerror})")
        self._path = None
