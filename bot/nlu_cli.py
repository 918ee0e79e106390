"""`buentrato nlu …`: the trainers' work from a terminal."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import json
import sys
from collections.abc import Callable
from pathlib import Path

from bot import publishing, training, versions
from bot.config import Settings
from bot.errors import RuleBroken
from bot.examples import Example
from bot.store import Store
from bot.versions import Comparison
from bot.wiring import House, build

#: Suspects kept for the console.
SAVED = 300
Add = Callable[..., argparse.ArgumentParser]


def add_commands(commands: argparse._SubParsersAction, add: Add) -> None:
    nlu = commands.add_parser("nlu", help="el modelo y sus ejemplos").add_subparsers(required=True, metavar="orden")
    check = add(nlu, "check", "revisa los ejemplos antes de entrenar", _check)
    check.add_argument("--opinions", action="store_true", help="busca además etiquetas que parecen equivocadas")
    check.add_argument("--save", type=Path, help="guarda además lo que encontró --opinions, para la consola")
    check.add_argument("--top", type=int, default=20, help="cuántas mostrar (20)")
    train = add(nlu, "train", "entrena un modelo", _train)
    train.add_argument("--compare", action="store_true", help="revisa antes, mide después y compara con el publicado")
    train.add_argument("--commit", action="store_true", help="guarda antes los ejemplos cambiados en git, si hay")
    _say_who_and_why(train)
    add(nlu, "evaluate", "mide el modelo con los mensajes apartados", _evaluate)
    add(nlu, "versions", "los modelos que hay y cuál contesta", _versions)
    compare = add(nlu, "compare", "qué cambia de un modelo a otro", _compare)
    compare.add_argument("old", nargs="?", default="", help="por omisión, el publicado")
    compare.add_argument("new", nargs="?", default="", help="por omisión, el más nuevo")
    promote = add(nlu, "promote", "publica un modelo sin perder mensajes", _promote)
    promote.add_argument("model", nargs="?", default="", help="por omisión, el más nuevo")
    promote.add_argument("--override", action="store_true", help="aunque empeore (nunca en peligro); pide --reason")
    _say_who_and_why(promote)
    _say_who_and_why(add(nlu, "rollback", "vuelve al modelo anterior", _rollback))
    review = nlu.add_parser("review", help="los mensajes dudosos").add_subparsers(required=True, metavar="orden")
    export = add(review, "export", "los que esperan etiqueta, sin datos personales", _review_export)
    export.add_argument("--format", choices=("csv", "jsonl"), default="csv")
    taking = add(review, "import", "toma las etiquetas de un archivo CSV o JSONL", _review_import)
    taking.add_argument("file", type=Path)
    _say_who(taking)


def _say_who_and_why(parser: argparse.ArgumentParser) -> None:
    _say_who(parser)
    parser.add_argument("--reason", default="", help="por qué")


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
        _find_suspects(teaching.corpus.all(), teaching.confirmed(), args)
    return 1 if stopping else 0


def _find_suspects(examples: list[Example], confirmed: set[str], args: argparse.Namespace) -> None:
    from bot.opinions import suspects

    found = suspects(examples, progress=lambda step: print(f"… {step}", file=sys.stderr, flush=True))
    left = [suspect for suspect in found if suspect.example.key not in confirmed]
    for suspect in left[: args.top]:
        print(f"{suspect.score:6.2f}  {suspect.example.intent} → ¿{suspect.other}?  «{suspect.example.text[:90]}»")
    if args.save:
        rows = [{"key": one.example.key, "other": one.other, "score": one.score} for one in left[:SAVED]]
        draft = args.save.with_suffix(".draft")
        draft.write_text(json.dumps(rows))
        draft.replace(args.save)


def _train(settings: Settings, args: argparse.Namespace) -> None:
    if not args.compare:
        training.train(author(args), args.reason)
        return
    from bot.teaching import Teaching, commit
    from bot.training_job import Training

    store = build(settings).store

    def check() -> None:
        stops = [finding.message for finding in Teaching(store).checker.problems() if finding.stops]
        if stops:
            raise RuleBroken(f"Hay {len(stops)} problemas en los ejemplos. El primero: {stops[0]}")
        if args.commit:
            commit(author(args), args.reason)

    new = Training(settings, store, author(args), args.reason).run(check)
    _print_comparison(_comparison(store, "", new.name))


def _comparison(store: Store, old: str, new: str) -> Comparison:
    """Measured first, where that was not done yet."""
    from bot.publishing import last_month

    texts = last_month(store)
    published = publishing.current_model(store).name.removesuffix(".tar.gz")
    newest = training.checked_model().name.removesuffix(".tar.gz")
    pair = [versions.measured(versions.version(name), texts) for name in (old or published, new or newest)]
    return versions.compare(*pair)


def _versions(settings: Settings, args: argparse.Namespace) -> None:
    current = publishing.current_model(build(settings).store).name.removesuffix(".tar.gz")
    for one in versions.listing():
        mark = "→" if one.name == current else " "
        figures = one.figures.get("main", [0, 0])
        share = f"{figures[0] / figures[1]:.1%}" if figures[1] else "sin medir"
        print(f"{mark} {one.name}  {share:>9}  {one.author:20} {one.reason}")


def _compare(settings: Settings, args: argparse.Namespace) -> int:
    comparison = _comparison(build(settings).store, args.old, args.new)
    _print_comparison(comparison)
    return 1 if comparison.blocked else 0


def _print_comparison(found: Comparison) -> None:
    print(f"{found.old.name} → {found.new.name}")
    for gate in found.gates:
        print(f"{'bien ' if gate.passed else 'MAL  '} {gate.name}: {gate.before} → {gate.after}")
    for name, before, after, total in found.by_intent:
        if before != after:
            print(f"  {after - before:+3}  {name}: {before} → {after} de {total}")
    print(f"Cambian {len(found.changed)} mensajes del examen y {len(found.real)} del último mes.")
    for change in (*found.changed[:20], *found.real[:10]):
        print(f"  {change.effect:6} {change.old} → {change.new}  «{change.text[:80]}»")


def _promote(settings: Settings, args: argparse.Namespace) -> None:
    if args.override and not args.reason:
        raise RuleBroken("Con --override di por qué: --reason")
    house = build(settings)
    comparison = _comparison(house.store, "", args.model)
    _print_comparison(comparison)
    override = args.reason if args.override else ""
    publisher = publishing.Publisher(house.store, house.rasa)
    done = asyncio.run(publisher.promote(comparison, author(args), args.reason, override, may_override=True))
    print(f"Publicado: {done.model} contesta desde ahora ({done.seconds:.1f} s).")


def _rollback(settings: Settings, args: argparse.Namespace) -> None:
    house = build(settings)
    done = asyncio.run(publishing.Publisher(house.store, house.rasa).rollback(author(args), args.reason))
    print(f"De vuelta: {done.model} contesta desde ahora ({done.seconds:.1f} s).")


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
