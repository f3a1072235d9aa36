"""Posts updates to the webhook.

As Telegram does: up to `max_connections` posts at once, so that the order is not certain; an
update is posted again, ever later, until the answer is a 2xx; an answer may itself be a call.
Telegram does not tell its pauses; these here double from the first up to a minute.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import ssl
from typing import TYPE_CHECKING, Any

import aiohttp

from bot.playground.dispatch import perform

if TYPE_CHECKING:
    from bot.playground.json_types import JsonObject
    from bot.playground.state import BotApiState
    from bot.playground.webhooks import Webhook

RETRY_PAUSE = 1.0
LONGEST_PAUSE = 60.0
READ_TIMEOUT = 60.0
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header


class Courier:
    """Carries the waiting updates of a state to its webhook, as long as `run` runs."""

    def __init__(self, state: BotApiState, retry_pause: float = RETRY_PAUSE) -> None:
        self._state = state
        self._retry_pause = retry_pause
        self._carried: set[int] = set()

    async def run(self) -> None:
        """Post whatever waits, until cancelled."""
        bell = self._state.updates.bell
        timeout = aiohttp.ClientTimeout(total=READ_TIMEOUT)
        async with aiohttp.ClientSession(timeout=timeout) as session, asyncio.TaskGroup() as group:
            while True:
                webhook = self._state.webhook
                for update in self._next(webhook):
                    self._carried.add(update["update_id"])
                    group.create_task(self._carry(session, webhook, update))
                await bell.heard()

    def _next(self, webhook: Webhook | None) -> list[JsonObject]:
        """Return the updates that a connection is free for."""
        if webhook is None:
            return []
        waiting = self._state.updates.waiting()
        free = webhook.max_connections - len(self._carried)
        return [u for u in waiting if u["update_id"] not in self._carried][: max(free, 0)]

    async def _carry(
        self, session: aiohttp.ClientSession, webhook: Webhook | None, update: JsonObject
    ) -> None:
        pause = self._retry_pause
        try:
            while webhook is not None and self._is_due(webhook, update):
                failure = await self._post(session, webhook, update)
                if not failure:
                    self._state.updates.confirm(update["update_id"])
                    break
                webhook.failed_at, webhook.failure = self._state.clock(), failure
                self._state.journal.stir()
                await self._wait(webhook, pause)
                pause = min(2 * pause, LONGEST_PAUSE)
        finally:
            self._carried.discard(update["update_id"])
            self._state.updates.bell.ring()
            self._state.journal.stir()

    def _is_due(self, webhook: Webhook, update: JsonObject) -> bool:
        return self._state.webhook is webhook and update in self._state.updates.waiting()

    async def _wait(self, webhook: Webhook, seconds: float) -> None:
        """Wait, but not longer than the webhook is set."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._state.webhook is webhook:
                    await self._state.updates.bell.heard()

    async def _post(
        self, session: aiohttp.ClientSession, webhook: Webhook, update: JsonObject
    ) -> str:
        """Post an update and return what went wrong, "" if nothing did."""
        headers = {SECRET_HEADER: webhook.secret_token} if webhook.secret_token else {}
        try:
            async with session.post(
                webhook.url,
                json=update,
                headers=headers,
                allow_redirects=False,
                ssl=_trust(webhook.certificate),
            ) as response:
                if not 200 <= response.status < 300:
                    reason = f"{response.status} {response.reason}"
                    return f"Wrong response from the webhook: {reason}"
                body = await response.text()
        except TimeoutError:
            return "Read timeout expired"
        except aiohttp.ClientConnectorCertificateError:
            return "SSL error {certificate verify failed}"
        except aiohttp.ClientConnectorError:
            return "Connection refused"
        except (aiohttp.ClientError, UnicodeDecodeError, ssl.SSLError):
            return "Connection reset by peer"
        if call := _call_in(body):
            await perform(self._state, str(call.pop("method")), call)
        return ""


def _trust(certificate: bytes | None) -> ssl.SSLContext | bool:
    if certificate is None:
        return True
    return ssl.create_default_context(cadata=certificate.decode("ascii"))


def _call_in(body: str) -> dict[str, Any] | None:
    """Return the call that an answer to a post makes, None if it makes none."""
    try:
        call = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return call if isinstance(call, dict) and "method" in call else None
