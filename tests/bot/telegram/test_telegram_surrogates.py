"""Halves of surrogate pairs, which JSON can carry and the library's own reading refuses."""

from __future__ import annotations

import pytest
from telegram import Chat, Message, MessageEntity

from bot.telegram.broadcasting import _text_after_command
from bot.telegram.handlers import without_mention
from tests.support.articles import NOW

HALF = "\ud83d"


def said(text: str, *entities: MessageEntity) -> Message:
    return Message(1, NOW, Chat(-5, "group"), text=text, entities=entities)


@pytest.mark.parametrize(
    ("text", "offset", "left"),
    [
        (f"{HALF} @Newsdesk_Bot who won?", 2, f"{HALF}  who won?"),
        ("😀 @newsdesk_bot", 3, "😀"),
        (f"@newsdesk_bot{HALF}", 0, HALF),
        ("@somebody_else who won?", 0, None),
    ],
)
def test_the_bots_name_is_taken_out_beside_half_a_pair(text, offset, left):
    mention = MessageEntity(MessageEntity.MENTION, offset, 13)
    if left is None:
        mention = MessageEntity(MessageEntity.MENTION, offset, 14)
    assert without_mention(said(text, mention), "newsdesk_bot") == left


@pytest.mark.parametrize(
    ("text", "entity", "html"),
    [
        (f"/broadcast {HALF} <hello>", None, "\ufffd &lt;hello&gt;"),
        ("/broadcast 😀 all  ", (14, 3), "😀 <b>all</b>"),
        (f"/broadcast {HALF} all", (13, 3), "\ufffd <b>all</b>"),
        ("/broadcast", None, ""),
    ],
)
def test_a_broadcast_keeps_its_formatting_beside_half_a_pair(text, entity, html):
    entities = [MessageEntity(MessageEntity.BOLD, *entity)] if entity else []
    assert _text_after_command(said(text, *entities)) == html
