"""The texts: articles read and cut by Newsdesk, so that every system gets the same passages."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from retrieval.index.plan import make_plan
from retrieval.passages import PassageRule, embedding_text, split_article
from retrieval.readers import read_file
from retrieval.types import Article

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from retrieval.passages import TokenCounter


@dataclass(frozen=True, slots=True)
class Text:
    """A passage or an article as it is handed to the systems."""

    id: str
    title: str
    text: str

    @property
    def whole(self) -> str:
        """What is embedded: the title in front of the text."""
        return embedding_text(self.title, self.text)


@dataclass(frozen=True, slots=True)
class Files:
    """A collection on disk: the same articles whole (JSONL, for all) and as passages."""

    articles: Path
    passages: Path

    @classmethod
    def within(cls, folder: Path) -> Files:
        """Return the files of the collection in `folder`."""
        return cls(folder / "articles.jsonl", folder / "passages.jsonl")


def read_articles(path: Path, limit: int | None) -> list[Article]:
    """Return the first `limit` articles (None: all), each once, as a sync would take them."""
    read = (
        item for item in read_file(path, fetched=datetime.now(UTC)) if isinstance(item, Article)
    )
    return list(make_plan({}, read).added)[:limit]


def named_first(articles: Sequence[Article], urls: Collection[str]) -> list[Article]:
    """Put the articles at `urls` before the others; both keep their order."""
    return sorted(articles, key=lambda article: article.url not in urls)


def up_to(
    articles: Iterable[Article], passages: int, cut: Callable[[Article], Sequence[Text]]
) -> tuple[list[Article], list[Text]]:
    """Take whole articles until they give `passages` passages or more."""
    taken: list[Article] = []
    texts: list[Text] = []
    for article in articles:
        if len(texts) >= passages:
            break
        taken.append(article)
        texts.extend(cut(article))
    return taken, texts


def cutter(count: TokenCounter, window: int) -> Callable[[Article], list[Text]]:
    """Return what cuts an article as Newsdesk does by default."""
    rule = PassageRule().within(window)

    def cut(article: Article) -> list[Text]:
        passages = split_article(article, rule=rule, count=count)
        return [Text(p.id, article.title, p.text) for p in passages]

    return cut


def write_texts(path: Path, texts: Iterable[Text]) -> None:
    """Write a text a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(json.dumps(asdict(text)) + "\n" for text in texts)


def write_articles(path: Path, articles: Iterable[Article]) -> None:
    """Write an article a line, in the form that Newsdesk indexes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as stream:
        for article in articles:
            record = {
                "id": article.id,
                "url": article.url,
                "title": article.title,
                "published": article.published.isoformat() if article.published else None,
                "text": article.text,
            }
            stream.write(json.dumps(record) + "\n")


def read_texts(path: Path) -> Iterator[Text]:
    """Read the texts of a file of passages or of articles."""
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            record = json.loads(line)
            yield Text(record["id"], record["title"], record["text"])
