"""What people do on the page: a table of functions, from a request's fields to the hands.

To add one, write `def do_it(scene, me, body)` that returns what the page gets to know and raises
Refused or ValueError, and put it in the table. An `async def` may wait.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, TypeAlias

from bot.playground.formatting import MAX_CAPTION_UNITS, MAX_TEXT_UNITS
from bot.playground.page import asking, managing, writing
from bot.playground.page.body import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.playground.json_types import JsonObject
    from bot.playground.page.body import Body
    from bot.playground.page.scene import Scene
    from bot.playground.people import User

    Act: TypeAlias = Callable[[Scene, User, Body], Any]

ACTS: Mapping[str, Act] = {
    "say": writing.say,
    "edit": writing.edit,
    "delete": writing.delete,
    "forward": writing.forward,
    "file": writing.send_file,
    "location": writing.location,
    "press": asking.press,
    "inline": asking.inline,
    "choose": asking.choose,
    "language": managing.language,
    "block": managing.block,
    "unblock": managing.unblock,
    "topic": managing.topic,
    "clock": managing.clock,
    "restart": managing.restart,
}
"""Every act by the last part of its address, `/api/<name>`."""

_PLAINER = {
    "text must be non-empty": "Write something first.",
    "message is too long": (
        f"This is too long: a message has at most {MAX_TEXT_UNITS} characters, "
        f"the text of a file at most {MAX_CAPTION_UNITS}."
    ),
}


async def perform(scene: Scene, name: str, body: Body) -> JsonObject:
    """Let the person of `as` do something, and return what the page gets to know.

    Raises Refused if it can't be done.
    """
    me = scene.person(body.number("as"))
    try:
        done = ACTS[name](scene, me, body)
        if inspect.isawaitable(done):
            done = await done
    except ValueError as error:
        raise Refused(409, _line(error)) from None
    finally:
        scene.state.journal.stir()
    return {"ok": True, **done}


def _line(error: ValueError) -> str:
    """Return what the stand-in says, which may be in the Bot API's words, as a sentence."""
    words = str(error).removeprefix("Bad Request: ") or "this can't be done"
    if words in _PLAINER:
        return _PLAINER[words]
    return f"{words[:1].upper()}{words[1:].rstrip('.')}."
