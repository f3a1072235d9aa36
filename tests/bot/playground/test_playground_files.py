"""Documents and photos, sent by people and by the bot."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Bot, InputFile, MessageEntity
from telegram.constants import FileSizeLimit, MessageLimit, ParseMode
from telegram.error import BadRequest, TelegramError

from bot.playground import files
from bot.playground.dispatch import perform
from bot.playground.files import MAX_FETCHED_BYTES, MAX_PHOTO_BYTES, MAX_SENT_BYTES, image_size
from bot.playground.formatting import MAX_CAPTION_UNITS
from bot.playground.parameters import Upload
from tests.bot.playground.calls import queued, refusal

if TYPE_CHECKING:
    from bot.playground.server import BotApiServer
    from bot.playground.state import BotApiState

PDF = b"%PDF-1.4 of no pages"


def png(width: int, height: int) -> bytes:
    """Return a grey image, as the PNG specification has it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x80" * width) * height)
    head = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    return head + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def jpeg(width: int, height: int) -> bytes:
    """Return the segments of a JPEG up to its frame: start, comment, tables, frame."""
    comment = b"\xff\xfe" + struct.pack(">H", 6) + b"note"
    tables = b"\xff\xc4" + struct.pack(">H", 4) + b"\0\0"
    frame = b"\xff\xc2" + struct.pack(">HBHHB", 8, 8, height, width, 1)
    return b"\xff\xd8" + comment + b"\xff" + tables + frame + b"\0" * 4


def gif(width: int, height: int) -> bytes:
    return b"GIF89a" + struct.pack("<HH", width, height)


def upload(content: bytes, name: str = "a.bin") -> Upload:
    return Upload(name, "application/octet-stream", content)


def test_the_limits_are_those_that_python_telegram_bot_knows() -> None:
    assert FileSizeLimit.FILESIZE_UPLOAD == 50e6 < MAX_SENT_BYTES
    assert FileSizeLimit.FILESIZE_DOWNLOAD == 20e6 < MAX_FETCHED_BYTES
    assert FileSizeLimit.PHOTOSIZE_UPLOAD == 10e6 < MAX_PHOTO_BYTES
    assert MessageLimit.CAPTION_LENGTH == MAX_CAPTION_UNITS


@given(st.integers(1, 65535), st.integers(1, 65535))
def test_the_size_of_an_image_is_read_from_its_header(width: int, height: int) -> None:
    small = png(2, 3)
    changed = small[:16] + struct.pack(">II", width, height) + small[24:]
    for image in (changed, jpeg(width, height), gif(width, height)):
        assert image_size(image) == (width, height)


@given(
    st.binary(max_size=40), st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a"])
)
def test_no_bytes_make_the_reading_fail(rest: bytes, head: bytes) -> None:
    size = image_size(head + rest)
    assert size is None or min(size) > 0
    if not head and not rest.startswith((b"\xff\xd8", b"\x89P", b"GIF")):
        assert size is None


async def test_a_persons_document_is_fetched(bot: Bot, state: BotApiState) -> None:
    ann = state.add_user()
    state.send_document(ann, PDF, "report.pdf", "application/pdf", "See #budget")
    (update,) = await bot.get_updates()
    message = update.message
    assert message is not None
    assert message.document is not None
    document = message.document
    assert (document.file_name, document.mime_type) == ("report.pdf", "application/pdf")
    assert (document.file_size, message.text, message.caption) == (len(PDF), None, "See #budget")
    assert message.caption_entities == (MessageEntity(MessageEntity.HASHTAG, 4, 7),)
    file = await document.get_file()
    assert file.file_size == len(PDF)
    assert file.file_path is not None
    assert file.file_path.endswith(".pdf")
    assert bytes(await file.download_as_bytearray()) == PDF
    assert "#1 Ann: (report.pdf)\n    See #budget" in state.transcript(ann)


async def test_a_document_is_sent_and_sent_again(bot: Bot, state: BotApiState) -> None:
    ann = state.add_user()
    asked = state.say(ann, "/export")
    sent = await bot.send_document(
        ann.id,
        InputFile(PDF, "data.pdf"),
        caption="<b>Yours</b>",
        parse_mode=ParseMode.HTML,
        reply_to_message_id=asked.id,
    )
    assert sent.document is not None
    assert (sent.document.file_name, sent.document.mime_type) == ("data.pdf", "application/pdf")
    assert sent.parse_caption_entities() == {sent.caption_entities[0]: "Yours"}
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.message_id == asked.id
    again = await bot.send_document(ann.id, sent.document.file_id)
    assert again.document == sent.document
    assert again.caption is None
    with pytest.raises(BadRequest, match="There is no text in the message to edit"):
        await sent.edit_text("x")
    with pytest.raises(BadRequest, match="Can't use file of type document as photo"):
        await bot.send_photo(ann.id, sent.document.file_id)
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await bot.send_document(ann.id, PDF, caption="x" * 1025)
    assert (await bot.send_document(ann.id, PDF, caption="x" * 1024)).caption == "x" * 1024


