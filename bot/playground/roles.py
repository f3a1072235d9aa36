"""What people are in a chat, as chat members have it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from bot.playground.json_types import JsonObject
    from bot.playground.people import User

Role: TypeAlias = Literal["owner", "admin", "member", "left", "kicked"]

_STATUS: dict[Role, str] = {
    "owner": "creator",
    "admin": "administrator",
    "member": "member",
    "left": "left",
    "kicked": "kicked",
}
_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)
_WITHHELD = (
    "can_be_edited",
    "is_anonymous",
    "can_promote_members",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)


def is_inside(role: Role) -> bool:
    """Tell whether someone of that role is in the chat."""
    return role not in {"left", "kicked"}


def is_administrator(role: Role) -> bool:
    """Tell whether someone of that role runs the chat."""
    return role in {"owner", "admin"}


def status_of(role: Role) -> str:
    """Return the status of someone of that role, as ChatMember names it."""
    return _STATUS[role]


def member_json(user: User, role: Role) -> JsonObject:
    """Return the Bot API's ChatMember; an administrator has the rights usually given."""
    member: JsonObject = {"user": user.to_json(), "status": status_of(role)}
    if role == "owner":
        member["is_anonymous"] = False
    elif role == "admin":
        member |= dict.fromkeys(_RIGHTS, True) | dict.fromkeys(_WITHHELD, False)
    elif role == "kicked":
        member["until_date"] = 0
    return member
