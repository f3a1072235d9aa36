"""What people write and what comes back, through the real library and real HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from telegram_bench import FixedDesk, abstention, answer, bot_at_work

from bot.chat import conversation
from bot.chat.rendering import UNEXPECTED
from bot.playground.errors import bad_request, chat_migrated, forbidden, too_many_requests
from bot.playground.faults import HangUp, Refuse
from retrieval.errors import NothingIndexedError

if TYPE_CHECKING:
    import io

    from bot.playground.people import Chat, User
    from bot.playground.state import BotApiState


@pytest.fixture
def ann(state: BotApiState) -> User:
    return state.add_user("Ann")


async def test_a_question_is_answered_with_its_source(state: BotApiState, ann: User) -> None:
    async with bot_at_work(state, FixedDesk({"When do they talk?": answer()})) as bench:
        asked = state.say(ann, "  When do\n they talk? ")
        sent = await state.next_message(ann)
        call = bench.sends()[0].parameters
    assert sent.text == (
        "The talks resumed on Thursday. [1]\n\n"
        "Sources\n"
        "[1] Talks resume in Istanbul — Example Times, 31 March 2022\n"
        "As of 1 April 2022"
    )
    kinds = {entity.type: entity for entity in sent.entities}
    assert set(kinds) == {"bold", "text_link", "italic"}
    assert kinds["text_link"].url == (
        "https://news.example/talks?a=1&b=2#:~:text=The%20talks%20resumed%20on%20Thursday."
    )
    assert sent.buttons == ()
    assert sent.reply_to is not None
    assert sent.reply_to.id == asked.id
    assert call["reply_parameters"]["allow_sending_without_reply"] is True
    assert call["link_preview_options"] == {"is_disabled": True}
    assert state.journal.violations == []


async def test_typing_is_shown_while_the_answer_is_sought(state: BotApiState, ann: User) -> None:
    desk = FixedDesk()
    go_on = desk.hold("Who?")
    async with bot_at_work(state, desk) as bench:
        state.say(ann, "Who?")
        action = await state.next_call("sendChatAction")
        assert action.parameters["action"] == "typing"
        assert bench.sends() == []
        go_on.set()
        await state.next_message(ann)


async def test_an_answer_comes_although_typing_is_refused(state: BotApiState, ann: User) -> None:
    state.faults.plan("sendChatAction", Refuse(bad_request("no")), times=9)
    desk = FixedDesk()
    go_on = desk.hold("Who?")
    async with bot_at_work(state, desk):
        state.say(ann, "Who?")
        assert not (await state.next_call("sendChatAction")).accepted
        go_on.set()
        assert (await state.next_message(ann)).text == "Asked: Who?"


async def test_start_and_help(state: BotApiState) -> None:
    eve = state.add_user("<b>Eve & Co")
    async with bot_at_work(state):
        state.say(eve, "/start")
        assert (await state.next_message(eve)).text.startswith("Hello, <b>Eve & Co!")
        state.say(eve, "/help")
        assert "/ask" in (await state.next_message(eve)).text
    assert state.journal.violations == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("👍👍", conversation.WORDLESS),
        ("?!", conversation.WORDLESS),
        ("/ask", conversation.EMPTY),
        ("/ask@newsdesk_bot   ", conversation.EMPTY),
        ("/frobnicate <b>", conversation.UNKNOWN_COMMAND),
        ("word " * 300, conversation.TOO_LONG.format(limit="1,000", length="1,499")),
    ],
)
async def test_what_is_no_question_gets_a_kind_line(
    state: BotApiState, ann: User, text: str, line: str
) -> None:
    async with bot_at_work(state) as bench:
        state.say(ann, text)
        sent = await state.next_message(ann)
    assert sent.text == line
    assert sent.reply_to is not None
    assert bench.desk.asked == []


@pytest.mark.parametrize("text", ["/ask Who won?", "/ask\nWho\nwon?", "/ask@newsdesk_bot Who won?"])
async def test_ask_takes_the_question_after_it(state: BotApiState, ann: User, text: str) -> None:
    async with bot_at_work(state):
        state.say(ann, text)
        assert (await state.next_message(ann)).text == "Asked: Who won?"


async def test_hostile_articles_are_shown_as_they_are(state: BotApiState, ann: User) -> None:
    text = "</blockquote><b>x</b> &amp; <a href='tg://user?id=1'>you</a> \ud800\x00\u202e👩‍👩‍👧 "
    hostile = answer(title=text, quote=text * 60, url="javascript:alert(1)")
    async with bot_at_work(state, FixedDesk({"Who <b>?": hostile})) as bench:
        state.say(ann, "Who <b>?")
        first = await state.next_message(ann)
        second = await state.next_message(ann)
    assert bench.desk.asked == ["Who <b>?"]
    assert "</blockquote><b>x</b> &amp; <a href='tg://user?id=1'>you</a>" in first.text
    assert first.reply_to is not None
    assert second.reply_to is None
    assert len(bench.sends()) == 2
    assert state.journal.violations == []
    linked = {e.url for m in (first, second) for e in m.entities if e.type == "text_link"}
    assert linked == set()


async def test_an_error_is_a_human_line_and_a_log_without_words(
    state: BotApiState, ann: User, log: io.StringIO
) -> None:
    desk = FixedDesk({"my words": KeyError("my words", state.token)})
    async with bot_at_work(state, desk):
        state.say(ann, "my words")
        assert (await state.next_message(ann)).text == UNEXPECTED
        state.say(ann, "and now?")
        assert (await state.next_message(ann)).text == "Asked: and now?"
    text = log.getvalue()
    assert "A message was not answered: KeyError\n" in text
    assert "telegram/telegram_bench.py:" in text
    for private in ("my words", "and now", state.token, state.token.partition(":")[2]):
        assert private not in text


async def test_an_error_of_the_search_is_told_in_its_words(
    state: BotApiState, ann: User, log: io.StringIO
) -> None:
    desk = FixedDesk({"Who?": NothingIndexedError("there are no articles yet", "add <some>")})
    async with bot_at_work(state, desk):
        state.say(ann, "Who?")
        sent = await state.next_message(ann)
    assert sent.text == "There are no articles yet; add <some>."
    assert "could not be searched for: NothingIndexedError" in log.getvalue()


async def test_a_reply_that_telegram_refuses_is_an_error_like_others(
    state: BotApiState, ann: User, log: io.StringIO
) -> None:
    bob = state.add_user("Bob")
    state.faults.plan("sendMessage", Refuse(bad_request("can't parse entities: my words")))
    async with bot_at_work(state):
        state.say(ann, "Who?")
        assert (await state.next_message(ann)).text == UNEXPECTED
        state.faults.plan("sendMessage", Refuse(bad_request("my words")), times=2)
        state.say(bob, "Who?")
        state.say(bob, "And?")
        assert (await state.next_message(bob)).text == "Asked: And?"
    assert "The person could not be told: BadRequest" in log.getvalue()
    assert "my words" not in log.getvalue()


async def test_nothing_is_sent_after_someone_who_left(
    state: BotApiState, ann: User, log: io.StringIO
) -> None:
    bob = state.add_user("Bob")
    state.faults.plan("sendMessage", Refuse(forbidden()), chat_id=ann.id)
    async with bot_at_work(state) as bench:
        state.say(ann, "Who?")
        await state.next_call("sendMessage")
        state.say(bob, "And?")
        await state.next_message(bob)
    assert bench.texts() == ["Asked: And?"]
    assert "could not be delivered: Forbidden" in log.getvalue()


async def test_what_may_have_arrived_is_not_sent_again(
    state: BotApiState, ann: User, log: io.StringIO
) -> None:
    state.faults.plan("sendMessage", HangUp(after=True))
    async with bot_at_work(state):
        state.say(ann, "Who?")
        await state.next_message(ann)
        state.say(ann, "And?")
        await state.next_message(ann)
    assert [m.text for m in state.messages.of(ann.id) if m.sender == state.bot] == [
        "Asked: Who?",
        "Asked: And?",
    ]
    assert "could not be delivered: NetworkError" in log.getvalue()


async def test_a_flood_wait_is_honoured(state: BotApiState, ann: User, log: io.StringIO) -> None:
    state.faults.plan("sendMessage", Refuse(too_many_requests(1)))
    async with bot_at_work(state) as bench:
        state.say(ann, "Who?")
        assert (await state.next_message(ann)).text == "Asked: Who?"
    assert [call.accepted for call in bench.sends()] == [False, True]
    assert "asks to wait 1 s" in log.getvalue()


async def test_a_group_that_moved_is_answered_where_it_went(state: BotApiState, ann: User) -> None:
    old, new = state.add_group("Readers", kind="group"), state.add_group("Readers")
    state.faults.plan("sendMessage", Refuse(chat_migrated(new.id)), chat_id=old.id)
    async with bot_at_work(state):
        state.say(old, "/ask Who?", by=ann)
        assert (await state.next_message(new)).text == "Asked: Who?"


async def test_in_groups_other_talk_is_left_alone(ann: User, state: BotApiState) -> None:
    state.privacy = False
    group = state.add_group("Readers")
    async with bot_at_work(state) as bench:
        for text in ("Who?", "/frobnicate", "/ask@other_bot Who?", "hey @other_bot"):
            state.say(group, text, by=ann)
        state.say(group, "/ask Who won?", by=ann)
        assert (await state.next_message(group)).text == "Asked: Who won?"
        state.say(group, "/help@newsdesk_bot", by=ann)
        assert "/ask" in (await state.next_message(group)).text
    assert bench.desk.asked == ["Who won?"]


async def test_a_topic_is_kept(state: BotApiState, ann: User) -> None:
    forum = state.add_group("Forum", topics=[7])
    desk = FixedDesk({"Who?": answer(quote="A sentence. " * 600)})
    go_on = desk.hold("Who?")
    async with bot_at_work(state, desk):
        state.say(forum, "/ask Who?", by=ann, thread_id=7)
        action = await state.next_call("sendChatAction")
        go_on.set()
        first, second = await state.next_message(forum), await state.next_message(forum)
    assert (first.thread_id, second.thread_id) == (7, 7)
    assert action.parameters["message_thread_id"] == 7


def sent_by(chat: Chat, user: User, number: int, **content: Any) -> dict[str, Any]:
    """Return the JSON of a message that isn't text."""
    return {
        "message_id": number,
        "date": 1,
        "chat": chat.to_json(),
        "from": user.to_json(),
        **content,
    }


