"""Pressed buttons: those that the bot sent, forged ones, and those of messages out of reach."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from bot.chat.presses import Action, Press, encode_press
from bot.playground.messages import CallbackQuery, Message
from tests.support.updates.messages import authors
from tests.support.updates.texts import fragments

if TYPE_CHECKING:
    from bot.playground.people import Chat
    from tests.support.updates.scene import Scene

DATA_BYTES = 64
_NUMBERS = ("0", "1", "2", "9", "99", "-1", "999999", "9" * 19, "", "٣", "²")

_forged = st.builds(
    lambda action, answer, first, second: encode_press(Press(action, answer, first, second)),
    st.sampled_from(Action),
    st.sampled_from((0, 1, 2, 3, 2**63 - 1, 2**63)),
    st.integers(0, 12),
    st.integers(0, 12),
)


@st.composite
def presses(draw: st.DrawFn, scene: Scene) -> dict[str, Any]:
    """Draw a callback query. The stand-in expects its answer, but for some that are too old."""
    buttons = scene.buttons()
    if buttons and draw(st.integers(0, 4)):
        message, data = draw(st.sampled_from(buttons))
        if not draw(st.integers(0, 3)):
            data = draw(_mutated(data))
    else:
        message, data = draw(_somewhere(scene)), draw(_unsent(scene))
    person = draw(authors(scene, message.chat))
    number = str(next(scene.query_ids))
    if draw(st.integers(0, 9)):
        scene.state.queries[number] = CallbackQuery(number, person, message, data)
    return {
        "id": number,
        "from": person.to_json(),
        "chat_instance": str(abs(message.chat.id)),
        **draw(_places(message)),
        **({"data": data} if draw(st.integers(0, 19)) else {"game_short_name": "g"}),
    }


@st.composite
def _places(draw: st.DrawFn, message: Message) -> dict[str, Any]:
    """Draw where a button was: mostly on the message, which may be too old to be shown."""
    way = draw(st.integers(0, 9))
    if way == 0:
        return {
            "message": {"message_id": message.id, "date": 0, "chat": message.chat.to_json()},
        }
    if way == 1:
        return draw(st.sampled_from(({"inline_message_id": "BAAAAKx"}, {})))
    return {"message": message.to_json()}


@st.composite
def _somewhere(draw: st.DrawFn, scene: Scene) -> Message:
    """Draw a message of the bot's, or one that is gone."""
    sent = scene.sent()
    if sent and draw(st.booleans()):
        return draw(st.sampled_from(sent))
    chat: Chat = draw(st.sampled_from(scene.chats))
    return Message(2**30, chat, scene.state.bot, scene.state.clock(), "gone")


@st.composite
def _unsent(draw: st.DrawFn, scene: Scene) -> str:
    """Draw data that no button has: of each pattern there is a handler for, or of none."""
    of_patterns = [st.from_regex(pattern) for pattern in scene.patterns]
    return _fit(draw(st.one_of(_forged, fragments, st.text(max_size=64), *of_patterns)))


@st.composite
def _mutated(draw: st.DrawFn, data: str) -> str:
    """Draw a button's data with a number changed, cut off or gone on with."""
    numbers = list(re.finditer(r"\d+", data))
    way = draw(st.integers(0, 2))
    if way == 0 and numbers:
        number = draw(st.sampled_from(numbers))
        return _fit(data[: number.start()] + draw(st.sampled_from(_NUMBERS)) + data[number.end() :])
    if way == 1:
        return data[: draw(st.integers(0, len(data)))]
    return _fit(data + draw(fragments))


def _fit(data: str) -> str:
    """Return as much as a button can carry."""
    return data.encode("utf-8", "surrogatepass")[:DATA_BYTES].decode("utf-8", "ignore")
