"""What an installation still lacks before it can serve people: told, never guessed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import yaml

from service.auth.sessions import duties_of
from service.errors import InputError
from service.persistence.rows import OfficeRow
from service.persistence.unit_of_work import UnitOfWork
from service.settings import Settings
from service.usecases.administration import admin_sentences as say
from service.usecases.administration.office_kinds import office_kinds
from service.usecases.desk import Desk
from service.usecases.operation import machine
from service.usecases.operation.backup_runs import last_good
from service.usecases.operation.ready import little_room
from service.usecases.papers.outside_papers import takes_and_gives
from service.usecases.playing.demo import made_up_accounts
from service.usecases.telling.messaging import messaging

# Without somebody to sign, and a superior to confirm, cases stand still.
_NEEDED = ("sign", "lead")
# A backup is made each day; two hours later it is late.
_BACKUP_AGE = timedelta(hours=26)
# A database beside the program: on this machine, or in the same compose file.
_HERE = ("localhost", "127.0.0.1", "::1", "database")
_LOG_TERMS = Path(__file__).with_name("log_terms.yaml")


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that is missing; ``rule`` names the kind of thing for machines."""

    rule: str
    text: str

    def to_json(self) -> dict[str, object]:
        """Return it as ``dat check-config --json`` prints it."""
        return asdict(self)


def check_setup(desk: Desk) -> tuple[Lack, ...]:
    """Return everything that is missing: settings, offices, people.

    An office is missing when a procedure in force today needs one of its kind and no
    open office of the province is one.
    """
    tenant = desk.settings.province
    store = desk.database.objects
    with desk.database.reading() as uow:
        offices = [row for row in uow.people.offices(tenant) if row.closed_at is None]
        held = {row.id: _held(uow, row) for row in offices}
        administered = uow.people.has_administrator(tenant)
    found = [] if administered else [Lack("administrator", say.NO_ADMINISTRATOR)]
    if store is not None and not takes_and_gives(store):
        found.append(Lack("objects", say.STORE_AWAY))
    found += _of_settings(desk)
    found += _of_offices(desk, offices)
    found += _of_people(offices, held)
    return tuple(found)


def refuse_made_up(desk: Desk) -> None:
    """Refuse to serve people while everybody knows a password; raise InputError."""
    lacks = _of_settings(desk)
    known = [each.text for each in lacks if each.rule == "demo_password"]
    if known:
        raise InputError(" ".join(known))


def _held(uow: UnitOfWork, office: OfficeRow) -> frozenset[str]:
    """Return what somebody or other at the office may do."""
    told = uow.people.duties_at(office.tenant_id, office.id)
    return frozenset(duty for each in told for duty in duties_of("clerk", each))


def _of_settings(desk: Desk) -> Iterator[Lack]:
    settings = desk.settings
    if settings.environment == "demo":
        return
    for name in made_up_accounts(desk):
        yield Lack("demo_password", say.made_up_account(name))
    if not settings.keeper:
        yield Lack("keeper", say.NO_KEEPER)
    if settings.seal_file is None:
        yield Lack("seal", say.NO_SEAL)
    yield from _of_operation(desk)
    yield from _of_keys(settings)
    yield from _of_machine(desk)
    for name in say.GATEWAYS:
        told = name in settings.gateways
        if not told and not (name == "identity" and settings.identity.issuer):
            yield Lack("gateway", say.no_gateway(name))
    if "portal" in settings.gateways and not settings.portal.is_set:
        yield Lack("portal", say.NO_PORTAL_ACCOUNT)
    yield from _of_texts(desk)


def _of_operation(desk: Desk) -> Iterator[Lack]:
    settings = desk.settings
    if settings.backs_up_at is None:
        yield Lack("backup", say.NO_BACKUP)
    good = last_good(desk)
    if good is None:
        yield Lack("backup_age", say.NO_GOOD_BACKUP)
    elif desk.now() - good.began_at > _BACKUP_AGE:
        yield Lack("backup_age", say.old_backup((desk.now() - good.began_at).days))
    if settings.lock_after_days is None:
        yield Lack("idle_accounts", say.NO_IDLE_RULE)
    least = least_log_days()[settings.system_level]
    if settings.log_keep_days is None or settings.log_keep_days < least:
        yield Lack("log_keep", say.log_kept(settings.log_keep_days, least))
    if settings.backup_copy_dir is None:
        yield Lack("second_copy", say.NO_SECOND_COPY)
    if settings.metrics_token is None:
        yield Lack("metrics_token", say.NO_METRICS_TOKEN)
    yield from _of_heads(settings)


