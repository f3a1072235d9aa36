"""The methods that the stand-in knows, one function each.

To add one, write `def do_it(state, parameters)` that returns the JSON of the result or raises
ApiError, and put it in the table below. An `async def` may wait.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from bot.playground.methods import (
    callbacks,
    chats,
    copying,
    edits,
    files,
    inline,
    members,
    profile,
    sending,
    updates,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.playground.parameters import Parameters
    from bot.playground.state import BotApiState

    Handler: TypeAlias = Callable[[BotApiState, Parameters], Any]


@dataclass(frozen=True, slots=True)
class Method:
    """A method's name as Telegram spells it, and its function; `paced` ones count as messages."""

    name: str
    handle: Handler
    paced: bool = False


METHODS = {
    method.name.lower(): method
    for method in (
        Method("getMe", profile.get_me),
        Method("logOut", profile.leave_server),
        Method("close", profile.leave_server),
        Method("getUpdates", updates.get_updates),
        Method("setWebhook", updates.set_webhook),
        Method("deleteWebhook", updates.delete_webhook),
        Method("getWebhookInfo", updates.get_webhook_info),
        Method("setMyCommands", profile.set_my_commands),
        Method("getMyCommands", profile.get_my_commands),
        Method("deleteMyCommands", profile.delete_my_commands),
        Method("setChatMenuButton", profile.set_chat_menu_button),
        Method("getChatMenuButton", profile.get_chat_menu_button),
        Method("setMyName", profile.set_my_name),
        Method("getMyName", profile.get_my_name),
        Method("setMyDescription", profile.set_my_description),
        Method("getMyDescription", profile.get_my_description),
        Method("setMyShortDescription", profile.set_my_short_description),
        Method("getMyShortDescription", profile.get_my_short_description),
        Method("sendMessage", sending.send_message, paced=True),
        Method("copyMessage", copying.copy_message, paced=True),
        Method("sendDocument", files.send_document, paced=True),
        Method("sendPhoto", files.send_photo, paced=True),
        Method("getFile", files.get_file),
        Method("sendChatAction", chats.send_chat_action),
        Method("getChat", chats.get_chat),
        Method("getChatMember", members.get_chat_member),
        Method("getChatAdministrators", members.get_chat_administrators),
        Method("getChatMemberCount", members.get_chat_member_count),
        Method("leaveChat", members.leave_chat),
        Method("editMessageText", edits.edit_message_text, paced=True),
        Method("editMessageReplyMarkup", edits.edit_message_reply_markup, paced=True),
        Method("deleteMessage", edits.delete_message),
        Method("deleteMessages", edits.delete_messages),
        Method("answerInlineQuery", inline.answer_inline_query),
        Method("answerCallbackQuery", callbacks.answer_callback_query),
    )
}
"""Every known method by its name in small letters."""
