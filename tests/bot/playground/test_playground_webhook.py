"""Updates posted to a webhook, received by a real HTTP server on loopback."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from telegram import Bot, Update
from telegram.error import BadRequest, Conflict

from bot.playground.server import BotApiServer
from bot.playground.webhooks import check_url
from tests.bot.playground.calls import refusal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.playground.state import BotApiState

SECRET = "s3cret_-"
PATIENCE = 20.0


class Receiver:
    """A bot's own server: notes what is posted and answers as told."""

    def __init__(self) -> None:
        self.posts: list[tuple[dict[str, Any], str | None]] = []
        self.statuses: list[int] = []
        self.body: dict[str, Any] = {}
        self.open = asyncio.Event()
        self.open.set()
        self.busy = asyncio.Event()
        self.together = 0
        self.most_together = 0
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
        self.posts.append((await request.json(), secret))
        self.together += 1
        self.most_together = max(self.most_together, self.together)
        if self.together == 2:
            self.busy.set()
        await self.open.wait()
        self.together -= 1
        status = self.statuses.pop(0) if self.statuses else 200
        return web.json_response(self.body, status=status, headers={"Location": self.url})

    @property
    def texts(self) -> list[str]:
        return [update["message"]["text"] for update, _ in self.posts]


@pytest.fixture
async def server(state: BotApiState) -> AsyncIterator[BotApiServer]:
    async with BotApiServer(state, retry_pause=0.01) as server:
        yield server


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    receiver.open.set()
    await runner.cleanup()


async def delivered(state: BotApiState) -> None:
    await state.until(lambda: None if state.updates.pending else True, what="the delivery")


async def test_updates_are_posted_with_the_secret(
    bot: Bot, state: BotApiState, receiver: Receiver
) -> None:
    ann = state.add_user()
    state.say(ann, "before")
    assert await bot.set_webhook(
        receiver.url, secret_token=SECRET, max_connections=7, allowed_updates=["message"]
    )
    state.say(ann, "after")
    state.say(ann, "changed", edit=2)
    await delivered(state)
    assert sorted(receiver.texts) == ["after", "before"]
    assert {secret for _, secret in receiver.posts} == {SECRET}
    update = Update.de_json(receiver.posts[0][0], bot)
    assert update.message is not None
    info = await bot.get_webhook_info()
    assert (info.url, info.max_connections, info.pending_update_count) == (receiver.url, 7, 0)
    assert list(info.allowed_updates) == ["message"]
    assert (info.last_error_date, info.has_custom_certificate) == (None, False)


async def test_a_failed_post_is_repeated_and_told(
    bot: Bot, state: BotApiState, receiver: Receiver
) -> None:
    receiver.statuses = [500, 307, 200]
    await bot.set_webhook(receiver.url)
    state.say(state.add_user(), "hello")
    await delivered(state)
    assert receiver.texts == ["hello"] * 3
    assert len({update["update_id"] for update, _ in receiver.posts}) == 1
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 307 Temporary Redirect"
    assert info.last_error_date == state.clock()


async def test_nobody_listens(bot: Bot, state: BotApiState, receiver: Receiver) -> None:
    await bot.set_webhook("http://127.0.0.1:9/hook")
    ann = state.add_user()
    state.say(ann, "one")
    state.say(ann, "two")
    await state.until(lambda: (state.webhook and state.webhook.failure) or None)
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Connection refused"
    assert info.pending_update_count == 2
    await bot.set_webhook(receiver.url)  # a new address gets at once what the old one did not
    await delivered(state)
    assert sorted(receiver.texts) == ["one", "two"]
    assert (await bot.get_webhook_info()).last_error_message is None


async def test_no_more_posts_at_once_than_allowed(
    bot: Bot, state: BotApiState, receiver: Receiver
) -> None:
    receiver.open.clear()
    await bot.set_webhook(receiver.url, max_connections=2)
    ann = state.add_user()
    for number in range(6):
        state.say(ann, str(number))
    await asyncio.wait_for(receiver.busy.wait(), PATIENCE)
    assert (await bot.get_webhook_info()).pending_update_count == 6
    receiver.open.set()
    await delivered(state)
    assert sorted(receiver.texts) == list("012345")
    assert receiver.most_together == 2


