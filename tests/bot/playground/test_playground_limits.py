from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bot.playground.commands import Menu, check_commands, check_menu
from bot.playground.errors import ApiError, bad_request
from bot.playground.markup import check_markup
from bot.playground.parameters import Parameters, Upload
from bot.playground.people import User
from bot.playground.texts import TextReader, check_preview

if TYPE_CHECKING:
    from bot.playground.json_types import JsonObject

NOW = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)
ANN = User(1001, "Ann")


def refusal(caught: pytest.ExceptionInfo[ApiError]) -> str:
    assert caught.value.code == 400
    return caught.value.description.removeprefix("Bad Request: ")


def inline(*rows: list[JsonObject]) -> JsonObject:
    return {"inline_keyboard": list(rows)}


def button(text: str = "Yes", **action: object) -> JsonObject:
    return {"text": text, **(action or {"callback_data": "y"})}


@pytest.mark.parametrize(
    ("markup", "problem"),
    [
        (inline([button(callback_data="x" * 65)]), "BUTTON_DATA_INVALID"),
        # 22 letters of three bytes each: 66.
        (inline([button(callback_data="新" * 22)]), "BUTTON_DATA_INVALID"),
        (
            inline([{"text": "x"}]),
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            inline([button(callback_data="")]),
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            inline([{"callback_data": "x"}]),
            "can't parse inline keyboard button: Can't find field \"text\"",
        ),
        (
            inline([{"text": 1, "callback_data": "x"}]),
            'can\'t parse inline keyboard button: Field "text" must be of type String',
        ),
        (
            inline([button(url="not-a-url")]),
            "inline keyboard button URL 'not-a-url' is invalid: Wrong HTTP URL",
        ),
        (
            inline([button(web_app={"url": "http://example.com"})]),
            (
                "inline keyboard button Web App URL 'http://example.com' is invalid: "
                "Only HTTPS links are allowed"
            ),
        ),
        (inline([button(pay=True)]), "BUTTON_TYPE_INVALID"),
        (inline([button(copy_text={"text": ""})]), "BUTTON_COPY_TEXT_INVALID"),
        (inline(*[[button()]] * 101), "reply markup is too long"),
        (inline(*[[button("x" * 120)]] * 99), "reply markup is too long"),
        (inline("x"), 'field "inline_keyboard" must be an Array of Arrays'),  # type: ignore[arg-type]
        (inline(["x"]), "can't parse inline keyboard button: Can't find field \"text\""),  # type: ignore[list-item]
        ({"inline_keyboard": "x"}, 'field "inline_keyboard" must be of type Array'),
        ({"force_reply": "yes"}, 'field "force_reply" must be of type Boolean'),
    ],
)
def test_keyboards_that_telegram_refuses(markup: JsonObject, problem: str) -> None:
    with pytest.raises(ApiError) as caught:
        check_markup(markup)
    assert refusal(caught) == problem


def test_a_keyboard_at_its_limits_is_kept_and_its_links_are_normalised() -> None:
    markup = inline(*[[button(callback_data="x" * 64)]] * 99, [button(url="example.com")])
    kept = check_markup(markup)
    assert kept.losses == ()
    assert kept.inline is not None
    assert len(kept.inline["inline_keyboard"]) == 100
    assert kept.inline["inline_keyboard"][-1] == [{"text": "Yes", "url": "http://example.com/"}]


def test_what_a_keyboard_loses_silently_is_named() -> None:
    kept = check_markup(
        inline([button()] * 9, [button(" ")], [button(url="a.org", callback_data="x")])
    )
    assert kept.inline is not None
    assert [len(row) for row in kept.inline["inline_keyboard"]] == [8, 1]
    assert len(kept.losses) == 3


def test_other_keyboards_leave_nothing_on_the_message_and_do_not_fit_an_edit() -> None:
    assert check_markup({"keyboard": [["A"]]}).inline is None
    with pytest.raises(ApiError, match="inline keyboard expected"):
        check_markup({"remove_keyboard": True}, inline_only=True)


