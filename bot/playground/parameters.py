"""What a call brings, decoded: form fields are strings, JSON bodies have types, both end up alike.

The Bot API names a parameter the same in every method, so one table says which are numbers,
which are flags and which hold JSON.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.playground.errors import bad_request
from bot.playground.utf16 import is_encodable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.playground.json_types import JsonObject

_INTEGERS = frozenset(
    {
        "cache_time",
        "chat_id",
        "from_chat_id",
        "limit",
        "max_connections",
        "message_id",
        "message_thread_id",
        "offset",
        "timeout",
        "user_id",
    }
)
_FLAGS = frozenset(
    {
        "allow_paid_broadcast",
        "disable_content_type_detection",
        "disable_notification",
        "drop_pending_updates",
        "is_personal",
        "protect_content",
        "return_bots",
        "show_alert",
    }
)
_JSON = frozenset(
    {
        "allowed_updates",
        "button",
        "caption_entities",
        "commands",
        "entities",
        "link_preview_options",
        "menu_button",
        "message_ids",
        "reply_markup",
        "reply_parameters",
        "results",
        "scope",
    }
)
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a call."""

    file_name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters of one call. The readers raise ApiError(400) for a value of a wrong kind."""

    values: JsonObject = field(default_factory=dict)

    @classmethod
    def decode(cls, raw: Mapping[str, Any]) -> Parameters:
        """Read raw values: strings from a form, anything from a JSON body; nulls are left out.

        A string that does not decode stays a string, for the reader to complain of.
        """
        return cls({name: _decoded(name, v) for name, v in raw.items() if v is not None})

    def text(self, name: str) -> str:
        """Return a string, "" if there is none."""
        value = self.values.get(name, "")
        text = value if isinstance(value, str) else json.dumps(value)
        if not is_encodable(text):
            raise bad_request("strings must be encoded in UTF-8")
        return text

    def upload(self, name: str) -> Upload | None:
        """Return the file of a parameter, given there or as `attach://<field>`; None if none is."""
        value = self.values.get(name)
        if isinstance(value, str) and value.startswith("attach://"):
            value = self.values.get(value.removeprefix("attach://"))
        return value if isinstance(value, Upload) else None

    def integer(self, name: str, default: int = 0) -> int:
        """Return a number, `default` if there is none or it can't be read, as Telegram does."""
        value = self.values.get(name, default)
        return value if isinstance(value, int) else default

    def flag(self, name: str) -> bool:
        """Return whether a flag is set."""
        return self.values.get(name) is True

    def mapping(self, name: str) -> JsonObject | None:
        """Return a JSON object, None if there is none."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, dict):
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object")
        return value

    def array(self, name: str) -> list[Any] | None:
        """Return a JSON array, None if there is none."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, list):
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object")
        return value

    def to_json(self) -> JsonObject:
        """Return the values for a record; an upload shows as its name and size."""
        return {
            name: {"file_name": value.file_name, "size": len(value.content)}
            if isinstance(value, Upload)
            else value
            for name, value in self.values.items()
        }


def _decoded(name: str, value: object) -> object:
    if not isinstance(value, str):
        return value
    if name in _INTEGERS and _INTEGER.fullmatch(value.strip()):
        return int(value)
    if name in _FLAGS:
        return value.strip().lower() in {"true", "yes", "1"}
    if name in _JSON:
        try:
            decoded: object = json.loads(value)
        except (ValueError, RecursionError):
            return value
        return decoded
    return value


def json_field(value: Mapping[str, Any], name: str, kind: type) -> Any:
    """Return `value[name]`, None if it is missing. Raises ApiError(400) for a wrong JSON type."""
    found = value.get(name)
    right = isinstance(found, kind) and not (kind is int and isinstance(found, bool))
    if found is None or right:
        return found
    names = {bool: "Boolean", int: "Number", str: "String", list: "Array", dict: "Object"}
    raise bad_request(f'Field "{name}" must be of type {names[kind]}')
