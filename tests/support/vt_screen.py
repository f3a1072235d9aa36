"""A terminal's screen, as far as prompt_toolkit and rich use one: what a person would see."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from prompt_toolkit.utils import get_cwidth

_SEQUENCE = re.compile(
    r"\x1b\[(?P<args>[0-9;?<>=]*)(?P<final>[@-~])"
    r"|\x1b\](?P<osc>[^\x07\x1b]*)(?:\x07|\x1b\\)"
    r"|\x1b(?P<other>[=>78MDEc]|[()][A-Z0-9])"
    r"|(?P<control>[\x00-\x1a\x1c-\x1f\x7f])"
    r"|(?P<text>[^\x00-\x1f\x7f]+)"
)
_UNFINISHED = re.compile(r"\x1b(\[[0-9;?<>=]*|\][^\x07\x1b]*\x1b?|[()])?\Z")


@dataclass
class Screen:
    """Cells of (character, marks); `marks` are SGR numbers. `answers` are bytes for the program."""

    columns: int
    rows: int
    answers: bytes = b""
    seen_codes: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.cells = self._blank()
        self.x = self.y = 0
        self.marks: frozenset[str] = frozenset()
        self._aside: tuple[list[list[tuple[str, frozenset[str]]]], int, int] | None = None
        self._rest = ""

    def _blank(self) -> list[list[tuple[str, frozenset[str]]]]:
        return [[(" ", frozenset())] * self.columns for _ in range(self.rows)]

    def resize(self, columns: int, rows: int) -> None:
        """Change the size; what is drawn is drawn anew by the program, as terminals expect."""
        self.columns, self.rows = columns, rows
        old = self.cells
        self.cells = self._blank()
        for y, line in enumerate(old[:rows]):
            self.cells[y][: len(line[:columns])] = line[:columns]
        self.x, self.y = min(self.x, columns - 1), min(self.y, rows - 1)

    def lines(self) -> list[str]:
        """Return the rows as text, without blank ends."""
        return ["".join(one for one, _ in line).rstrip() for line in self.cells]

    def text(self) -> str:
        return "\n".join(self.lines())

    def marked(self, mark: str) -> str:
        """Return the characters with an SGR mark ("1" is bold), rows joined by blanks."""
        rows = ("".join(one for one, marks in line if mark in marks) for line in self.cells)
        return " ".join(" ".join(rows).split())

    def feed(self, data: str) -> None:
        data = self._rest + data
        unfinished = _UNFINISHED.search(data)
        end = unfinished.start() if unfinished else len(data)
        self._rest = data[end:]
        at = 0
        while at < end:
            found = _SEQUENCE.match(data, at, end)
            assert found, f"not understood: {data[at : at + 20]!r}"
            at = found.end()
            if found["final"]:
                self._control(found["args"], found["final"])
            elif found["text"]:
                for character in found["text"]:
                    self._put(character)
            elif found["control"]:
                self._move(found["control"])

    def _put(self, character: str) -> None:
        if self.x >= self.columns:
            self.x = 0
            self._down()
        self.cells[self.y][self.x] = (character, self.marks)
        self.x += max(1, get_cwidth(character))

    def _down(self) -> None:
        self.y += 1
        if self.y == self.rows:
            self.y -= 1
            self.cells = [*self.cells[1:], [(" ", frozenset())] * self.columns]

    def _move(self, control: str) -> None:
        if control == "\n":
            self._down()
        elif control == "\r":
            self.x = 0
        elif control == "\b":
            self.x = max(0, self.x - 1)

    def _control(self, args: str, final: str) -> None:
        self.seen_codes.add(f"{args}{final}" if final in "hlm" else final)
        numbers = [int(one) if one.isdigit() else 0 for one in args.split(";")]
        n = max(1, numbers[0])
        match final:
            case "A":
                self.y = max(0, self.y - n)
            case "B":
                self.y = min(self.rows - 1, self.y + n)
            case "C":
                self.x = min(self.columns - 1, self.x + n)
            case "D":
                self.x = max(0, min(self.x, self.columns - 1) - n)
            case "H":
                self.y = min(self.rows, n) - 1
                self.x = (max(1, numbers[1]) if len(numbers) > 1 else 1) - 1
            case "J" | "K":
                self._erase(final, numbers[0])
            case "m":
                self._mark(args)
            case "n":
                self.answers += f"\x1b[{self.y + 1};{self.x + 1}R".encode()
            case "h" | "l" if args == "?1049":
                self._switch(on=final == "h")

    def _erase(self, what: str, how: int) -> None:
        blank = (" ", frozenset[str]())
        if what == "J" and how == 2:
            self.cells = self._blank()
            return
        first, last = (0, self.x + 1) if how == 1 else (0 if how == 2 else self.x, self.columns)
        self.cells[self.y][first:last] = [blank] * (len(self.cells[self.y][first:last]))
        if what == "J":
            for y in range(self.y + 1, self.rows):
                self.cells[y] = [blank] * self.columns

    def _mark(self, args: str) -> None:
        codes = args.split(";") if args else ["0"]
        while codes:
            code = codes.pop(0) or "0"
            if code == "0":
                self.marks = frozenset()
            elif code in {"38", "48"}:
                codes = codes[2:] if codes[:1] == ["5"] else codes[4:]
                self.marks |= {code}
            else:
                self.marks |= {code}

    def _switch(self, *, on: bool) -> None:
        if on:
            self._aside = (self.cells, self.x, self.y)
            self.cells = self._blank()
        elif self._aside is not None:
            self.cells, self.x, self.y = self._aside
            self._aside = None
