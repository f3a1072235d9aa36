"""The child's side: reads a document, answers, and waits for the next, within its limits.

The sandbox runs this file as a program, with pipes for its input and output.
"""

from __future__ import annotations

import os
import select
import signal
import sys
from typing import TYPE_CHECKING

from retrieval.readers.confined.extracted import (
    Extracted,
    Task,
    Unreadable,
    as_json,
    read_message,
    write_message,
)
from retrieval.readers.confined.limits import (
    CPU_SECONDS,
    IDLE_SECONDS,
    MAX_TEXT,
    MEMORY_BYTES,
    OUT_OF_MEMORY,
)

if TYPE_CHECKING:
    from typing import BinaryIO

    from retrieval.readers.confined.extracted import Outcome

_REMEDY = "open it and save it again, or save its text as .txt"


def main() -> None:
    """Answer what comes on standard input until it ends or nothing comes for a minute."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints mustn't stand among the replies
    _limit_memory()
    requests = sys.stdin.buffer
    while _waits(requests) and (message := read_message(requests)) is not None:
        head, data = message
        task = Task(**head)  # type: ignore[arg-type]
        _limit_time(CPU_SECONDS[task.kind])
        outcome = extract_here(task, data)
        _limit_time(0)
        write_message(replies, as_json(outcome))


def extract_here(task: Task, data: bytes) -> Outcome:
    """Extract in this process, within whatever limits it has. Raises nothing.

    When memory runs out, the process ends with OUT_OF_MEMORY: what is left of it can't be trusted.
    """
    try:
        outcome = _extract(task, data)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except RecursionError:
        return Unreadable("it is nested too deeply", _REMEDY)
    except ImportError as error:
        return Unreadable(f"a library to read it with is missing ({error})", "install it again")
    except Exception as error:  # noqa: BLE001 - parsers raise anything over damaged documents
        return Unreadable(f"it is damaged ({type(error).__name__})", _REMEDY)
    return _cut(outcome)


def _extract(task: Task, data: bytes) -> Outcome:
    match task.kind:  # each with libraries that the others do without
        case "html":
            from retrieval.readers.confined.html import extract_html

            return extract_html(data, url=task.url, fetched=task.fetched)
        case "pdf":
            from retrieval.readers.confined.pdf import extract_pdf

            return extract_pdf(data)
        case "docx":
            from retrieval.readers.confined.docx import extract_docx

            return extract_docx(data)


def _cut(outcome: Outcome) -> Outcome:
    """Keep the first MAX_TEXT characters, in whole paragraphs."""
    if isinstance(outcome, Unreadable) or sum(map(len, outcome.paragraphs)) <= MAX_TEXT:
        return outcome
    kept: list[str] = []
    room = MAX_TEXT
    for paragraph in outcome.paragraphs:
        room -= len(paragraph)
        if room < 0:
            break
        kept.append(paragraph)
    if not kept:
        kept = [outcome.paragraphs[0][:MAX_TEXT]]
    problem = f"only its first {MAX_TEXT:,} characters were taken"
    notes = (*outcome.notes, (problem, "split it into one file an article"))
    return Extracted(tuple(kept), outcome.about, notes)


def _waits(requests: BinaryIO) -> bool:
    """Tell whether a request came within a minute."""
    if sys.platform == "win32":
        return True  # where pipes can't be waited for; the end of the parent ends it
    return bool(select.select([requests], [], [], IDLE_SECONDS)[0])


def _limit_memory() -> None:
    if sys.platform != "win32":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        limit = MEMORY_BYTES if most == resource.RLIM_INFINITY else min(MEMORY_BYTES, most)
        resource.setrlimit(resource.RLIMIT_AS, (limit, most))


def _limit_time(seconds: float) -> None:
    """Let the system end this process when it has computed for so long; 0 calls that off.

    Processor time, so that a busy machine doesn't decide which documents can be read.
    """
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_PROF, seconds)


if __name__ == "__main__":
    main()
