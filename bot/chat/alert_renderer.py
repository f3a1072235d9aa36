"""Words what the alerting sends, in each chat's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.chat.alerts import REASON_UNITS, as_lists, render_alert
from bot.chat.browsing import Reading, data_of
from bot.chat.digests import render_digest
from bot.chat.html import Block, Run
from bot.chat.paging import Button, shorten
from bot.chat.rendering import render_reply
from bot.chat.splitting import split_messages
from bot.chat.translations import translator
from retrieval.types import Answer

if TYPE_CHECKING:
    from bot.alerts.telling import Digest, Story
    from bot.alerts.types import Subscription
    from bot.chat.paging import Keyboard
    from bot.chat.translations import Translator
    from bot.desk import TimedReply
    from bot.store.records import Chat

CHANNEL = "channel"


class AlertRenderer:
    """The alerting's `Renderer`. Pure; in channels there are no buttons."""

    def alert(self, story: Story, chat: Chat) -> dict[str, Any]:
        """Return the payload of an alert."""
        return render_alert(chat_translator(chat), story, buttons=chat.kind != CHANNEL)

    def digest(self, digest: Digest, chat: Chat) -> dict[str, Any]:
        """Return the payload of a digest."""
        return render_digest(chat_translator(chat), digest, buttons=chat.kind != CHANNEL)

    def answer(self, subscription: Subscription, timed: TimedReply, chat: Chat) -> dict[str, Any]:
        """Return the payload of the answer to a question that had none before."""
        tr = chat_translator(chat)
        said = tr("There is an answer now to what you asked: “{question}”")
        asked = shorten(subscription.label or subscription.wanted.topic, 2 * REASON_UNITS)
        heading = [[Block((Run(said.format(question=asked), bold=True),))]]
        html = [*split_messages(heading), *render_reply(timed.reply, tr)]
        if len(html) == 2 and len(html[0]) + len(html[1]) < 3000:
            html = ["\n\n".join(html)]
        rows: Keyboard = ()
        if chat.kind != CHANNEL and isinstance(timed.reply, Answer) and timed.reply.citations:
            cited = timed.reply.citations[0].article_id
            rows = ((Button(tr("Read more"), data_of(Reading(cited, 0, opens=True))),),)
        return {"html": html, "keyboard": as_lists(rows)}


def chat_translator(chat: Chat) -> Translator:
    """Return the translator for the language that a chat has chosen, else for its people's."""
    chosen = chat.settings.get("language")
    return translator(chosen if isinstance(chosen, str) else chat.language)
