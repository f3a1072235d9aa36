"""docs/alerts.md shows what quiet hours and digests really do."""

from __future__ import annotations

from pathlib import Path
from runpy import run_path

DOCS = Path(__file__).parents[3] / "docs"


def test_the_table_of_clock_changes() -> None:
    table: str = run_path(str(DOCS / "make_timetable.py"))["table"]()
    assert len(table.splitlines()) == 2 + 9  # two changes in four zones, and one that has none
    assert f"\n\n{table}\n" in (DOCS / "alerts.md").read_text("utf-8")
