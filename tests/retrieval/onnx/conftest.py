from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from retrieval.embedding import BUNDLED_MODEL
from retrieval.onnx.model import OnnxModel, open_model
from retrieval.precision import fixed
from tests.support.models import bundled_graphs, small_model

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def bundled() -> OnnxModel:
    """Return the bundled model's graph."""
    return open_model(bundled_graphs(), BUNDLED_MODEL, fixed("float32"))


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a small model that every test may read and none may change."""
    return small_model(tmp_path_factory.mktemp("small") / "model")


@pytest.fixture
def own(tmp_path: Path) -> str:
    """Return a small model of the test's own."""
    return small_model(tmp_path / "model")
