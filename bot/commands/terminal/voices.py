"""How the chat speaks: plainly to pipes and screen readers, dressed to a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Protocol, TypeVar

import click

from bot.chat.terminal import render_plain, render_terminal
from bot.chat.terminal_pages import page_plain, render_page
from bot.commands.output import say

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping
    from typing import Any

    from rich.console import Console

    from bot.commands.terminal.targets import Target
    from retrieval.types import Reply

T = TypeVar("T")
WIDEST = 100  # columns; longer lines are hard to read


class Stopped(Exception):  # noqa: N818 - nothing went wrong
    """The person no longer wants what was being worked on."""


class Voice(Protocol):
    """What the conversation needs of whatever shows it."""

    keys: bool

    def note(self, line: str) -> None:
        """Say something about the chat itself."""
        ...

    def hint(self, line: str) -> None:
        """Say how a question was understood."""
        ...

    def heard(self, question: str) -> None:
        """Show a question that is about to be answered, if it isn't on show."""
        ...

    def reply(self, reply: Reply) -> None:
        """Show an answer, or that there is none."""
        ...

    def page(self, html: str) -> None:
        """Show a page written as Telegram HTML."""
        ...

    async def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what `work` returns, showing that it goes on. Raises Stopped and its errors."""
        ...

    async def show(self, targets: Mapping[int, Target], number: int) -> None:
        """Show what a number stands for."""
        ...


class PlainVoice:
    """Prints what was said, and nothing that moves or colours.

    Answers and pages go to stdout, all else to stderr. `echo` repeats each question, for input
    that isn't seen; `dressed` lets replies look as `newsdesk ask` shows them on a terminal.
    """

    keys = False

    def __init__(self, *, echo: bool, dressed: bool = False) -> None:
        self._echo = echo
        self._dressed = dressed

    def note(self, line: str) -> None:
        """Print a line to stderr."""
        say(line)

    def hint(self, line: str) -> None:
        """Print a line to stderr: what stands on stdout is quoted."""
        say(line)

    def heard(self, question: str) -> None:
        """Repeat the question."""
        if self._echo:
            click.echo(f"> {question}")

    def reply(self, reply: Reply) -> None:
        """Print the reply and a blank line."""
        if self._dressed:
            from bot.commands.console import print_reply

            print_reply(reply)
        else:
            click.echo(render_plain(reply))
        click.echo()

    def page(self, html: str) -> None:
        """Print the page and a blank line."""
        click.echo(page_plain(html))
        click.echo()

    async def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what `work` returns."""
        return await work

    async def show(self, targets: Mapping[int, Target], number: int) -> None:
        """Print the paragraph that a number stands for, between its neighbours."""
        from bot.chat.paragraphs import render_paragraph
        from bot.chat.translations import translator

        view = targets[number].view()
        self.page(render_paragraph(view, view.start, translator(None)))


class DressedVoice:
    """Prints to a rich console, in at most WIDEST columns; what moves is left to others."""

    keys = True

    def __init__(self, console: Console) -> None:
        self.console = console

    @property
    def width(self) -> int:
        """The columns to be used."""
        return max(10, min(self.console.width, WIDEST))

    def note(self, line: str) -> None:
        """Print a line."""
        self._print(line)

    def hint(self, line: str) -> None:
        """Print a line that stays in the background."""
        self._print(line, style="dim")

    def heard(self, question: str) -> None:
        """Leave it: the question was typed here."""

    def reply(self, reply: Reply) -> None:
        """Print the reply, its articles numbered."""
        self.console.print(render_terminal(reply, width=self.width, numbered=True))

    def page(self, html: str) -> None:
        """Print the page."""
        from rich.constrain import Constrain

        self.console.print(Constrain(render_page(html), self.width))

    def _print(self, line: str, style: str = "") -> None:
        from rich.text import Text

        from bot.chat.terminal import visible

        self.console.print(Text(visible(line), style=style), width=self.width)


def console_of_stdout() -> Console:
    """Return a console that prints to stdout as it is now, without colouring words by itself."""
    from rich.console import Console

    return Console(file=sys.stdout, highlight=False)
