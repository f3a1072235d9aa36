"""What lines mean."""

import pytest

from bot.commands.terminal.grammar import COMMANDS, Asked, Ordered, Unknown, help_lines, read_line


@pytest.mark.parametrize(
    ("line", "name", "argument"),
    [
        ("/new", "new", ""),
        ("  /Latest   Harbour   Times ", "latest", "Harbour Times"),
        ("/q", "quit", ""),
        ("/exit", "quit", ""),
        ("/cite 3", "cite", "3"),
    ],
)
def test_commands(line, name, argument):
    said = read_line(line)
    assert isinstance(said, Ordered)
    assert (said.command.name, said.argument) == (name, argument)


def test_all_else_is_asked():
    assert read_line(" Who won? ") == Asked("Who won?")
    assert read_line("1") == Asked("1")


def test_a_slip_is_told_what_may_be_meant():
    slip, strange = read_line("/latets"), read_line("/xyzzy")
    assert isinstance(slip, Unknown)
    assert "Do you mean /latest?" in slip.line
    assert isinstance(strange, Unknown)
    assert "Do you mean" not in strange.line


def test_help_names_every_command():
    text = "\n".join(help_lines(keys=False))
    assert all(f"/{one.name}" in text and one.summary in text for one in COMMANDS)
    assert "Ctrl-C" not in text
    assert "Ctrl-C" in "\n".join(help_lines(keys=True))
