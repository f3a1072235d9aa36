"""What a chat has chosen, read from settings as they are kept."""

import pytest

from bot.chat.preferences import LENGTHS, Preferences, preferences_of


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, Preferences(None, None)),
        ({"length": "short", "source": "Coast"}, Preferences(LENGTHS["short"], "Coast")),
        ({"length": "long", "language": "de"}, Preferences(LENGTHS["long"], None)),
        ({"length": "endless", "source": ""}, Preferences(None, None)),
        ({"length": 300, "source": ["Coast"]}, Preferences(None, None)),
        ({"length": ["short"], "source": None}, Preferences(None, None)),
    ],
)
def test_what_settings_say_of_answers(settings, expected):
    assert preferences_of(settings) == expected


def test_short_and_long_are_so_beside_the_usual():
    assert LENGTHS["short"] < 300 < LENGTHS["long"]
