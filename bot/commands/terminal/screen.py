"""The chat on a terminal: the prompt, what answers it, and the way out."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from bot.commands.terminal.prompting import Prompt
from bot.commands.terminal.talk import Talk
from bot.commands.terminal.viewing import show_paragraphs
from bot.commands.terminal.voices import DressedVoice, Stopped
from bot.commands.terminal.working import Working

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping
    from typing import Any

    from rich.console import Console

    from bot.commands.terminal.backstage import Backstage
    from bot.commands.terminal.history import BoundedHistory
    from bot.commands.terminal.targets import Target
    from bot.desk import Desk

T = TypeVar("T")
GREETING = (
    "Newsdesk answers from your articles, in their own sentences. "
    "Ask in your own words; /help shows what else there is."
)


class ScreenVoice(DressedVoice):
    """Speaks to a terminal where a prompt, a spinner and a view come and go."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self.is_ready = False
        self.was_stopped = False
        self.typed = ""

    async def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what `work` returns, with a spinner. Raises Stopped and its errors."""
        working = Working(self._work)
        try:
            return await working.wait(work)
        except Stopped:
            self.was_stopped = True
            raise
        finally:
            self.typed += working.typed

    def _work(self) -> str:
        return "Looking through the articles" if self.is_ready else "Loading the model"

    async def show(self, targets: Mapping[int, Target], number: int) -> None:
        """Show what a number stands for on a screen of its own."""
        await show_paragraphs(targets, number)


async def converse(
    backstage: Backstage,
    history: BoundedHistory,
    console: Console,
    *,
    warnings: list[str],
) -> None:
    """Talk until the person leaves.

    `warnings` are shown as they come, between two questions. Raises what opening the desk raises.
    """
    voice = ScreenVoice(console)
    talk = Talk(backstage, voice, lambda: datetime.now(UTC), history)
    prompt = Prompt(talk, history, is_ready=lambda: voice.is_ready)
    voice.note(GREETING)
    opening = backstage.start()

    def opened(_: asyncio.Task[Desk]) -> None:
        voice.is_ready = True
        prompt.refresh()

    opening.add_done_callback(opened)
    goes_on = True
    while goes_on:
        while warnings:
            voice.hint(f"Warning: {warnings.pop(0)}")
        voice.note("")
        typed, voice.typed = voice.typed, ""
        try:
            line = await _line_or_failure(prompt, typed, opening)
        except EOFError:
            break
        voice.was_stopped = False
        goes_on = await talk.handle(line)
        prompt.armed = voice.was_stopped


async def _line_or_failure(prompt: Prompt, typed: str, opening: asyncio.Task[Desk]) -> str:
    """Return the next line. Raises EOFError, and what opening raises as soon as it does."""
    reading = asyncio.ensure_future(prompt.line(typed))
    await asyncio.wait({reading, opening}, return_when=asyncio.FIRST_COMPLETED)
    if opening.done() and (error := opening.exception()) is not None:
        reading.cancel()
        await asyncio.wait({reading})
        raise error
    return await reading