PHOTO = {"photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]}


async def test_pictures_get_a_kind_line_once_an_album(state: BotApiState, ann: User) -> None:
    private, group = state.directory.chat(ann), state.add_group("Readers")
    async with bot_at_work(state) as bench:
        for number in (901, 902, 903):
            album = sent_by(private, ann, number, **PHOTO, media_group_id="g1", caption="Who?")
            state.updates.push("message", album)
        state.updates.push("message", sent_by(private, ann, 904, **PHOTO))
        state.updates.push("message", sent_by(group, ann, 905, **PHOTO))
        state.updates.push("message", sent_by(private, ann, 906, group_chat_created=True))
        state.say(ann, "Who?")
        while (await state.next_message(ann)).text != "Asked: Who?":
            pass
    assert bench.texts() == [conversation.NOT_TEXT, conversation.NOT_TEXT, "Asked: Who?"]


async def test_edits_of_questions_are_let_be(state: BotApiState, ann: User) -> None:
    async with bot_at_work(state) as bench:
        asked = state.say(ann, "Who?")
        await state.next_message(ann)
        state.say(ann, "Who else?", edit=asked)
        state.say(ann, "And?")
        await state.next_message(ann)
    assert bench.desk.asked == ["Who?", "And?"]


async def test_chats_are_answered_side_by_side_and_each_in_order(
    state: BotApiState, ann: User
) -> None:
    bob = state.add_user("Bob")
    desk = FixedDesk({"And a2?": abstention("second")})
    go_on = desk.hold("a1?")
    async with bot_at_work(state, desk):
        state.say(ann, "a1?")
        state.say(ann, "And a2?")
        state.say(bob, "b1?")
        assert (await state.next_message(bob)).text == "Asked: b1?"
        assert sorted(desk.asked) == ["a1?", "b1?"]
        go_on.set()
        assert (await state.next_message(ann)).text == "Asked: a1?"
        told = "Understood as: And a2 a1?\n\nsecond"
        assert (await state.next_message(ann)).text == told
    assert desk.asked[2:] == ["And a2?"]


async def test_a_question_may_lean_on_its_chat_s_last_turns(state: BotApiState, ann: User) -> None:
    ben = state.add_user("Ben")
    async with bot_at_work(state, FixedDesk()) as bench:
        for who, text in ((ann, "Who came?"), (ann, "When did he?"), (ben, "Why?")):
            state.say(who, text)
            await state.next_message(who)
        state.say(ann, "/new")
        said = await state.next_message(ann)
        state.say(ann, "And now?")
        await state.next_message(ann)
    assert bench.desk.turns == [[], ["Who came?"], [], []]
    assert said.text == conversation.FORGOTTEN
