"""What happens to a bot between updates: people and Telegram's servers meddle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from bot.playground.errors import bad_request, server_error, too_many_requests
from bot.playground.faults import HangUp, Refuse

if TYPE_CHECKING:
    from bot.playground.faults import Fault
    from tests.support.updates.scene import Scene

_CLOSED = "not enough rights to send text messages to the chat"


@st.composite
def meddle(draw: st.DrawFn, scene: Scene) -> None:
    """Draw a meddling and do it in the stand-in."""
    draw(st.sampled_from((_delete, _close, _migrate, *[_trouble] * 3)))(draw, scene)


def _delete(draw: st.DrawFn, scene: Scene) -> None:
    if sent := scene.sent():
        scene.state.messages.remove(draw(st.sampled_from(sent)))


def _close(draw: st.DrawFn, scene: Scene) -> None:
    directory = scene.state.directory
    chat = draw(st.sampled_from([one for one in scene.chats if one.type != "channel"]))
    (directory.open if directory.is_closed(chat) else directory.close)(chat)


def _migrate(_: st.DrawFn, scene: Scene) -> None:
    directory = scene.state.directory
    for chat in list(scene.chats):
        if chat.type == "group" and directory.successor(chat) is None:
            scene.chats.append(directory.migrate(chat))


def _trouble(draw: st.DrawFn, scene: Scene) -> None:
    """Let Telegram refuse a call, or cut it off."""
    method = draw(st.sampled_from(("sendMessage", "editMessageText", "answerCallbackQuery")))
    refusals = {
        method: (too_many_requests(draw(st.integers(1, 60))), server_error()),
        "getChatMember": (bad_request("member list is inaccessible"),),
    }
    faults = [(name, Refuse(error)) for name, errors in refusals.items() for error in errors]
    hung_up: list[tuple[str, Fault]] = [(method, HangUp(after)) for after in (False, True)]
    closed = ("sendMessage", Refuse(bad_request(_CLOSED)))
    scene.state.faults.plan(*draw(st.sampled_from([*faults, *hung_up, closed])))
