"""What a message can hold beside text: media with captions, games, notes of the service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from tests.support.updates.scene import FILE_ID, STRANGERS
from tests.support.updates.texts import commands, cut, entities, names, texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.updates.scene import Scene

WHEN = 1_773_480_600
_FILE = {"file_id": FILE_ID, "file_unique_id": "u1"}
_SIZED = {**_FILE, "width": 90, "height": 60}
_CLIP = {**_SIZED, "duration": 3}
_STICKER = {**_SIZED, "type": "regular", "is_animated": False, "is_video": False}
_USER = {"id": 1003, "is_bot": False, "first_name": "C"}
_HERE = {"latitude": -6.2, "longitude": 106.8}
_CHAT = {"id": -1009, "type": "channel", "title": "Elsewhere"}
_POLL = {
    "id": "p1",
    "question": "Who?",
    "options": [],
    "total_voter_count": 0,
    "type": "regular",
    "is_closed": False,
    "is_anonymous": True,
    "allows_multiple_answers": False,
    "allows_revoting": True,
    "members_only": False,
}
_GIVEAWAY = {"chats": [_CHAT], "winners_selection_date": WHEN, "winner_count": 1}
MEDIA: Mapping[str, Any] = {
    "photo": [_SIZED, {**_SIZED, "file_size": 2**40}],
    "document": {**_FILE, "file_name": "../../etc/passwd\x00.pdf", "mime_type": "text/html"},
    "video": _CLIP,
    "animation": _CLIP,
    "audio": {**_FILE, "duration": 0, "title": "<b>"},
    "voice": {**_FILE, "duration": 1},
    "video_note": {**_FILE, "length": 1, "duration": 1},
    "paid_media": {"star_count": 1, "paid_media": [{"type": "preview"}]},
}
PLAIN: Mapping[str, Any] = {
    "sticker": _STICKER,
    "contact": {"phone_number": "+49", "first_name": ""},
    "location": _HERE,
    "venue": {"location": _HERE, "title": "Pier", "address": ""},
    "poll": _POLL,
    "dice": {"value": 64, "emoji": "🎰"},
    "game": {"title": "G", "description": "", "photo": [_SIZED]},
    "story": {"chat": _CHAT, "id": 1},
    "invoice": {
        "title": "I",
        "description": "",
        "start_parameter": "",
        "currency": "XTR",
        "total_amount": 1,
    },
    "giveaway": _GIVEAWAY,
    "brand_new_content": {"of": ["a", "later", "version"]},
}
SERVICE: Mapping[str, Any] = {
    "new_chat_members": [_USER, {"id": 1000000001, "is_bot": True, "first_name": "Newsdesk"}],
    "left_chat_member": _USER,
    "new_chat_title": "\u202e",
    "new_chat_photo": [_SIZED],
    "delete_chat_photo": True,
    "group_chat_created": True,
    "supergroup_chat_created": True,
    "channel_chat_created": True,
    "message_auto_delete_timer_changed": {"message_auto_delete_time": 60},
    "pinned_message": {"message_id": 1, "date": 0, "chat": _CHAT},
    "successful_payment": {
        "currency": "XTR",
        "total_amount": 1,
        "invoice_payload": "x",
        "telegram_payment_charge_id": "a",
        "provider_payment_charge_id": "b",
    },
    "connected_website": "news.example",
    "write_access_allowed": {"from_request": True},
    "forum_topic_created": {"name": "<T>", "icon_color": 0},
    "forum_topic_edited": {},
    "forum_topic_closed": {},
    "forum_topic_reopened": {},
    "general_forum_topic_hidden": {},
    "video_chat_scheduled": {"start_date": WHEN},
    "video_chat_started": {},
    "video_chat_ended": {"duration": 1},
    "video_chat_participants_invited": {"users": [_USER]},
    "web_app_data": {"data": "{", "button_text": "x"},
    "boost_added": {"boost_count": 1},
    "users_shared": {"request_id": 1, "users": [{"user_id": 1}]},
    "chat_shared": {"request_id": 1, "chat_id": -1},
    "proximity_alert_triggered": {"traveler": _USER, "watcher": _USER, "distance": 1},
    "giveaway_created": {},
    "chat_background_set": {"type": {"type": "chat_theme", "theme_name": "x"}},
    "migrate_to_chat_id": -1001999,
    "migrate_from_chat_id": -1999,
}
ORIGINS = (
    {"type": "user", "date": WHEN, "sender_user": _USER},
    {"type": "hidden_user", "date": 0, "sender_user_name": "<H>"},
    {"type": "chat", "date": WHEN, "sender_chat": _CHAT, "author_signature": "S"},
    {"type": "channel", "date": WHEN, "chat": _CHAT, "message_id": 2**31},
    {"type": "from_a_later_version", "date": WHEN},
)


@st.composite
def written(draw: st.DrawFn, text: str) -> dict[str, Any]:
    """Draw a text with its entities, which may be missing."""
    found = draw(entities(text))
    return {"text": text, **({"entities": found} if found else {})}


@st.composite
def contents(draw: st.DrawFn, scene: Scene) -> dict[str, Any]:
    """Draw the content of one message: mostly words, sometimes anything else."""
    ways = (*[_commanding] * 6, *[_saying] * 3, *[_mentioning] * 2, *[_media] * 2, _odd, _noting)
    return draw(draw(st.sampled_from(ways))(scene))


def _commanding(scene: Scene) -> st.SearchStrategy[dict[str, Any]]:
    return commands(scene).flatmap(written)


def _saying(_: Scene) -> st.SearchStrategy[dict[str, Any]]:
    return texts.map(cut).flatmap(written)


def _mentioning(_: Scene) -> st.SearchStrategy[dict[str, Any]]:
    forms = st.sampled_from(("@newsdesk_bot {}", "{} @Newsdesk_Bot"))
    said = st.builds(lambda form, words: cut(form.replace("{}", words)), forms, texts)
    return said.flatmap(written)


def _odd(_: Scene) -> st.SearchStrategy[dict[str, Any]]:
    names = [*sorted(PLAIN), "text", "caption"]
    return st.sampled_from(names).map(lambda name: {name: PLAIN.get(name, "")})


def _noting(_: Scene) -> st.SearchStrategy[dict[str, Any]]:
    return st.sampled_from(sorted(SERVICE)).map(lambda name: {name: SERVICE[name]})


@st.composite
def _media(draw: st.DrawFn, _: Scene) -> dict[str, Any]:
    name = draw(st.sampled_from(sorted(MEDIA)))
    content: dict[str, Any] = {name: MEDIA[name]}
    if draw(st.booleans()):
        content["media_group_id"] = draw(st.sampled_from(("1", "2", "")))
    if draw(st.booleans()):
        caption = cut(draw(texts), 1024)
        content |= {"caption": caption, "caption_entities": draw(entities(caption))}
    return content


users = st.builds(
    lambda number, name, language: {
        "id": number,
        "is_bot": False,
        "first_name": name,
        **({"language_code": language} if language is not None else {}),
    },
    st.sampled_from(STRANGERS),
    names,
    st.sampled_from((None, "", "en", "de", "ru", "hi", "x-klingon", "en_US.UTF-8", "\u202e")),
)
