"""No update is lost when the program is killed, and none is answered twice.

An update is kept in the store before Telegram is told that it was taken, and done with when its
coroutine has ended, well or badly, or with what is kept of its answer. A start works on what the
last run left behind. How often an update may be worked on depends on what it asks for:

- inline queries: at most once. They aren't kept; a moment later nobody waits for the answer.
- commands in `ONCE`, which change what is not the chat's own: at most once. They count as set
  out when they begin, and an admin can send them again.
- all others: again and again until a message sets out for Telegram; from that moment on at most
  once, since it may have arrived. What handlers do before they send, and edits, deletions and
  answers to presses, must therefore bear to be done twice. A handler with something that must not
  happen twice awaits `set_out` before it.

So the only updates that go without an answer are those whose first message was just on its way
when the program was killed; the next start says how many there may be.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from telegram import Update
from telegram.error import RetryAfter

from bot.store.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence

    from telegram import Bot, Message

    from bot.store.engine import Store
    from bot.store.inbox import Backlog, InboxStore, Waiting

T = TypeVar("T")

logger = logging.getLogger(__name__)

ONCE = frozenset({"reload", "rollback"})
MOST_WAITING = 1000
# What the library raises for JSON that is no update of the kinds it knows.
UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)

_GATHER_SECONDS = 0.2  # done updates are written together
_REFUSED_SECONDS = 30.0  # without the store, before it is tried again
_SUSPECT_SECONDS = 60.0
_PRUNE_SECONDS = 3600.0
_REMEMBERED = 10_000
_LARGEST_ID = 2**63 - 1

_current: ContextVar[Taken | None] = ContextVar("current", default=None)


@dataclass(eq=False, slots=True)
class Taken:
    """An update that waits or is worked on.

    `kept` says whether the store has it, `again` whether an earlier run left it behind. `out`: its
    answer may be on its way; `final`: that can't be taken back. `left`: it wasn't begun any more.
    `noted`: the store knows already that it is done with.
    `message` is what it brings, as chat and number; `others` are messages answered with it.
    """

    id: int
    kept: bool
    message: tuple[int, int] | None = None
    again: bool = False
    out: bool = False
    final: bool = False
    left: bool = False
    noted: bool = False
    others: set[tuple[int, int]] = field(default_factory=set)
    ended: asyncio.Event = field(default_factory=asyncio.Event)


class Inbox:
    """The updates on hand. Without a store, or while it refuses, they are kept in memory alone."""

    def __init__(
        self,
        store: Store | None = None,
        *,
        foresee: Callable[[Update], None] = lambda _: None,
        most: int = MOST_WAITING,
    ) -> None:
        """Take what is told of each update before it is kept, and how many may be on hand."""
        self._foresee = foresee
        self._store = store.inbox if store else None
        self._most = most
        self._open: dict[int, Taken] = {}
        self._seen: OrderedDict[int, None] = OrderedDict()
        self._done: set[int] = set()
        self._flushing: asyncio.Task[None] | None = None
        self._room = asyncio.Event()
        self._closing = False
        self._refused = False
        self._try_again = self._prune_at = 0.0

    @property
    def on_hand(self) -> int:
        """How many updates wait or are worked on."""
        return len(self._open)

    @property
    def is_full(self) -> bool:
        """Whether as many updates are on hand as there should be."""
        return len(self._open) >= self._most

    async def room(self, stop: asyncio.Event) -> None:
        """Wait until there is room for more updates, or `stop` is set."""
        while self.is_full and not stop.is_set():
            self._room.clear()
            await _first_of(self._room, stop)

    async def receive(
        self, bot: Bot, updates: asyncio.Queue[object], records: Iterable[Any]
    ) -> None:
        """Keep updates as Telegram's JSON has them, and queue those that are new and readable.

        When this returns, Telegram may be told that they were taken.
        """
        read = [(record, _read(record, bot)) for record in records]
        good = [(record, update) for record, update in read if update is not None]
        for _, update in good:
            self._foresee(update)
        worth = [record for record, _ in good if "inline_query" not in record]
        new = await self._write(lambda store: store.take(worth)) if worth else set()
        for record, update in good:
            number, kept = update.update_id, new is not None and "inline_query" not in record
            is_new = number in (new or ())
            if number not in self._seen and (is_new or not kept):
                self._queue(updates, update, Taken(number, kept, _message_of(update)))
            elif is_new and number in self._open:  # it came first while the store refused
                self._open[number].kept = True
            elif is_new:
                self._note_done(number)

    async def replay(
        self, bot: Bot, updates: asyncio.Queue[object], *, stop: asyncio.Event
    ) -> None:
        """Queue what the last run left behind, in order.

        What was begun at an earlier start and not ended may be what ended the program. It comes
        first and alone, so that no innocent update is given up along with it.
        """
        backlog = await self._write(lambda store: store.pending())
        if backlog is None:
            return
        _tell(backlog)
        for waiting in sorted(backlog.waiting, key=lambda one: (one.attempts == 0, one.id)):
            await self.room(stop)
            if stop.is_set():
                return
            await self._replay_one(bot, updates, waiting, stop)

    async def attend(self, update: object, turn: Awaitable[None]) -> None:
        """Await the turn of an update, in which it is worked on, and note what becomes of it."""
        taken = self._taken(update)
        try:
            await turn
        except asyncio.CancelledError:  # the stop's time has run out: not done
            if taken is not None:
                taken.left = True
            raise
        finally:
            if taken is not None:
                self._end(taken)

    async def work(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Await the coroutine that works on an update, within its turn.

        When the program stops, an update that was kept is left to the next start.
        """
        taken = self._taken(update)
        if taken is None or not isinstance(update, Update):
            await coroutine
            return
        if self._closing and taken.kept:
            taken.left = True
            return
        if taken.again:
            await self._write(lambda store: store.begin(taken.id))
        token = _current.set(taken)
        try:
            if _is_once(update):
                await self.set_out(final=True)
            await coroutine
        finally:
            _current.reset(token)

    async def set_out(self, *, final: bool = False) -> None:
        """Note, before it happens, that the update at work is having an effect: it isn't repeated.

        With `final`, not even if Telegram refuses the message. Without an update, do nothing.
        """
        taken = _current.get()
        if taken is None or taken.ended.is_set():
            return
        taken.final = taken.final or final
        if taken.kept and not taken.out:
            await self._write(lambda store: store.set_out(self._answered_by(taken)))
        taken.out = True

    async def send(
        self, callback: Callable[..., Coroutine[Any, Any, T]], *args: Any, **kwargs: Any
    ) -> T:
        """Make the request that sends a message, noting that it sets out."""
        await self.set_out()
        taken = _current.get()
        try:
            result = await callback(*args, **kwargs)
        except RetryAfter:
            if taken is not None and taken.out and not taken.final:
                # Telegram has refused it, and the wait may be long.
                taken.out = False
                await self._write(lambda store: store.call_back(self._answered_by(taken)))
            raise
        if taken is not None:
            taken.final = True
        return result

    def stop_beginning(self) -> None:
        """Begin no more updates but those that would be lost."""
        self._closing = True

    async def close(self) -> None:
        """Write down what is done with."""
        if self._flushing is not None:
            self._flushing.cancel()
            await asyncio.gather(self._flushing, return_exceptions=True)
        await self._flush()

    async def _replay_one(
        self, bot: Bot, updates: asyncio.Queue[object], waiting: Waiting, stop: asyncio.Event
    ) -> None:
        update = _read(waiting.body, bot)
        if update is None:
            self._note_done(waiting.id)
            return
        taken = Taken(waiting.id, True, _message_of(update), again=True)
        self._queue(updates, update, taken)
        if waiting.attempts:
            await _first_of(taken.ended, stop, seconds=_SUSPECT_SECONDS)

    def _queue(self, updates: asyncio.Queue[object], update: Update, taken: Taken) -> None:
        self._open[taken.id] = taken
        self._seen[taken.id] = None
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        updates.put_nowait(update)

    def _taken(self, update: object) -> Taken | None:
        return self._open.get(update.update_id) if isinstance(update, Update) else None

    def _answered_by(self, taken: Taken) -> set[int]:
        """Return the numbers of an update and of those answered with it."""
        if not taken.others:
            return {taken.id}
        others = (one.id for one in self._open.values() if one.message in taken.others)
        return {taken.id, *others}

    def _end(self, taken: Taken) -> None:
        self._open.pop(taken.id, None)
        taken.ended.set()
        self._room.set()
        if taken.kept and not taken.left and not taken.noted:
            self._note_done(taken.id)

    def _note_done(self, number: int) -> None:
        self._done.add(number)
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._flush_later())

    async def _flush_later(self) -> None:
        while self._done:
            await asyncio.sleep(_REFUSED_SECONDS if self._refused else _GATHER_SECONDS)
            await self._flush()

    async def _flush(self) -> None:
        """Write which updates are done with; now and then, forget old ones."""
        done = frozenset(self._done)
        if not done or await self._write(lambda store: _did(store.done(done))) is None:
            return
        self._done -= done
        now = asyncio.get_running_loop().time()
        if now >= self._prune_at:
            self._prune_at = now + _PRUNE_SECONDS
            await self._write(lambda store: store.prune())

    async def _write(self, work: Callable[[InboxStore], Awaitable[T]]) -> T | None:
        """Do something to the store; None if there is none or it refuses, or did just now."""
        now = asyncio.get_running_loop().time()
        if self._store is None or now < self._try_again:
            return None
        try:
            result = await work(self._store)
        except StoreError as error:
            self._try_again = asyncio.get_running_loop().time() + _REFUSED_SECONDS
            if not self._refused:
                logger.warning("Updates are kept in memory only, for now: %s", error)
            self._refused = True
            return None
        if self._refused:
            logger.info("Updates are kept in the database again")
        self._refused = False
        return result


