"""The command line: `newsdesk [--data DIR] COMMAND`. Exit codes are those of `bot.errors`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from bot.commands.ask import ask
from bot.commands.backup import backup
from bot.commands.chat import chat
from bot.commands.doctor import doctor
from bot.commands.eval import evaluate_command
from bot.commands.index import index
from bot.commands.output import fail
from bot.commands.playground import playground
from bot.commands.restore import restore
from bot.commands.run import run
from bot.commands.sources import sources
from bot.errors import BotError, ExitCode, exit_code
from bot.settings import load_settings
from retrieval.errors import RetrievalError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder that holds the index (default: NEWSDESK_DATA, else ./newsdesk-data).",
)
@click.version_option(package_name="newsdesk", prog_name="newsdesk")
@click.pass_context
def cli(context: click.Context, data: Path | None) -> None:
    """Answers questions from news articles, in the articles' own sentences, with citations.

    \b
    newsdesk index seeds                               index a folder of articles
    newsdesk ask "Who is Lavrov meeting in India?"     ask one question
    newsdesk chat                                      chat in the terminal
    newsdesk playground                                the whole bot in a browser, no token
    newsdesk run                                       start the Telegram bot
    """  # noqa: D301 - click reads the backspace
    context.obj = load_settings(data=data)


_COMMANDS = (
    run,
    chat,
    playground,
    ask,
    index,
    evaluate_command,
    sources,
    doctor,
    backup,
    restore,
)
for command in _COMMANDS:
    cli.add_command(command)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with a code of the contract."""
    sys.exit(_run(arguments))


def _run(arguments: list[str] | None) -> int:
    try:
        outcome: Any = cli.main(arguments, prog_name="newsdesk", standalone_mode=False)
        return int(outcome or ExitCode.DONE)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        return ExitCode.USAGE
    except (RetrievalError, BotError) as error:
        fail(str(error))
        return exit_code(error)
    except (KeyboardInterrupt, click.Abort):
        fail("stopped; what was finished is kept")
        return ExitCode.FAILED
    except BrokenPipeError:  # the reader of a pipe went away; nothing left to tell
        sys.stderr.close()
        return ExitCode.DONE
