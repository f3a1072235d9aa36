"""Figures as Prometheus metrics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, get_args

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from bot.store.deliveries import State

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prometheus_client import Metric

    from bot.operations.figures import Figures

Value: TypeAlias = float | Mapping[str, int] | None


@dataclass(frozen=True, slots=True)
class Kind:
    """A gauge. With a `label`, it is there for all of `states` even if their counts are zero."""

    name: str
    text: str
    label: str = ""
    states: tuple[str, ...] = ()

    def family(self, value: Value) -> Metric:
        """Return the gauge with its value, a count for each state if it has a label."""
        labels = [self.label] if self.label else []
        family = GaugeMetricFamily(f"newsdesk_{self.name}", self.text, labels=labels)
        if isinstance(value, Mapping):
            for state, count in {**dict.fromkeys(self.states, 0), **value}.items():
                family.add_metric([state], count)
        elif value is not None:
            family.add_metric([], value)
        return family


KINDS = (
    Kind("event_loop_lag_seconds", "Longest delay of the event loop in the last 60 seconds."),
    Kind("database_up", "1 while the database gives its figures, else 0."),
    Kind("index_generation", "Number of the index generation in use."),
    Kind("index_passages", "Passages in the index in use."),
    Kind("articles", "Articles in the database."),
    Kind("feedback", "Verdicts on answers that are kept, by verdict.", "verdict", ("good", "bad")),
    Kind(
        "outbox_deliveries",
        "Alerts and broadcasts in the outbox, by state.",
        "state",
        get_args(State),
    ),
    Kind("outbox_lag_seconds", "How long the oldest pending delivery has been due."),
    Kind(
        "subscriptions",
        "Subscriptions of all chats, by state.",
        "state",
        ("active", "paused", "ended"),
    ),
    Kind("matches_waiting", "Articles found for subscriptions that wait to be told."),
    Kind("alerts", "Alerts that were put into the outbox."),
    Kind(
        "syncs",
        "Syncs in the journal, by result.",
        "result",
        ("done", "failed", "interrupted", "running"),
    ),
    Kind("last_sync_timestamp_seconds", "When the last sync ended, in seconds since 1970."),
    Kind("last_sync_seconds", "How long the sync that ended last took."),
)


class FigureCollector(Collector):
    """Gives what was put into it last; figures that are not at hand are left out.

    `index` are generation and passages in use, `lag` is the event loop's in seconds.
    """

    def __init__(self) -> None:
        self.figures: Figures | None = None
        self.index: tuple[int, int] | None = None
        self.lag = 0.0

    def collect(self) -> Iterable[Metric]:
        """Return the metrics of now."""
        values = stored_values(self.figures) if self.figures is not None else {}
        values["event_loop_lag_seconds"] = self.lag
        values["database_up"] = 0 if self.figures is None else 1
        values["index_generation"], values["index_passages"] = self.index or (None, None)
        return [kind.family(values.get(kind.name)) for kind in KINDS]

    def describe(self) -> Iterable[Metric]:
        """Return the metrics without values; registering asks for them."""
        return [kind.family(None) for kind in KINDS]


def stored_values(figures: Figures) -> dict[str, Value]:
    """Return the database's figures by the names of their gauges."""
    load, syncs = figures.load, figures.syncs
    return {
        "articles": figures.articles,
        "feedback": figures.verdicts,
        "outbox_deliveries": load.counts.by_state,
        "outbox_lag_seconds": load.lag.total_seconds(),
        "subscriptions": figures.subscriptions,
        "matches_waiting": figures.matches_waiting,
        "alerts": figures.alerts,
        "syncs": syncs.results,
        "last_sync_timestamp_seconds": syncs.ended.timestamp() if syncs.ended else None,
        "last_sync_seconds": syncs.seconds,
    }
