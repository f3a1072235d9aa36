"""What is told now, by hand-worked cases: alerts, digests, floods, quiet hours, questions."""

from datetime import time, timedelta

import pytest

from bot.alerts.planning import DIGEST_STORIES, LATE, MOST_ALERTS, plan_place
from bot.alerts.telling import ArticleRef, Waiting
from bot.alerts.types import Reason, Subscription, Timetable, Wanted
from tests.support.articles import NOW

UTC_DAY = Timetable()
HOUR = timedelta(hours=1)


def wish(number=1, *, pace="now", state="active", kind="topic", muted_until=None):
    wanted = Wanted(kind, f"topic {number}")
    return Subscription(
        number, 7, None, wanted, f"t{number}", 0.5, pace, state, muted_until, NOW, None
    )


def waiting(number, story="a", subscription=None, *, due=NOW, matched=NOW, article="", score=0.5):
    return Waiting(
        number,
        subscription or wish(),
        story,
        article or story,
        score,
        (Reason("topic", "x"),),
        ("One.", "Two."),
        matched,
        due,
    )


def ref(name, hours=0, source="Courier"):
    when = NOW - hours * HOUR
    return ArticleRef(name, f"News {name}", None, source, when, when, f"d{name}")


def plan(ones, articles=None, timetable=UTC_DAY, now=NOW):
    mates = articles or {one.article_id: (ref(one.article_id),) for one in ones}
    return plan_place(ones, mates, timetable, now)


def told(story):
    return story.story, [why.subscription.id for why in story.whys]


def test_a_story_that_is_due_is_one_alert_naming_all_subscriptions_and_sources():
    articles = {
        "x": (ref("x", 2), ref("y", 5, "Hill Post")),
        "y": (ref("y", 5, "Hill Post"), ref("x", 2)),
    }
    ones = [
        waiting(1, "a", wish(1), article="x", score=0.5),
        waiting(2, "a", wish(2), article="y", score=0.8),
        waiting(3, "a", wish(3, pace="daily"), article="x", due=NOW + 9 * HOUR, score=0.4),
    ]
    found = plan(ones, articles)
    ((story, ids),) = found.alerts
    assert ids == (1, 2, 3), "what waits there for the same story is told with it"
    assert told(story) == ("a", [2, 1, 3])
    assert [one.id for one in story.articles] == ["y", "x"], "what matched best leads"
    assert found.digest is None
    assert found.dropped == ()


def test_what_is_due_later_waits():
    found = plan([waiting(1, due=NOW + HOUR)])
    assert (found.alerts, found.digest, found.dropped, found.postponed) == ([], None, (), {})


@pytest.mark.parametrize(
    "subscription",
    [wish(state="paused"), wish(state="ended"), wish(muted_until=NOW + HOUR)],
)
def test_who_does_not_hear_any_more_gets_nothing(subscription):
    found = plan([waiting(1, "a", subscription), waiting(2, "b", wish(2))])
    assert found.dropped == (1,)
    assert [told(story) for story, _ in found.alerts] == [("b", [2])]


def test_what_is_gone_is_dropped():
    found = plan([waiting(1, "a"), waiting(2, "b")], {"b": (ref("b"),)})
    assert found.dropped == (1,)
    assert [ids for _, ids in found.alerts] == [(2,)]


def test_a_flood_is_a_digest():
    few = [waiting(n, f"s{n}") for n in range(MOST_ALERTS)]
    assert len(plan(few).alerts) == MOST_ALERTS
    many = [*few, waiting(99, "one more")]
    found = plan(many)
    assert found.alerts == []
    assert found.digest is not None
    assert (found.digest.total, found.digest.late) == (MOST_ALERTS + 1, True)
    assert set(found.digested) == {one.id for one in many}


def test_what_should_have_been_told_long_ago_is_a_digest():
    now = NOW + LATE + HOUR
    found = plan([waiting(1), waiting(2, "b"), waiting(3, "c", due=now, matched=now)], now=now)
    assert [told(story)[0] for story, _ in found.alerts] == ["c"]
    assert found.digested == (1, 2)
    assert found.digest.late
    assert len(plan([waiting(1)], now=NOW + LATE).alerts) == 1


def test_quiet_hours_hold_alerts_and_end_in_one_digest():
    night = Timetable("Europe/Berlin", (time(22), time(7)))
    # 09:30 UTC is 10:30 in Berlin; the night before its summer time begins is an hour shorter.
    evening = NOW.replace(month=3, day=28, hour=22)
    morning = NOW.replace(month=3, day=29, hour=5, minute=0)
    matched = waiting(1, due=evening, matched=evening)
    found = plan([matched], timetable=night, now=evening)
    assert (found.alerts, found.digest) == ([], None)
    assert found.postponed == {1: morning}
    ones = [waiting(n, f"s{n}", due=morning, matched=evening) for n in (1, 2)]
    assert plan(ones, timetable=night, now=morning - HOUR / 60).digest is None
    found = plan(ones, timetable=night, now=morning)
    assert found.alerts == []
    assert (found.digest.total, found.digest.late) == (2, False)
    found = plan(
        [*ones, waiting(3, "new", due=morning, matched=morning)], timetable=night, now=morning
    )
    assert [told(story)[0] for story, _ in found.alerts] == ["new"]
    assert found.digested == (1, 2)


def test_a_digest_groups_by_subscription_newest_first_and_counts_the_rest():
    one, two = wish(1, pace="daily"), wish(2, pace="daily")
    names = [f"{n:02}" for n in range(DIGEST_STORIES + 3)]
    ones = [waiting(n + 1, name, two if n % 2 else one) for n, name in enumerate(names)]
    ones.append(waiting(100, names[1], one))
    articles = {name: (ref(name, hours=n),) for n, name in enumerate(names)}
    found = plan(ones, articles)
    assert found.digest.rest == 3
    assert found.digest.total == len(names)
    first, second = found.digest.groups
    assert [told(story)[0] for story in first.stories] == ["00", "01", *names[2:DIGEST_STORIES:2]]
    assert sorted(told(first.stories[1])[1]) == [1, 2], "once, with all its reasons"
    assert [told(story)[0] for story in second.stories] == names[3:DIGEST_STORIES:2]
    assert len(found.digested) == len(ones), "the rest counts as told"


def test_questions_are_asked_when_they_are_due_and_never_told_as_stories():
    question = wish(5, kind="question")
    ones = [
        waiting(1, "a", question),
        waiting(2, "b", question, due=NOW + HOUR),
        waiting(3, "a", wish(2)),
    ]
    found = plan(ones)
    assert {one.id: [m.id for m in ms] for one, ms in found.asked.items()} == {5: [1]}
    assert [ids for _, ids in found.alerts] == [(3,)]


def test_what_the_place_was_alerted_of_joins_that_alert():
    daily = wish(2, pace="daily")
    made = plan_place(
        [waiting(1), waiting(2, "b", daily), waiting(3, "c", daily)],
        {name: (ref(name),) for name in "abc"},
        UTC_DAY,
        NOW,
        {"b", "elsewhere"},
    )
    assert made.joined == {"b": (2,)}
    assert [ids for _, ids in made.alerts] == [(1,)]
    assert made.digested == (3,)
