"""Who may do what: roles, checked by id at every command. A menu is no authorisation."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, TypeAlias

from bot.chat.people import Party
from bot.store.errors import StoreError
from bot.telegram.language import translator_for
from bot.telegram.messenger import send_reply

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from telegram import Message, Update, User
    from telegram.ext import ContextTypes

    from bot.chat.translations import Translator
    from bot.store import people
    from bot.store.engine import Store
    from bot.store.people import Role

    Handle: TypeAlias = Callable[[Translator, Message], Awaitable[None]]
    Callback: TypeAlias = Callable[[Update, ContextTypes.DEFAULT_TYPE], Coroutine[Any, Any, None]]

logger = logging.getLogger(__name__)

RANKS: dict[Role, int] = {"member": 0, "admin": 1, "owner": 2}


class Access:
    """Knows everyone's role: those named in the settings are owners, whatever the store says."""

    def __init__(self, owners: frozenset[int], store: Store | None) -> None:
        self.owners = owners
        self._store = store

    async def role(self, user_id: int | None) -> Role:
        """Return a person's role. Raises StoreError."""
        if user_id is None or user_id in self.owners or self._store is None:
            return self.role_of(user_id, None)
        return self.role_of(user_id, await self._store.people.get(user_id))

    def role_of(self, user_id: int | None, known: people.User | None) -> Role:
        """Return the role of a person as whom the store knows them, None for not at all."""
        if user_id in self.owners:
            return "owner"
        return "member" if known is None else known.role

    async def may(self, user_id: int | None, at_least: Role = "admin") -> bool:
        """Tell whether a person's role is `at_least` that. Raises StoreError."""
        return RANKS[await self.role(user_id)] >= RANKS[at_least]

    async def sees_admin_pages(self, user_id: int | None) -> bool:
        """Tell whether to show someone what admins see; with a failing store, owners alone."""
        try:
            return await self.may(user_id)
        except StoreError as error:
            logger.warning("A role could not be read: %s", type(error).__name__)
            return False

    async def staff(self) -> frozenset[int]:
        """Return the ids of all owners and admins; with a failing store, those of the settings."""
        try:
            return self.owners | (await self._store.people.staff() if self._store else frozenset())
        except StoreError as error:
            logger.warning("The admins could not be read: %s", type(error).__name__)
            return self.owners

    async def party(self, user_id: int) -> Party:
        """Return a person or group with what matters for orders about them. Raises StoreError."""
        known = await self._store.people.get(user_id) if self._store else None
        fixed = user_id in self.owners
        role: Role = "owner" if fixed else known.role if known else "member"
        banned = known is not None and known.standing == "banned"
        return Party(user_id, role, fixed, banned, known)

    async def note(self, user_id: int | None, action: str, **detail: Any) -> None:
        """Write a deed that is done into the audit log; a store that fails is logged instead."""
        if self._store is None:
            return
        try:
            await self._store.audit.add(user_id, action, **detail)
        except StoreError as error:
            logger.error("%s by %s is not in the audit log: %s", action, user_id, error)  # noqa: TRY400

    def guarded(self, handle: Handle, at_least: Role = "admin") -> Callback:
        """Return a command's callback that refuses, kindly, whoever's role is less."""

        async def check(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
            message, user = update.message, update.effective_user
            if message is None:
                return
            tr = await translator_for(self._store, message.chat_id, user)
            if await self.may(user.id if user else None, at_least):
                await handle(tr, message)
            else:
                await send_reply(message, [tr("That is for the admins of this bot.")])

        return check


def sender_of(message: Message) -> User | None:
    """Return the person who sent a message; None for a bot, a channel or an anonymous admin."""
    user = message.from_user
    return None if user is None or user.is_bot or message.sender_chat is not None else user
