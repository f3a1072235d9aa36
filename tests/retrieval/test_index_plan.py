"""Plans, against what they have to bring about."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from retrieval.index.plan import Plan, make_plan
from retrieval.types import Article
from tests.support.articles import NOW, digest_of, id_of

NAMES, TEXTS = "abcd", "uvwxyz"


def version(name: str, text: str) -> Article:
    digest = digest_of("", text)
    return Article(id_of(name), None, "", text, "", (), None, NOW, "en", digest)


def index(**texts: str) -> dict[str, str]:
    return {id_of(name): digest_of("", text) for name, text in texts.items()}


def applied(plan: Plan, indexed: dict[str, str]) -> dict[str, str]:
    """Return what is indexed after a plan, checking that each step is what it calls itself."""
    state = dict(indexed)
    for article_id in plan.dropped:
        del state[article_id]
    for article in plan.replaced:
        assert state[article.id] != article.digest
        state[article.id] = article.digest
    for article in plan.added:
        assert article.id not in indexed
        assert article.id not in state
        state[article.id] = article.digest
    return state


versions = st.builds(version, st.sampled_from(NAMES), st.sampled_from(TEXTS))
feeds = st.lists(versions, max_size=8)
states = st.lists(st.sampled_from(TEXTS), unique=True, max_size=4).map(
    lambda texts: index(**dict(zip(NAMES, texts, strict=False)))
)


@given(states, feeds)
def test_the_last_version_of_everything_is_there_afterwards(
    indexed: dict[str, str], incoming: list[Article]
) -> None:
    state = applied(make_plan(indexed, incoming), indexed)
    last = {article.id: article.digest for article in incoming}
    assert set(last.values()) <= set(state.values())


@given(states, feeds)
def test_a_new_article_s_text_is_held_by_it_alone(
    indexed: dict[str, str], incoming: list[Article]
) -> None:
    plan = make_plan(indexed, incoming)
    held = list(applied(plan, indexed).values())
    assert all(held.count(article.digest) == 1 for article in plan.added)


def test_an_edit_counts_even_if_another_article_says_the_same() -> None:
    plan = make_plan(index(a="u", b="v"), [version("a", "v")])
    assert plan.replaced == (version("a", "v"),)


@given(states, feeds)
def test_what_did_not_come_again_stays(indexed: dict[str, str], incoming: list[Article]) -> None:
    state = applied(make_plan(indexed, incoming), indexed)
    came = {article.id for article in incoming}
    for article_id, digest in indexed.items():
        if article_id not in came:
            assert state[article_id] == digest
    assert set(state) <= set(indexed) | came


@given(states, feeds)
def test_an_article_holds_its_old_text_or_one_that_came(
    indexed: dict[str, str], incoming: list[Article]
) -> None:
    for article_id, digest in applied(make_plan(indexed, incoming), indexed).items():
        came = {article.digest for article in incoming if article.id == article_id}
        assert digest in came | {indexed.get(article_id)}


@given(states, feeds)
def test_the_same_again_changes_nothing(indexed: dict[str, str], incoming: list[Article]) -> None:
    latest = list({article.id: article for article in incoming}.values())
    state = applied(make_plan(indexed, latest), indexed)
    assert make_plan(state, latest).empty


@given(states, feeds)
def test_every_incoming_article_is_counted_once_when_each_comes_once(
    indexed: dict[str, str], incoming: list[Article]
) -> None:
    latest = list({article.id: article for article in incoming}.values())
    plan = make_plan(indexed, latest)
    counted = len(plan.added) + len(plan.replaced) + plan.unchanged + plan.duplicates
    assert counted == len(latest)


@given(states, st.lists(st.sampled_from(NAMES + "q"), max_size=4))
def test_dropped_articles_go(indexed: dict[str, str], names: list[str]) -> None:
    ids = [id_of(name) for name in names]
    plan = make_plan(indexed, [], dropped=ids)
    assert set(applied(plan, indexed)) == set(indexed) - set(ids)
    assert plan.empty == (not set(indexed) & set(ids))


def test_new_changed_same_and_duplicate() -> None:
    incoming = [version("a", "u"), version("b", "z"), version("c", "w"), version("d", "w")]
    plan = make_plan(index(a="u", b="v"), incoming)
    assert plan == Plan(
        added=(incoming[2],), replaced=(incoming[1],), dropped=(), unchanged=1, duplicates=1
    )


def test_of_several_versions_the_last_counts() -> None:
    plan = make_plan({}, [version("a", "u"), version("a", "v"), version("a", "w")])
    assert plan.added == (version("a", "w"),)
    assert plan.replaced == ()


def test_an_article_edited_back_is_unchanged() -> None:
    plan = make_plan(index(a="u"), [version("a", "v"), version("a", "u")])
    assert plan.empty
    assert plan.unchanged == 1


def test_a_text_may_move_on_to_another_article() -> None:
    plan = make_plan(index(a="u"), [version("a", "v"), version("b", "u")])
    assert (plan.replaced, plan.added) == ((version("a", "v"),), (version("b", "u"),))


def test_a_text_may_move_on_whichever_comes_first() -> None:
    plan = make_plan(index(a="u"), [version("b", "u"), version("a", "v")])
    assert (plan.replaced, plan.added) == ((version("a", "v"),), (version("b", "u"),))


def test_nothing_to_nothing() -> None:
    assert make_plan({}, []).empty
