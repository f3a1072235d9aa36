"""The doctor: a finding for each state of an installation."""

import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.building import calibration_file, embedder_spec
from bot.errors import ConfigurationError
from bot.operations import doctor
from bot.settings import load_settings
from retrieval.calibration import Calibration, Curve, weights_digest, write_calibration
from tests.support.collections import index_paths
from tests.support.models import link_graphs


@pytest.fixture
def place(tmp_path, monkeypatch, embedder):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSDESK_TELEGRAM_TOKEN", raising=False)
    monkeypatch.setattr(doctor, "load_model", lambda _settings: embedder)
    return tmp_path


def _examine(settings, get_me=lambda _settings: "newsdesk_bot"):
    return {check.kind: check for check in doctor.examine(settings, get_me)}


def _index(settings, place, now, embedder):
    (place / "a.txt").write_text("One title\n\nOne article, which says a thing or two.\n")
    index_paths(settings, [place / "a.txt"], now=now, embedder=embedder)


def test_a_sound_installation_without_a_token(place, now, embedder):
    settings = load_settings(data=Path("d"))
    _index(settings, place, now, embedder)
    checks = _examine(settings)
    assert {kind: check.state for kind, check in checks.items()} == {
        "packages": "ok",
        "data": "ok",
        "index": "ok",
        "database": "ok",
        "calibration": "ok",
        "model": "ok",
        "telegram": "note",
    }
    assert "1 articles, 1 passages" in checks["index"].finding
    assert checks["calibration"].finding == "the package's own, threshold 0.25"


def test_what_runs_the_model_is_told(place):
    settings = load_settings(data=Path("d"), precision="float32")
    assert "as float32 through torch" in _examine(settings)["model"].finding
    assert not (place / "d").exists(), "looking makes nothing"
    link_graphs(place / "d")
    check = _examine(settings)["model"]
    assert check.state == "ok"
    assert check.finding.endswith("runs as float32 through openvino")
    next((place / "d" / "models").glob("*/model.onnx")).unlink()
    assert "incomplete" in _examine(settings)["model"].finding


def test_the_database_and_its_sources_are_told(place, now, embedder):
    settings = load_settings(data=Path("d"))
    assert "none yet" in _examine(settings)["database"].finding
    assert not (place / "d" / "newsdesk.db").exists(), "looking makes nothing"
    _index(settings, place, now, embedder)
    assert _examine(settings)["database"].finding == "1 articles, 1 sources"
    (place / "d" / "newsdesk.db").write_bytes(b"no database" * 100)
    check = _examine(settings)["database"]
    assert check.state == "failed"
    assert check.remedy


def test_nothing_indexed_names_the_command(place):
    check = _examine(load_settings(data=Path("d")))["index"]
    assert check.state == "failed"
    assert "newsdesk index" in check.remedy


def test_damage_is_found(place, now, embedder):
    settings = load_settings(data=Path("d"))
    _index(settings, place, now, embedder)
    file = next((place / "d").rglob("articles.jsonl"))
    file.write_bytes(file.read_bytes().replace(b"thing", b"thong"))
    check = _examine(settings)["index"]
    assert check.state == "failed"
    assert "articles.jsonl" in check.finding


def test_another_model_is_found(place, now, monkeypatch, embedder):
    _index(load_settings(data=Path("d")), place, now, embedder)
    monkeypatch.setenv("NEWSDESK_MODEL", "another/model")
    check = _examine(load_settings(data=Path("d")))["index"]
    assert check.state == "failed"
    assert "--rebuild" in check.remedy


def _calibrate(settings, passages=1):
    calibration = Calibration(
        curve=Curve(((0.2, 0.1), (0.8, 0.9))),
        threshold=0.35,
        method="platt",
        fitted=datetime(2026, 3, 14, tzinfo=UTC),
        answerable=50,
        unanswerable=40,
        passages=passages,
        embedder=embedder_spec(settings),
        weights=weights_digest(),
    )
    write_calibration(calibration_file(settings), calibration)


def test_the_calibration_in_use_is_told(place, now, monkeypatch, embedder):
    settings = load_settings(data=Path("d"))
    _index(settings, place, now, embedder)
    _calibrate(settings)
    check = _examine(settings)["calibration"]
    assert check.state == "ok"
    assert "2026-03-14 on 50 answerable and 40 unanswerable questions" in check.finding
    assert "threshold 0.35" in check.finding
    monkeypatch.setenv("NEWSDESK_THRESHOLD", "0.5")
    assert (
        "threshold 0.50 (as set)" in _examine(load_settings(data=Path("d")))["calibration"].finding
    )


@pytest.mark.parametrize(("passages", "state"), [(2, "ok"), (3, "note"), (0, "ok")])
def test_a_collection_that_has_changed_much_is_noted(place, now, passages, state, embedder):
    settings = load_settings(data=Path("d"))
    _index(settings, place, now, embedder)  # one passage
    _calibrate(settings, passages=passages)
    check = _examine(settings)["calibration"]
    assert check.state == state
    assert ("--fit-threshold" in check.remedy) == (state == "note")


def test_a_calibration_that_cannot_be_used_is_found(place):
    settings = load_settings(data=Path("d"))
    calibration_file(settings).parent.mkdir()
    calibration_file(settings).write_text("{}")
    check = _examine(settings)["calibration"]
    assert check.state == "failed"
    assert "the package's own is used" in check.finding
    assert "delete it" in check.remedy


def test_the_token_is_tried(place, monkeypatch):
    monkeypatch.setenv("NEWSDESK_TELEGRAM_TOKEN", "1:secret")
    settings = load_settings(data=Path("d"))
    assert "@newsdesk_bot" in _examine(settings)["telegram"].finding

    def refuse(_settings):
        raise ConfigurationError("Telegram refuses the token", "check it")

    check = _examine(settings, refuse)["telegram"]
    assert check.state == "failed"
    assert "refuses" in check.finding
    assert "secret" not in check.finding


def test_an_address_for_metrics_is_tried(place):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        check = _examine(load_settings(data=Path("d"), metrics_listen=listen))["metrics"]
        assert check.state == "note"
        assert listen in check.finding
    check = _examine(load_settings(data=Path("d"), metrics_listen=listen))["metrics"]
    assert check.state == "ok"
    check = _examine(load_settings(data=Path("d"), metrics_listen="9464"))["metrics"]
    assert check.state == "failed"
    assert "HOST:PORT" in check.finding
