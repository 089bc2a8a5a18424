"""Does what scenario.js does, with Python's websockets: python3 python.py URL"""

import asyncio
import json
import sys

from websockets.exceptions import ConnectionClosed, InvalidStatusCode
from websockets.legacy.client import connect

URL = sys.argv[1]


def report(step, value):
    print(f"{step}: {str(value).lower() if isinstance(value, bool) else value}", flush=True)


def request(method, params):
    return json.dumps({"method": method, "params": params}, ensure_ascii=False)


async def call(ws, method, params):
    await ws.send(request(method, params))
    answer = json.loads(await ws.recv())
    return answer.get("error") or answer["result"]


async def closed(ws):
    try:
        while True:
            await ws.recv()
    except ConnectionClosed:
        return f"{ws.close_code} {ws.close_reason}"


async def talk(ann, bob):
    email = "bob.python@example.com"
    signed = await call(ann, "SignUp", {"username": "ann.python", "password": "secret"})
    report("signed up", f"{type(signed['user_id']).__name__} {str(len(signed['token']) >= 43).lower()}")
    theirs = await call(bob, 10000, {"username": "bob.python", "password": "secret", "email": email})
    again = await connect(URL)
    login = await call(again, "Login", {"username": "bob.python", "password": "secret"})
    report("logged in", login["user_id"] == theirs["user_id"])
    friend = (await call(ann, "AddContact", {"email": email}))["friend_id"]
    chat = (await call(ann, "CreateChat", {"friend_id": friend}))["chat_id"]
    sent = await call(ann, "SendMessage", {"chat_id": chat, "body": "hällo €😀"})
    report("sent", type(sent["message_id"]).__name__)

    async def last():
        return (await call(bob, "ListMessages", {"chat_id": chat}))[0]["body"]

    report("received", await last())
    report("refused", (await call(ann, "Nope", {}))["name"])
    report("long answer", len(json.dumps(await call(ann, "Discover", {}))) > 10000)
    await ping(ann)
    await ann.send(list(request("SendMessage", {"chat_id": chat, "body": "in fragments €😀"})))
    await ann.recv()
    report("fragments", await last())
    return again


async def ping(ws):
    await asyncio.wait_for(await ws.ping("are you there"), 20)
    report("pong", "are you there")
    pinged, pong = asyncio.Event(), ws.pong

    async def answer(data=b""):
        await pong(data)
        pinged.set()

    ws.pong = answer
    await asyncio.wait_for(pinged.wait(), 20)
    ws.pong = pong
    report("ping", 0)


async def closes():
    invalid = await connect(URL)
    await invalid.write_frame(True, 0x1, b'"\xff"')
    report("not UTF-8", await closed(invalid))
    binary = await connect(URL)
    await binary.send(b"{}")
    report("binary", await closed(binary))
    large = await connect(URL)
    await large.send("x" * 70000)
    report("large", await closed(large))


async def main():
    ann = await connect(URL, subprotocols=["soap", "spgen.v1.json"], ping_interval=None)
    report("offered", ann.subprotocol)
    report("extensions", ",".join(e.name for e in ann.extensions))
    bob = await connect(URL)
    report("not offered", bob.subprotocol or "")
    try:
        await connect(URL, subprotocols=["soap"])
    except InvalidStatusCode as err:
        report("unknown", err.status_code)
    again = await talk(ann, bob)
    await closes()
    await again.close(1000, "done")
    report("closed", await closed(again))
    await bob.close(4321, "own code")
    report("own code", await closed(bob))
    report("drain", "ready")
    report("drained", await closed(ann))


asyncio.run(main())
