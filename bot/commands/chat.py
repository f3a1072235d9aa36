"""`newsdesk chat`: questions and answers in the terminal, or a line at a time through a pipe."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import click

from bot.chat.conversation import FORGOTTEN, Refusal, check_question
from bot.chat.turns import TurnMemory
from bot.commands.console import print_reply
from bot.commands.output import say, spinner, warn
from bot.errors import ExitCode
from retrieval.errors import RetrievalError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.desk import Desk
    from bot.settings import Settings

_HELP = (
    "Ask about the articles in your own words. /help shows this, /new starts a new "
    "conversation, /quit (or Ctrl-D) leaves."
)
_HERE = "terminal"
_LEAVE = frozenset({"/quit", "/exit", "/q"})


@click.command()
@click.pass_obj
def chat(settings: Settings) -> ExitCode:
    """Chat in the terminal; no token needed.

    When stdin is no terminal, every line of it is a question; each answer is printed, and the
    chat ends with the input.
    """
    with spinner("Opening the index and loading the model ..."):
        from bot.desk import open_desk

        desk = open_desk(settings, warn=warn)
    try:
        if sys.stdin.isatty():
            manifest = desk.library.generation.manifest
            say(f"Newsdesk knows {manifest.articles} articles. {_HELP}")
        with asyncio.Runner() as runner:
            turns = TurnMemory(desk.clock)
            for line in _lines():
                runner.run(_turn(desk, line, turns))
    finally:
        desk.close()
    return ExitCode.DONE


def _lines() -> Iterator[str]:
    """Yield what the person writes until they leave; blank lines are skipped."""
    if sys.stdin.isatty():
        import readline  # noqa: F401 - gives input() its line editing and history

        prompt = "\n> "
    else:
        prompt = ""
    while True:
        try:
            line = input(prompt).strip()
        except EOFError:
            return
        if line.lower() in _LEAVE:
            return
        if line:
            yield line


async def _turn(desk: Desk, line: str, turns: TurnMemory) -> None:
    """Answer one line, or say kindly why not; the chat goes on either way."""
    if line.lower() == "/new":
        turns.forget(_HERE)
        say(FORGOTTEN)
        return
    if line.startswith("/"):
        known = line.lower() == "/help"
        say(_HELP if known else f"I don't know {line.split(maxsplit=1)[0]}. {_HELP}")
        return
    checked = check_question(line)
    if isinstance(checked, Refusal):
        say(checked.line)
        return
    if not sys.stdin.isatty():
        click.echo(f"> {checked.text}")
    try:
        timed = await desk.ask(checked.text, turns=turns.recall(_HERE))
    except RetrievalError as error:
        say(str(error))
        return
    turns.remember(_HERE, timed.turn)
    print_reply(timed.reply)
    if not sys.stdin.isatty():
        click.echo()