async def test_a_photo_has_its_size(bot: Bot, state: BotApiState) -> None:
    ann = state.add_user()
    sent = await bot.send_photo(ann.id, png(40, 30), caption="A chart")
    assert [(size.width, size.height) for size in sent.photo] == [(40, 30)]
    state.send_photo(ann, jpeg(7, 5))
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert [(size.width, size.height) for size in update.message.photo] == [(7, 5)]
    with pytest.raises(BadRequest, match="Image_process_failed"):
        await bot.send_photo(ann.id, PDF)
    with pytest.raises(ValueError, match="must be a PNG"):
        state.send_photo(ann, PDF)


@pytest.mark.parametrize(
    ("method", "call", "status", "complaint"),
    [
        ("sendDocument", {}, 400, "there is no document in the request"),
        ("sendPhoto", {}, 400, "there is no photo in the request"),
        ("sendDocument", {"document": upload(b"")}, 400, "file must be non-empty"),
        ("sendDocument", {"document": "nothing"}, 400, "wrong file identifier"),
        ("sendDocument", {"document": "https://a.org/x"}, 400, "failed to get HTTP URL"),
        ("sendDocument", {"document": upload(bytes(MAX_SENT_BYTES + 1))}, 413, "Request Entity"),
        ("sendPhoto", {"photo": upload(bytes(MAX_PHOTO_BYTES + 1))}, 400, "file is too big"),
        ("sendPhoto", {"photo": upload(gif(9000, 1001))}, 400, "PHOTO_INVALID_DIMENSIONS"),
        ("sendPhoto", {"photo": upload(gif(1, 21))}, 400, "PHOTO_INVALID_DIMENSIONS"),
        ("getFile", {"file_id": "nothing"}, 400, "wrong file_id"),
    ],
)
async def test_refused_files(
    state: BotApiState, method: str, call: dict[str, Any], status: int, complaint: str
) -> None:
    ann = state.add_user()
    code, description = await refusal(state, method, chat_id=ann.id, **call)
    assert code == status
    assert description.removeprefix("Bad Request: ").startswith(complaint)
    assert state.messages.of(ann.id) == []


async def test_the_largest_photos_and_files_to_fetch(state: BotApiState) -> None:
    ann = state.add_user()
    for image in (gif(9000, 1000), gif(1, 20), gif(5, 5).ljust(MAX_PHOTO_BYTES, b"\0")):
        call = {"chat_id": ann.id, "photo": upload(image)}
        assert (await perform(state, "sendPhoto", call)).status == 200
    for size, status in ((MAX_FETCHED_BYTES, 200), (MAX_FETCHED_BYTES + 1, 400)):
        message = state.send_document(ann, bytes(size), "a.txt")
        assert message.file is not None
        answer = await perform(state, "getFile", {"file_id": message.file.id})
        assert answer.status == status
        assert (state.files.at(message.file.path) is not None) == (status == 200)


async def test_fetching_over_http(state: BotApiState, server: BotApiServer) -> None:
    file = state.files.add("document", PDF, "a.pdf")
    root = server.root_url
    async with aiohttp.ClientSession() as client:
        for token, path, status in (
            (state.token, file.path, 200),
            (state.token, "documents/none.pdf", 404),
            (f"1000000002:{'x' * 35}", file.path, 401),
        ):
            async with client.get(f"{root}/file/bot{token}/{path}") as response:
                assert response.status == status
                assert (await response.read() == PDF) == (status == 200)


async def test_more_than_fits_is_told_as_json(bot: Bot, state: BotApiState) -> None:
    ann = state.add_user()
    with pytest.raises(TelegramError, match="Request Entity Too Large"):
        await bot.send_document(ann.id, bytes(MAX_SENT_BYTES + 1))
    assert await bot.send_document(ann.id, PDF)


def test_a_caption_addresses_the_bot_as_a_text_does(state: BotApiState) -> None:
    ann, group = state.add_user(), state.add_group()
    state.send_document(group, PDF, "a.pdf", by=ann)
    state.send_document(group, PDF, "b.pdf", caption="@newsdesk_bot read", by=ann)
    (update,) = queued(state)
    assert update["message"]["document"]["file_name"] == "b.pdf"
    with pytest.raises(ValueError, match="too long"):
        state.send_document(ann, PDF, "c.pdf", caption="x" * 1025)
    with pytest.raises(ValueError, match="empty file"):
        state.send_document(ann, b"", "d.pdf")


def test_a_path_never_leaves_its_folder() -> None:
    shelf = files.FileShelf()
    for name in ("../../etc/passwd", "a.b/c", "résumé.doc", "x.été", ""):
        path = shelf.add("document", b"x", name).path
        assert path.isascii()
        assert path.startswith("documents/file_")
        assert path.count("/") == 1
