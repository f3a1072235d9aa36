"""Keys, through prompt_toolkit's own pipe: the prompt, the spinner and the view."""

import asyncio
import io
from datetime import UTC, datetime

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from rich.console import Console

from bot.commands.terminal.backstage import Backstage
from bot.commands.terminal.history import BoundedHistory
from bot.commands.terminal.prompting import Prompt, toolbar_parts
from bot.commands.terminal.screen import ScreenVoice
from bot.commands.terminal.talk import Talk
from bot.commands.terminal.targets import Target
from bot.commands.terminal.viewing import show_paragraphs
from bot.commands.terminal.voices import Stopped
from bot.commands.terminal.working import Working
from bot.settings import Settings
from tests.support.articles import make_article


@pytest.fixture
def keyboard():
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        yield pipe


@pytest.fixture
def talk(tmp_path):
    voice = ScreenVoice(Console(file=io.StringIO(), width=80))
    backstage = Backstage(Settings(data=tmp_path), lambda _line: None)
    return Talk(backstage, voice, lambda: datetime.now(UTC), BoundedHistory(tmp_path / "h"))


def prompt_of(talk, *before):
    history = BoundedHistory(None)
    for line in before:
        history.append_string(line)
    return Prompt(talk, history, is_ready=lambda: True)


async def test_a_digit_opens_what_has_that_number_and_is_a_letter_elsewhere(keyboard, talk):
    prompt = prompt_of(talk)
    talk.targets = {1: Target(make_article("a", "Text."))}
    keyboard.send_text("1")
    assert await prompt.line() == "/cite 1"
    keyboard.send_text("2 of 1\r")
    assert await prompt.line() == "2 of 1"


async def test_lines_pasted_together_are_one_question(keyboard, talk):
    keyboard.send_text("\x1b[200~Who won\r\nthe election\nin France?\x1b[201~\r")
    assert await prompt_of(talk).line() == "Who won the election in France?"


async def test_the_history_is_walked_and_suggested(keyboard, talk):
    keyboard.send_text("\x1b[A\r")
    assert await prompt_of(talk, "Who won?", "When?").line() == "When?"


async def test_ctrl_c_clears_then_arms_then_leaves(keyboard, talk):
    prompt = prompt_of(talk)
    keyboard.send_text("half a\x03\x03\x03")
    with pytest.raises(EOFError):
        await prompt.line()
    keyboard.send_text("\x04")
    with pytest.raises(EOFError):
        await prompt_of(talk).line()


async def test_ctrl_c_stops_the_work_and_what_was_typed_is_kept(keyboard):
    working = Working(lambda: "Working")
    begun = asyncio.Event()

    async def endless():
        begun.set()
        await asyncio.Event().wait()

    waiting = asyncio.ensure_future(working.wait(endless()))
    await begun.wait()
    keyboard.send_text("Nexz\x7ft?\x03")
    with pytest.raises(Stopped):
        await waiting
    assert working.typed == "Next?"


async def test_work_gives_its_result_or_its_error(keyboard):
    async def done():
        return 7

    async def fails():
        raise LookupError("here")

    assert await Working(lambda: "Working").wait(done()) == 7
    with pytest.raises(LookupError, match="here"):
        await Working(lambda: "Working").wait(fails())


async def test_the_view_is_left_by_q_and_by_escape(keyboard):
    targets = {1: Target(make_article("a", "One.\nTwo."))}
    for keys in ("nnp2q", "n\x1b"):
        keyboard.send_text(keys)
        await show_paragraphs(targets, 1)


async def test_lines_that_are_no_questions_get_a_kind_word(talk):
    out = talk.voice.console.file
    for line, said in {
        "x " * 600: "too long",
        "/latets": "Do you mean /latest?",
        "/length long": "Answers are long",
        "/cite 3": "There are no numbers to cite",
        "/more": "nothing more",
        "/search ?": "/search flood in Jakarta",
    }.items():
        assert await talk.handle(line)
        assert said in " ".join(out.getvalue().split())
    assert not await talk.handle("/quit")


async def test_below_the_line_stands_what_can_be_done(talk):
    assert toolbar_parts(talk, is_ready=False)[0] == "Loading the model; ask already"
    talk.targets = {n: Target(make_article("a", "Text.")) for n in (1, 2, 3)}
    talk.source, talk.length = "Coast", "long"
    assert toolbar_parts(talk, is_ready=True)[:3] == [
        "only Coast",
        "long answers",
        "1–3 open what is cited",
    ]
