"""Documents and forwarded texts become articles: over the stand-in's files, with real readers."""

from __future__ import annotations

import asyncio
import json
import zipfile
from datetime import UTC, datetime
from io import BytesIO

import pytest
from telegram_bench import bot_at_work
from tending_bench import ending, indexed, reloading, tended

from bot.chat.conversation import NOT_TEXT
from bot.collection.locating import source_at
from bot.collection.opening import open_collection
from bot.collection.reloading import Reloader
from bot.desk import open_desk, reopen_library
from bot.settings import load_settings
from bot.sources.opml import Outline, write_opml
from tests.support.collections import Clock, write_article
from tests.support.documents import TITLE, samples
from tests.support.embedders import FakeEmbedder

STORY = (
    "The lighthouse of Torvik is lit again\n"
    "The lighthouse of Torvik was lit again on Friday evening, nineteen months after the storm "
    "that broke its lamp. Some two hundred people came to the pier to see it. The keeper, Oda "
    "Ness, said that she had not slept well without its light."
)
LONG_AGO = datetime(2022, 3, 1, 9, 30, tzinfo=UTC)
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x20\x00\x00\x00\x20\x08\x02\x00\x00\x00"
    b"\xfc\x18\xed\xa3"
)


def uploads(reloader) -> list[str]:
    folder = reloader.collection.settings.data / "uploads"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


@pytest.mark.parametrize("suffix", sorted(samples()))
async def test_a_document_of_each_kind_becomes_an_article(state, boss, reloader, suffix):
    async with tended(state, reloader, boss):
        asked = state.send_document(boss, samples()[suffix], f"../The pier{suffix}")
        live = await state.next_message(boss)
        assert live.reply_to.id == asked.id
        done = await ending(state, boss, "is in.")
        # A PDF says its title itself.
        assert done.buttons == (("Pier" if suffix == ".pdf" else TITLE,),)
        state.press(done, done.buttons[0][0])
        assert "eastern pier" in (await state.next_message(boss)).text
    assert uploads(reloader) == [f"The_pier{suffix}"]
    assert len(await indexed(reloader.collection)) == 1
    (watched,) = await reloader.collection.store.sources.list()
    assert (watched.source.name, watched.source.kind, watched.source.mirror) == (
        "uploads",
        "folder",
        False,
    )
    (entry,) = await reloader.collection.store.audit.last(9)
    assert entry.detail == {"file": f"The_pier{suffix}", "fresh": True}
    assert state.violations == []


async def test_the_same_document_again_brings_back_what_was_removed(state, boss, reloader):
    async with tended(state, reloader, boss):
        state.send_document(boss, samples()[".txt"], "pier.txt")
        await ending(state, boss, "is in.")
        state.send_document(boss, samples()[".txt"], "pier.txt")
        again = await ending(state, boss, "is in.")
        assert "I have this very file already." in again.text
        (article_id,) = await reloader.collection.store.articles.digests()
        await reloader.collection.store.barred.add(article_id)
        assert (await reloader.collection.sync(trigger="test")).articles == 0
        state.send_document(boss, samples()[".txt"], "pier.txt")
        await ending(state, boss, "is in.")
    assert uploads(reloader) == ["pier.txt"]
    assert await indexed(reloader.collection) == {TITLE}


async def test_two_documents_of_one_name_at_once_are_both_kept(state, boss, reloader):
    eve = state.add_user("Eve")
    await reloader.collection.store.people.set_role(eve.id, "admin")
    async with tended(state, reloader, boss):
        for who, town in ((boss, "Avaldsnes"), (eve, "Birkeland")):
            text = f"News of {town}\n\nThe town of {town} has 12 horses.\n"
            state.send_document(who, text.encode(), "news.txt")
        for who, town in ((boss, "Avaldsnes"), (eve, "Birkeland")):
            assert f"News of {town}" in (await ending(state, who, "is in.")).text
    assert uploads(reloader) == ["news-2.txt", "news.txt"]
    assert await indexed(reloader.collection) == {"News of Avaldsnes", "News of Birkeland"}


async def test_an_upload_during_a_reload_follows_it(state, boss, reloader, tmp_path):
    go_on = asyncio.Event()
    loop = asyncio.get_running_loop()

    class Slow(FakeEmbedder):
        def embed_passages(self, texts):
            asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result()
            return super().embed_passages(texts)

    reloader.collection.embedder = Slow
    async with tended(state, reloader, boss):
        state.send_document(boss, samples()[".txt"], "one.txt")
        await state.next_message(boss)
        state.send_document(boss, b"News of Birkeland\n\nThe town has 31 lanterns.\n", "two.txt")
        await state.next_message(boss)
        assert len(uploads(reloader)) == 2
        state.say(boss, "Who?")  # questions go on meanwhile
        assert "Asked: Who?" in (await state.next_message(boss)).text
        go_on.set()
        for _ in range(2):
            await ending(state, boss, "is in.")
    assert await indexed(reloader.collection) == {TITLE, "News of Birkeland"}


