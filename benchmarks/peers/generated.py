"""A collection of made-up news with questions, for whoever has no articles at hand."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_FIRST_DAY = date(2024, 1, 1)
_DAYS = 120
_SYLLABLES = (
    "ba bel cor da den eri fal gor hal iva jun kel lor mar nev ola pir quen ros tal".split()
)
_ROLES = "mayor, harbour master, head of the museum, chief engineer, librarian, judge".split(", ")
_WORKS = "bridge, reservoir, tram line, observatory, concert hall, ferry landing, archive".split(
    ", "
)
_DEEDS = "opened, closed, inspected, defended, bought, restored, postponed".split(", ")
_REASONS = (
    "after months of argument over its cost",
    "because the winter floods had weakened its walls",
    "as part of a plan that the council voted for last spring",
    "although two neighbouring towns had asked for a delay",
    "to make room for visitors who come for the summer fair",
)
_FILLERS = (
    "Residents said that they had waited for the decision since {year}.",
    "A spokesman would not say how many of the {count} letters had been read.",
    "The works employ {count} people, most of them from the valley.",
    "Older plans of {year} show that another site had been thought of first.",
    "Shops along the road stayed open, and the buses ran every {count} minutes.",
)


def _name(chance: random.Random) -> str:
    return "".join(chance.sample(_SYLLABLES, 3)).capitalize()


def generate(articles: int, seed: int = 7) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return `articles` articles and a question about each, the same for the same `seed`.

    A question asks who did something to a building of a town; towns are named once each, so one
    article holds the answer.
    """
    chance = random.Random(seed)  # noqa: S311 - made-up news, no secret
    towns: dict[str, None] = {}
    while len(towns) < articles:
        towns[_name(chance) + "-" + _name(chance)] = None
    told, asked = [], []
    for number, town in enumerate(towns):
        article, question = _story(chance, number, town)
        told.append(article)
        asked.append(question)
    return told, asked


def _story(chance: random.Random, number: int, town: str) -> tuple[dict[str, Any], dict[str, Any]]:
    person = f"{_name(chance)} {_name(chance)}"
    work, deed = chance.choice(_WORKS), chance.choice(_DEEDS)
    lead = f"{person}, {chance.choice(_ROLES)} of {town}, {deed} the {work} there on Friday"
    paragraphs = [f"{lead} {chance.choice(_REASONS)}."]
    paragraphs += [_filler(chance, town) for _ in range(chance.randint(4, 12))]
    url = f"https://news.example/{number}"
    day = _FIRST_DAY + timedelta(days=chance.randrange(_DAYS))
    article = {
        "url": url,
        "title": f"Disputed {work} in {town} {deed}",
        "published": day.isoformat(),
        "authors": [],
        "text": "\n".join(paragraphs),
    }
    question = {
        "id": str(number),
        "question": f"Who {deed} the {work} in {town}?",
        "asked_at": (_FIRST_DAY + timedelta(days=_DAYS)).isoformat(),
        "answers": [person],
        "urls": [url],
    }
    return article, question


def _filler(chance: random.Random, town: str) -> str:
    lines = chance.sample(_FILLERS, 3)
    filled = [
        line.format(year=chance.randint(1950, 2020), count=chance.randint(3, 900)) for line in lines
    ]
    return f"In {town}, {chance.choice(_REASONS).split(' ', 1)[1]} came first. " + " ".join(filled)


def generated_files(folder: Path) -> tuple[Path, Path]:
    """Return where articles and questions of a generated collection lie in `folder`."""
    return folder / "generated-articles.jsonl", folder / "generated-questions.jsonl"


def write_generated(folder: Path, articles: int) -> tuple[Path, Path]:
    """Write a generated collection into `folder`; return the files of articles and questions."""
    folder.mkdir(parents=True, exist_ok=True)
    files = generated_files(folder)
    for file, records in zip(files, generate(articles), strict=True):
        file.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    return files
