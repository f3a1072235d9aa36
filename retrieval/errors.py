"""Everything that can go wrong in retrieval, as one tree.

RetrievalError
├── ReadError              an article file, or a part of one, can't be read
├── EmbeddingError         the model can't be loaded or gave no usable vectors
├── QuestionError          a question that can't be searched for (empty, too long, no words)
├── CalibrationError       a calibration can't be fitted, read or written
└── IndexStateError
    ├── NothingIndexedError    there is no generation to ask
    ├── IndexMismatchError     the index was made by another model or passage rule
    ├── DamagedIndexError      a generation's files are missing or altered
    ├── NoRollbackError        there is no good generation before the current one
    ├── IndexBusyError         another process is changing the index
    └── IndexWriteError        the disk refused a write

Each error is one line for a person: what is wrong, then what mends it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path


class RetrievalError(Exception):
    """Base of the tree. `str(error)` is "problem; remedy" (remedy may be empty)."""

    def __init__(self, problem: str, remedy: str = "") -> None:
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{problem}; {remedy}" if remedy else problem)


class ReadError(RetrievalError):
    """An article file, or one line of it, can't be read. `location` is a path or `path:line`."""

    def __init__(self, location: str, problem: str, remedy: str = "") -> None:
        self.location = location
        super().__init__(f"{location}: {problem}", remedy)


class EmbeddingError(RetrievalError):
    """The model can't be loaded or gave no usable vectors."""


class QuestionError(RetrievalError):
    """A question that can't be searched for."""


class CalibrationError(RetrievalError):
    """A calibration can't be fitted, read or written."""


class IndexStateError(RetrievalError):
    """Base of what can be wrong with the index on disk."""


class NothingIndexedError(IndexStateError):
    """There is no generation to ask."""


class IndexMismatchError(IndexStateError):
    """The index was made by another model or passage rule than the settings name."""

    def __init__(self, *, expected: str, found: str) -> None:
        self.expected = expected
        self.found = found
        super().__init__(
            f"the index was made with {found}, the settings name {expected}",
            "run `newsdesk index --rebuild`, or set the old one again",
        )


class DamagedIndexError(IndexStateError):
    """A generation's files are missing or altered."""


class NoRollbackError(IndexStateError):
    """There is no good generation before the current one."""


class IndexBusyError(IndexStateError):
    """Another process is changing the index."""


class IndexWriteError(IndexStateError):
    """The disk refused a write; what was there before is untouched."""

    @classmethod
    def of(cls, folder: Path, error: OSError) -> Self:
        """Return the error for what the disk said when the index in `folder` was to be written."""
        return cls(
            f"can't write the index in {folder}: {error.strerror or error}",
            "free some space or choose another folder with --data; what was there is untouched",
        )
