"""/remove in the chat: out of store and index, out it stays, and back when it is wanted."""

from __future__ import annotations

from tending_bench import ending, indexed, reloading, tended

from bot.collection.locating import source_at
from bot.collection.naming import one_article
from retrieval.errors import EmbeddingError
from tests.support.collections import write_article


async def sync(reloader, **arguments):
    return await reloader.collection.sync(trigger="test", **arguments)


async def titles(reloader) -> set[str]:
    articles = reloader.collection.store.articles
    return {one.title for one in await articles.load(await articles.digests())}


async def remove(state, boss, wanted, **arguments):
    state.say(boss, f"/remove {wanted}".strip(), **arguments)
    while "Remove this article?" not in (asked := await state.next_message(boss)).text:
        pass
    state.press(asked, "Remove")
    return asked, await ending(state, boss, "Removed")


async def test_a_removed_article_stays_out_at_every_visit_and_comes_back(
    state, boss, reloader, site
):
    feed = await source_at(reloader.collection, f"{site.root}/feed.xml")
    await sync(reloader, sources=[feed])
    async with tended(state, reloader, boss):
        asked, removed = await remove(state, boss, f"{site.root}/ferry?utm_source=mail")
        assert "The ferry is back" in asked.text
        assert "Harbour Times, 3 May 2022" in asked.text
        assert "Removed: The ferry is back" in removed.text
        assert await indexed(reloader.collection) == {"A crane for the quay"}
        # The feed changes and so does the item, at the same address.
        site.article("ferry", "The ferry is back at last", "The ferry crosses the bay once more.")
        site.article("tram", "A tram to the quay", "The tram runs to the quay from June on.")
        asked_before = site.asked.count("/ferry")
        report = await sync(reloader)
        assert [change.title for change in report.changes] == ["A tram to the quay"]
        assert report.kept_out == ("The ferry is back",)
        assert site.asked.count("/ferry") == asked_before
        state.press(removed, "Bring it back")
        back = await ending(state, boss, "Back in the collection")
        assert back.buttons == (("The ferry is back at last",),)
        assert "The ferry is back at last" in await indexed(reloader.collection)
    actions = [entry.action for entry in await reloader.collection.store.audit.last(9)]
    assert actions == ["bring back", "remove"]
    assert state.violations == []


