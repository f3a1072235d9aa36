"""The line that is edited: history, completion, suggestions, and keys of its own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.filters import Condition
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.keys import Keys

from bot.commands.terminal.completing import CommandCompleter
from bot.commands.terminal.looks import ASCII_PROMPT, PROMPT, STYLE, can_draw, fit

if TYPE_CHECKING:
    from collections.abc import Callable

    from prompt_toolkit.formatted_text import StyleAndTextTuples
    from prompt_toolkit.key_binding import KeyPressEvent

    from bot.commands.terminal.history import BoundedHistory
    from bot.commands.terminal.talk import Talk

_MENU_ROWS = 8


class Prompt:
    """Reads lines. `armed` says that the next Ctrl-C on an empty line leaves."""

    def __init__(
        self,
        talk: Talk,
        history: BoundedHistory,
        *,
        is_ready: Callable[[], bool],
    ) -> None:
        self.armed = False
        self._talk = talk
        self._is_ready = is_ready
        self.session: PromptSession[str] = PromptSession(
            self._message,
            history=history,
            completer=CommandCompleter(lambda: talk.names),
            complete_while_typing=True,
            auto_suggest=AutoSuggestFromHistory(),
            key_bindings=self._keys(),
            bottom_toolbar=self._toolbar,
            style=STYLE,
            reserve_space_for_menu=_MENU_ROWS,
        )
        self.session.app.ttimeoutlen = 0.05
        self.session.default_buffer.on_text_changed += lambda _: self._disarm()

    async def line(self, typed: str = "") -> str:
        """Return the next line; `typed` stands in it already. Raises EOFError to leave."""
        return await self.session.prompt_async(default=typed)

    def refresh(self) -> None:
        """Draw anew: something that is shown below the line has changed."""
        self.session.app.invalidate()

    def _message(self) -> StyleAndTextTuples:
        drawn = can_draw(get_app().output.encoding())
        return [("class:prompt", PROMPT if drawn else ASCII_PROMPT)]

    def _toolbar(self) -> str:
        width = get_app().output.get_size().columns
        if self.armed:
            return fit(["Ctrl-C again leaves"], width)
        return fit(toolbar_parts(self._talk, is_ready=self._is_ready()), width)

    def _disarm(self) -> None:
        if self.session.default_buffer.text:
            self.armed = False

    def _is_known(self, number: int) -> bool:
        return number in self._talk.targets

    def _keys(self) -> KeyBindings:
        keys = KeyBindings()
        is_blank = Condition(lambda: not get_app().current_buffer.text)

        for digit in range(1, 10):
            is_known = Condition(partial(self._is_known, digit))

            @keys.add(str(digit), filter=is_blank & is_known)
            def _cite(event: KeyPressEvent, digit: int = digit) -> None:
                event.app.exit(result=f"/cite {digit}")

        @keys.add("c-c")
        @keys.add("<sigint>")
        def _stop(event: KeyPressEvent) -> None:
            buffer = event.current_buffer
            if buffer.text:
                buffer.reset()
                self.armed = False
            elif self.armed:
                event.app.exit(exception=EOFError())
            else:
                self.armed = True

        @keys.add(Keys.BracketedPaste)
        def _paste(event: KeyPressEvent) -> None:
            event.current_buffer.insert_text(" ".join(event.data.split()))

        return keys


def toolbar_parts(talk: Talk, *, is_ready: bool) -> list[str]:
    """Return what stands below the line, the most important first."""
    parts = [] if is_ready else ["Loading the model; ask already"]
    if talk.source:
        parts.append(f"only {talk.source}")
    if talk.length != "normal":
        parts.append(f"{talk.length} answers")
    digits = [number for number in talk.targets if number < 10]
    if digits:
        low, high = min(digits), max(digits)
        parts.append(f"{low} opens it" if low == high else f"{low}–{high} open what is cited")
    if talk.more is not None:
        parts.append("/more")
    return [*parts, "/help", "Ctrl-D leaves"]
