"""Calls of the bot without HTTP, and a clock for them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.playground.dispatch import perform

if TYPE_CHECKING:
    from bot.playground.state import BotApiState

KEYBOARD = {
    "inline_keyboard": [
        [{"text": "Yes", "callback_data": "answer:yes"}, {"text": "Read", "url": "a.org"}]
    ]
}


class HandClock:
    """A clock that moves only when told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


def queued(state: BotApiState) -> list[dict[str, Any]]:
    """Return the updates that wait, without their ids."""
    waiting = [dict(update) for update in state.updates._waiting]
    for update in waiting:
        del update["update_id"]
    return waiting


async def send(state: BotApiState, chat_id: int | str, text: str, **more: Any) -> dict[str, Any]:
    """Let the bot send a message and return it."""
    answer = await perform(state, "sendMessage", {"chat_id": chat_id, "text": text, **more})
    assert answer.status == 200, answer.body
    assert answer.body is not None
    result: dict[str, Any] = answer.body["result"]
    return result


async def refusal(state: BotApiState, method: str, **call: Any) -> tuple[int | None, str]:
    """Make a call that is refused and return the status and the description."""
    answer = await perform(state, method, call)
    assert answer.body is not None
    return answer.status, answer.body["description"]
