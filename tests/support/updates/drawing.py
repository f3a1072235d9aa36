"""One update of any kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from tests.support.updates.messages import edited, messages
from tests.support.updates.others import (
    chosen_results,
    inline_queries,
    member_updates,
    static_updates,
)
from tests.support.updates.presses import presses

if TYPE_CHECKING:
    from tests.support.updates.scene import Scene

# How often of 40; the first is the simplest.
_SHARES = {
    "message": 18,
    "callback_query": 10,
    "edited_message": 3,
    "inline_query": 2,
    "channel_post": 1,
    "edited_channel_post": 1,
    "my_chat_member": 1,
    "chat_member": 1,
    "chosen_inline_result": 1,
    "business_message": 1,
    "edited_business_message": 1,
    "": 1,
}
KINDS = tuple(kind for kind, times in _SHARES.items() for _ in range(times))


@st.composite
def updates(draw: st.DrawFn, scene: Scene) -> dict[str, Any]:
    """Draw one raw update of the scene, with the next id."""
    kind = draw(st.sampled_from(KINDS))
    payload: Any
    match kind:
        case "message" | "business_message":
            payload = draw(messages(scene))
        case "edited_message" | "edited_business_message":
            payload = draw(edited(scene))
        case "channel_post":
            payload = draw(messages(scene, channel=True))
        case "edited_channel_post":
            payload = draw(edited(scene, channel=True))
        case "callback_query":
            payload = draw(presses(scene))
        case "inline_query":
            payload = draw(inline_queries(scene))
        case "chosen_inline_result":
            payload = draw(chosen_results(scene))
        case "my_chat_member" | "chat_member":
            payload = draw(member_updates(scene))
        case _:
            kind, payload = draw(static_updates())
    return {"update_id": next(scene.update_ids), kind: payload}
