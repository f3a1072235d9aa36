"""Replies in a terminal: readable, and with nothing that steers it."""

from __future__ import annotations

import io
import subprocess
import sys
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bot.chat.terminal import render_plain, render_terminal, visible
from retrieval.types import (
    Abstention,
    Answer,
    AnswerSentence,
    ArticleRef,
    Citation,
    Reply,
    Span,
)

NOON = datetime(2022, 3, 31, 12, tzinfo=UTC)
HOSTILE = st.text(
    st.sampled_from("\x1b\x9b\x07\x08\r\n\t\x7f\u202e\u2066\u061c\ud800[bold]/red ab漢😀")
)


def answer(
    title: str = "Talks resume",
    quote: str = "The talks resumed.",
    passage: str = "Early on. The talks resumed. Both sides came.",
    url: str | None = "https://news.example/1",
) -> Answer:
    cited = Citation(1, "a", "p", title, url, "Example Times", NOON, quote, Span(0, 1), passage)
    return Answer("Q", (AnswerSentence(quote, (1,)),), (cited,), 0.9, NOON, 1)


def abstention(title: str = "Talks resume", reason: str = "Nothing on that.") -> Abstention:
    return Abstention("Q", reason, (ArticleRef("a", title, None, "", None),), 0.1, None, 1)


def printed(reply: Reply, *, width: int = 60, colour: bool = False) -> str:
    out = io.StringIO()
    console = Console(
        file=out, width=200, force_terminal=colour, color_system="truecolor" if colour else None
    )
    console.print(render_terminal(reply, width=width))
    return out.getvalue()


def test_plain_is_sentences_then_one_line_a_source() -> None:
    assert render_plain(answer()) == (
        "The talks resumed. [1]\n\n"
        "Sources:\n"
        "[1] Talks resume — Example Times, 31 March 2022  https://news.example/1\n\n"
        "As of 31 March 2022"
    )
    assert render_plain(abstention()) == (
        "Nothing on that.\n\nThe closest articles I have:\n- Talks resume"
    )


def test_terminal_shows_the_paragraph_indented() -> None:
    lines = [line.rstrip() for line in printed(answer()).splitlines()]
    assert "The talks resumed. [1]" in lines
    assert "[1] Talks resume — Example Times, 31 March 2022" in lines
    assert "    Early on. The talks resumed. Both sides came." in lines
    assert "- Talks resume" in printed(abstention())


def test_terminal_keeps_to_the_width_and_marks_the_cited_sentence() -> None:
    text = printed(answer(passage="word " * 100 + "The talks resumed."), width=40)
    assert max(len(line.rstrip()) for line in text.splitlines()) <= 40
    assert "\x1b[1mThe talks resumed.\x1b[0m" in printed(answer(), width=80, colour=True)


def test_markup_in_articles_is_not_interpreted() -> None:
    reply = answer("[bold]Loud[/bold]", "[red]Q[/red]", "[link=x]y[/link] [red]Q[/red] [/oops]")
    text = printed(reply)
    for written in ("[bold]Loud[/bold]", "[red]Q[/red] [1]", "[link=x]y[/link]", "[/oops]"):
        assert written in text


@given(HOSTILE, HOSTILE, HOSTILE)
def test_no_control_character_of_an_article_gets_through(title: str, quote: str, rest: str) -> None:
    reply = answer(title, quote, quote + rest, url=f"https://news.example/{rest}")
    shown = abstention(title, reason=rest)
    for text in (render_plain(reply), render_plain(shown), printed(reply), printed(shown)):
        assert not set(text) & set("\x1b\x9b\x07\x08\r\x7f\u202e\u2066\u061c\ud800")
        text.encode()


def test_controls_are_spelled_out() -> None:
    assert visible("a\x1b[31mb\u202ec\r\nd") == "a\\x1b[31mb\\u202ec\nd"


def test_chat_is_imported_without_the_model_or_telegram() -> None:
    code = (
        "import sys, bot.chat.rendering, bot.chat.terminal, bot.chat.conversation;"
        "print(*sorted({'torch', 'telegram', 'faiss', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
