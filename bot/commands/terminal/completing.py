"""Completion of commands and of what they take. `suggest` is pure; the class shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from prompt_toolkit.completion import Completer, Completion

from bot.chat.captions import one_line
from bot.chat.preferences import LENGTHS
from bot.commands.terminal.grammar import COMMANDS, Ordered, read_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from prompt_toolkit.completion import CompleteEvent
    from prompt_toolkit.document import Document

    from bot.commands.terminal.grammar import Takes

MOST = 50
EVERYTHING = "all"
NORMAL = "normal"
LENGTH_NAMES = ("short", NORMAL, "long")


@dataclass(frozen=True, slots=True)
class Names:
    """What arguments may name: sources with their numbers of articles, titles with their ids.

    `numbers` are the titles behind the numbers shown last.
    """

    sources: Mapping[str, int] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What takes the place of the last `length` characters, and a word on it."""

    text: str
    length: int
    meta: str = ""


def suggest(line: str, names: Names) -> list[Suggestion]:
    """Return how a line that stands before the cursor may go on; best first, at most MOST.

    Only commands are completed. What begins with what was written comes before what holds it.
    """
    line = line.lstrip()
    if not line.startswith("/"):
        return []
    if " " not in line:
        return [
            Suggestion(f"/{one.name}{' ' * bool(one.argument)}", len(line), one.summary)
            for one in COMMANDS
            if one.name.startswith(line[1:].lower())
        ]
    said = read_line(line)
    if not isinstance(said, Ordered):
        return []
    written = line.partition(" ")[2].lstrip()
    found = [(text, meta) for text, meta in _arguments(said.command.takes, names) if text]
    sought = one_line(written).casefold()
    first = [one for one in found if one[0].casefold().startswith(sought)]
    then = [one for one in found if sought in one[0].casefold() and one not in first]
    return [Suggestion(text, len(written), meta) for text, meta in [*first, *then][:MOST]]


def _arguments(takes: Takes, names: Names) -> list[tuple[str, str]]:
    """Return what there is of a kind, each with a word on it."""
    match takes:
        case "source":
            everything = (EVERYTHING, "all sources")
            counted = [(one_line(name), _counted(n)) for name, n in names.sources.items()]
            return [*counted, everything]
        case "article":
            return [(title, "") for title in names.titles]
        case "length":
            return [(name, _length(name)) for name in LENGTH_NAMES]
        case "number":
            return [(str(number), title) for number, title in names.numbers.items()]
        case "words" | "":
            return []


def _counted(articles: int) -> str:
    return "1 article" if articles == 1 else f"{articles} articles"


def _length(name: str) -> str:
    return f"up to {LENGTHS[name]} characters" if name in LENGTHS else "as usual"


class CommandCompleter(Completer):
    """Shows what `suggest` finds among the names at hand."""

    def __init__(self, names: Callable[[], Names]) -> None:
        self._names = names

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        """Yield the ways that the line may go on."""
        del complete_event
        for one in suggest(document.text_before_cursor, self._names()):
            yield Completion(one.text, start_position=-one.length, display_meta=one.meta)
