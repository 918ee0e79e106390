"""`python -m tests.faults`: run, and print a table of what was seen. Exit code 1 when something that must be 0 is not."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tabulate import tabulate

from tests.faults.run import Plan, Report, run

COLUMNS = ("messages", "turns", "sent", "complaints", "lost", "answered_twice", "complaints_lost", "complaints_doubled")
COLUMNS += ("out_of_order", "repeated", "danger", "danger_lost", "danger_repeated", "notes", "set_aside", "unsent")


def main() -> None:
    args = _arguments()
    plans = [
        Plan(
            database=database,
            channel=channel,
            messages=args.messages,
            people=args.people,
            workers=args.workers,
            kill_every=args.kill_every,
            database_every=args.database_every,
            points=args.points,
            pause=args.pause,
            at_once=args.at_once,
            lease=args.lease,
            drain=args.drain,
            seed=args.seed,
            mangled=not args.clean,
        )
        for database in args.database.split(",")
        for channel in args.channel.split(",")
    ]
    reports = []
    for plan in plans:
        reports.append(run(plan, args.folder and args.folder / f"{plan.database}-{plan.channel}"))
        print(_table(reports[-1]), flush=True)
    sys.exit(any(report.wrong() for report in reports))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--database", default="sqlite,postgres")
    parser.add_argument("--channel", default="telegram,whatsapp")
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--kill-every", type=float, default=2.0, help="mean seconds between random kills; 0: none")
    parser.add_argument("--database-every", type=float, default=15.0, help="the same for troubles of the database")
    parser.add_argument("--points", type=int, default=3, help="rounds of kills over all commit points")
    parser.add_argument("--pause", type=float, default=1.0, help="mean seconds between two messages of a person")
    parser.add_argument("--at-once", type=int, default=8, help="deliveries at the same time")
    parser.add_argument("--lease", type=float, default=10.0, help="LEASE_SECONDS")
    parser.add_argument("--drain", type=float, default=600.0, help="seconds to finish after the last message")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clean", action="store_true", help="nothing is delivered twice, late, swapped or broken")
    parser.add_argument("--folder", type=Path, help="keep data and logs here")
    return parser.parse_args()


def _table(report: Report) -> str:
    counted = report.counted
    rows = [("database", report.plan.database), ("channel", report.plan.channel), ("seed", report.plan.seed)]
    rows += [(name, getattr(counted, name)) for name in COLUMNS]
    rows += [(f"killed: {kind}", number) for kind, number in sorted(report.deaths.items())]
    rows += [(what, number) for what, number in sorted(report.happened.items())]
    rows += [(f"broken, answered {status}", number) for status, number in sorted(report.refused.items())]
    rows.append(("answers of the provider that were lost", report.lost_answers))
    again = max(0, report.repeated - report.lost_answers) / max(1, report.kills)
    rows.append(("replies repeated per kill", f"{again:.2f}"))
    seconds = sorted(counted.danger_seconds)
    if seconds:
        rows.append(
            ("danger to help lines, median and longest", f"{seconds[len(seconds) // 2]:.2f}, {seconds[-1]:.2f} s")
        )
    rows.append(("writing, all", f"{report.writing:.0f}, {report.total:.0f} s"))
    rows.append(("CPU of those still alive", ", ".join(f"{kind} {used:.1f} s" for kind, used in report.cpu.items())))
    rows.append(("turns a second", f"{counted.turns / report.total:.1f}"))
    rows.append(("WRONG" if report.wrong() else "all as it must be", "\n".join(report.wrong())))
    return tabulate(rows, tablefmt="github")


if __name__ == "__main__":
    main()
