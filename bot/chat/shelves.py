"""What is on the shelves, read from the store alike for every front end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.chat.browsing import PER_PAGE
from bot.chat.paging import count_pages, within
from bot.store.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.store.engine import Store
    from retrieval.types import Article


@dataclass(frozen=True, slots=True)
class LatestPage:
    """The articles of one page of the newest, which page (from 0) it is, and how many there are."""

    articles: Sequence[Article]
    page: int
    total: int

    @property
    def is_last(self) -> bool:
        """Whether no page comes after it."""
        return self.page + 1 >= count_pages(self.total, PER_PAGE)


async def latest_page(store: Store, source: str | None, page: int) -> LatestPage:
    """Return a page of the newest articles, or the nearest that there is.

    `source` is the name that articles give, None for all. Raises StoreError.
    """
    shelf = Shelf(store.database)
    if not source:
        total = await store.articles.count()
        page = within(page, count_pages(total, PER_PAGE))
        return LatestPage(await store.articles.latest(PER_PAGE, page * PER_PAGE), page, total)
    total = (await shelf.sources()).get(source, 0)
    page = within(page, count_pages(total, PER_PAGE))
    ids = await shelf.latest(source, PER_PAGE, page * PER_PAGE)
    return LatestPage(await store.articles.load(ids), page, total)


@dataclass(frozen=True, slots=True)
class Shelved:
    """An article and the names of the sources that tell its story, its own first."""

    article: Article
    sources: Sequence[str]


async def find_article(store: Store, article_id: str) -> Shelved | None:
    """Return the article of that number, in capitals or not; None if there is none.

    Raises StoreError.
    """
    articles = store.articles
    article = await articles.get(article_id) or await articles.get(article_id.lower())
    if article is None:
        return None
    told = await articles.load(await articles.story(article.id))
    return Shelved(
        article, list(dict.fromkeys(one.source for one in [article, *told] if one.source))
    )
