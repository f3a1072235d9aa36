"""Telegram's refusals, and the two errors that text and links can have on the way to one.

ApiError       the answer `{"ok": false, …}` with its HTTP status
ParseError     markup that can't be parsed; becomes "can't parse entities: …"
LinkError      a link that Telegram would not take
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.playground.json_types import JsonObject


class ApiError(Exception):
    """A refusal in Telegram's words. `parameters` is what the answer carries under that name."""

    def __init__(self, code: int, description: str, parameters: JsonObject | None = None) -> None:
        self.code = code
        self.description = description
        self.parameters = parameters
        super().__init__(f"{code} {description}")

    def body(self) -> JsonObject:
        """Return the JSON answer."""
        body: JsonObject = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.parameters:
            body["parameters"] = dict(self.parameters)
        return body


class ParseError(ValueError):
    """Markup that can't be parsed, in Telegram's words and with its byte offset."""


class LinkError(ValueError):
    """A link that Telegram would not take: "URL '…' is invalid: …"."""


def bad_request(problem: str) -> ApiError:
    """Return a 400. Telegram writes the first letter small unless a capital or `_` follows it."""
    if not (problem[1:2] == "_" or "A" <= problem[1:2] <= "Z"):
        problem = problem[:1].lower() + problem[1:]
    return ApiError(400, f"Bad Request: {problem}")


def unauthorized() -> ApiError:
    """Return the 401 that a well-formed but wrong token earns."""
    return ApiError(401, "Unauthorized")


def forbidden(problem: str = "bot was blocked by the user") -> ApiError:
    """Return a 403."""
    return ApiError(403, f"Forbidden: {problem}")


def not_found(problem: str | None = None) -> ApiError:
    """Return a 404: an unknown method, or (without `problem`) a malformed token."""
    return ApiError(404, f"Not Found: {problem}" if problem else "Not Found")


def conflict(
    problem: str = (
        "terminated by other getUpdates request; make sure that only one bot instance is running"
    ),
) -> ApiError:
    """Return a 409, without `problem` the one that ends a getUpdates when another one starts."""
    return ApiError(409, f"Conflict: {problem}")


def too_many_requests(seconds: int) -> ApiError:
    """Return a 429 that asks for a pause of `seconds`."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


def chat_migrated(new_chat_id: int) -> ApiError:
    """Return the 400 that tells a group's new id after it became a supergroup."""
    return ApiError(
        400,
        "Bad Request: group chat was upgraded to a supergroup chat",
        {"migrate_to_chat_id": new_chat_id},
    )


def server_error(code: int = 502, description: str = "Bad Gateway") -> ApiError:
    """Return a failure on Telegram's own side."""
    return ApiError(code, description)
