"""Replies come back from JSON as they were."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_chat_rendering import abstention, answers, article

from bot.chat.reply_records import (
    further_of_record,
    reply_of_record,
    reply_to_record,
    understood_of_record,
)
from retrieval.types import Excerpt, Span


@settings(max_examples=30)
@given(answers())
def test_an_answer_comes_back_whole(reply):
    assert reply_of_record(json.loads(json.dumps(reply_to_record(reply)))) == reply


@settings(max_examples=30)
@given(answers(), st.lists(st.builds(Excerpt, st.just(article()), st.just(Span(2, 5)), st.text())))
def test_what_there_is_to_read_on_comes_back_beside_it(reply, further):
    reply = replace(reply, source="Coast")
    record = json.loads(json.dumps(reply_to_record(reply, further)))
    assert reply_of_record(record) == reply
    assert list(further_of_record(record)) == further


@pytest.mark.parametrize("whole", ["", "Why did Finland apply?"])
def test_what_a_follow_up_was_understood_as_comes_back_beside_it(whole):
    reply = abstention(article("One"))
    record = json.loads(json.dumps(reply_to_record(reply, (), whole)))
    assert reply_of_record(record) == reply
    assert understood_of_record(record) == whole


def test_a_record_of_old_has_nothing_to_read_on():
    reply = abstention(article("One"))
    record = reply_to_record(reply)
    del record["further"], record["source"]
    assert reply_of_record(record) == reply
    assert further_of_record(record) == ()


def test_an_abstention_comes_back_whole():
    reply = abstention(article("One"), article("Two", None))
    assert reply_of_record(json.loads(json.dumps(reply_to_record(reply)))) == reply


@pytest.mark.parametrize("record", [{}, {"kind": "answer"}, {"kind": "x", "closest": []}])
def test_what_is_no_reply_is_refused(record):
    with pytest.raises((ValueError, KeyError, TypeError)):
        reply_of_record(record)
