import ast
import re
from collections import Counter
from datetime import date
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

import bot
from bot.chat.conversation import Refusal, check_question
from bot.chat.help import admin_commands, group_admin_commands, private_commands, render_help
from bot.chat.rendering import OWN_LANGUAGE, REASONS, render_error, render_reply, render_start
from bot.chat.translations import languages, marked, translator
from retrieval.answering import NO_ARTICLES, NO_ARTICLES_OF_SOURCE, NOT_COVERED
from retrieval.types import Abstention
from tests.support.messages import messages

FORMS = {"de": 2, "es": 2, "hi": 2, "ru": 3}
CODES = sorted(FORMS)
TEXTS = sorted({(one, many or "") for one, many, _ in messages()})
_TAG = re.compile(r"</?[a-z]+>")
_COMMAND = re.compile(r"(?<![\w<])/[a-z]+")


@cache
def catalogue(code: str) -> Catalog:
    text = files("bot").joinpath("locale").joinpath(f"{code}.po").read_bytes()
    return read_po(BytesIO(text), locale=code, abort_invalid=True)


def fields(text: str) -> Counter[str]:
    return Counter(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def forms_of(code: str, one: str) -> tuple[str, ...]:
    found = catalogue(code).get(one)
    assert found is not None, f"{code} lacks {one!r}"
    return (found.string,) if isinstance(found.string, str) else tuple(found.string)


def first_arguments(names: set[str]) -> int:
    """Count the calls of these names whose first argument is a text, by Python's own parser."""
    count = 0
    for path in Path(bot.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                called = node.func
                name = called.attr if isinstance(called, ast.Attribute) else ""
                name = called.id if isinstance(called, ast.Name) else name
                count += name in names
    return count


def test_every_text_that_is_marked_is_found() -> None:
    assert len(messages()) == first_arguments({"tr", "_tr", "plural", "marked"}) > 100
    where = {place.rsplit(":", 1)[0] for _, _, place in messages()}
    assert {"chat/help.py", "chat/personal.py", "telegram/callbacks.py"} <= where
    assert marked("a text") == "a text"


def test_there_is_a_catalogue_of_each_language() -> None:
    assert languages() == ("en", *CODES)


@pytest.mark.parametrize("code", CODES)
def test_a_catalogue_holds_every_text_and_no_other(code: str) -> None:
    held = {
        (found.id, "") if isinstance(found.id, str) else tuple(found.id)
        for found in catalogue(code)
        if found.id
    }
    assert held == set(TEXTS)
    assert not catalogue(code).obsolete
    assert not [found.id for found in catalogue(code) if found.fuzzy]
    assert catalogue(code).num_plurals == FORMS[code]


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize(("one", "many"), TEXTS)
def test_a_translation_keeps_what_is_not_language(code: str, one: str, many: str) -> None:
    forms = forms_of(code, one)
    assert len(forms) == (FORMS[code] if many else 1)
    for form in forms:
        assert form.strip()
        assert fields(form) == fields(many or one)
        assert _TAG.findall(form) == _TAG.findall(many or one)
        assert set(_COMMAND.findall(form)) == set(_COMMAND.findall(many or one))
        # An opening or closing space or line would be one too many or too few.
        assert form == form.strip()


@pytest.mark.parametrize("code", ["en", *CODES])
@pytest.mark.parametrize(("one", "many"), TEXTS)
def test_a_text_takes_its_values(code: str, one: str, many: str) -> None:
    tr = translator(code)
    values = {name: f"<{name}>" for name in fields(one)}
    if not many:
        said = tr(one, **values)
        assert all(value in said for value in values.values())
        assert "{" not in said
        return
    del values["count"]
    for count in (0, 1, 2, 5, 11, 21, 22, 25, 1000):
        said = tr.plural(one, many, count, **values)
        assert all(value in said for value in (tr.number(count), *values.values()))


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("en", ["0 articles", "1 article", "2 articles", "1,000 articles"]),
        ("de", ["0 Artikel", "1 Artikel", "2 Artikel", "1.000 Artikel"]),
        ("es", ["0 artículos", "1 artículo", "2 artículos", "1.000 artículos"]),
        ("hi", ["0 लेख", "1 लेख", "2 लेख", "1,000 लेख"]),
        ("ru", ["0 статей", "1 статья", "2 статьи", "1\xa0000 статей"]),
    ],
)
def test_counted_articles(code: str, said: list[str]) -> None:
    tr = translator(code)
    assert [tr.plural("{count} article", "{count} articles", n) for n in (0, 1, 2, 1000)] == said


