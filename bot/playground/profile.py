"""What the bot says of itself: names, descriptions and command menus, each by language."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.playground.commands import Menu
    from bot.playground.json_types import JsonObject


@dataclass(slots=True)
class Profile:
    """The texts by language code ("" is for all others) and the menus by whom they are for."""

    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    menus: dict[Menu, tuple[JsonObject, ...]] = field(default_factory=dict)
