"""A broadcast from draft to report, as pages for Telegram. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.chat.html import LINE, Block, Run
from bot.chat.paging import Button, Page
from bot.chat.splitting import split_messages
from bot.store.broadcasts import AUDIENCES, Audience

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.chat.paging import Keyboard
    from bot.chat.translations import Translator
    from bot.store.deliveries import Counts

PREFIX = "bc:"
CHOOSE, SEND, BACK, CANCEL, STOP, AGAIN, LEAVE = "c", "s", "b", "x", "t", "a", "l"


@dataclass(frozen=True, slots=True)
class Choice:
    """A pressed button: what to do (one of the letters above), to whom, with which broadcast."""

    verb: str
    audience: Audience
    number: int


def encode(verb: str, number: int, audience: Audience = "all") -> str:
    """Return the data of a button."""
    return f"{PREFIX}{verb}:{AUDIENCES.index(audience)}:{number}"


def decode(data: str) -> Choice | None:
    """Do the opposite; None for what `encode` never returns."""
    parts = data.removeprefix(PREFIX).split(":")
    numbers = [part for part in parts[1:] if part.isascii() and part.isdecimal() and len(part) < 10]
    if len(parts) != 3 or len(numbers) != 2 or int(numbers[0]) >= len(AUDIENCES):
        return None
    return Choice(parts[0], AUDIENCES[int(numbers[0])], int(numbers[1]))


def render_usage(tr: Translator) -> str:
    """Return how to broadcast, as HTML."""
    return _page(
        tr(
            "Write the message after /broadcast, formatted as it shall be, or reply to any message "
            "with /broadcast to send a copy of it. You see it first; nothing is sent before you "
            "confirm."
        )
    ).html


def render_draft(tr: Translator, number: int, chats: Mapping[Audience, int]) -> Page:
    """Return the choice of whom to send the message above to; `chats` counts each audience."""
    if not chats["all"]:
        return _page(tr("There is no chat yet that this could be sent to."))
    labels: dict[Audience, str] = {
        "private": tr("Private chats ({count})", count=tr.number(chats["private"])),
        "groups": tr("Groups ({count})", count=tr.number(chats["groups"])),
        "all": tr("All chats ({count})", count=tr.number(chats["all"])),
    }
    rows = [(Button(labels[one], encode(CHOOSE, number, one)),) for one in AUDIENCES if chats[one]]
    rows.append((Button(tr("Cancel"), encode(CANCEL, number)),))
    text = tr(
        "The message above goes out just like that. Chats that blocked me or sent /stop are left "
        "out. Whom shall it go to?"
    )
    return _page(text, keyboard=tuple(rows))


def render_confirm(tr: Translator, number: int, audience: Audience, count: int) -> Page:
    """Return the question whether to send it now."""
    match audience:
        case "private":
            text = tr.plural(
                "Send it to {count} private chat now?",
                "Send it to {count} private chats now?",
                count,
            )
        case "groups":
            text = tr.plural(
                "Send it to {count} group now?", "Send it to {count} groups now?", count
            )
        case "all":
            text = tr.plural("Send it to {count} chat now?", "Send it to {count} chats now?", count)
    rows = (
        (Button(tr("Send it now"), encode(SEND, number, audience)),),
        (Button(tr("Back"), encode(BACK, number)), Button(tr("Cancel"), encode(CANCEL, number))),
    )
    return _page(text, keyboard=rows)


def render_cancelled(tr: Translator) -> Page:
    """Return that nothing was sent."""
    return _page(tr("Nothing was sent."))


def render_progress(tr: Translator, number: int, counts: Counts, rate: float | None) -> Page:
    """Return how a broadcast goes; `rate` is in messages a second, None while unknown."""
    lines = _figures(tr, counts)
    lines.append(tr("Still to be sent: {count}", count=tr.number(counts.rest)))
    if rate:
        speed = tr.number(round(rate, 1))
        lines.append(
            tr("{rate} a second, done in {time}", rate=speed, time=_time(tr, counts, rate))
        )
    rows = ((Button(tr("Stop"), encode(STOP, number)),),)
    return _page(tr("The broadcast is under way."), lines, rows)


def render_report(tr: Translator, number: int, counts: Counts, *, stopped: bool) -> Page:
    """Return what became of a broadcast."""
    title = tr("The broadcast was stopped.") if stopped else tr("The broadcast is done.")
    lines = _figures(tr, counts)
    if dropped := counts.of("dropped"):
        lines.append(tr("Not sent any more: {count}", count=tr.number(dropped)))
    if not counts.of("unknown"):
        return _page(title, lines)
    lines.append(
        tr(
            "Unknown means that the connection broke off or I was ended at that moment: the "
            "message may have arrived or not."
        )
    )
    rows = (
        (Button(tr("Send the unknown ones again"), encode(AGAIN, number)),),
        (Button(tr("Leave them"), encode(LEAVE, number)),),
    )
    return _page(title, lines, rows)


def _figures(tr: Translator, counts: Counts) -> list[str]:
    lines = [tr("Sent: {count}", count=tr.number(counts.of("sent")))]
    if counts.gone:
        lines.append(tr("Blocked me or gone: {count}", count=tr.number(counts.gone)))
    if failed := counts.of("failed") - counts.gone:
        lines.append(tr("Failed: {count}", count=tr.number(failed)))
    if unknown := counts.of("unknown"):
        lines.append(tr("Unknown: {count}", count=tr.number(unknown)))
    return lines


def _time(tr: Translator, counts: Counts, rate: float) -> str:
    seconds = round(counts.rest / rate)
    if seconds < 90:
        return tr.plural("{count} second", "{count} seconds", max(seconds, 1))
    if seconds < 90 * 60:
        return tr.plural("{count} minute", "{count} minutes", round(seconds / 60))
    return tr.plural("{count} hour", "{count} hours", round(seconds / 3600))


def _page(text: str, lines: Sequence[str] = (), keyboard: Keyboard = ()) -> Page:
    blocks = [Block((Run(text, bold=bool(lines)),))]
    blocks += [Block((Run(line),), gap=LINE) for line in lines]
    return Page(split_messages([blocks])[0], keyboard)
