"""The line of requests: never above a rate in any window, never out of order, nobody forgotten."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from bot.telegram import buckets
from bot.telegram.buckets import Line, Priority, Rates, Ticket, Window

if TYPE_CHECKING:
    import pytest

RATES = Rates(overall=(5, 1.0), private=((2, 2.0),), group=((2, 2.0), (4, 10.0)))
CHATS = [1, 2, -1, "@channel", None]

ARRIVALS = st.lists(
    st.tuples(
        st.floats(0, 20),
        st.sampled_from(CHATS),
        st.sampled_from(Priority),
        st.sampled_from([True, True, True, False]),
    ),
    max_size=60,
)
PAUSES = st.lists(st.tuples(st.floats(0, 20), st.floats(0, 5)), max_size=3)


def simulate(
    arrivals: list[tuple[float, int | str | None, Priority, bool]],
    pauses: list[tuple[float, float]],
) -> list[tuple[float, Ticket]]:
    """Run a line as the rate limiter does; return who passed when."""
    line = Line(RATES)
    events: list[tuple[float, Ticket | float]] = [
        (time, Ticket(priority, number, chat, counted))
        for number, (time, chat, priority, counted) in enumerate(sorted(arrivals, key=str))
    ]
    events += [(time, time + seconds) for time, seconds in pauses]
    events.sort(key=lambda event: event[0])
    passed: list[tuple[float, Ticket]] = []
    while events or line.next_time() is not None:
        due = line.next_time()
        if events and (due is None or events[0][0] <= due):
            now, event = events.pop(0)
            line.join(event) if isinstance(event, Ticket) else line.pause(event)
        else:
            assert due is not None
            now = max(due, passed[-1][0] if passed else due)
        passed += [(now, ticket) for ticket in line.admit(now)]
    return passed


def most_in_a_window(times: list[float], seconds: float) -> int:
    return max(
        (sum(start <= time < start + seconds for time in times) for start in times), default=0
    )


@given(ARRIVALS, PAUSES)
def test_no_window_holds_more_than_the_rate(
    arrivals: list[tuple[float, int | str | None, Priority, bool]],
    pauses: list[tuple[float, float]],
) -> None:
    passed = simulate(arrivals, pauses)
    assert len(passed) == len(arrivals)
    times: defaultdict[int | str | None, list[float]] = defaultdict(list)
    for time, ticket in passed:
        if ticket.counted:
            times[ticket.chat].append(time)
    # Times are floats: a window's end may lie one rounding before the next event.
    shade = 1e-9
    assert most_in_a_window(list(chain(*times.values())), 1.0 - shade) <= 5
    for chat, sent in times.items():
        if chat is not None:
            assert most_in_a_window(sent, 2.0 - shade) <= 2
        if chat in {-1, "@channel"}:
            assert most_in_a_window(sent, 10.0 - shade) <= 4
    for start, seconds in pauses:
        assert not any(start < time < start + seconds for time, _ in passed)


@given(ARRIVALS)
def test_a_chat_gets_its_messages_of_a_priority_in_order(
    arrivals: list[tuple[float, int | str | None, Priority, bool]],
) -> None:
    together = [(0.0, chat, priority, True) for _, chat, priority, _ in arrivals]
    order: defaultdict[object, list[int]] = defaultdict(list)
    for _, ticket in simulate(together, []):
        order[ticket.chat, ticket.priority].append(ticket.arrival)
    assert all(numbers == sorted(numbers) for numbers in order.values())


def test_answers_go_before_bulk_that_came_earlier() -> None:
    line = Line(Rates(overall=(1, 1.0)))
    bulk, answer = Ticket(Priority.BULK, 1, 1), Ticket(Priority.ANSWER, 2, 2)
    line.join(bulk)
    line.join(answer)
    assert line.admit(0.0) == [answer]
    assert line.admit(0.999) == []
    assert line.next_time() == 1.0
    assert line.admit(1.0) == [bulk]
    assert line.next_time() is None


def test_bulk_goes_evenly_within_a_chat_and_answers_do_not_wait_for_it() -> None:
    line = Line(Rates(bulk_chat=((1, 1.0),)))
    tickets = [Ticket(Priority.BULK, number, 1) for number in (1, 2)]
    other, answer = Ticket(Priority.BULK, 3, 2), Ticket(Priority.ANSWER, 4, 1)
    for ticket in (*tickets, other, answer):
        line.join(ticket)
    assert line.admit(0.0) == [answer, tickets[0], other]
    assert line.next_time() == 1.0
    assert line.admit(0.9) == []
    assert line.admit(1.0) == [tickets[1]]


def test_a_full_chat_does_not_hold_up_another() -> None:
    line = Line(Rates(private=((1, 60.0),)))
    first, second, other = (Ticket(Priority.ANSWER, n, chat) for n, chat in enumerate([1, 1, 2]))
    for ticket in (first, second, other):
        line.join(ticket)
    assert line.admit(0.0) == [first, other]
    line.leave(second)
    line.leave(second)
    assert line.next_time() is None


def test_a_shorter_pause_does_not_end_a_longer_one() -> None:
    line = Line(Rates())
    ticket = Ticket(Priority.ANSWER, 1, 1)
    line.join(ticket)
    line.pause(10.0)
    line.pause(3.0)
    assert line.admit(9.9) == []
    assert line.next_time() == 10.0
    assert line.admit(10.0) == [ticket]


def test_the_rates_are_telegrams() -> None:
    rates = Rates()
    assert rates.overall == (30, 1.0)
    assert rates.of(7) == ((3, 3.0),)
    assert (20, 60.0) in rates.of(-7)
    assert (20, 60.0) in rates.of("@channel")


def test_windows_forget_and_so_does_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    window = Window(1, 2.0)
    assert window.is_idle(0.0)
    window.take(0.0)
    assert not window.is_idle(1.9)
    assert window.is_idle(2.0)

    monkeypatch.setattr(buckets, "MANY_CHATS", 2)
    line = Line(RATES)
    for chat in range(1, 5):
        line.join(Ticket(Priority.ANSWER, chat, chat))
        assert line.admit(chat * 1.5)
    assert set(line._chats) == {3, 4}
