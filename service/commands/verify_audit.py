"""``dat verify-audit``: prove that no stored move was changed, added or taken away."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from service.commands.desks import migrated_desk
from service.commands.inputs import add_json, print_json
from service.usecases.custody.audit_heads import read_heads
from service.usecases.custody.verify_audit import verify_audit


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take heads that were kept elsewhere, and how to print."""
    parser.add_argument(
        "--head", type=Path, metavar="FILE", help="a head kept elsewhere, or a folder"
    )
    parser.add_argument(
        "--key", metavar="PUBLIC", help="who must have signed it; see dat keys public"
    )
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Check every case; answer 1 and name the line when something does not hold."""
    heads = read_heads(args.head) if args.head else ()
    report = verify_audit(migrated_desk(), heads, args.key)
    if args.json:
        print_json(asdict(report) | {"ok": report.ok})
        return 0 if report.ok else 1
    for finding in report.findings:
        print(f"{finding.case_code} dòng {finding.seq} [{finding.kind}] {finding.text}")
    print(f"{report.cases} hồ sơ, {report.moves} dòng lịch sử, đầu chuỗi {report.head}")
    print("Chuỗi còn nguyên." if report.ok else "Chuỗi đã bị thay đổi.")
    return 0 if report.ok else 1
