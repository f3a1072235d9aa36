"""Sends what is in the outbox, at bulk priority."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from telegram import LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError

from bot.chat.paging import Button
from bot.delivery.outcomes import NotSent, Sent, Uncertain
from bot.telegram.buckets import Priority
from bot.telegram.failures import failure_of
from bot.telegram.keyboards import to_markup
from bot.telegram.rate_limiter import Errand

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from telegram import InlineKeyboardMarkup
    from telegram.ext import ExtBot

    from bot.delivery.outcomes import Outcome
    from bot.store.deliveries import Delivery

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class TelegramPort:
    """Renders payloads (see bot.delivery.ports) and says what became of them."""

    def __init__(self, bot: ExtBot[Any]) -> None:
        self._bot = bot

    async def send(
        self, delivery: Delivery, part: int, begin: Callable[[], Awaitable[None]]
    ) -> Outcome:
        """Send one part when the rate limiter lets it pass; right before that, `begin`."""
        errand = Errand(Priority.BULK, begin)
        try:
            number = await post(
                self._bot,
                delivery.payload,
                part,
                chat_id=delivery.chat_id,
                thread_id=delivery.thread_id,
                errand=errand,
            )
        except TelegramError as error:
            failure = failure_of(error)
            if "edit" in delivery.payload and isinstance(failure, Uncertain):
                return NotSent(failure.reason)  # the same edit twice does no harm
            return failure
        return Sent(number)


async def post(
    bot: ExtBot[Any],
    payload: dict[str, Any],
    part: int = 0,
    *,
    chat_id: int,
    thread_id: int | None = None,
    errand: Errand | None = None,
) -> int:
    """Send a part of a payload; returns the message's number. Raises TelegramError."""
    silent = bool(payload.get("silent"))
    if "copy" in payload:
        copied = await bot.copy_message(
            chat_id,
            payload["copy"]["chat_id"],
            payload["copy"]["message_id"],
            message_thread_id=thread_id,
            disable_notification=silent,
            rate_limit_args=errand,
        )
        return copied.message_id
    if "edit" in payload:
        return await _edit(bot, payload, chat_id, errand)
    texts = payload["html"]
    sent = await bot.send_message(
        chat_id,
        texts[part],
        parse_mode=ParseMode.HTML,
        link_preview_options=_NO_PREVIEW,
        message_thread_id=thread_id,
        disable_notification=silent,
        reply_markup=_markup(payload) if part == len(texts) - 1 else None,
        rate_limit_args=errand,
    )
    return sent.message_id


async def _edit(
    bot: ExtBot[Any], payload: dict[str, Any], chat_id: int, errand: Errand | None
) -> int:
    """Let a sent message say what the payload says; the same again is no error."""
    number: int = payload["edit"]["message_id"]
    try:
        await bot.edit_message_text(
            payload["html"][0],
            chat_id=chat_id,
            message_id=number,
            parse_mode=ParseMode.HTML,
            link_preview_options=_NO_PREVIEW,
            reply_markup=_markup(payload),
            rate_limit_args=errand,
        )
    except BadRequest as refusal:
        if "message is not modified" not in str(refusal).lower():
            raise
    return number


def _markup(payload: dict[str, Any]) -> InlineKeyboardMarkup | None:
    rows = payload.get("keyboard", ())
    return to_markup(tuple(tuple(Button(*button) for button in row) for row in rows))
