"""Newsdesk: `newsdesk index` of the articles, then its desk, asked for passages and for replies."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from benchmarks.peers.collection import Files, read_articles
from benchmarks.peers.systems import TOP, Found, Ingested, Way
from bot.building import index_home, load_embedder, passage_rule
from bot.collection.locating import source_at
from bot.collection.opening import open_collection
from bot.desk import Desk, reopen_library
from bot.settings import load_settings
from retrieval.evaluation.run import evaluate
from retrieval.index.sync import SyncOptions, sync
from retrieval.passages import embedding_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from benchmarks.peers.collection import Text
    from bot.settings import Settings
    from retrieval.embedding import Embedder
    from retrieval.evaluation.dataset import EvaluationQuestion
    from retrieval.types import Hit


class KnownVectors:
    """An embedder that knows the passages' vectors; everything else is the model's."""

    def __init__(self, model: Embedder, vectors: Mapping[str, NDArray[np.float32]]) -> None:
        self._model = model
        self._vectors = vectors
        self.spec = model.spec
        self.dimension = model.dimension
        self.window = model.window
        self.embed_questions = model.embed_questions
        self.count_tokens = model.count_tokens

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the known vectors of `texts`. Raises KeyError for any other text."""
        import numpy as np

        return np.stack([self._vectors[text] for text in texts])


class Peer:
    """Newsdesk with its defaults but for the model's number format."""

    def __init__(self, precision: str) -> None:
        self._precision = precision

    def load(self, *, texts: bool) -> None:
        """Load the model; what is fastest here is measured once and remembered."""
        self._shared = load_settings(precision=self._precision)
        self._embedder = load_embedder(self._shared)
        if texts:
            self._embedder.embed_passages(["The model for passages is loaded with the first one."])

    def ingest(self, files: Files, folder: Path) -> Ingested:
        """Index the articles as `newsdesk index` does: read, kept in the database, cut, indexed."""
        passages = asyncio.run(self._sync(self._settings(folder), files.articles))
        return Ingested(passages, note=self._format())

    def build(self, texts: Sequence[Text], vectors: NDArray[np.float32], folder: Path) -> None:
        """Index the articles beside `folder` with known vectors; the database is left out."""
        known = dict(zip([embedding_text(t.title, t.text) for t in texts], vectors, strict=True))
        settings = self._settings(folder)
        articles = read_articles(Files.within(folder.parent).articles, None)
        options = SyncOptions(
            self._embedder.spec, passage_rule(settings), (str(folder),), datetime.now(UTC)
        )
        embedder = KnownVectors(self._embedder, known)
        sync(index_home(settings), articles, options, load_embedder=lambda: embedder)

    def open(self, folder: Path) -> dict[str, Way]:
        """Open the desk. "search" gives passages, "reply" a whole answer with its citations."""
        self._library = reopen_library(self._settings(folder), self._embedder)
        self._loop = asyncio.new_event_loop()
        self._desk = Desk(self._library, self._embedder)
        return {
            "search": Way(lambda q: self._loop.run_until_complete(self._search(q)), self._search),
            "reply": Way(lambda q: self._loop.run_until_complete(self._reply(q)), self._reply),
        }

    def judge(self, questions: Sequence[EvaluationQuestion]) -> dict[str, list[int | None]]:
        """Return the ranks of every stage, told the day of each question and not told it."""
        ranks: dict[str, list[int | None]] = {}
        for told in (True, False):
            asked = [q if told else replace(q, as_of=None) for q in questions]
            outcomes = evaluate(
                self._library, self._embedder, asked, today=datetime.now(UTC), stages=True
            )
            for outcome in outcomes:
                for stage, rank in outcome.stages.evidence.items() if outcome.stages else ():
                    name = f"{stage}, {'told the day' if told else 'not told the day'}"
                    ranks.setdefault(name, []).append(rank)
        return ranks

    def close(self) -> None:
        """End the desk's threads and the loop."""
        self._desk.close()
        self._loop.close()

    def _format(self) -> str:
        """Return the number format in use."""
        memory = self._shared.data / "precision.json"
        if self._precision != "auto" or not memory.exists():
            return self._precision
        return str(json.loads(memory.read_text(encoding="utf-8"))["precision"])

    def _settings(self, folder: Path) -> Settings:
        return load_settings(data=folder, precision=self._precision)

    async def _sync(self, settings: Settings, articles: Path) -> int:
        async with open_collection(settings, embedder=lambda: self._embedder) as collection:
            source = await source_at(collection, str(articles))
            report = await collection.sync(trigger="command", sources=[source])
            return report.passages

    async def _search(self, question: str) -> list[Found]:
        return _found(await self._desk.search(question, limit=TOP))

    async def _reply(self, question: str) -> list[Found]:
        return _found((await self._desk.ask(question)).hits[:TOP])


def _found(hits: Sequence[Hit]) -> list[Found]:
    return [Found(hit.passage.id, hit.passage.text) for hit in hits]
