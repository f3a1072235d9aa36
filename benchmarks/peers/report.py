"""What the jobs found → the figures as JSON, and as tables for people."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from benchmarks.peers.figures import evidence_shares, medians, rounded, times_of
from benchmarks.peers.systems import BASE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PACKAGES = (
    "torch",
    "transformers",
    "sentence-transformers",
    "faiss-cpu",
    "txtai",
    "haystack-ai",
    "sentence-transformers-haystack",
    "llama-index-core",
    "llama-index-embeddings-huggingface",
    "llama-index-vector-stores-faiss",
)
_INGEST = ("seconds", "peak_mib", "disk_mib")
_ASKED = ("p50_ms", "p95_ms")


def report(run: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """Return all figures of a run."""
    found, sizes = run["found"], run["sizes"]
    figures = {
        "machine": machine(),
        "versions": {name: _version(name) for name in _PACKAGES},
        "options": dict(options),
        "collection": {
            name: {k: v for k, v in size.items() if k != "urls"} for name, size in sizes.items()
        },
        "ingest": _ingest(found.get("ingest slice", {})),
        "built": {s: medians(list(r.values())) for s, r in found.get("build whole", {}).items()},
        "search": _search(found.get("search whole", {})),
        "quality": _quality(found.get("judge whole", {})),
        "quality_of_slice": _quality(found.get("judge slice", {})),
        "failed": run["failed"],
    }
    result: dict[str, Any] = rounded(figures)
    return result


def machine() -> dict[str, Any]:
    """Return what the figures were taken on."""
    name = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:  # noqa: PTH123
            models = [line.partition(":")[2].strip() for line in lines if "model name" in line]
        name = models[0] if models else name
    except OSError:
        pass
    return {"processor": name, "cores": os.cpu_count(), "python": platform.python_version()}


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _ingest(found: Mapping[str, Mapping[int, Any]]) -> dict[str, Any]:
    base = found.get(BASE, {})
    return {
        system: medians(list(rounds.values())) | {"times": times_of(rounds, base, _INGEST)}
        for system, rounds in found.items()
    }


def _search(found: Mapping[str, Mapping[int, Any]]) -> dict[str, Any]:
    """Return, for each system, its opening and every way of asking, alone and together."""
    base = found.get(BASE, {})
    figures: dict[str, Any] = {}
    for system, rounds in found.items():
        records = list(rounds.values())
        plain = [{k: v for k, v in r.items() if not isinstance(v, dict)} for r in records]
        entry: dict[str, Any] = medians(plain)
        for way in (k for k, v in records[0].items() if isinstance(v, dict)):
            for how in ("alone", "together"):
                one = {n: r[way][how] for n, r in rounds.items()}
                other = {n: r["search"][how] for n, r in base.items()}
                ratios = {"times": times_of(one, other, _ASKED)}
                entry[f"{way} {how}"] = medians(list(one.values())) | ratios
        figures[system] = entry
    return figures


def _quality(found: Mapping[str, Mapping[int, Any]]) -> dict[str, Any]:
    return {
        system: {
            "questions": len(next(iter(rounds[0]["ranks"].values()))),
            "characters_a_passage": rounds[0]["characters_a_passage"],
            "evidence": {s: evidence_shares(r) for s, r in rounds[0]["ranks"].items()},
        }
        for system, rounds in found.items()
    }


def table(figures: Mapping[str, Any]) -> str:
    """Return the figures that people compare as Markdown tables."""
    return "\n\n".join(
        part
        for part in (
            _ingest_table(figures["ingest"]),
            _search_table(figures["search"]),
            _quality_table("the whole collection", figures["quality"]),
            _quality_table("the slice", figures["quality_of_slice"]),
        )
        if part
    )


def _markdown(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines) if rows else ""


def _times(record: Mapping[str, Any], name: str) -> str:
    ratio = record["times"].get(name)
    return f"{record[name]:.4g}" + ("" if ratio is None else f" (x{ratio:.3g})")


def _ingest_table(ingest: Mapping[str, Any]) -> str:
    header = ["ingest", "texts", "texts/s", "seconds", "peak MiB", "on disk MiB"]
    return _markdown(
        header,
        [
            [system, r["texts"], r["texts_a_second"], *(_times(r, name) for name in _INGEST)]
            for system, r in ingest.items()
        ],
    )


def _search_table(search: Mapping[str, Any]) -> str:
    header = ["question", "p50 ms", "p95 ms", "together: p50 ms", "p95 ms", "questions/s", "open s"]
    rows = []
    for system, record in search.items():
        for way in (k.removesuffix(" alone") for k in record if k.endswith(" alone")):
            alone, many = record[f"{way} alone"], record[f"{way} together"]
            name = system if way == "search" else f"{system}, {way}"
            cells = [_times(r, n) for r in (alone, many) for n in _ASKED]
            rows.append([name, *cells, many["questions_a_second"], record["open_seconds"]])
    return _markdown(header, rows)


def _quality_table(name: str, quality: Mapping[str, Any]) -> str:
    header = [f"evidence in {name}", "@1", "@3", "@5", "questions", "characters a passage"]
    rows = [
        [
            system if stage == "search" else f"{system}: {stage}",
            *shares.values(),
            record["questions"],
            round(record["characters_a_passage"]),
        ]
        for system, record in quality.items()
        for stage, shares in record["evidence"].items()
    ]
    return _markdown(header, rows)
