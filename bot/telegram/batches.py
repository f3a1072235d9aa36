"""Texts of one person that waited for their chat's turn, and are answered together.

Each message keeps its own update, task and handlers; what they share is the chat's turn. Once it
has come, the handlers of all messages of a batch run side by side, and each either contributes
its message (it is to be answered) or ends (somebody turned it away, or took it as something
else). When all have done one or the other, the batch is planned; each question is then answered
by the handler of its last message while those of its other messages wait for that. So a message
is answered once, nobody has to remember what was answered already, and an update is over only
when its answer is sent: one that is kept until it is over comes back whole after a kill. Nothing
can wait in a circle: a contribution waits for handlers that wait for nothing but contributing,
and a question only for the one before it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from telegram.constants import ChatType

from bot.chat.batches import looks_unfinished, plan_batch

if TYPE_CHECKING:
    from collections.abc import Hashable

    from telegram import Message, Update

    from bot.chat.batches import Asking, Plan

MOST_PARTS = 32  # messages; enough for what a person types, too few to fill the memory


class Batch:
    """One turn of a chat: the texts that have it together, or a single other update.

    `key` says whose texts may join, None if none may; `surplus` counts those beyond MOST_PARTS,
    which are not kept. One event loop.
    """

    def __init__(self, key: Hashable | None) -> None:
        self.key = key
        self.surplus = 0
        self.began = asyncio.Event()  # the chat's turn has come; nobody joins any more
        self.over = asyncio.Event()
        self.plan: Plan | None = None
        self.answered: list[asyncio.Event] = []  # of each question, then of what is left out
        self._seats: list[Seat] = []
        self._open = key is not None
        self._settled = asyncio.Event()
        self._stirred = asyncio.Event()

    def admits(self, key: Hashable | None) -> bool:
        """Return whether a text with this key may join."""
        return self._open and key == self.key and not self.over.is_set()

    def seat(self, text: str = "") -> Seat | None:
        """Give a message its place; None, and the message is surplus, if all are taken."""
        if len(self._seats) == MOST_PARTS:
            self.surplus += 1
            return None
        seat = Seat(self, text)
        self._seats.append(seat)
        self._stirred.set()
        return seat

    def close(self) -> None:
        """Let nobody join any more."""
        self._open = False
        self._stirred.set()

    async def wait_for_rest(self, seconds: float) -> None:
        """Wait while the last text is unfinished and nothing else has come, so long for each."""
        while self._open and len(self._seats) < MOST_PARTS and self._is_unfinished():
            self._stirred.clear()
            try:
                await asyncio.wait_for(self._stirred.wait(), seconds)
            except TimeoutError:
                return

    def settle(self) -> None:
        """Plan the answers if every message is contributed or gone."""
        if self._settled.is_set() or not all(seat.left or seat.message for seat in self._seats):
            return
        self.plan = plan_batch([seat.text for seat in self.contributed()])
        self.answered = [asyncio.Event() for _ in range(len(self.plan.askings) + 1)]
        self._settled.set()

    async def settled(self) -> None:
        """Wait until the answers are planned."""
        await self._settled.wait()

    def is_settled(self) -> bool:
        """Return whether the answers are planned."""
        return self._settled.is_set()

    def contributed(self) -> list[Seat]:
        """Return the places whose messages are to be answered, in order of arrival."""
        return [seat for seat in self._seats if seat.message is not None]

    def vacate(self) -> None:
        """Note that a place was left; the batch is over when all are."""
        if not self.is_settled():
            self.settle()
        if all(seat.left for seat in self._seats):
            self.over.set()
            self._stirred.set()

    def _is_unfinished(self) -> bool:
        return not self.over.is_set() and looks_unfinished(self._seats[-1].text)


class Seat:
    """A message's place in a batch. `text` is what counts: that of an edit that came in time."""

    def __init__(self, batch: Batch, text: str) -> None:
        self.batch = batch
        self.text = text
        self.message: Message | None = None
        self.left = False

    async def contribute(self, message: Message) -> Share:
        """Have a message answered with its batch; returns what its handler has to do for that."""
        self.message = message
        self.batch.settle()
        await self.batch.settled()
        return _share_of(self)

    def leave(self) -> None:
        """Give the place up: the message's handlers are done."""
        if not self.left:
            self.left = True
            self.batch.vacate()


@dataclass(frozen=True, slots=True)
class Share:
    """A message's part in the plan of its batch.

    `number` counts the questions from 0, `asking` is the one that the message is in; None if it
    is left out. `speaks`: this message's handler answers for the others of `seats`, or tells
    that they are left out.
    """

    number: int
    asking: Asking | None
    speaks: bool
    seats: tuple[Seat, ...]


def _share_of(seat: Seat) -> Share:
    seats = seat.batch.contributed()
    at, plan = seats.index(seat), seat.batch.plan
    if plan is None:
        raise TypeError("a share of a batch that isn't planned")
    for number, asking in enumerate(plan.askings):
        if at <= asking.last:
            parts = tuple(seats[asking.first : asking.last + 1])
            return Share(number, asking, at == asking.last, parts)
    return Share(len(plan.askings), None, at == plan.answered, tuple(seats[plan.answered :]))


def key_of(update: Update) -> Hashable | None:
    """Return whose texts may be a batch with an update: one person's in one place.

    None for all but plain texts of private chats: in a group nobody's words but those for the bot
    are its business, and commands, presses and edits are for themselves.
    """
    message = update.message
    if message is None or message.chat.type != ChatType.PRIVATE or not message.text:
        return None
    if message.text.startswith("/") or message.via_bot or message.forward_origin:
        return None
    user = message.from_user
    return (user.id if user else None, message.message_thread_id)


def begins_anew(message: Message) -> bool:
    """Return whether a message can only be the first of a batch: a reply is about what it answers.

    The first messages of a topic reply to the topic itself.
    """
    asked = message.reply_to_message
    return asked is not None and asked.message_id != message.message_thread_id