async def test_what_gives_no_article_is_told_and_not_kept(state, boss, reloader):
    bomb = BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"\0" * (300 * 1024 * 1024))
        archive.writestr("[Content_Types].xml", b"<Types/>")
    async with tended(state, reloader, boss):
        for content, name in (
            (b"%PDF-1.4 broken", "broken.pdf"),
            (bomb.getvalue(), "bomb.docx"),
            (b"{not json\n", "lines.jsonl"),
        ):
            state.send_document(boss, content, name)
            done = await ending(state, boss, "No article was added")
            assert len([line for line in done.text.splitlines() if line.startswith("•")]) == 2
            assert "The file is not kept." in done.text
    assert uploads(reloader) == []


async def test_a_document_that_is_too_big_or_of_another_kind_is_declined_kindly(
    state, boss, reloader
):
    async with tended(state, reloader, boss):
        state.send_document(boss, b"x" * (20 * 1024 * 1024 + 1), "large.txt")
        assert "no more than 20 MB" in (await state.next_message(boss)).text
        state.send_document(boss, b"MZ", "setup.exe")
        assert "I take .txt" in (await state.next_message(boss)).text
    assert uploads(reloader) == []
    assert not state.calls("getFile")


async def test_members_get_the_usual_line(state, boss, reloader):
    ann = state.add_user("Ann")
    async with tended(state, reloader, boss) as desk:
        state.send_document(ann, samples()[".txt"], "pier.txt")
        assert (await state.next_message(ann)).text == NOT_TEXT
        state.send_photo(ann, PNG, STORY)
        assert (await state.next_message(ann)).text == NOT_TEXT
        state.forward(ann, STORY, "Somebody")
        assert "Asked: The lighthouse" in (await state.next_message(ann)).text
        state.forward(boss, "A short text?", "Somebody")
        assert "Asked: A short text?" in (await state.next_message(boss)).text
    assert len(desk.asked) == 2
    assert uploads(reloader) == []


async def test_a_forwarded_post_becomes_an_article(state, boss, reloader):
    channel = state.directory.add_channel("Torvik Today", username="torvik")
    async with tended(state, reloader, boss):
        state.forward(boss, STORY, channel, date=LONG_AGO)
        asked = await state.next_message(boss)
        assert "The lighthouse of Torvik is lit again" in asked.text
        assert "Torvik Today, 1 March 2022" in asked.text
        assert asked.buttons == (("Add as an article",), ("Ask about it", "Cancel"))
        state.press(asked, "Add as an article")
        await ending(state, boss, "is in.")
        state.forward(boss, STORY, channel, date=LONG_AGO)
        again = await state.next_message(boss)
        state.press(again, "Add as an article")
        assert "already" in (await ending(state, boss, "is in.")).text
    store = reloader.collection.store
    (article,) = await store.articles.load(await store.articles.digests())
    assert article.title == "The lighthouse of Torvik is lit again"
    assert article.text.startswith("The lighthouse of Torvik was lit again on Friday")
    assert article.source == "Torvik Today"
    assert article.url == "https://t.me/torvik/1"
    assert article.published == LONG_AGO
    (name,) = uploads(reloader)
    record = json.loads((reloader.collection.settings.data / "uploads" / name).read_text("utf-8"))
    assert record["title"] == article.title
    assert (await reloader.collection.sync(trigger="test", rebuild=True)).articles == 1
    assert state.violations == []


@pytest.mark.parametrize("origin", ["hidden", "user"])
async def test_a_forwarded_text_of_a_person_has_no_link(state, boss, reloader, origin):
    ann = state.add_user("Ann", last_name="Berg", username="ann")
    async with tended(state, reloader, boss):
        state.forward(boss, STORY, "Ann Berg" if origin == "hidden" else ann, date=LONG_AGO)
        state.press(await state.next_message(boss), "Add as an article")
        await ending(state, boss, "is in.")
    store = reloader.collection.store
    (article,) = await store.articles.load(await store.articles.digests())
    assert (article.source, article.url, article.published) == ("Ann Berg", None, LONG_AGO)


