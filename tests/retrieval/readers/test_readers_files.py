"""Finding files, choosing readers, and what disks do."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from retrieval.errors import ReadError
from retrieval.readers import SUFFIXES, Noted, Origin, ReadItem, Skipped, find_files, read_file
from retrieval.readers.files import KINDS, READERS, reader_for
from retrieval.readers.textfile import whole
from retrieval.types import Article

Read = Callable[[str, str | bytes], list[ReadItem]]

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)


def put(folder: Path, *names: str) -> list[Path]:
    paths = [folder / name for name in names]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("A title\n\nSome text.")
    return paths


def only_skipped(path: Path) -> Skipped:
    (item,) = read_file(path, fetched=NOW)
    assert isinstance(item, Skipped)
    return item


def test_the_kinds_of_files_that_are_read() -> None:
    assert {
        *(".txt", ".text", ".md", ".markdown", ".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz"),
        *(".html", ".htm", ".xhtml", ".pdf", ".docx", ".doc"),
    } == SUFFIXES
    assert KINDS.split(", ") == [suffix for suffix in READERS if suffix != ".doc"]


def test_a_file_is_itself(tmp_path: Path) -> None:
    (path,) = put(tmp_path, ".hidden.odt")
    assert find_files(path) == [path]


def test_a_folder_is_its_readable_files_sorted(tmp_path: Path) -> None:
    put(tmp_path, "b.txt", "a.md", "sub/deep/c.JSONL", "sub/a.jsonl.gz", "no.odt", "no.gz", "txt")
    found = [path.relative_to(tmp_path).as_posix() for path in find_files(tmp_path)]
    assert found == ["a.md", "b.txt", "sub/a.jsonl.gz", "sub/deep/c.JSONL"]


def test_hidden_files_and_folders_are_left_out_but_not_a_hidden_root(tmp_path: Path) -> None:
    root = tmp_path / ".news"
    (seen, *_) = put(root, "a.txt", ".b.txt", ".git/c.txt", "sub/.d/e.txt")
    assert find_files(root) == [seen]


def test_a_relative_folder_gives_relative_paths(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "news/a.txt")
    monkeypatch.chdir(tmp_path)
    assert find_files(Path("news")) == [Path("news/a.txt")]


def test_links_out_of_the_folder_are_left_out(tmp_path: Path) -> None:
    outside, inside = put(tmp_path, "outside/secret.txt", "news/a.txt")
    (tmp_path / "news/link.txt").symlink_to(outside)
    (tmp_path / "news/folder").symlink_to(outside.parent)
    (tmp_path / "news/up.txt").symlink_to("../outside/secret.txt")
    assert find_files(tmp_path / "news") == [inside]


def test_loops_and_broken_links_are_left_out(tmp_path: Path) -> None:
    (inside,) = put(tmp_path, "sub/a.txt")
    (tmp_path / "sub/again").symlink_to(tmp_path)
    (tmp_path / "self.txt").symlink_to("self.txt")
    (tmp_path / "gone.txt").symlink_to("nowhere.txt")
    assert find_files(tmp_path) == [inside]


def test_a_link_to_a_file_that_is_there_anyway_adds_nothing(tmp_path: Path) -> None:
    inside, hidden = put(tmp_path, "sub/a.txt", ".data/b.txt")
    (tmp_path / "a-link.txt").symlink_to(inside)
    for name in ("b1.txt", "b2.txt"):
        (tmp_path / name).symlink_to(hidden)
    assert find_files(tmp_path) == [tmp_path / "b1.txt", inside]


def test_a_linked_root_is_followed(tmp_path: Path) -> None:
    put(tmp_path, "real/a.txt")
    (tmp_path / "link").symlink_to("real")
    assert find_files(tmp_path / "link") == [tmp_path / "link/a.txt"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes")
def test_a_pipe_is_left_out(tmp_path: Path) -> None:
    (inside,) = put(tmp_path, "a.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    assert find_files(tmp_path) == [inside]


def test_a_device_is_not_read(tmp_path: Path) -> None:
    device = tmp_path / "device.txt"
    device.symlink_to(os.devnull)
    assert "no regular file" in only_skipped(device).problem


def test_a_missing_path_is_an_error_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"nowhere: there is no such file or folder; check"):
        find_files(tmp_path / "nowhere")


def test_a_folder_without_articles_is_an_error_that_names_the_kinds(tmp_path: Path) -> None:
    put(tmp_path, "a.odt", ".b.txt")
    with pytest.raises(ReadError, match=r"holds no article; put in files of \.txt, .*\.jsonl\.gz"):
        find_files(tmp_path)


def test_a_loop_of_links_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(ReadError, match="can't be opened"):
        find_files(tmp_path / "loop")


def _refuse(monkeypatch: pytest.MonkeyPatch, folder: Path, error: OSError) -> None:
    """Let listing `folder` fail, as it does for users other than the superuser."""
    scandir = os.scandir

    def refusing(path: Path) -> object:
        if path == folder:
            raise error
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)


def test_a_closed_folder_below_is_not_taken_for_an_empty_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, _ = put(tmp_path, "a.txt", "closed/b.txt")
    _refuse(monkeypatch, tmp_path / "closed", PermissionError(errno.EACCES, "Permission denied"))
    assert find_files(tmp_path) == [seen, tmp_path / "closed"]


def test_a_folder_that_vanishes_meanwhile_is_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, _ = put(tmp_path, "a.txt", "gone/b.txt")
    _refuse(monkeypatch, tmp_path / "gone", FileNotFoundError(errno.ENOENT, "No such file"))
    assert find_files(tmp_path) == [seen]


def test_a_closed_root_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _refuse(monkeypatch, tmp_path, PermissionError(errno.EACCES, "Permission denied"))
    with pytest.raises(ReadError, match="permission denied; let Newsdesk's user read it"):
        find_files(tmp_path)


@pytest.mark.parametrize("name", ["a.TXT", "b.Md", "c.d.ndjson.gz", "e.jsonl"])
def test_the_case_of_a_suffix_does_not_matter(name: str) -> None:
    assert reader_for(name) is not None


@pytest.mark.parametrize("name", ["a.odt", "a.gz", "txt", "a.txt.bak", "jsonl.gz"])
def test_other_kinds_have_no_reader(name: str, tmp_path: Path) -> None:
    assert reader_for(name) is None
    (path,) = put(tmp_path, name)
    assert "of this kind aren't read" in only_skipped(path).problem


def test_a_missing_file_and_a_folder_are_skipped(tmp_path: Path) -> None:
    assert "no such file" in only_skipped(tmp_path / "a.txt").problem
    (tmp_path / "folder.txt").mkdir()
    assert "it is a folder" in only_skipped(tmp_path / "folder.txt").problem


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (PermissionError(errno.EACCES, "Permission denied"), "permission denied; let Newsdesk's"),
        (FileNotFoundError(errno.ENOENT, "No such file"), "there is no such file"),
        (OSError(errno.EIO, "Input/output error"), "can't be read (Input/output error)"),
    ],
)
def test_a_file_that_cannot_be_opened_is_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, said: str
) -> None:
    (path,) = put(tmp_path, "a.txt")

    def refusing(*_args: object, **_options: object) -> None:
        raise error

    monkeypatch.setattr(Path, "open", refusing)
    skipped = only_skipped(path)
    assert skipped.location == str(path.resolve())
    assert said in str(skipped)


def test_a_file_over_the_limit_is_skipped(tmp_path: Path) -> None:
    def reader(data: bytes, origin: Origin) -> list[ReadItem]:
        return [Noted(origin.path, data.decode(), "")]

    origin = Origin("/n/a.txt", None, NOW)
    path = tmp_path / "a.txt"
    for size, kind in ((10, Noted), (11, Skipped)):
        path.write_bytes(b"x" * size)
        with path.open("rb") as stream:
            (item,) = whole(lambda d, o: iter(reader(d, o)), limit=10)(stream, origin)
        assert isinstance(item, kind)
    assert "more than 10 bytes" in str(item)


def test_a_text_file_of_33_mebibytes_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as stream:
        stream.truncate(33 * 1024**2)
    assert "more than 32 MiB" in only_skipped(path).problem


def test_a_file_with_an_odd_name_is_read_and_told_of_in_one_line(tmp_path: Path) -> None:
    name = b"two\nlines caf\xe9.txt".decode("utf-8", "surrogateescape")
    try:
        (path,) = put(tmp_path, name)
    except OSError:
        pytest.skip("the file system wants UTF-8 names")
    (article,) = read_file(path, fetched=NOW)
    assert isinstance(article, Article)
    article.source.encode()
    path.write_bytes(b"")
    told = str(only_skipped(path))
    assert "\n" not in told
    assert "two lines caf\ufffd.txt: skipped: it is empty" in told


def test_the_same_file_has_the_same_id_through_a_link(tmp_path: Path) -> None:
    (path,) = put(tmp_path, "a.txt")
    (tmp_path / "link.txt").symlink_to(path)
    one, two = (next(read_file(p, fetched=NOW)) for p in (path, tmp_path / "link.txt"))
    assert one == two


def test_reading_twice_gives_the_same(read: Read) -> None:
    assert read("a.txt", "Title\n\nText.") == read("a.txt", "Title\n\nText.")


def test_the_time_of_fetching_is_kept_in_utc(tmp_path: Path) -> None:
    (path,) = put(tmp_path, "a.txt")
    local = NOW.astimezone(timezone(timedelta(hours=5)))
    (article,) = read_file(path, fetched=local)
    assert isinstance(article, Article)
    assert article.fetched == NOW
    assert article.fetched.tzinfo is UTC


def test_an_origin_wants_time_zones() -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        Origin("/n/a.txt", None, NOW.replace(tzinfo=None))
    with pytest.raises(ValueError, match="without a time zone"):
        Origin("/n/a.txt", NOW.replace(tzinfo=None), NOW)


def test_problems_are_told_in_one_line() -> None:
    assert str(Skipped("/n/a.txt", "it is empty", "delete it")) == (
        "/n/a.txt: skipped: it is empty; delete it"
    )
    assert str(Noted("/n/a.md:3", "its date\nis odd", "mend it")) == (
        "/n/a.md:3: read, but its date is odd; mend it"
    )
    with pytest.raises(FrozenInstanceError):
        Skipped("a", "b", "c").problem = "d"  # type: ignore[misc]


def test_slow_libraries_are_imported_only_where_they_are_used() -> None:
    slow = [
        "yaml",
        "markdown_it",
        "charset_normalizer",
        "email.utils",
        "urllib.request",
        "hypothesis",
        "lxml",
        "trafilatura",
        "pypdf",
        "docx",
    ]
    code = f"import sys, retrieval.readers; print([m for m in {slow} if m in sys.modules])"
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
