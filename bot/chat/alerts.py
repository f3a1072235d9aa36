"""An alert as a message for Telegram. Pure.

What a payload is, `bot.delivery.ports` says. In channels there are no buttons: everyone who reads
along could press them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.chat.alert_presses import MOST_NAMED, AlertPress, AlertVerb
from bot.chat.browsing import Reading, data_of
from bot.chat.captions import clean, is_visible, link_of, one_line, title_of
from bot.chat.fragments import with_fragment
from bot.chat.html import LINE, Block, Run
from bot.chat.paging import Button, shorten
from bot.chat.rendering import origin
from bot.chat.splitting import split_messages
from bot.chat.subscriptions import quoted, wanted_name
from retrieval.types import ArticleRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.alerts import telling
    from bot.alerts.types import Reason, Subscription
    from bot.chat.paging import Keyboard
    from bot.chat.translations import Translator

TITLE_UNITS, REASON_UNITS, SOURCE_UNITS, LABEL_UNITS = 300, 120, 60, 60
SENTENCE_UNITS = 1200
REASONS_NAMED, SOURCES_NAMED = 5, 5


def render_alert(tr: Translator, story: telling.Story, *, buttons: bool = True) -> dict[str, Any]:
    """Return the payload of a story's alert: its best article, what it says, and why it came."""
    article = named(story.articles[0])
    sentences = _sentences(story)
    link = link_of(article)
    url = with_fragment(link, sentences[0]) if link and sentences else link
    head = [Block((Run(shorten(title_of(article), TITLE_UNITS), bold=True, url=url),))]
    if told := shorten(origin(article, tr), 2 * SOURCE_UNITS):
        head.append(Block((Run(told),), gap=LINE))
    sections = [head]
    if sentences:
        text = "\n\n".join(_cut(one) for one in sentences)
        sections.append([Block((Run(text),), quote=True, expandable=True)])
    if lines := [line for line in (_also(tr, story), _why(tr, story.whys)) if line]:
        sections.append([Block((Run(line, italic=True),), gap=LINE) for line in lines])
    subscriptions = [why.subscription for why in story.whys]
    rows = alert_keyboard(tr, article.article_id, subscriptions) if buttons else ()
    return {"html": split_messages(sections)[:1], "keyboard": as_lists(rows)}


def alert_keyboard(
    tr: Translator, article_id: str, subscriptions: Sequence[Subscription]
) -> Keyboard:
    """Return what stands under an alert; `subscriptions` are those that asked for it."""
    about = list({one.id: one for one in subscriptions}.values())[:MOST_NAMED]
    press = AlertPress(AlertVerb.BACK, article_id, tuple(one.id for one in about))
    more = Button(tr("Read more"), data_of(Reading(article_id, 0, opens=True)))
    first = (more, Button(tr("Ask about this"), press.to(AlertVerb.ASK)))
    if not about:
        return (first,)
    second = [Button(tr("Mute this topic"), press.to(AlertVerb.MUTE))]
    if any(one.wanted.topic for one in about):
        second.append(Button(tr("Fewer like this"), press.to(AlertVerb.FEWER)))
    return (first, tuple(second))


def mute_keyboard(
    tr: Translator, press: AlertPress, subscriptions: Sequence[Subscription]
) -> Keyboard:
    """Return for how long the only subscription is muted; of several first, which."""
    back = (Button(tr("Back"), press.to(AlertVerb.BACK)),)
    if len(subscriptions) == 1:
        only = subscriptions[0].id
        spans = (
            Button(tr("For a day"), press.to(AlertVerb.DAY, only)),
            Button(tr("For a week"), press.to(AlertVerb.WEEK, only)),
        )
        return (spans, (Button(tr("Until I turn it on"), press.to(AlertVerb.PAUSE, only)),), back)
    names = ((one, wanted_name(tr, one.wanted, one.label)) for one in subscriptions)
    rows = [
        (Button(shorten(name, LABEL_UNITS), press.to(AlertVerb.MUTE, one.id)),)
        for one, name in names
    ]
    return (*rows, back)


def undo_keyboard(tr: Translator, press: AlertPress, only: int, before: int) -> Keyboard:
    """Return the way back to the earlier threshold (thousandths) of a subscription."""
    undo = Button(tr("Undo: as before"), press.to(AlertVerb.AS_BEFORE, only, value=before))
    return ((undo,), (Button(tr("Back"), press.to(AlertVerb.BACK)),))


def render_ask(tr: Translator, title: str) -> str:
    """Return how to ask about an article, as HTML; what replies to the alert is about it."""
    said = tr("Reply to this message, or to the alert, with your question about “{title}”.")
    text = said.format(title=shorten(one_line(title), TITLE_UNITS))
    return split_messages([[Block((Run(text),))]])[0]


def named(one: telling.ArticleRef) -> ArticleRef:
    """Return an article as all other pages name it."""
    return ArticleRef(one.id, one.title, one.url, one.source, one.published)


def other_sources(story: telling.Story) -> list[str]:
    """Return the sources that tell a story beside its first article's."""
    own = one_line(story.articles[0].source)
    names = dict.fromkeys(one_line(one.source) for one in story.articles)
    return [name for name in names if name != own and is_visible(name)]


def as_lists(rows: Keyboard) -> list[list[list[str]]]:
    """Return a keyboard as a payload has it."""
    return [[[button.label, button.data] for button in row] for row in rows]


def _sentences(story: telling.Story) -> list[str]:
    """Return what an alert quotes: what fits a topic best, if one asked for the story."""
    topical = [why for why in story.whys if why.subscription.wanted.topic]
    for why in (*topical, *story.whys):
        said = [one for text in why.sentences if is_visible(one := clean(text).strip())]
        if said:
            return said
    return []


def _also(tr: Translator, story: telling.Story) -> str:
    """Return the line that names the other sources of a story, "" if there are none."""
    others = other_sources(story)
    if not others:
        return ""
    names = ", ".join(shorten(name, SOURCE_UNITS) for name in others[:SOURCES_NAMED])
    return tr("Also told by {names}").format(names=names + ", …" * (len(others) > SOURCES_NAMED))


def _why(tr: Translator, whys: Iterable[telling.Why]) -> str:
    """Return why an alert came, "" if that isn't known."""
    reasons = (_reason(tr, reason, why.subscription) for why in whys for reason in why.reasons)
    said = list(dict.fromkeys(reasons))[:REASONS_NAMED]
    return tr("You follow {what}").format(what="; ".join(said)) if said else ""


def _reason(tr: Translator, reason: Reason, of: Subscription) -> str:
    text = shorten(reason.text, REASON_UNITS)
    match reason.kind:
        case "topic":
            # What is compared for a story is the article's wording, not the person's.
            own = of.label if of.wanted.kind in {"story", "question"} else ""
            return quoted(tr, shorten(own, REASON_UNITS) or text)
        case "word":
            return tr("the word “{word}”").format(word=text)
        case "source":
            return tr("the source {name}").format(name=text)
        case "all":
            return tr("all articles")


def _cut(sentence: str) -> str:
    """Return a sentence, cut only if it could fill a message."""
    return sentence if len(sentence) <= SENTENCE_UNITS else shorten(sentence, SENTENCE_UNITS)
