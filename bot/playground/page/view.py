"""What the page shows, as JSON. Pure: the same state gives the same view."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from babel import Locale

from bot.chat.translations import languages
from bot.playground.record import EventKind
from bot.playground.roles import is_inside, status_of

if TYPE_CHECKING:
    from bot.playground.inline import InlineQuery
    from bot.playground.json_types import JsonObject
    from bot.playground.page.controls import Controls
    from bot.playground.page.scene import Scene
    from bot.playground.people import Chat, User
    from bot.playground.record import Call, Event
    from bot.playground.state import BotApiState

MAX_MESSAGES = 1000
MAX_CALLS = 500
ACTION_LASTS = timedelta(seconds=5)
"""How long clients show a chat action, if no message ends it before."""

_SHOWN = {EventKind.SAID, EventKind.CORRECTED, EventKind.SENT, EventKind.EDITED}


@cache
def language_names() -> dict[str, str]:
    """Return the languages that people can choose, by code, each named in itself."""
    names = {code: Locale.parse(code).get_display_name() or code for code in languages()}
    return {code: name[:1].upper() + name[1:] for code, name in names.items()}


def page_json(scene: Scene, me: User) -> JsonObject:
    """Return all that a person's page shows but the messages."""
    status = scene.controls.status
    view = outline_json(scene, me)
    for chat in view["chats"]:
        messages = scene.state.messages.of(chat["id"])
        chat["last"] = messages[-1].to_json() if messages else None
    return view | {
        "clock": clock_json(scene.controls),
        "status": {"state": status.state, "detail": status.detail},
    }


def outline_json(scene: Scene, me: User) -> JsonObject:
    """Return of the view what changes seldom: people, chats, menus, roles, keyboards."""
    state, profile = scene.state, scene.state.profile
    name = _said(profile.names, me) or state.bot.name
    return {
        "bot": {"id": state.bot.id, "first_name": name, "username": state.bot.username},
        "short_description": _said(profile.short_descriptions, me),
        "description": _said(profile.descriptions, me),
        "people": [_person_json(scene, person) for person in scene.people],
        "me": me.id,
        "languages": [{"code": code, "name": n} for code, n in language_names().items()],
        "chats": [_chat_json(state, chat, me, name) for chat in state.directory.chats_of(me)],
    }


def messages_json(state: BotApiState, chat: Chat) -> JsonObject:
    """Return a chat's messages, the oldest first, and whether the bot is busy there."""
    shown = state.messages.of(chat.id)[-MAX_MESSAGES:]
    return {"messages": [message.to_json() for message in shown], "typing": _is_busy(state, chat)}


def clock_json(controls: Controls) -> JsonObject:
    """Return the clock's time and how far it is ahead."""
    moved = int(controls.moved.total_seconds())
    return {"now": controls.now().isoformat(), "moved_seconds": moved}


def calls_json(state: BotApiState, after: int) -> list[JsonObject]:
    """Return the last calls past number `after`, the oldest first."""
    later = [call for call in state.journal.calls[max(after, 0) :] if is_shown(call)]
    return [call_json(call, state.token) for call in later[-MAX_CALLS:]]


def is_shown(call: Call) -> bool:
    """Tell whether a call is worth a line: of the polls only those that were refused."""
    return call.method != "getUpdates" or call.status not in {200, None}


def call_json(call: Call, token: str) -> JsonObject:
    """Return a call for the panel; the bot's token is nowhere in it."""
    shown = json.dumps(
        {
            "number": call.number,
            "method": call.method,
            "parameters": _without_secrets(call.parameters),
            "status": call.status,
            "accepted": call.accepted,
            "response": call.response,
            "at": call.at.isoformat(),
        }
    )
    hidden: JsonObject = json.loads(shown.replace(token, "<token>"))
    return hidden


def event_json(event: Event) -> JsonObject | None:
    """Return what the feed says of an event, None for one that it does not tell."""
    place: JsonObject = {"chat_id": event.chat_id}
    if event.kind in _SHOWN and event.message is not None:
        return {
            "kind": "message",
            **place,
            "message": event.message.to_json(),
            "how": event.kind.value,
        }
    if event.kind is EventKind.DELETED and event.message is not None:
        return {"kind": "deleted", **place, "message_id": event.message.id}
    if event.kind is EventKind.ACTED:
        return {"kind": "action", **place, "thread_id": event.thread_id, "action": event.text}
    if event.kind is EventKind.ANSWERED and event.query is not None:
        answer = event.query.answer or {}
        return {
            "kind": "answered",
            **place,
            "query_id": event.query.id,
            "user_id": event.query.user.id,
            "text": event.text,
            "alert": answer.get("show_alert") is True,
            "url": answer.get("url"),
        }
    return None


def inline_json(query: InlineQuery) -> JsonObject:
    """Return what the bot offers for an inline query."""
    answer = query.answer
    return {
        "query_id": query.id,
        "results": [
            {"id": result.id, "title": result.title, "description": result.description}
            for result in (answer.results if answer else ())
        ],
        "next_offset": answer.next_offset if answer else "",
        "button": answer.button if answer else None,
    }


def _person_json(scene: Scene, person: User) -> JsonObject:
    return {
        "id": person.id,
        "first_name": person.first_name,
        "username": person.username,
        "language_code": person.language_code,
        "role": "admin" if person.id == scene.cast.admin.id else "reader",
    }


def _chat_json(state: BotApiState, chat: Chat, me: User, bot_name: str) -> JsonObject:
    directory = state.directory
    role, bot_role = directory.role(chat, me), directory.role(chat, state.bot)
    with_bot = chat.user is not None or is_inside(bot_role)
    commands = state.profile.shown_commands(chat, me, role) if with_bot else ()
    return {
        "id": chat.id,
        "type": chat.type,
        "title": _title(state, chat, me, bot_name),
        "is_forum": bool(chat.topics),
        "topics": [_topic_json(state, chat, thread) for thread in sorted(chat.topics)],
        "with_bot": with_bot,
        "blocked": bot_role == "kicked",
        "role": status_of(role),
        "commands": list(commands),
        "keyboard": state.reply_keyboards.shown(chat.id, me.id),
        "force_reply": state.reply_keyboards.forced(chat.id, me.id),
    }


def _title(state: BotApiState, chat: Chat, me: User, bot_name: str) -> str:
    if chat.user is not None:
        return bot_name
    if chat.is_conversation:
        others = (user.name for user, role in state.directory.roles(chat) if is_inside(role))
        return ", ".join(name for name in others if name != me.name) or chat.name
    return chat.name


def _topic_json(state: BotApiState, chat: Chat, thread: int) -> JsonObject:
    start = state.messages.get(chat.id, thread)
    created: dict[str, Any] = (start.service or {}).get("forum_topic_created", {}) if start else {}
    return {"id": thread, "name": created.get("name") or f"Topic {thread}"}


def _said(texts: dict[str, str], user: User) -> str:
    """Return a text of the bot's profile in someone's language, else the one for all others."""
    return texts.get((user.language_code or "")[:2]) or texts.get("", "")


def _is_busy(state: BotApiState, chat: Chat) -> bool:
    since = state.clock() - ACTION_LASTS
    for event in reversed(state.journal.events):
        if event.at < since:
            return False
        if event.chat_id == chat.id and event.kind is EventKind.SENT:
            return False
        if event.chat_id == chat.id and event.kind is EventKind.ACTED:
            return True
    return False


def _without_secrets(parameters: JsonObject) -> JsonObject:
    return {name: "…" if name == "secret_token" else v for name, v in parameters.items()}
