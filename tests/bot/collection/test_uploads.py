"""Files that admins send: safe names, nothing overwritten, kept whole, healed after a kill."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.collection.uploads import safe_name, save, uploads_source
from retrieval.readers import SUFFIXES, find_files

HOSTILE = st.text(max_size=300) | st.lists(
    st.sampled_from(["..", "/", "\\", "\0", "\n", ".", "\u202e", "é", "CON", "a" * 200, " ", "~"])
).map("".join)


@given(HOSTILE, st.sampled_from(sorted(SUFFIXES - {".doc"})))
def test_any_name_becomes_a_safe_one_of_the_same_kind(stem, suffix):
    name = safe_name(stem + suffix)
    assert name is not None
    assert name.endswith(tuple(SUFFIXES))
    assert PurePosixPath(name).name == name
    assert not name.startswith((".", "-", " ", "~"))
    assert len(name.encode()) <= 140
    assert name.isprintable()
    assert not set(name) & set("/\\:*?\"<>|$;&'`")
    assert safe_name(name) == name


@pytest.mark.parametrize(
    ("given_name", "mime", "kept"),
    [
        ("report.pdf", "", "report.pdf"),
        ("Bericht über Öl (2).PDF", "", "Bericht_über_Öl_(2).pdf"),
        ("../../etc/passwd.txt", "", "passwd.txt"),
        ("C:\\news\\..\\a.md", "", "a.md"),
        (".hidden.txt", "", "hidden.txt"),
        (".pdf", "", "document.pdf"),
        ("news.jsonl.gz", "", "news.jsonl.gz"),
        ("", "application/pdf", "document.pdf"),
        ("letter", "text/plain", "letter.txt"),
        ("old.doc", "application/msword", None),
        ("setup.exe", "text/plain", None),
        ("CACHEDIR.TAG", "", None),
        ("photo", "image/png", None),
    ],
)
def test_names(given_name, mime, kept):
    assert safe_name(given_name, mime) == kept


def test_the_same_file_is_kept_once_and_another_beside_it(tmp_path):
    first = save(tmp_path, "a.jsonl.gz", b"one")
    assert (first.path.name, first.fresh) == ("a.jsonl.gz", True)
    second = save(tmp_path, "a.jsonl.gz", b"two")
    assert (second.path.name, second.fresh) == ("a-2.jsonl.gz", True)
    for content, name in ((b"one", "a.jsonl.gz"), (b"two", "a-2.jsonl.gz")):
        again = save(tmp_path, "a.jsonl.gz", content)
        assert (again.path.name, again.fresh) == (name, False)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {
        "a.jsonl.gz": b"one",
        "a-2.jsonl.gz": b"two",
    }


@pytest.mark.parametrize("links", [True, False])
def test_many_at_once_lose_nothing(tmp_path, monkeypatch, links):
    if not links:

        def refuse(*_):
            raise OSError(95, "Operation not supported")

        monkeypatch.setattr(os, "link", refuse)
    contents = [f"text {number % 8}".encode() for number in range(32)]
    with ThreadPoolExecutor(8) as threads:
        saved = list(threads.map(lambda content: save(tmp_path, "a.txt", content), contents))
    held = {one.path.name: one.path.read_bytes() for one in saved}
    assert all(held[one.path.name] == content for one, content in zip(saved, contents, strict=True))
    if links:
        assert sorted(held.values()) == sorted(set(contents))
        assert sum(one.fresh for one in saved) == 8
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_full_disk_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        save(tmp_path, "a.txt", b"one")
    assert list(tmp_path.iterdir()) == []


async def test_a_file_saved_before_a_kill_is_read_at_the_next_visit(collection):
    watched = await uploads_source(collection)
    folder = collection.settings.data / "uploads"
    save(folder, "a.txt", b"News of Avaldsnes\n\nThe town of Avaldsnes has 12 horses.\n")
    # What a kill in the middle of writing leaves is no article.
    (folder / ".upload-x").write_bytes(b"half of")
    assert len(find_files(folder)) == 1
    again = await uploads_source(collection)
    assert again.source == watched.source
    assert (watched.source.kind, watched.source.name) == ("folder", "uploads")
    assert not watched.source.mirror
    report = await collection.sync(trigger="schedule")
    assert [change.title for change in report.changes] == ["News of Avaldsnes"]
    rebuilt = await collection.sync(trigger="test", rebuild=True)
    assert rebuilt.articles == 1
