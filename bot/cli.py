"""The `buentrato` command. Exit codes: 0 done, 1 refused with a reason on stderr, 2 wrong usage."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from bot import logs, migrations, nlu_cli, privacy
from bot.casefile import as_json, as_lines, csv_lines, json_lines
from bot.catalog import Catalog
from bot.config import Settings, load
from bot.doctor import examine
from bot.errors import BotError, RuleBroken
from bot.receipt import verify
from bot.signing import Signer
from bot.staff import ROLES
from bot.wiring import House, build


def main(arguments: list[str] | None = None) -> None:
    args = _parser().parse_args(arguments)
    try:
        settings = load()
        logs.set_up(settings.log_level, settings.log_format)
        code = args.run(settings, args)
    except BotError as error:
        print(f"buentrato: {error}", file=sys.stderr)
        sys.exit(1)
    except SQLAlchemyError as error:
        print(
            f"buentrato: la base de datos no respondió ({type(error).__name__}). "
            "Revisa DATABASE_URL y corre: uv run buentrato db upgrade",
            file=sys.stderr,
        )
        sys.exit(1)
    sys.exit(code or 0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="buentrato", description="Buen Trato en una orden.")
    commands = parser.add_subparsers(required=True, metavar="orden")
    up = _add(commands, "up", "arranca todo en esta máquina", _up)
    up.add_argument("--no-train", action="store_true", help="no entrenar aunque falte un modelo")
    _add(commands, "gateway", "el proceso que recibe mensajes", _gateway)
    _add(commands, "worker", "el proceso que contesta", _worker)
    _add(commands, "console", "la consola del equipo", _console)
    db = commands.add_parser("db", help="la base de datos").add_subparsers(required=True, metavar="orden")
    _add(db, "upgrade", "lleva las tablas a la última versión", _db_upgrade)
    _add(commands, "doctor", "dice qué está mal y cómo arreglarlo", _doctor)
    _add_cases(commands)
    _add_staff(commands)
    receipt = commands.add_parser("receipt", help="los recibos").add_subparsers(required=True, metavar="orden")
    verifying = _add(receipt, "verify", "dice si un PDF es nuestro y no cambió; sin red", _receipt_verify)
    verifying.add_argument("file", type=Path)
    verifying.add_argument("--key", default="", help="clave pública de otra instalación")
    _add_queue(commands)
    nlu_cli.add_commands(commands, _add)
    private = commands.add_parser("privacy", help="datos personales").add_subparsers(required=True, metavar="orden")
    _add(private, "purge", "borra lo que ya cumplió su plazo", _purge)
    _add(commands, "key", "una clave nueva para ENCRYPTION_KEYS", _key)
    return parser


def _add_cases(commands: argparse._SubParsersAction) -> None:
    cases = commands.add_parser("cases", help="las quejas").add_subparsers(required=True, metavar="orden")
    listing = _add(cases, "list", "todas", _cases_list)
    listing.add_argument("--json", action="store_true")
    show = _add(cases, "show", "una", _cases_show)
    show.add_argument("folio")
    show.add_argument("--json", action="store_true")
    export = _add(cases, "export", "todas, para otro sistema", _cases_export)
    export.add_argument("--format", choices=("csv", "jsonl"), default="csv")


def _add_staff(commands: argparse._SubParsersAction) -> None:
    staff = commands.add_parser("staff", help="cuentas de la consola").add_subparsers(required=True, metavar="orden")
    adding = _add(staff, "add", "una cuenta nueva; dice su contraseña de una sola vez", _staff_add)
    adding.add_argument("email")
    adding.add_argument("--role", choices=ROLES, default="equipo")
    adding.add_argument("--name", default="")
    _add(staff, "list", "todas las cuentas", _staff_list)
    reset = _add(staff, "reset", "otra contraseña de una sola vez; cierra sus sesiones", _staff_reset)
    reset.add_argument("email")


def _add_queue(commands: argparse._SubParsersAction) -> None:
    queue = _add(commands, "queue", "personas que esperan a una persona, y lo que quedó apartado", _queue)
    queue.add_argument("--json", action="store_true")
    aside = queue.add_subparsers(metavar="orden")
    failed = _add(
        aside, "failed", "turnos que nadie pudo contestar (E…) y mensajes que no salieron (S…)", _queue_failed
    )
    failed.add_argument("--json", action="store_true")
    retry = _add(aside, "retry", "intenta otra vez lo apartado: todo, lo de un error, o lo que se nombre", _queue_retry)
    retry.add_argument("ids", nargs="*", metavar="ID")
    retry.add_argument("--error", default="", help="solo lo que se apartó por esto, por ejemplo rejected")


def _add(
    commands: argparse._SubParsersAction,
    name: str,
    help_: str,
    run: Callable[[Settings, argparse.Namespace], int | None],
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=help_, description=help_)
    parser.set_defaults(run=run)
    return parser


def _up(settings: Settings, args: argparse.Namespace) -> None:
    from bot.up import up  # here: only this command needs it

    up(settings, may_train=not args.no_train)


def _gateway(settings: Settings, args: argparse.Namespace) -> None:
    import uvicorn

    from bot.gateway.app import create_app  # here: the other commands start faster without a web server

    host, port = settings.gateway
    app = create_app(build(settings))
    uvicorn.run(app, host=host, port=port, log_config=None, access_log=False, server_header=False, ws="none")


def _console(settings: Settings, args: argparse.Namespace) -> None:
    import uvicorn

    from bot.console.app import create_app

    host, port = settings.console
    app = create_app(build(settings))
    uvicorn.run(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=2,  # pages that listen for news never hang up by themselves
    )


def _worker(settings: Settings, args: argparse.Namespace) -> None:
    asyncio.run(_work(build(settings)))


async def _work(house: House) -> None:
    from bot.worker import Worker

    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        await Worker(house.inbox, house.outbox, house.erasure, house.desk).run(stop)
    finally:
        await house.close()


def _db_upgrade(settings: Settings, args: argparse.Namespace) -> None:
    house = build(settings)
    migrations.upgrade(house.store.engine)
    house.complaints.make_findable()
    print("Las tablas están al día.")


def _doctor(settings: Settings, args: argparse.Namespace) -> int:
    findings = examine(build(settings))
    for finding in findings:
        print(f"{'bien ' if finding.well else 'MAL  '} {finding.what}" + ("" if finding.well else f" → {finding.cure}"))
    return 0 if all(finding.well for finding in findings) else 1


def _cases_list(settings: Settings, args: argparse.Namespace) -> None:
    cases = build(settings).complaints.all()
    print(as_json(cases) if args.json else as_lines(cases))


def _cases_show(settings: Settings, args: argparse.Namespace) -> None:
    case = build(settings).complaints.show(args.folio)
    print(as_json(case) if args.json else as_lines([case]))


def _cases_export(settings: Settings, args: argparse.Namespace) -> None:
    cases = build(settings).complaints.all()
    sys.stdout.writelines(csv_lines(cases) if args.format == "csv" else json_lines(cases))


def _receipt_verify(settings: Settings, args: argparse.Namespace) -> None:
    public = args.key or Signer(settings.signing_key).public
    try:
        data = args.file.read_bytes()
    except OSError as error:
        raise RuleBroken(f"No se puede leer {args.file} ({error.strerror}).") from error
    print(verify(data, public, Catalog().receipt))


def _staff_add(settings: Settings, args: argparse.Namespace) -> None:
    password = build(settings).accounts.add(args.email, args.role, args.name)
    print(f"{args.email}  {args.role}\nContraseña de una sola vez: {password}")


def _staff_list(settings: Settings, args: argparse.Namespace) -> None:
    for member in build(settings).accounts.all():
        print(f"{member.email:40} {member.role:11} {'desactivada' if member.disabled else 'activa'}")


def _staff_reset(settings: Settings, args: argparse.Namespace) -> None:
    print(f"Contraseña de una sola vez: {build(settings).accounts.reset(args.email)}")


def _queue(settings: Settings, args: argparse.Namespace) -> None:
    waiting = build(settings).handoffs.queue()
    if args.json:
        print(as_json([{**row, "created_at": row["created_at"].isoformat()} for row in waiting]))
    elif not waiting:
        print("Nadie espera.")
    for row in [] if args.json else waiting:
        print(f"{row['created_at']:%Y-%m-%d %H:%M}  {row['reason']:20} {row['channel']:9} {row['conversation_id']}")


def _queue_failed(settings: Settings, args: argparse.Namespace) -> None:
    rows = build(settings).set_aside.rows()
    if args.json:
        print(as_json([{**row, "at": row["at"].isoformat()} for row in rows]))
    elif not rows:
        print("Nada está apartado.")
    for row in [] if args.json else rows:
        print(
            f"{row['id']:27}  {row['at']:%Y-%m-%d %H:%M}  {row['error']:15} {row['channel']:9} {row['conversation_id']}"
        )


def _queue_retry(settings: Settings, args: argparse.Namespace) -> None:
    print(f"Se intentan otra vez: {build(settings).set_aside.retry(args.ids, args.error)}.")


def _purge(settings: Settings, args: argparse.Namespace) -> None:
    house = build(settings)
    gone = house.erasure.purge(privacy.RETENTION)
    print(f"Borradores borrados: {gone.drafts}. Archivos borrados: {gone.files}. Mensajes vaciados: {gone.messages}.")
    print(
        f"Quejas cerradas borradas: {gone.cases}. Dudas borradas: {gone.reviews}. Diálogos borrados: {gone.trackers}."
    )


def _key(settings: Settings, args: argparse.Namespace) -> None:
    print(privacy.new_encryption_key())


if __name__ == "__main__":
    main()
