"""From a question in a chat to the answer under it, and from the corrected question likewise."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field, replace
from datetime import timedelta
from html import escape
from typing import TYPE_CHECKING

from telegram.error import BadRequest, TelegramError

from bot.chat.batches import joined
from bot.chat.conversation import Question, Refusal, check_question
from bot.chat.conversations import Conversations, Place, recent, turn_about
from bot.chat.keyboards import reply_keyboard
from bot.chat.parts import PartsMemory
from bot.chat.preferences import preferences_of
from bot.chat.rendering import render_reply
from bot.chat.reply_records import reply_of_record, reply_to_record
from bot.chat.turns import TURNS
from bot.store.errors import StoreError
from bot.store.records import Chat, Feedback
from bot.telegram.about import article_replied_to, turn_about_article
from bot.telegram.access import sender_of
from bot.telegram.inbox import answered
from bot.telegram.language import preferences_for, translator_for, translator_of
from bot.telegram.limits import Quota
from bot.telegram.messenger import edit_message, send_reply, topic_of, typing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from telegram import Message

    from bot.chat.paging import Keyboard
    from bot.chat.translations import Translator
    from bot.store.asks import Ask
    from bot.store.engine import Store
    from bot.store.exchanges import Background
    from bot.store.records import StoredAnswer, Verdict
    from bot.telegram.ports import Desk, TimedReply
    from retrieval.followup import Turn

logger = logging.getLogger(__name__)

CORRECTED_WITHIN = timedelta(hours=48)  # so long Telegram lets people edit
COMMENT_CHARACTERS = 2000


@dataclass(frozen=True, slots=True)
class Among:
    """Where a question stands among those answered together; by default there are no others.

    `before` is set once the question before it is answered, None for the first; one that `leans`
    is only then searched for. `parts` are the texts it was sent in by their messages' ids, and
    `first` the message that it began with.
    """

    before: asyncio.Event | None = None
    leans: bool = False
    parts: Mapping[int, str] = field(default_factory=dict)
    first: Message | None = None

    async def come(self) -> None:
        """Wait until the question before is answered."""
        if self.before is not None:
            await self.before.wait()


ALONE = Among()


class Answering:
    """Answers questions through the desk. Without a store there are no buttons or corrections."""

    def __init__(
        self,
        desk: Desk,
        store: Store | None = None,
        quota: Quota | None = None,
        *,
        follows: bool = False,
    ) -> None:
        """Take what answers; `follows` says that there are subscriptions."""
        self.store = store
        self._follows = follows
        self._quota = quota or Quota()
        self.conversations = Conversations(store)
        self._desk = desk
        self._parts = PartsMemory()

    async def answer(self, message: Message, text: str, among: Among = ALONE) -> None:
        """Answer `text`, which somebody sent with `message`, or say why not.

        Raises RetrievalError, TelegramError.
        """
        known = await self._look(message)
        own = message.from_user
        tr = translator_of(known.settings, own) if known else await self.translator(message)
        match check_question(text, tr):
            case Refusal(line=line):
                await among.come()
                await send_reply(message, [escape(line, quote=False)])
            case Question(text=question):
                refusal = await self._quota.refusal(message, tr, known)
                if refusal is None:
                    await self._answer(message, question, tr, among, known)
                elif refusal:
                    await among.come()
                    await send_reply(message, [refusal])

    async def _answer(
        self,
        message: Message,
        question: str,
        tr: Translator,
        among: Among,
        known: Background | None,
    ) -> None:
        place = place_of(message)
        timed, ask = await self._seek(message, question, among, known)
        self._parts.remember(place, among.parts)
        keeping = self.conversations.begin(
            place,
            _chat_of(message),
            message.message_id,
            timed.turn,
            timed.reply,
            timed.further,
            ask,
            timed.understood,
        )
        # The texts are made while the database writes.
        number, texts = await asyncio.gather(keeping, _rendered(timed, tr))
        keyboard: Keyboard = ()
        if number is None:
            await self._quota.note(ask)
        else:
            keyboard = self._keyboard(number, timed, tr)
        sent = await send_reply(message, texts, keyboard)
        if sent[0].chat_id != place.chat_id:
            await self.conversations.move(place.chat_id, sent[0].chat_id)
            place = replace(place, chat_id=sent[0].chat_id)
        ids = [one.message_id for one in sent]
        taken = answered()
        update_id = taken.id if taken else None
        kept = await self.conversations.finish(place, number, ids, timed.turn, update_id=update_id)
        if taken:
            taken.noted = kept

    async def _look(self, message: Message) -> Background | None:
        """Return what is known of a question's chat and person; None if that can't be read."""
        if self.store is None:
            return None
        place, sender, window = place_of(message), sender_of(message), self._quota.window
        try:
            return await self.store.exchanges.look(
                place.chat_id,
                place.thread_id,
                sender.id if sender else None,
                turns=TURNS,
                since=self.store.clock() - window if window else None,
            )
        except StoreError as error:
            logger.warning("A chat could not be read: %s", type(error).__name__)
            return None

    async def _seek(
        self, message: Message, question: str, among: Among, known: Background | None
    ) -> tuple[TimedReply, Ask | None]:
        """Return what `_ask` does, once the question before is answered."""
        if among.leans:
            await among.come()
            known = None  # there is a turn more by now
        seeking = asyncio.create_task(self._ask(among.first or message, question, known))
        try:
            await among.come()
            async with typing(message):
                return await seeking
        finally:
            seeking.cancel()

    async def _ask(
        self,
        message: Message,
        question: str,
        known: Background | None = None,
        *,
        without: Sequence[int] = (),
    ) -> tuple[TimedReply, Ask | None]:
        """Ask the desk as the message's chat has chosen, after all turns but those `without`.

        What is `known` isn't read again. Returns also that it was asked, to be noted.
        """
        turns = await self._turns(message, known, without=without)
        if known is None:
            wished = await preferences_for(self.store, message.chat_id)
        else:
            wished = preferences_of(known.settings)
        async with self._quota.counting(message) as asking:
            timed = await self._desk.ask(
                question, turns=turns, length=wished.length, source=wished.source
            )
            asking.reply = timed.reply
        return timed, asking.ask

    async def correct(self, message: Message) -> None:
        """Answer an edited question where its answer stands, if it is the latest of its place."""
        if self.store is None:
            return
        place = place_of(message)
        old = await self.store.answers.latest(place.chat_id, place.thread_id)
        edited = _without_command(message.text or "")
        parts = self._parts.with_edit(place, message.message_id, edited)
        if old is None or old.question_message_id != list(parts)[-1]:
            return
        question = check_question(joined(list(parts.values())))
        too_late = self.store.clock() - old.asked > CORRECTED_WITHIN
        # Telegram reports an edit too when it has found a link's preview.
        if too_late or not isinstance(question, Question):
            return
        if question.text == old.reply.get("question"):
            return
        refusal = await self._quota.refusal(message, await self.translator(message))
        if refusal is not None:
            await send_reply(message, [refusal] if refusal else [])
            return
        self._parts.remember(place, parts)
        async with typing(message):
            timed, ask = await self._ask(message, question.text, without=old.message_ids)
            await self._quota.note(ask)
        record = reply_to_record(timed.reply, timed.further, timed.understood)
        await self.store.answers.revise(old.id, timed.turn.question, record)
        ids = await self._replace(message, old, timed)
        replacing = old.message_ids[-1] if old.message_ids else None
        await self.conversations.finish(place, old.id, ids, timed.turn, replacing=replacing)

    async def take_words(self, message: Message) -> bool:
        """Keep a text as feedback if it replies to the bot's question what was wrong."""
        asked = message.reply_to_message
        if self.store is None or asked is None:
            return False
        found = await self.store.answers.of_prompt(message.chat_id, asked.message_id)
        if found is None:
            return False
        words = (message.text or "")[:COMMENT_CHARACTERS]
        user = sender_of(message)
        verdict = feedback_on(found, "bad", words, self.store, user.id if user else None)
        await self.store.chats.add_feedback(verdict)
        await self.store.answers.set_prompt(found.id, None)
        tr = await self.translator(message)
        thanks = tr("Thank you. That is noted.")
        await send_reply(message, [escape(thanks, quote=False)])
        return True

    async def translator(self, message: Message) -> Translator:
        """Return the translator for who wrote a message."""
        return await translator_for(self.store, message.chat_id, message.from_user)

    async def is_about_answer(self, message: Message) -> bool:
        """Tell whether a message replies to an answer of the bot's, or to an alert."""
        asked = message.reply_to_message
        if asked is None:
            return False
        if await self.conversations.answer_in(message.chat_id, asked.message_id) is not None:
            return True
        return self.store is not None and await article_replied_to(self.store, message) is not None

    async def _turns(
        self, message: Message, known: Background | None, *, without: Sequence[int] = ()
    ) -> Sequence[Turn]:
        """Return what a question leans on: the answer it replies to, else the latest turns."""
        asked = message.reply_to_message
        if asked is not None:
            found = await self.conversations.answer_in(message.chat_id, asked.message_id)
            if found is not None:
                return [turn_about(reply_of_record(found.reply), found.question)]
            if self.store and (article := await article_replied_to(self.store, message)):
                return [turn_about_article(article)]
        if known is not None and self.store is not None:
            return recent(known.turns, self.store.clock())
        return await self.conversations.turns(place_of(message), without=without)

    def _keyboard(self, number: int, timed: TimedReply, tr: Translator) -> Keyboard:
        follow = self._follows
        return reply_keyboard(number, timed.reply, tr, timed.further, follow=follow)

    async def _replace(
        self, message: Message, old: StoredAnswer, timed: TimedReply
    ) -> Sequence[int]:
        """Put a new answer where the old one stands; returns the messages that now hold it."""
        tr = await self.translator(message)
        texts = render_reply(timed.reply, tr, understood=timed.understood)
        keyboard = self._keyboard(old.id, timed, tr)
        ids: list[int] = []
        for number, text in enumerate(texts):
            there = old.message_ids[number] if number < len(old.message_ids) else None
            below = keyboard if number == len(texts) - 1 else ()
            ids.append(await _put(message, there, text, below))
        for surplus in old.message_ids[len(texts) :]:
            try:
                await message.get_bot().delete_message(message.chat_id, surplus)
            except TelegramError:  # too old, or deleted by somebody else
                continue
        return ids


