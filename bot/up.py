"""All processes of one machine: train if needed, migrate, start, wait until ready, watch, and stop them all."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

import httpx

from bot import migrations, publishing, training
from bot.agencies import Agencies
from bot.complaints import Complaints
from bot.config import ROOT, Settings
from bot.errors import ConfigError
from bot.privacy import Vault
from bot.processes import Child, stop_all
from bot.staff import Accounts
from bot.store import Store
from bot.texts import Texts
from bot.wiring import build_channels

READY_WITHIN = 120.0
#: Seconds that Rasa's lock of a conversation outlives a Rasa that was killed with it. A turn takes at most 7.
TURN_LOCK = "10"
#: Who is made admin on an installation without accounts.
FIRST_ACCOUNT = "admin@buentrato.local"


class Stopped(Exception):
    """Ctrl-C or SIGTERM."""


def up(settings: Settings, may_train: bool) -> None:
    """Run until Ctrl-C or SIGTERM.

    Raises:
        ConfigError: something must be put right first; the message says what.
    """
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    children: list[Child] = []
    try:
        password = _prepare(settings, may_train)
        children = list(children_of(settings).values())
        for child in children:
            child.start()
        _wait_until_ready(settings, children)
        _say_where(settings, password)
        _watch(children)
    except Stopped:
        print("\nDeteniendo…", flush=True)
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        stop_all(children)


def _stop(*_: object) -> None:
    raise Stopped


def _prepare(settings: Settings, may_train: bool) -> str:
    """Returns the one-time password of the console's first account, if it was made now."""
    build_channels(settings, Texts())
    for name, (host, port) in _addresses(settings).items():
        _check_free(name, host, port)
    if training.newest_model() is None and may_train:
        training.train()
    vault = Vault(settings.encryption_keys, settings.secret_key)
    store = Store(settings.database_url, vault)
    try:
        migrations.upgrade(store.engine)
        Complaints(store, Texts()).make_findable()
        Agencies(store).catch_up()
        if training.is_stale(publishing.current_model(store)):
            print("Aviso: los datos cambiaron desde que se entrenó el modelo. Para usarlos: make train", flush=True)
        password = Accounts(store, vault).add_first(FIRST_ACCOUNT)
    finally:
        store.close()
    write_endpoints(settings)
    return password


def _addresses(settings: Settings) -> dict[str, tuple[str, int]]:
    return {
        "GATEWAY_PORT": settings.gateway,
        "CONSOLE_PORT": settings.console,
        "RASA_URL": _address(settings.rasa_url),
        "ACTIONS_URL": _address(settings.actions_url),
    }


def _address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "127.0.0.1", parts.port or (443 if parts.scheme == "https" else 80)


def _check_free(name: str, host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ConfigError(
                f"El puerto {port} en {host} ya está en uso o no se puede usar. "
                f"Cierra el otro programa o cambia {name} (en .env o en el entorno)."
            ) from error


def write_endpoints(settings: Settings) -> None:
    """Rasa's own view of where things are. Secrets are not in it: they travel in the environment."""
    lines = [
        "# Written by `buentrato up` from the settings; changes here are lost.",
        f"action_endpoint:\n  url: {settings.actions_url}",
        "tracker_store:\n  type: bot.nlu.tracker_store.SealedTrackerStore",
    ]
    if settings.redis_url:
        parts = urlsplit(settings.redis_url)
        db = parts.path.lstrip("/") or "0"
        lines.append(f"lock_store:\n  type: redis\n  url: {parts.hostname}\n  port: {parts.port or 6379}\n  db: {db}")
    folder = settings.data_dir / "rasa"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "endpoints.yml").write_text("\n".join(lines) + "\n")


