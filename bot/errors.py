"""The application's errors and the exit codes of the command line.

BotError
├── ConfigurationError    a setting is wrong or missing (exit 4)
└── DeliveryError         Telegram refused what was sent (exit 1)

Errors of `retrieval` pass through unchanged; `exit_code` maps both trees.
"""

from __future__ import annotations

from enum import IntEnum

from retrieval.errors import NothingIndexedError


class ExitCode(IntEnum):
    """Exit codes that programs may rely on."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    NOTHING_INDEXED = 3
    CONFIGURATION = 4


class BotError(Exception):
    """Base of the tree. `str(error)` is "problem; remedy" (remedy may be empty)."""

    def __init__(self, problem: str, remedy: str = "") -> None:
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{problem}; {remedy}" if remedy else problem)


class ConfigurationError(BotError):
    """A setting is wrong or missing."""


class DeliveryError(BotError):
    """Telegram refused what was sent."""


def exit_code(error: Exception) -> ExitCode:
    """Return the exit code that an error of either tree ends a command with."""
    match error:
        case NothingIndexedError():
            return ExitCode.NOTHING_INDEXED
        case ConfigurationError():
            return ExitCode.CONFIGURATION
        case _:
            return ExitCode.FAILED
