"""Folders and files: what is read, when, and what is never reached."""

from __future__ import annotations

import gzip
import json
import os

import pytest

from bot.sources.events import Unchanged
from bot.sources.problems import Problem
from bot.store.records import Arrival
from tests.bot.sources.sources_bench import watched


def line(number, text="A ship came in."):
    return json.dumps(
        {"title": f"Ship {number}", "text": text, "url": f"https://n.example/{number}"}
    )


class Source:
    """A folder or file source that is visited again and again, remembering as the store does."""

    def __init__(self, kind, location, visit):
        self.kind, self.location, self.visit = kind, location, visit
        self.known: dict[str, str] = {}
        self.fingerprint = None

    async def __call__(self):
        source = watched(self.kind, str(self.location), fingerprint=self.fingerprint)
        steps, done = await self.visit(source, self.known)
        for step in steps:
            if isinstance(step, Arrival):
                self.known[step.key] = step.fingerprint
        self.fingerprint = done.state.fingerprint
        titles = sorted(s.article.title for s in steps if isinstance(s, Arrival))
        problems = [s for s in steps if isinstance(s, Problem)]
        unchanged = sum(s.count for s in steps if isinstance(s, Unchanged))
        return titles, problems, unchanged, done


@pytest.fixture
def folder(tmp_path):
    top = tmp_path / "articles"
    (top / "sub").mkdir(parents=True)
    (top / "one.md").write_text("# One\n\nThe first of the ships came in.")
    (top / "sub" / "two.txt").write_text("Two\n\nThe second of the ships came in.")
    return top


async def test_only_what_changed_is_read(folder, visit):
    source = Source("folder", folder, visit)
    titles, problems, _, done = await source()
    assert (titles, problems) == (["One", "Two"], [])
    assert done.keys == {"one.md", "sub/two.txt"}
    titles, _, unchanged, done = await source()
    assert (titles, unchanged, done.keys) == ([], 2, None)
    (folder / "one.md").write_text("# One again\n\nThe first of the ships left.")
    titles, _, unchanged, done = await source()
    assert (titles, unchanged) == (["One again"], 1)
    (folder / "sub" / "two.txt").unlink()
    titles, _, unchanged, done = await source()
    assert (titles, unchanged, done.keys) == ([], 1, {"one.md"})


@pytest.mark.parametrize("packed", [False, True])
async def test_only_new_lines_of_a_file_are_parsed(tmp_path, visit, packed, monkeypatch):
    file = tmp_path / ("ships.jsonl.gz" if packed else "ships.jsonl")

    def write(lines):
        data = "\n".join(lines).encode() + b"\n"
        file.write_bytes(gzip.compress(data) if packed else data)

    parsed = []
    real = json.loads
    monkeypatch.setattr("retrieval.readers.jsonl.json.loads", lambda s: parsed.append(s) or real(s))
    source = Source("file", file, visit)
    write([line(n) for n in range(20)])
    titles, *_ = await source()
    assert len(titles) == len(parsed) == 20
    parsed.clear()
    write([line("new"), *(line(n) for n in range(1, 20))])
    titles, _, unchanged, done = await source()
    assert (titles, unchanged, len(parsed)) == (["Ship new"], 19, 1)
    assert done.keys is not None
    assert len(done.keys) == 20
    assert len(set(source.known) - done.keys) == 1  # the line that went
    parsed.clear()
    assert (await source())[0] == parsed == []


async def test_a_file_of_lines_in_a_folder_is_opened_only_when_it_changed(
    folder, visit, monkeypatch
):
    (folder / "ships.jsonl").write_text(line(1) + "\n" + line(2))
    source = Source("folder", folder, visit)
    assert len((await source())[0]) == 4
    monkeypatch.setattr("bot.sources.folder.read_lines", None)  # to call it would fail
    (folder / "one.md").write_text("# One again\n\nThe first of the ships left.")
    titles, problems, unchanged, done = await source()
    assert (titles, problems, unchanged) == (["One again"], [], 3)
    assert done.keys is not None
    assert len(done.keys) == 4


async def test_links_lead_nowhere_else(tmp_path, folder, visit):
    secret = tmp_path / "secret.txt"
    secret.write_text("Secret\n\nThis is not for the collection.")
    (folder / "out.txt").symlink_to(secret)
    (folder / "up").symlink_to(tmp_path)
    (folder / "passwd.txt").symlink_to("/etc/passwd")
    (folder / "round.txt").symlink_to(folder / "round.txt")
    (folder / "a.txt").symlink_to(folder / "b.txt")
    (folder / "b.txt").symlink_to(folder / "a.txt")
    (folder / "sub" / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe.txt")
    titles, problems, _, done = await Source("folder", folder, visit)()
    assert (titles, problems) == (["One", "Two"], [])
    assert done.keys == {"one.md", "sub/two.txt"}


async def test_odd_names_are_keys_of_printable_unicode(folder, visit):
    (folder / os.fsdecode(b"caf\xe9.txt")).write_text("Café\n\nThe café by the pier is open.")
    titles, _, _, done = await Source("folder", folder, visit)()
    assert "Café" in titles
    assert done.keys is not None
    assert all(key.encode("utf-8") for key in done.keys)


@pytest.mark.parametrize("what", ["missing", "empty"])
async def test_a_folder_that_is_gone_or_empty_removes_nothing(tmp_path, visit, what):
    place = tmp_path / "articles"
    if what == "empty":
        place.mkdir()
    steps, done = await visit(watched("folder", str(place), mirror=True), {"one.md": "x"})
    assert done.keys is None
    assert done.state.failures == 1
    assert str(place) in done.state.problem
    assert len(steps) == 1


async def test_a_folder_below_that_cannot_be_opened_removes_nothing(folder, visit, monkeypatch):
    real = os.scandir

    def scandir(path):
        if str(path).endswith("sub"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    titles, problems, _, done = await Source("folder", folder, visit)()
    assert titles == ["One"]
    assert len(problems) == 1
    assert done.keys is None


async def test_bad_files_are_a_line_each_and_the_rest_is_read(folder, visit):
    (folder / "empty.txt").write_text("")
    (folder / "binary.txt").write_bytes(b"\0\1\2" * 100)
    (folder / "bad.jsonl").write_text("{\n" + line(7))
    (folder / "cut.jsonl.gz").write_bytes(gzip.compress(line(8).encode() * 50)[:-30])
    titles, problems, _, _ = await Source("folder", folder, visit)()
    assert titles == ["One", "Ship 7", "Two"]
    assert len(problems) == 4
    assert all("\n" not in str(problem) for problem in problems)


async def test_a_single_file_of_one_article(folder, visit):
    titles, _, _, done = await Source("file", folder / "one.md", visit)()
    assert (titles, done.keys) == (["One"], {"one.md"})
