"""What stands out in how an account was used on a day, for who leads and must ask.

The worker counts the day before, account by account, by the log of looks. The rules
and their numbers are data. Whoever leads an office sees its clerks, the administrator
everybody; both see counts, and neither sees a resident here. That something stands out
proves nothing: the page says to ask.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

from service.auth.actors import Actor
from service.auth.policies import Action, Installation, authorize
from service.errors import BadRequestError, NotFoundError
from service.persistence.custody import SeenRow
from service.persistence.oddities import OddityRow, Part, UsedAccount
from service.persistence.rows import AccountRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.custody.audit_heads import begins
from service.usecases.desk import VIETNAM, Desk, legal_day
from service.usecases.helpers.teams import led_team
from workflows.errors import Problem
from workflows.writing import tidy, unfit

SHOWN_DAYS, MOST = 30, 200
WORDS = "da-hoi"
NOT_ONES_OWN = "Người khác phải hỏi, không phải chính người đó."
SAY = "Ghi đã hỏi ai, kết quả thế nào."
# The day before is counted from this hour on, when nobody writes into it any more.
_FROM_HOUR = 3
_DATA = Path(__file__).with_name("oddities.yaml")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rule(_Part):
    """From which count on something is told, and in which words; ``why`` it matters."""

    least: int
    times: int
    words: str
    why: str


class Hours(_Part):
    """The hours of a working day."""

    begin: int = Field(alias="from")
    end: int = Field(alias="to")


class Rules(_Part):
    """All rules; ``mark`` P: they are ours and stand in no text of law."""

    mark: str
    usual_days: int
    hours: Hours
    rules: dict[str, Rule]


@cache
def oddity_rules() -> Rules:
    """Return the rules, read once; a wrong file is an error at the first use."""
    return Rules.model_validate(yaml.safe_load(_DATA.read_text("utf-8")))


@dataclass(frozen=True, slots=True)
class OddityView:
    """One line of the list: who, on which day, what and how often; no resident."""

    day: date
    account_id: str
    rule: str
    name: str
    login: str
    words: str
    why: str
    count: int
    usual: int
    seen_by: str | None
    seen_words: str | None


# --- counting -------------------------------------------------------------------------


def count_oddities(desk: Desk) -> int:
    """Count the day before once its night is over; return how much stood out."""
    now = desk.now().astimezone(VIETNAM)
    day = now.date() - timedelta(days=1)
    tenant = desk.settings.province
    if now.hour < _FROM_HOUR:
        return 0
    with desk.database.reading() as uow:
        if uow.oddities.counted(tenant, day):
            return 0
        rows = [
            row
            for used in uow.oddities.used_since(tenant, begins(day))
            for row in _of_account(desk, uow, used, day)
        ]
    with desk.database.transaction() as uow:
        if not uow.oddities.count_day(tenant, day, desk.now()):
            return 0
        for row in rows:
            uow.oddities.add(row)
    return len(rows)


def _of_account(
    desk: Desk, uow: UnitOfWork, used: UsedAccount, day: date
) -> Iterator[OddityRow]:
    tenant, rules = desk.settings.province, oddity_rules()
    since, until = begins(day), begins(day + timedelta(days=1))
    looks = tuple(uow.custody.seen(tenant, used.id, since, until))
    counts = _counts(looks, rules)
    counts["files"] = uow.oddities.files(tenant, used.id, since, until)
    if len(_cases(looks)) >= rules.rules["no_act"].least:
        moved = uow.oddities.moved(tenant, _cases(looks), since, until)
        counts["no_act"] = 0 if moved else len(_cases(looks))
    if all(counts[name] < rule.least for name, rule in rules.rules.items()):
        return
    usual = _usual(uow, tenant, used.id, day)
    for name, rule in rules.rules.items():
        often = usual.get(name, 0)
        if counts[name] >= max(rule.least, often * rule.times):
            yield OddityRow(
                tenant, day, used.id, name, used.kind, used.office_id, used.team_id,
                counts[name], often, desk.now(),
            )  # fmt: skip


def _counts(looks: Sequence[SeenRow], rules: Rules) -> defaultdict[str, int]:
    hours = rules.hours
    counts: defaultdict[str, int] = defaultdict(int)
    counts["many_matters"] = len({row.matter_id for row in looks})
    counts["foreign"] = sum(row.what == "foreign" for row in looks)
    counts["out_of_hours"] = sum(
        not hours.begin <= row.at.astimezone(VIETNAM).hour < hours.end for row in looks
    )
    return counts


def _cases(looks: Sequence[SeenRow]) -> tuple[str, ...]:
    return tuple({row.case_id: None for row in looks if row.case_id})


def _usual(
    uow: UnitOfWork, tenant: str, account_id: str, day: date
) -> Mapping[str, int]:
    """Return what an account does on a usual day: the mean of those it worked.

    An account that has not worked before has no usual day.
    """
    rules = oddity_rules()
    since = begins(day - timedelta(days=rules.usual_days))
    days: defaultdict[date, list[SeenRow]] = defaultdict(list)
    for row in uow.custody.seen(tenant, account_id, since, begins(day)):
        days[legal_day(row.at)].append(row)
    totals: defaultdict[str, int] = defaultdict(int)
    for looks in days.values():
        for name, count in _counts(looks, rules).items():
            totals[name] += count
        totals["no_act"] += len(_cases(looks))
    return {name: round(total / len(days)) for name, total in totals.items()}


# --- reading --------------------------------------------------------------------------


def oddities(desk: Desk, actor: Actor) -> tuple[OddityView, ...]:
    """Return what stood out in the last days, of whom the actor leads.

    For who leads an office or a team of helpers, and for the administrator.
    """
    since = desk.today() - timedelta(days=SHOWN_DAYS)
    with desk.database.reading() as uow:
        rows = uow.oddities.since(actor.tenant, since, _led_by(uow, actor), MOST)
        accounts = {
            id_: uow.people.account(id_) for id_ in {row.account_id for row in rows}
        }
    return tuple(_view(row, accounts[row.account_id]) for row in rows)


def look_into(
    desk: Desk, actor: Actor, day: str, account_id: str, rule: str, words: str
) -> None:
    """Write down that somebody asked, and what came of it; once.

    Nobody looks into what stood out in his own account. Raises BadRequestError, and
    NotFoundError for who is none of his people.
    """
    with desk.database.reading() as uow:
        led = _led_by(uow, actor)
    said = tidy(words)
    if not said or unfit(said):
        raise BadRequestError([Problem(WORDS, words, SAY)])
    if account_id == actor.account_id:
        raise BadRequestError([Problem(WORDS, words, NOT_ONES_OWN)])
    with desk.database.transaction() as uow:
        key = (actor.tenant, _day(day), account_id, rule)
        if not led.has(uow.oddities.belongs(*key[:3])):
            raise NotFoundError("oddity", account_id)
        uow.oddities.see(key, actor.name, desk.now(), said)


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError as error:
        raise NotFoundError("oddity", typed) from error


def _led_by(uow: UnitOfWork, actor: Actor) -> Part:
    """Return whom somebody leads: his team, his office; everybody is led by nobody."""
    if actor.kind == "helper":
        return Part(team_id=led_team(uow, actor))
    authorize(actor, Action.FIGURES, Installation(actor.tenant))
    if actor.kind == "administrator":
        return Part()
    return Part(office_id=actor.office_id or "")


def _view(row: OddityRow, account: AccountRow | None) -> OddityView:
    rule = oddity_rules().rules[row.rule]
    return OddityView(
        row.day,
        row.account_id,
        row.rule,
        account.display_name if account else row.account_id,
        account.name if account else "",
        rule.words,
        rule.why,
        row.count,
        row.usual,
        row.seen_by,
        row.seen_words,
    )
