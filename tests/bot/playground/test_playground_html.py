from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.playground.entities import Entity
from bot.playground.errors import ParseError
from bot.playground.html_entities import date_time_format, parse_html
from bot.playground.utf16 import part, units

TAGS = ["b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "tg-spoiler", "blockquote"]
TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "blockquote": "blockquote",
    "pre": "pre",
    "code": "code",
}
texts = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.mark.parametrize(("tag", "kind"), TYPES.items())
def test_each_plain_tag_makes_its_entity_after_an_emoji(tag: str, kind: str) -> None:
    # The newspaper emoji takes two UTF-16 units, so the word starts at 3.
    markup = parse_html(f"\N{NEWSPAPER} <{tag}>news</{tag}>!")
    assert markup.text == "\N{NEWSPAPER} news!"
    assert markup.entities == (Entity(kind, 3, 4),)


@pytest.mark.parametrize(
    ("source", "text", "entity"),
    [
        (
            '<a href="https://example.org/a?b=1&amp;c=2">x</a>',
            "x",
            Entity("text_link", 0, 1, url="https://example.org/a?b=1&c=2"),
        ),
        ("<a href='example.org'>x</a>", "x", Entity("text_link", 0, 1, url="http://example.org/")),
        (
            "<a>example.org</a>",
            "example.org",
            Entity("text_link", 0, 11, url="http://example.org/"),
        ),
        ('<a href="tg://user?id=42">Ann</a>', "Ann", Entity("text_mention", 0, 3, user_id=42)),
        ('<span class="tg-spoiler">x</span>', "x", Entity("spoiler", 0, 1)),
        ("<blockquote expandable>x</blockquote>", "x", Entity("expandable_blockquote", 0, 1)),
        ("<blockquote expandable=no>x</blockquote>", "x", Entity("expandable_blockquote", 0, 1)),
        (
            '<pre><code class="language-python">x = 1</code></pre>',
            "x = 1",
            Entity("pre", 0, 5, language="python"),
        ),
        (
            '<code class="language-python"><pre>x = 1</pre></code>',
            "x = 1",
            Entity("pre", 0, 5, language="python"),
        ),
        ('<code class="language-python">x</code>', "x", Entity("code", 0, 1)),
        (
            '<tg-emoji emoji-id="5368324170671202286">\N{THUMBS UP SIGN}</tg-emoji>',
            "\N{THUMBS UP SIGN}",
            Entity("custom_emoji", 0, 2, custom_emoji_id="5368324170671202286"),
        ),
        (
            '<tg-time unix="1647531900" format="wDT">22:45 tomorrow</tg-time>',
            "22:45 tomorrow",
            Entity("date_time", 0, 14, unix_time=1647531900, date_time_format="wDT"),
        ),
        (
            "<tg-time unix=1647531900>soon</tg-time>",
            "soon",
            Entity("date_time", 0, 4, unix_time=1647531900, date_time_format=""),
        ),
        ("<B >x</b >", "x", Entity("bold", 0, 1)),
        ("<b>x</>", "x", Entity("bold", 0, 1)),
        ("<b id=7 hidden>x</b>", "x", Entity("bold", 0, 1)),
    ],
)
def test_tags_with_attributes(source: str, text: str, entity: Entity) -> None:
    markup = parse_html(source)
    assert (markup.text, markup.entities, markup.losses) == (text, (entity,), ())


def test_pre_and_code_around_different_text_stay_two() -> None:
    markup = parse_html('<pre><code class="language-sql">a</code> </pre>')
    assert markup.entities == (Entity("pre", 0, 2), Entity("code", 0, 1))


def test_an_empty_tag_makes_no_entity() -> None:
    assert parse_html("a<b></b>c").entities == ()


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("&lt;&gt;&amp;&quot;", '<>&"'),
        ("&#65;&#x42;&#x1F4F0;", "AB\N{NEWSPAPER}"),
        ("1 &lt 2", "1 < 2"),
        ("AT&T", "AT&T"),
        ("a > b", "a > b"),
        ("&#0;&#x110000;&#12345678;", "&#0;&#x110000;&#12345678;"),
        ("&#0000065; &#00000065;", "A &#00000065;"),
        ("&LT;", "&LT;"),
        ("&", "&"),
    ],
)
def test_character_references(source: str, text: str) -> None:
    assert parse_html(source).text == text


def test_what_only_looks_like_a_reference_is_not_reported() -> None:
    assert parse_html("&nosuch; &nbsp &").losses == ()


