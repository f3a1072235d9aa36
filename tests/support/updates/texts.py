"""What people write to a bot, kindly and otherwise, and the entities that come with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from bot.playground.detection import find_entities

if TYPE_CHECKING:
    from tests.support.updates.scene import Scene

MAX_UNITS = 4096
QUESTIONS = (
    "When did the ferry sail?",
    "And who was its captain?",
    "What happened in Jakarta since 2022?",
    "Wie viele Geigen zählte Cederby?",
    "बंदरगाह में क्या हुआ?",
    "Что случилось с паромом вчера?",
    "fail",
    "huge",
)
_FRAGMENTS = (
    *("/", "/ask ", "/ask@newsdesk_bot ", "/start q_", "@newsdesk_bot ", "@other_bot", "#news "),
    *("<b>", "</b>", "<a href='tg://x'>", "&lt;", "&amp;", "&#0;", "{name}", "%s", "{0}", "\\"),
    *("\u202e", "\u2066", "\u200f", "\u0301" * 40, "\u200d", "\ufe0f", "\u3164", "\u2028", "\x85"),
    *("\x00", "\x1b[0m", "\t", "\n", "\r\n", " ", "\ud83d", "\udc00", "\ud800\udc00", "\ufffe"),
    *("👩‍👩‍👧", "🇬🇧", "1️⃣", "𝒜", "漢字", "ال", "שלום", "é", "e\u0301", "ß", "İ"),
    *("https://news.example/1", "a@b.example", "$EUR", "since 2022", "99999999999999999999"),
    *("ferry", "captain", "Cederby", "yesterday", "?", "0", "-1", "all", "dry", "None", "'; --"),
)
_UNITS = ("x", "word ", "漢", "👩‍👩‍👧", "<b>&", "\u0301", "\n", "𝒜", "&lt;", "\u202e", "1 ")

fragments = st.lists(st.sampled_from(_FRAGMENTS), min_size=1, max_size=6).map("".join)
long_texts = st.builds(
    lambda unit, times: cut(unit * times), st.sampled_from(_UNITS), st.integers(1, MAX_UNITS)
)
names = st.sampled_from(("A", "<i>", "\u202e", "ㅤ", "👩‍👩‍👧", "x" * 64, "\ud83d", ""))
texts = st.one_of(
    st.sampled_from(QUESTIONS), fragments, long_texts, st.text(st.characters(), max_size=20)
)


def cut(text: str, units: int = MAX_UNITS) -> str:
    """Return as much of a text as one message can hold."""
    encoded = text.encode("utf-16-le", "surrogatepass")[: 2 * units]
    return encoded.decode("utf-16-le", "surrogatepass")


@st.composite
def arguments(draw: st.DrawFn, scene: Scene) -> str:
    """Draw what may stand after a command: nothing, a text, numbers, things the bot has named."""
    named = [message.text for message in scene.sent()]
    words = [word for text in named for word in text.split() if len(word) > 5][-40:]
    people = [str(person.id) for person in scene.people[:3]]
    choices = [st.just(""), texts, st.sampled_from(["all", "dry", "0", "-1", *people])]
    if words:
        choices.append(st.sampled_from(words))
    return draw(st.one_of(choices))


@st.composite
def commands(draw: st.DrawFn, scene: Scene) -> str:
    """Draw one of the registered commands, or none of them, with or without the bot's name."""
    name = draw(st.sampled_from([*scene.commands, "nothing", "ASK", "x" * 64]))
    bot = draw(st.sampled_from(["", "", "@newsdesk_bot", "@NEWSDESK_BOT", "@other_bot"]))
    gap = draw(st.sampled_from([" ", " ", "\n", "  ", "\u00a0", ""]))
    return cut(f"/{name}{bot}{gap}{draw(arguments(scene))}")


_KINDS = (
    *("mention", "bot_command", "url", "text_link", "text_mention", "custom_emoji", "pre"),
    *("bold", "blockquote", "expandable_blockquote", "spoiler", "code", "hashtag", "new_thing"),
)


@st.composite
def entities(draw: st.DrawFn, text: str) -> list[dict[str, Any]]:
    """Draw the entities that Telegram would find, or others, some of them out of place."""
    found = [entity.to_json() for entity in find_entities(text)]
    if not draw(st.integers(0, 3)):
        found += draw(st.lists(broken_entities, min_size=1, max_size=3))
    return found


broken_entities = st.builds(
    lambda kind, offset, length: {
        "type": kind,
        "offset": offset,
        "length": length,
        **({"url": "tg://user?id=1"} if kind == "text_link" else {}),
        **(
            {"user": {"id": 1002, "is_bot": False, "first_name": "B"}}
            if kind == "text_mention"
            else {}
        ),
        **({"custom_emoji_id": "5"} if kind == "custom_emoji" else {}),
    },
    st.sampled_from(_KINDS),
    st.sampled_from((0, 0, 1, 2, 5, 4095, 5000, -1)),
    st.sampled_from((0, 1, 3, 13, 64, 4096, 2**31 - 1, -1)),
)
