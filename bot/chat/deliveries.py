"""How alerts go out, for admins. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.chat.html import LINE, Block, Run
from bot.chat.paging import Button, Page
from bot.chat.spans import told_span
from bot.chat.splitting import split_messages
from bot.chat.statistics import Section

if TYPE_CHECKING:
    from bot.alerting.service import AlertCounts
    from bot.chat.translations import Translator
    from bot.store.deliveries import Counts, Load

PREFIX = "y:"
AGAIN, LEAVE, LOOK = "y:again", "y:leave", "y:look"


def alerts_section(tr: Translator, counts: AlertCounts) -> Section:
    """Return what there is of subscriptions and alerts, for /stats."""
    number, kept = tr.number, counts.subscriptions
    there = tr(
        "Subscriptions: {active}, paused: {paused}, ended: {ended}; chats: {chats}",
        active=number(kept.get("active", 0)),
        paused=number(kept.get("paused", 0)),
        ended=number(kept.get("ended", 0)),
        chats=number(counts.chats),
    )
    found = tr(
        "Matches told: {told}, waiting: {waiting}",
        told=number(counts.matches.get("told", 0)),
        waiting=number(counts.matches.get("waiting", 0)),
    )
    sent = tr(
        "Alerts: {alerts}, edited: {edits}",
        alerts=number(counts.alerts),
        edits=number(counts.edits),
    )
    return Section(tr("Alerts"), (there, found, sent))


def delivery_section(tr: Translator, load: Load) -> Section:
    """Return how sending alerts and broadcasts goes, for /stats."""
    number, counts = tr.number, load.counts
    lines = [tr("To be sent: {count}", count=number(load.depth))]
    if load.lag >= timedelta(seconds=1):
        lines.append(tr("Longest wait: {time}", time=told_span(tr, load.lag)))
    lines.append(tr("Failed: {count}", count=number(counts.of("failed"))))
    lines.append(tr("May or may not have arrived: {count}", count=number(counts.of("unknown"))))
    return Section(tr("Delivery"), tuple(lines))


def render_deliveries(tr: Translator, counts: Counts) -> Page:
    """Return how the messages of alerts went, with what to do about those nobody knows of."""
    unknown = counts.of("unknown")
    lines = [
        tr("To be sent: {count}", count=tr.number(counts.rest)),
        tr("Sent: {count}", count=tr.number(counts.of("sent"))),
        tr("Failed: {count}", count=tr.number(counts.of("failed"))),
        tr("May or may not have arrived: {count}", count=tr.number(unknown)),
    ]
    sections = [
        [Block((Run(tr("Alerts on their way"), bold=True),))],
        [Block((Run(line),), gap=LINE) for line in lines],
    ]
    rows = [(Button(tr("Look again"), LOOK),)]
    if unknown:
        said = tr(
            "The connection broke off, or the bot was killed, while they were being sent. Sent "
            "again, some may come twice; left, some may never come."
        )
        sections.append([Block((Run(said, italic=True),))])
        rows = [(Button(tr("Send them again"), AGAIN),), (Button(tr("Leave them"), LEAVE),), *rows]
    return Page(split_messages(sections)[0], tuple(rows))