@pytest.mark.parametrize(
    ("count", "said"),
    [(5, "5 статей"), (11, "11 статей"), (12, "12 статей"), (21, "21 статья"), (22, "22 статьи")],
)
def test_the_three_forms_of_russian(count: int, said: str) -> None:
    assert translator("ru").plural("{count} article", "{count} articles", count) == said


@pytest.mark.parametrize(
    ("code", "day", "number"),
    [
        ("en", "31 March 2022", "1,234,567.5"),
        ("de", "31. März 2022", "1.234.567,5"),
        ("es", "31 de marzo de 2022", "1.234.567,5"),
        ("hi", "31 मार्च 2022", "12,34,567.5"),
        ("ru", "31 марта 2022\u202fг.", "1\xa0234\xa0567,5"),
    ],
)
def test_days_and_numbers(code: str, day: str, number: str) -> None:
    tr = translator(code)
    assert tr.date(date(2022, 3, 31)) == day
    assert tr.number(1234567.5) == number


@pytest.mark.parametrize(
    ("code", "language"),
    [
        (None, "en"), ("", "en"), ("xx", "en"), ("pt-BR", "en"), ("en-GB", "en"), ("../de", "en"),
        ("de-AT", "de"), ("es_MX", "es"), ("RU", "ru"), ("hi", "hi"),
    ],
)  # fmt: skip
def test_a_code_of_telegram_finds_its_language(code: str | None, language: str) -> None:
    tr = translator(code)
    assert tr.language == language
    assert (tr("Sources") == "Sources") == (language == "en")


def test_a_refusal_and_a_greeting_are_translated() -> None:
    tr = translator("de")
    refusal = check_question("word " * 300, tr)
    assert isinstance(refusal, Refusal)
    assert "bis zu 1.000 Zeichen, deine hat 1.499." in refusal.line
    assert check_question("", tr) != check_question("")
    assert render_start("<Ann>", tr).startswith("Hallo, &lt;Ann&gt;! Ich beantworte Fragen")
    assert render_start("", tr).startswith("Hallo! Ich beantworte Fragen")
    assert render_error(RuntimeError("secret"), tr).startswith("Bei mir ist")


def test_the_reasons_of_an_abstention_are_translated() -> None:
    assert set(REASONS) == {NO_ARTICLES, NO_ARTICLES_OF_SOURCE, NOT_COVERED}
    for reason in REASONS:
        abstention = Abstention("Who?", reason, (), confidence=0.0, as_of=None, generation=1)
        german = translator("de")
        said = f"{german(reason)}\n\n{german(OWN_LANGUAGE)}"
        assert render_reply(abstention, german) == [said]
        assert render_reply(abstention, translator("en")) == [reason]
        assert reason not in said
        assert OWN_LANGUAGE not in said


def test_what_a_catalogue_lacks_stays_english() -> None:
    unknown = "A text of {name} that is nowhere"
    assert translator("de")(unknown, name="Ann") == "A text of Ann that is nowhere"


@pytest.mark.parametrize("code", CODES)
def test_what_telegram_shows_fits_its_limits(code: str) -> None:
    tr = translator(code)
    for name, text in (*private_commands(tr), *group_admin_commands(tr), *admin_commands(tr)):
        assert 1 <= len(text) <= 256, name
    short = tr("Answers about the news in the articles' own sentences, each with its source.")
    assert len(short) <= 120
    (description,) = (
        one for one, _ in TEXTS if one.startswith("I answer questions about the news in")
    )
    assert len(tr(description)) <= 512
    assert "/settings" in render_help(tr, admin=True, group=True)
