"""Documents and photos: sending them and fetching what was sent.

The wording of the refusals is from memory of the Bot API server.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.playground.errors import ApiError, bad_request
from bot.playground.files import MAX_FETCHED_BYTES, MAX_PHOTO_BYTES, MAX_SENT_BYTES, image_size
from bot.playground.formatting import MAX_CAPTION_UNITS, Formatted
from bot.playground.markup import check_markup, check_requests
from bot.playground.messages import Message
from bot.playground.methods.chats import find_thread, writable_chat
from bot.playground.methods.sending import find_reply

if TYPE_CHECKING:
    from bot.playground.files import FileKind, StoredFile
    from bot.playground.json_types import JsonObject
    from bot.playground.parameters import Parameters, Upload
    from bot.playground.state import BotApiState

MAX_PHOTO_SIDES = 10_000
MAX_PHOTO_RATIO = 20


def send_document(state: BotApiState, parameters: Parameters) -> JsonObject:
    """Send a file of any kind and return the message."""
    return _send(state, parameters, "document")


def send_photo(state: BotApiState, parameters: Parameters) -> JsonObject:
    """Send an image as a photo and return the message."""
    return _send(state, parameters, "photo")


def get_file(state: BotApiState, parameters: Parameters) -> JsonObject:
    """Return a File with the path to fetch it from, if it has at most 20 MB."""
    file = state.files.get(parameters.text("file_id"))
    if file is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if len(file.content) > MAX_FETCHED_BYTES:
        raise bad_request("file is too big")
    return file.to_json()


def _send(state: BotApiState, parameters: Parameters, kind: FileKind) -> JsonObject:
    caption = _caption(state, parameters)
    keyboard = check_markup(parameters.mapping("reply_markup"))
    chat = writable_chat(state, parameters)
    check_requests(keyboard, chat)
    reply_to, quote = find_reply(state, chat, parameters.mapping("reply_parameters"))
    thread_id = find_thread(chat, parameters) or (reply_to.thread_id if reply_to else None)
    file = _file(state, parameters, kind)
    message = Message(
        state.messages.next_id(chat),
        chat,
        state.bot,
        state.clock(),
        caption.text,
        caption.entities,
        thread_id,
        reply_to,
        quote,
        keyboard.inline,
        file=file,
    )
    method = f"send{kind.capitalize()}"
    state.journal.add_violations(method, chat.id, caption.losses + keyboard.losses)
    state.post(message, keyboard)
    return message.to_json()


def _caption(state: BotApiState, parameters: Parameters) -> Formatted:
    text = parameters.text("caption")
    if not text:
        return Formatted("")
    mode, entities = parameters.text("parse_mode"), parameters.array("caption_entities")
    try:
        return state.reader().read(text, mode, entities, max_units=MAX_CAPTION_UNITS)
    except ApiError as error:
        if error.description.endswith("message is too long"):
            raise bad_request("message caption is too long") from None
        raise


def _file(state: BotApiState, parameters: Parameters, kind: FileKind) -> StoredFile:
    """Return the file of a call: uploaded with it, or one there is by its file_id."""
    upload = parameters.upload(kind)
    if upload is not None:
        return _uploaded(state, upload, kind)
    file_id = parameters.text(kind)
    if not file_id:
        raise bad_request(f"there is no {kind} in the request")
    if file_id.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    file = state.files.get(file_id)
    if file is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if file.kind != kind:
        raise bad_request(f"can't use file of type {file.kind.capitalize()} as {kind.capitalize()}")
    return file


def _uploaded(state: BotApiState, upload: Upload, kind: FileKind) -> StoredFile:
    content = upload.content
    if not content:
        raise bad_request("file must be non-empty")
    if len(content) > MAX_SENT_BYTES:
        raise ApiError(413, "Request Entity Too Large")
    if kind == "document":
        return state.files.add(kind, content, upload.file_name, upload.content_type)
    if len(content) > MAX_PHOTO_BYTES:
        raise bad_request("file is too big for a photo")
    size = image_size(content)
    if size is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if sum(size) > MAX_PHOTO_SIDES or max(size) > MAX_PHOTO_RATIO * min(size):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return state.files.add(kind, content, size=size)
