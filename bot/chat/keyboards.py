"""The buttons under an answer. Pure."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from bot.chat import subscription_presses
from bot.chat.captions import title_of
from bot.chat.paging import Button
from bot.chat.presses import Action, Press, encode_press
from bot.chat.subscription_presses import Verb, encode
from retrieval.readers.wording import shorten
from retrieval.types import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.chat.paging import Keyboard
    from bot.chat.translations import Translator
    from retrieval.types import ArticleRef, Excerpt, Reply

NUMBERS_IN_ROW = 8  # Telegram drops what is beyond
MOST_NUMBERS = 40
MOST_ARTICLES = 10
_TITLE = 48  # characters of a title on a button


def reply_keyboard(
    answer_id: int,
    reply: Reply,
    tr: Translator,
    further: Sequence[Excerpt] = (),
    *,
    follow: bool = False,
) -> Keyboard:
    """Return what stands under a reply: its citations or closest articles, more, and verdicts.

    `further` is what there is to read on; without it, more are the closest articles. `follow` says
    that what it is about can be subscribed to.
    """
    verdicts = (
        Button("👍", _data(Action.GOOD, answer_id)),
        Button("👎", _data(Action.BAD, answer_id)),
    )
    if not isinstance(reply, Answer):
        told = _following(answer_id, Verb.QUESTION, tr("Tell me when this is covered"), follow)
        return (*_article_rows(answer_id, reply.closest), *told, verdicts)
    buttons = [
        Button(str(citation.number), _data(Action.CITED, answer_id, citation.number))
        for citation in reply.citations[:MOST_NUMBERS]
    ]
    is_more = further or reply.closest
    more = (Button(tr("More"), _data(Action.MORE, answer_id)),) if is_more else ()
    told = _following(answer_id, Verb.STORY, tr("Follow this story"), follow)
    return (*_rows(buttons), *told, (*more, *verdicts))


def _following(answer_id: int, verb: Verb, label: str, there: bool) -> Keyboard:
    return ((Button(label, encode(subscription_presses.Press(verb, answer_id))),),) if there else ()


def further_keyboard(answer_id: int, closest: Sequence[ArticleRef], tr: Translator) -> Keyboard:
    """Return a button for each further article, and the way back to the answer."""
    return (*_article_rows(answer_id, closest), (_back(answer_id, tr),))


def excerpts_keyboard(answer_id: int, count: int, tr: Translator) -> Keyboard:
    """Return a number for each of so many further passages, and the way back to the answer."""
    buttons = [Button(str(n + 1), _data(Action.FURTHER, answer_id, n)) for n in range(count)]
    return (*_rows(buttons), (_back(answer_id, tr),))


def paragraph_keyboard(press: Press, at: int, count: int, tr: Translator) -> Keyboard:
    """Return the ways from paragraph `at` (from 0) of `count`; `press` says of which article.

    From one of the further passages it goes back to their list, from there to the answer.
    """

    def to(paragraph: int) -> str:
        return _data(press.action, press.answer_id, press.first, paragraph + 1)

    row = [Button(tr("‹ Previous"), to(at - 1))] if at > 0 else []
    row += [Button(tr("Next ›"), to(at + 1))] if at + 1 < count else []
    steps = (tuple(row),) if row else ()
    back = Action.MORE if press.action is Action.FURTHER else Action.BACK
    return (*steps, (_back(press.answer_id, tr, back),))


def reasons(tr: Translator) -> tuple[str, ...]:
    """Return what may be wrong with a reply; the last is told in one's own words."""
    return (
        tr("Wrong answer"),
        tr("Not what I asked"),
        tr("Outdated"),
        tr("Other: in my own words"),
    )


def reason_keyboard(answer_id: int, tr: Translator) -> Keyboard:
    """Return a button for each thing that may be wrong, and the way back."""
    rows = [
        (Button(text, _data(Action.REASON, answer_id, number)),)
        for number, text in enumerate(reasons(tr))
    ]
    return (*rows, (_back(answer_id, tr),))


def _article_rows(answer_id: int, closest: Sequence[ArticleRef]) -> Keyboard:
    return tuple(
        (Button(shorten(title_of(one), _TITLE), _data(Action.CLOSEST, answer_id, number)),)
        for number, one in enumerate(closest[:MOST_ARTICLES])
    )


def _rows(buttons: list[Button]) -> Keyboard:
    rest = iter(buttons)
    return tuple(iter(lambda: tuple(islice(rest, NUMBERS_IN_ROW)), ()))


def _back(answer_id: int, tr: Translator, to: Action = Action.BACK) -> Button:
    return Button(tr("Back"), _data(to, answer_id))


def _data(action: Action, answer_id: int, first: int = 0, second: int = 0) -> str:
    return encode_press(Press(action, answer_id, first, second))
