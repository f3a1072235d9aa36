"""A collection's own calibration: a curve over the confidence, and a threshold, in a JSON file.

The confidence that comes with the package was fitted on another collection. `newsdesk eval
--fit-threshold` fits the curve and the threshold on an operator's own questions; this module
keeps them and applies them.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from bisect import bisect_right
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from retrieval.embedding import EmbedderSpec
from retrieval.errors import CalibrationError
from retrieval.index.home import sync_folder

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = 1
EDGE = 0.001  # confidences are taken as at least this far from 0 and 1: their odds are finite
_REMEDY = "delete it, or fit a new one with `newsdesk eval QUESTIONS --fit-threshold`"

Method: TypeAlias = Literal["platt", "isotonic"]


@dataclass(frozen=True, slots=True)
class Curve:
    """A non-decreasing map of confidences, straight between its knots on the scale of log odds.

    `knots` are (confidence, calibrated confidence), both rising, within [EDGE, 1 - EDGE]; beyond
    the first and the last the curve is level. Raises ValueError for knots that are no such map.
    """

    knots: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        """Refuse knots that make no curve."""
        if not self.knots or not all(EDGE <= v <= 1 - EDGE for knot in self.knots for v in knot):
            raise ValueError("a curve needs knots within its bounds")
        if any(b[0] <= a[0] or b[1] < a[1] for a, b in pairwise(self.knots)):
            raise ValueError("the knots of a curve rise")

    def __call__(self, confidence: float) -> float:
        """Return the calibrated confidence; 0 (nothing was found to quote) stays 0."""
        if confidence <= 0:
            return 0.0
        x = log_odds(confidence)
        right = bisect_right(self.knots, confidence, key=lambda knot: knot[0])
        if right in (0, len(self.knots)):
            return self.knots[max(0, right - 1)][1]
        (x0, y0), (x1, y1) = [
            (log_odds(a), log_odds(b)) for a, b in self.knots[right - 1 : right + 1]
        ]
        return 1 / (1 + math.exp(-(y0 + (y1 - y0) * (x - x0) / (x1 - x0))))


def log_odds(probability: float) -> float:
    """Return ln(p / (1 - p)) of a probability that is first moved into [EDGE, 1 - EDGE]."""
    p = min(max(probability, EDGE), 1 - EDGE)
    return math.log(p / (1 - p))


@dataclass(frozen=True, slots=True)
class Calibration:
    """A fitted curve and threshold, and what they were fitted on.

    `answerable` and `unanswerable` count the questions, `passages` the collection's; `weights`
    is `weights_digest()` of then, since other answer weights give other confidences.
    """

    curve: Curve
    threshold: float
    method: Method
    fitted: datetime
    answerable: int
    unanswerable: int
    passages: int
    embedder: EmbedderSpec
    weights: str


@cache
def weights_digest() -> str:
    """Return 16 hexadecimal digits that change with the answer weights of the package."""
    content = files("retrieval.extraction").joinpath("weights.json").read_bytes()
    return hashlib.blake2b(content, digest_size=8).hexdigest()


def read_calibration(path: Path, *, embedder: EmbedderSpec) -> Calibration | None:
    """Return the calibration in the file, None if there is no file.

    Raises CalibrationError if the file can't be read, or was fitted for another embedder or for
    other answer weights.
    """
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        if record["format"] != FORMAT:
            raise CalibrationError(f"{path}: is of another version of Newsdesk", _REMEDY)
        calibration = _parse(record)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CalibrationError(f"{path}: is no calibration that can be read", _REMEDY) from error
    if calibration.embedder != embedder:
        found = f"{path}: was fitted with {calibration.embedder}, the settings name {embedder}"
        raise CalibrationError(found, _REMEDY)
    if calibration.weights != weights_digest():
        raise CalibrationError(f"{path}: was fitted for other answer weights", _REMEDY)
    return calibration


def write_calibration(path: Path, calibration: Calibration) -> None:
    """Put the file in place as one step. Raises CalibrationError if the disk refuses."""
    record: dict[str, Any] = {"format": FORMAT, **asdict(calibration)}
    record |= {
        "fitted": calibration.fitted.isoformat(timespec="seconds"),
        "knots": calibration.curve.knots,
    }
    del record["curve"]
    temporary = path.with_suffix(".json.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("w", encoding="utf-8") as stream:
            stream.write(json.dumps(record, indent=1) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise CalibrationError(
            f"{path}: can't be written ({error.strerror})",
            "free some space",
        ) from error


def _parse(record: dict[str, Any]) -> Calibration:
    """Raise ValueError, KeyError or TypeError for what is no calibration."""
    threshold, method = float(record["threshold"]), record["method"]
    if not 0 <= threshold <= 1 or method not in ("platt", "isotonic"):
        raise ValueError("not a threshold or a method")
    return Calibration(
        curve=Curve(tuple((float(a), float(b)) for a, b in record["knots"])),
        threshold=threshold,
        method=method,
        fitted=datetime.fromisoformat(record["fitted"]).astimezone(UTC),
        answerable=int(record["answerable"]),
        unanswerable=int(record["unanswerable"]),
        passages=int(record["passages"]),
        embedder=EmbedderSpec(**record["embedder"]),
        weights=str(record["weights"]),
    )
