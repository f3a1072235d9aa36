"""One line that moves while something is worked on, and the keys that stop it."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, TypeVar

from prompt_toolkit.application import Application
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import FormattedTextControl, Layout, Window

from bot.commands.terminal.looks import ASCII_SPINNER, SPINNER, STYLE, can_draw, fit
from bot.commands.terminal.voices import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from prompt_toolkit.key_binding import KeyPressEvent

T = TypeVar("T")
_EVERY = 0.1  # seconds between two pictures of the spinner


class Working:
    """Waits for work with a spinner. What is typed meanwhile is in `typed` for the next line."""

    def __init__(
        self,
        what: Callable[[], str],
    ) -> None:
        self.typed = ""
        self._what = what

    async def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what `work` returns. Ctrl-C cancels it. Raises Stopped and what it raises."""
        task = asyncio.ensure_future(work)
        app = self._application(task)
        task.add_done_callback(lambda _: _leave(app))
        try:
            await app.run_async(pre_run=lambda: _leave(app) if task.done() else None)
        finally:
            task.cancel()
            await asyncio.wait([task])
        if task.cancelled():
            raise Stopped
        return task.result()

    def _application(self, task: asyncio.Future[T]) -> Application[None]:
        keys = KeyBindings()

        @keys.add("c-c")
        @keys.add("<sigint>")
        @keys.add("escape", eager=True)
        def _stop(_: KeyPressEvent) -> None:
            task.cancel()

        @keys.add(Keys.Any)
        def _keep(event: KeyPressEvent) -> None:
            if event.data.isprintable():
                self.typed += event.data

        @keys.add("backspace")
        def _take_back(_: KeyPressEvent) -> None:
            self.typed = self.typed[:-1]

        @keys.add(Keys.BracketedPaste)
        def _paste(event: KeyPressEvent) -> None:
            self.typed += " ".join(event.data.split())

        window = Window(FormattedTextControl(self._picture, show_cursor=False), height=1)
        app: Application[None] = Application(
            Layout(window),
            key_bindings=keys,
            style=STYLE,
            erase_when_done=True,
            refresh_interval=_EVERY,
        )
        app.ttimeoutlen = 0.05
        return app

    def _picture(self) -> str:
        from prompt_toolkit.application import get_app

        output = get_app().output
        pictures = SPINNER if can_draw(output.encoding()) else ASCII_SPINNER
        picture = pictures[int(time.monotonic() / _EVERY) % len(pictures)]
        width = output.get_size().columns - 1
        return fit([f"{picture} {self._what()}", "Ctrl-C stops"], width)


def _leave(app: Application[None]) -> None:
    if app.is_running and app.future is not None and not app.future.done():
        app.exit()
