"""The catalogue of agencies: what each is called, how else it is written, and which one people mean.

A complaint keeps the agency in the person's own words; the catalogue only says who is meant. What is written nearly the
same is taken for the same (bot/agency_names.py), and staff may say otherwise: nothing undoes that.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.agency_names import Alias, Match, core, nearest, same
from bot.errors import RuleBroken
from bot.model import Staff
from bot.store import Store, Tx
from bot.store.agencies import Agency, SaidName

LONGEST = 80
#: Names without an agency that are shown, and suggestions for each.
SHOWN, SUGGESTED = 60, 3
#: Complaints that are read at once.
BATCH = 200


@dataclass(frozen=True)
class Said:
    """A name in the words of somebody who said it, and the agencies that may be meant, likeliest first."""

    name: SaidName
    words: str
    like: tuple[Match, ...] = ()


class Agencies:
    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self) -> list[Agency]:
        with self._store.read() as tx:
            return tx.agencies()

    def show(self, agency_id: str) -> tuple[Agency, list[Alias], list[Said]]:
        """An agency, how it is written, and what people say who mean it. Raises RuleBroken."""
        with self._store.read() as tx:
            _known(tx, agency_id)
            one = next(agency for agency in tx.agencies() if agency.id == agency_id)
            return one, tx.aliases(agency_id), _in_words(tx, tx.said_names(agency_id, limit=SHOWN))

    def unknown(self, decided: bool = False) -> list[Said]:
        """Names that mean no agency, the most said first, with those that may be meant.

        decided: those of which staff said so, and not those that nobody decided about.
        """
        with self._store.read() as tx:
            said = _in_words(tx, tx.said_names(None, by_hand=decided, limit=SHOWN))
            aliases = tx.aliases()
        return [Said(one.name, one.words, tuple(nearest(one.words, aliases, SUGGESTED))) for one in said]

    def add(self, member: Staff, name: str) -> str:
        """Put an agency into the catalogue and return its id. Raises RuleBroken."""
        name = _tidy(name)
        with self._store.begin() as tx:
            id_ = _add(tx, name)
            _match_all(tx)
            tx.note(member.id, "agencia_agregada", id_, nombre=name)
        return id_

    def rename(self, member: Staff, agency_id: str, was: str, name: str) -> None:
        """was: its name on the page where it was changed. Raises RuleBroken when it has another one by now."""
        name = _tidy(name)
        with self._store.begin() as tx:
            current = _known(tx, agency_id)
            if current != was:
                raise RuleBroken(f"Alguien ya cambió el nombre: ahora es {current}. No se guardó nada.")
            _check_free(tx, name, agency_id)
            tx.rename_agency(agency_id, name)
            tx.add_alias(name, agency_id)
            _match_all(tx)
            tx.note(member.id, "agencia_renombrada", agency_id, antes=current, ahora=name)

    def merge(self, member: Staff, agency_id: str, into: str) -> None:
        """Two entries were the same agency: the second keeps its name and gets all that was the first one's."""
        with self._store.begin() as tx:
            gone, stays = _known(tx, agency_id), _known(tx, into)
            if agency_id == into:
                raise RuleBroken("Elige otra agencia: es la misma.")
            tx.move_agency(agency_id, into)
            tx.drop_agency(agency_id)
            tx.note(member.id, "agencia_unida", into, de=gone, a=stays)

    def add_alias(self, member: Staff, agency_id: str, name: str) -> None:
        """Another way it is written. Raises RuleBroken."""
        name = _tidy(name)
        with self._store.begin() as tx:
            _known(tx, agency_id)
            _check_free(tx, name)
            tx.add_alias(name, agency_id)
            _match_all(tx)
            tx.note(member.id, "alias_agregado", agency_id, alias=name)

    def drop_alias(self, member: Staff, agency_id: str, name: str) -> None:
        """What was taken for the agency because of it is looked at again. Raises RuleBroken."""
        with self._store.begin() as tx:
            if core(_known(tx, agency_id)) == core(name):
                raise RuleBroken("Ese es su nombre. Para cambiarlo, renómbrala.")
            if not tx.drop_alias(name, agency_id):
                raise RuleBroken("Esa forma de escribirla ya no está.")
            for said in tx.said_names(agency_id, by_hand=False):
                tx.name_means(said.key, None, by_hand=False)
            _match_all(tx)
            tx.note(member.id, "alias_quitado", agency_id, alias=name)

    def means(self, member: Staff, key: str, agency_id: str) -> None:
        """A name that people say means this agency; with an empty id: none of the catalogue. Raises RuleBroken."""
        with self._store.begin() as tx:
            if tx.said_name(key) is None:
                raise RuleBroken("Nadie dice ya ese nombre: la queja se corrigió o se borró.")
            name = _known(tx, agency_id) if agency_id else ""
            tx.name_means(key, agency_id or None, by_hand=True)
            tx.note(member.id, "agencia_reconocida", agency_id, nombre=name)

    def catch_up(self) -> int:
        """Read the traits of complaints that have none yet, or old ones. Returns how many."""
        done = 0
        while True:
            with self._store.begin() as tx:
                rows = tx.untraited(BATCH)
                for row in rows:
                    tx.put_traits(row["id"], row["conversation_id"], row["facts"])
            done += len(rows)
            if not rows:
                return done


def _add(tx: Tx, name: str) -> str:
    _check_free(tx, name)
    id_ = tx.add_agency(name)
    tx.add_alias(name, id_)
    return id_


def _known(tx: Tx, agency_id: str) -> str:
    """Its name. Raises RuleBroken."""
    name = tx.agency_name(agency_id)
    if not name:
        raise RuleBroken("Esa agencia ya no está en el catálogo.")
    return name


def _tidy(name: str) -> str:
    name = " ".join(name.split())
    if len(name) > LONGEST:
        raise RuleBroken(f"El nombre tiene más de {LONGEST} letras. Acórtalo.")
    if not core(name):
        raise RuleBroken("Escribe el nombre de la agencia. «Despacho» o «la agencia» no dicen cuál es.")
    return name


def _check_free(tx: Tx, name: str, but: str = "") -> None:
    owner = tx.owner_of_alias(name)
    if owner and owner != but:
        raise RuleBroken(f"Así se escribe ya {tx.agency_name(owner)}. Si son la misma, únelas.")


def _match_all(tx: Tx) -> None:
    """Look again at the names that mean no agency yet."""
    aliases = tx.aliases()
    for said in _in_words(tx, tx.said_names(None, by_hand=False)):
        if match := same(said.words, aliases):
            tx.name_means(said.name.key, match.agency_id, by_hand=False)


def _in_words(tx: Tx, names: list[SaidName]) -> list[Said]:
    facts = tx.facts_of([name.sample for name in names])
    return [Said(name, facts[name.sample].get("agency", "")) for name in names]
