"""What an installation shows to who assesses it: figures and days, never a person.

Accounts are told by their id, cases and matters by their number only. Nothing here
changes anything.
"""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

from service.auth.password_rules import WITH_SECOND, WITHOUT_SECOND
from service.observability import ALLOWED
from service.persistence.database import newest_revision
from service.persistence.rows import AccountRow
from service.persistence.staff import StaffRow
from service.secrecy.key_ring import FileRing
from service.secrecy.sealed_file import key_named
from service.usecases.custody import audit_heads
from service.usecases.custody.verify_audit import verify_audit
from service.usecases.desk import Desk
from service.usecases.operation import backup_runs, machine
from service.usecases.operation.back_up import ENDING, verify_backup
from service.usecases.operation.check_setup import check_setup, least_log_days
from service.usecases.outside.connections import look_at_all

Facts = Mapping[str, Any]
_AT_ONCE = 200
# What the check says of this names an account.
_NAMING = "demo_password"
# What every line of the log has besides the fields of its own.
_OF_EVERY_LINE = frozenset({"at", "level", "logger", "text"})


def all_facts(desk: Desk, root: Path, *, prove: bool = False) -> Mapping[str, Facts]:
    """Return all of it by the name of its file; ``root`` is where the program lies.

    ``prove``: the newest backup is restored beside now, as a trial.
    """
    return {
        "installation": _installation(desk),
        "rules": _rules(desk),
        "accounts": _accounts(desk),
        "log": _log(desk),
        "backups": _backups(desk, prove=prove),
        "keys": _keys(desk),
        "audit": _audit(desk),
        "check-config": _check(desk),
        "asvs": _answers(root / "docs" / "asvs.yaml"),
        "threats": _of_file(root / "docs" / "threats.yaml"),
    }


def _installation(desk: Desk) -> Facts:
    settings = desk.settings
    edition = desk.law.edition(settings.province, desk.today())
    return {
        "version": version("dat"),
        "migration": newest_revision(),
        "database": desk.database.dialect,
        "python": platform.python_version(),
        "environment": settings.environment,
        "level": settings.system_level,
        "keeper": settings.keeper,
        "edition": edition.id,
        "digest": edition.digest,
        "clock_kept": machine.clock_is_kept(),
    }


def _rules(desk: Desk) -> Facts:
    settings = desk.settings
    return {
        "second_factor": settings.second_factor_of,
        "with_second": WITH_SECOND,
        "without_second": WITHOUT_SECOND,
        "administrator_password_days": settings.days_of_password("administrator"),
        "history": settings.password_history,
        "idle_days": settings.lock_after_days,
        "access_review_days": settings.access_review_days,
    }


def _accounts(desk: Desk) -> Facts:
    rows = [_account(*each) for each in _staff(desk)]
    opened = [each for each in rows if each["open"]]
    tenant, term = desk.settings.province, desk.settings.access_review_days
    with desk.database.reading() as uow:
        late = uow.staff.unreviewed(tenant, desk.now() - timedelta(days=term))
    return {
        "count": len(rows),
        "open_by_kind": dict(sorted(Counter(e["kind"] for e in opened).items())),
        "with_device": sum(each["device"] for each in opened),
        "overdue": late,
        "never_reviewed": sum(not each["reviewed"] for each in opened),
        "accounts": sorted(rows, key=lambda each: str(each["id"])),
    }


def _staff(desk: Desk) -> Iterator[tuple[AccountRow, StaffRow | None]]:
    tenant, after = desk.settings.province, ""
    with desk.database.reading() as uow:
        while rows := uow.people.accounts_after(tenant, after, None, _AT_ONCE):
            known = uow.staff.many(tenant, [row.id for row in rows])
            yield from ((row, known.get(row.id)) for row in rows)
            after = rows[-1].name


