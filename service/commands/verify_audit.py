"""``dat verify-audit``: prove that no stored move was changed, added or taken away."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path

from service.commands.desks import migrated_desk
from service.commands.inputs import add_json, print_json
from service.composition import installation_ring, open_database, system_clock
from service.persistence.chains import Span
from service.persistence.database import Database
from service.settings import Settings
from service.usecases.custody.audit_heads import read_heads
from service.usecases.custody.check_chains import Checked, check_span
from service.usecases.custody.verify_audit import Share, verify_audit
from service.usecases.desk import Desk

# Below so many cases one process is done before others have begun.
_FEW = 5_000
_SPANS_EACH = 8


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take heads that were kept elsewhere, how thoroughly, and how to print."""
    parser.add_argument(
        "--head", type=Path, metavar="FILE", help="a head kept elsewhere, or a folder"
    )
    parser.add_argument(
        "--key", metavar="PUBLIC", help="who must have signed it; see dat keys public"
    )
    parser.add_argument(
        "--replay", action="store_true", help="make every move again too: far slower"
    )
    parser.add_argument(
        "--processes", type=int, metavar="N", help="so many at once, else one a core"
    )
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Check every case; answer 1 and name the line when something does not hold."""
    heads = read_heads(args.head) if args.head else ()
    desk = migrated_desk()
    with shared(desk, args.processes) as share:
        report = verify_audit(desk, heads, args.key, replay=args.replay, share=share)
    if args.json:
        print_json(asdict(report) | {"ok": report.ok})
        return 0 if report.ok else 1
    for finding in report.findings:
        print(f"{finding.case_code} dòng {finding.seq} [{finding.kind}] {finding.text}")
    print(f"{report.cases} hồ sơ, {report.moves} dòng lịch sử, đầu chuỗi {report.head}")
    print("Chuỗi còn nguyên." if report.ok else "Chuỗi đã bị thay đổi.")
    return 0 if report.ok else 1


@contextmanager
def shared(desk: Desk, processes: int | None = None) -> Iterator[Share | None]:
    """Lend processes that check histories for the desk, when it is worth it."""
    count = processes or os.cpu_count() or 1
    with desk.database.reading() as uow:
        spans = uow.chains.spans(count * _SPANS_EACH)
        few = processes is None and uow.chains.cases() < _FEW
    if few or count == 1:
        yield None
        return
    with ProcessPoolExecutor(
        count, get_context("spawn"), initializer=_open, initargs=(desk.settings,)
    ) as pool:
        yield lambda: pool.map(_check, spans)


_opened: list[Database] = []  # the one database of a process that was lent


def _open(settings: Settings) -> None:
    ring = installation_ring(settings, system_clock)
    _opened.append(open_database(settings, ring))


def _check(span: Span) -> Checked:
    return check_span(_opened[0], span)
