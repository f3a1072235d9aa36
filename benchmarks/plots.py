"""Figures to pictures: PNGs of the same look, drawn with matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

_INCHES, _DOTS = (9.0, 3.6), 110
_OWN, _OTHER, _THIRD = "#2a78b8", "#9aa5b1", "#f0a83c"
_STAGES = ("search", "fused, not told the day", "reranked, told the day")  # of many, in pictures
_INK, _GRID = "#222222", "#dddddd"


def draw(results: Mapping[str, Any], folder: Path) -> dict[str, str]:
    """Draw what the results hold into `folder`; return title → file name."""
    drawn: dict[str, str] = {}
    for needed, name, title, panels, painter in _PICTURES:
        if needed not in results:
            continue
        figure = Figure(figsize=_INCHES, dpi=_DOTS, facecolor="white", layout="constrained")
        FigureCanvasAgg(figure)
        painter(figure.subplots(1, panels, squeeze=False)[0], results[needed])
        figure.savefig(folder / name, format="png", facecolor="white")
        drawn[title] = name
    return drawn


def _peers_ingest(axes: Sequence[Axes], peers: Mapping[str, Any]) -> None:
    ingest = peers["ingest"]
    _bars(axes[0], "passages a second", {s: r["texts_a_second"] for s, r in ingest.items()})
    _bars(axes[1], "peak memory, MiB", {s: r["peak_mib"] for s, r in ingest.items()})
    axes[1].set_yticklabels([])
    _bars(axes[2], "on disk, MiB", {s: r["disk_mib"] for s, r in ingest.items()})
    axes[2].set_yticklabels([])


def _peers_search(axes: Sequence[Axes], peers: Mapping[str, Any]) -> None:
    search = peers["search"]
    for axis, how in zip(axes, ("alone", "together"), strict=True):
        figures = {s: r[f"search {how}"]["p50_ms"] for s, r in search.items()}
        _bars(axis, f"ms a question, {how} (median)", figures)
        axis.set_xscale("log")
    axes[1].set_yticklabels([])


def _peers_quality(axes: Sequence[Axes], peers: Mapping[str, Any]) -> None:
    shares = {
        s if stage == "search" else f"{s}: {stage}": evidence
        for s, record in peers["quality"].items()
        for stage, evidence in record["evidence"].items()
        if stage in _STAGES and s != "newsdesk-float32"  # finds the same
    }
    for axis, depth in zip(axes, ("1", "3", "5"), strict=True):
        _bars(axis, f"evidence@{depth}", {s: e[depth] for s, e in shares.items()}, "{:.3f}")
        if axis is not axes[0]:
            axis.set_yticklabels([])


def _replies(axes: Sequence[Axes], replies: Mapping[str, Any]) -> None:
    medians = replies["medians"]
    chats = list(medians)
    rates = {f"{n} chats": medians[n]["replies_a_second"] for n in chats}
    _bars(axes[0], "replies a second", rates)
    for name, colour in (("p50_ms", _OWN), ("p95_ms", _THIRD), ("p99_ms", _OTHER)):
        times = [medians[n][name] for n in chats]
        axes[1].plot(range(len(chats)), times, "o-", color=colour, label=name.removesuffix("_ms"))
    axes[1].set_xticks(range(len(chats)), [f"{n} chats" for n in chats])
    axes[1].set_yscale("log")
    _finish(axes[1], "milliseconds to the reply")
    axes[1].legend(frameon=False)


def _memory(axes: Sequence[Axes], steps: Mapping[str, Any]) -> None:
    rows = steps["memory"]
    for name, colour in (("rss_mib", _OWN), ("uss_mib", _THIRD)):
        asked = [row["replies"] for row in rows]
        label = "resident" if name == "rss_mib" else "unshared"
        axes[0].plot(asked, [row[name] for row in rows], color=colour, label=label)
    axes[0].set_ylim(bottom=0)
    axes[0].legend(frameon=False)
    _finish(axes[0], "memory in MiB after so many replies")


def _growth(axes: Sequence[Axes], growth: Mapping[str, Any]) -> None:
    sizes = list(growth["sizes"].values())
    passages = [size["passages"] for size in sizes]
    for name, colour in (("search_ms", _OWN), ("dense_ms", _THIRD), ("exhaustive_ms", _OTHER)):
        times = [size[name]["p95"] for size in sizes]
        label = name.removesuffix("_ms")
        axes[0].plot(passages, times, "o-", color=colour, label=label)
    _logarithmic(axes[0], "p95 in milliseconds, by passages")
    resident = [size["memory_mib"]["asked"]["rss"] for size in sizes]
    axes[1].plot(passages, resident, "o-", color=_OWN)
    _logarithmic(axes[1], "resident memory in MiB, by passages")
    axes[0].legend(frameon=False)
    recall = [size["recall"]["at_10"] for size in sizes]
    axes[2].plot(passages, recall, "o-", color=_OWN)
    axes[2].set_xscale("log")
    axes[2].set_ylim(0.98, 1.001)
    _finish(axes[2], "recall@10, by passages")


def _bars(axis: Axes, title: str, figures: Mapping[str, Any], written: str = "") -> None:
    names = list(figures)[::-1]
    values = [figures[name] or 0.0 for name in names]
    colours = [_OWN if "newsdesk" in name or "chats" in name else _OTHER for name in names]
    bars = axis.barh(names, values, color=colours)
    axis.bar_label(bars, [_written(v, written) for v in values], padding=3, fontsize=8)
    axis.margins(x=0.2)
    _finish(axis, title)


def _written(value: float, form: str) -> str:
    """Return a number as a person reads it: in the given form, else three digits or all of them."""
    return (form or ("{:,.0f}" if value >= 100 else "{:.3g}")).format(value)


def _logarithmic(axis: Axes, title: str) -> None:
    axis.set_xscale("log")
    axis.set_yscale("log")
    _finish(axis, title)


def _finish(axis: Axes, title: str) -> None:
    axis.set_title(title, fontsize=10, color=_INK)
    axis.tick_params(labelsize=8, colors=_INK)
    axis.grid(color=_GRID, linewidth=0.6)
    axis.set_axisbelow(True)
    for side in ("top", "right"):
        axis.spines[side].set_visible(False)


# What it needs, its file, its title, how many panels, what paints them.
_PICTURES: tuple[tuple[str, str, str, int, Callable[[Sequence[Axes], Any], None]], ...] = (
    ("peers", "ingest.png", "From text on disk to a searchable index", 3, _peers_ingest),
    ("peers", "search.png", "From a question to passages", 2, _peers_search),
    ("peers", "quality.png", "Answers within the first passages", 3, _peers_quality),
    ("replies", "replies.png", "From a question in Telegram to its reply", 2, _replies),
    ("memory", "memory.png", "Memory of a bot that is asked", 1, _memory),
    ("growth", "growth.png", "As the collection grows", 3, _growth),
)
