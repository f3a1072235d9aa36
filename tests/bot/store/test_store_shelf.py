"""Articles by the source that they name and by address; the same on both databases."""

from datetime import timedelta

from bot.store.records import Arrival
from bot.store.shelf import Shelf
from tests.support.articles import NOW, days_ago, id_of, make_article


async def test_articles_of_a_source_in_the_order_of_the_latest(store):
    arrivals = [
        Arrival(
            make_article(
                f"a{n}",
                f"Article {n}.",
                source=("Coast", "Harbour \0 <Times>", "")[n % 3],
                published=None if n == 4 else days_ago(n * 5 % 7),
                url=f"https://h.ex/{n}",
            ),
            str(n),
        )
        for n in range(8)
    ]
    await store.articles.put(arrivals, source_id=None, seen_at=NOW - timedelta(days=2))
    shelf = Shelf(store.database)
    assert list((await shelf.sources()).items()) == [("Coast", 3), ("Harbour \ufffd <Times>", 3)]
    latest = await store.articles.latest(99)
    for source in ("Coast", "Harbour \0 <Times>"):
        name = source.replace("\0", "\ufffd")
        expected = [article.id for article in latest if article.source == name]
        assert await shelf.latest(source, 99) == expected
        assert await shelf.latest(source, 1, offset=1) == expected[1:2]
    assert await shelf.titles(5) == [(article.id, article.title) for article in latest[:5]]
    assert await shelf.latest("coast", 99) == []


async def test_the_first_address_that_is_an_articles(store):
    arrivals = [Arrival(make_article(n, n, url=f"https://h.ex/{n}"), n) for n in ("one", "two")]
    await store.articles.put(arrivals, source_id=None, seen_at=NOW)
    shelf = Shelf(store.database)
    urls = ["https://h.ex/none", "https://h.ex/two", "https://h.ex/one"]
    assert await shelf.at(urls) == id_of("two")
    assert await shelf.at(urls[:1]) is None
    assert await shelf.at([]) is None