def children_of(settings: Settings) -> dict[str, Child]:
    """The processes of one machine by name, not started yet."""
    actions_host, actions_port = _address(settings.actions_url)
    environment = {
        **os.environ,
        **training.ENVIRONMENT,
        "RASA_TOKEN": settings.rasa_token,
        "TICKET_LOCK_LIFETIME": TURN_LOCK,
        "SANIC_HOST": actions_host,
        "ACTION_SERVER_SANIC_WORKERS": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONUNBUFFERED": "1",
    }
    cli = [sys.executable, "-m", "bot.cli"]
    commands: dict[str, list[str] | Callable[[], list[str]]] = {
        "rasa": partial(_rasa_command, settings),
        "acciones": [sys.executable, "-m", "rasa_sdk", "--actions", "actions", "--port", str(actions_port)],
        "gateway": [*cli, "gateway"],
        "worker": [*cli, "worker"],
        "console": [*cli, "console"],
    }
    own_level = {"rasa": {"LOG_LEVEL": "WARNING"}, "acciones": {"LOG_LEVEL": "WARNING"}}
    logs = settings.data_dir / "log"
    # providers wait for the gateway's yes, and send again when it comes late; answers may take their time
    return {
        name: Child(
            name,
            command,
            {**environment, **own_level.get(name, {})},
            logs / f"{name}.log",
            patience=0 if name == "gateway" else 5,
        )
        for name, command in commands.items()
    }


def _rasa_command(settings: Settings) -> list[str]:
    """Rasa with the model that was released last, also when it is started again."""
    store = Store(settings.database_url, Vault(settings.encryption_keys, settings.secret_key))
    try:
        model = publishing.current_model(store)
    finally:
        store.close()
    host, port = _address(settings.rasa_url)
    endpoints = settings.data_dir / "rasa" / "endpoints.yml"
    words = ["run", "--enable-api", f"--auth-token={settings.rasa_token}", "--interface", host, "--port", str(port)]
    words += ["--model", str(model), "--log-file", os.devnull]
    return [sys.executable, "-m", "rasa", *words, "--endpoints", str(endpoints), "--credentials", "credentials.yml"]


def _wait_until_ready(settings: Settings, children: list[Child]) -> None:
    host, port = settings.gateway
    until = time.monotonic() + READY_WITHIN
    print("Arrancando", end="", flush=True)
    while time.monotonic() < until:
        _check_alive(children)
        try:
            if httpx.get(f"http://{_reachable(host)}:{port}/readyz", timeout=5, trust_env=False).status_code == 200:
                print(" listo.", flush=True)
                return
        except httpx.HTTPError:
            pass
        print(".", end="", flush=True)
        time.sleep(0.5)
    raise ConfigError(f"No arrancó en {READY_WITHIN:.0f} segundos. Mira {children[0].log.parent}.")


def _check_alive(children: list[Child]) -> None:
    for child in children:
        if not child.is_running():
            print(f"\n{child.last_words()}", file=sys.stderr)
            raise ConfigError(f"El proceso {child.name} se detuvo al arrancar. Arriba está lo último que dijo.")


def _watch(children: list[Child]) -> None:
    """Start again what dies, for as long as it does not die all the time."""
    while True:
        time.sleep(0.5)
        for child in children:
            if child.is_running():
                continue
            if child.died():
                raise ConfigError(f"El proceso {child.name} se cae una y otra vez. Mira {child.log}.")
            print(f"El proceso {child.name} se cayó; lo arranco otra vez.", flush=True)
            child.start()


def _say_where(settings: Settings, password: str) -> None:
    host, port = settings.gateway
    print(f"\nChat web:  {settings.public_url or f'http://{_reachable(host)}:{port}'}/")
    host, port = settings.console
    print(f"Consola:   http://{_reachable(host)}:{port}/")
    if password:
        print(f"           primera cuenta: {FIRST_ACCOUNT}, contraseña de una sola vez: {password}")
    print(f"Telegram:  {f'activo ({settings.telegram.mode})' if settings.telegram else 'apagado (pon TELEGRAM_TOKEN)'}")
    print(f"Datos:     {_shown(settings.data_dir)}   Bitácoras: {_shown(settings.data_dir / 'log')}")
    print("Ctrl-C para detener.\n", flush=True)


def _shown(path: os.PathLike) -> str:
    text = os.fspath(path)
    return os.path.relpath(text, ROOT) if text.startswith(str(ROOT)) else text


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
