"""Answers to pressed buttons."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.playground.errors import bad_request
from bot.playground.record import EventKind
from bot.playground.utf16 import units

if TYPE_CHECKING:
    from bot.playground.parameters import Parameters
    from bot.playground.state import BotApiState

MAX_ALERT = 200


def answer_callback_query(state: BotApiState, parameters: Parameters) -> bool:
    """Answer a pressed button, once."""
    text = parameters.text("text")
    query = state.queries.get(parameters.text("callback_query_id"))
    if query is None or query.answer is not None:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    if units(text) > MAX_ALERT:
        raise bad_request("MESSAGE_TOO_LONG")
    answered = replace(query, answer=parameters.to_json())
    state.queries[query.id] = answered
    state.show(EventKind.ANSWERED, query.message, text=text, query=answered)
    return True
