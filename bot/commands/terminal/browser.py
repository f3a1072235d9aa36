"""Opens pages in the browser of whoever sits at the terminal."""

from __future__ import annotations

import webbrowser
from urllib.parse import urlsplit

from bot.chat.terminal import visible


def open_page(url: str | None) -> str:
    """Open an address of the web; return what to say about it in a line.

    Nothing else is ever handed to a browser: no files, no programs' own schemes.
    """
    if url is None or urlsplit(url).scheme not in {"http", "https"}:
        return "That article has no address on the web."
    try:
        opened = webbrowser.open(url)
    except (webbrowser.Error, OSError):
        opened = False
    host = urlsplit(url).hostname or ""
    if opened:
        return f"Opened {visible(host)} in your browser."
    return f"No browser could be started; the page is {visible(url.partition('#:~:')[0])}"
