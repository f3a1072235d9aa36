"""`newsdesk ask`: one question, one reply."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from bot.chat.as_json import reply_to_json
from bot.commands.output import print_json, spinner, warn
from bot.errors import ExitCode

if TYPE_CHECKING:
    from bot.desk import TimedReply
    from bot.settings import Settings


class Moment(click.ParamType[datetime]):
    """A date, or a date with a time, in ISO form; taken as UTC unless it says otherwise."""

    name = "date"

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Return an aware UTC datetime; a bare date means the end of that day."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(value.strip())
        except ValueError:
            self.fail(f"{value!r} is no date; write it like 2022-04-01", param, ctx)
        if len(value.strip()) <= 10:
            moment = moment.replace(hour=23, minute=59, second=59)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)


@click.command()
@click.argument("question", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print the reply as one JSON object.")
@click.option(
    "--as-of",
    type=Moment(),
    metavar="DATE",
    help="Answer as of the end of this day: later articles do not exist yet.",
)
@click.pass_obj
def ask(
    settings: Settings, question: tuple[str, ...], as_json: bool, as_of: datetime | None
) -> ExitCode:
    """Ask one question and print the answer with its citations.

    \b
    newsdesk ask "Who is Lavrov meeting in India?"
    newsdesk ask --as-of 2022-04-30 "Who won the French election?" --json
    """  # noqa: D301 - click reads the backspace
    timed = asyncio.run(_ask(settings, " ".join(question), as_of))
    if as_json:
        print_json(reply_to_json(timed.reply, took_ms=timed.took_ms))
    else:
        _print(timed)
    return ExitCode.DONE


async def _ask(settings: Settings, text: str, as_of: datetime | None) -> TimedReply:
    from bot.chat.conversation import Refusal, check_question
    from retrieval.errors import QuestionError

    checked = check_question(text)
    if isinstance(checked, Refusal):
        raise QuestionError(checked.line)
    with spinner("Opening the index and loading the model ..."):
        from bot.desk import open_desk

        desk = await asyncio.to_thread(open_desk, settings, warn=warn)
    async with desk:
        return await desk.ask(checked.text, as_of=as_of)


def _print(timed: TimedReply) -> None:
    from bot.commands.console import print_reply

    print_reply(timed.reply)
