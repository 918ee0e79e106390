"""How fast the console is with 100,000 conversations on PostgreSQL while 60 staff are connected: `python -m bench.console`.

BENCH_POSTGRES_URL names a database that may be emptied. One machine plays all parts, so the numbers are pessimistic.
"""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import tempfile
import time
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import insert, text
from ulid import ULID

from bot import config, migrations, schema
from bot.console.app import create_app
from bot.model import Facts
from bot.store.base import now
from bot.wiring import House, build

CONVERSATIONS, WAITING, TAKEN, ENDED, STAFF = 100_000, 400, 60, 20_000, 60
PASSWORD = "caballo grapa lluvia"
BATCH = 5_000


def fill(house: House, staff_ids: list[str]) -> None:
    """Conversations with three messages in and three out each; some wait, some are held, many were."""
    body = house.store.vault.seal_json(
        {"text": "me hablan todo el día", "button": "", "files": [], "edits": "", "start": ""}
    )
    reply = house.store.vault.seal_json({"text": "Te leo.", "buttons": [], "attachments": []})
    address, begun = house.store.vault.seal_json("x"), now() - timedelta(days=200)
    for first in range(0, CONVERSATIONS, BATCH):
        rows: dict[Any, list[dict[str, Any]]] = {
            table: [] for table in (schema.conversations, schema.inbox, schema.outbox, schema.handoffs)
        }
        for number in range(first, first + BATCH):
            _one(rows, number, body, reply, address, begun + timedelta(seconds=number * 170), staff_ids)
        with house.store.engine.begin() as connection:
            for table, found in rows.items():
                if found:
                    connection.execute(insert(table), found)
    with house.store.engine.begin() as connection:
        connection.execute(text("ANALYZE"))


def _one(
    rows: dict[Any, list[dict[str, Any]]],
    number: int,
    body: str,
    reply: str,
    address: str,
    at: Any,
    staff_ids: list[str],
) -> None:
    id_ = str(ULID.from_datetime(at))
    holder = staff_ids[number % STAFF] if WAITING <= number < WAITING + TAKEN else ""
    common = {"channel": "web", "created_at": at, "last_inbound_at": at, "epoch": 0, "holder": holder, "closed": False}
    rows[schema.conversations].append(
        {"id": id_, "person_key": f"k{number}", "address_sealed": address, "next_seq": 4, "lease_owner": "", **common}
    )
    for part in range(3):
        moment = at + timedelta(seconds=part)
        rows[schema.inbox].append(
            {"id": str(ULID.from_datetime(moment)), "conversation_id": id_, "channel": "web", "external_id": f"{number}.{part}", "kind": "text", "body_sealed": body, "sent_at": moment, "received_at": moment, "status": "done", "alarm": "", "turn_id": "", "attempts": 1, "next_try_at": moment}
        )  # fmt: skip
        rows[schema.outbox].append(
            {"conversation_id": id_, "seq": part + 1, "author": "bot", "body_sealed": reply, "epoch": 0, "urgent": False, "turn_id": "", "status": "sent", "attempts": 0, "parts_sent": 1, "next_try_at": moment, "created_at": moment, "sent_at": moment, "provider_id": "", "error": ""}
        )  # fmt: skip
    if number < WAITING + TAKEN + ENDED:
        status = "open" if number < WAITING else "taken" if number < WAITING + TAKEN else "ended"
        rows[schema.handoffs].append(
            {"id": str(ULID()), "conversation_id": id_, "reason": random.choice(["pedir_humano", "emergencia"]), "urgency": number % 4, "status": status, "created_at": at, "holder": holder, "taken_at": at if holder else None, "active_at": now() if holder else None, "ended_as": ""}
        )  # fmt: skip


async def measure(house: House, tokens: list[str], paths: dict[str, str], rounds: int = 20) -> dict[str, list[float]]:
    """Seconds of each page, asked for by one after the other of the staff while all of them listen for news."""
    app = create_app(house)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://consola") as client:
        listening = [asyncio.create_task(listen(app)) for _ in tokens]
        await asyncio.sleep(1)
        seen: dict[str, list[float]] = {name: [] for name in paths}
        for number in range(rounds):
            for name, path in paths.items():
                cookie = {"cookie": f"bt_sesion={tokens[number % len(tokens)]}"}
                begun = time.perf_counter()
                answer = await client.get(path, headers=cookie)
                seen[name].append(time.perf_counter() - begun)
                assert answer.status_code == 200, (path, answer.status_code)
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)
    return seen


async def listen(app: Any) -> None:
    """What an open page does: wait for news of the lists."""
    with app.state.live.listen("") as event:
        while True:
            await event.wait()
            event.clear()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = os.environ["BENCH_POSTGRES_URL"]
        house = build(config.load({"DATABASE_URL": url, "DATA_DIR": folder}))
        with house.store.engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        migrations.upgrade(house.store.engine)
        tokens, ids = [], []
        for number in range(STAFF):
            given = house.accounts.add(f"p{number}@ejemplo.mx", "equipo")
            token, session = house.accounts.sign_in(f"p{number}@ejemplo.mx", given, "10.0.0.1", "banco")
            with house.store.begin() as tx:
                tx.set_password(session.staff.id, tx.password_hash(session.staff.id), must_change=False)
            tokens.append(token)
            ids.append(session.staff.id)
        fill(house, ids)
        with house.store.read() as tx:
            one = tx.waiting(1)[0].conversation_id
        folio = house.complaints.open(one, "t", Facts(description="x")).folio
        paths = {
            "queue": "/conversaciones",
            "held by others": "/conversaciones?vista=equipo",
            "all": "/conversaciones?vista=todas",
            "search by folio": f"/conversaciones?q={folio}",
            "search by phone": "/conversaciones?q=5512345678",
            "one conversation": f"/conversaciones/{one}",
        }
        for name, seconds in asyncio.run(measure(house, tokens, paths)).items():
            ordered = sorted(seconds)
            print(
                f"{name:18} p50 {statistics.median(ordered) * 1000:6.0f} ms   p95 {ordered[int(len(ordered) * 0.95) - 1] * 1000:6.0f} ms"
            )
        house.store.close()


if __name__ == "__main__":
    main()
