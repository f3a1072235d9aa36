"""What /users is asked to do, whether it may be done, and the list of people. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from bot.chat.browsing import one_message
from bot.chat.html import LINE, Block, Run
from bot.chat.paging import Page, count_pages, shorten, turning, within

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.chat.translations import Translator
    from bot.store.people import Role, User

PER_PAGE = 10
NAME_UNITS = 80
HERE = "here"

Action: TypeAlias = Literal["allow", "disallow", "ban", "unban", "role"]
_ACTIONS: tuple[Action, ...] = get_args(Action)
_ROLES: tuple[Role, ...] = ("owner", "admin", "member")
_ID = re.compile(r"-?[0-9]{1,19}")
_USERNAME = re.compile(r"@[A-Za-z0-9_]{3,32}")


@dataclass(frozen=True, slots=True)
class Order:
    """What an admin wants done; an empty `target` is the writer of the message replied to."""

    action: Action
    target: str = ""
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """A person or group (negative id) as far as it matters who may do what to whom.

    `fixed` are the owners of the settings.
    """

    id: int
    role: Role = "member"
    fixed: bool = False
    banned: bool = False
    known: User | None = None


def parse_order(words: Sequence[str]) -> Order | None:
    """Return what the words after /users ask for, None if it isn't clear."""
    if not words or words[0].lower() not in _ACTIONS:
        return None
    action = next(one for one in _ACTIONS if one == words[0].lower())
    rest, role = list(words[1:]), None
    if action == "role":
        role = next((one for one in _ROLES if rest and one == rest[-1].lower()), None)
        if role is None:
            return None
        rest.pop()
    if len(rest) > 1:
        return None
    target = rest[0] if rest else ""
    usable = not target or target == HERE or _ID.fullmatch(target) or _USERNAME.fullmatch(target)
    return Order(action, target, role) if usable else None


def objection(tr: Translator, order: Order, actor: Party, target: Party) -> str:
    """Return why the order may not be carried out, as a plain line; "" if it may."""
    if order.action == "role":
        return _against_role(tr, actor, target)
    if order.action == "ban":
        return _against_ban(tr, actor, target)
    if order.action == "unban" and not target.banned:
        return tr("There is no ban to lift.")
    return ""


def _against_ban(tr: Translator, actor: Party, target: Party) -> str:
    if actor.id == target.id:
        return tr("You can't ban yourself.")
    if target.role == "owner":
        return tr("Nobody can ban an owner.")
    if target.role == "admin" and actor.role != "owner":
        return tr("Only an owner can ban an admin.")
    return ""


def _against_role(tr: Translator, actor: Party, target: Party) -> str:
    if actor.role != "owner":
        return tr("Only an owner gives roles.")
    if target.id < 0:
        return tr("Groups have no role. You can allow or ban them.")
    if target.fixed:
        return tr("The settings of this bot make them an owner; only there it can be changed.")
    if target.banned:
        return tr("They are banned. Lift that first: /users unban {id}", id=target.id)
    return ""


def render_done(tr: Translator, order: Order, target: Party) -> str:
    """Return what was done, as a plain line."""
    who = called(target.known, target.id)
    match order.action:
        case "allow":
            return tr("{who} may use this bot.", who=who)
        case "disallow":
            return tr("{who} is no longer on the list of those let in.", who=who)
        case "ban":
            return tr("{who} is banned. /users unban {id} lifts that.", who=who, id=target.id)
        case "unban":
            return tr("{who} is no longer banned.", who=who)
        case "role":
            return tr("{who} is now: {role}.", who=who, role=_role(tr, order.role or "member"))


def render_usage(tr: Translator) -> str:
    """Return how /users is written, as HTML."""
    lines = (
        ("/users", tr("who has written to me")),
        ("/users allow 1234567", tr("lets someone in")),
        ("/users disallow 1234567", tr("takes that back")),
        ("/users ban @name", tr("answers someone no longer")),
        ("/users unban @name", tr("lifts that")),
        ("/users role 1234567 admin", tr("makes someone an owner, admin or member")),
    )
    blocks = [
        Block((Run(command, bold=True), Run(f": {what}")), gap=LINE) for command, what in lines
    ]
    note = tr(
        "Instead of a number or name, reply to a message of theirs. A group has a negative number; "
        "in the group itself, write: here"
    )
    return one_message([blocks, [Block((Run(note),))]])


def render_unknown(tr: Translator, target: str) -> str:
    """Return that nobody of that username is known, as a plain line."""
    return tr("I know nobody called {name}. Name their number instead.", name=target)


def render_people(
    tr: Translator, people: Sequence[User], owners: frozenset[int], page: int, total: int
) -> Page:
    """Return a page of people; `owners` are those of the settings."""
    if not people:
        return Page(one_message([[Block((Run(tr("Nobody has written to me yet.")),))]]))
    pages = count_pages(total, PER_PAGE)
    page = within(page, pages)
    counted = tr.plural("{count} entry", "{count} entries", total)
    sections = [[Block((Run(tr("People"), bold=True), Run(f" ({counted})")))]]
    for one in people:
        role: Role = "owner" if one.id in owners else one.role
        sections.append(
            [
                Block((Run(called(one, one.id), bold=True),)),
                Block((Run(_facts(tr, one, role)),), gap=LINE),
            ]
        )
    return Page(one_message(sections), turning(page, pages, lambda to: f"u:l:{to}"))


def called(user: User | None, user_id: int) -> str:
    """Return what someone is called: name and username as far as they are known, else the id."""
    if user is None or not (user.name or user.username):
        return str(user_id)
    username = f"@{user.username}" if user.username else ""
    return " ".join(part for part in (shorten(user.name, NAME_UNITS), username) if part)


def _facts(tr: Translator, user: User, role: Role) -> str:
    standing = {"": "", "allowed": tr("let in"), "banned": tr("banned")}[user.standing]
    kind = tr("group") if user.id < 0 else _role(tr, role)
    # Who has no name has never written, or has had it forgotten.
    seen = tr("last seen {when}", when=moment(tr, user.seen)) if user.name else ""
    parts = (str(user.id), kind, standing, seen)
    return ", ".join(part for part in parts if part)


def moment(tr: Translator, at: datetime) -> str:
    """Return a day and a time: "31 March 2022, 14:05 UTC"."""
    at = at.astimezone(UTC)
    return tr("{day}, {time} UTC", day=tr.date(at.date()), time=f"{at:%H:%M}")


def _role(tr: Translator, role: Role) -> str:
    return {"owner": tr("owner"), "admin": tr("admin"), "member": tr("member")}[role]
