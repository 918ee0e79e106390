"""Environment to one frozen `Settings`. Every setting stands in `.env.example`; a test keeps the two equal."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values

from bot.errors import ConfigError
from bot.hours import TeamHours, read_hours

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Telegram:
    token: str = field(repr=False)
    secret: str = field(repr=False)
    mode: str
    api_base: str


@dataclass(frozen=True)
class WhatsApp:
    token: str = field(repr=False)
    phone_id: str
    app_secret: str = field(repr=False)
    verify_token: str = field(repr=False)
    api_base: str
    template: str


@dataclass(frozen=True)
class Settings:
    """All that differs from one installation to another. Secrets are kept out of `repr`."""

    database_url: str = field(repr=False)
    data_dir: Path
    gateway: tuple[str, int]
    console: tuple[str, int]
    public_url: str
    rasa_url: str
    rasa_token: str = field(repr=False)
    rasa_tracker_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    actions_url: str
    secret_key: str = field(repr=False)
    encryption_keys: tuple[str, ...] = field(repr=False)
    signing_key: str = field(repr=False)
    quiet_seconds: float
    lease_seconds: float
    late_seconds: float
    operator_name: str
    operator_privacy_url: str
    team_hours: TeamHours
    hold_minutes: float
    first_reply_minutes: float
    resolution_hours: float
    telegram_bot_name: str
    whatsapp_number: str
    log_level: str
    log_format: str
    telegram: Telegram | None = None
    whatsapp: WhatsApp | None = None


def load(env: Mapping[str, str] | None = None) -> Settings:
    """Read settings from `env`, or from the process environment over the `.env` file of the project.

    Raises:
        ConfigError: a setting is missing, half given or not of its form; the message names it and says what to do.
    """
    if env is None:
        env = {**_dotenv(), **os.environ}
    value = {k: v.strip() for k, v in env.items() if v is not None and v.strip()}
    data_dir = _data_dir(value)
    keys = _keys(data_dir, value)
    settings = Settings(
        database_url=value.get("DATABASE_URL", f"sqlite:///{data_dir / 'buentrato.db'}"),
        data_dir=data_dir,
        gateway=(value.get("GATEWAY_HOST", "127.0.0.1"), _port(value, "GATEWAY_PORT", 8000)),
        console=(value.get("CONSOLE_HOST", "127.0.0.1"), _port(value, "CONSOLE_PORT", 8001)),
        public_url=value.get("PUBLIC_URL", "").rstrip("/"),
        rasa_url=_url(value, "RASA_URL", "http://127.0.0.1:5005"),
        rasa_token=value.get("RASA_TOKEN", keys["rasa_token"]),
        rasa_tracker_url=value.get("RASA_TRACKER_URL", f"sqlite:///{data_dir / 'rasa.db'}"),
        redis_url=value.get("REDIS_URL", ""),
        actions_url=_url(value, "ACTIONS_URL", "http://127.0.0.1:5055/webhook"),
        secret_key=keys["secret_key"],
        encryption_keys=tuple(k.strip() for k in keys["encryption_keys"].split(",") if k.strip()),
        signing_key=keys["signing_key"],
        quiet_seconds=_number(value, "QUIET_SECONDS", 2.0),
        lease_seconds=_number(value, "LEASE_SECONDS", 10.0, least=1.0),
        late_seconds=_number(value, "LATE_SECONDS", 20.0),
        operator_name=value.get("OPERATOR_NAME", "el equipo de Buen Trato"),
        operator_privacy_url=value.get("OPERATOR_PRIVACY_URL", ""),
        team_hours=read_hours(value.get("TEAM_HOURS", "lun-vie 09:00-18:00")),
        hold_minutes=_number(value, "HOLD_MINUTES", 15),
        first_reply_minutes=_number(value, "FIRST_REPLY_MINUTES", 15),
        resolution_hours=_number(value, "RESOLUTION_HOURS", 9),
        telegram_bot_name=_matching(value, "TELEGRAM_BOT_NAME", "[A-Za-z0-9_]{5,32}", "el nombre del bot sin @"),
        whatsapp_number=_matching(
            value, "WHATSAPP_NUMBER", "[0-9]{10,15}", "el número con clave de país, solo dígitos"
        ),
        log_level=_one_of(value, "LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
        log_format=_one_of(value, "LOG_FORMAT", "console", ("console", "json")),
        telegram=_telegram(value),
        whatsapp=_whatsapp(value),
    )
    _check_database(settings.database_url, "DATABASE_URL")
    _check_database(settings.rasa_tracker_url, "RASA_TRACKER_URL")
    return settings


def _dotenv() -> dict[str, str]:
    return {k: v for k, v in dotenv_values(ROOT / ".env").items() if v is not None}


def _data_dir(value: Mapping[str, str]) -> Path:
    path = Path(value.get("DATA_DIR", "var"))
    path = path if path.is_absolute() else ROOT / path
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"DATA_DIR={path} no se puede crear ({error.strerror}). Usa una carpeta donde puedas escribir."
        ) from error
    return path


def _keys(data_dir: Path, value: Mapping[str, str]) -> dict[str, str]:
    from bot import privacy, signing  # here: they make keys, and need nothing of the settings to do so

    folder = data_dir / "keys"
    makers = {
        "secret_key": privacy.new_secret,
        "encryption_keys": privacy.new_encryption_key,
        "signing_key": signing.new_signing_key,
        "rasa_token": privacy.new_secret,
    }
    return {name: value.get(name.upper()) or privacy.kept_key(folder / name, make) for name, make in makers.items()}


def _telegram(value: Mapping[str, str]) -> Telegram | None:
    token = value.get("TELEGRAM_TOKEN", "")
    mode = _one_of(value, "TELEGRAM_MODE", "polling", ("polling", "webhook"))
    if not token:
        if value.get("TELEGRAM_SECRET"):
            raise ConfigError("TELEGRAM_SECRET está, pero falta TELEGRAM_TOKEN. Pon el token que te dio BotFather.")
        return None
    if ":" not in token:
        raise ConfigError("TELEGRAM_TOKEN no parece un token de BotFather (números:letras). Cópialo otra vez.")
    if mode == "webhook":
        for name in ("TELEGRAM_SECRET", "PUBLIC_URL"):
            if not value.get(name):
                raise ConfigError(f"TELEGRAM_MODE=webhook necesita {name}. Ponlo, o usa TELEGRAM_MODE=polling.")
    base = _url(value, "TELEGRAM_API_BASE", "https://api.telegram.org").rstrip("/")
    return Telegram(token=token, secret=value.get("TELEGRAM_SECRET", ""), mode=mode, api_base=base)


def _whatsapp(value: Mapping[str, str]) -> WhatsApp | None:
    names = ("WHATSAPP_TOKEN", "WHATSAPP_PHONE_ID", "WHATSAPP_APP_SECRET", "WHATSAPP_VERIFY_TOKEN")
    given = [name for name in names if value.get(name)]
    if not given:
        return None
    for name in names:
        if name not in given:
            raise ConfigError(f"{given[0]} está, pero falta {name}. Cópialo como dice docs/whatsapp.md.")
    token, phone_id, app_secret, verify_token = (value[name] for name in names)
    if not re.fullmatch("[0-9]{5,20}", phone_id):
        raise ConfigError(
            "WHATSAPP_PHONE_ID es el identificador que Meta da al número (solo dígitos), no el teléfono con + ni espacios."
        )
    template = value.get("WHATSAPP_TEMPLATE", "buentrato_continuar")
    if not re.fullmatch("[a-z0-9_]{1,512}", template):
        raise ConfigError(f"WHATSAPP_TEMPLATE={template} no es un nombre de plantilla. Usa minúsculas, números y _.")
    base = _url(value, "WHATSAPP_API_BASE", "https://graph.facebook.com").rstrip("/")
    return WhatsApp(token, phone_id, app_secret, verify_token, base, template)


def _port(value: Mapping[str, str], name: str, default: int) -> int:
    text = value.get(name, str(default))
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise ConfigError(f"{name}={text} no es un puerto. Usa un número del 1 al 65535.")
    return int(text)


def _number(value: Mapping[str, str], name: str, default: float, least: float = 0.0) -> float:
    text = value.get(name, str(default))
    try:
        number = float(text)
    except ValueError:
        number = -1
    if not least <= number < float("inf"):
        raise ConfigError(f"{name}={text} no es un número desde {least:g}. Usa por ejemplo {default:g}.")
    return number


def _matching(value: Mapping[str, str], name: str, form: str, what: str) -> str:
    text = value.get(name, "")
    if text and not re.fullmatch(form, text):
        raise ConfigError(f"{name}={text} no tiene la forma que debe. Pon {what}.")
    return text


def _url(value: Mapping[str, str], name: str, default: str) -> str:
    text = value.get(name, default)
    if urlsplit(text).scheme not in ("http", "https") or not urlsplit(text).netloc:
        raise ConfigError(f"{name} no es una dirección http. Usa por ejemplo {default}.")
    return text


def _one_of(value: Mapping[str, str], name: str, default: str, allowed: tuple[str, ...]) -> str:
    text = value.get(name, default)
    for option in allowed:
        if text.lower() == option.lower():
            return option
    raise ConfigError(f"{name}={text} no existe. Usa uno de: {', '.join(allowed)}.")


def _check_database(url: str, name: str) -> None:
    if not url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg2://")):
        raise ConfigError(f"{name} debe empezar con sqlite:/// o postgresql://.")
