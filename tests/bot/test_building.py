"""Which threshold and which curve answers get: set, fitted, or the package's own."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.building import (
    answer_threshold,
    answerer,
    calibration_file,
    embedder_spec,
    load_calibration,
    load_embedder,
    models_folder,
)
from bot.settings import load_settings
from retrieval.calibration import Calibration, Curve, weights_digest, write_calibration
from retrieval.onnx.embedder import LightEmbedder
from retrieval.onnx.model import open_model
from retrieval.precision import fixed
from tests.support.models import small_model


@pytest.fixture
def settings(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSDESK_THRESHOLD", raising=False)
    return lambda **given: load_settings(data=Path("d"), **given)


def _fit(settings, **spec):
    calibration = Calibration(
        curve=Curve(((0.2, 0.1), (0.8, 0.9))),
        threshold=0.35,
        method="platt",
        fitted=datetime(2026, 3, 14, tzinfo=UTC),
        answerable=50,
        unanswerable=40,
        passages=100,
        embedder=embedder_spec(settings(**spec)),
        weights=weights_digest(),
    )
    write_calibration(calibration_file(settings()), calibration)
    return calibration


def test_without_a_calibration_the_packages_own_threshold(settings):
    assert load_calibration(settings()) is None
    assert answerer(settings(), None).rule.threshold == 0.25


def test_a_fitted_threshold_is_used(settings):
    fitted = _fit(settings)
    loaded = load_calibration(settings())
    assert loaded == fitted
    assert answerer(settings(), loaded).rule.threshold == 0.35


@pytest.mark.parametrize("threshold", ["0.2", "0", "0.7"])
def test_a_threshold_that_is_set_wins_even_if_it_is_the_default(settings, monkeypatch, threshold):
    fitted = _fit(settings)
    monkeypatch.setenv("NEWSDESK_THRESHOLD", threshold)
    assert answer_threshold(settings(), fitted) == float(threshold)
    assert answer_threshold(settings(), None) == float(threshold)


def test_a_calibration_for_another_model_is_one_warning(settings):
    _fit(settings, model="another/model")
    lines = []
    assert load_calibration(settings(), warn=lines.append) is None
    assert len(lines) == 1
    assert "another/model" in lines[0]
    assert "\n" not in lines[0]


def test_the_first_embedder_leaves_its_graph_in_the_data_folder(settings, tmp_path):
    chosen = settings(model=small_model(tmp_path / "model"), precision="float32")
    embedder = load_embedder(chosen)
    assert isinstance(embedder, LightEmbedder)
    assert embedder.spec == embedder_spec(chosen)
    assert open_model(models_folder(chosen), chosen.model, fixed("float32")).record.dimension == 16
    assert models_folder(chosen).parent == chosen.data
