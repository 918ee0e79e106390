"""What is wrong with this installation, and how to mend it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from bot import migrations, publishing, setaside, training
from bot.chain import verify_chain
from bot.channels.base import Channel
from bot.errors import ConfigError
from bot.wiring import House

#: What to do about a channel's trouble (`Channel.trouble`, or what the gateway saw last).
TROUBLES = {
    "bad_token": "no acepta el token; cópialo otra vez de donde lo dieron y reinicia",
    "two_of_us": "otro programa recibe los mensajes con el mismo token; detenlo, o dale a cada uno su propio bot",
    "webhook_elsewhere": "los mensajes llegan a otra dirección; reinicia, y si sigue, otro programa usa el mismo token",
    "webhook_unanswered": "no puede entregarnos los mensajes; abre PUBLIC_URL/healthz desde fuera",
}


@dataclass(frozen=True)
class Finding:
    """cure: what to do when it is not well."""

    what: str
    well: bool
    cure: str = ""


def examine(house: House) -> list[Finding]:
    database = _database(house)
    findings = [_model(house, database.well), database]
    if database.well:
        findings += [*_set_aside(house), _waiting(house), _chains(house), *_channels(house)]
    return [*findings, _rasa(house)]


def _channels(house: House) -> list[Finding]:
    return [_channel(house, name) for name in house.channels if name != "web"]


def _channel(house: House, name: str) -> Finding:
    with house.store.read() as tx:
        seen = tx.channel_value(f"{name}.trouble")
    trouble = asyncio.run(_ask(house.channels[name], house.settings.public_url)) or seen
    return Finding(name, not trouble, TROUBLES.get(trouble, f"no responde bien ({trouble}); mira la bitácora"))


async def _ask(channel: Channel, public_url: str) -> str:
    try:
        return await channel.trouble(public_url)
    finally:
        await channel.close()


def _model(house: House, database_is_well: bool) -> Finding:
    """The model that was published, or the newest when none was or the database does not say."""
    try:
        newest = training.checked_model()
        model = publishing.current_model(house.store) if database_is_well else newest
    except ConfigError as error:
        return Finding("el modelo", False, str(error))
    if not training.is_stale(model):
        return Finding(f"el modelo {model.name}", True)
    if model != newest and not training.is_stale(newest):
        cure = f"los datos cambiaron y {newest.name} ya los sabe; publícalo: uv run buentrato nlu promote"
        return Finding(f"el modelo {model.name}", False, cure)
    again = "make train, y publícalo: uv run buentrato nlu promote" if model != newest else "make train"
    return Finding(f"el modelo {model.name}", False, f"los datos cambiaron; corre: {again}")


def _database(house: House) -> Finding:
    try:
        current = migrations.is_current(house.store.engine)
    except SQLAlchemyError as error:
        return Finding("la base de datos", False, f"no responde ({type(error).__name__}); revisa DATABASE_URL")
    return Finding("la base de datos", current, "le faltan tablas; corre: uv run buentrato db upgrade")


def _set_aside(house: House) -> list[Finding]:
    """One finding for what came in and nobody could answer, and one for what did not go out."""
    counts = house.set_aside.counts()
    return [_given_up("turnos apartados", counts["inbox"]), _given_up("mensajes que no salieron", counts["outbox"])]


def _given_up(what: str, counts: dict[str, int]) -> Finding:
    causes = "; ".join(
        f"{count} × {error}: {setaside.CURES.get(error, setaside.OTHER)}" for error, count in counts.items()
    )
    cure = (
        f"{causes}. Para verlos: uv run buentrato queue failed; para intentarlo otra vez: uv run buentrato queue retry"
    )
    return Finding(f"{what}: {sum(counts.values())}", not counts, cure)


def _waiting(house: House) -> Finding:
    with house.store.begin() as tx:
        waiting = tx.waiting_count()
    return Finding(f"mensajes por contestar: {waiting}", waiting < 100, "¿está corriendo el worker? make run")


def _chains(house: House) -> Finding:
    broken = [case.folio for case in house.complaints.all() if not verify_chain(case.events)]
    return Finding("la cadena de cada queja", not broken, f"alguien cambió la historia de: {', '.join(broken)}")


def _rasa(house: House) -> Finding:
    well = asyncio.run(house.rasa.ready())
    return Finding("Rasa", well, f"no responde en {house.settings.rasa_url}; arranca todo con: make run")
