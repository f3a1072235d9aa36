"""/add and /source in the chat, over a real collection, a real site and real HTTP."""

from __future__ import annotations

import pytest
from tending_bench import ending, indexed, tended

from bot.collection.locating import source_at
from tests.support.collections import write_article


async def test_a_page_is_added_indexed_and_opened(state, boss, reloader, site):
    async with tended(state, reloader, boss):
        asked = state.say(boss, f"/add {site.root}/ferry")
        live = await state.next_message(boss)
        assert live.reply_to.id == asked.id
        done = await ending(state, boss, "is in.")
        assert "• The ferry is back" in done.text
        state.press(done, "The ferry is back")
        assert "The ferry crosses the bay again." in (await state.next_message(boss)).text
    (watched,) = await reloader.collection.store.sources.list()
    assert (watched.source.kind, watched.articles) == ("link", 1)
    assert await indexed(reloader.collection) == {"The ferry is back"}
    (entry,) = await reloader.collection.store.audit.last(5)
    assert (entry.action, entry.user_id) == ("add", boss.id)
    assert entry.detail == {"links": [f"{site.root}/ferry"]}
    assert state.violations == []


async def test_a_feed_is_added_with_all_it_has(state, boss, reloader, site):
    async with tended(state, reloader, boss):
        state.say(boss, f"/source add {site.root}/feed.xml")
        done = await ending(state, boss, "are in.")
        assert "2 articles are in." in done.text
        titles = sorted(label for row in done.buttons for label in row)
        assert titles == ["A crane for the quay", "The ferry is back"]
    (watched,) = await reloader.collection.store.sources.list()
    assert watched.source.kind == "feed"


async def test_each_problem_is_one_line(state, boss, reloader, site):
    site.pages["/empty"] = ("text/html", "<html><body><p>Hello.</p></body></html>")
    site.pages["/robots.txt"] = ("text/plain", "User-agent: *\nDisallow: /hidden\n")
    site.article("hidden", "Hidden", "Nobody reads this.")
    async with tended(state, reloader, boss):
        state.say(boss, f"/add {site.root}/ferry")
        await ending(state, boss, "is in.")
        links = (
            f"{site.root}/ferry {site.root}/missing {site.root}/hidden {site.root}/empty "
            "http://10.0.0.1/secret notes.txt"
        )
        state.say(boss, f"/add {links}")
        done = await ending(state, boss, "No article was added")
    lines = [line for line in done.text.splitlines() if line.startswith("•")]
    assert len(lines) == 6
    told = "\n".join(lines)
    assert "Source 1 already: The ferry is back" in told
    assert f"{site.root}/missing: " in told
    assert "404" in told
    assert "robots.txt" in told
    assert "10.0.0.1/secret" in told
    assert "notes.txt: not a link" in told
    assert f"{site.root}/empty: " in told
    # A page without an article is no source.
    assert len(await reloader.collection.store.sources.list()) == 1


async def test_an_article_that_a_feed_brought_is_already_there(state, boss, reloader, site):
    async with tended(state, reloader, boss):
        state.say(boss, f"/add {site.root}/feed.xml")
        await ending(state, boss, "are in.")
        state.say(boss, f"/add {site.root}/crane?utm_source=x")
        done = await ending(state, boss, "Already there")
        assert "Already there: A crane for the quay" in done.text
        assert done.buttons == (("A crane for the quay",),)
    assert len(await reloader.collection.store.sources.list()) == 1


async def test_members_may_not_add(state, boss, reloader, site):
    ann = state.add_user("Ann")
    async with tended(state, reloader, boss):
        for command in (f"/add {site.root}/ferry", "/source", "/remove 1"):
            state.say(ann, command)
            assert "for the admins" in (await state.next_message(ann)).text
    assert site.asked == []


async def test_sources_are_paused_resumed_and_visited_by_buttons(state, boss, reloader, tmp_path):
    folder = tmp_path / "articles"
    folder.mkdir()
    write_article(folder, "Avaldsnes", "The town of Avaldsnes has 12 horses.")
    store = reloader.collection.store
    await source_at(reloader.collection, str(folder))
    async with tended(state, reloader, boss):
        state.say(boss, "/source")
        shown = await state.next_message(boss)
        assert "1. articles" in shown.text
        assert "next visit: soon" in shown.text
        assert shown.buttons == (("Pause 1", "Visit 1", "Remove 1"),)
        state.press(shown, "Pause 1")
        paused = await state.next_edit(boss)
        assert "Paused: articles" in paused.text
        assert not (await store.sources.get(1)).source.enabled
        state.press(paused, "Resume 1")
        assert "Pause 1" in (await state.next_edit(boss)).buttons[0]
        assert (await store.sources.get(1)).source.enabled
        state.press(paused, "Visit 1")
        assert "1 new" in (await ending(state, boss, "Reloaded")).text
        state.say(boss, "/source pause articles")
        assert (await state.next_message(boss)).text.startswith("Visiting")
        assert (await state.next_message(boss)).text == "Paused: articles"
        state.say(boss, "/source resume nobody")
        assert "there is no source nobody" in (await state.next_message(boss)).text
    assert [e.action for e in await store.audit.last(9)] == [
        "source pause",
        "source resume",
        "source pause",
    ]


@pytest.mark.parametrize(("button", "left"), [("articles stay", 1), ("articles go", 0)])
async def test_a_source_is_removed_with_or_without_its_articles(
    state, boss, reloader, tmp_path, button, left
):
    folder = tmp_path / "articles"
    folder.mkdir()
    write_article(folder, "Avaldsnes", "The town of Avaldsnes has 12 horses.")
    watched = await source_at(reloader.collection, str(folder))
    await reloader.collection.sync(trigger="test", sources=[watched])
    async with tended(state, reloader, boss):
        state.say(boss, "/source remove 1")
        asked = await state.next_message(boss)
        assert "It brought 1 article." in asked.text
        state.press(asked, f"Remove, {button}")
        await ending(state, boss, "Removed")
    assert await reloader.collection.store.sources.list() == []
    assert len(await reloader.collection.store.articles.digests()) == left
    assert len(await indexed(reloader.collection)) == left


async def test_a_demoted_admins_buttons_do_nothing(state, boss, reloader, tmp_path):
    eve = state.add_user("Eve")
    store = reloader.collection.store
    await store.people.set_role(eve.id, "admin")
    (tmp_path / "a").mkdir()
    await source_at(reloader.collection, str(tmp_path / "a"))
    async with tended(state, reloader, boss):
        state.say(eve, "/source")
        shown = await state.next_message(eve)
        await store.people.set_role(eve.id, "member")
        query = state.press(shown, "Pause 1")
        await state.until(lambda: state.queries[query.id].answer, what="an answer")
        assert "for the admins" in state.queries[query.id].answer["text"]
    assert (await store.sources.get(1)).source.enabled


async def test_a_long_list_has_pages(state, boss, reloader, tmp_path):
    for number in range(7):
        (tmp_path / f"f{number}").mkdir()
        await source_at(reloader.collection, str(tmp_path / f"f{number}"))
    async with tended(state, reloader, boss):
        state.say(boss, "/source list")
        first = await state.next_message(boss)
        assert len(first.buttons) == 6
        state.press(first, "›")
        second = await state.next_edit(boss)
        assert second.buttons[0] == ("Pause 6", "Visit 6", "Remove 6")
        state.press(second, "Remove 7")
        state.press(await ending(state, boss, "Remove this source?"), "Back")
        assert (await state.next_edit(boss)).buttons[1][0] == "Pause 7"
    assert state.violations == []
