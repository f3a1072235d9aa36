"""Settings: where they come from, and what is said of wrong ones."""

import re
from pathlib import Path

import pytest

from bot.errors import ConfigurationError
from bot.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def _clean_place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"NEWSDESK_{name.upper()}", raising=False)


def test_defaults_need_nothing():
    settings = load_settings()
    assert settings.telegram_token is None
    assert settings.admins == frozenset()
    assert settings.telegram_api == "https://api.telegram.org"
    assert settings.data == Path("newsdesk-data")


def test_environment_wins_over_the_file(tmp_path, monkeypatch):
    (tmp_path / "newsdesk.toml").write_text('data = "from-file"\nanswer_length = 200\n')
    monkeypatch.setenv("NEWSDESK_DATA", "from-environment")
    settings = load_settings()
    assert settings.data == Path("from-environment")
    assert settings.answer_length == 200
    assert load_settings(data=Path("from-argument")).data == Path("from-argument")


@pytest.mark.parametrize(
    ("text", "ids"), [("12, 34,", {12, 34}), ("7", {7}), ("", set()), (" 5 ,6", {5, 6})]
)
def test_admins_are_comma_separated(monkeypatch, text, ids):
    monkeypatch.setenv("NEWSDESK_ADMINS", text)
    assert load_settings().admins == ids


def test_admins_in_the_file_may_be_a_list(tmp_path):
    (tmp_path / "newsdesk.toml").write_text("admins = [12, 34]\n")
    assert load_settings().admins == {12, 34}


def test_a_blank_token_is_none(monkeypatch):
    monkeypatch.setenv("NEWSDESK_TELEGRAM_TOKEN", "  ")
    assert load_settings().telegram_token is None


def test_the_token_does_not_show(monkeypatch):
    monkeypatch.setenv("NEWSDESK_TELEGRAM_TOKEN", "123456:secret-part")
    assert "secret-part" not in repr(load_settings())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ADMINS", "12,me"),
        ("THRESHOLD", "1.5"),
        ("ANSWER_LENGTH", "many"),
        ("PRECISION", "float8"),
        ("TELEGRAM_API", "ftp://somewhere"),
        ("MODEL", ""),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(monkeypatch, name, value):
    monkeypatch.setenv(f"NEWSDESK_{name}", value)
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    assert f"NEWSDESK_{name}" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unknown_setting_in_the_file_is_named(tmp_path):
    (tmp_path / "newsdesk.toml").write_text("treshold = 0.5\n")
    with pytest.raises(ConfigurationError, match="unknown setting 'treshold'"):
        load_settings()


def test_a_file_that_is_no_toml_is_named(tmp_path):
    (tmp_path / "newsdesk.toml").write_text("data = [\n")
    with pytest.raises(ConfigurationError, match=r"newsdesk\.toml can't be read"):
        load_settings()


def test_every_setting_is_documented_with_its_default():
    page = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text()
    rows = dict(re.findall(r"^\| `NEWSDESK_(\w+)` \| (.+?) \|", page, re.MULTILINE))
    assert set(rows) == {name.upper() for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        default = "none" if not field.default and field.default != 0 else str(field.default)
        assert default in rows[name.upper()], name
