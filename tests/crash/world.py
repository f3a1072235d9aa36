"""The articles that are synced, and how they change from round to round."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_NEWS = ("Avaldsnes", "Birkeland", "Cederby", "Drammen", "Eidsberg")
_WIRE = ("Fossby", "Gjerstad", "Hamar", "Ibestad")
_LINES = ("Jessheim", "Kvinesdal", "Larvik")

_STORY = """
The council of {town} voted on Tuesday to rebuild the old bridge over the river before winter.

Engineers had warned for years that its {part} would not carry the weight of loaded lorries.

The work will cost {cost} million crowns, of which the county of {town} pays about one third.

Until it ends, drivers bound for {town} go by the northern road past the paper mill and the lake.
"""


def report(town: str, *, part: str = "beams", cost: int = 12) -> str:
    """Return the text of a report; those of two towns are alike enough for one story."""
    return _STORY.format(town=town, part=part, cost=cost).strip()


def _write(folder: Path, town: str, text: str) -> None:
    (folder / f"{town}.txt").write_text(f"Bridge of {town}\n\n{text}\n", encoding="utf-8")


def _write_lines(path: Path, towns: tuple[str, ...]) -> None:
    lines = [
        {"title": f"Ferry of {t}", "text": report(t, cost=40 + n), "url": f"https://ferry.ex/{t}"}
        for n, t in enumerate(towns)
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


def first_round(inputs: Path) -> None:
    """Write twelve articles: a folder, a folder to mirror and a file of lines."""
    for name, towns in (("news", _NEWS), ("wire", _WIRE)):
        (inputs / name).mkdir(parents=True)
        for n, town in enumerate(towns):
            _write(inputs / name, town, report(town, cost=10 + n))
    _write_lines(inputs / "lines.jsonl", _LINES)


def second_round(inputs: Path) -> None:
    """Add one article, edit one, remove one, and bring one by another route too."""
    _write(inputs / "news", "Moss", report("Moss", part="piers", cost=31))
    _write(inputs / "news", "Cederby", "The bridge of Cederby closed for good on Friday morning.")
    (inputs / "wire" / "Fossby.txt").unlink()
    _write(inputs / "wire", "Avaldsnes", report("Avaldsnes", cost=10))


def third_round(inputs: Path) -> None:
    """Edit one, add and remove a line, so that the generation before the last one goes."""
    _write(inputs / "wire", "Hamar", report("Hamar", part="cables and chains", cost=77))
    _write_lines(inputs / "lines.jsonl", (*_LINES[:2], "Namsos"))
