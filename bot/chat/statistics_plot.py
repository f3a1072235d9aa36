"""The picture of /stats: questions a day by outcome, and how long answers took. Pure, but slow."""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING, Any

from bot.chat.translations import translator

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from bot.chat.statistics import Asked
    from bot.chat.translations import Translator
    from bot.store.asks import Outcome

_INCHES, _DOTS = (7.2, 7.2), 150  # 1080 pixels wide, as a phone shows it
_TEXT, _SMALL = 15, 13
_COLOURS: dict[Outcome, str] = {"answer": "#2a78b8", "abstention": "#f0a83c", "failed": "#c8423b"}
_MEDIAN, _MOST = "#2a78b8", "#6b4fa0"
_GROUND, _INK, _GRID = "#ffffff", "#222222", "#dddddd"
_TICKS = 6


def draw_statistics(days: Sequence[tuple[date, Asked]], tr: Translator) -> bytes:
    """Return a PNG of 1080 x 1080 pixels over the days, which are in order.

    Labels are English where matplotlib's own font lacks the language's letters. It holds the
    interpreter for a second: for a thread.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    tr = tr if _can_write("".join(_labels(tr))) else translator(None)
    layout = ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.12)
    figure = Figure(figsize=_INCHES, dpi=_DOTS, facecolor=_GROUND, layout=layout)
    FigureCanvasAgg(figure)
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
    _draw_counts(above, days, tr)
    _draw_times(below, days, tr)
    _name_days(below, days, tr)
    out = io.BytesIO()
    figure.savefig(out, format="png", facecolor=_GROUND)
    return out.getvalue()


def _labels(tr: Translator) -> tuple[str, ...]:
    """Return title and legend of the counts, then those of the times."""
    return (
        tr("Questions a day"),
        tr("answered"),
        tr("without an answer"),
        tr("failed"),
        tr("Seconds to answer"),
        tr("median"),
        tr("95 % within"),
    )


def _draw_counts(axes: Any, days: Sequence[tuple[date, Asked]], tr: Translator) -> None:
    from matplotlib.ticker import MaxNLocator

    title, *names = _labels(tr)[:4]
    _dress(axes, title)
    base = [0] * len(days)
    for (outcome, colour), name in zip(_COLOURS.items(), names, strict=True):
        counts = [asked.counts[outcome] for _, asked in days]
        axes.bar(range(len(days)), counts, 0.8, base, color=colour, label=name)
        base = [low + count for low, count in zip(base, counts, strict=True)]
    axes.set_ylim(0, max(1, *base) * 1.05)
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    _explain(axes, 3)


def _draw_times(axes: Any, days: Sequence[tuple[date, Asked]], tr: Translator) -> None:
    title, median, most = _labels(tr)[4:]
    _dress(axes, title)
    nothing = float("nan")
    for values, colour, name, size in (
        ([asked.p95_ms for _, asked in days], _MOST, most, 9),
        ([asked.median_ms for _, asked in days], _MEDIAN, median, 5),
    ):
        seconds = [nothing if ms is None else ms / 1000 for ms in values]
        axes.plot(
            range(len(days)), seconds, "o-", color=colour, label=name, lw=2.5, markersize=size
        )
    axes.margins(y=0.15)
    axes.set_ylim(bottom=0)
    _explain(axes, 2)


def _name_days(axes: Any, days: Sequence[tuple[date, Asked]], tr: Translator) -> None:
    """Name some of the days, the last one among them."""
    from babel.dates import format_skeleton

    step = max(1, -(-len(days) // _TICKS))
    places = list(range(len(days) - 1, -1, -step))[::-1]
    names = [str(format_skeleton("MMMd", days[n][0], locale=tr.language)) for n in places]
    if not _can_write("".join(names)):
        names = [f"{days[n][0]:%m-%d}" for n in places]
    axes.set_xticks(places, names)
    axes.set_xlim(-0.7, len(days) - 0.3)


def _dress(axes: Any, title: str) -> None:
    # Over the plot and its legend, so that neither hides anything.
    axes.set_title(title, loc="left", fontsize=_TEXT + 2, fontweight="bold", color=_INK, pad=34)
    axes.set_facecolor(_GROUND)
    axes.tick_params(labelsize=_SMALL, colors=_INK, length=0)
    axes.grid(axis="y", color=_GRID)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(_GRID)


def _explain(axes: Any, columns: int) -> None:
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(-0.01, 1.0),
        ncols=columns,
        fontsize=_SMALL,
        frameon=False,
        borderaxespad=0.2,
        handlelength=1.2,
        columnspacing=1.2,
        labelcolor=_INK,
    )


def _can_write(text: str) -> bool:
    return set(map(ord, text)) <= _letters()


@cache
def _letters() -> frozenset[int]:
    from matplotlib.font_manager import findfont
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(findfont("DejaVu Sans")).get_charmap())
