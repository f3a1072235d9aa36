"""Builds the library's parts from the settings."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from retrieval.answering import AnswerRule, ExtractiveAnswerer
from retrieval.calibration import read_calibration
from retrieval.embedding import EmbedderSpec, SentenceTransformerEmbedder
from retrieval.errors import CalibrationError
from retrieval.index.home import IndexHome
from retrieval.onnx.embedder import open_embedder
from retrieval.passages import PassageRule
from retrieval.precision import fixed, measured

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bot.settings import Settings
    from retrieval.calibration import Calibration
    from retrieval.embedding import PassageEmbedder
    from retrieval.precision import Choose


def index_home(settings: Settings) -> IndexHome:
    """Return the index of the data folder."""
    return IndexHome(settings.data / "index")


def embedder_spec(settings: Settings) -> EmbedderSpec:
    """Return what decides the vectors."""
    return EmbedderSpec(settings.model, settings.query_prefix, settings.passage_prefix)


def passage_rule(settings: Settings) -> PassageRule:
    """Return how passages are made: joined up to the target, cut above 1.5 times it."""
    return PassageRule(settings.passage_tokens, settings.passage_tokens * 25 // 16)


def load_embedder(settings: Settings) -> PassageEmbedder:
    """Return what embeds questions and passages.

    The very first time that takes seconds, later half of one. Raises EmbeddingError.
    """
    load = partial(load_model, settings)
    home = models_folder(settings)
    return open_embedder(embedder_spec(settings), home, load, number_format(settings))


def models_folder(settings: Settings) -> Path:
    """Return where the data folder keeps the models' ONNX graphs."""
    return settings.data / "models"


def load_model(settings: Settings) -> SentenceTransformerEmbedder:
    """Load the model itself, with torch; takes seconds. Raises EmbeddingError."""
    return SentenceTransformerEmbedder(embedder_spec(settings), precision=number_format(settings))


def number_format(settings: Settings) -> Choose:
    """Return what chooses the model's number format."""
    if settings.precision == "auto":
        return measured(settings.data / "precision.json")
    return fixed(settings.precision)


def calibration_file(settings: Settings) -> Path:
    """Return where the data folder keeps its calibration."""
    return settings.data / "calibration.json"


def load_calibration(
    settings: Settings, *, warn: Callable[[str], None] = lambda _line: None
) -> Calibration | None:
    """Return the data folder's calibration; one that can't be used is a line to `warn` and None."""
    try:
        return read_calibration(calibration_file(settings), embedder=embedder_spec(settings))
    except CalibrationError as error:
        warn(str(error))
        return None


def answer_threshold(settings: Settings, calibration: Calibration | None) -> float:
    """Return the threshold that was set, else the fitted one, else the default."""
    if settings.threshold is not None:
        return settings.threshold
    return AnswerRule().threshold if calibration is None else calibration.threshold


def answerer(settings: Settings, calibration: Calibration | None) -> ExtractiveAnswerer:
    """Return the answerer with the settings' length, and the threshold in use."""
    threshold = answer_threshold(settings, calibration)
    rule = AnswerRule(length=settings.answer_length, threshold=threshold)
    return ExtractiveAnswerer(rule, calibration.curve) if calibration else ExtractiveAnswerer(rule)
