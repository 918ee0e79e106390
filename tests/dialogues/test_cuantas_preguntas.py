"""How many times a person has to answer until the folio, permission and confirmation included."""

from __future__ import annotations

from statistics import median

from tests.living import Living, Person

LONG = (
    "ayer a las 10 de la noche me marcaron del 55 1234 5678 de la agencia Delta Norte, me gritaron que soy una ratera, vivo en Ecatepec",
    "el lunes a las 7 am me llamaron de Corporativo Alfa del 8112345678 para amenazarme con la carcel, estoy en Monterrey",
    "hoy en la mañana vinieron a mi casa en Puebla los del despacho Grupo Sierra y le dijeron a mis vecinos que debo",
    "me mandan mensajes de whatsapp del 3312345678 del despacho Juridico Omega desde hace una semana insultandome, en Guadalajara",
    "antier me hablaron del 5587654321 de la agencia Sigma y me pidieron mordida, soy de Toluca, me llamo Rosa Martínez",
)
PIECES = (
    ("me insultaron por telefono", "se llama Recuperadora Sierra", "fue antier", "81 1234 5678", "en Apodaca", "Rosa Martínez"),
    ("me amenazan con la carcel", "no se", "ayer en la noche", "por telefono", "no lo tengo", "en Puebla", "anónima"),
    ("quiero poner una queja", "me gritaron groserías", "Grupo Alfa", "el lunes", "me llamaron", "no lo tengo", "Toluca", "anónima"),
)  # fmt: skip


def answers_until_folio(person: Person, told: tuple[str, ...]) -> int:
    """The first words are no answer; every other turn is one."""
    person.says(told[0])
    rest, count = list(told[1:]), 1
    person.taps("Acepto")
    while "Tu folio es" not in "".join(message["text"] for message in person.heard[-5:]):
        assert count < 15, person.heard[-1]["text"]
        count += 1
        if "¿La registro así?" in person.heard[-1]["text"]:
            person.taps("Sí, registrar")
        else:
            person.says(rest.pop(0) if rest else "prefiero no decirlo")
    return count


def test_todo_en_un_mensaje_son_cuatro_o_menos(product: Living) -> None:
    counts = [answers_until_folio(Person(product.url), (text,)) for text in LONG]
    print(f"questions after one long message: {sorted(counts)}, median {median(counts)}")
    assert median(counts) <= 4


def test_por_partes_son_nueve_o_menos(product: Living) -> None:
    counts = [answers_until_folio(Person(product.url), pieces) for pieces in PIECES]
    print(f"questions piece by piece: {sorted(counts)}, median {median(counts)}")
    assert median(counts) <= 9
