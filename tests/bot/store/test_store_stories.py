"""Near-duplicates: who is alike, against the true similarity; groups whatever the order."""

import random
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.store.records import Arrival
from bot.store.stories import bands, link, signature
from tests.support.articles import NOW, id_of, make_article

WORDS = (
    "harbour pier ferry crane tide fog pilot buoy lock quay rope mast hull deck anchor gull chart "
    "signal storm cargo grain salt coal timber steel customs strike wage union mayor council vote "
    "budget bridge tunnel tram road school clinic river dam flood rescue diver wreck museum paint"
).split(" ")


def text_of(seed, length=300):
    return " ".join(random.Random(seed).choices(WORDS, k=length))  # noqa: S311


def edited(text, words, seed=0):
    """Change that many words of a text, far apart."""
    parts = text.split(" ")
    step = len(parts) // words
    for n in range(words):
        parts[n * step] = f"new{seed}x{n}"
    return " ".join(parts)


def shingles(text):
    words = text.split(" ")
    return {tuple(words[n : n + 5]) for n in range(len(words) - 4)}


def similarity(one, other):
    return len(shingles(one) & shingles(other)) / len(shingles(one) | shingles(other))


def grouped(texts):
    """Return the groups of texts (name → text), as sets of names."""
    signed = {name: signature(text) for name, text in texts.items()}
    stories = link({name: one for name, one in signed.items() if one}, {}, [])
    groups = {}
    for name in texts:
        groups.setdefault(stories.of(name), set()).add(name)
    return sorted(groups.values(), key=min)


def test_agreement_estimates_the_true_similarity():
    errors = []
    for seed in range(60):
        one = text_of(seed)
        other = edited(one, 1 + seed % 40, seed)
        pairs = zip(*(memoryview(signature(t)).cast("I") for t in (one, other)), strict=True)
        agreed = sum(a == b for a, b in pairs) / 96
        errors.append(agreed - similarity(one, other))
    # 96 permutations: a standard error of at most 0.051, a sixtieth of its square for the mean.
    assert max(map(abs, errors)) < 0.2
    assert abs(sum(errors) / len(errors)) < 0.026


def test_the_same_story_in_much_the_same_words():
    original = text_of(1)
    close, far = edited(original, 4), edited(original, 30)
    assert similarity(original, close) > 0.85
    assert similarity(original, far) < 0.4
    assert grouped({"a": original, "b": close, "c": far, "d": text_of(2)}) == [
        {"a", "b"},
        {"c"},
        {"d"},
    ]


def test_case_punctuation_and_spaces_do_not_matter():
    one = "The pier closed on Monday. Ferries wait, the harbour master said."
    other = "the PIER closed on monday -- ferries wait -- the harbour\nmaster said"
    assert signature(one) == signature(other)


def test_a_few_words_are_no_story():
    assert signature("Only four words here") is None
    assert signature("") is None
    assert signature("Now there are five words") is not None


def test_signatures_stay_the_same_for_ever():
    """They are stored: another hash would part old articles from new ones."""
    assert signature(text_of(0))[:12].hex() == "33a70b00695f4b0036fd5d01"
    assert len(signature(text_of(0))) == 384
    assert bands(signature(text_of(0)))[0] == -6720405001530373249
    assert len(set(bands(signature(text_of(0))))) == 16


def test_alike_is_passed_on():
    chain = [text_of(5)]
    for n in range(6):
        chain.append(edited(chain[-1], 5, n).replace(f"new{n - 1}x", f"old{n}x"))
    for n in range(5):
        parts = chain[n + 1].split(" ")
        parts[n * 7 + 3 : n * 7 + 9] = [f"w{n}{i}" for i in range(6)]
    names = {f"{n}": text for n, text in enumerate(chain)}
    assert grouped(names)[0] >= {"0", "1"}


def test_a_thousand_copies_are_soon_one_group():
    same = text_of(9)
    assert grouped({f"{n:04}": same for n in range(1000)}) == [{f"{n:04}" for n in range(1000)}]


BASES = [text_of(seed) for seed in range(4)]
VERSIONS = [(base, words) for base in range(4) for words in (0, 2, 4, 60)]


@given(st.permutations(range(16)), st.lists(st.integers(1, 16), max_size=4))
def test_order_and_batches_do_not_matter(order, cuts):
    texts = {
        f"{n:02}": edited(BASES[base], words, n) if words else BASES[base]
        for n, (base, words) in enumerate(VERSIONS)
    }
    signed = {name: signature(text) for name, text in texts.items()}
    names = [f"{n:02}" for n in order]
    settled, buckets = {}, []
    for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), 16], strict=True):
        fresh = {name: signed[name] for name in names[start:end]}
        stories = link(fresh, settled, list(buckets))
        settled = {name: (stories.of(name), signed[name]) for name in [*settled, *fresh]}
        buckets += [(band, name) for name in fresh for band in bands(signed[name])]
    expected = {name: min(group) for group in grouped(texts) for name in group}
    assert {name: story for name, (story, _) in settled.items()} == expected
    assert len(set(expected.values())) == 8  # each base with its near copies; each far copy alone


async def test_stories_are_kept_while_articles_come_change_and_go(store):
    """Against grouping all that is there at once, after every step."""
    pick = random.Random(3)  # noqa: S311
    there = {}
    for step in range(14):
        arrivals = []
        for _ in range(pick.randint(1, 5)):
            name = str(pick.randrange(14))
            base, words = pick.choice(VERSIONS)
            text = edited(BASES[base], words, pick.randrange(3)) if words else BASES[base]
            arrivals.append(Arrival(make_article(name, text, title=f"{name} {step}"), name))
            there[id_of(name)] = text
        batch = pick.randint(1, 3)
        later = NOW + timedelta(hours=step)
        await store.articles.put(arrivals, source_id=None, seen_at=later, batch=batch)
        if step % 3 == 2:
            gone = pick.choice(sorted(there))
            await store.articles.remove(gone, later)
            del there[gone]
        expected = {name: sorted(group) for group in grouped(there) for name in group}
        assert {name: await store.articles.story(name) for name in there} == expected


async def test_the_stored_name_of_a_story_is_its_smallest_id(store):
    from bot.store.schema import ARTICLES

    texts = {f"{n}": edited(BASES[0], 2, n) for n in range(8)}
    for name, text in texts.items():
        arrivals = [Arrival(make_article(name, text), name)]
        await store.articles.put(arrivals, source_id=None, seen_at=NOW)
    async with store.database.reading() as connection:
        rows = (await connection.execute(ARTICLES.select())).all()
    assert {row.story for row in rows} == {min(id_of(name) for name in texts)}
    await store.articles.remove(min(row.id for row in rows), NOW)
    assert len(await store.articles.story(max(row.id for row in rows))) == 7
