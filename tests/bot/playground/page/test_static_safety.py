"""The page's files: nothing in them makes markup or code of text, or asks another machine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.playground import page

STATIC = Path(page.__file__).parent / "static"
FILES = sorted(path for path in STATIC.rglob("*") if path.is_file())
KINDS = {".html", ".css", ".js", ".svg"}
NAMESPACES = frozenset({"http://www.w3.org/2000/svg"})
"""Names that look like addresses; nothing is fetched from them."""

MARKUP_OF_TEXT = (
    r"\b(inner|outer)HTML\b",
    r"\binsertAdjacentHTML\b",
    r"\bcreateContextualFragment\b",
    r"\bDOMParser\b",
    r"\b(set|parse)HTML(Unsafe)?\b",
    r"\bsrcdoc\b",
    r"\bdocument\s*\.\s*write(ln)?\b",
)
CODE_OF_TEXT = (
    r"\beval\b\s*\(",
    r"\bFunction\s*\(",
    r"\bset(Timeout|Interval)\s*\(\s*[\"'`]",
    r"\bimport\s*\(",
    r"javascript:",
)
ATTRIBUTES = (
    r"""setAttribute\w*\(\s*["'`](on|style)""",
    r"\bcssText\b",
    r"<[^>]*\son[a-z]+\s*=",
    r"<[^>]*\sstyle\s*=",
    r"<style\b",
    r"<script\b(?![^>]*\ssrc=)",
)
ELSEWHERE = (
    r"""(src|href|action)\s*=\s*["']//""",
    r"""url\(\s*["']?//""",
    r"@import\s+(url\()?\s*[\"']?(//|[a-z]+:)",
)
ADDRESS = re.compile(r"\b(?:https?|wss?|ftp)://[^\s\"'`)<>]*", re.IGNORECASE)


def unsafe(text: str) -> list[str]:
    """Return what in a file breaks the rules."""
    patterns = (*MARKUP_OF_TEXT, *CODE_OF_TEXT, *ATTRIBUTES, *ELSEWHERE)
    found = [match[0] for pattern in patterns for match in re.finditer(pattern, text)]
    return found + [one for one in ADDRESS.findall(text) if one not in NAMESPACES]


def test_there_are_files_of_every_kind() -> None:
    assert {path.suffix for path in FILES} == KINDS
    assert len(FILES) > 30


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_is_safe(path: Path) -> None:
    assert unsafe(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_is_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize(
    "text",
    [
        "box.innerHTML = text",
        'box["outerHTML"] = text',
        "box.insertAdjacentHTML('beforeend', text)",
        "document.write(text)",
        "eval(text)",
        "new Function(text)()",
        'setTimeout("act()", 1)',
        'box.setAttribute("onclick", text)',
        'box.setAttribute("style", text)',
        '<b class="x" onclick="act()">',
        '<b style="color: red">',
        "<style>b {}</style>",
        "<script>act()</script>",
        '<script src="//cdn.example/x.js"></script>',
        '<link rel="stylesheet" href="https://cdn.example/x.css">',
        '@import url("http://cdn.example/x.css");',
        "background: url(//cdn.example/x.png)",
        'fetch("https://cdn.example/x")',
        'new WebSocket("wss://cdn.example")',
    ],
)
def test_what_is_unsafe_is_found(text: str) -> None:
    assert unsafe(text) != []


def test_what_is_safe_is_let_through() -> None:
    script = 'box.textContent = text; setTimeout(() => act(), 1); box.setAttribute("title", text);'
    assert unsafe(f'{script} const SVG = "http://www.w3.org/2000/svg";') == []
    assert unsafe('<script type="module" src="/static/js/main.js"></script>') == []
