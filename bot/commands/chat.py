"""`newsdesk chat`: questions and answers in the terminal, or a line at a time through a pipe."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import TYPE_CHECKING

import click

from bot.commands.output import say, spinner, warn
from bot.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.settings import Settings

HISTORY = "chat_history"


@click.command()
@click.option(
    "--plain", is_flag=True, help="A question a line; no colours, nothing moves, no single keys."
)
@click.option("--no-history", is_flag=True, help="Neither read nor keep what was written before.")
@click.pass_obj
def chat(settings: Settings, plain: bool, no_history: bool) -> ExitCode:
    """Chat in the terminal; no token needed.

    When stdin is no terminal, every line of it is a question or a command; each answer is printed,
    and the chat ends with the input. --plain is the same at a terminal, for screen readers too.
    """
    if plain or not _has_screen():
        return _plainly(settings, plain=plain)
    return _on_screen(settings, None if no_history else settings.data / HISTORY)


def _has_screen() -> bool:
    """Tell whether there is a terminal at both ends that a line can be edited on."""
    return (
        sys.stdin.isatty()
        and sys.stdout.isatty()
        and os.environ.get("TERM", "").lower() not in {"dumb", "unknown"}
    )


def _on_screen(settings: Settings, path: Path | None) -> ExitCode:
    """Talk with the prompt on show while the model is loaded."""
    from bot.building import index_home

    home = index_home(settings)
    if not home.numbers():
        home.open()  # says that nothing is indexed, at once
    from bot.commands.terminal.backstage import Backstage
    from bot.commands.terminal.history import BoundedHistory
    from bot.commands.terminal.screen import converse
    from bot.commands.terminal.voices import console_of_stdout

    async def talk() -> None:
        warnings: list[str] = []
        backstage = Backstage(settings, warnings.append)
        history = BoundedHistory(path, warn=warnings.append)
        # The prompt and the spinner see Ctrl-C as a key; between the two nobody is meant by it.
        signal.signal(signal.SIGINT, lambda *_: None)
        try:
            await converse(backstage, history, console_of_stdout(), warnings=warnings)
        finally:
            for line in warnings:
                warn(line)
            await backstage.close()
        _leave_at_once()

    asyncio.run(talk())
    return ExitCode.DONE


def _leave_at_once() -> None:
    """End the program without waiting for the model, whether it is loading or to be taken down.

    Nothing is left to be written: the history is written line by line, the store is closed.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(ExitCode.DONE)


def _plainly(settings: Settings, *, plain: bool) -> ExitCode:
    """Talk line by line."""
    from datetime import UTC, datetime

    from bot.commands.terminal.backstage import Backstage
    from bot.commands.terminal.talk import Talk
    from bot.commands.terminal.voices import PlainVoice

    is_typed = sys.stdin.isatty()
    voice = PlainVoice(echo=not is_typed, dressed=not plain and sys.stdout.isatty())
    with asyncio.Runner() as runner:
        backstage = Backstage(settings, warn)
        with spinner("Opening the index and loading the model ...", still=plain):
            runner.run(backstage.desk())
        talk = Talk(backstage, voice, lambda: datetime.now(UTC))
        try:
            if is_typed:
                say("Ask about the articles in your own words; /help shows what else there is.")
            for line in _lines("> " if is_typed and not plain else ""):
                if not runner.run(talk.handle(line)):
                    break
        finally:
            runner.run(backstage.close())
    return ExitCode.DONE


def _lines(prompt: str) -> Iterator[str]:
    """Yield what the person writes until they leave; blank lines are skipped."""
    while True:
        try:
            line = input(prompt).strip()
        except EOFError:
            return
        if line:
            yield line
