"""The head of the audit, signed each day and sent where this machine cannot reach.

Each day one link says of every chain that has grown how far it has come and with which
sum; the links are a chain themselves, and its head is signed. So a few hundred bytes
outside prove every history up to that day: what was changed, cut or taken away since
differs from a link, and whoever writes the links anew differs from the head.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from integrations.errors import IntegrationError
from integrations.messages import TextMessage
from service.errors import InputError
from service.observability import note, warn
from service.persistence.audit import FIRST, canonical
from service.persistence.custody import ADMIN_LOG, HeadRow, LinkRow, link_of
from service.persistence.unit_of_work import UnitOfWork
from service.secrecy.key_ring import UnsealableError
from service.secrecy.signing import name_of, signed_by
from service.usecases.desk import VIETNAM, Desk

FORM = "dat-audit-head-1"
SHOWN = 14
FOLDER, MAIL = "folder", "mail"
WAYS: Mapping[str, str] = {FOLDER: "thư mục ở nơi khác", MAIL: "thư cho người kiểm tra"}
NOT_WRITTEN = "không ghi được vào thư mục"
NOT_MAILED = "không gửi được thư"
NO_KEY = "không có khóa ký trên vòng khóa"
NOT_MADE = "không lập được"
NO_HEAD_FILE = "{file}: không đọc được, hoặc không phải đầu chuỗi lịch sử."
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Head:
    """What a head says: up to which link, with which sum, and who signed it."""

    province: str
    day: date
    links: int
    link: str
    cases: int
    moves: int
    public_key: str
    signed: bool

    @property
    def key(self) -> str:
        """Return the short name of the key."""
        return name_of(self.public_key)


@dataclass(frozen=True, slots=True)
class HeadFinding:
    """The first line of a chain that a head or a link does not bear out."""

    chain: str
    seq: int
    kind: str
    text: str


# --- making it ------------------------------------------------------------------------


def head_when_due(desk: Desk) -> HeadRow | None:
    """Make the head of today when its hour has come and nobody has begun it.

    What could not be made or sent says why; nothing is raised. What could not be sent
    is tried again at the next call.
    """
    hour = desk.settings.heads_at
    now = desk.now().astimezone(VIETNAM)
    if hour is None or now.hour < hour:
        return None
    tenant = desk.settings.province
    with desk.database.reading() as uow:
        known = uow.custody.head(tenant, now.date())
    if known is not None:
        return _sent(desk, known) if known.words and _lacking(desk, known) else None
    return make_head(desk)


def make_head(desk: Desk) -> HeadRow | None:
    """Make the head of today and send it; None when somebody has begun it already."""
    row = HeadRow(desk.settings.province, desk.today(), desk.now())
    with desk.database.transaction() as uow:
        if not uow.custody.begin_head(row):
            return None
    try:
        made = _made(desk, row)
    except Exception as error:  # noqa: BLE001  whatever it is, the administrator sees it
        warn(_log, "the head of the audit was not made")
        why = NO_KEY if isinstance(error, (UnsealableError, OSError)) else NOT_MADE
        ended = replace(row, ended_at=desk.now(), error=why)
        with desk.database.transaction() as uow:
            uow.custody.end_head(ended)
        return ended
    note(_log, "the head of the audit was made", count=made.links)
    return _sent(desk, made)


def _made(desk: Desk, row: HeadRow) -> HeadRow:
    with desk.database.reading() as uow:
        count, link = uow.custody.last_link(row.tenant_id)
        links = list(_new_links(uow, row.tenant_id, row.day))
        cases, moves = uow.custody.totals(row.tenant_id)
    if links:
        count, link = links[-1].n, links[-1].link
    signer = desk.ring.signer()
    told: dict[str, Any] = {
        "form": FORM,
        "province": row.tenant_id,
        "day": row.day.isoformat(),
        "made_at": desk.now().isoformat(timespec="seconds"),
        "links": count,
        "link": link,
        "cases": cases,
        "moves": moves,
        "public_key": signer.public,
    }
    told["signature"] = signer.sign(canonical(told).encode())
    made = replace(
        row,
        ended_at=desk.now(),
        links=count,
        words=json.dumps(told, indent=1),
        key=signer.name,
    )
    with desk.database.transaction() as uow:
        uow.custody.add_links(links)
        uow.custody.end_head(made)
    return made


def _new_links(uow: UnitOfWork, tenant: str, day: date) -> Iterator[LinkRow]:
    """Yield a link for each chain that has grown, and for the log of administrators.

    That log is summed up to the beginning of the day: nobody writes into it any more.
    """
    n, before = uow.custody.last_link(tenant)
    grown = list(uow.custody.grown(tenant))
    last = uow.custody.last_of_administrators(tenant)
    since = _day_of(last) if last else None
    if since is None or since < day:
        count, told = uow.custody.log_of_administrators(
            tenant, begins(since) if since else None, begins(day)
        )
        grown.append((f"{ADMIN_LOG}{day}", count, told))
    for place, (chain, seq, hash_) in enumerate(grown, start=n + 1):
        before = link_of(before, chain, seq, hash_)
        yield LinkRow(tenant, place, chain, seq, hash_, before)


def _day_of(chain: str) -> date:
    return date.fromisoformat(chain.removeprefix(ADMIN_LOG))


def begins(day: date) -> datetime:
    """Return the first instant of a day in Vietnam."""
    return datetime.combine(day, time(), VIETNAM)


# --- sending it -----------------------------------------------------------------------


def name_of_file(row: HeadRow) -> str:
    """Return how the file of a head is called."""
    return f"dat-audit-head-{row.tenant_id}-{row.day}.json"


def _lacking(desk: Desk, row: HeadRow) -> bool:
    """Return whether a head is to go somewhere that it has not reached."""
    wanted = {
        FOLDER: desk.settings.audit_head_dir is not None,
        MAIL: bool(desk.settings.audit_head_to),
    }
    return any(told and row.sent.get(way) != "" for way, told in wanted.items())


def _sent(desk: Desk, row: HeadRow) -> HeadRow:
    """Send a head wherever it has not gone; an empty word means that it arrived."""
    sent = dict(row.sent)
    folder, to = desk.settings.audit_head_dir, desk.settings.audit_head_to
    if folder is not None and sent.get(FOLDER) != "":
        sent[FOLDER] = _put(folder, row)
    if to and sent.get(MAIL) != "":
        sent[MAIL] = _mailed(desk, to, row)
    if sent != row.sent:
        with desk.database.transaction() as uow:
            uow.custody.note_sent(row, sent)
    return replace(row, sent=sent)


def _put(folder: Path, row: HeadRow) -> str:
    """Write the file of a head, whole or not at all; return why not."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        growing = folder / f".{name_of_file(row)}"
        with growing.open("w", encoding="utf-8") as handle:
            handle.write(f"{row.words}\n")
            handle.flush()
            os.fsync(handle.fileno())
        growing.replace(folder / name_of_file(row))
    except OSError as error:
        return f"{NOT_WRITTEN} ({error.strerror})"
    return ""


