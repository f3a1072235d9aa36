"""The page as a person uses it: people, chats, bubbles, buttons. Waits for what it shows."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bubbles import BUBBLES, Bubble, bubble_of
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from windows import LABELLED, PATIENCE, Window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_ME = "return import('/static/js/store.js').then(module => module.store.me?.id)"
_NOW = "return import('/static/js/store.js').then(module => module.store.clock.now)"


class ChatPage(Window):
    """A window with the page, by what people do there."""

    def seen(self) -> str:
        """Return the end of the open chat."""
        return f"the chat shows\n{self.transcript()}"

    # People and chats

    def open(self) -> None:
        """Load the page and wait until the bot runs."""
        self.front()
        self.driver.get(f"{self.url}/")
        self.ready()

    def ready(self, *, within: float = PATIENCE) -> None:
        """Wait until the page is filled and the bot runs."""
        people = "return document.querySelector('#people [data-person]') !== null"
        self.wait(lambda: self.run(people), "the people", within=within)
        running = "return document.querySelector('#status')?.dataset.state === 'running'"
        self.wait(lambda: self.run(running), "the bot running", within=within)

    def reload(self) -> None:
        """Load the page again, as F5 does."""
        self.front()
        self.driver.refresh()
        self.ready()

    def become(self, name: str) -> None:
        """Go on as another person."""
        number = self.wait(
            lambda: self.run(f"{LABELLED}?.dataset.person;", "#people [data-person]", name),
            f"the person {name}",
        )
        self.click(f'#people [data-person="{number}"]')
        self.wait(lambda: str(self.run(_ME)) == number, f"being {name}")

    def enter(self, title: str) -> None:
        """Open a chat by its title."""
        number = self.wait(lambda: self._chat_id(title), f"the chat {title}")
        self.click(f'#chats [data-chat="{number}"]')
        opened = "return document.querySelector('#history')?.dataset.chat === arguments[0]"
        self.wait(lambda: self.run(opened, number), f"the open chat {title}")

    def meet(self, name: str, title: str = "Newsdesk") -> None:
        """Become a person and open a chat of theirs."""
        self.become(name)
        self.enter(title)

    def _chat_id(self, title: str) -> str | None:
        found = self.run(f"{LABELLED}?.dataset.chat;", "#chats [data-chat]", title)
        return str(found) if found else None

    def topic(self, name: str) -> None:
        """Open a topic of the open forum."""
        self.click("#topics [data-topic]", name)

    def commands(self) -> dict[str, str]:
        """Return what the open chat's menu offers: descriptions by command."""
        if not self.sees("#commands"):
            self.click("#commands-toggle")
        self.find("#commands [data-command]")
        listed = self.run(
            "return [...document.querySelectorAll('#commands [data-command]')]"
            ".map(one => [one.dataset.command, one.innerText])"
        )
        self.click("#commands-toggle")
        return {name: text.strip().removeprefix(f"/{name}").strip() for name, text in listed}

    # Bubbles

    def bubbles(self) -> list[Bubble]:
        """Return what the open chat shows, oldest first."""
        return [bubble_of(one) for one in self.run(BUBBLES)]

    def bubble(self, number: int) -> Bubble:
        """Return a message as it stands."""
        return next(one for one in self.bubbles() if one.id == number)

    def last(self) -> int:
        """Return the newest message's number, 0 in an empty chat."""
        return max((one.id for one in self.bubbles()), default=0)

    def until(
        self, condition: Callable[[Bubble], Any], what: str, *, within: float = PATIENCE
    ) -> Bubble:
        """Return the newest message for which `condition` is true, once there is one."""

        def found() -> Bubble | None:
            return next((one for one in reversed(self.bubbles()) if condition(one)), None)

        return self.wait(found, what, within=within)  # type: ignore[return-value]

    def type(self, text: str) -> None:
        """Type a text into the composer."""
        box = self.find("#composer-text")
        box.send_keys(text)

    def say(self, text: str) -> Bubble:
        """Write a message and return it as the chat shows it."""
        before = self.last()
        self.type(text + Keys.ENTER)
        return self.until(lambda one: one.mine and one.id > before, f"{text!r} in the chat")

    def ask(self, text: str, *, within: float = PATIENCE) -> Bubble:
        """Write a message and return the bot's first one after it."""
        said = self.say(text)
        return self.next_after(said.id, within=within)

    def next_after(self, number: int, *, within: float = PATIENCE) -> Bubble:
        """Return the first message of somebody else's after that number, once there is one."""

        def found() -> Bubble | None:
            return next((one for one in self.bubbles() if one.id > number and not one.mine), None)

        return self.wait(found, f"an answer after {number}", within=within)  # type: ignore[return-value]

    def press(self, bubble: Bubble, label: str) -> None:
        """Press a button under a message."""
        self.click(f'#history .bubble[data-message="{bubble.id}"] .keyboard button', label)

    def pressed(self, bubble: Bubble, label: str) -> Bubble:
        """Press a button that changes its message; return the message changed."""
        before = self.bubble(bubble.id)
        self.press(bubble, label)
        return self.until(
            lambda one: (
                one.id == bubble.id and (one.text, one.buttons) != (before.text, before.buttons)
            ),
            f"the message changed by {label}",
        )

    def answered(self, bubble: Bubble, label: str) -> Bubble:
        """Press a button that brings a new message; return that."""
        before = self.last()
        self.press(bubble, label)
        return self.next_after(before)

    def do(self, bubble: Bubble, action: str) -> None:
        """Choose something from a message's menu: reply, edit, forward, copy, delete."""
        self.front()
        selector = f'#history .bubble[data-message="{bubble.id}"]'
        self.hand().context_click(self.find(f"{selector} .text")).perform()
        self.click(f'.bubble-menu [data-action="{action}"], [data-action="{action}"]')

    def transcript(self) -> str:
        """Return what the chat shows, for people."""
        return "\n".join(
            f"{one.id} {'me' if one.mine else 'they'}: {one.text} {list(one.buttons) or ''}"
            for one in self.bubbles()[-8:]
        )

    def toast(self, containing: str) -> None:
        """Wait for a passing notice."""
        self.wait(lambda: containing in self.text_of("#toast"), f"the notice {containing!r}")

    def send_file(self, path: Path) -> Bubble:
        """Choose a file, send it and return its message as the chat shows it."""
        before = self.last()
        self.front()
        self.driver.find_element(By.CSS_SELECTOR, "#composer-file").send_keys(str(path))
        self.find("#composer-files")
        self.click("#composer-send")
        return self.until(lambda one: one.mine and one.id > before, f"{path.name} in the chat")

    def move_clock_to(self, hour: int, minute: int) -> None:
        """Move the clock on to the next time that it shows this, in UTC."""
        if not self.sees("#clock-panel"):
            self.click("#clock-toggle")
        box = self.find("#clock-to")
        now = datetime.fromisoformat(self.run(_NOW))
        at = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
        at += timedelta(days=1) * (at <= now)
        self.run(
            "arguments[0].value = arguments[1];"
            "for (const kind of ['input', 'change'])"
            " arguments[0].dispatchEvent(new Event(kind, {bubbles: true}));",
            box,
            at.strftime("%Y-%m-%dT%H:%M"),
        )
        before = self.text_of("#clock-now")
        self.click("#clock-go")
        self.wait(lambda: self.text_of("#clock-now") != before, "the clock moved")
        self.click("#clock-toggle")

    # A second window, and what the browser wrote down

    @contextmanager
    def beside(self) -> Iterator[ChatPage]:
        """Give a second window with the page, closed at the end of the block."""
        self.front()
        self.driver.switch_to.new_window("window")
        other = ChatPage(self.driver, self.url, beside=self)
        try:
            other.open()
            yield other
        finally:
            other.front()
            self.driver.close()
            self.front()
