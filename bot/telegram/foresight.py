"""A private chat's question is told to the desk before anything else is done with it.

The model takes a question in while the store keeps the update and is asked who sent it. Nothing is
known of the sender yet; all that someone unwelcome gets so is a few milliseconds of an idle core.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from telegram.constants import ChatType

from bot.chat.conversation import Question, check_question

if TYPE_CHECKING:
    from collections.abc import Callable

    from telegram import Update

    from bot.telegram.ports import Desk


def foreseeing(desk: Desk) -> Callable[[Update], None]:
    """Return what tells the desk of the question that an update brings, if it does."""

    def foresee(update: Update) -> None:
        message = update.message
        if message is None or message.chat.type != ChatType.PRIVATE or not message.text:
            return
        if message.text.startswith("/"):
            return
        if isinstance(checked := check_question(message.text), Question):
            desk.foresee(checked.text)

    return foresee
