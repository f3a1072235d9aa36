"""Logs that can be shown to anyone: no secrets and nothing that somebody wrote in a chat."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from itertools import chain
from pathlib import PurePath
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TextIO

    _StderrHandler = logging.StreamHandler[TextIO]
else:
    _StderrHandler = logging.StreamHandler

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
REDACTED = "[redacted]"

# Below warnings these write every request, with the token in its address, and every update.
_CHATTY = ("aiosqlite", "httpx", "httpcore", "telegram", "asyncio", "sentence_transformers")
_BOT_TOKEN = r"\d{6,}(?::|%3A)[\w-]{30,}"  # noqa: S105 - the shape of one
_PATH_PARTS = 3


def setup_logging(secrets: Iterable[str], level: int | str = logging.INFO) -> None:
    """Log to stderr from `level` on, with every secret redacted. Called again, it starts over.

    `secrets` are texts that must not appear; empty ones are ignored. Bot tokens are redacted
    even when they aren't named.
    """
    handler = _Handler(sys.stderr)
    handler.setFormatter(logging.Formatter(FORMAT))
    handler.addFilter(Discretion(secrets))
    root = logging.getLogger()
    for earlier in [one for one in root.handlers if isinstance(one, _Handler)]:
        root.removeHandler(earlier)
    root.addHandler(handler)
    root.setLevel(level)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)


def describe(error: BaseException) -> str:
    """Return an error's type and where it came from, causes included, without its text.

    An error's text often quotes what somebody wrote; types and code lines never do.
    """
    return "\n".join(_described(error, set()))


class Discretion(logging.Filter):
    """Takes secrets and chat texts out of records before anything formats them."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        stripped = filter(None, map(str.strip, secrets))
        forms = {form for secret in stripped for form in _forms(secret)}
        longest_first = sorted(forms, key=len, reverse=True)
        self._secrets = re.compile("|".join([*map(re.escape, longest_first), _BOT_TOKEN]))

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record in place and let it pass."""
        record.msg = self._redact(_message(record))
        record.args = None
        if record.exc_info and record.exc_info[1]:
            record.exc_text = self._redact(describe(record.exc_info[1]))
            record.exc_info = None
        if record.stack_info:
            record.stack_info = self._redact(record.stack_info)
        return True

    def _redact(self, text: str) -> str:
        return self._secrets.sub(REDACTED, text)


class _Handler(_StderrHandler):
    """Marks the handler that `setup_logging` put there."""


def _forms(secret: str) -> Iterator[str]:
    """Yield how a secret may be written; of a bot token also the part that makes it secret."""
    yield secret
    yield quote(secret, safe="")
    _, colon, private = secret.partition(":")
    if colon and len(private) >= 10:
        yield private


def _message(record: logging.LogRecord) -> str:
    """Return a record's text without what libraries put into it from chats.

    python-telegram-bot passes updates as arguments when it can't read them; asyncio appends
    the lost task, and with it the text of its error.
    """
    library = record.name.partition(".")[0]
    if library == "telegram":
        return str(record.msg)
    try:
        message = record.getMessage()
    except (TypeError, ValueError):
        message = str(record.msg)
    return message.partition("\n")[0] if library == "asyncio" else message


def _described(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    yield type(error).__name__
    for frame, line in traceback.walk_tb(error.__traceback__):
        parts = PurePath(frame.f_code.co_filename).parts[-_PATH_PARTS:]
        yield f"  at {'/'.join(parts)}:{line} in {frame.f_code.co_name}"
    inner = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    context = None if error.__suppress_context__ else error.__context__
    for cause in chain(inner, [error.__cause__ or context]):
        if cause and id(cause) not in seen:
            yield "because of"
            yield from _described(cause, seen)
