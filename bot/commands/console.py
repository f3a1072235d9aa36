"""Replies on stdout: dressed for a terminal, plain for a pipe."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from bot.chat.terminal import render_plain, render_terminal

if TYPE_CHECKING:
    from retrieval.types import Reply

_WIDEST = 100  # columns; longer lines are hard to read


def print_reply(reply: Reply) -> None:
    """Print a reply with its citations."""
    if not sys.stdout.isatty():
        click.echo(render_plain(reply))
        return
    from rich.console import Console

    console = Console(highlight=False)
    console.print(render_terminal(reply, width=min(console.width, _WIDEST)))
