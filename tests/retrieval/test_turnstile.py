"""The turnstile: one at a time, and who is in a hurry first."""

from __future__ import annotations

import threading
import time

import pytest

from retrieval.turnstile import Turnstile


def test_one_thread_at_a_time_is_inside() -> None:
    turnstile, inside, most = Turnstile(), 0, 0

    def go(hurried: bool) -> None:
        nonlocal inside, most
        for _ in range(50):
            with turnstile.turn(hurried=hurried):
                inside += 1
                most = max(most, inside)
                time.sleep(0.0001)
                inside -= 1

    threads = [threading.Thread(target=go, args=(n % 2 == 0,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most, inside) == (1, 0)


def test_who_is_in_a_hurry_goes_first_however_late_they_come() -> None:
    turnstile, order = Turnstile(), []

    def go(name: str, hurried: bool) -> None:
        with turnstile.turn(hurried=hurried):
            order.append(name)

    with turnstile.turn(hurried=False):
        threads = []
        for name, hurried in (("patient", False), ("patient", False), ("hurried", True)):
            thread = threading.Thread(target=go, args=(name, hurried))
            thread.start()
            threads.append(thread)
            time.sleep(0.02)  # so that they wait in this order
    for thread in threads:
        thread.join()
    assert order == ["hurried", "patient", "patient"]


def test_an_error_inside_gives_the_turn_back() -> None:
    turnstile = Turnstile()
    with pytest.raises(ZeroDivisionError), turnstile.turn(hurried=True):
        print(1 / 0)
    with turnstile.turn(hurried=False):
        order = "entered"
    assert order == "entered"
