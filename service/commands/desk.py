"""``dat desk recount``: put the counters and the words of every desk right."""

from __future__ import annotations

import argparse

from service.commands.desks import migrated_desk
from service.usecases.worklist.recount_desks import recount_desks


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the verb; there is one."""
    parser.add_argument("verb", choices=["recount"])


def run(args: argparse.Namespace) -> int:
    """Count anew and say what was wrong; answer 0, for nothing is wrong afterwards."""
    del args
    done = recount_desks(migrated_desk())
    for drift in done.drifts:
        name = drift.key.name or drift.key.kind
        print(f"{drift.key.office_id} {name}: đã ghi {drift.says}, nay là {drift.are}")
    print(f"{len(done.drifts)} số đếm đã sửa, {done.cases} hồ sơ tìm được.")
    return 0
