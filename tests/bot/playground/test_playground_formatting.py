from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.playground.detection import find_entities
from bot.playground.entities import QUOTES, STYLES, VERBATIM, Entity
from bot.playground.errors import ApiError, LinkError
from bot.playground.formatting import format_text
from bot.playground.html_entities import parse_html
from bot.playground.links import check_link, linked_user
from bot.playground.settling import settle
from bot.playground.utf16 import part, units


def shown(source: str) -> list[tuple[str, str]]:
    """Return what a chat shows of HTML, as (type, covered text)."""
    markup = parse_html(source)
    made = format_text(markup.text, markup.entities)
    return [(e.type, part(made.text, e.offset, e.length)) for e in made.entities]


def test_a_style_around_another_is_split_where_the_inner_one_starts() -> None:
    assert shown("<b>one <i>two</i> three</b>") == [
        ("bold", "one "),
        ("bold", "two three"),
        ("italic", "two"),
    ]


def test_a_style_around_a_link_is_split_at_its_edges() -> None:
    assert shown('<b>see <a href="example.org">here</a> now</b>') == [
        ("bold", "see "),
        ("text_link", "here"),
        ("bold", "here"),
        ("bold", " now"),
    ]


@pytest.mark.parametrize("inner", ["code", "pre", "tg-time unix=1647531900"])
def test_code_and_dates_hold_no_style(inner: str) -> None:
    tag = inner.partition(" ")[0]
    kinds = {"code": "code", "pre": "pre", "tg-time": "date_time"}
    assert shown(f"<b>a <{inner}>b</{tag}> c</b>") == [
        ("bold", "a "),
        (kinds[tag], "b"),
        ("bold", " c"),
    ]


def test_touching_styles_become_one() -> None:
    assert shown("<b>one</b><b> two</b>") == [("bold", "one two")]


def test_a_quote_in_a_quote_and_code_in_a_link_are_dropped_and_named() -> None:
    markup = parse_html(
        "<blockquote>a <blockquote>b</blockquote></blockquote> "
        '<a href="example.org">c <code>d</code></a>'
    )
    made = format_text(markup.text, markup.entities)
    assert [entity.type for entity in made.entities] == ["blockquote", "text_link"]
    assert made.losses == (
        "blockquote at 2 is dropped: it overlaps another entity",
        "code at 6 is dropped: it overlaps another entity",
    )


def test_a_quote_holds_links_and_styles() -> None:
    assert shown('<blockquote>a <a href="example.org">b</a> <b>c</b></blockquote>') == [
        ("blockquote", "a b c"),
        ("text_link", "b"),
        ("bold", "c"),
    ]


def test_quotes_and_links_may_stand_side_by_side() -> None:
    assert shown("<blockquote>a</blockquote><blockquote>b</blockquote>") == [
        ("blockquote", "a"),
        ("blockquote", "b"),
    ]
    assert shown('<a href="a.org">a</a><a href="b.org">b</a>') == [
        ("text_link", "a"),
        ("text_link", "b"),
    ]


def test_a_found_link_gives_way_to_a_given_entity_inside_it() -> None:
    assert shown("example.com/<code>path</code>") == [("code", "path")]


def test_a_found_link_does_not_reach_out_of_a_quote() -> None:
    assert shown("<blockquote>see example.com</blockquote>/news") == [
        ("blockquote", "see example.com")
    ]


def test_outer_white_space_goes_and_entities_move_along() -> None:
    made = format_text(" \n a \N{NEWSPAPER} \n", [Entity("bold", 5, 3)])
    assert made.text == "a \N{NEWSPAPER}"
    assert made.entities == (Entity("bold", 2, 2),)


def test_white_space_inside_the_first_entity_stays() -> None:
    made = format_text("  <b", [Entity("bold", 1, 3)])
    assert (made.text, made.entities) == (" <b", (Entity("bold", 0, 3),))


