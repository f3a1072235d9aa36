"""`newsdesk playground`: the whole bot in a browser, without a token."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import secrets
import sys
import webbrowser
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Literal

import click

from bot.app import Front, RunningBot, run_bot
from bot.commands.backup import row_bar
from bot.commands.output import say, spinner, warn
from bot.commands.progress import progress_bar
from bot.errors import BotError, ConfigurationError, ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bot.playground.clock import MovableClock
    from bot.playground.page.cast import Cast
    from bot.playground.page.server import PageServer
    from bot.playground.state import BotApiState
    from bot.settings import Settings

PORT = 8765
_ATTEMPTS = 20
_LAST_PORT = 65535
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=PORT,
    show_default=True,
    help="Port of the page; if it is taken, the next free one. 0 takes any.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--no-browser", is_flag=True, help="Don't open the page in a browser.")
@click.option(
    "--as",
    "role",
    type=click.Choice(["admin", "reader"]),
    default="reader",
    show_default=True,
    help="Whom the page opens as; it can switch at any time.",
)
@click.pass_obj
def playground(
    settings: Settings, port: int, host: str, no_browser: bool, role: Literal["admin", "reader"]
) -> ExitCode:
    """Try the whole bot in a browser. Stop it with Ctrl-C.

    The real bot runs against a stand-in for Telegram on this machine; no token is needed and
    nothing leaves the machine. It works on a copy of your articles, which is gone afterwards, as
    are the chats: what you add, remove or subscribe to there changes nothing else.
    """
    asyncio.run(_play(settings, host, port, role, browse=not no_browser))
    return ExitCode.DONE


async def _play(settings: Settings, host: str, port: int, role: str, *, browse: bool) -> None:
    from bot.building import index_home
    from bot.collection.copying import copy_collection, scratch_folder
    from bot.operations.logs import setup_logging
    from bot.playground.clock import MovableClock

    if not index_home(settings).numbers():
        index_home(settings).open()  # says that nothing is indexed
    quiet = "log_level" not in settings.model_fields_set
    setup_logging([], logging.WARNING if quiet else settings.log_level)
    clock = MovableClock()
    with scratch_folder(settings.data / "playground") as folder:
        with spinner("Copying the articles ..."), row_bar("Copying the articles") as on_progress:
            await copy_collection(settings, folder, clock=clock, on_progress=on_progress)
        await _serve(settings, folder, clock, host, port, role, browse=browse)


async def _serve(
    settings: Settings,
    folder: Path,
    clock: MovableClock,
    host: str,
    port: int,
    role: str,
    *,
    browse: bool,
) -> None:
    from bot.playground.keeper import Keeper
    from bot.playground.page.cast import make_cast
    from bot.playground.page.server import PageServer
    from bot.playground.rates import RateLimits
    from bot.playground.server import BotApiServer
    from bot.playground.state import BotApiState

    token = f"1000000001:{secrets.token_urlsafe(32)[:35]:_<35}"
    state = BotApiState(token=token, username="newsdesk", clock=clock, rates=RateLimits())
    cast = make_cast(state)
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(BotApiServer(state))
        own = _own_settings(settings, folder, state, cast, api.root_url)

        async def run(stop: asyncio.Event, listens: Callable[[Callable[[], None]], None]) -> None:
            def ready(bot: RunningBot) -> None:
                listens(bot.wake)

            front = Front(warn, spinner, progress_bar)
            await run_bot(own, front=front, ready=ready, stop=stop, clock=clock)

        keeper = Keeper(run, clock)

        def make(number: int) -> PageServer:
            return PageServer(state, cast, keeper, host=host, port=number)

        page = await _listening(stack, make, host, port)
        person = cast.admin if role == "admin" else cast.readers[0]
        url = f"{page.url}/#{person.id}"
        click.echo(url)
        if host not in _LOOPBACK:
            warn(f"whoever reaches {host} may use this page and read your articles")
        say("The bot is starting; the page shows when it listens. Stop with Ctrl-C.")
        if browse:
            _open(url)
        await keeper.keep()
        say("Stopped. The playground's copy of the articles and its chats are gone.")


def _own_settings(
    settings: Settings, folder: Path, state: BotApiState, cast: Cast, api: str
) -> Settings:
    """Return the operator's settings, but with a data folder, people and Telegram of its own."""
    from pydantic import SecretStr

    return settings.model_copy(
        update={
            "data": folder,
            "database": None,
            "telegram_token": SecretStr(state.token),
            "telegram_api": api,
            "webhook_url": None,
            "metrics_listen": None,
            "admins": frozenset({cast.admin.id}),
        }
    )


async def _listening(
    stack: AsyncExitStack, make: Callable[[int], PageServer], host: str, port: int
) -> PageServer:
    """Return the page's server on the first free port from `port` on, closed with the stack.

    Raises BotError if there is none, ConfigurationError if the address can't be listened on.
    """
    for number in range(port, min(port + _ATTEMPTS, _LAST_PORT + 1)):
        try:
            return await stack.enter_async_context(make(number))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise ConfigurationError(
                    f"{host}:{number} can't be listened on ({error.strerror})",
                    "name another address with --host, or another port with --port",
                ) from error
            say(f"Port {number} is taken; trying the next one.")
    raise BotError(
        f"no port from {port} on is free", "name another with --port, or 0 for any free one"
    )


def _open(url: str) -> None:
    """Open a page in a browser, where there is a screen for one."""
    on_screen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if on_screen or sys.platform in {"darwin", "win32"}:
        webbrowser.open(url)
