"""Settings, privacy and help as a person reads them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import personal
from bot.chat.browsing import key_of
from bot.chat.help import (
    admin_commands,
    browsing_commands,
    group_admin_commands,
    group_commands,
    private_commands,
    render_help,
)
from bot.chat.paging import CALLBACK_BYTES
from bot.chat.preferences import LENGTHS
from bot.chat.translations import translator
from bot.store.answers import ANSWERS_KEPT
from bot.store.chats import TURNS_KEPT
from tests.support.telegram_html import parse

TR = translator("en")


@given(st.lists(st.text(max_size=80), unique=True, max_size=30), st.integers(0, 9))
def test_any_sources_can_be_chosen(names: list[str], page: int) -> None:
    shown = personal.render_source_choice(TR, names, page, names[0] if names else None)
    for row in shown.rows:
        for button in row:
            assert button.label.strip()
            assert len(button.data.encode()) <= CALLBACK_BYTES


def test_every_source_is_on_one_page_of_the_choice() -> None:
    names = [f"Source {number}" for number in range(19)]
    keys = [
        button.data.removeprefix(personal.CHOOSE_SOURCE)
        for page in range(3)
        for row in personal.render_source_choice(TR, names, page, "Source 3").rows
        for button in row
        if button.data.startswith(personal.CHOOSE_SOURCE) and not button.data.endswith(":-")
    ]
    assert keys == [key_of(name) for name in names]


def test_settings_say_what_is_chosen() -> None:
    none = parse(personal.render_settings(TR, {}).html).text
    assert "Language: as in Telegram" in none
    assert "Default source: all sources" in none
    both = parse(personal.render_settings(TR, {"language": "en", "source": "<b>"}).html).text
    assert "Language: English" in both
    assert "Default source: <b>" in both


@pytest.mark.parametrize(
    ("settings", "shown", "ticked"),
    [
        ({}, "usual", "Usual"),
        ({"length": "short"}, "short", "Short"),
        ({"length": "long"}, "long", "Long"),
        ({"length": ["nonsense"]}, "usual", "Usual"),
    ],
)
def test_the_length_of_answers_is_shown_and_chosen(
    settings: dict[str, object], shown: str, ticked: str
) -> None:
    told = parse(personal.render_settings(TR, settings).html).text
    assert f"Answer length: {shown}" in told
    page = personal.render_sizes(TR, settings)
    *choices, (back,) = page.rows
    assert [b.label.removeprefix("✓ ") for (b,) in choices] == ["Short", "Usual", "Long"]
    assert [b.label for (b,) in choices if b.label.startswith("✓")] == [f"✓ {ticked}"]
    assert back.data == personal.HOME
    text = parse(page.html).text
    assert all(str(length) in text for length in LENGTHS.values())


@pytest.mark.parametrize(("code", "name"), [("de", "Deutsch"), ("en", "English"), ("hi", "हिन्दी")])
def test_languages_are_named_in_themselves(code: str, name: str) -> None:
    assert personal.language_name(code) == name


def test_privacy_names_the_stores_own_limits() -> None:
    text = parse(personal.render_privacy(TR)).text
    assert f"up to {TURNS_KEPT} in each chat or topic" in text
    assert f"up to {ANSWERS_KEPT} in each chat" in text
    assert "/forget" in text


@pytest.mark.parametrize("admin", [True, False])
@pytest.mark.parametrize("group", [True, False])
def test_help_lists_the_commands_at_hand(admin: bool, group: bool) -> None:
    text = parse(render_help(TR, admin=admin, group=group)).text
    listed = [line[1:].partition(":")[0] for line in text.splitlines() if line.startswith("/")]
    own = (*group_commands(TR), *browsing_commands(TR)) if group else private_commands(TR)
    own = (*own, *group_admin_commands(TR)) if group else own
    expected = {name for name, _ in own} | {name for name, _ in admin_commands(TR) if admin}
    assert set(listed) == expected
    assert len(listed) == len(expected)
