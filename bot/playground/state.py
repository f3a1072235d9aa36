"""Everything the stand-in remembers, and the hands with which tests and pages act on it.

No sockets here: `dispatch.perform` carries out the bot's calls on a state, whoever brings them.
For one event loop; nothing here is thread-safe.
"""

from __future__ import annotations

from bot.playground.hands.core import DEFAULT_TOKEN, utc_now
from bot.playground.hands.files import Files
from bot.playground.hands.groups import Groups
from bot.playground.hands.inline import Inline

__all__ = ["DEFAULT_TOKEN", "BotApiState", "utc_now"]


class BotApiState(Groups, Files, Inline):
    """One bot's Telegram: its users, chats and messages, its queue of updates, its record.

    `clock` gives the aware UTC time that messages are dated with; `rates` are enforced if given;
    without `privacy` the bot hears all that is said in groups, without `inline_mode` it takes no
    inline queries. `faults`, `directory`, `messages`, `files`, `updates`, `profile` and `journal`
    may be used directly.
    """
