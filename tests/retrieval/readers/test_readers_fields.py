"""Metadata: dates, authors, languages, and notes about what couldn't be used."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.readers import DEFAULT_LANGUAGE
from retrieval.readers.dates import parse_date
from retrieval.readers.fields import LONGEST_TITLE, Fields, read_fields

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
WHERE = "/news/a.md"

VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    max_leaves=8,
)


def fields_of(**raw: object) -> Fields:
    return read_fields(raw, location=WHERE, fetched=NOW)


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2024-03-05", datetime(2024, 3, 5, tzinfo=UTC)),
        (" 2024-03-05 ", datetime(2024, 3, 5, tzinfo=UTC)),
        ("2024-03-05T10:30:00", datetime(2024, 3, 5, 10, 30, tzinfo=UTC)),
        ("2024-03-05 10:30", datetime(2024, 3, 5, 10, 30, tzinfo=UTC)),
        ("2024-03-05T10:30:00Z", datetime(2024, 3, 5, 10, 30, tzinfo=UTC)),
        ("2024-03-05T10:30:00+05:30", datetime(2024, 3, 5, 5, 0, tzinfo=UTC)),
        ("Tue, 05 Mar 2024 10:30:00 +0100", datetime(2024, 3, 5, 9, 30, tzinfo=UTC)),
        ("Tue, 05 Mar 2024 10:30:00 GMT", datetime(2024, 3, 5, 10, 30, tzinfo=UTC)),
        ("5 Mar 2024 10:30:00 -0000", datetime(2024, 3, 5, 10, 30, tzinfo=UTC)),
        ("1000-01-01", datetime(1000, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_date_is_read_as_utc(written: str, moment: datetime) -> None:
    parsed = parse_date(written, fetched=NOW)
    assert parsed == moment
    assert parsed is not None
    assert parsed.tzinfo is UTC


@pytest.mark.parametrize(
    "written",
    [
        "yesterday",
        "2024-13-45",
        "2023-02-29",
        "05/03/2024",
        "1709634600",
        "0999-12-31",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "Tue, 99 Mar 2024 10:30:00 GMT",
        "2024-03-05" + " " * 80 + "x",
    ],
)
def test_what_names_no_plausible_date_is_refused(written: str) -> None:
    assert parse_date(written, fetched=NOW) is None


def test_a_date_may_be_up_to_a_year_ahead() -> None:
    near = NOW + timedelta(days=366)
    assert parse_date(near.isoformat(), fetched=NOW) == near
    assert parse_date((near + timedelta(seconds=1)).isoformat(), fetched=NOW) is None


@given(st.datetimes(datetime(1001, 1, 1), datetime(2024, 1, 1), timezones=st.timezones()))  # noqa: DTZ001
def test_written_dates_come_back(moment: datetime) -> None:
    assert parse_date(moment.isoformat(), fetched=NOW) == moment.astimezone(UTC)


@given(st.one_of(st.text(), st.from_regex(r"\A(\w{3}, )?\d{1,2} [A-Z][a-z]{2} \d{4}.{0,20}\Z")))
def test_no_spelling_of_a_date_raises(written: str) -> None:
    parsed = parse_date(written, fetched=NOW)
    assert parsed is None or parsed.year >= 1000


def test_all_fields_are_read() -> None:
    fields = fields_of(
        title=" Rain\u200b at  last ",
        url="https://www.example.org/rain?utm_source=feed",
        source="The Daily Lens",
        authors=["Ada Obi", " Bo  Li ", "Ada Obi", ""],
        published="2024-03-05",
        language="pt_BR",
        section="weather",
    )
    assert fields == Fields(
        title="Rain at last",
        url="https://www.example.org/rain",
        source="The Daily Lens",
        authors=("Ada Obi", "Bo Li"),
        published=datetime(2024, 3, 5, tzinfo=UTC),
        language="pt-br",
    )


def test_missing_null_and_empty_fields_are_none_without_a_note() -> None:
    empty = Fields(language=DEFAULT_LANGUAGE)
    assert fields_of() == empty
    keys = ("title", "url", "source", "authors", "author", "published", "date", "language")
    assert fields_of(**dict.fromkeys(keys)) == empty
    assert fields_of(**dict.fromkeys(keys, "")) == empty
    assert fields_of(authors=[]) == empty


def test_date_and_author_are_other_names() -> None:
    fields = fields_of(date="2024-03-05", author="Ada Obi")
    assert fields.published == datetime(2024, 3, 5, tzinfo=UTC)
    assert fields.authors == ("Ada Obi",)
    assert fields_of(published="2024-03-06", date="2024-03-05").published == datetime(
        2024, 3, 6, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("title", 1984, "title (a number) isn't text"),
        ("title", True, "title (true or false) isn't text"),
        ("source", ["a"], "source (a list) isn't text"),
        ("url", "example.org/a", 'url ("example.org/a") isn\'t a web address'),
        ("url", {"a": 1}, "url (an object) isn't text"),
        ("published", "soon", 'published ("soon") isn\'t a plausible date'),
        ("published", "9999-01-01", 'published ("9999-01-01") isn\'t a plausible date'),
        ("published", 1709634600, "published (a number) isn't text"),
        ("language", "English, I think", 'language ("English, I think") isn\'t a language tag'),
        ("authors", [{"name": "Ada"}], "authors (an object) isn't a name"),
        ("author", 7, "author (a number) isn't a name"),
    ],
)
def test_a_field_that_cannot_be_used_is_left_out_and_noted(
    key: str, value: object, said: str
) -> None:
    fields = fields_of(**{key: value})
    (note,) = fields.notes
    assert said in str(note)
    assert note.location == WHERE
    assert note.remedy
    assert fields == Fields(notes=fields.notes)


def test_the_good_authors_of_a_mixed_list_stay() -> None:
    fields = fields_of(authors=["Ada Obi", 7, None, "Bo Li"])
    assert fields.authors == ("Ada Obi", "Bo Li")
    assert len(fields.notes) == 1


def test_an_endless_title_is_cut_and_noted() -> None:
    fields = fields_of(title="word " * 100_000)
    assert fields.title is not None
    assert len(fields.title) <= LONGEST_TITLE
    assert fields.title.endswith("word…")
    (note,) = fields.notes
    assert "longer than 300 characters" in note.problem
    assert len(str(note)) < 250


@given(
    st.dictionaries(
        st.sampled_from(
            ["title", "url", "source", "authors", "author", "published", "date", "language", "x"]
        ),
        VALUES,
    )
)
def test_no_values_raise(raw: dict[str, object]) -> None:
    fields = read_fields(raw, location=WHERE, fetched=NOW)
    assert all("\n" not in str(note) for note in fields.notes)
    assert fields.published is None or fields.published.tzinfo is UTC
