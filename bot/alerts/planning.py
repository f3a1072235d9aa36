"""What is told now: waiting matches → alerts and digests. Pure.

A story that is due at once is an alert. What quiet hours held back, what is due by the hour, day or
week, and what should have been told long ago (after a breakdown) come as one digest, and so do
alerts that would come in a flood. A story that is told takes with it all that the same place waits
for of it, and one that the place was alerted of joins that alert, so nothing is told twice there.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.alerts.stories import story_of
from bot.alerts.telling import Digest, DigestGroup
from bot.alerts.timetable import due as due_at
from bot.alerts.timetable import held

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from bot.alerts.telling import ArticleRef, Story, Waiting
    from bot.alerts.types import Subscription, Timetable

MOST_ALERTS = 5
"""Stories that a place is alerted of at once, each by itself; more come as a digest."""
LATE = timedelta(hours=2)
"""How long after it was due an alert is old."""
DIGEST_STORIES = 20
"""Stories in a digest; the others are counted."""


@dataclass(slots=True)
class Plan:
    """What to do with what waits in one place (a chat's topic).

    `alerts`, each with the matches that it tells, go out one by one; the `digest` tells
    `digested`. `joined` are matches, by story, that the story's alert is to tell too. `asked` are
    matches of question subscriptions: the question is to be asked anew. `dropped` are not told at
    all; `postponed` gives matches another due moment.
    """

    alerts: list[tuple[Story, tuple[int, ...]]] = field(default_factory=list)
    digest: Digest | None = None
    digested: tuple[int, ...] = ()
    joined: dict[str, tuple[int, ...]] = field(default_factory=dict)
    asked: dict[Subscription, tuple[Waiting, ...]] = field(default_factory=dict)
    dropped: tuple[int, ...] = ()
    postponed: dict[int, datetime] = field(default_factory=dict)


def hears(subscription: Subscription, now: datetime) -> bool:
    """Tell whether a subscription is told of anything now."""
    muted = subscription.muted_until is not None and subscription.muted_until > now
    return subscription.state == "active" and not muted


def plan_place(
    waiting: Sequence[Waiting],
    articles: Mapping[str, tuple[ArticleRef, ...]],
    timetable: Timetable,
    now: datetime,
    alerted: Collection[str] = (),
) -> Plan:
    """Plan what one place is told now.

    `waiting` is what is due there, in order, and what is due later of the same stories.
    `articles` is as for `story_of`; a match whose article is gone is dropped. `alerted` are stories
    that the place has an alert of.
    """
    living = [one for one in waiting if hears(one.subscription, now) and one.article_id in articles]
    alive = {one.id for one in living}
    plan = Plan(dropped=tuple(one.id for one in waiting if one.id not in alive))
    due = [one for one in living if one.due <= now]
    if held(timetable, now):  # since they became due, or the timetable is another
        plan.postponed = {one.id: due_at(one.subscription.pace, timetable, now) for one in due}
        return plan
    questions: defaultdict[Subscription, list[Waiting]] = defaultdict(list)
    for one in due:
        if one.subscription.wanted.kind == "question":
            questions[one.subscription].append(one)
    plan.asked = {one: tuple(found) for one, found in questions.items()}
    stories = [one for one in living if one.subscription.wanted.kind != "question"]
    _tell(plan, stories, articles, now, alerted)
    return plan


def _tell(
    plan: Plan,
    living: Sequence[Waiting],
    articles: Mapping[str, tuple[ArticleRef, ...]],
    now: datetime,
    alerted: Collection[str],
) -> None:
    """Divide the stories of which something is due into alerts and a digest."""
    stories: defaultdict[str, list[Waiting]] = defaultdict(list)
    for one in living:
        stories[one.story].append(one)
    due = {name: ones for name, ones in stories.items() if any(one.due <= now for one in ones)}
    for name in sorted(due.keys() & set(alerted)):
        plan.joined[name] = tuple(one.id for one in due.pop(name))
    single = [name for name, ones in due.items() if any(_at_once(one, now) for one in ones)]
    late = any(_is_late(one, now) for ones in due.values() for one in ones)
    if len(single) > MOST_ALERTS:
        single, late = [], True
    for name in single:
        matches = due.pop(name)
        if (story := story_of(matches, articles)) is not None:
            plan.alerts.append((story, tuple(one.id for one in matches)))
    if due:
        told = [story for ones in due.values() if (story := story_of(ones, articles)) is not None]
        plan.digest = _digest(told, late=late)
        plan.digested = tuple(sorted(one.id for ones in due.values() for one in ones))


def _at_once(one: Waiting, now: datetime) -> bool:
    """Tell whether a match is told by itself: not held back, and not old."""
    prompt = one.due <= one.matched and now - one.due <= LATE
    return one.subscription.pace == "now" and one.due <= now and prompt


def _is_late(one: Waiting, now: datetime) -> bool:
    return one.subscription.pace == "now" and one.due <= now and now - one.due > LATE


def _digest(stories: Iterable[Story], *, late: bool) -> Digest:
    """Gather stories, the newest of them shown, by their first subscription."""
    newest = sorted(stories, key=lambda story: (story.when, story.story), reverse=True)
    groups: defaultdict[int, list[Story]] = defaultdict(list)
    subscriptions: dict[int, Subscription] = {}
    for story in newest[:DIGEST_STORIES]:
        first = min((why.subscription for why in story.whys), key=lambda one: one.id)
        subscriptions[first.id] = first
        groups[first.id].append(story)
    return Digest(
        chat_id=newest[0].chat_id,
        thread_id=newest[0].thread_id,
        groups=tuple(DigestGroup(subscriptions[n], tuple(groups[n])) for n in sorted(groups)),
        rest=max(0, len(newest) - DIGEST_STORIES),
        late=late,
    )
