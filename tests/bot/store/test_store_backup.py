"""Backups: of either database, into either, while others write; bad ones change nothing."""

import asyncio
import json
import zipfile
from datetime import timedelta

import pytest

from bot.store.archive import FORMAT, TABLES
from bot.store.backup import backup, restore
from bot.store.engine import open_store
from bot.store.errors import BackupError, NewerDatabaseError
from bot.store.records import (
    Arrival,
    Change,
    Chat,
    Feedback,
    SourceState,
    StoredAnswer,
    StoredTurn,
)
from bot.store.schema import (
    ALERTS,
    ASKS,
    AUDIT,
    BARRED,
    BROADCASTS,
    DELIVERIES,
    MATCHES,
    REVISION,
    SUBSCRIPTIONS,
    USERS,
)
from tests.support.articles import NOW, id_of, make_article

WORDS = "the harbour master closed the northern pier after cracks were found in its piles"


async def fill(store):
    """Put something into every table."""
    source = await store.sources.add("feed", "https://harbour.example/feed", every=900, mirror=True)
    await store.sources.save_state(source.id, SourceState("e", None, "f", NOW, NOW, 2, "slow"))
    articles = [
        make_article("a", WORDS, title="Pier", url="https://harbour.example/1"),
        make_article("b", WORDS, title="Pier closed"),
        make_article("c", "Ünïcode “quotes” 字", published=None),
    ]
    arrivals = [Arrival(article, f"k{n}", "f") for n, article in enumerate(articles)]
    changes = await store.articles.put(arrivals, source_id=source.id, seen_at=NOW)
    run = await store.runs.begin("test", NOW)
    late = Change("updated", id_of("a"), "Pier", None, timedelta(hours=1, microseconds=7))
    await store.runs.finish(run, NOW, generation=3, changes=[*changes, late], embedded=9)
    await store.chats.touch(Chat(-1001234567890, "group", "Harbour", "en", {}))
    await store.chats.set_settings(-1001234567890, {"lists": [1, None], "é": True})
    turn = StoredTurn(-1001234567890, 5, "Why?", "Cracks.", ("Pier",), 2**40, NOW)
    await store.chats.add_turn(turn)
    verdict = Feedback(0, -1001234567890, "Why?", {"a": [1]}, "bad", "no", NOW)
    await store.chats.add_feedback(verdict)
    reply = {"kind": "answer", "é": [1]}
    answer = StoredAnswer(0, -1001234567890, None, 3, (4, 5), "Why?", reply, NOW, 6)
    await store.answers.add(answer)
    await store.matches.pass_over(None)
    await store.database.write(fill_rows)


async def fill_rows(connection):
    """Put rows into the tables of people and boxes."""
    group = -1001234567890
    rows = {
        BARRED: {"article_id": "0" * 16, "digest": "d" * 64, "title": "Ünfug", "at": NOW},
        USERS: {"id": 7, "name": "Ann", "username": "ann", "role": "admin", "standing": ""},
        AUDIT: {"at": NOW, "user_id": 7, "action": "reload", "detail": {"é": [1]}},
        ASKS: {"at": NOW, "user_id": 7, "way": "inline", "outcome": "answer", "took_ms": 12},
        BROADCASTS: {"author_id": 7, "content": {"html": "Hi"}, "audience": "all"},
        DELIVERIES: {"key": "b:1", "key_hash": "h", "batch": "b", "chat_id": group, "payload": {}},
    }
    rows[USERS] |= {"created": NOW, "seen": NOW}
    rows[BROADCASTS] |= {"state": "done", "created": NOW, "ended": NOW}
    rows[DELIVERIES] |= {"state": "sent", "attempts": 1, "due": NOW, "created": NOW}
    rows[DELIVERIES] |= {"message_ids": [1], "settled": NOW}
    place = {"chat_id": group, "thread_id": 0}
    wanted = {"kind": "topic", "topic": "é", "required": [], "excluded": [], "source": ""}
    rows[SUBSCRIPTIONS] = place | {"kind": "topic", "label": "é", "wanted": wanted}
    rows[SUBSCRIPTIONS] |= {"key_hash": "h", "vector": b"\0\0\x80?", "embedder": "m"}
    rows[SUBSCRIPTIONS] |= {"threshold": 450, "pace": "now", "state": "active", "created": NOW}
    rows[MATCHES] = {"subscription_id": 1, "story": "s", "article_id": id_of("a"), "score": 500}
    rows[MATCHES] |= {"reasons": [["topic", "é"]], "sentences": ["A."], "state": "told"}
    rows[MATCHES] |= {"matched": NOW, "due": NOW}
    rows[ALERTS] = place | {"story": "s", "articles": [id_of("a")], "content": "c", "key": "k"}
    rows[ALERTS] |= {"edits": 1, "created": NOW}
    for table, row in rows.items():
        await connection.execute(table.insert().values(row))


