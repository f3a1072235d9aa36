"""Updates that are neither messages nor pressed buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from bot.playground.inline import MAX_QUERY, InlineQuery
from tests.support.updates.contents import _CHAT, _POLL, _USER, WHEN, users
from tests.support.updates.texts import texts

if TYPE_CHECKING:
    from tests.support.updates.scene import Scene

_STATUSES = ("creator", "administrator", "member", "restricted", "left", "kicked", "ghost")
_ADDRESS = {
    "country_code": "DE",
    "state": "",
    "city": "",
    "street_line1": "",
    "street_line2": "",
    "post_code": "",
}
_BOOST = {
    "boost_id": "b",
    "add_date": WHEN,
    "expiration_date": WHEN,
    "source": {"source": "premium", "user": _USER},
}
_THUMB = {"type": "emoji", "emoji": "👍"}
STATIC: dict[str, dict[str, Any]] = {
    "shipping_query": {"id": "1", "invoice_payload": "x", "shipping_address": _ADDRESS},
    "pre_checkout_query": {
        "id": "1",
        "currency": "XTR",
        "total_amount": 1,
        "invoice_payload": "x",
    },
    "poll": _POLL,
    "poll_answer": {
        "poll_id": "p1",
        "option_ids": [0, 2],
        "user": _USER,
        "option_persistent_ids": ["a", "c"],
    },
    "chat_join_request": {"chat": _CHAT, "user_chat_id": 5, "date": WHEN},
    "chat_boost": {"chat": _CHAT, "boost": _BOOST},
    "removed_chat_boost": {
        "chat": _CHAT,
        "boost_id": "b",
        "remove_date": WHEN,
        "source": {"source": "gift_code", "user": _USER},
    },
    "message_reaction": {
        "chat": _CHAT,
        "message_id": 1,
        "date": WHEN,
        "user": _USER,
        "old_reaction": [],
        "new_reaction": [_THUMB],
    },
    "message_reaction_count": {
        "chat": _CHAT,
        "message_id": 1,
        "date": WHEN,
        "reactions": [{"type": _THUMB, "total_count": 2}],
    },
    "business_connection": {
        "id": "biz",
        "user": _USER,
        "user_chat_id": 5,
        "date": WHEN,
        "can_reply": True,
        "is_enabled": False,
    },
    "deleted_business_messages": {
        "business_connection_id": "biz",
        "chat": _CHAT,
        "message_ids": [1],
    },
    "purchased_paid_media": {"paid_media_payload": "x"},
    "brand_new_update": {"text": "of a later version"},
}


@st.composite
def inline_queries(draw: st.DrawFn, scene: Scene) -> dict[str, Any]:
    """Draw an inline query. The stand-in expects its answer, but for some that are too old."""
    person = draw(st.sampled_from(scene.people))
    text, number = draw(texts)[:MAX_QUERY], str(next(scene.query_ids))
    offset = draw(st.sampled_from(("", "", "", "5", "\ud83d")))
    if draw(st.integers(0, 9)):
        asked = InlineQuery(number, person, text, offset, scene.state.clock())
        scene.state.inline_book.queries[number] = asked
    kind = draw(st.sampled_from(("sender", "private", "supergroup", "channel", None)))
    given = {"id": number, "from": person.to_json(), "query": text, "offset": offset}
    return given | ({"chat_type": kind} if kind else {})


@st.composite
def member_updates(draw: st.DrawFn, scene: Scene) -> dict[str, Any]:
    """Draw a change of the bot's or somebody's standing in a chat."""
    chat = draw(st.sampled_from(scene.chats))
    user = draw(st.sampled_from([scene.state.bot, *scene.people]))
    old, new = draw(_members(user.to_json())), draw(_members(user.to_json()))
    actor = draw(st.sampled_from(scene.people)).to_json()
    change = {"chat": chat.to_json(), "from": actor, "date": WHEN}
    return {**change, "old_chat_member": old, "new_chat_member": new}


@st.composite
def _members(draw: st.DrawFn, user: dict[str, Any]) -> dict[str, Any]:
    status = draw(st.sampled_from(_STATUSES))
    member = {"user": user, "status": status, "is_anonymous": False, "until_date": 0}
    rights = (
        *("can_be_edited", "can_manage_chat", "can_delete_messages", "can_manage_video_chats"),
        *("can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users"),
        *("can_post_stories", "can_edit_stories", "can_delete_stories", "is_member"),
        *("can_pin_messages", "can_send_messages", "can_send_audios", "can_send_documents"),
        *("can_send_photos", "can_send_videos", "can_send_video_notes", "can_send_voice_notes"),
        *("can_send_polls", "can_send_other_messages", "can_add_web_page_previews"),
        *("can_manage_topics", "can_edit_tag", "can_react_to_messages"),
    )
    return member | dict.fromkeys(rights, False)


@st.composite
def chosen_results(draw: st.DrawFn, scene: Scene) -> dict[str, Any]:
    """Draw the news that somebody sent one of the bot's inline results."""
    person = draw(st.sampled_from(scene.people)).to_json()
    chosen = {"result_id": draw(texts)[:64], "from": person, "query": draw(texts)[:MAX_QUERY]}
    return chosen | draw(st.sampled_from(({}, {"inline_message_id": "BAAAAKx"})))


@st.composite
def static_updates(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """Draw an update of a kind that the bot asks for nothing of."""
    kind = draw(st.sampled_from(sorted(STATIC)))
    return kind, {"from": draw(users), **STATIC[kind]}
