"""The log never holds a secret or anybody's words, whoever writes into it."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.operations.logs import REDACTED, Discretion, describe, setup_logging
from bot.playground.state import DEFAULT_TOKEN

if TYPE_CHECKING:
    import io

TOKEN = DEFAULT_TOKEN


def test_a_secret_is_redacted_wherever_it_stands(log: io.StringIO) -> None:
    logger = logging.getLogger("newsdesk.test")
    logger.info("GET https://api.telegram.org/bot%s/getMe", TOKEN)
    logger.info("as %s or %s", quote(TOKEN, safe=""), TOKEN.partition(":")[2])
    logger.info(f"bot{TOKEN}")  # noqa: G004 - a text already put together
    logger.info("%(token)s", {"token": TOKEN})
    logger.info("with the stack", stack_info=True)
    try:
        raise RuntimeError(f"no answer from /bot{TOKEN}/getMe")  # noqa: TRY301 - short
    except RuntimeError as error:
        logger.exception("failed with %r", error)  # noqa: TRY401 - what others do
    text = log.getvalue()
    assert TOKEN.partition(":")[2] not in text
    assert text.count(REDACTED) == 6
    assert "RuntimeError\n  at " in text


def test_a_token_nobody_named_is_redacted_too(log: io.StringIO) -> None:
    other = "987654321:" + "AbC-dEf_" * 5
    logging.getLogger("x").warning("%s and %s", other, quote(other, safe=""))
    assert "AbC" not in log.getvalue()


def test_libraries_do_not_write_requests_or_updates(log: io.StringIO) -> None:
    logging.getLogger("httpx").info("HTTP Request: POST /bot...")
    logging.getLogger("httpcore.http11").debug("send_request_headers")
    logging.getLogger("telegram.ext.Application").info("Application started")
    logging.getLogger("telegram.Bot").critical("Received data was %r", {"text": "my words"})
    text = log.getvalue()
    assert "my words" not in text
    assert text.count("\n") == 1
    assert "CRITICAL telegram.Bot: Received data was" in text


async def test_a_lost_task_does_not_tell_what_it_was_about(log: io.StringIO) -> None:
    error = KeyError("my words")
    context = {"message": "Task exception was never retrieved", "exception": error}
    context["task"] = asyncio.current_task()
    asyncio.get_running_loop().default_exception_handler(context)
    text = log.getvalue()
    assert "Task exception was never retrieved" in text
    assert "KeyError" in text
    assert "my words" not in text
    assert "task:" not in text


def test_a_record_that_does_not_fit_its_arguments_is_still_written(log: io.StringIO) -> None:
    logging.getLogger("x").warning("%s and %s", "one")  # noqa: PLE1206 - the point
    assert "%s and %s" in log.getvalue()


def test_setting_up_again_starts_over(log: io.StringIO, capsys: pytest.CaptureFixture[str]) -> None:
    setup_logging(["other-secret"], logging.WARNING)
    logging.getLogger("x").info("quiet")
    logging.getLogger("x").warning("other-secret")
    assert log.getvalue() == ""
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith(f"WARNING x: {REDACTED}")


def test_an_error_is_described_by_types_and_places_only() -> None:
    def inner(words: str) -> None:
        raise KeyError(words)

    def outer(words: str) -> None:
        try:
            inner(words)
        except KeyError as error:
            raise ValueError(words) from error

    with pytest.raises(ValueError, match="my words") as caught:
        outer("my words")
    text = describe(caught.value)
    assert "my words" not in text
    assert text.index("ValueError") < text.index("because of\nKeyError")
    assert "bot/telegram/test_telegram_logs.py:" in text
    assert " in inner" in text


def test_groups_contexts_and_circles_are_described() -> None:
    first, second = KeyError("a"), ValueError("b")
    first.__context__, second.__cause__ = second, first
    group = ExceptionGroup("my words", [first, TypeError("c")])
    lines = [line for line in describe(group).splitlines() if not line.startswith(" ")]
    assert lines == [
        "ExceptionGroup", "because of", "KeyError", "because of", "ValueError",
        "because of", "TypeError",
    ]  # fmt: skip
    second.__cause__, first.__suppress_context__ = None, True
    assert describe(first) == "KeyError"


@given(st.text(min_size=1, max_size=20), st.text(), st.text())
def test_no_secret_survives(secret: str, before: str, after: str) -> None:
    secret = secret.strip()
    assume(secret and secret not in REDACTED)
    record = logging.LogRecord("x", logging.INFO, "", 1, before + secret + after, None, None)
    Discretion([secret]).filter(record)
    assert secret not in record.getMessage().replace(REDACTED, "\0")
