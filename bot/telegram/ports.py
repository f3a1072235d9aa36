"""What the Telegram application needs of the rest of Newsdesk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from telegram.ext import Application

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pydantic import SecretStr

    from retrieval.followup import Turn
    from retrieval.types import Excerpt, Hit, Reply

# Handlers keep nothing in the library's user, chat and bot data, so their types don't matter.
App: TypeAlias = Application[Any, Any, Any, Any, Any, Any]


class TimedReply(Protocol):
    """A reply and how long it took."""

    @property
    def reply(self) -> Reply:
        """The answer or abstention."""
        ...

    @property
    def turn(self) -> Turn:
        """What the next question may lean on."""
        ...

    @property
    def hits(self) -> Sequence[Hit]:
        """The passages that the reply was drawn from, best first."""
        ...

    @property
    def further(self) -> Sequence[Excerpt]:
        """What else there is to read beside an answer, best first."""
        ...

    @property
    def understood(self) -> str:
        """What a follow-up was searched for as, "" for a question that stands alone."""
        ...


class Desk(Protocol):
    """Answers questions; any number at the same time."""

    async def ask(
        self,
        question: str,
        *,
        turns: Sequence[Turn] = (),
        length: int | None = None,
        source: str | None = None,
    ) -> TimedReply:
        """Answer a question of today, after `turns`.

        `length` code points are quoted at most (None: as set), of the articles of `source` (None:
        of all). Raises RetrievalError if it can't be searched for.
        """
        ...

    def foresee(self, question: str) -> None:
        """Get ready for a question that is about to be asked."""
        ...

    async def search(self, text: str, limit: int = ..., source: str | None = None) -> list[Hit]:
        """Return up to `limit` passages for some words, best first, of `source` (None: of all).

        Raises RetrievalError.
        """
        ...


class Observer(Protocol):
    """Is told what the bot does, in numbers; must neither wait nor raise."""

    def asked(self, way: str, outcome: str, seconds: float) -> None:
        """Count a question that ended."""
        ...

    def requested(self, method: str, result: str) -> None:
        """Count a request to Telegram."""
        ...

    def waited(self, seconds: float) -> None:
        """Count how long a request waited for its turn."""
        ...

    def takes_updates(self, waiting: Callable[[], int]) -> None:
        """Note that updates are taken from now on; `waiting` says how many are on hand."""
        ...

    def fetches(self) -> None:
        """Note that updates were fetched, or are about to be for the first time."""
        ...

    def stops(self) -> None:
        """Note that no more updates are taken."""
        ...


class Settings(Protocol):
    """The settings that concern Telegram."""

    @property
    def telegram_token(self) -> SecretStr | None:
        """The bot's token from @BotFather."""
        ...

    @property
    def telegram_api(self) -> str:
        """The Bot API's address without a path, such as https://api.telegram.org."""
        ...

    @property
    def admins(self) -> frozenset[int]:
        """Telegram ids of the owners."""
        ...

    @property
    def access(self) -> Literal["open", "allow-list"]:
        """Who may use the bot."""
        ...

    @property
    def questions_per_hour(self) -> int:
        """How many questions a person may ask within an hour; 0 for no limit."""
        ...

    @property
    def questions_per_day(self) -> int:
        """The same within a day."""
        ...

    @property
    def subscriptions_per_chat(self) -> int:
        """How many subscriptions a chat may have."""
        ...

    @property
    def webhook_url(self) -> str | None:
        """Where Telegram brings updates; None to fetch them."""
        ...

    @property
    def webhook_listen(self) -> str:
        """The "HOST:PORT" that a proxy passes the webhook's requests on to."""
        ...

    @property
    def webhook_secret(self) -> SecretStr | None:
        """What Telegram proves itself with; None for a new one at each start."""
        ...