async def contents(store):
    """Read every table whole."""
    async with store.database.reading() as connection:
        return {
            table.name: [
                dict(row)
                for row in (
                    await connection.execute(table.select().order_by(*table.primary_key.columns))
                ).mappings()
            ]
            for table in TABLES
        }


async def test_every_table_has_something_to_test_with(store):
    await fill(store)
    assert all((await contents(store)).values())


async def test_a_backup_goes_into_the_other_database_whole(store, other_url, clock, tmp_path):
    await fill(store)
    file = tmp_path / "b.zip"
    told = []
    manifest = await backup(store, file, on_progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (manifest.rows, manifest.rows)
    before = await contents(store)
    async with await open_store(other_url, clock=clock) as other:
        await restore(other, file)
        assert await contents(other) == before
        # It goes on as the first would: numbers, stories and duplicates are known.
        added = await other.sources.add("link", "https://harbour.example/x", every=60)
        assert added.id == 2
        again = Arrival(make_article("d", WORDS + "!", title="Still closed"), "k9")
        await other.articles.put([again], source_id=added.id, seen_at=NOW)
        assert set(await other.articles.story(id_of("d"))) == {id_of(n) for n in "abd"}


async def test_only_an_empty_store_is_filled_without_replace(store, tmp_path):
    await fill(store)
    file = tmp_path / "b.zip"
    await backup(store, file)
    await store.articles.put([Arrival(make_article("z", "z"), "z")], source_id=None, seen_at=NOW)
    before = await contents(store)
    with pytest.raises(BackupError, match=r"holds something already.*--replace"):
        await restore(store, file)
    assert await contents(store) == before
    await restore(store, file, replace=True)
    assert id_of("z") not in await store.articles.digests()
    assert await store.articles.count() == 3


async def test_a_backup_is_of_one_moment_while_others_write(store, url, clock, tmp_path):
    """A writer puts pairs, each in one transaction: a backup holds both or neither."""
    stop = asyncio.Event()

    async def write():
        async with await open_store(url, clock=clock) as other:
            number = 0
            while not stop.is_set():
                pair = [make_article(f"{number}{side}", f"{number} {side}") for side in "ab"]
                arrivals = [Arrival(article, article.id) for article in pair]
                await other.articles.put(arrivals, source_id=None, seen_at=NOW)
                number += 1
            return number

    writer = asyncio.create_task(write())
    sizes = []
    for n in range(6):
        while await store.articles.count() < 20 * n + 2:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await backup(store, tmp_path / f"{n}.zip")
        with zipfile.ZipFile(tmp_path / f"{n}.zip") as zipped:
            texts = [json.loads(line)["text"] for line in zipped.open("articles.jsonl")]
        sizes.append(len(texts))
        assert {text.split()[0] for text in texts if text.endswith("a")} == {
            text.split()[0] for text in texts if text.endswith("b")
        }
    stop.set()
    assert await writer > 0
    assert 0 < sizes[0] < sizes[-1]


def altered(file, change):
    """Write a copy of a backup with its files changed by `change(name, data)`."""
    copy = file.with_name("altered.zip")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(copy, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return copy


def truncated(file):
    copy = file.with_name("short.zip")
    copy.write_bytes(file.read_bytes()[:-200])
    return copy


def flipped(file):
    """Alter a byte in the middle, where the articles are."""
    data = bytearray(file.read_bytes())
    with zipfile.ZipFile(file) as zipped:
        at = zipped.getinfo("articles.jsonl").header_offset + 120
    data[at] ^= 0xFF
    copy = file.with_name("flipped.zip")
    copy.write_bytes(data)
    return copy


def shorter(file):
    return altered(file, lambda name, data: data[:-40] if name == "articles.jsonl" else data)


def not_a_zip(file):
    copy = file.with_name("text.zip")
    copy.write_text("hello")
    return copy


def another_zip(file):
    copy = file.with_name("another.zip")
    with zipfile.ZipFile(copy, "w") as zipped:
        zipped.writestr("hello.txt", "hello")
    return copy


def another_form(file):
    return altered(file, lambda _, data: data.replace(FORMAT.encode(), b"newsdesk-backup-9"))


def missing(file):
    return file.with_name("missing.zip")


@pytest.mark.parametrize(
    "damage", [truncated, flipped, shorter, not_a_zip, another_zip, another_form, missing]
)
async def test_a_bad_backup_is_refused_before_anything_is_touched(store, tmp_path, damage):
    await fill(store)
    file = tmp_path / "b.zip"
    await backup(store, file)
    bad = damage(file)
    before = await contents(store)
    with pytest.raises(BackupError) as caught:
        await restore(store, bad, replace=True)
    assert str(bad) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert await contents(store) == before


async def test_a_backup_that_contradicts_itself_changes_nothing(store, tmp_path):
    await fill(store)
    file = tmp_path / "b.zip"
    await backup(store, file)
    before = await contents(store)
    emptied = {}

    def without_sources(name, data):
        """Drop the sources that routes name, with a manifest that agrees."""
        if name == "sources.jsonl":
            return b""
        if name == "manifest.json":
            record = json.loads(data)
            empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
            record["tables"]["sources"] = {"rows": 0, "sha256": empty}
            emptied["done"] = True
            return json.dumps(record).encode()
        return data

    bad = altered(file, without_sources)
    assert emptied
    with pytest.raises(BackupError, match="routes contradict"):
        await restore(store, bad, replace=True)
    assert await contents(store) == before


async def test_a_newer_programs_backup_is_refused(store, tmp_path):
    await fill(store)
    file = tmp_path / "b.zip"
    await backup(store, file)
    present = f'"revision": "{REVISION}"'.encode()
    newer = altered(file, lambda _, data: data.replace(present, b'"revision": "9999"'))
    with pytest.raises(NewerDatabaseError, match=r"newer Newsdesk.*update"):
        await restore(store, newer, replace=True)
    assert await store.articles.count() == 3


async def test_only_a_backup_is_overwritten(store, tmp_path):
    file = tmp_path / "precious.txt"
    file.write_text("precious")
    with pytest.raises(BackupError, match="no backup"):
        await backup(store, file)
    assert file.read_text() == "precious"
    again = tmp_path / "b.zip"
    await backup(store, again)
    await fill(store)
    await backup(store, again)
    assert len(list(tmp_path.glob("*.part")) + list(tmp_path.glob(".*"))) == 0
    await restore(store, again, replace=True)
    assert await store.articles.count() == 3


async def test_a_backup_that_fails_leaves_the_one_before(store, tmp_path, monkeypatch):
    await fill(store)
    file = tmp_path / "b.zip"
    await backup(store, file)
    whole = file.read_bytes()

    def stop(done, total):
        raise OSError(28, "No space left on device")

    with pytest.raises(Exception, match="no room is left for"):
        await backup(store, file, on_progress=stop)
    assert file.read_bytes() == whole
    assert {p.name for p in tmp_path.iterdir() if "b.zip" in p.name} == {"b.zip"}
