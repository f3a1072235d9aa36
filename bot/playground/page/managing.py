"""What people change on the page: language, who is in, topics, the clock, the bot's run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.playground.page.body import Refused
from bot.playground.page.view import clock_json, language_names
from bot.playground.roles import is_administrator, is_inside

if TYPE_CHECKING:
    from bot.playground.json_types import JsonObject
    from bot.playground.page.body import Body
    from bot.playground.page.scene import Scene
    from bot.playground.people import Chat, User
    from bot.playground.roles import Role

LATEST = datetime(2038, 1, 1, tzinfo=UTC)
"""Telegram's dates end soon after, with the 32-bit number of seconds."""

MAX_TOPIC_NAME = 128


def language(scene: Scene, me: User, body: Body) -> JsonObject:
    """Set the language of one's Telegram: `language`, a code."""
    code = body.text("language")
    if code not in language_names():
        raise Refused(400, f"Choose one of these languages: {', '.join(language_names())}.")
    scene.state.directory.set_language(me, code)
    return {}


def block(scene: Scene, me: User, body: Body) -> JsonObject:
    """Block the bot, or put it out of a group or channel: `chat`."""
    chat = _ruled(scene, me, body)
    if chat.is_conversation or not is_inside(scene.state.directory.role(chat, scene.state.bot)):
        raise Refused(409, "The bot is not in this chat.")
    scene.state.block(chat, by=me)
    return {}


def unblock(scene: Scene, me: User, body: Body) -> JsonObject:
    """Undo `block`, or let the bot into a group: `chat`."""
    chat = _ruled(scene, me, body)
    if chat.is_conversation:
        raise Refused(409, "No bot can be let into a chat of two people.")
    if is_inside(scene.state.directory.role(chat, scene.state.bot)):
        raise Refused(409, "The bot is in this chat already.")
    # A bot runs the channels that it is in.
    role: Role = "admin" if chat.type == "channel" else "member"
    scene.state.set_role(chat, scene.state.bot, role, by=me)
    return {}


def topic(scene: Scene, me: User, body: Body) -> JsonObject:
    """Open a topic of a forum: `chat`, `name`."""
    chat, name = _ruled(scene, me, body), body.text("name").strip()
    if not chat.topics:
        raise Refused(409, "This chat has no topics.")
    if not 1 <= len(name) <= MAX_TOPIC_NAME:
        raise Refused(400, f"A topic's name has 1 to {MAX_TOPIC_NAME} characters.")
    return {"thread": scene.state.open_topic(chat, name, by=me).id}


def clock(scene: Scene, _me: User, body: Body) -> JsonObject:
    """Move the clock on: by `forward_seconds`, or `to` a time in ISO 8601 with its offset."""
    now = scene.controls.now()
    if "to" in body.fields:
        target = _time(body.text("to"))
    else:
        span = (LATEST - now).total_seconds()
        target = now + timedelta(seconds=body.real("forward_seconds", 0, max(span, 0)))
    if target < now:
        raise Refused(409, "The clock goes forward only.")
    if target > LATEST:
        raise Refused(400, f"The clock goes no further than {LATEST:%d %B %Y}.")
    scene.controls.forward(target - now)
    return clock_json(scene.controls)


async def restart(scene: Scene, _me: User, _body: Body) -> JsonObject:
    """Ask the bot to stop and start anew."""
    await scene.controls.restart()
    return {}


def _ruled(scene: Scene, me: User, body: Body) -> Chat:
    """Return the chat, if it is one's own or one runs it."""
    chat = scene.chat(me, body.number("chat"))
    if chat.type != "private" and not is_administrator(scene.state.directory.role(chat, me)):
        raise Refused(403, "Only those who run this chat can do that.")
    return chat


def _time(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
        if found.tzinfo is not None:
            return found.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise Refused(400, "“to” must be a time such as 2026-03-14T09:30:00+00:00.")
