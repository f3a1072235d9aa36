"""Metrics and health of a bot at work, asked for over HTTP."""

from __future__ import annotations

import re
import socket
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram_bench import FixedDesk, answer, bot_at_work

from bot.operations.metrics import Metrics
from bot.operations.monitoring import monitored
from bot.playground.state import DEFAULT_TOKEN
from bot.store.engine import open_store
from bot.store.urls import sqlite_url
from bot.telegram.rate_limiter import result_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.playground.people import User
    from bot.playground.state import BotApiState
    from bot.store.engine import Store


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    url = sqlite_url(tmp_path / "n.db")
    async with await open_store(url, clock=lambda: datetime.now(UTC)) as opened:
        yield opened


@pytest.fixture
def ann(state: BotApiState) -> User:
    return state.add_user("Ann")


class Asker:
    """A monitoring system."""

    def __init__(self, root: str, session: aiohttp.ClientSession) -> None:
        self._root = root
        self._session = session

    async def get(self, page: str) -> tuple[int, str]:
        async with self._session.get(self._root + page) as response:
            return response.status, await response.text()

    async def samples(self) -> dict[str, float]:
        """Return values by name and labels' values, as `name/value/value`."""
        status, text = await self.get("/metrics")
        assert status == 200
        families = text_string_to_metric_families(text)
        samples = [sample for family in families for sample in family.samples]
        return {"/".join([one.name, *one.labels.values()]): one.value for one in samples}


@asynccontextmanager
async def asked(metrics: Metrics, store: Store, index=lambda: (3, 70)) -> AsyncIterator[Asker]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
    async with monitored(metrics, store, index, listen), aiohttp.ClientSession() as session:
        yield Asker(f"http://{listen}", session)


async def test_a_bot_at_work_is_counted(state, store, ann):
    metrics = Metrics()
    desk = FixedDesk({"Who won in Springfield?": answer(), "Boom?": RuntimeError("x")})
    async with asked(metrics, store) as asker:
        async with bot_at_work(state, desk, store=store, observer=metrics):
            for question in ("Who won in Springfield?", "Boom?", "Who?", "When?"):
                state.say(ann, question)
                await state.next_message(ann)
            found = await asker.samples()
            _, text = await asker.get("/metrics")
        stopped = await asker.get("/healthz")
    assert found["newsdesk_questions_total/answer/private"] == 1
    assert found["newsdesk_questions_total/abstention/private"] == 2
    assert found["newsdesk_questions_total/failed/private"] == 1
    assert found["newsdesk_reply_seconds_count"] == 3
    sent = len([call for call in state.calls("sendMessage") if call.accepted])
    assert found["newsdesk_telegram_requests_total/sendMessage/ok"] == sent >= 4
    assert "newsdesk_telegram_requests_total/getUpdates/ok" not in found
    assert found["newsdesk_telegram_wait_seconds_count"] >= sent
    assert found["newsdesk_index_generation"] == 3
    assert found["newsdesk_index_passages"] == 70
    assert found["newsdesk_database_up"] == 1
    assert found["newsdesk_process_resident_memory_bytes"] > 1_000_000
    assert not re.search(rf"Springfield|Boom|Ann|{ann.id}|{re.escape(DEFAULT_TOKEN)}", text)
    assert stopped == (503, "the bot takes no updates: it is starting or stopping\n")


async def test_health_follows_the_bot_the_index_and_the_database(state, store, ann, tmp_path):
    metrics, index = Metrics(), [(1, 1)]
    async with asked(metrics, store, lambda: index[0]) as asker:
        assert (await asker.get("/healthz"))[0] == 503
        async with bot_at_work(state, store=store, observer=metrics):
            state.say(ann, "Who?")
            await state.next_message(ann)
            assert await asker.get("/healthz") == (200, "ok\n")
            index[0] = None
            assert await asker.get("/healthz") == (503, "the index is not open\n")
            index[0] = (1, 1)
            (tmp_path / "n.db").rename(tmp_path / "away.db")
            status, text = await asker.get("/healthz")
            assert status == 503
            assert re.fullmatch(r"there is no database .+n\.db.*\n", text)
            (tmp_path / "away.db").rename(tmp_path / "n.db")
            assert await asker.get("/healthz") == (200, "ok\n")


async def test_metrics_come_without_the_database(state, store, tmp_path):
    async with asked(Metrics(), store) as asker:
        async with store.database.engine.begin() as connection:
            await connection.exec_driver_sql("DROP TABLE feedback")
        found = await asker.samples()
    assert found["newsdesk_database_up"] == 0
    assert found["newsdesk_index_passages"] == 70
    assert "newsdesk_articles" not in found


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (RetryAfter(3), "flood"),
        (BadRequest("x"), "refused"),
        (Forbidden("x"), "refused"),
        (TimedOut(), "timeout"),
        (NetworkError("x"), "network"),
        (TelegramError("x"), "failed"),
        (ValueError(), "failed"),
    ],
)
def test_what_became_of_a_request(error, word):
    assert result_of(error) == word
