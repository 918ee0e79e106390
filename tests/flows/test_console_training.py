"""The trainers' pages, over the real app: what is shown, saved, refused, and to whom."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import guide, training
from bot.console.workshop import Workshop
from bot.examples import FOLDER, Corpus
from bot.rasa_client import RasaClient
from bot.teaching import Teaching
from bot.wiring import House
from tests.fakes.rasa import FakeRasa
from tests.flows.desk import Desk
from tests.flows.say import answer_all, say
from tests.flows.test_publishing import NEW, OLD, put_model, read
from tests.flows.test_workbench import INTENTS


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    (tmp_path / "nlu").mkdir()
    for intent in INTENTS:
        shutil.copy(FOLDER / f"{intent}.yml", tmp_path / "nlu")
    shutil.copytree(FOLDER / "derechos", tmp_path / "nlu" / "derechos")
    return Corpus(tmp_path / "nlu")


def at_work(house: House, corpus: Corpus, role: str) -> Desk:
    desk = Desk(house, role)
    rasa = RasaClient(house.settings.rasa_url, house.settings.rasa_token, house.settings.actions_url)
    desk.http.app.state.workshop = Workshop(house, Teaching(house.store, corpus), rasa)
    return desk


@pytest.fixture
def trainer(house: House, corpus: Corpus) -> Iterator[Desk]:
    desk = at_work(house, corpus, "entrenador")
    with desk.http:  # one event loop for all its requests
        yield desk


@pytest.fixture
def supervisor(house: House, corpus: Corpus) -> Iterator[Desk]:
    desk = at_work(house, corpus, "supervisor")
    with desk.http:
        yield desk


def doubt(house: House, fake_rasa: FakeRasa, *texts: str) -> None:
    fake_rasa.confidence = 0.3
    for number, text in enumerate(texts):
        say(house, text, who=f"p{number}")
        answer_all(house)
    fake_rasa.confidence = 0.99


def turn_of(page: str) -> str:
    return re.search(r'name="turn" value="(\w+)"', page)[1]


def test_from_a_doubtful_message_to_an_example_and_back(
    house: House, trainer: Desk, corpus: Corpus, fake_rasa: FakeRasa
) -> None:
    doubt(house, fake_rasa, "la señora Yamileth Tzec me trae frita con sus recados en la puerta")
    page = trainer.sees("/entrenamiento")
    assert "«NOMBRE 1»" in page and "Yamileth" not in page
    saved = trainer.sends(
        "/entrenamiento", turn=turn_of(page), intent="denunciar_acoso", verdict="etiqueta", spans="[]"
    )
    assert saved.status_code == 303
    assert corpus.search("frita recados", "denunciar_acoso")
    page = trainer.sees(saved.headers["location"])
    assert "No hay mensajes por revisar" in page
    group = re.search(r'name="group" value="(\w+)"', page)[1]
    trainer.sends("/entrenamiento/deshacer", group=group)
    assert not corpus.search("frita recados", "denunciar_acoso")
    assert "«NOMBRE 1»" in trainer.sees("/entrenamiento")


def test_an_intent_of_the_list_and_marked_data(
    house: House, trainer: Desk, corpus: Corpus, fake_rasa: FakeRasa
) -> None:
    doubt(house, fake_rasa, "los del despacho Trueno me traen cortito todo el santo día")
    page = trainer.sees("/entrenamiento")
    text = html.unescape(re.search(r"data-message rows=\"3\">([^<]+)<", page)[1])
    start = text.index("todo el")
    spans = f'[[{start}, {len(text)}, "frecuencia"]]'
    trainer.sends("/entrenamiento", turn=turn_of(page), intent="", otra="denunciar_acoso", spans=spans)
    assert corpus.search("cortito", "denunciar_acoso")[0].marked.endswith("[todo el santo día](frecuencia)")
    doubt(house, fake_rasa, "algo más que nadie entendió bien del todo")
    page = trainer.sees("/entrenamiento")
    for bad in ("nada", '[[0, 3, "malo"]]', '{"a": 1}'):
        assert trainer.sends("/entrenamiento", turn=turn_of(page), intent="saludar", spans=bad).status_code == 400


def test_danger_as_a_greeting_is_refused_but_a_supervisor_may_be_sure(
    house: House, trainer: Desk, supervisor: Desk, fake_rasa: FakeRasa
) -> None:
    doubt(house, fake_rasa, "me quiero matar de la risa con sus mensajes del demonio")
    turn = turn_of(trainer.sees("/entrenamiento"))
    refused = trainer.sends("/entrenamiento", turn=turn, intent="saludar", sure="1")
    assert refused.status_code == 422 and "puede costar una vida" in refused.text
    assert supervisor.sends("/entrenamiento", turn=turn, intent="saludar", sure="1").status_code == 303


def test_a_second_opinion_is_asked_and_given(
    house: House, trainer: Desk, supervisor: Desk, fake_rasa: FakeRasa
) -> None:
    doubt(house, fake_rasa, "y entonces qué con lo mío, díganme algo ya pues")
    turn = turn_of(trainer.sees("/entrenamiento"))
    trainer.sends("/entrenamiento", turn=turn, intent="consultar_estado", second="1")
    assert "Nadie espera tu opinión" in trainer.sees("/entrenamiento/segunda")
    turn = turn_of(supervisor.sees("/entrenamiento/segunda"))
    supervisor.sends("/entrenamiento/segunda", turn=turn, intent="", otra="consultar_estado")
    assert "100 %" in trainer.sees("/entrenamiento/segunda")


def test_an_example_is_added_found_changed_and_deleted(trainer: Desk, corpus: Corpus) -> None:
    text = "qué onda mi buen robot de la cobranza"
    assert trainer.sends("/entrenamiento/ejemplos", text=text, intent="saludar", confirmed="1").status_code == 303
    page = trainer.sees("/entrenamiento/ejemplos?q=robot+cobranza&intencion=saludar")
    key = re.search(r"/entrenamiento/ejemplos/(\w{16})", page)[1]
    assert text in trainer.sees(f"/entrenamiento/ejemplos/{key}")
    trainer.sends(f"/entrenamiento/ejemplos/{key}", text=text + " querido", intent="saludar", confirmed="1")
    (example,) = corpus.search("robot cobranza querido", "saludar")
    trainer.sends(f"/entrenamiento/ejemplos/{example.key}", do="borrar")
    assert not corpus.search("robot cobranza querido")
    trainer.sees(f"/entrenamiento/ejemplos/{example.key}", status=409)


def test_a_way_to_ask_about_a_right_is_added_and_found(trainer: Desk, corpus: Corpus) -> None:
    assert "Pregunta por un derecho" in trainer.sees("/entrenamiento/ejemplos")
    fields = {"text": "a poco por unos pesos me llevan al bote", "intent": "derecho:carcel", "confirmed": "1"}
    saved = trainer.sends("/entrenamiento/ejemplos", **fields)
    assert saved.status_code == 303 and "derecho%3Acarcel" in saved.headers["location"]
    page = trainer.sees("/entrenamiento/ejemplos?intencion=derecho:carcel&q=bote+pesos")
    assert fields["text"] in page and "derecho:carcel</" not in page
    (example,) = corpus.search("unos pesos bote", "derecho:carcel")
    assert fields["text"] in trainer.sees(f"/entrenamiento/ejemplos/{example.key}")
    refused = trainer.sends("/entrenamiento/ejemplos", text="hola tú", intent="derecho:no_hay", confirmed="1")
    assert refused.status_code == 422 and "No hay una respuesta" in refused.text


def test_a_doubtful_message_can_be_a_question_about_a_right(
    house: House, trainer: Desk, corpus: Corpus, fake_rasa: FakeRasa
) -> None:
    doubt(house, fake_rasa, "oiga y a poco por no completar me guardan en el penal")
    turn = turn_of(trainer.sees("/entrenamiento"))
    assert trainer.sends("/entrenamiento", turn=turn, intent="", otra="derecho:carcel").status_code == 303
    assert corpus.search("guardan penal", "derecho:carcel")


def test_what_is_to_be_said_of_an_example_is_said_before_it_is_saved(trainer: Desk, corpus: Corpus) -> None:
    known = corpus.of("denunciar_acoso")[0].text
    said = trainer.sends("/entrenamiento/comprobar", text=known, intent="denunciar_acoso").json()["findings"]
    assert said[0] == {
        "message": "Ya está, con las mismas palabras.",
        "stops": True,
        "others": [f"«{known}» · Acoso, insistencia"],
    }
    shown = trainer.sends("/entrenamiento/ejemplos", text="mi curp es HEGM850312MDFRRR04 amigo", intent="saludar")
    assert shown.status_code == 422 and "CURP" in shown.text
    assert trainer.sends("/entrenamiento/ejemplos", text=known, intent="saludar", confirmed="1").status_code == 422


def test_trying_a_message_shows_what_it_reads_and_answers(trainer: Desk, fake_rasa: FakeRasa) -> None:
    fake_rasa.intent = "despedirse"
    page = trainer.sees("/entrenamiento/probar?q=ahi+nos+vemos")
    assert "Se despide" in page and "99 % seguro" in page
    crisis = trainer.sees("/entrenamiento/probar?q=ya+no+quiero+vivir")
    assert "Línea de la Vida" in crisis
    fake_rasa.down = True
    trainer.sees("/entrenamiento/probar?q=hola", status=503)


def test_the_guide_is_read_by_all_and_edited_by_chiefs(trainer: Desk, supervisor: Desk, tmp_path: Path) -> None:
    copy = tmp_path / "guia.yml"
    shutil.copy(guide.FILE, copy)
    supervisor.http.app.state.workshop.guide = guide.Guide(copy)
    assert "Editar" not in trainer.sees("/entrenamiento/guia")
    assert trainer.sends("/entrenamiento/guia", intent="saludar", nombre="x", es="y").status_code == 403
    fields = {
        "nombre": "Saluda",
        "es": "Solo saluda, nada más.",
        "no_es": "",
        "ejemplos": "hola\nqué tal",
        "bordes": "",
    }
    assert supervisor.sends("/entrenamiento/guia", intent="saludar", **fields).status_code == 303
    assert guide.Guide(copy).all()["saludar"].ejemplos == ("hola", "qué tal")
    assert len(guide.Guide(copy).all()) == 39


def test_publish_what_is_better_and_go_back(
    trainer: Desk, fake_rasa: FakeRasa, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "MODELS", tmp_path)
    for name, intent in ((OLD, "negar"), (NEW, "saludar")):
        put_model(tmp_path, name, [read("hola", intent, "saludar")])
    fake_rasa.model = OLD
    assert "contesta ahora" in trainer.sees("/entrenamiento/modelos")
    page = trainer.sees(f"/entrenamiento/modelos/{NEW}")
    assert "Se puede publicar" in page and "mejor" in page
    assert "crisis_emocional" not in page and "Desesperación" in page, "intents by their names"
    assert trainer.sends(f"/entrenamiento/modelos/{NEW}").status_code == 303
    assert fake_rasa.model == NEW
    trainer.sends("/entrenamiento/volver")
    assert fake_rasa.model == OLD


def test_a_poisoned_model_has_no_button_and_no_way_around(
    supervisor: Desk, fake_rasa: FakeRasa, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "MODELS", tmp_path)
    put_model(tmp_path, OLD, [read("ya no puedo", "crisis_emocional", "crisis_emocional")])
    poisoned = {"emergencia": [40, 40], "crisis_emocional": [20, 40]}
    put_model(tmp_path, NEW, [read("ya no puedo", "saludar", "crisis_emocional")], heard=poisoned)
    fake_rasa.model = OLD
    page = supervisor.sees(f"/entrenamiento/modelos/{NEW}")
    assert "oye menos peligro" in page and "Publicar</button>" not in page
    assert supervisor.sends(f"/entrenamiento/modelos/{NEW}", override="yo respondo").status_code == 409
    assert fake_rasa.model == OLD


def test_the_team_without_the_role_sees_nothing_of_it(house: House, corpus: Corpus) -> None:
    team = at_work(house, corpus, "equipo")
    for path in ("/entrenamiento", "/entrenamiento/ejemplos", "/entrenamiento/modelos", "/entrenamiento/guia"):
        team.sees(path, status=403)
