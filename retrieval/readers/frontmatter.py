"""The YAML block with which a Markdown file may begin."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# Behind more than this, a closing line belongs to something else.
LONGEST_BLOCK = 64 * 1024

_OPENING = re.compile(r"---[ \t]*\n")
_CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE)
_KEY = re.compile(r"\w+:(?: |\n)")
_NULL = ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The keys in front, in lower case, each with strings and lists of strings; and the rest."""

    fields: Mapping[str, object]
    body: str


@dataclass(frozen=True, slots=True)
class BrokenYaml:
    """What is wrong with the block, the file's line (from 1) where it shows, and what mends it."""

    problem: str
    line: int
    remedy: str = "put quotes around values with a colon in them, or take the block out"


def split_front_matter(text: str) -> FrontMatter | BrokenYaml:
    """Part a file, its lines ended by line feeds, into what stands in front and its body.

    Front matter is a YAML mapping between a first line `---` and the next `---` or `...`; that
    it isn't closed is an error if it begins with a key. Anything else that begins with `---`,
    such as a ruled line, belongs to the body.
    """
    opening = _OPENING.match(text)
    if opening is None:
        return FrontMatter({}, text)
    closing = _CLOSING.search(text, opening.end())
    if closing is not None and closing.start() > LONGEST_BLOCK:
        closing = None
    if closing is None and _KEY.match(text, opening.end()):
        remedy = "write a line `---` after its last key"
        return BrokenYaml("the line `---` that closes it is missing", 1, remedy)
    if closing is None:
        return FrontMatter({}, text)
    loaded = _load(text[opening.end() : closing.start()])
    if isinstance(loaded, BrokenYaml):
        return loaded
    body = text[closing.end() :]
    if isinstance(loaded, dict):
        return FrontMatter({str(key).strip().lower(): loaded[key] for key in loaded}, body)
    return FrontMatter({}, body if loaded is None else text)


def _load(block: str) -> object:
    import yaml  # slow to import, and not every collection has front matter

    try:
        # BaseLoader makes nothing but strings, lists and dicts: a title of 1984, a language of
        # "no" or a date that the calendar lacks come as they were written.
        return _without_nulls(yaml.load(block, Loader=yaml.BaseLoader))  # noqa: S506
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line if mark is not None else 0
        return BrokenYaml(error.problem or error.context or "unreadable", 2 + line)
    except yaml.reader.ReaderError as error:
        at = block.count("\n", 0, error.position)
        return BrokenYaml(f"the character #x{error.character:04x} isn't allowed", 2 + at)
    except (ValueError, OverflowError):
        return BrokenYaml("a number or an escaped character is out of range", 1)
    except RecursionError:
        return BrokenYaml("its lists are nested too deeply", 1)


def _without_nulls(loaded: object) -> object:
    """Undo what BaseLoader does to nulls: it reads them as strings."""
    if isinstance(loaded, dict):
        return {key: value for key, value in loaded.items() if value not in _NULL}
    return None if loaded in _NULL else loaded
