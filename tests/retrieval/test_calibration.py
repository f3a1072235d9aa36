"""Calibration: the curve by hand and in general, and the file it is kept in."""

import json
import math
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from retrieval.calibration import (
    EDGE,
    Calibration,
    Curve,
    log_odds,
    read_calibration,
    weights_digest,
    write_calibration,
)
from retrieval.embedding import EmbedderSpec
from retrieval.errors import CalibrationError

SPEC = EmbedderSpec("some/model", query_prefix="query: ")
CALIBRATION = Calibration(
    curve=Curve(((0.25, 0.5), (0.75, 0.9))),
    threshold=0.625,
    method="isotonic",
    fitted=datetime(2026, 3, 14, 9, 30, tzinfo=UTC),
    answerable=40,
    unanswerable=35,
    passages=120,
    embedder=SPEC,
    weights=weights_digest(),
)
inner = st.floats(EDGE, 1 - EDGE)


@st.composite
def curves(draw):
    xs = sorted(draw(st.sets(inner, min_size=1, max_size=8)))
    ys = sorted(draw(st.lists(inner, min_size=len(xs), max_size=len(xs))))
    return Curve(tuple(zip(xs, ys, strict=True)))


def test_a_curve_by_hand():
    curve = CALIBRATION.curve
    assert curve(0.25) == pytest.approx(0.5)
    # Even odds lie midway between odds of 1:3 and 3:1; midway between 1:1 and 9:1 lies 3:1.
    assert curve(0.5) == pytest.approx(0.75)
    assert curve(0.75) == pytest.approx(0.9)
    assert (curve(0.1), curve(1.0)) == (0.5, 0.9)
    assert curve(0.0) == 0.0


def test_log_odds_by_hand():
    assert log_odds(0.75) == pytest.approx(math.log(3))
    assert log_odds(0.0) == log_odds(EDGE) == pytest.approx(math.log(EDGE / (1 - EDGE)))


@given(curves(), st.floats(0, 1), st.floats(0, 1))
def test_a_curve_never_turns_two_confidences_round(curve, a, b):
    low, high = sorted((a, b))
    assert curve(low) <= curve(high) + 1e-12
    if low > 0:
        assert curve.knots[0][1] - 1e-12 <= curve(low) <= curve.knots[-1][1] + 1e-12


@given(curves())
def test_a_curve_goes_through_its_knots(curve):
    xs = [x for x, _ in curve.knots]
    assume(all(b - a > 1e-6 for a, b in pairwise(xs)))
    for x, y in curve.knots:
        assert curve(x) == pytest.approx(y, abs=1e-6)


@pytest.mark.parametrize(
    "knots",
    [
        (),
        ((0.0, 0.5),),
        ((0.5, 1.0),),
        ((0.5, math.nan),),
        ((0.5, 0.4), (0.5, 0.6)),
        ((0.6, 0.4), (0.5, 0.6)),
        ((0.4, 0.6), (0.5, 0.4)),
    ],
)
def test_what_is_no_curve_is_refused(knots):
    with pytest.raises(ValueError, match="knots"):
        Curve(knots)


def test_a_calibration_comes_back_from_its_file(tmp_path):
    path = tmp_path / "data" / "calibration.json"
    write_calibration(path, CALIBRATION)
    assert read_calibration(path, embedder=SPEC) == CALIBRATION
    assert [p.name for p in path.parent.iterdir()] == ["calibration.json"]
    record = json.loads(path.read_text())
    assert record["knots"] == [[0.25, 0.5], [0.75, 0.9]]
    assert record["threshold"] == 0.625
    assert record["fitted"] == "2026-03-14T09:30:00+00:00"
    assert record["embedder"]["model"] == "some/model"


def test_writing_replaces_the_one_before(tmp_path):
    path = tmp_path / "calibration.json"
    write_calibration(path, CALIBRATION)
    newer = replace(CALIBRATION, threshold=0.5)
    write_calibration(path, newer)
    assert read_calibration(path, embedder=SPEC) == newer


def test_no_file_is_no_calibration(tmp_path):
    assert read_calibration(tmp_path / "calibration.json", embedder=SPEC) is None


def test_a_disk_that_refuses_is_named(tmp_path):
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(CalibrationError, match=r"calibration\.json: can't be written"):
        write_calibration(tmp_path / "data" / "calibration.json", CALIBRATION)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"format": 2}, "another version"),
        ({"embedder": {"model": "other", "query_prefix": "", "passage_prefix": ""}}, "model other"),
        ({"weights": "0" * 16}, "other answer weights"),
        ({"threshold": 1.5}, "no calibration"),
        ({"threshold": None}, "no calibration"),
        ({"method": "guess"}, "no calibration"),
        ({"knots": [[0.5, 0.5], [0.4, 0.6]]}, "no calibration"),
        ({"knots": [[0.5]]}, "no calibration"),
        ({"fitted": "yesterday"}, "no calibration"),
        ({"embedder": {"name": "x"}}, "no calibration"),
    ],
)
def test_a_foreign_or_broken_calibration_says_how_to_mend_it(tmp_path, changes, said):
    path = tmp_path / "calibration.json"
    write_calibration(path, CALIBRATION)
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    with pytest.raises(CalibrationError, match=said) as caught:
        read_calibration(path, embedder=SPEC)
    assert str(path) in str(caught.value)
    assert "--fit-threshold" in caught.value.remedy


@pytest.mark.parametrize("content", ["", "[]", "{", "{}", "\ufeffno", "null"])
def test_a_file_of_something_else_is_no_calibration(tmp_path, content):
    path = tmp_path / "calibration.json"
    path.write_text(content)
    with pytest.raises(CalibrationError, match="no calibration"):
        read_calibration(path, embedder=SPEC)
