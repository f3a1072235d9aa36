from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from aiohttp import web

from bot.playground.errors import server_error
from bot.playground.faults import Delay, HangUp, Refuse
from bot.playground.server import BotApiServer, add_bot_api

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.playground.state import BotApiState

FOREIGN_TOKEN = f"1000000002:{'x' * 35}"


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as client:
        yield client


@pytest.fixture
def api(server: BotApiServer, state: BotApiState) -> str:
    return f"{server.root_url}/bot{state.token}"


async def answer(response: aiohttp.ClientResponse) -> tuple[int, dict[str, Any]]:
    body: dict[str, Any] = await response.json()
    return response.status, body


async def test_every_way_to_bring_parameters(
    client: aiohttp.ClientSession, api: str, state: BotApiState
) -> None:
    ann = state.add_user()
    fields = {"chat_id": str(ann.id), "text": "<b>x</b>", "parse_mode": "HTML"}
    multipart = aiohttp.FormData(default_to_multipart=True)
    for name, value in fields.items():
        multipart.add_field(name, value)
    typed = {**fields, "chat_id": ann.id}
    for how in (
        client.get(f"{api}/sendMessage", params=fields),
        client.post(f"{api}/sendMessage", params=fields),
        client.post(f"{api}/sendMessage", data=fields),
        client.post(f"{api}/sendMessage", data=multipart),
        client.post(f"{api}/SENDmessage", json=typed),
    ):
        async with how as response:
            status, body = await answer(response)
            assert (status, body["ok"]) == (200, True)
            assert body["result"]["entities"] == [{"type": "bold", "offset": 0, "length": 1}]
    assert [call.parameters for call in state.calls("sendMessage")] == [typed] * 5


async def test_nested_values_come_as_json_in_a_form(
    client: aiohttp.ClientSession, api: str, state: BotApiState
) -> None:
    ann = state.add_user()
    form = {
        "chat_id": ann.id,
        "text": "x",
        "reply_markup": '{"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}',
    }
    async with client.post(f"{api}/sendMessage", data=form) as response:
        _, body = await answer(response)
    assert body["result"]["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "y"


async def test_a_file_arrives_with_its_name_and_size(
    client: aiohttp.ClientSession, api: str, state: BotApiState
) -> None:
    form = aiohttp.FormData()
    form.add_field("document", b"12345", filename="a.pdf", content_type="application/pdf")
    async with client.post(f"{api}/getMe", data=form) as response:
        assert response.status == 200
    (call,) = state.calls("getMe")
    assert call.parameters == {"document": {"file_name": "a.pdf", "size": 5}}


@pytest.mark.parametrize(
    ("token", "status", "description"),
    [(FOREIGN_TOKEN, 401, "Unauthorized"), ("5:short", 404, "Not Found"), ("", 404, "Not Found")],
)
async def test_tokens(
    client: aiohttp.ClientSession,
    server: BotApiServer,
    state: BotApiState,
    token: str,
    status: int,
    description: str,
) -> None:
    async with client.get(f"{server.root_url}/bot{token}/getMe") as response:
        assert await answer(response) == (
            status,
            {"ok": False, "error_code": status, "description": description},
        )
    assert state.calls() == []


async def test_unknown_methods_and_broken_bodies(client: aiohttp.ClientSession, api: str) -> None:
    async with client.get(f"{api}/dance") as response:
        status, body = await answer(response)
        assert (status, body["description"]) == (404, "Not Found: method not found")
    headers = {"Content-Type": "application/json"}
    for broken in ("{", "[1]"):
        async with client.post(f"{api}/getMe", data=broken, headers=headers) as response:
            status, body = await answer(response)
            assert (status, body["description"]) == (400, "Bad Request: can't parse JSON object")


@pytest.mark.parametrize("after", [False, True])
async def test_hanging_up_before_or_after_the_call_took_effect(
    client: aiohttp.ClientSession, api: str, state: BotApiState, after: bool
) -> None:
    ann = state.add_user()
    state.faults.plan("sendMessage", HangUp(after=after))
    form = {"chat_id": ann.id, "text": "x"}
    with pytest.raises(aiohttp.ClientError):
        await client.post(f"{api}/sendMessage", data=form)
    assert len(state.messages.of(ann.id)) == after
    (call,) = state.calls("sendMessage")
    assert (call.status, call.response, call.accepted) == (None, None, after)
    async with client.post(f"{api}/sendMessage", data=form) as response:
        assert response.status == 200


@pytest.mark.parametrize("after", [False, True])
async def test_a_late_answer_waits_no_longer_than_the_server(
    client: aiohttp.ClientSession, state: BotApiState, after: bool
) -> None:
    state.faults.plan("getMe", Delay(3600, after=after))
    async with BotApiServer(state) as server:
        late = asyncio.create_task(client.get(f"{server.root_url}/bot{state.token}/getMe"))
        await state.until(lambda: state.faults.left == 0 or None)
        if after:
            await state.next_call("getMe")
        assert len(state.calls()) == after
        assert not late.done()
    async with await late as response:
        assert response.status == 200


async def test_a_refusal_on_demand_carries_its_status(
    client: aiohttp.ClientSession, api: str, state: BotApiState
) -> None:
    state.faults.plan("getMe", Refuse(server_error(503, "Service Unavailable")), times=2)
    for _ in range(2):
        async with client.get(f"{api}/getMe") as response:
            status, body = await answer(response)
            assert (status, body["description"]) == (503, "Service Unavailable")
    async with client.get(f"{api}/getMe") as response:
        assert response.status == 200


async def test_a_client_that_leaves_ends_its_long_poll(
    client: aiohttp.ClientSession, api: str, state: BotApiState
) -> None:
    poll = asyncio.create_task(client.post(f"{api}/getUpdates", data={"timeout": 50}))
    await state.next_poll()
    poll.cancel()
    call = await state.next_call("getUpdates")
    assert (call.status, call.accepted) == (None, False)


async def test_closing_the_server_ends_a_long_poll(
    client: aiohttp.ClientSession, state: BotApiState
) -> None:
    async with BotApiServer(state) as server:
        url = f"{server.root_url}/bot{state.token}/getUpdates"
        poll = asyncio.create_task(client.post(url, data={"timeout": 50}))
        await state.next_poll()
    async with await poll as response:
        assert await answer(response) == (200, {"ok": True, "result": []})


async def test_it_listens_on_loopback_on_a_free_port(state: BotApiState) -> None:
    idle = BotApiServer(state)
    with pytest.raises(RuntimeError, match="not running"):
        _ = idle.root_url
    async with BotApiServer(state) as one, BotApiServer(state) as other:
        assert one.root_url.startswith("http://127.0.0.1:")
        assert one.root_url != other.root_url
        taken = int(one.root_url.rpartition(":")[2])
        with pytest.raises(OSError, match="address already in use"):
            async with BotApiServer(state, port=taken):
                pass


async def test_the_routes_fit_into_another_application(
    client: aiohttp.ClientSession, state: BotApiState
) -> None:
    app = web.Application()
    add_bot_api(app, state)
    paths = {route.resource.canonical for route in app.router.routes() if route.resource}
    assert paths == {"/bot{token}/{method}", "/file/bot{token}/{path}"}


async def test_the_server_logs_no_token(
    client: aiohttp.ClientSession,
    api: str,
    state: BotApiState,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    state.faults.plan("getMe", HangUp())
    with pytest.raises(aiohttp.ClientError):
        await client.post(f"{api}/getMe")
    async with client.get(f"{api}/getMe") as response:
        assert response.status == 200
    assert state.token not in caplog.text
