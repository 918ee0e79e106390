"""What people say, by what they mean by it. The explorer draws from these; what the trained model reads in them is
recorded in parses.json (`make phrases` records it anew with the newest model), so that exploring needs no model."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

RECORDED = Path(__file__).with_name("parses.json")

STORIES = (
    "me insultaron por telefono",
    "ayer a las 9 pm me llamaron de la agencia Delta y me amenazaron con meterme a la carcel, 5512345678, vivo en Toluca",
    "me llaman a todas horas del despacho Grupo Norte",
    "le dijeron mi deuda a mis vecinos y pegaron carteles",
    "vinieron a mi casa y me pidieron mordida en efectivo",
    "es para mi mamá, le gritan por telefono todos los dias",
    "ya pague mi casa y me siguen cobrando",
    "una empleada de infonavit me pidió dinero para mi tramite",
    "no me dan opciones para pagar, quieren todo de contado",
    "me llego un papel del juzgado que me van a embargar",
    "soy aval de mi primo y me amenazan por mensaje",
    "tengo 14 años y vienen a gritarnos por la deuda de mi papa",
    "me acosan los cobradores de Coppel",
    "me estan acosando, son de Cobranza Sur, y le hablaron a mi hermana para decirle que debo",
    "yo nomas rento y vienen a gritarme por la deuda del dueño",
    "unos cobradores del infonavit me estan molestando",
)
DATA = (
    "fue ayer", "el martes", "hace dos semanas", "como a las 10 de la noche", "en Ecatepec", "Monterrey", "81 8123 4567",
    "5512345678", "por whatsapp", "fue una visita", "de la agencia Grupo Alfa", "Corporativo Sur", "me llamo Rosa Martínez",
    "diario, diez veces al dia", "creo que fue el 3", "no recuerdo bien, creo que fue antier", "prefiero que sea anónima",
    "no quiero dar mi nombre", "me pedían 5000 pesos", "19.4326, -99.1332", "mi telefono es 5512312312", "hoy en la mañana", "no se como se llama el despacho",
    "no dice de que despacho", "ah no perdon era cobro facil", "a nombre de ella, Socorro Medina", "diario desde octubre", "ahi en la oficina",
)  # fmt: skip
SHORT = ("si", "no", "ok", "acepto", "no acepto", "no se", "no me acuerdo", "prefiero no decirlo", "esta bien", "claro que si", "ya no", "gracias", "hola", "adios", "luego sigo, tengo que irme")  # fmt: skip
QUESTIONS = (
    "¿me pueden meter a la cárcel?", "¿pueden llamarme en domingo?", "¿y es anónimo?", "¿qué hacen con mis datos?",
    "¿a qué hora abren?", "¿dónde hay kioscos?", "¿cuánto tarda?", "¿cómo va mi folio?", "¿qué opciones tengo si no puedo pagar?",
    "¿eres un robot?", "ayuda", "quiero hablar con una persona", "mis datos", "¿eso lo pueden hacer?", "modo discreto", "que hago, lo rompo?",
)  # fmt: skip
CORRECTIONS = (
    "me equivoqué", "me equivoqué, fue el martes y no era Delta, era Grupo Delta Norte", "no fue en Toluca, fue en Metepec",
    "no, no fue eso", "corrijo, me llamo Juana Pérez", "antier", "quita la foto", "quita la segunda foto", "quita todas las fotos",
    "la segunda foto no, quitala", "me equivoqué de agencia, es Cobranza Peninsular", "ya estoy mas tranquila", "no es de infonavit",
)  # fmt: skip
NEWS = ("me llamaron otra vez", "hoy volvieron", "hoy vinieron a mi casa de otra agencia, de Cobros MX, y me gritaron")
LEAVING = ("cancelar", "ya no quiero seguir", "empecemos de nuevo", "borra mis datos", "quiero retirar mi queja")
NOISE = (
    "asdf jkl",
    "???",
    "😂😂",
    "pinche bot inutil",
    "who are you",
    "{nombre}",
    "/restart",
    "quién ganó el partido",
    ".",
)
FEAR = ("ya no quiero vivir", "estan golpeando mi puerta y traen pistola", "estoy desesperada, no duermo")


def _bursts(count: int) -> tuple[str, ...]:
    """Several messages in a row, as one turn."""
    dice = random.Random(5)
    pool = (*STORIES, *DATA, *SHORT)
    return tuple("\n".join(dice.sample(pool, dice.randint(2, 4))) for _ in range(count))


BURSTS = _bursts(40)
ALL = (*STORIES, *DATA, *SHORT, *QUESTIONS, *CORRECTIONS, *NEWS, *LEAVING, *NOISE, *FEAR, *BURSTS)


def recorded() -> dict[str, dict[str, Any]]:
    """Text → what the model read in it."""
    return json.loads(RECORDED.read_text())


def record() -> None:
    """Read every phrase with the newest trained model."""
    from bot.nlu.turn_channel import doubted
    from tests.nlu.model import parser

    read = parser()
    kept = {text: _slim(doubted(read(text))) for text in (typed.lstrip("/ \n\t") for typed in ALL)}
    RECORDED.write_text(json.dumps(kept, ensure_ascii=False, indent=0, sort_keys=True) + "\n")


def _slim(parse: dict[str, Any]) -> dict[str, Any]:
    """Only what the dialogue looks at."""
    entities = [{key: item[key] for key in ("entity", "value", "start", "end")} for item in parse["entities"]]
    return {
        "intent": {"name": parse["intent"]["name"], "confidence": round(parse["intent"]["confidence"], 3)},
        "intent_ranking": [
            {"name": item["name"], "confidence": round(item["confidence"], 3)} for item in parse["intent_ranking"][:3]
        ],
        "conductas": [
            {"name": item["name"], "confidence": round(item["confidence"], 3)} for item in parse["conductas"]
        ],
        "entities": entities,
        "derechos": [
            {"name": item["name"], "confidence": round(item["confidence"], 3)} for item in parse.get("derechos") or ()
        ],
        **({"idioma": parse["idioma"]} if parse.get("idioma") else {}),
    }


if __name__ == "__main__":
    record()