def _account(row: AccountRow, known: StaffRow | None) -> dict[str, Any]:
    looked = known is not None and known.reviewed_by is not None
    return {
        "id": row.id,
        "kind": row.kind,
        "open": row.disabled_at is None,
        "device": known is not None and known.key is not None,
        "must_change": known is not None and known.must_change,
        "reviewed": looked,
        "reviewed_on": _day(known.reviewed_at) if known and looked else None,
        "last_used_on": _day(row.last_used_at),
        "password_on": _day(known.password_at) if known else None,
    }


def _day(at: datetime | None) -> str | None:
    return at.date().isoformat() if at else None


def _log(desk: Desk) -> Facts:
    settings = desk.settings
    return {
        "fields": sorted(ALLOWED | _OF_EVERY_LINE),
        "time_zone": "UTC",
        "level": settings.system_level,
        "least_days": least_log_days()[settings.system_level],
        "least_by_level": {str(n): days for n, days in least_log_days().items()},
        "kept_days": settings.log_keep_days,
    }


def _backups(desk: Desk, *, prove: bool) -> Facts:
    settings = desk.settings
    kept = sorted(settings.backups.glob(f"dat-*{ENDING}"))
    runs = [
        {
            "began_at": each.began_at.astimezone(UTC).isoformat(timespec="seconds"),
            "ended": each.ended_at is not None,
            "place": each.place,
            "bytes": each.bytes,
            "automatic": each.id.startswith("day-"),
            "error": each.error,
        }
        for each in backup_runs.backups(desk)
    ]
    return {
        "automatic_at": settings.backs_up_at,
        "second_copy": settings.backup_copy_dir is not None,
        "keep_days": settings.backup_keep_days,
        "proved": settings.backup_proved,
        "count": len(kept),
        "newest_key": key_named(kept[-1]) if kept else None,
        "tried_now": verify_backup(desk, kept[-1]).ok if prove and kept else None,
        "runs": runs,
    }


def _keys(desk: Desk) -> Facts:
    """Return which keys there are and how old; of a key itself nothing is told."""
    ring = desk.ring
    made = ring.keys.made_at if isinstance(ring, FileRing) else {}
    names = sorted(ring.names(), key=lambda name: (len(name), name))
    return {
        "in_use": ring.in_use(),
        "keys": [{"name": name, "made_on": made.get(name, "")[:10]} for name in names],
    }


def _audit(desk: Desk) -> Facts:
    report = verify_audit(desk)
    settings = desk.settings
    heads = [
        {
            "day": row.day.isoformat(),
            "links": row.links,
            "key": row.key,
            "sent": sorted(way for way, trouble in row.sent.items() if not trouble),
            "words": row.words,
        }
        for row in audit_heads.heads(desk)
        if row.words
    ]
    return {
        "ok": report.ok,
        "cases": report.cases,
        "moves": report.moves,
        "head": report.head,
        "findings": dict(sorted(Counter(e.kind for e in report.findings).items())),
        "heads_at": settings.heads_at,
        "heads_outside": settings.audit_head_dir is not None
        or bool(settings.audit_head_to),
        "heads": heads,
    }


def _check(desk: Desk) -> Facts:
    lacks = [asdict(each) for each in check_setup(desk)]
    offices = [
        {"office": each.office, "mode": each.mode, "answering": each.lacks is None}
        for each in look_at_all(desk)
    ]
    for each in lacks:
        if each["rule"] == _NAMING:
            each["text"] = ""
    return {"ok": not lacks, "lacks": lacks, "offices": offices}


def _answers(path: Path) -> Facts:
    told = _of_file(path)
    if not told["there"]:
        return told
    counted = Counter(each["answer"] for each in told["requirements"])
    return {"answers": dict(sorted(counted.items())), **told}


def _of_file(path: Path) -> Facts:
    """Return what a file of the documentation says, and whether it lies here."""
    if not path.exists():
        return {"there": False}
    return {"there": True, **yaml.safe_load(path.read_text("utf-8"))}
