"""`newsdesk run`: the Telegram bot."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from bot.commands.output import say, spinner, warn
from bot.errors import ConfigurationError, ExitCode

if TYPE_CHECKING:
    from bot.settings import Settings


@click.command()
@click.option(
    "--or-chat", is_flag=True, help="Without a token, open the chat in the terminal instead."
)
@click.pass_context
def run(context: click.Context, or_chat: bool) -> ExitCode:
    """Start the Telegram bot. Stop it with Ctrl-C.

    The token comes from @BotFather; give it in NEWSDESK_TELEGRAM_TOKEN.
    """
    settings: Settings = context.obj
    if settings.telegram_token is None:
        if not or_chat:
            raise ConfigurationError(
                "NEWSDESK_TELEGRAM_TOKEN is not set",
                "get a token from @BotFather, or try `newsdesk chat`, which needs none",
            )
        from bot.commands.chat import chat

        outcome: ExitCode = context.invoke(chat)
        return outcome
    asyncio.run(_run(settings))
    return ExitCode.DONE


async def _run(settings: Settings) -> None:
    from bot.operations.logs import setup_logging

    token = settings.telegram_token
    setup_logging([token.get_secret_value()] if token else [], settings.log_level)
    with spinner("Opening the index and loading the model ..."):
        from bot.desk import open_desk
        from bot.telegram.application import run_polling

        desk = await asyncio.to_thread(open_desk, settings, warn=warn)
    async with desk:
        await run_polling(
            settings, desk, ready=lambda name: say(f"@{name} is listening. Stop with Ctrl-C.")
        )
