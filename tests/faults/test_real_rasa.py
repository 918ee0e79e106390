"""The real Rasa and the real action server are killed with a turn in their hands: it is answered once, in order, and the
complaint exists once. Also with two Rasas behind one address, PostgreSQL under their trackers and Redis under their
locks, as on several machines."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import psutil
import pytest
import sqlalchemy as sa

from bot import config, migrations
from bot.processes import Child, stop_all
from bot.up import children_of, write_endpoints
from bot.wiring import House, build
from tests.fakes.serve import free_port
from tests.faults.front import Front
from tests.living import Living, Person, living

TOLD = (
    "ayer a las 10 de la noche me marcaron del 55 1234 5678 de la agencia Delta Norte, me gritaron que soy una ratera, "
    "vivo en Ecatepec"
)
FOLIO = re.compile(r"BT-\w{3}-\w{3}-\w")
#: Seconds until a killed Rasa is back and has answered what waits, on a machine with other work.
BACK_WITHIN = 150
VICTIMS = ("rasa", "rasa_sdk")


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    with living(tmp_path_factory.mktemp("real")) as running:
        yield running


def about_to_file(url: str) -> Person:
    """Somebody who was asked whether the complaint is to be filed as it stands."""
    person = Person(url)
    person.says(TOLD)
    person.taps("Acepto")
    assert "¿La registro así?" in person.taps("Anónima")
    return person


def process(product: Living, module: str) -> psutil.Process:
    """The one that lives now of those that `up` starts again."""
    children = psutil.Process(product.process.pid).children()
    return next(child for child in children if child.cmdline()[1:3] == ["-m", module])


def until(happened: Callable[[], object], seconds: float = 60, look: float = 0.02) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(look)


def is_calling(rasa: psutil.Process, url: str) -> bool:
    port = httpx.URL(url).port
    return any(end.raddr and end.raddr.port == port for end in rasa.net_connections("tcp"))


def cases(house: House) -> int:
    return len(house.complaints.all())


def check_filed_once_and_then_thanked(person: Person, house: House, before: int) -> None:
    """They wrote "sí" and then "gracias"."""
    said = person.waits(BACK_WITHIN)
    folios = [number for number, text in enumerate(said) if FOLIO.search(text)]
    assert cases(house) == before + 1
    assert len(folios) == 1, said
    after = [text for text in said[folios[0] + 1 :] if not FOLIO.search(text)]
    assert after and len(set(after)) == len(after), said


@pytest.mark.parametrize("victim", VICTIMS)
def test_killed_in_the_middle_of_a_turn(product: Living, victim: str) -> None:
    person, before = about_to_file(product.url), cases(product.house)
    rasa, actions = (process(product, module) for module in VICTIMS)
    actions.suspend()
    person.writes("sí")
    until(lambda: is_calling(rasa, product.house.settings.actions_url))
    (rasa if victim == "rasa" else actions).kill()
    if victim == "rasa":
        actions.resume()
    person.writes("gracias")
    check_filed_once_and_then_thanked(person, product.house, before)


@pytest.mark.parametrize("victim", VICTIMS)
def test_killed_right_after_the_complaint_was_filed(product: Living, victim: str) -> None:
    """Filed, and neither in the tracker nor said yet."""
    person, before = about_to_file(product.url), cases(product.house)
    killed = process(product, victim)
    person.writes("sí")
    until(lambda: cases(product.house) > before, look=0.001)
    killed.kill()
    person.writes("gracias")
    check_filed_once_and_then_thanked(person, product.house, before)


# --- two Rasas ---------------------------------------------------------------------------------------------------------


@dataclass
class Two:
    """rasas: both replicas. front: the one address that the gateway and the worker know."""

    url: str
    house: House
    rasas: list[Child]
    front: Front


@pytest.fixture
def redis_url() -> Iterator[str]:
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("there is no redis-server on this machine")
    port = free_port()
    server = subprocess.Popen(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", ""], stdout=subprocess.DEVNULL
    )
    yield f"redis://127.0.0.1:{port}/0"
    server.terminate()
    server.wait(10)


@pytest.fixture
def two(postgres_url: str, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Two]:
    ports = [free_port(), free_port()]
    with ExitStack() as stack, Front(ports) as front:
        names = {
            "DATABASE_URL": postgres_url,
            "RASA_TRACKER_URL": postgres_url,
            "REDIS_URL": redis_url,
            "DATA_DIR": str(tmp_path / "var"),
            "GATEWAY_PORT": str(free_port()),
            "RASA_URL": front.url,
            "ACTIONS_URL": f"http://127.0.0.1:{free_port()}/webhook",
            "QUIET_SECONDS": "0",
        }
        for name, value in names.items():
            monkeypatch.setenv(name, value)
        settings = config.load()
        house = build(settings)
        migrations.upgrade(house.store.engine)
        write_endpoints(settings)
        rasas = [replica(settings, port) for port in ports]
        stack.enter_context(
            running([*rasas, *(children_of(settings)[name] for name in ("acciones", "gateway", "worker"))])
        )
        url = f"http://127.0.0.1:{settings.gateway[1]}"
        for address in (*(f"http://127.0.0.1:{port}/" for port in ports), f"{url}/readyz"):
            until(lambda address=address: is_well(address), BACK_WITHIN, look=0.3)
        yield Two(url, house, rasas, front)
        house.store.close()


def replica(settings: config.Settings, port: int) -> Child:
    rasa = children_of(replace(settings, rasa_url=f"http://127.0.0.1:{port}"))["rasa"]
    return replace(rasa, log=rasa.log.with_name(f"rasa-{port}.log"))


@contextmanager
def running(children: list[Child]) -> Iterator[None]:
    try:
        for child in children:
            child.start()
        yield
    finally:
        stop_all(children)


def is_well(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def turns_in_trackers(house: House) -> dict[str, int]:
    """Messages that Rasa has taken, by conversation."""
    words = "SELECT sender_id, count(*) FROM events WHERE type_name = 'user' GROUP BY sender_id"
    with house.store.engine.connect() as connection:
        return {row[0]: row[1] for row in connection.execute(sa.text(words))}


def test_two_rasas_and_one_of_them_is_killed(two: Two) -> None:
    people = [Person(two.url) for _ in range(6)]
    for person in people:
        person.writes("hola")
    for person in people:
        assert len(person.waits()) == 1
    assert all(two.front.served.values()), "both answered"

    for person in people:
        person.writes("a que hora abren?")
    assert two.rasas[0].process
    two.rasas[0].process.kill()
    for person in people:
        person.writes("gracias")
    heard = [person.waits(BACK_WITHIN) for person in people]

    assert set(turns_in_trackers(two.house).values()) <= {2, 3}  # what waited together is one turn
    assert len(turns_in_trackers(two.house)) == len(people)
    assert all(len(set(texts)) == len(texts) for texts in heard), heard
    assert cases(two.house) == 0
    filed = about_to_file(two.url)
    assert FOLIO.search(filed.says("sí"))  # the other one goes on alone
    assert cases(two.house) == 1
