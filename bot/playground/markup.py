"""Keyboards: which Telegram refuses, and what it keeps of the others."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.playground.errors import ApiError, LinkError, bad_request
from bot.playground.links import check_link
from bot.playground.parameters import json_field

if TYPE_CHECKING:
    from bot.playground.json_types import JsonObject
    from bot.playground.people import Chat

MAX_BUTTONS = 100
MAX_ROW = 8
MAX_CALLBACK_BYTES = 64
MAX_MARKUP_BYTES = 10_000
MAX_COPY_TEXT = 256

_ACTIONS = (
    "url",
    "callback_data",
    "callback_game",
    "pay",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "login_url",
    "web_app",
)
_REQUESTS = {"request_location": "location", "request_contact": "phone number"}
_REPLY_FLAGS = ("is_persistent", "resize_keyboard", "one_time_keyboard", "selective")
_OTHER_KEYBOARDS = {"keyboard": list, "remove_keyboard": bool, "force_reply": bool}


@dataclass(frozen=True, slots=True)
class Keyboard:
    """An inline keyboard as Telegram keeps it, None if none is left; and what it dropped.

    `reply` is a ReplyKeyboardMarkup, its buttons as objects, a ReplyKeyboardRemove or a ForceReply:
    these stay on no message, but change what the chat shows.
    """

    inline: JsonObject | None = None
    reply: JsonObject | None = None
    losses: tuple[str, ...] = ()


def check_markup(markup: JsonObject | None, *, inline_only: bool = False) -> Keyboard:
    """Return what stays on the message, or is shown below the chat's text field.

    Raises ApiError(400) for a keyboard that Telegram refuses; with `inline_only`, as in edits,
    for any other kind too.
    """
    if not markup:
        return Keyboard()
    rows = json_field(markup, "inline_keyboard", list)
    if rows is None:
        for name, kind in _OTHER_KEYBOARDS.items():
            if json_field(markup, name, kind) is not None and not inline_only:
                return Keyboard(reply=_reply_markup(markup, name))
        raise bad_request("inline keyboard expected" if inline_only else "object expected")
    losses: list[str] = []
    kept = [_row(row, losses) for row in rows]
    keyboard = {"inline_keyboard": [row for row in kept if row]}
    count = sum(len(row) for row in kept)
    size = len(json.dumps(keyboard, ensure_ascii=False, separators=(",", ":")).encode())
    if count > MAX_BUTTONS or size > MAX_MARKUP_BYTES:
        raise bad_request("reply markup is too long")
    return Keyboard(keyboard if count else None, losses=tuple(losses))


def check_requests(keyboard: Keyboard, chat: Chat) -> None:
    """Raise ApiError(400) for a reply keyboard that such a chat can't show.

    From memory of Telegram's wording.
    """
    if keyboard.reply is None:
        return
    if chat.type == "channel":
        raise bad_request("inline keyboard expected")
    for button in (button for row in keyboard.reply.get("keyboard", ()) for button in row):
        for wish, problem in _REQUESTS.items():
            if button.get(wish) and chat.type != "private":
                raise bad_request(f"{problem} can be requested in private chats only")


def _reply_markup(markup: JsonObject, kind: str) -> JsonObject | None:
    if kind == "keyboard":
        rows = [_reply_row(row) for row in markup["keyboard"]]
        flags = {name: True for name in _REPLY_FLAGS if json_field(markup, name, bool)}
        hint = json_field(markup, "input_field_placeholder", str)
        kept = [row for row in rows if row]
        more = {"input_field_placeholder": hint} if hint else {}
        return {"keyboard": kept, **flags, **more} if kept else None
    if not markup[kind]:
        return None
    return {kind: True, **({"selective": True} if json_field(markup, "selective", bool) else {})}


def _reply_row(row: object) -> list[JsonObject]:
    if not isinstance(row, list):
        raise bad_request('Field "keyboard" must be an Array of Arrays')
    return [button for value in row if (button := _reply_button(value))["text"].strip()]


def _reply_button(value: object) -> JsonObject:
    button = {"text": value} if isinstance(value, str) else value
    if not isinstance(button, dict) or not isinstance(button.get("text"), str):
        raise bad_request("can't parse keyboard button: Can't find field \"text\"")
    wishes = {name: True for name in _REQUESTS if json_field(button, name, bool)}
    return {"text": button["text"], **wishes}


def _row(row: object, losses: list[str]) -> list[JsonObject]:
    if not isinstance(row, list):
        raise bad_request('Field "inline_keyboard" must be an Array of Arrays')
    buttons = [button for value in row if (button := _button(value, losses))]
    if len(buttons) > MAX_ROW:
        losses.append(f"{len(buttons) - MAX_ROW} buttons are dropped: a row keeps {MAX_ROW}")
    return buttons[:MAX_ROW]


def _button(value: object, losses: list[str]) -> JsonObject | None:
    try:
        if not isinstance(value, dict):
            raise bad_request('Can\'t find field "text"')
        text = json_field(value, "text", str)
        if text is None:
            raise bad_request('Can\'t find field "text"')
        actions = [name for name in _ACTIONS if _is_given(value, name)]
        if not actions:
            raise bad_request("Text buttons are unallowed in the inline keyboard")
    except ApiError as error:
        problem = error.description.removeprefix("Bad Request: ")
        problem = problem[:1].upper() + problem[1:]
        raise bad_request(f"can't parse inline keyboard button: {problem}") from None
    if not text.strip():
        losses.append("a button without text is dropped")
        return None
    if len(actions) > 1:
        losses.append(f"button '{text}' has several actions: {', '.join(actions)}")
    checked = _checked_action(actions[0], value[actions[0]])
    style = {k: value[k] for k in ("icon_custom_emoji_id", "style") if k in value}
    return {"text": text, actions[0]: checked, **style}


def _is_given(button: JsonObject, name: str) -> bool:
    value = button.get(name)
    return value is not None and not (name in {"url", "callback_data"} and value == "")


def _checked_action(action: str, value: Any) -> Any:
    if action == "url":
        return _checked_link(str(value), "inline keyboard button")
    if action == "callback_data" and len(str(value).encode()) > MAX_CALLBACK_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if action in {"pay", "callback_game"}:
        raise bad_request("BUTTON_TYPE_INVALID")
    if action == "copy_text":
        copied = value.get("text") if isinstance(value, dict) else None
        if not isinstance(copied, str) or not 1 <= len(copied) <= MAX_COPY_TEXT:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
    if action == "web_app":
        url = str(value.get("url", "")) if isinstance(value, dict) else ""
        if not url.lower().startswith("https://"):
            raise bad_request(
                f"inline keyboard button Web App URL '{url}' is invalid: "
                "Only HTTPS links are allowed"
            )
    return value


def _checked_link(url: str, owner: str) -> str:
    try:
        return check_link(url)
    except LinkError as error:
        raise bad_request(f"{owner} {error}") from None