async def test_a_text_may_be_asked_about_or_left(state, boss, reloader):
    async with tended(state, reloader, boss) as desk:
        state.send_photo(boss, PNG, STORY)
        asked = await state.next_message(boss)
        state.press(asked, "Ask about it")
        assert "Asked: The lighthouse" in (await state.next_message(boss)).text
        state.forward(boss, STORY, "Somebody")
        state.press(await state.next_message(boss), "Cancel")
        assert (await ending(state, boss, "Nothing")).text == "Nothing was added."
    assert len(desk.asked) == 1
    assert uploads(reloader) == []


async def test_the_choice_works_after_a_restart(state, boss, tmp_path):
    async with reloading(tmp_path / "data") as reloader, tended(state, reloader, boss):
        state.forward(boss, STORY, "Somebody", date=LONG_AGO)
        asked = await state.next_message(boss)
    async with reloading(tmp_path / "data") as reloader, tended(state, reloader, boss):
        state.press(asked, "Add as an article")
        await ending(state, boss, "is in.")
        assert await indexed(reloader.collection) == {"The lighthouse of Torvik is lit again"}


async def test_a_list_of_feeds_is_added_when_that_is_confirmed(state, boss, reloader, site):
    listed = write_opml(
        [
            Outline("feed", f"{site.root}/feed.xml", "Harbour Times"),
            Outline("feed", f"{site.root}/none.xml", "Gone <b>"),
        ]
    )
    store = reloader.collection.store
    async with tended(state, reloader, boss):
        state.send_document(boss, listed, "feeds.opml")
        asked = await state.next_message(boss)
        assert "The list names 2 sources." in asked.text
        assert "• Gone <b>" in asked.text
        assert await store.sources.list() == []
        state.press(asked, "Add them")
        done = await ending(state, boss, "are in.")
        assert "2 sources were added." in done.text
        assert "404" in done.text
        state.send_document(boss, b"<html>", "feeds.opml")
        assert "it is no OPML file" in (await state.next_message(boss)).text
    assert [one.source.name for one in await store.sources.list()] == ["Harbour Times", "Gone <b>"]


async def test_telegram_not_handing_over_a_file_is_told(state, boss, reloader):
    async with tended(state, reloader, boss):
        sent = state.send_document(boss, samples()[".txt"], "pier.txt")
        del state.files._files[sent.file.id]
        assert "please send it again" in (await state.next_message(boss)).text
    assert uploads(reloader) == []


async def test_an_upload_is_answered_from_at_once_with_the_real_model(
    state, boss, tmp_path, embedder
):
    settings = load_settings(data=tmp_path / "data", precision="float32")
    (tmp_path / "a").mkdir()
    write_article(tmp_path / "a", "Avaldsnes", "The town of Avaldsnes has 12 horses.")
    async with open_collection(settings, clock=Clock(), embedder=lambda: embedder) as collection:
        await source_at(collection, str(tmp_path / "a"))
        await collection.sync(trigger="test")
        async with await asyncio.to_thread(open_desk, settings) as desk:

            async def swap() -> None:
                library = await asyncio.to_thread(reopen_library, settings, desk.embedder)
                desk.swap(library)

            reloader = Reloader(collection, swap)
            async with bot_at_work(state, desk, reloader, collection.store, admins=[boss.id]):
                state.send_document(boss, STORY.encode(), "torvik.txt")
                await ending(state, boss, "is in.")
                await state.next_message(boss)
                state.say(boss, "When was the lighthouse of Torvik lit again?")
                assert "on Friday evening" in (await state.next_message(boss)).text
                (torvik,) = [
                    one.id
                    for one in await collection.store.articles.latest(9)
                    if "Torvik" in one.title
                ]
                state.say(boss, f"/remove {torvik}")
                state.press(await state.next_message(boss), "Remove")
                await ending(state, boss, "Removed")
                state.say(boss, "When was the lighthouse of Torvik lit again?")
                assert "on Friday evening" not in (await state.next_message(boss)).text
            await reloader.close()


async def test_an_album_is_asked_about_once(state, boss, reloader):
    draft = state.send_photo(boss, PNG, STORY).to_json()
    plain = {name: value for name, value in draft.items() if not name.startswith("caption")}
    async with tended(state, reloader, boss) as desk:
        await state.next_message(boss)  # of the photo that is no album
        for photo in (draft, plain, plain, draft):
            state.updates.push("message", {**photo, "media_group_id": "7"})
        assert "What shall I do" in (await state.next_message(boss)).text
        state.say(boss, "Who?")
        assert "Asked: Who?" in (await state.next_message(boss)).text
        state.updates.push("message", {**plain, "media_group_id": "8"})
        assert (await state.next_message(boss)).text == NOT_TEXT
    assert desk.asked == ["Who?"]
