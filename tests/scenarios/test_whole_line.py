"""The whole line as an operator runs it: index, `newsdesk run`, Telegram over HTTP."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from bot.playground.server import BotApiServer
from bot.playground.state import BotApiState

SEEDS = Path(__file__).parents[2] / "seeds"
START_SECONDS = 90  # importing torch on a busy machine


def _environment(root_url="http://127.0.0.1:9", token=""):
    clean = {k: v for k, v in os.environ.items() if not k.startswith("NEWSDESK_")}
    return {**clean, "NEWSDESK_TELEGRAM_API": root_url, "NEWSDESK_TELEGRAM_TOKEN": token}


async def _newsdesk(*arguments, cwd, environment, stdin=None):
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", *arguments),
        cwd=cwd,
        env={**environment, "PYTHONPATH": str(SEEDS.parent)},
        stdin=stdin,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def _finished(process, text=None):
    out, err = await asyncio.wait_for(process.communicate(text), START_SECONDS)
    return process.returncode, out.decode(), err.decode()


@pytest.fixture(scope="module")
def collection(tmp_path_factory):
    """A data folder with the sample articles, indexed by the program itself."""
    place = tmp_path_factory.mktemp("collection")

    async def index():
        process = await _newsdesk("index", SEEDS, cwd=place, environment=_environment())
        return await _finished(process)

    code, _, err = asyncio.run(index())
    assert code == 0, err
    return place


async def test_a_question_becomes_a_cited_message(collection):
    state = BotApiState()
    reader = state.add_user("Ann")
    async with BotApiServer(state) as server:
        environment = _environment(server.root_url, state.token)
        process = await _newsdesk("run", cwd=collection, environment=environment)
        try:
            await state.next_poll(within=START_SECONDS)
            state.say(reader, "Who is Lavrov meeting in India?")
            answer = await state.next_message(reader, within=START_SECONDS)
        finally:
            process.send_signal(signal.SIGTERM)
            code, _, err = await _finished(process)
    assert code == 0, err
    assert "Subrahmanyam Jaishankar" in answer.text
    assert "[1]" in answer.text
    assert "1 April 2022" in answer.text
    assert {"bold", "italic"} <= {entity.type for entity in answer.entities}
    assert "1" in answer.buttons[0]
    assert answer.buttons[-1][-2:] == ("👍", "👎")
    assert state.violations == []
    assert state.token not in err
    assert "Lavrov" not in err
    assert "Traceback" not in err


async def test_a_refused_token_ends_with_a_line_and_code_4(collection):
    state = BotApiState()
    async with BotApiServer(state) as server:
        wrong = "1000000001:some-other-token-that-nobody-gave"
        environment = _environment(server.root_url, wrong)
        process = await _newsdesk("run", cwd=collection, environment=environment)
        code, _, err = await _finished(process)
    assert code == 4
    assert "Telegram refuses the token" in err
    assert wrong not in err
    assert "Traceback" not in err


async def test_chat_through_a_pipe_ends_with_its_input(collection):
    process = await _newsdesk(
        "chat", cwd=collection, environment=_environment(), stdin=asyncio.subprocess.PIPE
    )
    questions = "Who is Lavrov meeting in India?\nHow much does Musk pay for Twitter?\n"
    code, out, err = await _finished(process, questions.encode())
    assert code == 0, err
    first, second = out.split("> How much does Musk pay for Twitter?")
    assert "Jaishankar" in first
    assert "54.20" in second or "44 billion" in second
    assert out.count("Sources:") == 2
