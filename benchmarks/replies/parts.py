"""Reads a profile: milliseconds a reply by thread, by part of the work, and by line."""

from __future__ import annotations

import json
from collections import Counter
from linecache import getline
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

Frame = list[Any]  # file, qualified name, line number, line

TOP = 25
_IDLE = ("selectors.py", "threading.py", "queue.py")
_IDLE_LINES = (".get(", "select(", "self._selector.poll(", "waiter.acquire()", "acquire(")

# What the event loop is at: the first whose (file, function) stands in the stack.
MAIN_PARTS = (
    ("heartbeat of the benchmark", (("replies/program.py", "beat"), ("replies/sampling.py", ""))),
    ("inbox: update from JSON", (("telegram/inbox.py", "_read"),)),
    ("inbox: keep updates (SQL)", (("telegram/inbox.py", "Inbox.receive"),)),
    ("inbox: set out (SQL)", (("telegram/inbox.py", "Inbox.set_out"),)),
    ("inbox: done (SQL)", (("telegram/inbox.py", "Inbox._flush"),)),
    ("getUpdates: HTTP", (("telegram/polling.py", ""),)),
    ("sendChatAction", (("messenger.py", "_show_typing"),)),
    ("sendMessage: HTTP", (("httpx/", ""), ("httpcore/", ""), ("request/_httpxrequest.py", ""))),
    ("sendMessage: result from JSON", (("telegram/_message.py", "Message.de_json"),)),
    ("sendMessage: rest (PTB, rates)", (("messenger.py", "send_reply"),)),
    ("rendering", (("chat/rendering.py", ""), ("chat/keyboards.py", ""))),
    ("answers: begin (SQL)", (("chat/conversations.py", "Conversations.begin"),)),
    ("answers: finish (SQL)", (("chat/conversations.py", "Conversations.finish"),)),
    ("answers: earlier turns (SQL)", (("chat/conversations.py", ""),)),
    ("asks: count (SQL)", (("telegram/limits.py", ""),)),
    ("preferences, language (SQL)", (("telegram/language.py", ""),)),
    ("desk, on the event loop", (("bot/desk.py", ""), ("bot/batching.py", ""))),
    ("gate, people, access", (("telegram/gate.py", ""), ("telegram/people.py", ""))),
    ("order of chats, batches", (("telegram/order.py", "ChatOrder._conduct"), ("batches.py", ""))),
    ("what is known of who asks (SQL)", (("telegram/answering.py", "Answering._look"),)),
    ("handlers, rest", (("bot/telegram/handlers.py", ""), ("bot/telegram/answering.py", ""))),
    ("PTB dispatch", (("telegram/ext/", ""),)),
    ("order of chats, batches", (("telegram/order.py", ""),)),
    ("SQL, whoever asked", (("sqlalchemy/", ""), ("aiosqlite/", ""), ("bot/store/", ""))),
    ("courier, alerts, watching", (("bot/delivery/", ""), ("bot/alerting/", ""))),
    ("event loop itself", (("asyncio/", ""),)),
)
OTHER_PARTS = (
    ("embed", (("retrieval/embedding", ""),)),
    ("read the question", (("retrieval/queries", ""),)),
    ("search: dense", (("retrieval/dense", ""),)),
    ("search: lexical", (("retrieval/lexical", ""),)),
    ("search: fusion, rerank", (("retrieval/fusion", ""), ("retrieval/reranking", ""))),
    ("evidence", (("retrieval/evidence", ""),)),
    ("search: rest", (("retrieval/search", ""),)),
    ("extraction", (("retrieval/extraction", ""),)),
    ("disagreement", (("retrieval/disagreement", ""),)),
    ("further reading", (("retrieval/further", ""),)),
    ("answering: rest", (("retrieval/", ""),)),
    ("SQLite", (("aiosqlite/", ""), ("bot/store/", ""))),
)


def report(path: Path, replies: int) -> str:
    """Return what a profile says of so many replies, as text."""
    found = json.loads(path.read_text("utf-8"))
    frames = [[*frame, getline(frame[0], frame[2])] for frame in found["frames"]]
    for stack in found["stacks"]:
        stack[2] = [frames[number] for number in stack[2]]
    scale = found["seconds"] * 1000 / found["samples"] / max(replies, 1)
    lines = [f"{replies} replies in {found['seconds']:.1f} s, {found['samples']} samples", ""]
    lines += ["CPU ms a reply by thread (user + system):"]
    for name, (user, system) in sorted(found["cpu"].items(), key=lambda one: -sum(one[1])):
        if user + system > 0.005:
            each = user * 1000 / replies, system * 1000 / replies
            lines.append(f"{sum(each):8.2f}  {name} ({each[0]:.2f} + {each[1]:.2f})")
    for thread in dict.fromkeys(stack[0] for stack in found["stacks"]):
        stacks = [one[1:] for one in found["stacks"] if one[0] == thread and not _idles(one[2])]
        total = sum(count for count, _ in stacks)
        if total * scale < 0.05:
            continue
        rules = MAIN_PARTS if thread == "main" else OTHER_PARTS
        cpu = sum(found["cpu"].get("MainThread" if thread == "main" else thread, (0.0, 0.0)))
        used = cpu * 1000 / max(replies, 1)
        lines += ["", f"{thread}: busy {total * scale:.2f} ms a reply (wall), CPU {used:.2f}"]
        lines += _ranked(((part_of(stack, rules), count) for count, stack in stacks), scale)
        lines += ["", f"{thread}: lines"]
        lines += _ranked(((_line(stack[0]), count) for count, stack in stacks), scale)
        lines += ["", f"{thread}: functions, with what they call"]
        lines += _ranked(_inclusive(stacks), scale)
    return "\n".join(lines)


def part_of(stack: Sequence[Frame], rules: Sequence[Any]) -> str:
    """Return the name of the first part that the stack belongs to, else its innermost file."""
    for name, places in rules:
        for file, function in places:
            if any(file in frame[0] and frame[1].startswith(function) for frame in stack):
                return str(name)
    return f"else: {_line(stack[0])}"


def _idles(stack: Sequence[Frame]) -> bool:
    file, name, _, line = stack[0]
    if file.endswith(_IDLE) and any(words in line for words in _IDLE_LINES):
        return True
    waits = ("_worker", "_connection_worker_thread", "Connection.run")
    return name in waits and ".get(" in line


def _inclusive(stacks: Iterable[tuple[int, Sequence[Frame]]]) -> Iterable[tuple[str, int]]:
    for count, stack in stacks:
        for name in {f"{_short(frame[0])} {frame[1]}" for frame in stack}:
            yield name, count


def _ranked(pairs: Iterable[tuple[str, int]], scale: float) -> list[str]:
    counts: Counter[str] = Counter()
    for name, count in pairs:
        counts[name] += count
    return [f"{count * scale:8.2f}  {name}" for name, count in counts.most_common(TOP)]


def _line(frame: Frame) -> str:
    return f"{_short(frame[0])}:{frame[2]} {frame[1]}: {frame[3].strip()[:70]}"


def _short(file: str) -> str:
    return "/".join(file.split("/")[-3:])