def _mailed(desk: Desk, to: str, row: HeadRow) -> str:
    message = TextMessage(
        channel="email", address=to, template="audit_head", text=row.words or ""
    )
    key = f"audit-head-{row.tenant_id}-{row.day}"
    try:
        desk.ports.messenger.send(message, key=key)
    except IntegrationError:
        warn(_log, "the head of the audit could not be mailed")
        return NOT_MAILED
    return ""


def heads(desk: Desk) -> tuple[HeadRow, ...]:
    """Return the last heads, the newest first."""
    with desk.database.reading() as uow:
        return uow.custody.heads(desk.settings.province, SHOWN)


# --- checking against it --------------------------------------------------------------


def read_heads(path: Path) -> tuple[Head, ...]:
    """Return the head in a file, or all heads in a folder, the oldest first.

    A mail may have words around the head. Raises InputError for what holds none.
    """
    files = sorted(path.glob("dat-audit-head-*.json")) if path.is_dir() else [path]
    found = [_read(file) for file in files]
    if not found:
        raise InputError(NO_HEAD_FILE.format(file=path))
    return tuple(sorted(found, key=lambda head: head.links))


def _read(path: Path) -> Head:
    try:
        text = path.read_text("utf-8")
        told: Mapping[str, Any] = json.loads(
            text[text.index("{") : text.rindex("}") + 1]
        )
        plain = {name: value for name, value in told.items() if name != "signature"}
        public = str({FORM: told["public_key"]}[told["form"]])
        return Head(
            str(told["province"]),
            date.fromisoformat(told["day"]),
            int(told["links"]),
            str(told["link"]),
            int(told["cases"]),
            int(told["moves"]),
            public,
            signed_by(public, canonical(plain).encode(), str(told["signature"])),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(NO_HEAD_FILE.format(file=path)) from error


def wrong_in_links(uow: UnitOfWork, tenant: str) -> Iterator[HeadFinding]:
    """Yield what does not hold of the links: among themselves, and with histories."""
    place, before = 0, FIRST
    since: date | None = None
    for place, row in enumerate(uow.custody.links(tenant), start=1):
        name = f"audit_link/{row.n}"
        if row.n != place:
            yield HeadFinding(name, place, "missing", f"link {place} is missing")
            return
        if not row.follows(before):
            yield HeadFinding(
                name, place, "changed", "the link is not what was written"
            )
            return
        before = row.link
        if row.chain.startswith(ADMIN_LOG):
            day = _day_of(row.chain)
            told = uow.custody.log_of_administrators(
                tenant, begins(since) if since else None, begins(day)
            )
            if told != (row.seq, row.hash):
                text = f"the log of administrators before {day} is not what it was"
                yield HeadFinding(row.chain, row.seq, "changed", text)
            since = day
    for row, code, there in uow.custody.unlike_links(tenant):
        if code is None:
            text = f"the case of link {row.n} is gone"
            yield HeadFinding(row.chain, row.seq, "deleted", text)
        elif not there:
            text = f"line {row.seq} was there when link {row.n} was made"
            yield HeadFinding(code, row.seq, "cut", text)
        else:
            text = f"line {row.seq} is another one than link {row.n} says"
            yield HeadFinding(code, row.seq, "changed", text)
    for row in uow.custody.unlike_office_links(tenant):
        text = f"line {row.seq} is not the one of link {row.n}"
        yield HeadFinding(row.chain, row.seq, "cut", text)


def wrong_with_head(
    desk: Desk, uow: UnitOfWork, head: Head, key: str | None = None
) -> Iterator[HeadFinding]:
    """Yield what a head from outside does not bear out.

    ``key`` is the public key that must have signed it, else that of the ring.
    """
    name = f"head/{head.day}"
    known = key or desk.ring.signer().public
    if not head.signed:
        yield HeadFinding(name, head.links, "signature", "the head was changed")
        return
    if head.public_key != known:
        text = f"signed by key {head.key}, not by {name_of(known)}"
        yield HeadFinding(name, head.links, "key", text)
    if head.province != desk.settings.province:
        yield HeadFinding(name, head.links, "province", "a head of another place")
        return
    count, _ = uow.custody.last_link(head.province)
    if count < head.links:
        text = f"{head.links} links were signed, {count} are there"
        yield HeadFinding(name, count + 1, "cut", text)
        return
    if uow.custody.link_at(head.province, head.links) != head.link:
        text = "the links up to this day were written anew"
        yield HeadFinding(name, head.links, "rewritten", text)
    cases, moves = uow.custody.totals(head.province)
    if cases < head.cases or moves < head.moves:
        text = (
            f"{head.cases} cases and {head.moves} lines then, {cases} and {moves} now"
        )
        yield HeadFinding(name, head.links, "count", text)
