"""The bot's own instruments, and that the documented table is what there is."""

import re
from pathlib import Path

from bot.operations.families import FigureCollector
from bot.operations.metrics import SILENT_SECONDS, Metrics

PAGE = Path(__file__).parents[3] / "docs" / "metrics.md"


def test_the_documented_table_is_the_registry():
    metrics = Metrics()
    metrics.registry.register(FigureCollector())
    families = {
        family.name + ("_total" if family.type == "counter" else ""): (
            family.type,
            family.documentation,
        )
        for family in metrics.registry.collect()
    }
    table = PAGE.read_text().partition("\nLabels:\n")[0]
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| (.+) \|$", table, re.MULTILINE)
    assert {name: (kind, meaning) for name, kind, meaning in rows} == families
    assert len(rows) == len(families)


def test_questions_are_counted_and_only_replies_timed():
    metrics = Metrics()
    value = metrics.registry.get_sample_value
    for way, outcome, seconds in (
        ("private", "answer", 0.25),
        ("private", "answer", 0.5),
        ("group", "abstention", 4.0),
        ("group", "failed", 60.0),
    ):
        metrics.asked(way, outcome, seconds)
    count = "newsdesk_questions_total"
    assert value(count, {"outcome": "answer", "way": "private"}) == 2
    assert value(count, {"outcome": "abstention", "way": "group"}) == 1
    assert value(count, {"outcome": "failed", "way": "group"}) == 1
    assert value("newsdesk_reply_seconds_count") == 3
    assert value("newsdesk_reply_seconds_sum") == 4.75
    assert value("newsdesk_reply_seconds_bucket", {"le": "0.5"}) == 2


def test_two_bots_count_apart():
    one, other = Metrics(), Metrics()
    one.waited(2.0)
    assert one.registry.get_sample_value("newsdesk_telegram_wait_seconds_sum") == 2
    assert other.registry.get_sample_value("newsdesk_telegram_wait_seconds_sum") == 0


def test_silence_of_telegram_is_trouble_only_where_updates_are_fetched():
    now = [0.0]
    metrics = Metrics(clock=lambda: now[0])
    assert "takes no updates" in metrics.trouble()
    metrics.takes_updates(lambda: 3)
    assert metrics.registry.get_sample_value("newsdesk_updates_waiting") == 3
    now[0] = 10 * SILENT_SECONDS
    assert metrics.trouble() is None, "a webhook may be quiet for long"
    metrics.fetches()
    now[0] += SILENT_SECONDS
    assert metrics.trouble() is None
    now[0] += 5
    assert metrics.trouble() == "no updates were fetched from Telegram for 125 seconds"
    metrics.fetches()
    assert metrics.trouble() is None
    metrics.stops()
    assert "takes no updates" in metrics.trouble()
