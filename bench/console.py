"""How fast the console is with 100,000 conversations and complaints on PostgreSQL while 60 staff are connected: `python -m bench.console`.

BENCH_POSTGRES_URL names a database that may be emptied. One machine plays all parts, so the numbers are pessimistic.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import statistics
import tempfile
import time
from dataclasses import asdict
from typing import Any

import httpx
from sqlalchemy import text

from bot import config, migrations, search_terms
from bot.console.app import create_app
from bot.model import Facts
from bot.wiring import House, build

CONVERSATIONS, WAITING, TAKEN, ENDED, STAFF = 100_000, 400, 60, 20_000, 60
#: Words that are told in complaints, and how many are in one. The first are in nearly all of them.
WORDS, WORDS_OF_ONE = 5_000, 40
CONDUCTS = ("denunciar_acoso", "denunciar_maltrato", "denunciar_amenazas", "denunciar_engano")
STORY = "me hablan todo el día y me gritan que me van a embargar la casa si no pago hoy mismo, " * 6

#: The whole office, made inside the database: three messages in and three out for each conversation.
OFFICE = (
    """INSERT INTO conversations (id, channel, person_key, address_sealed, created_at, last_inbound_at, epoch, holder, closed,
         next_seq, lease_owner)
       SELECT '01' || lpad(g::text, 24, '0'), 'web', 'k' || g, :address, now() - g * interval '170 s',
         now() - g * interval '170 s', 0,
         CASE WHEN g >= :waiting AND g < :waiting + :taken THEN (:staff)[1 + g % :people] ELSE '' END, false, 4, ''
       FROM generate_series(0, :conversations - 1) g""",
    """INSERT INTO inbox (id, conversation_id, channel, external_id, kind, body_sealed, sent_at, received_at, status, alarm,
         turn_id, attempts, next_try_at)
       SELECT '01' || lpad((g * 3 + p)::text, 24, '0'), '01' || lpad(g::text, 24, '0'), 'web', g || '.' || p, 'text', :said,
         now() - g * interval '170 s', now() - g * interval '170 s', 'done', '', '', 1, now()
       FROM generate_series(0, :conversations - 1) g, generate_series(0, 2) p""",
    """INSERT INTO outbox (conversation_id, seq, author, body_sealed, epoch, urgent, turn_id, status, attempts, parts_sent,
         next_try_at, created_at, sent_at, provider_id, error)
       SELECT '01' || lpad(g::text, 24, '0'), p, 'bot', :reply, 0, false, '', 'sent', 0, 1, now(),
         now() - g * interval '170 s', now() - g * interval '170 s', '', ''
       FROM generate_series(0, :conversations - 1) g, generate_series(1, 3) p""",
    """INSERT INTO handoffs (id, conversation_id, reason, urgency, status, created_at, holder, taken_at, active_at, ended_as)
       SELECT '01' || lpad(g::text, 24, '0'), '01' || lpad(g::text, 24, '0'), 'pedir_humano', g % 4,
         CASE WHEN g < :waiting THEN 'open' WHEN g < :waiting + :taken THEN 'taken' ELSE 'ended' END,
         now() - g * interval '170 s', CASE WHEN g >= :waiting AND g < :waiting + :taken THEN (:staff)[1 + g % :people] ELSE '' END,
         now(), now(), ''
       FROM generate_series(0, :waiting + :taken + :ended - 1) g""",
    """INSERT INTO case_keys SELECT '01' || lpad(g::text, 24, '0'), :key FROM generate_series(0, :conversations - 1) g""",
    """INSERT INTO cases (id, folio, conversation_id, turn_id, channel, status, violations, created_at, facts_sealed, notify,
         terms_version)
       SELECT '01' || lpad(g::text, 24, '0'), 'F' || g, '01' || lpad(g::text, 24, '0'), 't' || g, 'web',
         (ARRAY['registrada', 'en_revision', 'canalizada', 'resuelta', 'resuelta', 'resuelta', 'no_procede', 'retirada'])[1 + g % 8],
         'denunciar_acoso', now() - g * interval '170 s', :facts, false, 1
       FROM generate_series(0, :conversations - 1) g""",
    """INSERT INTO case_events SELECT '01' || lpad(g::text, 24, '0'), 1, now(), 'registrada', :event, '', ''
       FROM generate_series(0, :conversations - 1) g""",
    """INSERT INTO case_terms SELECT (:words)[1 + floor(:n_words * power(random(), 3))::int], '01' || lpad(g::text, 24, '0')
       FROM generate_series(0, :conversations - 1) g, generate_series(1, :words_of_one) w ON CONFLICT DO NOTHING""",
    """INSERT INTO case_terms SELECT (:conducts)[1 + g % 4], '01' || lpad(g::text, 24, '0')
       FROM generate_series(0, :conversations - 1) g""",
    """INSERT INTO case_terms SELECT (:agencies)[1 + floor(300 * power(random(), 3))::int], '01' || lpad(g::text, 24, '0')
       FROM generate_series(0, :conversations - 1) g""",
)


def word(number: int) -> str:
    """One of the words, which differ in their stems too."""
    return "".join(itertools.islice(("bdfglmnprt"[int(c)] + "aeio"[int(c) % 4] for c in f"{number:04d}"), 4)) + "x"


def fill(house: House, staff_ids: list[str]) -> None:
    """A database as it is after some years: a few wait, a few are held, many were."""
    seal = house.store.vault.seal_json
    with house.store.read() as tx:
        blind = tx.blind
        values = {
            "words": [blind(next(iter(search_terms.of_text(word(n))))) for n in range(WORDS)],
            "agencies": [blind(next(iter(search_terms.of_agency(word(n))))) for n in range(300)],
            "conducts": [blind(search_terms.of_conduct(name)) for name in CONDUCTS],
        }
    key = house.store.vault.new_box_key()
    box = house.store.vault.box(key)
    values |= {
        "n_words": WORDS,
        "words_of_one": WORDS_OF_ONE,
        "key": key,
        "facts": box.seal_json(asdict(Facts(description=STORY, agency=word(7), violations=(CONDUCTS[0],)))),
        "event": box.seal_json({}),
        "said": seal({"text": "me hablan todo el día", "button": "", "files": [], "edits": "", "start": ""}),
        "reply": seal({"text": "Te leo.", "buttons": [], "attachments": []}),
        "address": seal("x"),
        "staff": staff_ids,
        "people": STAFF,
        "conversations": CONVERSATIONS,
        "waiting": WAITING,
        "taken": TAKEN,
        "ended": ENDED,
    }
    with house.store.engine.begin() as connection:
        for statement in OFFICE:
            connection.execute(text(statement), values)
    with house.store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))  # as a database that runs for long does by itself


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
            "complaints": "/casos",
            "of a state": "/casos?estado=retirada",
            "by folio": f"/casos?q={folio}",
            "common words": f"/casos?q={word(0)}+{word(3)}",
            "rare words": f"/casos?q={word(WORDS - 2)}+{word(WORDS - 9)}",
            "words in nothing": "/casos?q=xyz",
            "conduct and words": f"/casos?conducta={CONDUCTS[1]}&q={word(12)}",
            "agency and state": f"/casos?agencia={word(5)}&estado=en_revision",
            "an old month": "/casos?desde=2026-06-01&hasta=2026-06-30",
            "one complaint": f"/casos/{folio}",
        }
        for name, seconds in asyncio.run(measure(house, tokens, paths)).items():
            ordered = sorted(seconds)
            print(
                f"{name:18} p50 {statistics.median(ordered) * 1000:6.0f} ms   p95 {ordered[int(len(ordered) * 0.95) - 1] * 1000:6.0f} ms"
            )
        house.store.close()


if __name__ == "__main__":
    main()
