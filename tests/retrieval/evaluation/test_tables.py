"""Tables, cell by cell."""

from retrieval.calibration import Curve
from retrieval.evaluation.calibrating import Behaviour, Fit
from retrieval.evaluation.stages import Stage
from retrieval.evaluation.tables import fit_table, stage_table


def test_a_stage_shows_the_figures_that_apply_to_it():
    stages = [
        Stage("dense", {1: 0.25, 5: 0.5}, None),
        Stage("plain", None, 0.125),
        Stage("replied", None, None),
    ]
    table = stage_table(stages)
    assert table.header == ("stage", "evidence@1", "evidence@5", "answer@300")
    assert table.rows == [
        ("dense ranking alone", "0.250", "0.500", ""),
        ("quoted by shared words", "", "", "0.125"),
        ("replied, after refusals", "", "", "-"),
    ]


def test_a_fit_shows_before_and_after():
    fit = Fit(
        method="isotonic",
        curve=Curve(((0.5, 0.5),)),
        threshold=0.375,
        answerable=40,
        unanswerable=30,
        before_threshold=0.2,
        before=Behaviour(0.1, 0.3, 0.05, ()),
        after=Behaviour(0.15, 0.1, 0.025, ()),
    )
    table = fit_table(fit)
    assert table.caption == "Calibration by isotonic regression"
    assert table.rows == [
        ("threshold", "0.200", "0.375"),
        ("answerable refused", "0.100", "0.150"),
        ("unanswerable answered", "0.300", "0.100"),
        ("calibration error", "0.050", "0.025"),
    ]
