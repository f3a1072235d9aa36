"""What people ask of the bot by a touch: buttons, and inline mode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.playground.page.body import Refused
from bot.playground.page.scene import thread_in
from bot.playground.page.view import inline_json

if TYPE_CHECKING:
    from bot.playground.json_types import JsonObject
    from bot.playground.page.body import Body
    from bot.playground.page.scene import Scene
    from bot.playground.people import Chat, User


def press(scene: Scene, me: User, body: Body) -> JsonObject:
    """Press an inline keyboard's button: `chat`, `message`, `row` and `column` from 0."""
    chat = scene.writable_chat(me, body.number("chat"))
    message = scene.message(chat, body.number("message"))
    place = body.number("row"), body.number("column")
    try:
        query = scene.state.press(message, place, by=me)
    except LookupError:
        raise Refused(404, "This button is no longer there.") from None
    return {"query_id": query.id}


async def inline(scene: Scene, me: User, body: Body) -> JsonObject:
    """Type after the bot's name and wait for what it offers: `chat`, `query`, perhaps `offset`."""
    chat = scene.chat(me, body.number("chat"))
    query, offset = body.text("query"), body.text("offset", default="")
    asked = scene.state.inline(me, query, offset, _chat_type(chat))
    try:
        await scene.state.inline_answer(asked, within=scene.patience)
    except TimeoutError:
        raise Refused(409, "The bot did not answer in time. Is it running?") from None
    return inline_json(asked)


def choose(scene: Scene, me: User, body: Body) -> JsonObject:
    """Send one of the results: `query_id`, `result`, `chat`, perhaps `thread`."""
    chat = scene.writable_chat(me, body.number("chat"))
    thread = thread_in(chat, body)
    query = scene.state.inline_book.queries.get(body.text("query_id"))
    if query is None or query.user.id != me.id or query.answer is None:
        raise Refused(404, "These results are no longer there. Type the question again.")
    name = body.text("result")
    for result in query.answer.results:
        if result.id == name:
            return {"message_id": scene.state.choose(me, result, chat, thread_id=thread).id}
    raise Refused(404, "There is no such result.")


def _chat_type(chat: Chat) -> str:
    return "sender" if chat.user is not None else chat.type
