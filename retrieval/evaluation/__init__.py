"""Measures answers: `dataset` reads questions, `run` asks them, `metrics` judge, `report` shows."""
