"""What stands behind a number, worked out by hand."""

from bot.commands.terminal.targets import Target
from bot.commands.terminal.viewing import ParagraphView, first_row, paragraph_lines
from retrieval.types import Span
from tests.support.articles import make_article

TEXT = (
    "The first came by sea.\nThe talks resumed on Thursday. Both sides came.\nNothing was signed."
)
QUOTE = "The talks resumed on Thursday."
START = TEXT.index(QUOTE)
MARKED = Span(START, START + len(QUOTE))


def target(text=TEXT, span=MARKED, url="https://news.example/1"):
    return Target(make_article("a", text, title="Talks resume", url=url), span)


def written(lines):
    return ["".join(part.text for part in line).rstrip() for line in lines]


def bold(lines):
    parts = [part for line in lines[1:] for part in line if part.style and part.style.bold]
    return " ".join(part.text.strip() for part in parts)


def test_a_paragraph_between_its_neighbours_with_the_quotation_marked():
    lines = paragraph_lines(target(), 1, width=80, ascii_only=False)
    assert written(lines) == [
        "Talks resume",
        "Harbour Times, 13 March 2026",
        "",
        "The first came by sea.",
        "▌ The talks resumed on Thursday. Both sides came.",
        "Nothing was signed.",
        "Paragraph 2 of 3",
    ]
    assert bold(lines) == QUOTE


def test_a_narrow_screen_keeps_the_bar_at_each_line():
    lines = written(paragraph_lines(target(), 1, width=20, ascii_only=True))
    assert [line for line in lines if line.startswith("| ")] == [
        "| The talks resumed",
        "| on Thursday. Both",
        "| sides came.",
    ]
    assert max(map(len, lines)) <= 20


def test_the_keys_that_there_are():
    view = ParagraphView({1: target(), 2: target(url=None)}, 1)
    assert view.foot(80) == "q back · n next · p previous · o open the page"
    assert view.foot(20) == "q back · n next"
    view.turn_to(0)
    assert view.foot(80) == "q back · n next · o open the page"
    view.turn_to(-1)
    assert view.at == 0
    view.turn_to(9)
    assert view.at == 2
    assert view.foot(80) == "q back · p previous · o open the page"
    view.choose(2)
    assert (view.number, view.at) == (2, 1)
    assert view.foot(80) == "q back · n next · p previous"
    view.choose(7)
    assert view.number == 2


def test_a_low_screen_begins_where_the_mark_is_seen():
    lines = paragraph_lines(
        target(
            text="word " * 180 + "\n" + TEXT,
            span=Span(901 + START, 901 + START + len(QUOTE)),
        ),
        2,
        width=30,
        ascii_only=False,
    )
    row = first_row(lines, 4)
    assert "The talks" in " ".join(written(lines)[row : row + 4])
    assert bold(lines) == QUOTE
    assert first_row(lines, len(lines)) == 0


def test_scrolling_stays_within_the_text():
    view = ParagraphView({1: target()}, 1)
    assert len(view.lines(20, 3)) == 3
    view.scroll(100)
    assert written(view.lines(20, 3))[-1] == "Paragraph 2 of 3"
    view.scroll(-100)
    assert written(view.lines(20, 3))[0] == "Talks resume"


def test_what_steers_a_terminal_is_not_shown():
    lines = paragraph_lines(
        target(text="a\x1b[31mb\u202ec [bold]d[/bold]"), 0, width=80, ascii_only=False
    )
    text = "\n".join(written(lines))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "[bold]d[/bold]" in text


def test_only_pages_of_the_web_are_opened(monkeypatch):
    from bot.commands.terminal import browser

    opened = []
    monkeypatch.setattr(browser.webbrowser, "open", lambda url: not opened.append(url))
    for url in ("file:///etc/passwd", "javascript:alert(1)", None):
        assert "no address" in browser.open_page(target(url=url).url)
        assert "no address" in browser.open_page(url)
    assert opened == []
    told = browser.open_page(target().url)
    assert told == "Opened news.example in your browser."
    assert opened == ["https://news.example/1#:~:text=The%20talks%20resumed%20on%20Thursday."]
