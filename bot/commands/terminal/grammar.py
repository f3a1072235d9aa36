"""What can be written in the terminal's chat: questions, and the commands that there are. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal, TypeAlias

Takes: TypeAlias = Literal["", "source", "article", "length", "number", "words"]


@dataclass(frozen=True, slots=True)
class Command:
    """A command: `takes` is the kind of its argument, `argument` how help writes it."""

    name: str
    argument: str
    takes: Takes
    summary: str


COMMANDS = (
    Command("help", "", "", "what can be written here"),
    Command("new", "", "", "start a new conversation"),
    Command("latest", "[SOURCE]", "source", "the newest articles, of all sources or one"),
    Command("search", "WORDS", "words", "find articles by words"),
    Command("article", "TITLE", "article", "read an article: by title, number in the list, or id"),
    Command("sources", "", "", "what is watched"),
    Command("source", "NAME", "source", "keep to one source; `all` takes all again"),
    Command("more", "", "", "further passages, or the next page of a list"),
    Command("cite", "N", "number", "the paragraph behind number N"),
    Command("open", "N", "number", "open the page of number N in a browser"),
    Command("length", "LENGTH", "length", "how long answers are: short, normal or long"),
    Command("forget", "", "", "delete the history of what was written here"),
    Command("quit", "", "", "leave"),
)
_BY_NAME = {command.name: command for command in COMMANDS}
_ALIASES = {"exit": "quit", "q": "quit", "?": "help"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, or what may be one."""

    text: str


@dataclass(frozen=True, slots=True)
class Ordered:
    """A command with its argument on one line, "" without one."""

    command: Command
    argument: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something with a slash that is no command. `line` says so, and what may be meant."""

    line: str


Said: TypeAlias = Asked | Ordered | Unknown


def read_line(line: str) -> Said:
    """Return what a line means; it isn't blank."""
    line = line.strip()
    if not line.startswith("/"):
        return Asked(line)
    name, _, rest = line[1:].partition(" ")
    name = name.lower()
    command = _BY_NAME.get(_ALIASES.get(name, name))
    if command is not None:
        return Ordered(command, " ".join(rest.split()))
    near = get_close_matches(name, _BY_NAME, n=1)
    hint = f"Do you mean /{near[0]}? " if near else ""
    return Unknown(f"I don't know /{name[:40]}. {hint}/help shows what can be written here.")


def help_lines(*, keys: bool) -> list[str]:
    """Return the page of help; `keys` says that single keys work too."""
    written = [f"/{one.name} {one.argument}".rstrip() for one in COMMANDS]
    wide = max(map(len, written))
    lines = [
        "Ask about the articles in your own words. A question may lean on the one before it.",
        "",
        *(f"{name:<{wide}}  {one.summary}" for name, one in zip(written, COMMANDS, strict=True)),
    ]
    if keys:
        lines += [
            "",
            "1 to 9 on an empty line open what has that number: n and p turn to the next and the",
            "previous paragraph, o opens the page, q goes back. Tab completes, Up and Ctrl-R look",
            "through the history. Ctrl-C stops a question, Ctrl-D leaves.",
        ]
    return lines
