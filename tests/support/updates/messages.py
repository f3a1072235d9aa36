"""Whole messages of every kind of chat, new and edited."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from bot.playground.messages import Message
from tests.support.updates.contents import ORIGINS, WHEN, contents, users
from tests.support.updates.scene import TOPICS

if TYPE_CHECKING:
    from bot.playground.people import Chat, User
    from tests.support.updates.scene import Scene

_ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
_OTHER_BOT = {"id": 99, "is_bot": True, "first_name": "Other", "username": "other_bot"}
_EXTRAS: tuple[dict[str, Any], ...] = (
    {"edit_date": WHEN},
    {"via_bot": _OTHER_BOT},
    {"has_protected_content": True},
    {"author_signature": "\u202e"},
    {"sender_boost_count": 3},
    {"is_from_offline": True},
    {"effect_id": "5"},
    {"quote": {"text": "part", "position": 0, "is_manual": True}},
    {"external_reply": {"origin": ORIGINS[1]}},
    {"reply_to_story": {"chat": {"id": 5, "type": "private"}, "id": 1}},
    {"link_preview_options": {"is_disabled": False}},
    {"is_automatic_forward": True},
    {"reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "b:n"}]]}},
    {"business_connection_id": "biz"},
    {"unknown_field": [1, {"a": None}]},
    *({"forward_origin": origin} for origin in ORIGINS),
)


@st.composite
def messages(
    draw: st.DrawFn, scene: Scene, *, channel: bool = False, bare: bool = False
) -> dict[str, Any]:
    """Draw a message as Telegram shows it to the bot; the stand-in learns of most of them.

    `channel` for a post of a channel, else it comes from another chat; `bare` without a reply.
    """
    chat = draw(st.sampled_from([c for c in scene.chats if (c.type == "channel") == channel]))
    author = draw(authors(scene, chat))
    message: dict[str, Any] = {
        "message_id": scene.state.messages.next_id(chat),
        "date": WHEN,
        "chat": draw(chats(chat)),
        **draw(senders(scene, chat, author)),
        **draw(contents(scene)),
        **draw(_threads(chat)),
    }
    if not draw(st.integers(0, 3)):
        message |= draw(st.sampled_from(_EXTRAS))
    if not bare and not draw(st.integers(0, 2)):
        message |= draw(replies(scene, chat))
    if draw(st.integers(0, 4)):  # the rest have been deleted meanwhile
        told = Message(message["message_id"], chat, author, scene.state.clock(), "said")
        scene.state.messages.put(told)
    return message


@st.composite
def edited(draw: st.DrawFn, scene: Scene, *, channel: bool = False) -> dict[str, Any]:
    """Draw a changed message: often the one that the bot answered last."""
    message = draw(messages(scene, channel=channel, bare=True))
    answered = [m.reply_to for m in scene.sent() if m.reply_to and m.chat.type != "channel"]
    if answered and not channel and draw(st.integers(0, 3)):
        old = draw(st.sampled_from(answered))
        message |= {"message_id": old.id, "chat": old.chat.to_json(), "from": old.sender.to_json()}
        message.pop("message_thread_id", None)
    return message | {"edit_date": WHEN + 1}


def authors(scene: Scene, chat: Chat) -> st.SearchStrategy[User]:
    """Draw who writes: in a private chat there is one alone, elsewhere often an admin."""
    if chat.user is not None:
        return st.just(chat.user)
    return st.sampled_from([scene.admin, *scene.people])


@st.composite
def chats(draw: st.DrawFn, chat: Chat) -> dict[str, Any]:
    """Draw a chat's JSON, now and then without what is optional."""
    shown = chat.to_json()
    if not draw(st.integers(0, 7)):
        return {name: shown[name] for name in ("id", "type")}
    return shown


@st.composite
def senders(draw: st.DrawFn, scene: Scene, chat: Chat, author: User) -> dict[str, Any]:
    """Draw the fields that say who wrote: a person, the chat itself, a channel or nobody."""
    person: dict[str, Any] = {"from": author.to_json()}
    odd = replace(author, language_code=None, last_name="\ud83d<").to_json()
    ways = [*[person] * 6, {}, {"from": odd}]
    if chat.user is None:
        posted = {"sender_chat": chat.to_json()}
        elsewhere = {"from": draw(users), "sender_chat": {"id": -1009, "type": "channel"}}
        ways += [posted] * (8 if chat.type == "channel" else 1)
        ways += [{"from": _ANONYMOUS, **posted}, elsewhere]
    return draw(st.sampled_from(ways))


@st.composite
def replies(draw: st.DrawFn, scene: Scene, chat: Chat) -> dict[str, Any]:
    """Draw what a message replies to: something of the bot's, of somebody, or long gone."""
    own = [message.to_json() for message in scene.sent() if message.chat.id == chat.id]
    unknown = {"message_id": 2**31 - 1, "date": 0, "chat": chat.to_json()}
    others = {"message_id": 3, "date": WHEN, "chat": chat.to_json(), "text": "ferry?"}
    bot = {**others, "from": scene.state.bot.to_json(), "message_id": 4}
    return {"reply_to_message": draw(st.sampled_from([*own, *own, unknown, others, bot]))}


@st.composite
def _threads(draw: st.DrawFn, chat: Chat) -> dict[str, Any]:
    """Draw a forum's topic, or the thread that replies in other groups form."""
    if chat.topics and draw(st.booleans()):
        return {"message_thread_id": draw(st.sampled_from(TOPICS)), "is_topic_message": True}
    if chat.type == "supergroup" and not draw(st.integers(0, 3)):
        return {"message_thread_id": 3}
    return {}
