"""Builds the library's parts from the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.answering import AnswerRule, ExtractiveAnswerer
from retrieval.embedding import EmbedderSpec, SentenceTransformerEmbedder
from retrieval.index.home import IndexHome
from retrieval.passages import PassageRule
from retrieval.precision import fixed, measured

if TYPE_CHECKING:
    from bot.settings import Settings


def index_home(settings: Settings) -> IndexHome:
    """Return the index of the data folder."""
    return IndexHome(settings.data / "index")


def embedder_spec(settings: Settings) -> EmbedderSpec:
    """Return what decides the vectors."""
    return EmbedderSpec(settings.model, settings.query_prefix, settings.passage_prefix)


def passage_rule(settings: Settings) -> PassageRule:
    """Return how passages are made: joined up to the target, cut above 1.5 times it."""
    return PassageRule(settings.passage_tokens, settings.passage_tokens * 25 // 16)


def load_embedder(settings: Settings) -> SentenceTransformerEmbedder:
    """Load the model; takes seconds. Raises EmbeddingError."""
    precision = (
        measured(settings.data / "precision.json")
        if settings.precision == "auto"
        else fixed(settings.precision)
    )
    return SentenceTransformerEmbedder(embedder_spec(settings), precision=precision)


def answerer(settings: Settings) -> ExtractiveAnswerer:
    """Return the answerer with the settings' length and threshold."""
    return ExtractiveAnswerer(
        AnswerRule(length=settings.answer_length, threshold=settings.threshold)
    )
