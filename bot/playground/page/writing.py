"""What people write on the page, and what becomes of it: corrected, forwarded, deleted."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.playground.files import MAX_PHOTO_BYTES
from bot.playground.page.body import Refused
from bot.playground.page.scene import thread_in
from bot.playground.roles import is_administrator
from bot.playground.utf16 import is_encodable

if TYPE_CHECKING:
    from bot.playground.json_types import JsonObject
    from bot.playground.page.body import Body
    from bot.playground.page.scene import Scene
    from bot.playground.people import User

EDITABLE_FOR = timedelta(hours=48)
MAX_FILE_NAME = 120
_OTHER_TYPE = "application/octet-stream"
_TYPE = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]{0,80}")


def say(scene: Scene, me: User, body: Body) -> JsonObject:
    """Write a message: `chat`, `text`, perhaps `reply_to` and `thread`."""
    chat = scene.writable_chat(me, body.number("chat"))
    replied = scene.replied(chat, body)
    said = scene.state.say(
        chat,
        body.text("text"),
        by=me,
        reply_to=replied,
        thread_id=thread_in(chat, body, replied),
    )
    return {"message_id": said.id}


def edit(scene: Scene, me: User, body: Body) -> JsonObject:
    """Correct a message of one's own: `chat`, `message`, `text`."""
    chat = scene.writable_chat(me, body.number("chat"))
    message = scene.message(chat, body.number("message"))
    text = body.text("text")
    if message.sender.id != me.id:
        raise Refused(403, "You can edit only what you wrote yourself.")
    if scene.state.clock() - message.date > EDITABLE_FOR:
        raise Refused(409, "A message can be edited for 48 hours only.")
    if text != message.text:
        scene.state.edit(message, text)
    return {"message_id": message.id}


def delete(scene: Scene, me: User, body: Body) -> JsonObject:
    """Delete a message, in groups one's own unless one runs them: `chat`, `message`."""
    chat = scene.chat(me, body.number("chat"))
    message = scene.message(chat, body.number("message"))
    runs_it = is_administrator(scene.state.directory.role(chat, me))
    if chat.type != "private" and message.sender.id != me.id and not runs_it:
        raise Refused(403, "Only those who run this chat can delete what others wrote.")
    if message.id in chat.topics:
        raise Refused(409, "The beginning of a topic can't be deleted.")
    scene.state.delete(message, by=me)
    return {}


def forward(scene: Scene, me: User, body: Body) -> JsonObject:
    """Forward a message: `chat`, `message`, and `to`, perhaps with `thread`, for where."""
    chat = scene.chat(me, body.number("chat"))
    message = scene.message(chat, body.number("message"))
    to = scene.writable_chat(me, body.number("to"))
    sent = scene.state.pass_on(message, to, by=me, thread_id=thread_in(to, body))
    return {"message_id": sent.id}


def send_file(scene: Scene, me: User, body: Body) -> JsonObject:
    """Send an uploaded file, with `photo` "1" as a photo: `chat`, perhaps `caption` and so on."""
    chat = scene.writable_chat(me, body.number("chat"))
    replied = scene.replied(chat, body)
    thread = thread_in(chat, body, replied)
    caption = body.text("caption", default="")
    as_photo = body.text("photo", default="") == "1"
    if body.upload is None:
        raise Refused(400, "The request has no file. Choose one and send it again.")
    content = body.upload.content
    if as_photo and len(content) > MAX_PHOTO_BYTES:
        raise Refused(413, "A photo has at most 10 MB. Send this one as a file.")
    state = scene.state
    if as_photo:
        sent = state.send_photo(chat, content, caption, by=me, reply_to=replied, thread_id=thread)
    else:
        name, kind = file_name(body.upload.file_name), file_type(body.upload.content_type)
        sent = state.send_document(
            chat, content, name, kind, caption, by=me, reply_to=replied, thread_id=thread
        )
    return {"message_id": sent.id}


def location(scene: Scene, me: User, body: Body) -> JsonObject:
    """Send a place to the bot: `chat`, `latitude` and `longitude` in degrees."""
    chat = scene.writable_chat(me, body.number("chat"))
    latitude, longitude = body.real("latitude", -90, 90), body.real("longitude", -180, 180)
    if chat.user is None:
        raise Refused(409, "A place can be sent in the chat with the bot only.")
    return {"message_id": scene.state.share_location(chat, latitude, longitude).id}


def file_name(sent: str) -> str:
    """Return the name of an uploaded file without folders and what can't be printed."""
    bare = re.split(r"[/\\]", sent)[-1]
    kept = "".join(c for c in bare if c.isprintable() and is_encodable(c)).strip()
    return kept[-MAX_FILE_NAME:] or "file"


def file_type(sent: str) -> str:
    """Return the MIME type of an uploaded file, the general one if it is none."""
    return sent.lower() if _TYPE.fullmatch(sent.lower()) else _OTHER_TYPE