def answer_together_with(messages: Iterable[Message]) -> None:
    """Say that the answer to the update at work is the answer to other messages as well.

    From the moment that it sets out, none of them is answered again.
    """
    taken = _current.get()
    if taken is not None:
        taken.others.update((message.chat_id, message.message_id) for message in messages)


def answered() -> Taken | None:
    """Return the update at work if its answer has arrived: whoever notes that sets `noted`."""
    taken = _current.get()
    return taken if taken is not None and taken.kept and taken.out and taken.final else None


def _read(record: Any, bot: Bot) -> Update | None:
    """Return an update, or None, logged, for what is none that the library knows."""
    try:
        number = record["update_id"]
        if not isinstance(number, int) or not 0 <= number <= _LARGEST_ID:
            raise ValueError
        return Update.de_json(record, bot)
    except UNREADABLE as error:
        logger.warning("An update could not be read: %s", type(error).__name__)
        return None


def _message_of(update: Update) -> tuple[int, int] | None:
    message = update.message
    return None if message is None else (message.chat_id, message.message_id)


def _is_once(update: Update) -> bool:
    words = (update.message.text or "").split(maxsplit=1) if update.message else []
    command = words[0] if words else ""
    return command.startswith("/") and command[1:].split("@")[0].lower() in ONCE


def _tell(backlog: Backlog) -> None:
    if backlog.given_up:
        numbers = ", ".join(map(str, backlog.given_up))
        logger.error("The program ended each time these updates were begun; given up: %s", numbers)
    if backlog.set_out:
        count = len(backlog.set_out)
        logger.warning("Answers on their way when the program ended, not sent again: %d", count)
    if backlog.waiting:
        logger.info("Updates that the last run left behind: %d", len(backlog.waiting))


async def _did(work: Awaitable[None]) -> bool:
    await work
    return True


async def _first_of(*events: asyncio.Event, seconds: float | None = None) -> None:
    """Wait until one of the events is set, or for `seconds`."""
    waits: Sequence[asyncio.Task[Any]] = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)
