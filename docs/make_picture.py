"""Draws docs/exchange.svg: a real question to the sample articles, as the terminal shows it."""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path

from rich.console import Console

from bot.chat.terminal import render_terminal
from bot.desk import open_desk
from bot.settings import load_settings

QUESTION = "Who is Lavrov meeting in India?"
WIDTH = 92


def main(data: str) -> None:
    """Ask the index in `data` and write the picture. Raises RetrievalError."""
    desk = open_desk(load_settings(data=Path(data)))
    timed = asyncio.run(desk.ask(QUESTION))
    desk.close()
    console = Console(record=True, width=WIDTH, highlight=False, file=Path("/dev/null").open("w"))
    console.print(f"[bold]>[/] {QUESTION}\n")
    console.print(render_terminal(timed.reply, width=WIDTH))
    svg = console.export_svg(title="newsdesk chat")
    # No font is fetched from anywhere: the viewer's own monospace one will do.
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    (Path(__file__).parent / "exchange.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
