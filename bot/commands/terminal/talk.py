"""The chat's conversation: from a line that somebody wrote to what is shown for it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.chat.browsing import HITS, WORDS_UNITS
from bot.chat.conversation import FORGOTTEN, Refusal, check_question
from bot.chat.paging import shorten
from bot.chat.preferences import LENGTHS
from bot.chat.translations import translator
from bot.chat.turns import TurnMemory
from bot.commands.terminal import browser, shelves
from bot.commands.terminal.completing import NORMAL, Names
from bot.commands.terminal.grammar import Asked, Ordered, help_lines, read_line
from bot.commands.terminal.targets import (
    targets_of_excerpts,
    targets_of_hits,
    targets_of_reply,
)
from bot.commands.terminal.voices import Stopped
from bot.errors import BotError
from retrieval.errors import RetrievalError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from bot.commands.terminal.backstage import Backstage
    from bot.commands.terminal.grammar import Command
    from bot.commands.terminal.history import BoundedHistory
    from bot.commands.terminal.targets import Target
    from bot.commands.terminal.voices import Voice
    from bot.desk import Desk, TimedReply
    from retrieval.followup import Turn
    from retrieval.types import Article, Excerpt, Hit

_HERE = "terminal"


class Talk:
    """One conversation. `targets` are what the numbers shown last stand for.

    `source` is the only source asked, None for all; `length` is the name of a length.
    """

    def __init__(
        self,
        backstage: Backstage,
        voice: Voice,
        clock: Callable[[], datetime],
        history: BoundedHistory | None = None,
    ) -> None:
        self.backstage = backstage
        self.voice = voice
        self.targets: dict[int, Target] = {}
        self.source: str | None = None
        self.length = NORMAL
        self.more: Callable[[], Awaitable[None]] | None = None
        self.tr = translator(None)
        self._turns = TurnMemory(clock)
        self._history = history

    @property
    def names(self) -> Names:
        """What arguments of commands may name."""
        known = self.backstage.names
        numbers = {number: one.article.title for number, one in self.targets.items()}
        return Names(known.sources, known.titles, numbers)

    async def handle(self, line: str) -> bool:
        """Do what a line says; returns whether the chat goes on. Never raises for content."""
        if not line.strip():
            return True
        try:
            match read_line(line):
                case Asked(text):
                    await self._ask(text)
                case Ordered(command, argument):
                    return await self._obey(command, argument)
                case unknown:
                    self.voice.note(unknown.line)
        except Stopped:
            self.voice.note("Stopped. Ask something else, or the same again.")
        except (RetrievalError, BotError) as error:
            self.voice.note(str(error))
        return True

    async def _obey(self, command: Command, argument: str) -> bool:
        match command.name:
            case "quit":
                return False
            case "help":
                self.voice.note("\n".join(help_lines(keys=self.voice.keys)))
            case "new":
                self._begin_anew()
                self.voice.note(FORGOTTEN)
            case "forget":
                self._forget()
            case "length":
                self._set_length(argument.lower())
            case "search":
                await self._search(argument)
            case "more":
                await self._go_on()
            case "cite" | "open":
                await self._number(command.name, argument)
            case _:
                await shelves.look(self, command.name, argument)
        return True

    async def _ask(self, text: str) -> None:
        checked = check_question(text)
        if isinstance(checked, Refusal):
            self.voice.note(checked.line)
            return
        self.voice.heard(checked.text)
        turns = self._turns.recall(_HERE)
        desk, timed = await self.voice.wait(self._answer(checked.text, turns))
        self._turns.remember(_HERE, timed.turn)
        if timed.understood:
            self.voice.hint(f"Understood as: {timed.understood}")
        find = partial(_article, desk)
        self.targets = targets_of_reply(timed.reply, find)
        self.more = partial(self._further, timed.further, find) if timed.further else None
        self.voice.reply(timed.reply)

    async def _answer(self, text: str, turns: Sequence[Turn]) -> tuple[Desk, TimedReply]:
        desk = await self.backstage.desk()
        length = LENGTHS.get(self.length)
        return desk, await desk.ask(text, turns=turns, length=length, source=self.source)

    async def _further(
        self, excerpts: Sequence[Excerpt], find: Callable[[str], Article | None]
    ) -> None:
        from bot.chat.further import render_excerpts

        self.more = None
        self.targets = targets_of_excerpts(excerpts, find)
        self.voice.page(render_excerpts(excerpts, self.tr))

    async def _search(self, words: str) -> None:
        from bot.chat.browsing import PER_PAGE, render_results
        from bot.chat.paging import count_pages

        if isinstance(check_question(words), Refusal):
            self.voice.note("Write what to look for, for example: /search flood in Jakarta")
            return
        words = shorten(words, WORDS_UNITS)
        self.voice.heard(f"/search {words}")

        async def find() -> dict[int, Target]:
            desk = await self.backstage.desk()
            hits.extend(await desk.search(words, HITS, self.source))
            return targets_of_hits(hits)

        async def show(page: int) -> None:
            last = page + 1 >= count_pages(len(self.targets), PER_PAGE)
            self.more = None if last else partial(show, page + 1)
            self.voice.page(render_results(self.tr, words, hits, page).html)
            if self.source and not page:
                self.voice.hint(f"Only {self.source} was searched.")

        hits: list[Hit] = []
        self.targets = await self.voice.wait(find())
        await show(0)

    async def _go_on(self) -> None:
        if self.more is None:
            self.voice.note("There is nothing more to show. Ask a question, or try /latest.")
            return
        await self.more()

    async def _number(self, what: str, argument: str) -> None:
        wanted = argument.strip("[].")
        if not wanted and len(self.targets) == 1:
            wanted = str(next(iter(self.targets)))
        number = int(wanted) if wanted.isascii() and wanted.isdigit() else 0
        if number not in self.targets:
            self.voice.note(_numbers_line(what, sorted(self.targets)))
        elif what == "open":
            self.voice.note(browser.open_page(self.targets[number].url))
        else:
            await self.voice.show(self.targets, number)

    def _set_length(self, name: str) -> None:
        if name in LENGTHS or name == NORMAL:
            self.length = name
        known = ", ".join(f"{key} (up to {value} characters)" for key, value in LENGTHS.items())
        self.voice.note(f"Answers are {self.length}. Choose with /length: {known} or {NORMAL}.")

    def _begin_anew(self) -> None:
        self._turns.forget(_HERE)
        self.targets, self.more = {}, None

    def _forget(self) -> None:
        self._begin_anew()
        if self._history is not None:
            try:
                self._history.forget()
            except OSError as error:
                self.voice.note(f"The history can't be deleted ({error.strerror}).")
                return
        self.voice.note("What was written here is forgotten; no history is left in the file.")


def _article(desk: Desk, article_id: str) -> Article | None:
    generation = desk.library.generation
    row = generation.article_row(article_id)
    return None if row is None else generation.article(row)


def _numbers_line(what: str, numbers: Sequence[int]) -> str:
    if not numbers:
        return f"There are no numbers to {what} yet. Ask a question, or try /latest."
    listed = f"{numbers[0]}" if len(numbers) == 1 else f"{numbers[0]} to {numbers[-1]}"
    return f"Write /{what} with a number shown last: {listed}."
