"""How updates reach the bot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.playground.errors import conflict
from bot.playground.updates import MAX_BATCH
from bot.playground.webhooks import (
    MAX_CONNECTIONS,
    USUAL_CONNECTIONS,
    Webhook,
    check_secret,
    check_url,
)

if TYPE_CHECKING:
    from bot.playground.json_types import JsonObject
    from bot.playground.parameters import Parameters
    from bot.playground.state import BotApiState


async def get_updates(state: BotApiState, parameters: Parameters) -> list[JsonObject]:
    """Return Update objects, waiting up to `timeout` seconds for the first."""
    if state.webhook is not None:
        raise conflict(
            "can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first"
        )
    _allow(state, parameters)
    return await state.updates.poll(
        offset=parameters.integer("offset"),
        limit=parameters.integer("limit", MAX_BATCH),
        seconds=parameters.integer("timeout"),
    )


def set_webhook(state: BotApiState, parameters: Parameters) -> bool:
    """Post updates to a URL from now on; an empty one ends that."""
    url = parameters.text("url")
    if not url:
        return delete_webhook(state, parameters)
    secret = check_secret(parameters.text("secret_token"))
    certificate = parameters.upload("certificate")
    connections = parameters.integer("max_connections", USUAL_CONNECTIONS)
    webhook = Webhook(
        check_url(url),
        secret,
        min(max(connections, 1), MAX_CONNECTIONS),
        certificate.content if certificate else None,
    )
    _allow(state, parameters)
    _change(state, parameters, webhook)
    state.updates.interrupt(conflict("terminated by setWebhook request"))
    return True


def delete_webhook(state: BotApiState, parameters: Parameters) -> bool:
    """Post no more, and forget what waits if asked to."""
    _change(state, parameters, None)
    return True


def get_webhook_info(state: BotApiState, _parameters: Parameters) -> JsonObject:
    """Return a WebhookInfo, with an empty URL if there is no webhook."""
    hook = state.webhook
    info: JsonObject = hook.to_json() if hook else {"url": "", "has_custom_certificate": False}
    info["pending_update_count"] = state.updates.pending
    if state.updates.allowed:
        info["allowed_updates"] = list(state.updates.allowed)
    return info


def _allow(state: BotApiState, parameters: Parameters) -> None:
    allowed = parameters.array("allowed_updates")
    if allowed is not None:
        state.updates.allow(str(kind) for kind in allowed)


def _change(state: BotApiState, parameters: Parameters, webhook: Webhook | None) -> None:
    if parameters.flag("drop_pending_updates"):
        state.updates.drop()
    state.webhook = webhook
    state.updates.bell.ring()