async def _rendered(timed: TimedReply, tr: Translator) -> list[str]:
    return render_reply(timed.reply, tr, understood=timed.understood)


async def _put(message: Message, there: int | None, text: str, keyboard: Keyboard) -> int:
    """Edit the message `there`; send one where there is none. Returns its number."""
    if there is not None:
        try:
            await edit_message(message.get_bot(), message.chat_id, there, text, keyboard)
        except BadRequest:  # deleted meanwhile
            pass
        else:
            return there
    return (await send_reply(message, [text], keyboard))[0].message_id


def feedback_on(
    answer: StoredAnswer, verdict: Verdict, comment: str, store: Store, user_id: int | None
) -> Feedback:
    """Return a person's verdict on an answer, with what it is about."""
    return Feedback(
        0,
        answer.chat_id,
        answer.question,
        answer.reply,
        verdict,
        comment,
        store.clock(),
        answer.id,
        user_id,
    )


def place_of(message: Message) -> Place:
    """Return the conversation that a message belongs to: a topic of a forum is one of its own."""
    return Place(message.chat_id, topic_of(message))


def _chat_of(message: Message) -> Chat:
    chat, user = message.chat, message.from_user
    language = (user.language_code if user else None) or ""
    return Chat(chat.id, str(chat.type), chat.title or chat.full_name or "", language)


def _without_command(text: str) -> str:
    """Return a question without the /ask before it."""
    return "".join(text.split(maxsplit=1)[1:]) if text.startswith("/") else text
