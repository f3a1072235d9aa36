"""Dates in questions: which days of publication a question asks for, in its own words.

A small grammar (`words`, `grammar`) finds the expressions that mean a time, so that "may",
"the 2022 election" and "Boeing 737" stay words; dateparser (`points`) reads each one against
the question's day; `resolving` makes ranges of them and says how binding they are.
"""

from retrieval.dates.parsing import read_dates
from retrieval.dates.reading import DateReading, describe, publication_window

__all__ = ["DateReading", "describe", "publication_window", "read_dates"]