def test_an_unknown_named_reference_stays_and_is_reported() -> None:
    markup = parse_html("a&nbsp;b")
    assert markup.text == "a&nbsp;b"
    assert len(markup.losses) == 1
    assert "&nbsp;" in markup.losses[0]


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("<p>x</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("a<br/>b", 'Unsupported start tag "br/" at byte offset 1'),
        # Two bytes for each of the letters before the tag.
        ("йй<script>", 'Unsupported start tag "script" at byte offset 4'),
        ("x <b", "Unclosed start tag at byte offset 2"),
        ("<a href", 'Unclosed start tag "a" at byte offset 0'),
        ("<a href=", 'Unclosed start tag "a" at byte offset 0'),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<a href=x/y>z</a>", "Unexpected end of name token at byte offset 8"),
        ('<a ="x">y</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        (
            "<b><i>test</b></i>",
            'Unmatched end tag at byte offset 10, expected "</i>", found "</b>"',
        ),
        ("<b>x</strong>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</strong>"'),
        ("<b>bold", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b><i>x</i>", 'Can\'t find end tag corresponding to start tag "b"'),
        ('<tg-emoji emoji-id="x">y</tg-emoji>', "Invalid custom emoji identifier specified"),
        ('<tg-time unix="1" format="q">y</tg-time>', "Invalid date format used"),
        (
            "&#xD83D;",
            (
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            ),
        ),
        ("\ud83d", "Strings must be encoded in UTF-8"),
    ],
)
def test_complaints_are_telegrams(source: str, complaint: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse_html(source)
    assert str(caught.value) == complaint


@pytest.mark.parametrize(
    "source",
    [
        '<a href="localhost">x</a>',
        '<a href="ftp://example.org">x</a>',
        '<tg-time unix="soon">x</tg-time>',
        '<tg-time unix="0">x</tg-time>',
        # Past January 2038, where 32 bits end.
        '<tg-time unix="2378550818" format="dt">x</tg-time>',
        f'<tg-time unix="{"9" * 5000}">x</tg-time>',
    ],
)
def test_what_telegram_drops_without_a_word_is_reported(source: str) -> None:
    markup = parse_html(source)
    assert (markup.text, markup.entities) == ("x", ())
    assert len(markup.losses) == 1


@pytest.mark.parametrize(
    ("written", "kept"),
    [("", ""), ("r", "r"), ("R", "r"), ("wDT", "wDT"), ("tdw", "wdt"), ("W", "w"), ("Dd", "d")],
)
def test_date_formats_are_brought_into_order(written: str, kept: str) -> None:
    assert date_time_format(written) == kept


@pytest.mark.parametrize("written", ["rt", "x", "d t"])
def test_other_date_formats_are_refused(written: str) -> None:
    with pytest.raises(ParseError):
        date_time_format(written)


@given(texts)
def test_escaped_text_comes_back(text: str) -> None:
    markup = parse_html(html.escape(text))
    assert (markup.text, markup.entities, markup.losses) == (text, (), ())


@given(texts, texts.filter(bool), texts, st.sampled_from(TAGS))
def test_an_entity_covers_what_its_tag_held(before: str, inside: str, after: str, tag: str) -> None:
    source = f"{html.escape(before)}<{tag}>{html.escape(inside)}</{tag}>{html.escape(after)}"
    markup = parse_html(source)
    assert markup.text == before + inside + after
    (entity,) = markup.entities
    assert entity.type == TYPES[tag]
    assert part(markup.text, entity.offset, entity.length) == inside


fragments = st.sampled_from(
    [
        "<",
        ">",
        "/",
        "</",
        "&",
        "&lt",
        ";",
        "#x",
        '"',
        "'",
        "=",
        "\0",
        "\n",
        "a href",
        "tg-time unix=",
    ]
    + [f"<{tag}>" for tag in TYPES]
    + [f"</{tag}>" for tag in TYPES]
)


@given(st.lists(st.one_of(fragments, st.text(max_size=5))).map("".join))
def test_any_string_is_parsed_or_complained_of(source: str) -> None:
    try:
        markup = parse_html(source)
    except ParseError:
        return
    assert all(entity.length > 0 for entity in markup.entities)
    assert all(0 <= e.offset <= e.end <= units(markup.text) for e in markup.entities)
    assert list(markup.entities) == sorted(markup.entities, key=lambda entity: entity.order)
