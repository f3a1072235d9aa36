"""Which files of a folder hold articles."""

from __future__ import annotations

import os
from pathlib import Path

from retrieval.errors import ReadError
from retrieval.readers.files import KINDS, reader_for

# What marks a folder whose files are made from others, as the index's are (bford.info/cachedir).
CACHE_TAG = "CACHEDIR.TAG"


def find_files(path: Path) -> list[Path]:
    """Return the files to read: `path` itself if it is no folder, else those below it, sorted.

    Below a folder, hidden files and folders, folders tagged as caches, files of other kinds, and
    links that lead outside the folder or to a file that is found anyway are left out; links to
    folders aren't followed.
    A folder below that can't be opened is returned itself, so that reading it says so and its
    articles aren't taken for deleted.

    Raises ReadError if `path` doesn't exist, can't be opened, or is a folder without articles.
    """
    try:
        if not path.is_dir():
            path.stat()
            return [path]
        files, links = _sort_entries(path)
    except FileNotFoundError as error:
        raise ReadError(str(path), "there is no such file or folder", "check the path") from error
    except PermissionError as error:
        raise ReadError(str(path), "permission denied", "let Newsdesk's user read it") from error
    except OSError as error:
        problem = f"it can't be opened ({error.strerror})"
        raise ReadError(str(path), problem, "check the path and the disk") from error
    files += _worth_following(links, path, files)
    if not files:
        raise ReadError(str(path), "the folder holds no article", f"put in files of {KINDS}")
    return sorted(files)


def _sort_entries(top: Path) -> tuple[list[Path], list[Path]]:
    """Walk the folders below `top`; return the files of known kinds, and the links so named.

    Raises OSError if `top` can't be opened.
    """
    files: list[Path] = []
    links: list[Path] = []
    folders = [top]
    while folders:
        folder = folders.pop()
        try:
            visible = _visible(folder)
        except FileNotFoundError:  # deleted since its name was read
            continue
        except OSError:
            if folder == top:
                raise
            files.append(folder)
            continue
        for entry in visible:
            if entry.is_dir(follow_symlinks=False):
                folders.append(Path(entry.path))
            elif reader_for(entry.name) is None:
                continue
            elif entry.is_symlink():
                links.append(Path(entry.path))
            elif entry.is_file(follow_symlinks=False):
                files.append(Path(entry.path))
    return files, links


def _visible(folder: Path) -> list[os.DirEntry[str]]:
    """Return a folder's entries but hidden ones; none of a folder that is tagged as a cache."""
    with os.scandir(folder) as entries:
        visible = [entry for entry in entries if not entry.name.startswith(".")]
    return [] if any(entry.name == CACHE_TAG for entry in visible) else visible


def _worth_following(links: list[Path], top: Path, files: list[Path]) -> list[Path]:
    """Return the links that add a file of the folder, such as one in a hidden folder."""
    if not links:
        return []
    root = top.resolve()
    known = {file.resolve() for file in files}
    kept: list[Path] = []
    for link in sorted(links):
        target = Path(os.path.realpath(link))  # Path.resolve raises on a loop of links
        if target.is_file() and target.is_relative_to(root) and target not in known:
            known.add(target)
            kept.append(link)
    return kept
