"""The rate limiter on a clock that the tests move."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from telegram.error import RetryAfter, TimedOut

from bot.operations.metrics import Metrics
from bot.telegram.buckets import Priority
from bot.telegram.rate_limiter import MARGIN_SECONDS, Errand, RateLimiter

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass
class Alarm:
    when: float
    callback: Callable[[], None]
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


@dataclass
class Timer:
    now: float = 0.0
    alarms: list[Alarm] = field(default_factory=list)

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, callback: Callable[[], None], /) -> Alarm:
        self.alarms.append(Alarm(when, callback))
        return self.alarms[-1]

    async def move_to(self, time: float) -> None:
        """Let time pass, ringing every alarm on the way."""
        await settle()
        while due := [one for one in self.alarms if not one.cancelled and one.when <= time]:
            alarm = min(due, key=lambda one: one.when)
            self.alarms.remove(alarm)
            self.now = max(self.now, alarm.when)
            alarm.callback()
            await settle()
        self.now = time


async def settle() -> None:
    """Let everything that can run do so."""
    for _ in range(20):
        await asyncio.sleep(0)


class Api:
    """Telegram as the limiter meets it: notes what arrives when, fails as planned."""

    def __init__(self) -> None:
        self.timer = Timer()
        self.limiter = RateLimiter(timer=self.timer)
        self.arrived: list[tuple[float, str]] = []
        self.failures: dict[str, list[Exception]] = {}
        self.held: dict[str, asyncio.Event] = {}

    def request(
        self,
        name: str,
        *,
        chat: int | str | None = 1,
        endpoint: str = "sendMessage",
        priority: Priority | Errand | None = None,
    ) -> asyncio.Task[Any]:
        async def call(*args: str, **kwargs: int) -> str:
            assert (args, kwargs) == ((name,), {"timeout": 1})
            self.arrived.append((self.timer.now, name))
            if name in self.held:
                await self.held[name].wait()
            if self.failures.get(name):
                raise self.failures[name].pop(0)
            return f"{name} done"

        data = {} if chat is None else {"chat_id": chat}
        return asyncio.create_task(
            self.limiter.process_request(call, (name,), {"timeout": 1}, endpoint, data, priority)
        )

    def names(self) -> list[str]:
        return [name for _, name in self.arrived]


@pytest.fixture
def api() -> Api:
    return Api()


def flood(seconds: float) -> RetryAfter:
    return RetryAfter(timedelta(seconds=seconds))


async def test_one_private_chat_is_paced_after_a_small_burst(api: Api) -> None:
    tasks = [api.request(str(number)) for number in range(7)]
    await api.timer.move_to(0)
    assert api.names() == ["0", "1", "2"]
    await api.timer.move_to(3)
    assert api.names() == ["0", "1", "2", "3", "4", "5"]
    await api.timer.move_to(6)
    assert [await task for task in tasks] == [f"{number} done" for number in range(7)]


async def test_a_group_gets_twenty_a_minute(api: Api) -> None:
    tasks = [api.request(str(number), chat="-100") for number in range(25)]
    await api.timer.move_to(59.9)
    assert len(api.arrived) == 20
    await api.timer.move_to(120)
    await asyncio.gather(*tasks)


async def test_all_chats_together_get_thirty_a_second(api: Api) -> None:
    tasks = [api.request(str(chat), chat=chat) for chat in range(1, 41)]
    await api.timer.move_to(0.99)
    assert len(api.arrived) == 30
    await api.timer.move_to(1)
    await asyncio.gather(*tasks)
    assert len(api.arrived) == 40


async def test_answers_overtake_bulk(api: Api) -> None:
    tasks = [api.request(f"b{n}", chat=n, priority=Priority.BULK) for n in range(1, 41)]
    await api.timer.move_to(0)
    tasks += [api.request(f"answer {n}", chat=98 + n) for n in (1, 2)]
    await api.timer.move_to(1)
    assert api.names()[:4] == ["b1", "answer 1", "answer 2", "b2"]
    assert len(api.names()) in {22, 23}, "bulk leaves room: 20 in a second"
    await api.timer.move_to(3)
    await asyncio.gather(*tasks)


async def test_an_errand_is_told_of_its_turn_and_never_repeated(api: Api) -> None:
    told = []

    async def begin() -> None:
        told.append(api.timer.now)

    async def refuse() -> None:
        raise LookupError

    api.failures["flooded"] = [flood(10)]
    flooded = api.request("flooded", priority=Errand(Priority.BULK, begin))
    given_up = api.request("never", chat=2, priority=Errand(Priority.BULK, refuse))
    late = api.request("late", chat=3, priority=Errand(Priority.BULK, begin))
    await api.timer.move_to(0)
    await api.timer.move_to(20)
    with pytest.raises(RetryAfter):
        await flooded
    with pytest.raises(LookupError):
        await given_up
    await late
    assert api.names() == ["flooded", "late"]
    assert told[0] == 0
    assert told[1] >= 10, "the others wait as long as Telegram asks"


async def test_an_errand_that_took_long_to_begin_waits_for_another_turn(api: Api) -> None:
    slow = asyncio.Event()

    async def begin() -> None:
        await slow.wait()

    late = [
        api.request(f"late {n}", chat=n, priority=Errand(Priority.BULK, begin)) for n in (1, 2, 3)
    ]
    await api.timer.move_to(1)
    slow.set()
    await api.timer.move_to(2)
    await asyncio.gather(*late)
    first, second, third = [when for when, _ in api.arrived]
    assert second - first == pytest.approx(0.05)
    assert third - second == pytest.approx(0.05)


async def test_a_flood_wait_holds_everything_back_until_it_ends(api: Api) -> None:
    api.failures["a"] = [flood(10)]
    first = api.request("a")
    await api.timer.move_to(0)
    second = api.request("b", chat=2)
    action = api.request("typing", chat=2, endpoint="sendChatAction")
    callback = api.request("callback", chat=None, endpoint="answerCallbackQuery")
    await api.timer.move_to(10)
    assert api.names() == ["a"]
    await api.timer.move_to(10 + MARGIN_SECONDS)
    assert api.names() == ["a", "a", "b", "typing", "callback"]
    await asyncio.gather(first, second, action, callback)


async def test_concurrent_requests_do_not_end_a_flood_wait(api: Api) -> None:
    api.held["fine"], api.held["short"] = asyncio.Event(), asyncio.Event()
    tasks = [api.request("fine"), api.request("short", chat=2), api.request("long", chat=3)]
    api.failures["long"], api.failures["short"] = [flood(10)], [flood(2)]
    await api.timer.move_to(1)
    assert api.names() == ["fine", "short", "long"]
    api.held["short"].set()
    api.held["fine"].set()
    assert await tasks[0] == "fine done"
    tasks.append(api.request("later", chat=4))
    await api.timer.move_to(10)
    assert len(api.arrived) == 3
    await api.timer.move_to(11)
    assert sorted(api.names()[3:]) == ["later", "long", "short"]
    await asyncio.gather(*tasks)


async def test_a_repeated_message_keeps_its_place_in_the_chat(api: Api) -> None:
    api.failures["first"] = [flood(1)]
    tasks = [api.request("first")]
    await api.timer.move_to(0)
    tasks.append(api.request("second"))
    await api.timer.move_to(5)
    assert api.names() == ["first", "first", "second"]
    await asyncio.gather(*tasks)


async def test_repeats_are_bounded(api: Api) -> None:
    api.failures["a"] = [flood(1) for _ in range(9)]
    task = api.request("a")
    await api.timer.move_to(100)
    with pytest.raises(RetryAfter):
        await task
    assert len(api.arrived) == 4


async def test_what_may_have_arrived_is_not_repeated(api: Api) -> None:
    api.failures["a"] = [TimedOut()]
    task = api.request("a")
    await api.timer.move_to(100)
    with pytest.raises(TimedOut):
        await task
    assert len(api.arrived) == 1


@pytest.mark.parametrize("endpoint", ["getUpdates", "setMyCommands", "getMe", "getFile"])
async def test_requests_about_the_bot_itself_pass_untouched(api: Api, endpoint: str) -> None:
    api.failures["own"] = [flood(3600)]
    with pytest.raises(RetryAfter):
        await api.request("own", chat=None, endpoint=endpoint)
    await api.request("a")
    api.failures["b"] = [flood(3600)]
    waiting = api.request("b")
    await settle()
    assert await api.request("own", chat=None, endpoint=endpoint) == "own done"
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)


async def test_what_is_no_message_is_not_counted(api: Api) -> None:
    actions = [api.request(f"t{n}", endpoint="sendChatAction") for n in range(50)]
    message = api.request("message")
    await api.timer.move_to(0)
    await asyncio.gather(*actions, message)
    assert len(api.arrived) == 51


async def test_edits_count_like_messages_also_without_a_chat(api: Api) -> None:
    tasks = [api.request(str(n), chat=None, endpoint="editMessageText") for n in range(31)]
    await api.timer.move_to(0)
    assert len(api.arrived) == 30
    await api.timer.move_to(1)
    await asyncio.gather(*tasks)


async def test_a_request_given_up_leaves_the_line(api: Api) -> None:
    tasks = [api.request(str(number)) for number in range(5)]
    await api.timer.move_to(0)
    tasks[3].cancel()
    await api.timer.move_to(3)
    assert api.names() == ["0", "1", "2", "4"]
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_nothing_rings_after_shutdown(api: Api) -> None:
    await api.limiter.initialize()
    tasks = [api.request(str(number)) for number in range(5)]
    await api.timer.move_to(0)
    await api.limiter.shutdown()
    await api.timer.move_to(100)
    assert len(api.arrived) == 3
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_the_event_loop_is_the_clock_unless_another_is_given() -> None:
    async def call() -> str:
        return "done"

    limiter = RateLimiter()
    assert (
        await limiter.process_request(call, (), {}, "sendMessage", {"chat_id": 1}, None) == "done"
    )
    await limiter.shutdown()


async def test_an_observer_is_told_of_waits_and_results(api: Api) -> None:
    metrics = Metrics()
    api.limiter = RateLimiter(timer=api.timer, observer=metrics)
    api.failures["a"] = [flood(4)]
    api.failures["b"] = [TimedOut()]
    tasks = [
        api.request("a"),
        api.request("b", chat=2),
        api.request("me", chat=None, endpoint="getMe"),
    ]
    await api.timer.move_to(60)
    await asyncio.gather(*tasks, return_exceptions=True)
    value = metrics.registry.get_sample_value
    counted = "newsdesk_telegram_requests_total"
    for method, result in (
        ("sendMessage", "flood"),
        ("sendMessage", "ok"),
        ("sendMessage", "timeout"),
        ("getMe", "ok"),
    ):
        assert value(counted, {"method": method, "result": result}) == 1
    assert value("newsdesk_telegram_wait_seconds_count") == 3
    both = 2 * (4 + MARGIN_SECONDS)  # the second one came when the first had to wait
    assert value("newsdesk_telegram_wait_seconds_sum") == pytest.approx(both)
