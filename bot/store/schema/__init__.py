"""The tables. What is here and what the migrations make is the same; a test compares them."""

from __future__ import annotations

from bot.store.schema.alerts import AlertRow, MatchRow, SubscriptionRow
from bot.store.schema.articles import (
    ArticleRow,
    BandRow,
    BarredRow,
    ChangeRow,
    RouteRow,
    RunRow,
    SourceRow,
)
from bot.store.schema.base import Base, table
from bot.store.schema.chats import AnswerRow, ChatRow, FeedbackRow, TurnRow
from bot.store.schema.people import AskRow, AuditRow, UserRow
from bot.store.schema.sending import BroadcastRow, DeliveryRow, UpdateRow

__all__ = ["REVISION", "Base"]

REVISION = "0004"
"""The newest migration: the schema that this program works with."""

SOURCES, ARTICLES, BANDS, ROUTES = map(table, (SourceRow, ArticleRow, BandRow, RouteRow))
RUNS, CHANGES, BARRED = map(table, (RunRow, ChangeRow, BarredRow))
CHATS, TURNS, FEEDBACK, ANSWERS = map(table, (ChatRow, TurnRow, FeedbackRow, AnswerRow))
USERS, AUDIT, ASKS = map(table, (UserRow, AuditRow, AskRow))
UPDATES, BROADCASTS, DELIVERIES = map(table, (UpdateRow, BroadcastRow, DeliveryRow))
SUBSCRIPTIONS, MATCHES, ALERTS = map(table, (SubscriptionRow, MatchRow, AlertRow))
