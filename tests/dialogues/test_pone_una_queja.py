"""Whole conversations that end in a folio, named as what the person does."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import httpx

from bot.privacy import Vault
from bot.store.engine import make_engine
from tests.living import Living, Person

JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\x00" * 50
MEXICO = ZoneInfo("America/Mexico_City")
TODO_EN_UNO = (
    "buenas tardes, ayer a las 10 de la noche me marcaron del 55 1234 5678 de la agencia Delta Norte, me gritaron que "
    "soy una ratera y que me van a meter a la carcel, vivo en Ecatepec"
)


def day(back: int) -> str:
    return (datetime.now(MEXICO) - timedelta(days=back)).date().isoformat()


def folio_in(text: str) -> str:
    return re.search(r"BT-\w{3}-\w{3}-\w", text)[0]


def test_cuenta_todo_en_un_mensaje_y_casi_no_se_le_pregunta(product: Living, person: Person) -> None:
    assert "¿Estás de acuerdo?" in person.says(TODO_EN_UNO)
    assert "¿A nombre de quién" in person.taps("Acepto")
    assert "¿La registro así?" in person.taps("Anónima")
    case = product.case(folio_in(person.taps("Sí, registrar")))
    assert case["status"] == "registrada" and case["channel"] == "web"
    assert {"denunciar_maltrato", "denunciar_amenazas"} <= set(case["violations"])
    assert case["agency"] == "Delta Norte" and case["agency_phone"] == "5512345678"
    assert (case["incident_date"], case["incident_time"]) == (day(1), "22:00")
    assert (case["contact_channel"], case["place"]) == ("llamada", "Ecatepec")
    assert case["description"] == TODO_EN_UNO
    assert case["complainant"] == {"name": "", "phone": "", "anonymous": True}


def test_cuenta_paso_a_paso(product: Living, person: Person) -> None:
    person.says("quiero poner una queja")
    assert "Cuéntame qué pasó" in person.says("acepto")
    assert "¿Qué agencia" in person.says("me estuvieron insultando por telefono")
    assert "¿Qué día" in person.says("se llama Recuperadora Sierra")
    assert "¿De qué número" in person.says("fue antier en la tarde")
    assert "¿En qué municipio" in person.says("81 1234 5678")
    assert "¿A nombre de quién" in person.says("en Apodaca")
    assert "¿La registro así?" in person.says("me llamo Rosa Martínez")
    case = product.case(folio_in(person.says("si")))
    assert case["violations"][0] == "denunciar_maltrato"
    assert case["agency"] == "Recuperadora Sierra" and case["agency_phone"] == "8112345678"
    assert case["incident_date"] == day(2) and case["place"] == "Apodaca"
    assert case["complainant"] == {"name": "Rosa Martínez", "phone": "", "anonymous": False}


def test_no_sabe_casi_nada_y_aun_asi_se_registra(product: Living, person: Person) -> None:
    person.says("me amenazan con quitarme la casa")
    person.taps("Acepto")
    for _ in range(8):
        if "¿La registro así?" in person.heard[-1]["text"]:
            break
        person.says("no se")
    case = product.case(folio_in(person.says("sí")))
    assert "denunciar_amenazas" in case["violations"] and case["agency"] == "" and case["complainant"]["anonymous"]


def test_manda_una_foto_a_media_queja(product: Living, person: Person) -> None:
    person.says("pegaron un cartel en mi puerta que dice que debo dinero")
    person.taps("Acepto")
    assert "Recibí una foto" in person.sends("cartel.jpg", JPG)
    for _ in range(8):
        if "¿La registro así?" in person.heard[-1]["text"]:
            break
        person.says("prefiero no decir")
    assert "una foto" in person.heard[-1]["text"]
    case = product.case(folio_in(person.taps("Sí, registrar")))
    assert [item["kind"] for item in case["evidence"]] == ["foto"]
    assert "denunciar_uso_datos" in case["violations"]


def test_manda_pruebas_despues_del_folio(product: Living, person: Person) -> None:
    person.says(TODO_EN_UNO)
    person.taps("Acepto")
    person.taps("Anónima")
    folio = folio_in(person.taps("Sí, registrar"))
    assert folio in person.sends("captura.jpg", JPG)
    assert [event["kind"] for event in product.case(folio)["events"]] == ["registrada", "evidencia"]


def test_pregunta_como_va_su_folio(product: Living, person: Person) -> None:
    person.says(TODO_EN_UNO)
    person.taps("Acepto")
    person.taps("Anónima")
    folio = folio_in(person.taps("Sí, registrar"))
    assert folio in person.says("¿cómo va mi folio?")
    assert "registrada" in person.heard[-1]["text"]
    assert folio not in Person(product.url).says(f"como va mi folio {folio}")


def test_dos_quejas_en_el_mismo_chat_son_dos_folios(product: Living, person: Person) -> None:
    folios = []
    for number in range(2):
        person.says(TODO_EN_UNO)
        if number:
            person.taps("Es otra queja")
        person.taps("Acepto")
        person.taps("Anónima")
        folios.append(folio_in(person.taps("Sí, registrar")))
    assert len(set(folios)) == 2


def test_recibe_su_queja_en_pdf_y_luego_borra_todo(product: Living, person: Person) -> None:
    person.says(TODO_EN_UNO)
    person.taps("Acepto")
    person.taps("Anónima")
    folio = folio_in(person.taps("Sí, registrar"))
    (file,) = [item for message in person.heard for item in message["attachments"]]
    assert file["name"] == f"Queja {folio}.pdf"
    assert httpx.get(product.url + file["url"], trust_env=False).content.startswith(b"%PDF")
    speaker = last_speaker(product)
    assert remembered(product, speaker, "ratera")
    assert "soy una ratera" in person.says("qué datos tienen de mí")
    assert folio in person.says("borra mis datos")
    assert "Listo, borré" in person.taps("Sí, borrar todo")
    assert person.heard[-1]["attachments"][0]["name"] == f"Constancia de borrado {folio}.pdf"
    page = httpx.get(product.url + file["url"].partition(".pdf")[0], trust_env=False).text
    assert "fue válido" in page and folio in page
    until(lambda: not remembered(product, speaker, "ratera"))
    assert "Hola" in person.says("hola")


def test_borra_todo_a_media_queja(product: Living, person: Person) -> None:
    person.says("me gritaron groserias por telefono")
    person.taps("Acepto")
    assert "¿Lo borro?" in person.says("mejor borra mis datos")
    assert "Listo, borré" in person.taps("Sí, borrar todo")
    assert "Tenemos una queja a medias" not in person.says("hola")


def test_retira_su_queja(product: Living, person: Person) -> None:
    person.says(TODO_EN_UNO)
    person.taps("Acepto")
    person.taps("Anónima")
    folio = folio_in(person.taps("Sí, registrar"))
    assert folio in person.says("retiro mi queja")
    assert "quedó retirada" in person.taps("Sí, retirarla")
    assert product.case(folio)["status"] == "retirada"


def in_rasa(product: Living, query: str, *values: str) -> list[str]:
    engine = make_engine(product.house.settings.rasa_tracker_url)
    with engine.connect() as connection:
        found = connection.exec_driver_sql(query, values).scalars().all()
    engine.dispose()
    return list(found)


def last_speaker(product: Living) -> str:
    return in_rasa(product, "SELECT sender_id FROM events ORDER BY id DESC LIMIT 1")[0]


def remembered(product: Living, speaker: str, word: str) -> bool:
    """Is a word in what Rasa remembers of somebody?"""
    settings = product.house.settings
    vault = Vault(settings.encryption_keys, settings.secret_key)
    rows = in_rasa(product, "SELECT data FROM events WHERE sender_id = ?", speaker)
    return any(word in vault.open(row.encode()).decode() for row in rows)


def until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.1)
