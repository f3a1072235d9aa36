"""What can go wrong with the database, as a part of the application's tree.

StoreError
├── NewerDatabaseError           a newer Newsdesk made the database
├── LockedDatabaseError          another process held it for too long
├── ReadOnlyDatabaseError        it can be read but not written
├── FullDiskError                no room is left
├── DamagedDatabaseError         the file is no database, or a broken one
├── UnreachableDatabaseError     there is no such file or server, or it refuses the login
├── BackupError                  a backup can't be written, read or put back
├── SourceExistsError            the source is watched already
├── UnknownSourceError           there is no such source, or more than one
├── UnknownChatError             there is no such chat
├── DuplicateSubscriptionError   a chat wants the very same already
└── TooManySubscriptionsError    a chat has as many subscriptions as it may have

Each is one line: what is wrong, then what mends it. A database URL's password is in none of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.errors import BotError, ConfigurationError

if TYPE_CHECKING:
    from bot.alerts.types import Subscription


class StoreError(BotError):
    """Base of the tree; itself a failure of the database that has no name of its own."""


class NewerDatabaseError(StoreError):
    """A newer Newsdesk made the database (or the backup)."""


class LockedDatabaseError(StoreError):
    """Another process held the database for longer than the store waits."""


class ReadOnlyDatabaseError(StoreError):
    """The database can be read but not written."""


class FullDiskError(StoreError):
    """No room is left where the database is; what it held before is untouched."""


class DamagedDatabaseError(StoreError):
    """The file is no database, or a broken one."""


class UnreachableDatabaseError(StoreError):
    """There is no such file or server, or it refuses the login."""


class BackupError(StoreError):
    """A backup can't be written, read or put back; the database is untouched."""


class SourceExistsError(StoreError):
    """The source is watched already. `name` is what it is called."""

    def __init__(self, name: str, source_id: int) -> None:
        self.name = name
        self.source_id = source_id
        super().__init__(f"this source is there already: {name} (number {source_id})")


class UnknownSourceError(StoreError):
    """There is no such source, or more than one of that name."""


class UnknownChatError(StoreError):
    """There is no such chat (any more)."""

    def __init__(self, chat_id: int) -> None:
        super().__init__(f"chat {chat_id} is not known")


class DuplicateSubscriptionError(StoreError):
    """The chat wants the very same already: `existing`."""

    def __init__(self, existing: Subscription) -> None:
        self.existing = existing
        super().__init__("this subscription is there already", "change that one")


class TooManySubscriptionsError(StoreError):
    """The chat has `limit` subscriptions, as many as it may have."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(f"a chat may have {limit} subscriptions", "delete one first")


class MissingExtraError(ConfigurationError):
    """A setting asks for a part of Newsdesk that isn't installed."""

    def __init__(self, *, feature: str, extra: str) -> None:
        self.extra = extra
        super().__init__(
            f"{feature} needs packages that aren't installed", f"pip install 'newsdesk[{extra}]'"
        )
