from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.bot.playground.page.page_bench import page_open

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.bot.playground.page.page_bench import Page


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    async with page_open() as opened:
        yield opened