async def test_an_answer_may_be_a_call(bot: Bot, state: BotApiState, receiver: Receiver) -> None:
    ann = state.add_user()
    receiver.body = {"method": "sendMessage", "chat_id": ann.id, "text": "Heard."}
    await bot.set_webhook(receiver.url)
    state.say(ann, "hello")
    assert (await state.next_message(ann)).text == "Heard."


async def test_polling_and_webhook_exclude_each_other(
    bot: Bot, state: BotApiState, receiver: Receiver
) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=50))
    await state.next_poll()
    await bot.set_webhook(receiver.url)
    with pytest.raises(Conflict, match="terminated by setWebhook request"):
        await poll
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    assert await bot.delete_webhook()
    state.say(state.add_user(), "hello")
    assert len(await bot.get_updates()) == 1
    assert receiver.posts == []
    assert (await bot.get_webhook_info()).url == ""


async def test_pending_updates_are_dropped_if_asked(
    bot: Bot, state: BotApiState, receiver: Receiver
) -> None:
    ann = state.add_user()
    state.say(ann, "old")
    await bot.set_webhook(receiver.url, drop_pending_updates=True)
    state.say(ann, "new")
    await delivered(state)
    assert receiver.texts == ["new"]
    await bot.set_webhook("")
    assert state.webhook is None


async def test_refused_webhooks(bot: Bot, state: BotApiState) -> None:
    for url in ("http://example.org/hook", "ftp://127.0.0.1/x", "nothing"):
        with pytest.raises(BadRequest, match="an https url must be provided"):
            await bot.set_webhook(url)
    url = "http://127.0.0.1:1/x"
    for secret, words in (("s" * 257, "too long"), ("a b", "unallowed"), ("é", "unallowed")):
        status, description = await refusal(state, "setWebhook", url=url, secret_token=secret)
        assert (status, words in description) == (400, True)
    status, description = await refusal(state, "setWebhook", url="http://[x")
    assert (status, description) == (400, "Bad Request: bad webhook: invalid URL specified")
    status, description = await refusal(state, "setWebhook", url="https://example.org/hook")
    assert (status, "loopback" in description) == (400, True)
    assert state.webhook is None


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "localhost", "[::1]"])
def test_loopback_is_posted_to(host: str) -> None:
    for scheme in ("http", "https"):
        assert check_url(f"{scheme}://{host}:8443/hook")


@pytest.fixture(scope="session")
def own_certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return the files of a self-signed certificate for 127.0.0.1 and of its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is needed to make a certificate")
    folder = tmp_path_factory.mktemp("certificate")
    certificate, key = folder / "cert.pem", folder / "key.pem"
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run([openssl, "req", *kind, *names, *files], check=True, capture_output=True)
    return certificate, key


async def test_a_certificate_of_ones_own_is_trusted_once_it_is_given(
    bot: Bot, state: BotApiState, own_certificate: tuple[Path, Path]
) -> None:
    certificate, key = own_certificate
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, key)
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
    url = f"https://127.0.0.1:{runner.addresses[0][1]}/hook"
    await bot.set_webhook(url)
    state.say(state.add_user(), "hello")
    await state.until(lambda: (state.webhook and state.webhook.failure) or None)
    info = await bot.get_webhook_info()
    assert info.last_error_message == "SSL error {certificate verify failed}"
    await bot.set_webhook(url, certificate=certificate)
    await delivered(state)
    assert receiver.texts == ["hello"]
    assert (await bot.get_webhook_info()).has_custom_certificate
    await bot.set_webhook(url, certificate=b"nothing")
    state.say(1001, "again")
    await state.until(lambda: (state.webhook and state.webhook.failure) or None)
    assert receiver.texts == ["hello"]
    await runner.cleanup()