def test_control_characters_become_spaces_and_carriage_returns_vanish() -> None:
    made = format_text("a\tb\r\nc\u2028d", [Entity("bold", 4, 4)])
    assert made.text == "a b\ncd"
    assert made.entities == (Entity("bold", 3, 3),)


@pytest.mark.parametrize("text", [" ", "\n\n", "\u200b", "\r", "\u00a0"])
def test_blank_text_is_refused(text: str) -> None:
    with pytest.raises(ApiError, match="Bad Request: text must be non-empty"):
        format_text(text)


def test_the_limit_counts_utf16_units_after_trimming() -> None:
    exact = "\N{NEWSPAPER}" * 2048
    assert format_text(f"  {exact}\n").text == exact
    with pytest.raises(ApiError, match="400 Bad Request: message is too long"):
        format_text(exact + "x")


@pytest.mark.parametrize(
    ("entity", "complaint"),
    [
        (Entity("bold", -1, 1), "receive an entity with incorrect offset -1"),
        (Entity("bold", 0, -1), "receive an entity with incorrect length -1"),
        (
            Entity("bold", 100, 1),
            "entity begins after the end of the text at UTF-16 offset 100",
        ),
        (
            Entity("bold", 0, 100),
            (
                "entity beginning at UTF-16 offset 0 ends after the end of the text "
                "at UTF-16 offset 100"
            ),
        ),
        # The emoji's four bytes end at byte 5.
        (Entity("bold", 2, 2), "entity begins in a middle of a UTF-16 symbol at byte offset 5"),
        (
            Entity("bold", 0, 2),
            (
                "entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol "
                "at byte offset 5"
            ),
        ),
    ],
)
def test_entities_outside_the_text_or_through_a_character(entity: Entity, complaint: str) -> None:
    with pytest.raises(ApiError) as caught:
        format_text("a\N{NEWSPAPER}bc", [entity])
    assert caught.value.description == f"Bad Request: {complaint}"


def test_the_hundred_and_first_entity_is_dropped_and_named() -> None:
    # Apart from each other, so that they do not become one.
    bold = [Entity("bold", 2 * place, 1) for place in range(101)]
    made = format_text("x " * 101, bold)
    assert made.entities == tuple(bold[:100])
    assert made.losses == ("1 entities are dropped: a message keeps 100",)
    assert format_text("x " * 101, bold[:100]).losses == ()


def test_styles_are_the_first_to_go() -> None:
    bold = [Entity("bold", 2 * place, 1) for place in range(60)]
    links = [Entity("text_link", 2 * place, 1, url="http://a.org/") for place in range(60, 120)]
    kinds = [entity.type for entity in format_text("x " * 120, [*bold, *links]).entities]
    assert (kinds.count("bold"), kinds.count("text_link")) == (40, 60)


def test_found_entities_join_the_given_ones_but_not_inside_code() -> None:
    assert shown("see example.com and <code>example.org</code>, <b>@someone</b>") == [
        ("url", "example.com"),
        ("code", "example.org"),
        ("mention", "@someone"),
        ("bold", "@someone"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/start now", [("bot_command", "/start")]),
        ("/ask@newsdesk_bot why", [("bot_command", "/ask@newsdesk_bot")]),
        ("a/b 1/2 </b> //x", []),
        ("/x@ab", []),
        ("@ann, @bob_smith! a@bob_smith", [("mention", "@bob_smith")]),
        ("#news #1 #один", [("hashtag", "#news"), ("hashtag", "#один")]),
        ("$USD $usd", [("cashtag", "$USD")]),
        ("write to me@example.com.", [("email", "me@example.com")]),
        ("(https://example.com/a_(b)?c=1).", [("url", "https://example.com/a_(b)?c=1")]),
        ("EXAMPLE.com, file.txt, end.Next", [("url", "EXAMPLE.com")]),
        ("\N{NEWSPAPER} http://a.bc/#x!", [("url", "http://a.bc/#x")]),
        ("http://localhost", []),
    ],
)
def test_what_telegram_finds_by_itself(text: str, found: list[tuple[str, str]]) -> None:
    assert [(e.type, part(text, e.offset, e.length)) for e in find_entities(text)] == found


