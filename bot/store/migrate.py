"""From whatever schema a database has to this program's. Blocking; run inside a transaction."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from bot.store.errors import NewerDatabaseError
from bot.store.schema import REVISION

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

_SCRIPTS = Path(__file__).parent / "migrations"


def revision_of(connection: Connection) -> str | None:
    """Return the database's schema revision, or None if it has none yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def upgrade(connection: Connection) -> None:
    """Bring the database to `REVISION`. Raises NewerDatabaseError if it is beyond."""
    revision = revision_of(connection)
    if revision == REVISION:
        return
    if revision is not None:
        refuse_newer(revision, "the database")
    from alembic import command

    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, REVISION)


def refuse_newer(revision: str, what: str) -> None:
    """Raise NewerDatabaseError unless `revision` is one of this program's history."""
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(alembic_config())
    if revision not in {script.revision for script in scripts.walk_revisions()}:
        raise NewerDatabaseError(
            f"{what} was made by a newer Newsdesk (schema {revision}, this one knows {REVISION})",
            "update Newsdesk; nothing was changed",
        )


def alembic_config() -> Config:
    """Return alembic's settings, made of nothing but where the scripts are."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