def _of_heads(settings: Settings) -> Iterator[Lack]:
    """Say when history could be changed by whoever holds the machine."""
    if settings.heads_at is None:
        yield Lack("audit_head", say.NO_HEAD)
    elif settings.audit_head_dir is None and not settings.audit_head_to:
        yield Lack("audit_head_outside", say.NO_HEAD_OUTSIDE)
    if settings.audit_head_to and not settings.messaging.email.is_set:
        yield Lack("audit_head_mail", say.NO_MAIL_FOR_HEAD)


def _of_keys(settings: Settings) -> Iterator[Lack]:
    """Say when who finds a backup finds its keys beside it."""
    ring = settings.ring_path.resolve()
    for place in (settings.backups, settings.backup_copy_dir):
        if place is not None and ring.is_relative_to(place.resolve()):
            yield Lack("ring_place", say.keys_beside(str(place)))


def _of_machine(desk: Desk) -> Iterator[Lack]:
    if machine.clock_is_kept() is False:
        yield Lack("clock", say.CLOCK_NOT_KEPT)
    if machine.believes_everybody():
        yield Lack("proxy", say.EVERYBODY_BELIEVED)
    if not is_line_safe(desk.settings.url):
        yield Lack("database_line", say.OPEN_DATABASE_LINE)
    if little_room(desk):
        yield Lack("disk", say.little_room(desk.settings.least_free_megabytes))


@cache
def least_log_days() -> Mapping[int, int]:
    """Return how many days a log is kept at least, by the level of the system."""
    told: Mapping[int, int] = yaml.safe_load(_LOG_TERMS.read_text("utf-8"))["days"]
    return told


def is_line_safe(address: str) -> bool:
    """Return whether the line to a database elsewhere is encrypted and checked."""
    told = urlsplit(address)
    asked = parse_qs(told.query)
    host = asked.get("host", [told.hostname or ""])[0]
    here = not host or host.startswith("/") or host in _HERE
    mode = asked.get("sslmode", [""])[0]
    return here or mode in {"verify-ca", "verify-full"}


def _of_texts(desk: Desk) -> Iterator[Lack]:
    accounts = desk.settings.messaging
    if not accounts.any_set:
        yield Lack("messaging", say.NO_TEXTS)
    if accounts.zalo.is_set:
        edition = desk.law.edition(desk.settings.province, desk.today())
        wanted = {*edition.messages, *messaging().own, *messaging().codes}
        bare = [name for name in wanted if accounts.zalo.template(name) is None]
        if bare:
            yield Lack("template", say.no_template(len(bare)))


def _of_offices(desk: Desk, offices: list[OfficeRow]) -> Iterator[Lack]:
    edition = desk.law.edition(desk.settings.province, desk.today())
    wanted = {
        competence.office
        for procedure in edition.procedures
        for competence in edition.procedure(procedure).competence.values()
        if isinstance(competence.office, str)
    }
    table = desk.territory.tables.get(desk.settings.province)
    communes = set(table.communes) if table else set()
    for kind in office_kinds().values():
        for played in wanted & set(kind.plays):
            serving = [row for row in offices if played in row.kinds]
            if not serving:
                yield Lack("office", say.no_office(kind.name))
                break
            if all(row.communes is not None for row in serving):
                served = {code for row in serving for code in row.communes or ()}
                if left := len(communes - served):
                    yield Lack("territory", say.communes_without(kind.name, left))
                    break


def _of_people(
    offices: list[OfficeRow], held: Mapping[str, frozenset[str]]
) -> Iterator[Lack]:
    for office in offices:
        if not held[office.id]:
            yield Lack("clerk", say.no_clerk(office.name))
            continue
        for duty in _NEEDED:
            if duty not in held[office.id]:
                yield Lack(duty, say.nobody_may(office.name, say.DUTIES[duty]))