@pytest.mark.parametrize(
    ("link", "stored"),
    [
        ("example.com", "http://example.com/"),
        ("HTTPS://Example.COM/Path?q=a b#c", "https://example.com/Path?q=a%20b#c"),
        ("https://example.com:8080?x", "https://example.com:8080/?x"),
        ("https://münchen.example/ü", "https://m%C3%BCnchen.example/%C3%BC"),
        ("tg://resolve?domain=x", "tg://resolve?domain=x"),
        ("https://[2001:db8::1]/", "https://[2001:db8::1]/"),
    ],
)
def test_links_as_telegram_stores_them(link: str, stored: str) -> None:
    assert check_link(link) == stored


@pytest.mark.parametrize(
    ("link", "problem"),
    [
        ("", "URL host is empty"),
        ("not-a-url", "Wrong HTTP URL"),
        ("http://localhost/x", "Wrong HTTP URL"),
        ("ftp://example.com", "Unsupported URL protocol"),
        ("http://example.com:99999", "Wrong port number specified in the URL"),
        ("tg://a:80", "Wrong tg URL"),
        ("tg://us er", "Unallowed characters in URL host"),
    ],
)
def test_links_that_telegram_refuses(link: str, problem: str) -> None:
    with pytest.raises(LinkError) as caught:
        check_link(link)
    assert str(caught.value) == f"URL '{link}' is invalid: {problem}"


def test_user_links() -> None:
    assert linked_user("tg://user?id=42") == 42
    assert linked_user("tg://user?id=x") is None
    assert linked_user("https://user?id=42") is None


kinds = st.sampled_from([*STYLES, *QUOTES, *VERBATIM, "text_link", "custom_emoji"])
drawn = st.lists(st.builds(Entity, kinds, st.integers(0, 15), st.integers(1, 12)), max_size=8)


@given(drawn)
def test_settled_entities_are_in_order_and_keep_telegrams_rules(entities: list[Entity]) -> None:
    settled = settle(entities)
    assert list(settled) == sorted(settled, key=lambda entity: entity.order)
    for number, one in enumerate(settled):
        for other in settled[number + 1 :]:
            if other.offset >= one.end:
                continue
            # They overlap: one holds the other, and not of the same sort.
            inside = other.end <= one.end or other.offset == one.offset
            assert inside or {one.type, other.type} <= set(STYLES)
            assert one.type != other.type
            assert one.type not in VERBATIM
            assert not {one.type, other.type} <= QUOTES
            solid = {one.type, other.type} - QUOTES - set(STYLES)
            assert len(solid) < 2


@given(drawn)
def test_settling_twice_changes_nothing(entities: list[Entity]) -> None:
    settled = settle(entities)
    assert settle(settled) == settled


@given(drawn)
def test_settling_adds_no_style_where_there_was_none(entities: list[Entity]) -> None:
    def covered(of: list[Entity]) -> set[tuple[str, int]]:
        return {(e.type, unit) for e in of if e.type in STYLES for unit in range(e.offset, e.end)}

    settled = list(settle(entities))
    assert covered(settled) <= covered(entities)
    verbatim = {u for e in settled if e.type in VERBATIM for u in range(e.offset, e.end)}
    kept_out = {(kind, unit) for kind, unit in covered(entities) if unit not in verbatim}
    assert covered(settled) == kept_out


@given(
    st.text(max_size=40),
    st.lists(st.builds(Entity, kinds, st.integers(0, 30), st.integers(0, 20)), max_size=4),
)
def test_any_text_is_formatted_or_refused(text: str, entities: list[Entity]) -> None:
    try:
        made = format_text(text, entities)
    except ApiError:
        return
    assert made.text == made.text.strip(" \n") or any(e.offset == 0 for e in made.entities)
    assert all(0 <= e.offset < e.end <= units(made.text) for e in made.entities)
