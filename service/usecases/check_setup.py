"""What an installation still lacks before it can serve people: told, never guessed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from service.auth.sessions import duties_of
from service.errors import InputError
from service.persistence.rows import OfficeRow
from service.persistence.unit_of_work import UnitOfWork
from service.settings import Settings
from service.usecases import admin_sentences as say
from service.usecases.demo import made_up_accounts
from service.usecases.desk import Desk
from service.usecases.messaging import messaging
from service.usecases.office_kinds import office_kinds

# Without somebody to sign, and a superior to confirm, cases stand still.
_NEEDED = ("sign", "lead")


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
    with desk.database.reading() as uow:
        offices = [row for row in uow.people.offices(tenant) if row.closed_at is None]
        held = {row.id: _held(uow, row) for row in offices}
        administered = uow.people.has_administrator(tenant)
    found = [] if administered else [Lack("administrator", say.NO_ADMINISTRATOR)]
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
    yield from _of_operation(settings)
    for name in say.GATEWAYS:
        told = name in settings.gateways
        if not told and not (name == "identity" and settings.identity.issuer):
            yield Lack("gateway", say.no_gateway(name))
    if "portal" in settings.gateways and not settings.portal.is_set:
        yield Lack("portal", say.NO_PORTAL_ACCOUNT)
    yield from _of_texts(desk)


def _of_operation(settings: Settings) -> Iterator[Lack]:
    if settings.backs_up_at is None:
        yield Lack("backup", say.NO_BACKUP)
    if settings.backup_copy_dir is None:
        yield Lack("second_copy", say.NO_SECOND_COPY)
    if settings.metrics_token is None:
        yield Lack("metrics_token", say.NO_METRICS_TOKEN)


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
