"""How updates reach the bot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.playground.updates import MAX_BATCH

if TYPE_CHECKING:
    from bot.playground.json_types import JsonObject
    from bot.playground.parameters import Parameters
    from bot.playground.state import BotApiState


async def get_updates(state: BotApiState, parameters: Parameters) -> list[JsonObject]:
    """Return Update objects, waiting up to `timeout` seconds for the first."""
    allowed = parameters.array("allowed_updates")
    if allowed is not None:
        state.updates.allow(str(kind) for kind in allowed)
    return await state.updates.poll(
        offset=parameters.integer("offset"),
        limit=parameters.integer("limit", MAX_BATCH),
        seconds=parameters.integer("timeout"),
    )


def delete_webhook(state: BotApiState, parameters: Parameters) -> bool:
    """Forget what waits if asked to; there is no webhook here to delete."""
    if parameters.flag("drop_pending_updates"):
        state.updates.drop()
    return True


def get_webhook_info(state: BotApiState, _parameters: Parameters) -> JsonObject:
    """Return a WebhookInfo without a URL."""
    info: JsonObject = {
        "url": "",
        "has_custom_certificate": False,
        "pending_update_count": state.updates.pending,
    }
    if state.updates.allowed:
        info["allowed_updates"] = list(state.updates.allowed)
    return info
