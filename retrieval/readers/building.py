"""From fields and paragraphs to an `Article`: its title, its source, its text, its id. Pure."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING

from retrieval.readers.identity import article_digest, id_of, url_host
from retrieval.readers.wording import clean_line, shorten, skeleton
from retrieval.types import Article

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.readers.fields import Fields
    from retrieval.readers.items import Origin

LONGEST_TITLE_PARAGRAPH = 200
LONGEST_TITLE_SENTENCE = 120

_SHORTEST_SENTENCE = 24
_ABBREVIATION = re.compile(
    r"(?:\b[A-Z]|\b(?:Capt|Co|Col|Corp|Dr|Gen|Gov|Inc|Jr|Lt|Ltd|Mr|Mrs|Ms|No|Prof|Rep|Rev|Sen|Sgt"
    r"|Sr|St|vs|Jan|Feb|Aug|Sept|Oct|Nov|Dec))\.$"
)
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*(?= |$)")
_TELLS_NOTHING = frozenset(
    "archive archives article articles content corpus data desktop docs documents downloads export"
    " exports feed feeds files folder import imports inbox incoming input json jsonl markdown md"
    " misc new news output posts raw sample samples seed seeds stories temp test tests text texts"
    " tmp txt".split()
)


def build_article(
    fields: Fields, paragraphs: Sequence[str], origin: Origin, *, own_file: bool
) -> Article:
    """Put an article together. `paragraphs` are clean and not empty.

    `own_file` says that the file holds this article only, so that its path can name it.
    """
    title = fields.title or title_from(paragraphs)
    text = "\n".join(without_title(paragraphs, title))
    digest = article_digest(title, text)
    path = origin.path if own_file else None
    return Article(
        id=id_of(fields.url, path, digest),
        url=fields.url,
        title=title,
        text=text,
        source=fields.source or source_of(fields.url, origin.path, own_file=own_file),
        authors=fields.authors,
        published=fields.published,
        fetched=origin.fetched,
        language=fields.language,
        digest=digest,
    )


def title_from(paragraphs: Sequence[str]) -> str:
    """Find a title for an article that names none.

    It is the first paragraph if that has up to 200 characters and others follow, else the first
    paragraph's first sentence, or as many of its words as fit into 120 characters.
    """
    first = paragraphs[0]
    if len(first) <= LONGEST_TITLE_PARAGRAPH and len(paragraphs) > 1:
        return first
    head = first[: LONGEST_TITLE_SENTENCE + 1]  # one more, to see whether a space follows
    for end in _SENTENCE_END.finditer(head, _SHORTEST_SENTENCE):
        sentence = head[: end.end()]
        if len(sentence) <= LONGEST_TITLE_SENTENCE and not _ABBREVIATION.search(sentence):
            return sentence
    return shorten(first, LONGEST_TITLE_SENTENCE)


def without_title(paragraphs: Sequence[str], title: str) -> Sequence[str]:
    """Leave out the paragraphs that only repeat the title, whatever their case and punctuation.

    One that is more than twice as long and 20 characters isn't taken for a repetition. If
    nothing else is there, the first paragraph stays: an article has a text.
    """
    wanted = skeleton(title)
    if not wanted:  # nothing but punctuation, which has no wording to compare
        kept = [paragraph for paragraph in paragraphs if paragraph != title]
    else:
        longest = 2 * len(title) + 20
        kept = [
            paragraph
            for paragraph in paragraphs
            if len(paragraph) > longest
            or _begins_otherwise(paragraph, wanted)
            or skeleton(paragraph) != wanted
        ]
    return kept or paragraphs[:1]


def _begins_otherwise(paragraph: str, wanted: str) -> bool:
    """Tell most paragraphs from a skeleton at little cost: by their first letter."""
    first = paragraph[0]
    return first.isalnum() and not wanted.startswith(first.casefold())


def source_of(url: str | None, path: str, *, own_file: bool) -> str:
    """Name the source of an article that names none.

    It is the host of its address; else, for an article with a file of its own, the name of the
    folder that holds the file, passing over folders that are numbers (years, months, days),
    unless that name says nothing about a source, as "articles" or "downloads" do; else the
    file's name. In folder names, "_" and "-" stand for spaces.
    """
    if url is not None:
        return url_host(url)
    file = PurePath(path)
    if own_file:
        folders = (clean_line(re.sub("[_-]", " ", parent.name)) for parent in file.parents)
        folder = next((name for name in folders if not _is_number(name)), "")
        if len(folder) > 1 and not folder.startswith(".") and folder.lower() not in _TELLS_NOTHING:
            return folder
    return clean_line(file.name)


def _is_number(folder: str) -> bool:
    return folder.replace(" ", "").isdecimal()
