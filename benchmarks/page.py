"""The results as a page: goals, pictures and tables, as Markdown and as HTML.

    python -m benchmarks.page FOLDER

FOLDER holds results as `python -m benchmarks` leaves them; the page and its pictures go there too.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.goals import goals
from benchmarks.growth.figures import growth_table
from benchmarks.peers.report import table as peers_table
from benchmarks.plots import draw
from benchmarks.replies.figures import table as replies_table

if TYPE_CHECKING:
    from collections.abc import Mapping

PARTS = ("peers", "unseen", "starting", "replies", "memory", "growth")
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:70em;margin:2em auto;padding:0 1em}"
    "table{border-collapse:collapse;display:block;overflow:auto}"
    "td,th{border:1px solid #ccc;padding:.2em .6em}img{max-width:100%}"
)


def write_page(folder: Path) -> None:
    """Write README.md, index.html and the pictures beside the results in `folder`."""
    results = read_results(folder)
    text = page(results, draw(results, folder))
    (folder / "README.md").write_text(text, encoding="utf-8")
    from markdown_it import MarkdownIt

    body = MarkdownIt().enable("table").render(text)
    head = f"<!doctype html><meta charset=utf-8><title>Benchmarks</title><style>{_STYLE}</style>"
    (folder / "index.html").write_text(f"{head}\n{body}", encoding="utf-8")


def read_results(folder: Path) -> dict[str, Any]:
    """Return the parts that are in `folder`, by name."""
    files = {part: folder / f"{part}.json" for part in PARTS}
    return {
        part: json.loads(file.read_text(encoding="utf-8"))
        for part, file in files.items()
        if file.exists()
    }


def page(results: Mapping[str, Any], pictures: Mapping[str, str]) -> str:
    """Return the page as Markdown; `pictures` maps titles to files beside it."""
    parts = ["# Measured", _machine(results), _goals_table(results)]
    parts += [f"## {title}\n\n![{title}]({file})" for title, file in pictures.items()]
    parts.append("## All figures")
    if "peers" in results:
        parts += ["### Beside the others", peers_table(results["peers"])]
    if "unseen" in results:
        told = "Questions and articles of another year, which entered no fit of Newsdesk's weights:"
        parts += ["### Unseen questions", told, peers_table(results["unseen"])]
    if "starting" in results:
        parts += ["### Starting", _starting_table(results["starting"])]
    if "replies" in results:
        parts += ["### Replies", replies_table(results["replies"]["medians"])]
    if "growth" in results:
        parts += ["### Growth", growth_table(results["growth"]["sizes"])]
    return "\n\n".join(parts) + "\n"


def _machine(results: Mapping[str, Any]) -> str:
    if "peers" not in results:
        return "What each figure means is in [the READMEs](../README.md)."
    peers = results["peers"]
    machine, whole = peers["machine"], peers["collection"]["whole"]
    return (
        f"{machine['cores']} cores ({machine['processor']}), Python {machine['python']}; "
        f"{whole['passages']:,} passages of {whole['articles']:,} articles. What each figure "
        "means is in [the READMEs](../README.md)."
    )


def _goals_table(results: Mapping[str, Any]) -> str:
    said = {True: "yes", False: "**no**", None: "not measured"}
    lines = ["| measure | goal | measured | reached |", "|---|---|---|---|"]
    lines += [f"| {g.measure} | {g.wanted} | {g.found} | {said[g.met]} |" for g in goals(results)]
    return "\n".join(lines)


def _starting_table(starting: Mapping[str, Any]) -> str:
    titles = {
        "ask_s": "`newsdesk ask`, from start to end",
        "index_again_s": "`newsdesk index` when nothing has changed",
        "index_first_s": "`newsdesk index` that fills the database, no passage being new",
    }
    lines = ["| | seconds |", "|---|---|"]
    lines += [f"| {title} | {starting[name]:.2f} |" for name, title in titles.items()]
    return "\n".join(lines)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit((__doc__ or "").strip())
    write_page(Path(sys.argv[1]))
