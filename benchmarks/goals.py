"""What Newsdesk wants to reach, set beside what was measured. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PEERS = ("txtai", "haystack", "llamaindex")
OWN = "newsdesk"
_MILLION = "1000000"


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal, the figure that was measured ("" if it wasn't), and whether it was reached."""

    measure: str
    wanted: str
    found: str = ""
    met: bool | None = None


def goals(results: Mapping[str, Any]) -> list[Goal]:
    """Return every goal; `results` maps "peers", "replies", "growth" and "starting" to figures."""
    return [
        measured(results) if needed <= results.keys() else Goal(name, wanted)
        for name, wanted, needed, measured in _GOALS
    ]


def _ingest(results: Mapping[str, Any]) -> Goal:
    times = {s: r["times"]["seconds"] for s, r in results["peers"]["ingest"].items() if s in PEERS}
    fastest = min(times, key=times.__getitem__)
    found = times[fastest]
    return Goal(*_INGEST, f"{found:.2f}× ({fastest})", found >= 3)


def _search(results: Mapping[str, Any]) -> Goal:
    """Compare with the fastest peer at all: none finds more than Newsdesk does, or it is said."""
    peers = results["peers"]
    evidence = {s: _evidence(peers["quality"][s], s) for s in peers["quality"] if s in PEERS}
    own = _evidence(peers["quality"][OWN], OWN)
    rivals = {
        s: peers["search"][s]["search alone"]["times"]["p50_ms"]
        for s, share in evidence.items()
        if s in peers["search"] and share <= own
    }
    if not rivals:
        return Goal(*_SEARCH, "every peer finds more", met=False)
    fastest = min(rivals, key=rivals.__getitem__)
    found = rivals[fastest]
    shares = f"evidence@3 {own:.3f} to {evidence[fastest]:.3f}"
    return Goal(*_SEARCH, f"{found:.2f}× ({fastest}; {shares})", found >= 2)


def _evidence(quality: Mapping[str, Any], system: str) -> float:
    """Return evidence@3: of Newsdesk's search that knows no more than its peers."""
    stage = "fused, not told the day" if system == OWN else "search"
    return float(quality["evidence"][stage]["3"])


def _reply(results: Mapping[str, Any]) -> Goal:
    one = results["replies"]["medians"]["1"]
    met = one["p50_ms"] <= 50 and one["p95_ms"] <= 100
    return Goal(*_REPLY, f"{one['p50_ms']:.0f} / {one['p95_ms']:.0f} ms", met)


def _askers(results: Mapping[str, Any]) -> Goal:
    many = results["replies"]["medians"]["64"]
    found = f"{many['replies_a_second']:.1f} replies/s, stall {many['longest_stall_ms']:.0f} ms"
    return Goal(*_ASKERS, found, many["replies_a_second"] >= 50 and many["longest_stall_ms"] <= 50)


def _million(results: Mapping[str, Any]) -> Goal:
    large = results["growth"]["sizes"].get(_MILLION)
    if large is None:
        return Goal(*_LARGE)
    p95, recall = large["search_ms"]["p95"], large["recall"]["at_10"]
    resident, start = large["memory_mib"]["asked"]["rss"] / 1024, min(large["start_to_answer_s"])
    found = f"p95 {p95:.0f} ms, recall@10 {recall:.3f}, {resident:.1f} GiB, {start:.1f} s"
    return Goal(*_LARGE, found, p95 <= 60 and recall >= 0.99 and resident <= 3 and start <= 10)


def _start(results: Mapping[str, Any]) -> Goal:
    found = results["starting"]["ask_s"]
    return Goal(*_START, f"{found:.1f} s", found <= 4)


def _sync(results: Mapping[str, Any]) -> Goal:
    found = results["starting"]["index_again_s"]
    return Goal(*_SYNC, f"{found:.1f} s", found <= 2)


_INGEST = "ingest against the fastest peer", "≥ 3×"
_SEARCH = "search alone against the fastest peer at equal or better evidence@3", "≥ 2× faster"
_REPLY = "reply p50 / p95, one chat", "≤ 50 / ≤ 100 ms"
_ASKERS = "64 concurrent askers", "≥ 50 replies/s, no stall over 50 ms"
_LARGE = "1 M passages", "search p95 ≤ 60 ms, recall@10 ≥ .99, ≤ 3 GiB, first answer ≤ 10 s"
_START = "start to first answer", "≤ 4 s"
_SYNC = "sync when nothing changed", "≤ 2 s"
_GOALS: tuple[tuple[str, str, set[str], Callable[[Mapping[str, Any]], Goal]], ...] = (
    (*_INGEST, {"peers"}, _ingest),
    (*_SEARCH, {"peers"}, _search),
    (*_REPLY, {"replies"}, _reply),
    (*_ASKERS, {"replies"}, _askers),
    (*_LARGE, {"growth"}, _million),
    (*_START, {"starting"}, _start),
    (*_SYNC, {"starting"}, _sync),
)
