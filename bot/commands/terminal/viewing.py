"""What is behind a number: a paragraph between its neighbours, on a screen of its own."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from prompt_toolkit.application import Application, run_in_terminal
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.layout import FormattedTextControl, HSplit, Layout, Window
from rich.console import Console

from bot.chat.paragraphs import render_paragraph
from bot.chat.terminal_pages import lines_of, render_page
from bot.chat.translations import translator
from bot.commands.terminal.browser import open_page
from bot.commands.terminal.looks import STYLE, can_draw, fit, fragments
from bot.commands.terminal.voices import WIDEST

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prompt_toolkit.formatted_text import StyleAndTextTuples
    from prompt_toolkit.key_binding import KeyPressEvent
    from rich.segment import Segment

    from bot.commands.terminal.targets import Target


def paragraph_lines(
    target: Target, at: int, *, width: int, ascii_only: bool
) -> list[list[Segment]]:
    """Return the screen's lines for paragraph `at` of a target, at most `width` columns wide."""
    encoding = "ascii" if ascii_only else "utf-8"
    console = Console(file=io.TextIOWrapper(io.BytesIO(), encoding), width=width, highlight=False)
    html = render_paragraph(target.view(), at, translator(None))
    return lines_of(console, [render_page(html)], width)


def first_row(lines: list[list[Segment]], height: int) -> int:
    """Return the row to begin at so that the marked sentence is on a screen of `height` rows.

    The title is shown first where there is room for both.
    """
    marked = [n for n, line in enumerate(lines) if n > 0 and _is_marked(line)]
    if not marked or marked[-1] < height:
        return 0
    return min(marked[0], max(0, len(lines) - height))


def _is_marked(line: list[Segment]) -> bool:
    """Whether a line with a bar has bold text in it."""
    quoted = bool(line) and line[0].text in {"▌ ", "| "}
    return quoted and any(part.style is not None and part.style.bold for part in line)


class ParagraphView:
    """The view of one target. `at` is the paragraph on show, from 0."""

    def __init__(self, targets: Mapping[int, Target], number: int) -> None:
        self.targets = targets
        self.told = ""
        self.row: int | None = None
        self.choose(number)

    def choose(self, number: int) -> None:
        """Turn to what another number stands for; leave it if there is none."""
        if number in self.targets:
            self.number = number
            self.target = self.targets[number]
            self.count = len(self.target.view().paragraphs)
            self.turn_to(self.target.view().start)

    def turn_to(self, at: int) -> None:
        """Show another paragraph, or the nearest there is."""
        self.at = min(max(at, 0), max(0, self.count - 1))
        self.told, self.row = "", None

    def lines(self, width: int, height: int, *, ascii_only: bool = False) -> list[list[Segment]]:
        """Return the rows to be shown on a screen of that size."""
        width = min(width, WIDEST)
        lines = paragraph_lines(self.target, self.at, width=width, ascii_only=ascii_only)
        row = first_row(lines, height) if self.row is None else self.row
        self.row = max(0, min(row, len(lines) - height))
        return lines[self.row : self.row + height]

    def scroll(self, rows: int) -> None:
        """Move the text up by so many rows; `lines` keeps it within the screen."""
        self.row = max(0, (self.row or 0) + rows)

    def foot(self, width: int) -> str:
        """Return the last row: what was just done, or which keys there are."""
        if self.told:
            return fit([self.told], width) or self.told[:width]
        keys = ["n next" if self.at + 1 < self.count else "", "p previous" if self.at else ""]
        opens = "o open the page" if self.target.url else ""
        return fit(["q back", *keys, opens], width)


async def show_paragraphs(
    targets: Mapping[int, Target],
    number: int,
) -> None:
    """Show what a number stands for until the person goes back."""
    view = ParagraphView(targets, number)
    app: Application[None] = Application(
        Layout(_rows(view)),
        key_bindings=_keys(view),
        style=STYLE,
        full_screen=True,
    )
    app.ttimeoutlen = 0.05  # a lone Esc is one soon
    await app.run_async()


def _rows(view: ParagraphView) -> HSplit:
    from prompt_toolkit.application import get_app

    def body() -> StyleAndTextTuples:
        output = get_app().output
        size = output.get_size()
        ascii_only = not can_draw(output.encoding())
        shown: StyleAndTextTuples = []
        for line in view.lines(size.columns, max(1, size.rows - 1), ascii_only=ascii_only):
            shown += [*fragments(line), ("", "\n")]
        return shown[:-1]

    def foot() -> StyleAndTextTuples:
        return [("class:keys", view.foot(get_app().output.get_size().columns))]

    return HSplit(
        [
            Window(FormattedTextControl(body, show_cursor=False), wrap_lines=False),
            Window(FormattedTextControl(foot, show_cursor=False), height=1),
        ]
    )


def _keys(view: ParagraphView) -> KeyBindings:
    keys = KeyBindings()

    @keys.add("n")
    @keys.add("right")
    def _next(_: KeyPressEvent) -> None:
        view.turn_to(view.at + 1)

    @keys.add("p")
    @keys.add("left")
    def _previous(_: KeyPressEvent) -> None:
        view.turn_to(view.at - 1)

    for key, rows in {"down": 1, "up": -1, "pagedown": 10, " ": 10, "pageup": -10}.items():
        keys.add(key)(lambda _, rows=rows: view.scroll(rows))
    for digit in range(1, 10):
        keys.add(str(digit))(lambda _, digit=digit: view.choose(digit))

    @keys.add("o")
    async def _open(event: KeyPressEvent) -> None:
        # A browser of the terminal's own, such as lynx, gets the screen while it runs.
        url = view.target.url
        view.told = await run_in_terminal(lambda: open_page(url), in_executor=True)
        event.app.invalidate()

    @keys.add("q")
    @keys.add("escape", eager=True)
    @keys.add("c-c")
    @keys.add("c-d")
    @keys.add("<sigint>")
    def _back(event: KeyPressEvent) -> None:
        if not event.app.is_done:
            event.app.exit()

    return keys
