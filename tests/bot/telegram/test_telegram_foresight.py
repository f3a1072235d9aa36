"""What the desk is told of updates before anything else is done with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telegram_bench import FixedDesk, bot_at_work

if TYPE_CHECKING:
    from bot.playground.people import User
    from bot.playground.state import BotApiState

ODD = "When  will\nthey <b>meet</b>?"


async def test_the_desk_is_told_of_what_can_be_asked(state: BotApiState, ann: User) -> None:
    state.privacy = False
    group = state.add_group("Readers")
    desk = FixedDesk()
    async with bot_at_work(state, desk):
        for text in (ODD, "?!", "why " * 600, "/ask Who came?", "Who?"):
            state.say(ann, text)
            await state.next_message(ann)
        state.say(group, "Just between us.", by=ann)
        state.say(group, "/ask And where?", by=ann)
        await state.next_message(group)
    assert desk.asked == ["When will they <b>meet</b>?", "Who came?", "Who?", "And where?"]
    assert desk.foreseen == ["When will they <b>meet</b>?", "Who?"]
