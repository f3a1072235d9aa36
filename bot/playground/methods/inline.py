"""Answers to inline queries. Of the kinds of results the stand-in knows articles with a text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bot.playground.errors import bad_request
from bot.playground.inline import InlineAnswer, InlineResult
from bot.playground.markup import check_markup
from bot.playground.parameters import json_field
from bot.playground.texts import check_preview

if TYPE_CHECKING:
    from bot.playground.inline import InlineQuery
    from bot.playground.json_types import JsonObject
    from bot.playground.parameters import Parameters
    from bot.playground.state import BotApiState

MAX_RESULTS = 50
MAX_ID_BYTES = 64
MAX_OFFSET_BYTES = 64
USUAL_CACHE_SECONDS = 300
_START = re.compile(r"[A-Za-z0-9_-]{1,64}")


def answer_inline_query(state: BotApiState, parameters: Parameters) -> bool:
    """Answer an inline query, once and within the time for it.

    Results and button are checked as a whole: one that is wrong refuses them all.
    """
    results = parameters.array("results") or []
    if len(results) > MAX_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    next_offset = parameters.text("next_offset")
    if len(next_offset.encode()) > MAX_OFFSET_BYTES:
        raise bad_request("NEXT_OFFSET_INVALID")
    button = _button(parameters.mapping("button"))
    query = state.inline_book.open_query(parameters.text("inline_query_id"), state.clock())
    losses: list[str] = []
    checked = tuple(_result(state, query, value, losses) for value in results)
    ids = [result.id for result in checked]
    if len(set(ids)) < len(ids):
        raise bad_request("RESULT_ID_DUPLICATE")
    if query is None:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    answer = InlineAnswer(
        checked,
        next_offset,
        button,
        max(parameters.integer("cache_time", USUAL_CACHE_SECONDS), 0),
        parameters.flag("is_personal"),
    )
    state.inline_book.answer(query, answer, state.clock())
    state.journal.add_violations("answerInlineQuery", None, losses)
    state.journal.stir()
    return True


def _result(
    state: BotApiState, query: InlineQuery | None, value: Any, losses: list[str]
) -> InlineResult:
    if not isinstance(value, dict):
        raise bad_request("can't parse InlineQueryResult: expected an Object")
    if value.get("type") != "article":
        raise bad_request(
            f"the stand-in knows no inline query results of type {value.get('type')!r}"
        )
    result_id = json_field(value, "id", str) or ""
    if not 1 <= len(result_id.encode()) <= MAX_ID_BYTES:
        raise bad_request("RESULT_ID_INVALID")
    title = (json_field(value, "title", str) or "").strip()
    if not title:
        raise bad_request("ARTICLE_TITLE_EMPTY")
    content = json_field(value, "input_message_content", dict)
    if not content or "message_text" not in content:
        raise bad_request("the stand-in knows no input message content but a text")
    formatted = state.reader().read(
        json_field(content, "message_text", str) or "",
        json_field(content, "parse_mode", str) or "",
        json_field(content, "entities", list),
    )
    keyboard = check_markup(json_field(value, "reply_markup", dict), inline_only=True)
    losses += [f"result {result_id}: {loss}" for loss in formatted.losses + keyboard.losses]
    return InlineResult(
        result_id,
        query.text if query else "",
        title,
        json_field(value, "description", str) or "",
        formatted.text,
        formatted.entities,
        keyboard.inline,
        check_preview(json_field(content, "link_preview_options", dict)),
    )


def _button(button: JsonObject | None) -> JsonObject | None:
    """Return an InlineQueryResultsButton that opens the chat with the bot."""
    if button is None:
        return None
    if not json_field(button, "text", str):
        raise bad_request("SWITCH_PM_TEXT_EMPTY")
    if "web_app" in button:
        return button
    if not _START.fullmatch(json_field(button, "start_parameter", str) or ""):
        raise bad_request("START_PARAM_INVALID")
    return button
