"""One call of the bot, from name and raw parameters to the answer, whoever carries it."""

from __future__ import annotations

import asyncio
import inspect
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.playground.errors import ApiError, not_found
from bot.playground.faults import Delay, HangUp, Refuse
from bot.playground.methods import METHODS, Method
from bot.playground.parameters import Parameters
from bot.playground.record import Call

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.playground.faults import Fault
    from bot.playground.json_types import JsonObject
    from bot.playground.state import BotApiState


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status and the JSON to send with it; both None to hang up instead."""

    status: int | None
    body: JsonObject | None


_NO_ANSWER = Answer(None, None)


async def perform(state: BotApiState, name: str, raw: Mapping[str, Any]) -> Answer:
    """Carry out one call and record it. `name` in any case; `raw` as `Parameters.decode` takes.

    Raises nothing but CancelledError, when whoever called has gone; that too is recorded.
    """
    method = METHODS.get(name.lower())
    parameters = Parameters.decode(raw)
    arrival = _Arrival(method.name if method else name, parameters, state.clock(), time.monotonic())
    if method is None:
        return _recorded(state, arrival, _refusal(not_found("method not found")), accepted=False)
    fault = state.faults.take(method.name, parameters.values.get("chat_id"))
    try:
        if isinstance(fault, Delay) and not fault.after:
            state.journal.stir()
            await state.pause(fault.seconds)
        answer, accepted = await _carried_out(state, method, parameters, fault)
    except asyncio.CancelledError:
        _recorded(state, arrival, _NO_ANSWER, accepted=False)
        raise
    _recorded(state, arrival, answer, accepted=accepted)
    if isinstance(fault, Delay) and fault.after:
        await state.pause(fault.seconds)
    return answer


@dataclass(frozen=True, slots=True)
class _Arrival:
    method: str
    parameters: Parameters
    at: datetime
    monotonic: float


async def _carried_out(
    state: BotApiState, method: Method, parameters: Parameters, fault: Fault | None
) -> tuple[Answer, bool]:
    """Return the answer and whether the call took effect."""
    if isinstance(fault, Refuse):
        return _refusal(fault.error), False
    if isinstance(fault, HangUp) and not fault.after:
        return _NO_ANSWER, False
    try:
        chat_id = parameters.values.get("chat_id")
        if method.paced and state.gate is not None and isinstance(chat_id, int):
            state.gate.admit(chat_id, state.clock())
        result = method.handle(state, parameters)
        if inspect.isawaitable(result):
            result = await result
    except ApiError as error:
        return _refusal(error), False
    if isinstance(fault, HangUp):
        return _NO_ANSWER, True
    return Answer(200, {"ok": True, "result": result}), True


def _refusal(error: ApiError) -> Answer:
    return Answer(error.code, error.body())


def _recorded(state: BotApiState, arrival: _Arrival, answer: Answer, *, accepted: bool) -> Answer:
    state.journal.add_call(
        Call(
            len(state.journal.calls) + 1,
            arrival.method,
            arrival.parameters.to_json(),
            accepted,
            answer.status,
            answer.body,
            arrival.at,
            arrival.monotonic,
        )
    )
    return answer
