"""The doctor: a finding for each state of an installation."""

from pathlib import Path

import pytest

import bot.indexing
from bot.errors import ConfigurationError
from bot.operations import doctor
from bot.settings import load_settings


@pytest.fixture
def place(tmp_path, monkeypatch, embedder):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSDESK_TELEGRAM_TOKEN", raising=False)
    monkeypatch.setattr(doctor, "load_embedder", lambda _settings: embedder)
    monkeypatch.setattr(bot.indexing, "load_embedder", lambda _settings: embedder)
    return tmp_path


def _examine(settings, get_me=lambda _settings: "newsdesk_bot"):
    return {check.kind: check for check in doctor.examine(settings, get_me)}


def _index(settings, place, now):
    (place / "a.txt").write_text("One title\n\nOne article, which says a thing or two.\n")
    bot.indexing.index_paths(settings, [place / "a.txt"], now=now)


def test_a_sound_installation_without_a_token(place, now):
    settings = load_settings(data=Path("d"))
    _index(settings, place, now)
    checks = _examine(settings)
    assert {kind: check.state for kind, check in checks.items()} == {
        "packages": "ok",
        "data": "ok",
        "index": "ok",
        "model": "ok",
        "telegram": "note",
    }
    assert "1 articles, 1 passages" in checks["index"].finding


def test_nothing_indexed_names_the_command(place):
    check = _examine(load_settings(data=Path("d")))["index"]
    assert check.state == "failed"
    assert "newsdesk index" in check.remedy


def test_damage_is_found(place, now):
    settings = load_settings(data=Path("d"))
    _index(settings, place, now)
    file = next((place / "d").rglob("articles.jsonl"))
    file.write_bytes(file.read_bytes().replace(b"thing", b"thong"))
    check = _examine(settings)["index"]
    assert check.state == "failed"
    assert "articles.jsonl" in check.finding


def test_another_model_is_found(place, now, monkeypatch):
    _index(load_settings(data=Path("d")), place, now)
    monkeypatch.setenv("NEWSDESK_MODEL", "another/model")
    check = _examine(load_settings(data=Path("d")))["index"]
    assert check.state == "failed"
    assert "--rebuild" in check.remedy


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
