"""``dat packs migrate``: running cases under another edition; dry at first."""

from __future__ import annotations

import argparse
from datetime import date

from service.commands.inputs import print_json
from service.composition import build_desk
from service.errors import InputError
from service.persistence.database import upgrade
from service.settings import Settings
from service.usecases.administration.office_days import up_to_date
from service.usecases.cases.migrate import (
    MigrationReport,
    Verdict,
    administrator,
    migrate,
)
from workflows.packages import Law

_VERDICTS: dict[Verdict, str] = {
    "moves": "chuyển được",
    "moved": "đã chuyển",
    "stays": "ở lại bản cũ",
    "refused": "không chuyển",
}


def run_migration(args: argparse.Namespace, law: Law, day: date) -> int:
    """Print each live case with its verdict; answer 1 when something was refused."""
    if args.apply and not (args.by and (args.basis or "").strip()):
        raise InputError(
            "--apply: cần --by TÀI_KHOẢN (quản trị) và --basis "
            '"điều khoản chuyển tiếp" để ghi vào lịch sử hồ sơ.'
        )
    settings = Settings()
    if args.db:
        settings = settings.model_copy(update={"database_url": args.db})
    target = law.package_edition(args.target, day)
    desk = build_desk(settings, law=law)
    upgrade(desk.database)
    desk = up_to_date(desk)
    by = administrator(desk, args.by) if args.apply else None
    report = migrate(
        desk, args.source, target, codes=args.case, by=by, basis=args.basis or ""
    )
    if args.json:
        print_json(report.to_json())
    else:
        _tell(report)
    wrong = report.lacking or report.count("refused")
    return 1 if wrong else 0


def _tell(report: MigrationReport) -> None:
    print(f"Sang bản: {report.target.id} ({report.target.digest[:12]})")
    if report.source is not None:
        cited = report.source.source
        print(f"Điều khoản chuyển tiếp: {cited.instrument} {cited.at}")
    else:
        print(
            "Bản mới không ghi điều khoản chuyển tiếp nào cho gói cũ (mục migrations)."
        )
    for gap in report.lacking:
        print(f"  thiếu: {gap.procedure}: {gap}")
    if report.lacking:
        print("Còn thiếu như trên thì không chuyển hồ sơ nào.")
    for case in report.cases:
        there = f" → {', '.join(case.to_states)}" if case.to_states else ""
        said = f": {'; '.join(case.reasons)}" if case.reasons else ""
        states = ", ".join(case.states)
        print(f"{case.code} {_VERDICTS[case.verdict]} [{states}{there}]{said}")
    counts = ", ".join(
        f"{report.count(verdict)} {words}" for verdict, words in _VERDICTS.items()
    )
    print(f"{len(report.cases)} hồ sơ đang làm: {counts}.")
    if not report.applied:
        print("Chưa ghi gì; muốn ghi thì thêm --apply --by TÀI_KHOẢN --basis CĂN_CỨ.")
