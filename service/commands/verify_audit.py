"""``dat verify-audit``: prove that no stored move was changed, added or taken away."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from functools import partial
from pathlib import Path

from service.commands.desks import migrated_desk
from service.commands.inputs import add_json, print_json
from service.composition import own_database
from service.usecases.custody.audit_heads import read_heads
from service.usecases.custody.share_checks import shared
from service.usecases.custody.verify_audit import verify_audit


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
    opened = partial(own_database, desk.settings)
    with shared(desk, opened, args.processes) as share:
        report = verify_audit(desk, heads, args.key, replay=args.replay, share=share)
    if args.json:
        print_json(asdict(report) | {"ok": report.ok})
        return 0 if report.ok else 1
    for finding in report.findings:
        print(f"{finding.case_code} dòng {finding.seq} [{finding.kind}] {finding.text}")
    print(f"{report.cases} hồ sơ, {report.moves} dòng lịch sử, đầu chuỗi {report.head}")
    print("Chuỗi còn nguyên." if report.ok else "Chuỗi đã bị thay đổi.")
    return 0 if report.ok else 1