@pytest.mark.parametrize(
    ("commands", "problem"),
    [
        ([{"command": "", "description": "x"}], "command must be non-empty"),
        ([{"command": "a" * 33, "description": "x"}], "command length must not exceed 32"),
        ([{"command": "a", "description": " "}], "command description must be non-empty"),
        (
            [{"command": "a", "description": "x" * 257}],
            "command description length must not exceed 256",
        ),
        ([{"command": "Ask", "description": "x"}], "BOT_COMMAND_INVALID"),
        ([{"command": "two words", "description": "x"}], "BOT_COMMAND_INVALID"),
        (
            [{"command": f"c{number}", "description": "x"} for number in range(101)],
            "BOT_COMMANDS_TOO_MUCH",
        ),
        (["ask"], "can't parse BotCommand: expected an Object"),
    ],
)
def test_commands_that_telegram_refuses(commands: list[object], problem: str) -> None:
    with pytest.raises(ApiError) as caught:
        check_commands(commands)
    assert refusal(caught) == problem


def test_commands_at_their_limits_are_kept_trimmed() -> None:
    most = [{"command": f"/{'a' * 29}{n:03}", "description": f" {'x' * 256} "} for n in range(100)]
    kept = check_commands(most)
    assert len(kept) == 100
    assert kept[7] == {"command": f"{'a' * 29}007", "description": "x" * 256}


def test_scopes_and_languages() -> None:
    assert check_menu(None, "") == Menu()
    assert check_menu({"type": "all_private_chats"}, "") == Menu("all_private_chats")
    member = {"type": "chat_member", "chat_id": -5, "user_id": 7}
    assert check_menu(member, "de") == Menu("chat_member", -5, 7, "de")
    for scope in ({"type": "all"}, {"type": "chat"}, {"type": "chat_member", "chat_id": 1}):
        with pytest.raises(ApiError, match="can't parse BotCommandScope"):
            check_menu(scope, "")
    with pytest.raises(ApiError, match="invalid language code"):
        check_menu(None, "eng")


@pytest.fixture
def reader() -> TextReader:
    return TextReader(NOW, {ANN.id: ANN}.get)


@pytest.mark.parametrize(
    ("entity", "problem"),
    [
        ({"type": "shout"}, "can't parse MessageEntity: Unsupported type specified"),
        ({"type": "text_link"}, "can't parse MessageEntity: Can't find field \"url\""),
        (
            {"type": "text_link", "url": "not-a-url"},
            "entity URL 'not-a-url' is invalid: Wrong HTTP URL",
        ),
        ({"type": "text_mention"}, "can't parse MessageEntity: Can't find field \"user\""),
        (
            {"type": "custom_emoji", "custom_emoji_id": "9999999999999999999"},
            'can\'t parse MessageEntity: Field "custom_emoji_id" must be a valid Number',
        ),
        ({"type": "date_time", "unix_time": 0}, "invalid date specified"),
        (
            {"type": "date_time", "unix_time": 1, "date_time_format": "q"},
            "can't parse MessageEntity: Invalid date format used",
        ),
        ({"type": "bold", "offset": "0"}, 'field "offset" must be of type Number'),
        ({"type": "bold", "offset": True}, 'field "offset" must be of type Number'),
    ],
)
def test_given_entities_that_telegram_refuses(
    reader: TextReader, entity: JsonObject, problem: str
) -> None:
    with pytest.raises(ApiError) as caught:
        reader.read("hello", entities=[{"offset": 0, "length": 5, **entity}])
    assert refusal(caught) == problem


def test_given_entities_come_back_as_telegram_shows_them(reader: TextReader) -> None:
    made = reader.read(
        "Ann, now!",
        entities=[
            {"type": "text_mention", "offset": 0, "length": 3, "user": {"id": 1001}},
            {
                "type": "date_time",
                "offset": 5,
                "length": 3,
                "unix_time": 1,
                "date_time_format": "r",
            },
            {"type": "url", "offset": 0, "length": 9},
        ],
    )
    assert [entity.to_json() for entity in made.entities] == [
        {"type": "text_mention", "offset": 0, "length": 3, "user": ANN.to_json()},
        {"type": "date_time", "offset": 5, "length": 3, "unix_time": 1, "date_time_format": "r"},
    ]


