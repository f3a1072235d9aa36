"""`newsdesk doctor`: checks whether everything is in order."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from bot.commands.output import print_json, spinner
from bot.errors import ExitCode
from bot.operations.doctor import Check, examine

if TYPE_CHECKING:
    from bot.settings import Settings

_MARKS = {"ok": ("✓", "green"), "note": ("-", "yellow"), "failed": ("✗", "red")}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the checks as one JSON object.")
@click.pass_obj
def doctor(settings: Settings, as_json: bool) -> ExitCode:
    """Check packages, data folder, index, model and token, and say how to mend what is wrong."""
    checks: list[Check] = []
    with spinner("Looking around ..."):
        for check in examine(settings, _get_me):
            checks.append(check)
            if not as_json:
                _print(check)
    outcome = _outcome(settings, checks)
    if as_json:
        print_json({"ok": outcome == ExitCode.DONE, "checks": [asdict(c) for c in checks]})
    return outcome


def _print(check: Check) -> None:
    mark, color = _MARKS[check.state]
    click.echo(f"{click.style(mark, fg=color)} {check.kind:<11} {check.finding}")
    if check.remedy:
        click.echo(f"              {check.remedy}")


def _outcome(settings: Settings, checks: list[Check]) -> ExitCode:
    failed = {check.kind for check in checks if check.state == "failed"}
    if not failed:
        return ExitCode.DONE
    if failed == {"telegram"}:
        return ExitCode.CONFIGURATION
    nothing = failed == {"index"} and not (settings.data / "index" / "generations").is_dir()
    return ExitCode.NOTHING_INDEXED if nothing else ExitCode.FAILED


def _get_me(settings: Settings) -> str:
    from bot.telegram.application import bot_name

    return asyncio.run(bot_name(settings))
