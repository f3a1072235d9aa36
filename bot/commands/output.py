"""Where commands write: answers to stdout, everything about the work to stderr."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterator


def say(line: str) -> None:
    """Tell the person something about the work, on stderr."""
    click.echo(line, err=True)


def warn(line: str) -> None:
    """Tell the person in one line what went wrong while the work goes on."""
    click.echo(f"{click.style('warning:', fg='yellow')} {_one_line(line)}", err=True)


def fail(line: str) -> None:
    """Tell the person in one line what ended the work."""
    click.echo(f"{click.style('newsdesk:', fg='red')} {_one_line(line)}", err=True)


def print_json(record: dict[str, Any]) -> None:
    """Write a record to stdout as one line of JSON."""
    click.echo(json.dumps(record, ensure_ascii=False))


def _one_line(text: str) -> str:
    return " ".join(text.split())


@contextmanager
def spinner(text: str, *, still: bool = False) -> Iterator[None]:
    """Show that something is being waited for, while stderr is a terminal; not if `still`."""
    if still or not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(text):
        yield
