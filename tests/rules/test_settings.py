"""Wrong settings are refused with a sentence that names them."""

from pathlib import Path

import pytest

from bot import config
from bot.errors import ConfigError

WHATSAPP = {
    "WHATSAPP_TOKEN": "EAAsecreto",
    "WHATSAPP_PHONE_ID": "106540352242922",
    "WHATSAPP_APP_SECRET": "app-secreto",
    "WHATSAPP_VERIFY_TOKEN": "verifica-secreto",
}


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"GATEWAY_PORT": "http"}, "GATEWAY_PORT"),
        ({"GATEWAY_PORT": "99999"}, "GATEWAY_PORT"),
        ({"RASA_URL": "localhost"}, "RASA_URL"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL"),
        ({"QUIET_SECONDS": "dos"}, "QUIET_SECONDS"),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT"),
        ({"TELEGRAM_SECRET": "x"}, "TELEGRAM_TOKEN"),
        ({"TELEGRAM_TOKEN": "nada"}, "TELEGRAM_TOKEN"),
        ({"TELEGRAM_TOKEN": "1:a", "TELEGRAM_MODE": "webhook"}, "TELEGRAM_SECRET"),
        ({"TELEGRAM_TOKEN": "1:a", "TELEGRAM_MODE": "paloma"}, "TELEGRAM_MODE"),
        *[
            ({name: value for name, value in WHATSAPP.items() if name != missing}, f"falta {missing}")
            for missing in WHATSAPP
        ],
        ({**WHATSAPP, "WHATSAPP_PHONE_ID": "+52 81 1234 5678"}, "WHATSAPP_PHONE_ID"),
        ({**WHATSAPP, "WHATSAPP_TEMPLATE": "Hola Mundo"}, "WHATSAPP_TEMPLATE"),
        ({**WHATSAPP, "WHATSAPP_API_BASE": "graph.facebook.com"}, "WHATSAPP_API_BASE"),
        ({"DATA_DIR": "/proc/nada"}, "DATA_DIR"),
    ],
)
def test_a_wrong_setting_is_named(given: dict[str, str], named: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=named):
        config.load({"DATA_DIR": str(tmp_path), **given})


def test_defaults_are_enough(tmp_path: Path) -> None:
    settings = config.load({"DATA_DIR": str(tmp_path)})
    assert settings.telegram is None and settings.whatsapp is None and settings.gateway == ("127.0.0.1", 8000)
    assert settings.database_url.startswith("sqlite:///")


def test_keys_are_made_once_and_only_we_can_read_them(tmp_path: Path) -> None:
    first, again = (config.load({"DATA_DIR": str(tmp_path)}) for _ in range(2))
    assert first.encryption_keys == again.encryption_keys
    for key in (tmp_path / "keys").iterdir():
        assert key.stat().st_mode & 0o777 == 0o600


def test_secrets_are_not_in_what_settings_print(tmp_path: Path) -> None:
    settings = config.load({"DATA_DIR": str(tmp_path), "TELEGRAM_TOKEN": "123:abc", **WHATSAPP})
    printed = repr(settings)
    assert "secreto" not in printed
    assert "123:abc" not in printed and settings.secret_key not in printed and settings.rasa_token not in printed


def test_whatsapp_needs_four_settings_and_has_the_others(tmp_path: Path) -> None:
    settings = config.load({"DATA_DIR": str(tmp_path), **WHATSAPP}).whatsapp
    assert settings is not None
    assert (settings.api_base, settings.template) == ("https://graph.facebook.com", "buentrato_continuar")
