"""Taking updates that Telegram brings: an HTTP server behind the operator's TLS proxy.

Only requests with the secret that Telegram was given are taken. An update is confirmed once the
inbox has it; what Telegram could not deliver while the bot was away, or had too much to do, it
brings again.
"""

from __future__ import annotations

import hmac
import json
import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from aiohttp import web
from telegram.error import TelegramError

from bot.errors import BotError
from bot.operations.listening import listening
from bot.telegram.polling import ALLOWED_UPDATES

if TYPE_CHECKING:
    import asyncio

    from telegram import Bot

    from bot.telegram.inbox import Inbox

logger = logging.getLogger(__name__)

SETTING = "NEWSDESK_WEBHOOK_LISTEN"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
_LARGEST = 1024 * 1024  # bytes of an update


async def serve_webhook(
    bot: Bot,
    updates: asyncio.Queue[object],
    inbox: Inbox,
    *,
    url: str,
    listen: str,
    secret: str,
    stop: asyncio.Event,
) -> None:
    """Put the updates that come to `url` into the queue by way of the inbox until `stop` is set.

    `listen` is "HOST:PORT", to which the proxy passes requests for `url` on. The webhook stays set
    when the bot stops, so that Telegram keeps what comes meanwhile. Raises ConfigurationError if
    the address can't be listened on, BotError if Telegram refuses the webhook.
    """
    application = web.Application(client_max_size=_LARGEST)
    application.router.add_post(urlsplit(url).path or "/", _handler(bot, updates, inbox, secret))
    async with listening(application, listen, SETTING):
        await _announce(bot, url, secret)
        await stop.wait()


async def _announce(bot: Bot, url: str, secret: str) -> None:
    try:
        await bot.set_webhook(
            url,
            secret_token=secret,
            allowed_updates=ALLOWED_UPDATES,
            drop_pending_updates=False,
        )
    except TelegramError as error:
        raise BotError(
            f"Telegram refuses the webhook ({type(error).__name__})",
            "check NEWSDESK_WEBHOOK_URL: a public https address on port 443, 80, 88 or 8443",
        ) from None


def _handler(bot: Bot, updates: asyncio.Queue[object], inbox: Inbox, secret: str) -> Any:
    async def receive(request: web.Request) -> web.Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), secret.encode()):
            logger.warning("A request without the webhook's secret was turned away")
            return web.Response(status=403)
        body = await request.read()
        if inbox.is_full:
            return web.Response(status=503)
        try:
            record = json.loads(body)
        except ValueError as error:
            # Refused, Telegram would bring it again and again, and all others would wait. The
            # same goes for an update that the inbox can't read.
            logger.warning("An update could not be read: %s", type(error).__name__)
            return web.Response()
        await inbox.receive(bot, updates, [record])
        return web.Response()

    return receive
