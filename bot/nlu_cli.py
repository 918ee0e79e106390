"""`buentrato nlu …`: the trainers' work from a terminal."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable
from pathlib import Path

from bot import training
from bot.config import Settings
from bot.errors import RuleBroken
from bot.wiring import House, build

Add = Callable[..., argparse.ArgumentParser]


def add_commands(commands: argparse._SubParsersAction, add: Add) -> None:
    nlu = commands.add_parser("nlu", help="el modelo y sus ejemplos").add_subparsers(required=True, metavar="orden")
    check = add(nlu, "check", "revisa los ejemplos antes de entrenar", _check)
    check.add_argument("--opinions", action="store_true", help="busca además etiquetas que parecen equivocadas")
    check.add_argument("--top", type=int, default=20, help="cuántas mostrar (20)")
    add(nlu, "train", "entrena un modelo", _train)
    add(nlu, "evaluate", "mide el modelo con los mensajes apartados", _evaluate)
    review = nlu.add_parser("review", help="los mensajes dudosos").add_subparsers(required=True, metavar="orden")
    export = add(review, "export", "los que esperan etiqueta, sin datos personales", _review_export)
    export.add_argument("--format", choices=("csv", "jsonl"), default="csv")
    taking = add(review, "import", "toma las etiquetas de un archivo CSV o JSONL", _review_import)
    taking.add_argument("file", type=Path)
    _say_who(taking)


def _say_who(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--author", default="", help="quién lo hace (por omisión, tu usuario)")


def author(args: argparse.Namespace) -> str:
    return args.author or getpass.getuser()


def _check(settings: Settings, args: argparse.Namespace) -> int:
    from bot.teaching import Teaching  # here: the other commands start faster without scikit-learn

    teaching = Teaching(build(settings).store)
    problems = teaching.checker.problems()
    for finding in problems:
        where = f"  «{finding.others[0].text[:80]}»" if finding.others else ""
        print(f"{'MAL  ' if finding.stops else 'ojo  '} {finding.message}{where}")
    stopping = sum(finding.stops for finding in problems)
    print(f"{len(teaching.corpus.all())} ejemplos, {stopping} problemas que impiden entrenar, {len(problems)} avisos.")
    if args.opinions:
        _print_suspects(teaching.corpus.all(), teaching.confirmed(), args.top)
    return 1 if stopping else 0


def _print_suspects(examples: list, confirmed: set[str], top: int) -> None:
    from bot.opinions import suspects

    found = suspects(examples, progress=lambda step: print(f"… {step}", file=sys.stderr, flush=True))
    left = [suspect for suspect in found if suspect.example.key not in confirmed]
    for suspect in left[:top]:
        print(f"{suspect.score:6.2f}  {suspect.example.intent} → ¿{suspect.other}?  «{suspect.example.text[:90]}»")


def _train(settings: Settings, args: argparse.Namespace) -> None:
    training.train()


def _evaluate(settings: Settings, args: argparse.Namespace) -> None:
    print(training.evaluate())


def _desk(house: House) -> object:
    from bot.review_desk import ReviewDesk
    from bot.teaching import Teaching

    return ReviewDesk(house.store, Teaching(house.store))


def _review_export(settings: Settings, args: argparse.Namespace) -> None:
    from bot.review_files import as_csv, as_json_lines

    items = _desk(build(settings)).queue()  # type: ignore[attr-defined]
    sys.stdout.write(as_csv(items) if args.format == "csv" else as_json_lines(items))


def _review_import(settings: Settings, args: argparse.Namespace) -> int:
    from bot.review_files import take

    try:
        text = args.file.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise RuleBroken(f"No se puede leer {args.file} ({type(error).__name__}).") from error
    result = take(_desk(build(settings)), text, author(args))  # type: ignore[arg-type]
    for number, why in result.errors:
        print(f"línea {number}: {why}", file=sys.stderr)
    print(f"Etiquetados: {result.done}. Sin etiqueta: {result.skipped}. Rechazados: {len(result.errors)}.")
    return 1 if result.errors else 0
