"""The text of a call: parse mode or entities, resolved to what a chat would show."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.playground.entities import DETECTED, QUOTES, STYLES, Entity
from bot.playground.errors import LinkError, ParseError, bad_request
from bot.playground.formatting import MAX_TEXT_UNITS, Formatted, format_text
from bot.playground.html_entities import date_time_format, parse_html
from bot.playground.links import check_link, linked_user
from bot.playground.parameters import json_field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from bot.playground.json_types import JsonObject
    from bot.playground.people import User

MAX_RAW_BYTES = 1 << 15
_LATEST_DATE = timedelta(days=1098)
_PLAIN_TYPES = frozenset(STYLES) | QUOTES | {"code"}


@dataclass(frozen=True, slots=True)
class TextReader:
    """Reads texts as of `now`; `find_user` knows the users whom a text may mention."""

    now: datetime
    find_user: Callable[[int], User | None]

    def read(
        self,
        text: str,
        parse_mode: str = "",
        entities: Sequence[Any] | None = None,
        *,
        max_units: int = MAX_TEXT_UNITS,
    ) -> Formatted:
        """Return the text as Telegram keeps it. A parse mode goes before entities.

        Raises ApiError(400) in Telegram's words. Of the parse modes only HTML is known.
        """
        if not text:
            raise bad_request("message text is empty")
        if len(text.encode("utf-8", "surrogatepass")) > MAX_RAW_BYTES:
            raise bad_request("text is too long")
        wished: Iterable[Entity]
        losses: tuple[str, ...] = ()
        if parse_mode:
            if parse_mode.lower() != "html":
                raise bad_request("unsupported parse_mode")
            try:
                markup = parse_html(text)
            except ParseError as error:
                raise bad_request(f"can't parse entities: {error}") from None
            text, wished, losses = markup.text, markup.entities, markup.losses
        else:
            wished = [e for value in entities or () if (e := _entity(value)) is not None]
        known, lost = self._resolved(wished)
        return format_text(text, known, losses=[*losses, *lost], max_units=max_units)

    def _resolved(self, entities: Iterable[Entity]) -> tuple[list[Entity], list[str]]:
        known: list[Entity] = []
        lost: list[str] = []
        for entity in entities:
            if entity.unix_time is not None and entity.unix_time > (
                (self.now + _LATEST_DATE).timestamp()
            ):
                raise bad_request("ENTITY_DATE_INVALID")
            if entity.user_id is None:
                known.append(entity)
            elif user := self.find_user(entity.user_id):
                known.append(replace(entity, user=user))
            else:
                lost.append(f"the mention of user {entity.user_id} is dropped: not a known user")
        return known, lost


def check_preview(options: JsonObject | None) -> JsonObject | None:
    """Return link preview options. Raises ApiError(400) for a wrong type or link."""
    if not options:
        return None
    for name in ("is_disabled", "prefer_small_media", "prefer_large_media", "show_above_text"):
        json_field(options, name, bool)
    if url := json_field(options, "url", str):
        try:
            check_link(url)
        except LinkError:
            raise bad_request("WEBPAGE_URL_INVALID") from None
    return options


def _entity(value: Any) -> Entity | None:
    """Read a MessageEntity; None for the kinds that Telegram finds by itself."""
    if not isinstance(value, dict):
        raise bad_request("can't parse MessageEntity: expected an Object")
    kind = _required(value, "type", str)
    plain = Entity(kind, _required(value, "offset", int), _required(value, "length", int))
    if kind in DETECTED or kind == "phone_number":
        return None
    if kind in _PLAIN_TYPES:
        return plain
    if kind not in _FILLED:
        raise _unreadable("Unsupported type specified")
    return _FILLED[kind](plain, value)


def _pre(plain: Entity, value: JsonObject) -> Entity:
    return replace(plain, language=json_field(value, "language", str) or None)


def _mention(plain: Entity, value: JsonObject) -> Entity:
    return replace(plain, user_id=_required(_required(value, "user", dict), "id", int))


def _emoji(plain: Entity, value: JsonObject) -> Entity:
    identifier = _required(value, "custom_emoji_id", str)
    if not re.fullmatch(r"[0-9]{1,19}", identifier) or int(identifier) >= 2**63:
        raise _unreadable('Field "custom_emoji_id" must be a valid Number')
    return replace(plain, custom_emoji_id=identifier)


def _link(plain: Entity, value: JsonObject) -> Entity:
    url = _required(value, "url", str)
    if user_id := linked_user(url):
        return replace(plain, type="text_mention", user_id=user_id)
    try:
        return replace(plain, url=check_link(url))
    except LinkError as error:
        raise bad_request(f"entity {error}") from None


def _date(plain: Entity, value: JsonObject) -> Entity:
    unix = _required(value, "unix_time", int)
    if not 0 < unix < 2**31:
        raise bad_request("invalid date specified")
    try:
        written = date_time_format(json_field(value, "date_time_format", str) or "")
    except ParseError as error:
        raise _unreadable(str(error)) from None
    return replace(plain, unix_time=unix, date_time_format=written)


_FILLED = {
    "pre": _pre,
    "text_link": _link,
    "text_mention": _mention,
    "custom_emoji": _emoji,
    "date_time": _date,
}


def _required(value: JsonObject, name: str, kind: type) -> Any:
    found = json_field(value, name, kind)
    if found is None:
        raise _unreadable(f'Can\'t find field "{name}"')
    return found


def _unreadable(problem: str) -> Exception:
    return bad_request(f"can't parse MessageEntity: {problem}")