async def test_the_same_text_by_another_way_is_kept_out(state, boss, reloader, tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    write_article(tmp_path / "a", "Avaldsnes", "The town of Avaldsnes has 12 horses.")
    await source_at(reloader.collection, str(tmp_path / "a"))
    await sync(reloader)
    (article_id,) = await reloader.collection.store.articles.digests()
    async with tended(state, reloader, boss):
        await remove(state, boss, article_id.upper())
    assert await titles(reloader) == set()
    assert await indexed(reloader.collection) == set()
    write_article(tmp_path / "b", "Avaldsnes", "The town of Avaldsnes has 12 horses.")
    await source_at(reloader.collection, str(tmp_path / "b"))
    report = await sync(reloader)
    assert (report.changes, report.kept_out) == ((), ("News of Avaldsnes",))


async def test_a_reply_to_a_shown_article_removes_that(state, boss, reloader, tmp_path):
    (tmp_path / "a").mkdir()
    write_article(tmp_path / "a", "Avaldsnes", "The town of Avaldsnes has 12 horses.")
    await source_at(reloader.collection, str(tmp_path / "a"))
    await sync(reloader)
    async with tended(state, reloader, boss):
        state.say(boss, "/latest")
        shown = await state.next_message(boss)
        state.say(boss, "/remove", reply_to=shown)
        asked = await state.next_message(boss)
        assert "News of Avaldsnes" in asked.text
        state.press(asked, "Keep")
        assert (await state.next_edit(boss)).text == "The article stays."
        state.say(boss, "/remove")
        assert "Send /remove" in (await state.next_message(boss)).text
        state.say(boss, "/remove 12ab")
        assert "no article 12ab" in (await state.next_message(boss)).text
    assert await titles(reloader) == {"News of Avaldsnes"}


async def test_add_of_its_link_lifts_the_bar(state, boss, reloader, site):
    async with tended(state, reloader, boss):
        state.say(boss, f"/add {site.root}/ferry")
        await ending(state, boss, "is in.")
        await remove(state, boss, f"{site.root}/ferry")
        assert (await sync(reloader)).kept_out == ("The ferry is back",)
        state.say(boss, f"/add {site.root}/ferry")
        assert "The ferry is back" in (await ending(state, boss, "is in.")).text
    assert await titles(reloader) == {"The ferry is back"}
    assert await reloader.collection.store.barred.list() == []


async def test_naming_a_file_lifts_the_bar_and_naming_its_folder_does_not(reloader, tmp_path):
    place = tmp_path / "a"
    place.mkdir()
    path = write_article(place, "Avaldsnes", "The town of Avaldsnes has 12 horses.")
    folder = await source_at(reloader.collection, str(place))
    file = await source_at(reloader.collection, str(path))
    await sync(reloader)
    (article_id,) = await reloader.collection.store.articles.digests()
    await reloader.collection.store.barred.add(article_id)
    write_article(place, "Birkeland", "The town of Birkeland has 31 lanterns.")
    await sync(reloader, sources=[folder], named=one_article)
    assert await titles(reloader) == {"News of Birkeland"}
    # The file has not changed since it was read; it was named, so it is read all the same.
    file = await reloader.collection.store.sources.get(file.source.id)
    await sync(reloader, sources=[file], named=one_article)
    assert await titles(reloader) == {"News of Birkeland", "News of Avaldsnes"}


async def test_what_no_source_has_can_not_be_brought_back(state, boss, reloader, tmp_path):
    (tmp_path / "a").mkdir()
    path = write_article(tmp_path / "a", "Avaldsnes", "The town of Avaldsnes has 12 horses.")
    await source_at(reloader.collection, str(tmp_path / "a"))
    await sync(reloader)
    (article_id,) = await reloader.collection.store.articles.digests()
    async with tended(state, reloader, boss):
        _, removed = await remove(state, boss, article_id)
        path.unlink()
        write_article(tmp_path / "a", "Birkeland", "The town of Birkeland has 31 lanterns.")
        state.press(removed, "Bring it back")
        assert "none of its sources has it now" in (await ending(state, boss, "none of")).text
        await reloader.collection.store.sources.remove(1)
        (kept,) = await reloader.collection.store.articles.digests()
        asked, removed = await remove(state, boss, kept)
        assert "can't be brought back" in asked.text
        assert removed.buttons == ()


async def test_a_failing_index_is_told_and_the_article_is_out_of_the_store(
    state, boss, reloader, tmp_path, monkeypatch
):
    (tmp_path / "a").mkdir()
    for town in ("Avaldsnes", "Birkeland"):
        write_article(tmp_path / "a", town, f"The town of {town} has 12 horses.")
    await source_at(reloader.collection, str(tmp_path / "a"))
    await sync(reloader)

    def broken(*_args, **_kwargs):
        raise EmbeddingError("the disk <is> full")

    ids = await reloader.collection.store.articles.digests()
    async with tended(state, reloader, boss):
        monkeypatch.setattr("bot.collection.syncing.sync_changes", broken)
        _, removed = await remove(state, boss, next(iter(ids)))
        assert "the disk <is> full" in removed.text
        assert removed.buttons == (("Bring it back",),)
    assert len(await titles(reloader)) == 1


async def test_two_removals_at_once_both_happen(state, boss, reloader, tmp_path):
    (tmp_path / "a").mkdir()
    for town in ("Avaldsnes", "Birkeland", "Cederby"):
        write_article(tmp_path / "a", town, f"The town of {town} has 12 horses.")
    await source_at(reloader.collection, str(tmp_path / "a"))
    await sync(reloader)
    first, second, third = await reloader.collection.store.articles.digests()
    async with tended(state, reloader, boss):
        asked = []
        for one in (first, second):
            state.say(boss, f"/remove {one}")
            asked.append(await state.next_message(boss))
        for one in (*asked, asked[0]):
            state.press(one, "Remove")
        for _ in asked:
            await ending(state, boss, "Removed")
    assert set(await reloader.collection.store.articles.digests()) == {third}
    assert len(await indexed(reloader.collection)) == 1


async def test_buttons_work_after_a_restart(state, boss, tmp_path):
    (tmp_path / "a").mkdir()
    write_article(tmp_path / "a", "Avaldsnes", "The town of Avaldsnes has 12 horses.")
    async with reloading(tmp_path / "data") as reloader:
        await source_at(reloader.collection, str(tmp_path / "a"))
        await sync(reloader)
        (article_id,) = await reloader.collection.store.articles.digests()
        async with tended(state, reloader, boss):
            state.say(boss, f"/remove {article_id}")
            asked = await state.next_message(boss)
    async with reloading(tmp_path / "data") as reloader, tended(state, reloader, boss):
        state.press(asked, "Remove")
        removed = await ending(state, boss, "Removed")
    async with reloading(tmp_path / "data") as reloader, tended(state, reloader, boss):
        state.press(removed, "Bring it back")
        await ending(state, boss, "Back in the collection")
        assert await titles(reloader) == {"News of Avaldsnes"}
