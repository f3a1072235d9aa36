"""A small news site on loopback, with articles and a feed of them."""

from __future__ import annotations

from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = """<!doctype html><html lang="en"><head><title>{title} | Harbour Times</title>
<meta property="og:title" content="{title}"><meta property="og:site_name" content="Harbour Times">
<meta property="article:published_time" content="2022-05-0{day}T08:00:00Z"></head>
<body><nav><a href="/">Home</a> <a href="/sport">Sport</a></nav><article><h1>{title}</h1>
<p>{text}</p><p>The harbour council met for three hours in the town hall on Monday, and the public
could listen from the gallery, which was full long before the meeting began.</p>
<p>Several members said that they would have liked to hear more from the fishermen, whose boats
lie at the old quay and whose catch is sold there every morning except on Sundays.</p>
<p>The council meets again in two weeks, when the budget for the coming year is to be discussed and
the harbour master is to report on the dredging of the channel.</p></article>
<footer>Cookies and such</footer></body></html>"""
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Harbour Times</title>
<link>{root}/</link>{items}</channel></rss>"""
ITEM = "<item><title>{title}</title><link>{root}/{name}</link><guid>{name}</guid></item>"


class Site:
    """Pages by path, and what was asked for."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[str, str]] = {}
        self.asked: list[str] = []
        self.root = ""
        self.broken = False

    def article(self, name: str, title: str, text: str, day: int = 3) -> None:
        self.pages[f"/{name}"] = ("text/html", PAGE.format(title=title, text=text, day=day))
        known = [path[1:] for path, (kind, _) in self.pages.items() if kind == "text/html"]
        items = "".join(ITEM.format(title=n, root=self.root, name=n) for n in known)
        self.pages["/feed.xml"] = ("application/rss+xml", FEED.format(root=self.root, items=items))


@contextmanager
def serving(site: Site) -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(self.path)
            kind, body = site.pages.get(self.path, ("text/plain", ""))
            status = 500 if site.broken else 200 if body else 404
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        site.root = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield site
        server.shutdown()
        thread.join()
