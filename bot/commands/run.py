"""`newsdesk run`: the Telegram bot."""

from __future__ import annotations

import asyncio
import os
import select
import sys
from typing import TYPE_CHECKING, cast

import click

from bot.commands.output import say, spinner, warn
from bot.commands.progress import progress_bar
from bot.errors import ConfigurationError, ExitCode

if TYPE_CHECKING:
    from io import BufferedReader

    from bot.settings import Settings

_PATIENCE = 0.5  # seconds for a pipe's first line


@click.command()
@click.option(
    "--or-playground",
    is_flag=True,
    help="Without a token, answer the questions on stdin, or else open the playground.",
)
@click.pass_context
def run(context: click.Context, or_playground: bool) -> ExitCode:
    """Start the Telegram bot. Stop it with Ctrl-C.

    The token comes from @BotFather; give it in NEWSDESK_TELEGRAM_TOKEN.
    """
    settings: Settings = context.obj
    if settings.telegram_token is None:
        if not or_playground:
            raise ConfigurationError(
                "NEWSDESK_TELEGRAM_TOKEN is not set",
                "get a token from @BotFather, or try `newsdesk playground`, which needs none",
            )
        outcome: ExitCode = context.invoke(_instead())
        return outcome
    asyncio.run(_run(settings))
    return ExitCode.DONE


def _instead() -> click.Command:
    """Return what runs without a token."""
    if _is_asked(sys.stdin.fileno()):
        from bot.commands.chat import chat

        return chat
    from bot.commands.playground import playground

    return playground


def _is_asked(stdin: int) -> bool:
    """Tell whether questions wait on stdin, as through a pipe; nothing is read."""
    if os.isatty(stdin):
        return False
    try:
        if os.fstat(stdin).st_size:  # a file
            return True
        readable, _, _ = select.select([stdin], [], [], _PATIENCE)
    except (OSError, ValueError):  # closed, or nothing that can be waited for
        return False
    # What has ended is readable too; only what has come can be looked at.
    return bool(readable) and bool(cast("BufferedReader", sys.stdin.buffer).peek(1))


async def _run(settings: Settings) -> None:
    from bot.app import Front, run_bot
    from bot.operations.logs import setup_logging

    token = settings.telegram_token
    setup_logging([token.get_secret_value()] if token else [], settings.log_level)
    await run_bot(
        settings,
        front=Front(warn, spinner, progress_bar),
        ready=lambda bot: say(f"@{bot.username} is listening. Stop with Ctrl-C."),
    )
