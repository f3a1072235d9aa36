"""What the alerting needs of the rest: a desk to ask, and how messages are worded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from bot.alerts.telling import Digest, Story
    from bot.alerts.types import Subscription
    from bot.desk import TimedReply
    from bot.store.records import Chat
    from retrieval.embedding import Embedder
    from retrieval.library import Library


class Desk(Protocol):
    """The part of bot.desk.Desk that alerts are made with."""

    @property
    def library(self) -> Library:
        """The current library."""
        ...

    @property
    def embedder(self) -> Embedder:
        """The model that is loaded."""
        ...

    async def ask(self, question: str, *, source: str | None = None) -> TimedReply:
        """Answer a question."""
        ...

    async def embed(self, text: str) -> NDArray[np.float32]:
        """Return the unit vector of a question or topic."""
        ...


class Renderer(Protocol):
    """Words messages; a payload is as bot.delivery.ports says.

    Pure and quick: it is called within transactions, and may be called again for the same message.
    `chat` has the language, and the kind: in channels buttons are of no use.
    """

    def alert(self, story: Story, chat: Chat) -> dict[str, Any]:
        """Return the payload of an alert: one message, so that it can be edited."""
        ...

    def digest(self, digest: Digest, chat: Chat) -> dict[str, Any]:
        """Return the payload of a digest."""
        ...

    def answer(self, subscription: Subscription, timed: TimedReply, chat: Chat) -> dict[str, Any]:
        """Return the payload of the answer to what could not be answered before."""
        ...
