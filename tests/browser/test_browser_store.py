"""The page's pure modules, in a browser: what it keeps of chats, what it counts as unread."""

from __future__ import annotations

import html
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import bot.playground.page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from selenium.webdriver.chrome.webdriver import WebDriver

    Run = Callable[..., Any]
    Operation = tuple[int, str | None]

STATIC = Path(bot.playground.page.__file__).parent / "static"
LEDGER = """
const {Ledger} = await import('/js/ledger.js');
const [steps, chat] = [arguments[0], 7];
const made = ([message_id, text]) => ({message_id, text});
const ledger = new Ledger();
const loads = [];
for (const [name, ...rest] of steps) {
  if (name === 'put') ledger.put(chat, made(rest));
  if (name === 'remove') ledger.remove(chat, rest[0]);
  if (name === 'begin') loads.push(ledger.begin(chat));
  if (name === 'settle') ledger.settle(loads[rest[0]], rest[1].map(made));
  if (name === 'distrust') ledger.distrust();
}
const messages = ledger.of(chat).map(one => [one.message_id, one.text]);
return {messages, whole: ledger.isWhole(chat)};
"""
UNREAD = """
const {Reads} = await import('/js/unread.js');
const kept = new Map();
const setItem = (name, text) => kept.set(name, text);
const storage = {getItem: name => kept.get(name) ?? null, setItem};
const [steps, messages] = arguments;
for (const [name, ...rest] of steps) new Reads(storage)[name](...rest);
const told = messages.map(([message_id, from, thread]) => ({
  message_id, from: {id: from}, ...(thread ? {message_thread_id: thread} : {})}));
const {all, threads} = new Reads(storage).count(1, 7, told);
return {all, threads: [...threads]};
"""
unhurried = settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""


@pytest.fixture(scope="module")
def run(browser: WebDriver) -> Iterator[Run]:
    """Return what runs a script's body, which may await, beside the page's modules."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(STATIC))) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        browser.get(f"http://127.0.0.1:{server.server_port}/css/theme.css")
        try:
            yield lambda body, *given: browser.execute_script(
                f"return (async function () {{ {body} }}).apply(null, arguments)", *given
            )
        finally:
            browser.get("about:blank")
            server.shutdown()
            thread.join()


def book_after(operations: list[Operation]) -> list[list[object]]:
    """Return a chat's messages after these: a text is put, None removes."""
    book: dict[int, str] = {}
    for number, text in operations:
        if text is None:
            book.pop(number, None)
        else:
            book[number] = text
    return [[number, book[number]] for number in sorted(book)]


def told(operation: Operation) -> list[object]:
    """Return a step of the feed."""
    number, text = operation
    return ["remove", number] if text is None else ["put", number, text]


operations = st.lists(
    st.tuples(st.integers(1, 5), st.one_of(st.none(), st.sampled_from("abc"))), max_size=12
)


@unhurried
@given(happened=operations, data=st.data())
def test_history_and_feed_agree_however_they_arrive(
    run: Run, happened: list[Operation], data: st.DataObject
) -> None:
    # The history is as the server had it at some moment after it was asked for; the feed brings
    # everything in order, and may lag behind that moment or be ahead of it when it arrives.
    asked = data.draw(st.integers(0, len(happened)))
    arrived = data.draw(st.integers(asked, len(happened)))
    taken = data.draw(st.integers(asked, len(happened)))
    steps: list[list[object]] = [told(one) for one in happened]
    history = book_after(happened[:taken])
    steps[arrived:arrived] = [["settle", 0, history]]
    steps[asked:asked] = [["begin"]]
    found = run(LEDGER, steps)
    assert found == {"messages": book_after(happened), "whole": True}


def test_a_history_asked_for_before_the_feed_broke_is_not_believed(run: Run) -> None:
    steps = [["put", 1, "old"], ["begin"], ["distrust"], ["settle", 0, [[2, "late"]]]]
    assert run(LEDGER, steps) == {"messages": [[1, "old"]], "whole": False}
    steps += [["begin"], ["settle", 1, [[3, "now"]]]]
    assert run(LEDGER, steps) == {"messages": [[3, "now"]], "whole": True}


messages = st.lists(
    st.tuples(st.integers(1, 20), st.sampled_from([1, 2]), st.sampled_from([0, 5])),
    unique_by=lambda one: one[0],
    max_size=10,
).map(sorted)


