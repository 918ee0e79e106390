"""The sentences of `domain.yml` by name, for the moments when Rasa is not the one speaking.

Every sentence a borrower reads stands in `domain.yml` → `responses:`; nothing here invents one.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from bot.config import ROOT
from bot.errors import ConfigError
from bot.model import Button, Reply

BLANK = re.compile(r"\{(\w+)\}")

#: Responses that the processes outside Rasa use. Missing one stops the start, not the conversation.
NEEDED = (
    "utter_emergencia",
    "utter_crisis_emocional",
    "utter_bienvenida",
    "utter_bienvenida_discreta",
    "utter_tardamos",
    "utter_continuar",
    "utter_fallo",
    "utter_error_texto_vacio",
    "utter_error_texto_largo",
    "utter_error_peticion",
    "utter_error_sesion",
    "utter_error_servicio",
    "utter_archivo_vacio",
    "utter_archivo_grande",
    "utter_archivo_tipo",
    "utter_archivo_perdido",
    "utter_archivo_ilegible",
    "utter_archivo_vacio_varios",
    "utter_archivo_grande_varios",
    "utter_archivo_tipo_varios",
    "utter_archivo_perdido_varios",
    "utter_archivo_ilegible_varios",
    "utter_palabra_opciones",
    "utter_hay_novedad",
    "utter_borrador_por_vencer",
    "utter_te_atiende",
    "utter_otra_persona",
    "utter_regresa_bot",
    "utter_cierra_persona",
    "utter_regresa_fila",
    "utter_canalizacion_hola",
    "utter_canalizacion_respuesta",
)
#: Answers that the team picks; what they are called is in their metadata.
READY_MADE = "utter_equipo_"


class Texts:
    """Responses of a domain file.

    Raises:
        ConfigError: the file cannot be read or a needed response is missing.
    """

    def __init__(self, domain: Path = ROOT / "domain.yml") -> None:
        try:
            self._responses: dict[str, list[dict[str, Any]]] = yaml.safe_load(domain.read_text())["responses"]
        except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
            raise ConfigError(f"{domain.name} no se puede leer ({type(error).__name__}). Revisa el archivo.") from error
        missing = [name for name in NEEDED if name not in self._responses]
        if missing:
            raise ConfigError(f"A {domain.name} le faltan estos textos en responses: {', '.join(missing)}.")

    def ready_made(self) -> list[tuple[str, str, str]]:
        """Name, title and text of each answer that the team can pick, its blanks still open."""
        return [
            (name, variants[0]["metadata"]["title"], variants[0]["text"].strip())
            for name, variants in self._responses.items()
            if name.startswith(READY_MADE)
        ]

    def reply(self, name: str, seed: str = "", **values: str) -> Reply:
        """A response with its blanks filled, also those of its buttons. The same seed gives the same variant; without one, the first.

        Values are put in as they are: what a person wrote is never read as a template.
        """
        variants = self._responses[name]
        variant = variants[zlib.crc32(seed.encode()) % len(variants)] if seed else variants[0]
        text = _filled(variant["text"], values)
        buttons = tuple(
            Button(_filled(b["title"], values), _filled(b["payload"], values)) for b in variant.get("buttons", ())
        )
        return Reply(text=text.strip(), buttons=buttons)


def _filled(text: str, values: Mapping[str, str]) -> str:
    return BLANK.sub(lambda match: values.get(match[1], match[0]), text)