def test_given_code_links_and_emoji(reader: TextReader) -> None:
    given = [
        {"type": "pre", "offset": 0, "length": 1, "language": "sql"},
        {"type": "text_link", "offset": 2, "length": 1, "url": "http://example.org/"},
        {"type": "custom_emoji", "offset": 4, "length": 2, "custom_emoji_id": "77"},
    ]
    made = reader.read("a b \N{THUMBS UP SIGN}", entities=given)
    assert [entity.to_json() for entity in made.entities] == given
    link = {"type": "text_link", "offset": 0, "length": 1, "url": "tg://user?id=1001"}
    (mention,) = reader.read("a", entities=[link]).entities
    assert (mention.type, mention.user) == ("text_mention", ANN)
    with pytest.raises(ApiError, match="can't parse MessageEntity: expected an Object"):
        reader.read("a", entities=["bold"])


def test_a_parse_mode_goes_before_entities_and_is_told_by_any_case(reader: TextReader) -> None:
    bold = [{"type": "bold", "offset": 0, "length": 1}]
    made = reader.read("<i>x</i>y", "hTmL", bold)
    assert [entity.type for entity in made.entities] == ["italic"]


def test_the_mention_of_a_stranger_is_dropped_and_named(reader: TextReader) -> None:
    made = reader.read('<a href="tg://user?id=9">x</a>', "HTML")
    assert (made.entities, len(made.losses)) == ((), 1)


def test_dates_more_than_1098_days_ahead_are_refused(reader: TextReader) -> None:
    last = int(NOW.timestamp()) + 1098 * 86400
    assert reader.read(f"<tg-time unix={last}>x</tg-time>", "HTML").entities
    with pytest.raises(ApiError) as caught:
        reader.read(f"<tg-time unix={last + 1}>x</tg-time>", "HTML")
    assert refusal(caught) == "ENTITY_DATE_INVALID"


@pytest.mark.parametrize(
    ("text", "mode", "problem"),
    [
        ("", "", "message text is empty"),
        ("<b> </b>", "HTML", "text must be non-empty"),
        ("<p>", "HTML", 'can\'t parse entities: Unsupported start tag "p" at byte offset 0'),
        ("x", "Markup", "unsupported parse_mode"),
        (f"{'<b></b>' * 5000}x", "HTML", "text is too long"),
        ("й" * 16385, "", "text is too long"),
        ("\ud83d", "", "strings must be encoded in UTF-8"),
    ],
)
def test_texts_that_telegram_refuses(
    reader: TextReader, text: str, mode: str, problem: str
) -> None:
    with pytest.raises(ApiError) as caught:
        reader.read(text, mode)
    assert refusal(caught) == problem


def test_preview_options() -> None:
    assert check_preview({"is_disabled": True}) == {"is_disabled": True}
    with pytest.raises(ApiError, match='field "is_disabled" must be of type Boolean'):
        check_preview({"is_disabled": "yes"})
    with pytest.raises(ApiError, match="WEBPAGE_URL_INVALID"):
        check_preview({"url": "not-a-url"})


def test_parameters_are_decoded_by_their_names() -> None:
    raw = {
        "chat_id": "-100",
        "text": "12",
        "disable_notification": "true",
        "entities": '[{"type": "bold"}]',
        "reply_markup": "{broken",
        "message_id": None,
    }
    decoded = Parameters.decode(raw)
    assert decoded.values == {
        "chat_id": -100,
        "text": "12",
        "disable_notification": True,
        "entities": [{"type": "bold"}],
        "reply_markup": "{broken",
    }
    with pytest.raises(ApiError, match="can't parse reply markup JSON object"):
        decoded.mapping("reply_markup")
    with pytest.raises(ApiError, match="can't parse text JSON object"):
        decoded.array("text")


def test_text_is_text_whatever_it_came_as() -> None:
    assert Parameters.decode({"text": 12}).text("text") == "12"
    with pytest.raises(ApiError, match="strings must be encoded in UTF-8"):
        Parameters.decode({"text": "\ud83d"}).text("text")


def test_an_upload_is_recorded_by_name_and_size() -> None:
    upload = Upload("a.pdf", "application/pdf", b"12345")
    shown = Parameters.decode({"document": upload}).to_json()
    assert shown == {"document": {"file_name": "a.pdf", "size": 5}}


@pytest.mark.parametrize(
    ("problem", "description"),
    [
        ("Text must be", "Bad Request: text must be"),
        ("BUTTON_DATA_INVALID", "Bad Request: BUTTON_DATA_INVALID"),
    ],
)
def test_refusals_begin_small_unless_they_shout(problem: str, description: str) -> None:
    assert bad_request(problem).body() == {
        "ok": False,
        "error_code": 400,
        "description": description,
    }
