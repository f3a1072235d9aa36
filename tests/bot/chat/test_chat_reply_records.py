"""Replies come back from JSON as they were."""

import json

import pytest
from hypothesis import given, settings
from test_chat_rendering import abstention, answers, article

from bot.chat.reply_records import reply_of_record, reply_to_record


@settings(max_examples=30)
@given(answers())
def test_an_answer_comes_back_whole(reply):
    assert reply_of_record(json.loads(json.dumps(reply_to_record(reply)))) == reply


def test_an_abstention_comes_back_whole():
    reply = abstention(article("One"), article("Two", None))
    assert reply_of_record(json.loads(json.dumps(reply_to_record(reply)))) == reply


@pytest.mark.parametrize("record", [{}, {"kind": "answer"}, {"kind": "x", "closest": []}])
def test_what_is_no_reply_is_refused(record):
    with pytest.raises((ValueError, KeyError, TypeError)):
        reply_of_record(record)
