"""Who is let in, and what the others are told. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from bot.chat.translations import Translator
    from bot.store.people import Role, Standing

Mode: TypeAlias = Literal["open", "allow-list"]
Verdict: TypeAlias = Literal["in", "banned", "stranger", "banned group"]


def judge(mode: Mode, role: Role, standing: Standing, group: Standing = "") -> Verdict:
    """Decide on a person with a role and a standing, in a group with one ("" elsewhere).

    A banned group is left whoever writes there; an owner is let in everywhere else.
    """
    if group == "banned":
        return "banned group"
    if role == "owner":
        return "in"
    if standing == "banned":
        return "banned"
    known = role == "admin" or "allowed" in {standing, group}
    return "in" if mode == "open" or known else "stranger"


def render_refusal(tr: Translator, verdict: Verdict, user_id: int) -> str:
    """Return a plain line for whoever wasn't let in, fit for a button's notice."""
    if verdict == "banned":
        return tr("I am sorry: an admin of this bot has decided that I no longer answer you.")
    return tr(
        "I only answer people whom an admin of this bot has let in. If you know one, pass on your "
        "number: {id}",
        id=user_id,
    )


def render_hint(tr: Translator, verdict: Verdict) -> str:
    """Return what the button above an empty inline result says; at most 64 characters."""
    if verdict == "banned":
        return tr("I no longer answer you here")
    return tr("I don't know you yet: press here")
