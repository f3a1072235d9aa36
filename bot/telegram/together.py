"""Answering a batch: each question under its last message, in order, searched for at once."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from bot.telegram.answering import Among
from bot.telegram.inbox import answer_together_with
from bot.telegram.messenger import send_reply

if TYPE_CHECKING:
    from telegram import Message

    from bot.telegram.answering import Answering
    from bot.telegram.batches import Batch, Seat, Share


async def answer_together(answering: Answering, seat: Seat, message: Message) -> None:
    """Answer a message with its batch: alone, as part of a question, or with a kind word.

    Returns when the answer is sent, whoever sends it. The error of a question is raised for its
    last message alone. Raises RetrievalError, TelegramError.
    """
    share = await seat.contribute(message)
    batch = seat.batch
    answered = batch.answered[share.number]
    if not share.speaks:
        await answered.wait()
        return
    # The others' updates are over after this one, but their answer sets out now.
    answer_together_with([one.message for one in share.seats if one.message])
    try:
        if share.asking is None:
            await batch.answered[share.number - 1].wait()
            await _tell_of_surplus(answering, message, share.number)
        else:
            await _answer(answering, batch, share, message)
    finally:
        answered.set()


async def _answer(answering: Answering, batch: Batch, share: Share, message: Message) -> None:
    asking = share.asking
    if asking is None:
        return
    among = Among(
        before=batch.answered[share.number - 1] if share.number else None,
        leans=asking.leans,
        parts={one.message.message_id: one.text for one in share.seats if one.message},
        first=share.seats[0].message,
    )
    # Who is left out tells so; of surplus alone nobody was kept who could.
    plan, count = batch.plan, len(batch.contributed())
    tells = bool(batch.surplus and plan and asking is plan.askings[-1] and plan.answered == count)
    try:
        await answering.answer(message, asking.text, among)
    except Exception:
        if tells:
            await _tell_of_surplus(answering, message, share.number + 1)
        raise
    if tells:
        await _tell_of_surplus(answering, message, share.number + 1)


async def _tell_of_surplus(answering: Answering, message: Message, answered: int) -> None:
    tr = await answering.translator(message)
    line = tr.plural(
        "That was a lot at once. I took {count} question; please send me the rest again, a few at "
        "a time.",
        "That was a lot at once. I took {count} questions; please send me the rest again, a few at "
        "a time.",
        answered,
    )
    await send_reply(message, [escape(line, quote=False)])
