"""What the buttons under answers do. Whoever sees them may press them, in groups too."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from telegram import Message, Update
from telegram.error import TelegramError
from telegram.ext import CallbackQueryHandler

from bot.chat.further import render_excerpts
from bot.chat.keyboards import (
    excerpts_keyboard,
    further_keyboard,
    reason_keyboard,
    reasons,
    reply_keyboard,
)
from bot.chat.presses import Action, Press, decode_press
from bot.chat.rendering import render_further, render_reply
from bot.chat.reply_records import further_of_record, reply_of_record, understood_of_record
from bot.chat.stepping import Shown, show_paragraph
from bot.chat.translations import translator
from bot.operations.logs import describe
from bot.telegram.answering import feedback_on
from bot.telegram.language import translator_for
from bot.telegram.messenger import ask_back, edit_keyboard, edit_text
from bot.telegram.pages import answer_press

if TYPE_CHECKING:
    from telegram import CallbackQuery
    from telegram.ext import ContextTypes

    from bot.chat.paging import Keyboard
    from bot.chat.translations import Translator
    from bot.store.engine import Store
    from bot.store.records import StoredAnswer, Verdict
    from bot.telegram.ports import App

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a press leads to.

    `note` is shown over the chat for a moment, or with a button to close it if it is an `alert`.
    `text` and `keyboard` are what the message becomes, None for what stays; `prompt` is a
    question to be asked about the answer.
    """

    note: str = ""
    alert: bool = False
    text: str | None = None
    keyboard: Keyboard | None = None
    prompt: str = ""


class CallbackHandlers:
    """Answers every pressed button; without a store, with regrets."""

    def __init__(self, store: Store | None, *, follows: bool = False) -> None:
        """Take a store; `follows` says that there are subscriptions."""
        self._store = store
        self._follows = follows

    def register(self, application: App) -> None:
        """Add the handler."""
        application.add_handler(CallbackQueryHandler(self.press))

    async def press(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Do what a button says. It never fails: a person sees a note, the log a line."""
        query = update.callback_query
        if query is None:
            return
        tr = await translator_for(
            self._store, query.message.chat.id if query.message else None, query.from_user
        )
        try:
            outcome = await self._decide(query, tr)
        except Exception as error:  # noqa: BLE001 - an unanswered button spins on
            logger.error("A button was not answered: %s", describe(error))  # noqa: TRY400
            outcome = _regret(tr("That did not work. Please try again in a little while."))
        await answer_press(query, outcome.note, alert=outcome.alert)
        try:
            await self._carry_out(query, outcome)
        except TelegramError as error:
            logger.warning("A button's message was not changed: %s", type(error).__name__)

    async def _decide(self, query: CallbackQuery, tr: Translator) -> Outcome:
        try:
            press = decode_press(query.data or "")
        except ValueError:
            logger.warning("A button's data could not be read")
            return _regret(tr("I don't know that button."))
        found = await self._answer_of(query, press)
        if self._store is None or found is None:
            return _regret(tr("I no longer have that answer. Please ask again."))
        match press.action:
            case Action.CITED | Action.CLOSEST | Action.FURTHER:
                return _outcome(await show_paragraph(self._store.articles, found, press, tr))
            case Action.BACK | Action.MORE:
                return self._turned(found, press.action, tr)
            case Action.GOOD | Action.BAD | Action.REASON:
                return await self._judge(found, press, query.from_user.id, tr)

    async def _judge(
        self, found: StoredAnswer, press: Press, user_id: int, tr: Translator
    ) -> Outcome:
        if press.action is Action.BAD:
            return Outcome(tr("What was wrong?"), keyboard=reason_keyboard(found.id, tr))
        if press.action is Action.GOOD:
            await self._keep(found, "good", "", user_id)
            return Outcome(tr("Thank you. I am glad it helped."))
        return await self._reason(found, press.first, user_id, tr)

    async def _reason(
        self, found: StoredAnswer, number: int, user_id: int, tr: Translator
    ) -> Outcome:
        keyboard = self._keyboard(found, tr)
        known = reasons(translator(None))
        if number >= len(known):
            return _regret(tr("I don't know that button."))
        if number == len(known) - 1:
            prompt = tr("What was wrong with this answer? Reply to this message in your own words.")
            return Outcome(keyboard=keyboard, prompt=prompt)
        await self._keep(found, "bad", known[number], user_id)
        return Outcome(tr("Thank you. That is noted."), keyboard=keyboard)

    async def _answer_of(self, query: CallbackQuery, press: Press) -> StoredAnswer | None:
        if self._store is None or query.message is None:
            return None
        return await self._store.answers.get(query.message.chat.id, press.answer_id)

    async def _keep(
        self, found: StoredAnswer, verdict: Verdict, comment: str, user_id: int
    ) -> None:
        if self._store is not None:
            feedback = feedback_on(found, verdict, comment, self._store, user_id)
            await self._store.chats.add_feedback(feedback)

    def _keyboard(self, found: StoredAnswer, tr: Translator) -> Keyboard:
        further, reply = further_of_record(found.reply), reply_of_record(found.reply)
        return reply_keyboard(found.id, reply, tr, further, follow=self._follows)

    def _turned(self, found: StoredAnswer, action: Action, tr: Translator) -> Outcome:
        """Return the answer itself, or the further passages; of an answer of old, the articles."""
        reply = reply_of_record(found.reply)
        if action is Action.BACK:
            whole = understood_of_record(found.reply)
            text = render_reply(reply, tr, understood=whole)[-1]
            return Outcome(text=text, keyboard=self._keyboard(found, tr))
        if further := further_of_record(found.reply):
            return Outcome(
                text=render_excerpts(further, tr),
                keyboard=excerpts_keyboard(found.id, len(further), tr),
            )
        if not reply.closest:
            return _regret(tr("I have no further articles on this."))
        return Outcome(
            text=render_further(reply.closest, tr),
            keyboard=further_keyboard(found.id, reply.closest, tr),
        )

    async def _carry_out(self, query: CallbackQuery, outcome: Outcome) -> None:
        message = query.message
        if not isinstance(message, Message):  # too old to be changed
            return
        if outcome.text is not None:
            await edit_text(message, outcome.text, outcome.keyboard or ())
        elif outcome.keyboard is not None:
            await edit_keyboard(message, outcome.keyboard)
        if outcome.prompt and self._store is not None:
            asked = await ask_back(message, outcome.prompt)
            press = decode_press(query.data or "")
            await self._store.answers.set_prompt(press.answer_id, asked.message_id)


def _regret(note: str) -> Outcome:
    return Outcome(note, alert=True)


def _outcome(shown: Shown | str) -> Outcome:
    if isinstance(shown, str):
        return _regret(shown)
    return Outcome(text=shown.text, keyboard=shown.keyboard)