@unhurried
@given(listed=messages, base=st.integers(0, 20), read=st.integers(0, 20))
def test_what_others_wrote_after_what_was_read_is_unread(
    run: Run, listed: list[tuple[int, int, int]], base: int, read: int
) -> None:
    steps = [["base", 7, base], ["base", 7, 99], ["read", 1, 7, 5, read]]
    found = run(UNREAD, steps, listed)
    expected: dict[int, int] = {}
    for number, sender, thread in listed:
        if sender != 1 and number > (read if thread == 5 else base):
            expected[thread] = expected.get(thread, 0) + 1
    assert dict(map(tuple, found["threads"])) == expected
    assert found["all"] == sum(expected.values())


def test_marks_of_an_earlier_run_come_down_to_what_there_is(run: Run) -> None:
    marks = [["base", 7, 50], ["read", 1, 7, None, 60], ["base", 8, 50]]
    late = [[4, 2, 0]]
    assert run(UNREAD, marks, late)["all"] == 0
    assert run(UNREAD, [*marks, ["cap", 7, 3]], late)["all"] == 1
    assert run(UNREAD, [*marks, ["cap", 8, 3]], late)["all"] == 0


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("", [None, None, None, False]),
        ("#4500000000000001", [4500000000000001, None, None, False]),
        ("#4500000000000001/list", [4500000000000001, None, None, True]),
        ("#4500000000000001/-4500000000000002", [4500000000000001, -4500000000000002, None, False]),
        ("#1/-2/3", [1, -2, 3, False]),
        ("#<b>/x/", [None, None, None, False]),
    ],
)
def test_an_address_names_person_chat_and_topic(
    run: Run, address: str, place: list[int | bool | None]
) -> None:
    script = "const {parsePlace} = await import('/js/place.js');"
    script += "const {person, chat, thread, list} = parsePlace(arguments[0]);"
    assert run(f"{script} return [person, chat, thread, list];", address) == place
    if "/" in address and place[0] is not None:
        script = "const {parsePlace, placeHash} = await import('/js/place.js');"
        assert run(f"{script} return placeHash(parsePlace(arguments[0]));", address) == address


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "real time"),
        (59, "59 s ahead"),
        (3660, "1 h 1 min ahead"),
        (86_400, "1 d ahead"),
        (8 * 86_400 + 3600 + 5, "1 w 1 d ahead"),
    ],
)
def test_how_far_the_clock_is_ahead_in_words(run: Run, seconds: int, words: str) -> None:
    script = "const {ahead} = await import('/js/time.js'); return ahead(arguments[0]);"
    assert run(script, seconds) == words


@unhurried
@given(text=st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=40))
def test_plain_text_is_what_was_escaped(run: Run, text: str) -> None:
    script = "const {plainText} = await import('/js/plaintext.js'); return plainText(arguments[0]);"
    assert run(script, html.escape(text)) == text
    assert run(script, f"<b>{html.escape(text)}</b>") == text


@pytest.mark.parametrize(
    ("marked", "words"),
    [
        ('<a href="https://a.example?b=1&amp;c">A</a> <i>B</i>', "A B"),
        ("<blockquote expandable>Q</blockquote><tg-spoiler>S</tg-spoiler>", "QS"),
        ("1 &lt; 2 &amp;lt; &quot;3&quot; &#39;4&#x27;", "1 < 2 &lt; \"3\" '4'"),
        ("2 < 3 &nbsp; &#0; &#x110000;", "2 < 3 &nbsp; &#0; &#x110000;"),
    ],
)
def test_tags_go_and_entities_are_read_once(run: Run, marked: str, words: str) -> None:
    script = "const {plainText} = await import('/js/plaintext.js'); return plainText(arguments[0]);"
    assert run(script, marked) == words


def test_the_clock_and_calls_of_other_days_carry_their_date(run: Run) -> None:
    script = """
    const {clockTime, secondsTime} = await import('/js/time.js');
    const today = new Date(2026, 10, 23, 0, 5);
    const times = [new Date(2026, 10, 23, 1, 52, 3), new Date(2026, 10, 22, 23, 59, 59),
      new Date(2027, 0, 1, 8, 0, 0)];
    return [clockTime(times[0]), ...times.map(one => secondsTime(one, today))];
    """
    assert run(script) == [
        "Mon 23 Nov 2026, 01:52",
        "01:52:03",
        "22 Nov, 23:59:59",
        "1 Jan 2027, 08:00:00",
    ]
