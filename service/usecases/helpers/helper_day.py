"""A helper's day: whom he helps, whom he visits in which order, what he prints for it.

After the end of a consent only the code and how it ended are told, and no name.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from forms.packet import sheets
from forms.pdf import Sheet
from service.auth.actors import Actor
from service.auth.policies import Action, Installation, authorize, is_running
from service.errors import BadRequestError
from service.persistence.helping import HelpNoteRow, HelpRequestRow
from service.persistence.rows import ConsentRow
from service.usecases import sentences
from service.usecases.cases.casefile import matter_target
from service.usecases.desk import Desk
from service.usecases.helpers.give_consent import CONSENT, close
from service.usecases.helpers.helping import left_words
from service.usecases.helpers.looks import PRINT
from service.usecases.matter.answer_question import find_matter
from service.usecases.matter.read_matter import MatterView, matter_view
from service.usecases.papers.issuing import pressed
from service.usecases.papers.print_packet import gathered
from service.usecases.telling.tell_people import Told, queue_message
from workflows.errors import Problem
from workflows.writing import tidy, unfit

RUNNING, ASKED, ENDED, WITHDRAWN = "running", "asked", "ended", "withdrawn"
LISTED = "list"
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class ResidentRow:
    """A resident on the helper's list.

    Name, hamlet and the matter itself only while a consent runs.
    """

    matter_code: str
    state: str
    request_id: str | None
    ends_at: datetime | None = None
    left: str = ""
    resident: str = ""
    hamlet: str = ""
    visit_on: date | None = None
    place: int = 0
    scope: Collection[str] = ()
    view: MatterView | None = None
    waits_for_resident: int = 0

    @property
    def prints(self) -> bool:
        """Return whether papers may be printed for the resident."""
        return self.state == RUNNING and Action.PRINT in self.scope


@dataclass(frozen=True, slots=True)
class VisitWish:
    """What a helper notes of a visit: where, on which day, as which of the day."""

    matter_code: str
    hamlet: str
    visit_on: date | None
    place: int


@dataclass(frozen=True, slots=True)
class VisitCounts:
    """How often a helper looked, answered and printed since the resident let him."""

    looks: int
    answers: int
    prints: int
    told: int = 0


def residents(desk: Desk, actor: Actor) -> tuple[ResidentRow, ...]:
    """Return whom the helper helps, may help soon, or helped; those running first."""
    authorize(actor, Action.HELP, Installation(actor.tenant))
    now = desk.now()
    with desk.database.reading() as uow:
        account = actor.account_id
        consents = uow.people.consents(actor.tenant, account_id=account)
        requests = uow.helping.requests(actor.tenant, account_id=account)
        notes = uow.helping.notes(actor.tenant, account or "")
        ids = dict.fromkeys(
            [row.matter_id for row in consents] + [row.matter_id for row in requests]
        )
        matters = {id_: uow.matters.by_id(actor.tenant, id_) for id_ in ids}
    found = []
    for id_ in ids:
        own = [row for row in consents if row.matter_id == id_]
        wanted = [row for row in requests if row.matter_id == id_]
        running = next((row for row in own if is_running(row, now)), None)
        code = matters[id_].code
        if running is None:
            found.append(_closed(code, own, wanted, now))
            continue
        note = notes.get(id_)
        found.append(
            ResidentRow(
                code,
                RUNNING,
                running.id,
                running.ends_at,
                left_words(running.ends_at - now),
                running.given_by,
                note.hamlet if note else "",
                note.visit_on if note else None,
                note.place if note else 0,
                running.scope,
                matter_view(desk, actor, code, seen=LISTED),
                sum(row.kind != CONSENT and row.is_open(now) for row in wanted),
            )
        )
    order = (RUNNING, ASKED, ENDED, WITHDRAWN)

    def place(row: ResidentRow) -> tuple[int, date, int]:
        return order.index(row.state), row.visit_on or date.max, row.place or 99

    return tuple(sorted(found, key=place))


def _closed(
    code: str,
    consents: Sequence[ConsentRow],
    requests: Sequence[HelpRequestRow],
    now: datetime,
) -> ResidentRow:
    asked = next(
        (row for row in requests if row.kind == CONSENT and row.is_open(now)), None
    )
    if asked is not None:
        return ResidentRow(code, ASKED, asked.id)
    last = consents[0] if consents else None
    by = {row.id: row.closed_by for row in requests}.get(last.id) if last else None
    state = WITHDRAWN if last and last.ended_at and by != "helper" else ENDED
    ends = (last.ended_at or last.ends_at) if last else None
    return ResidentRow(code, state, None, ends)


def visits(rows: Sequence[ResidentRow], day: date) -> tuple[ResidentRow, ...]:
    """Return whom the helper visits on a day, in the order that he chose."""
    chosen = [row for row in rows if row.visit_on == day]
    return tuple(sorted(chosen, key=lambda row: (row.place or 99, row.hamlet)))


def plan_visits(desk: Desk, actor: Actor, wishes: Sequence[VisitWish]) -> None:
    """Note hamlets, days and the order of visits; all of them, or none.

    Raises BadRequestError for a text that no paper can hold, HelpEndedError for a
    resident who no longer lets the helper.
    """
    problems = [
        Problem(each.matter_code, each.hamlet, unfit(each.hamlet) or sentences.HAMLET)
        for each in wishes
        if unfit(each.hamlet) or len(each.hamlet) > _LONGEST
    ]
    if problems:
        raise BadRequestError(problems)
    with desk.database.transaction() as uow:
        for each in wishes:
            matter = find_matter(uow, each.matter_code)
            target = matter_target(desk, uow, matter)
            authorize(actor, Action.HELP, Installation(actor.tenant))
            authorize(actor, Action.READ_MATTER, target)
            uow.helping.put_note(
                HelpNoteRow(
                    actor.tenant,
                    actor.account_id or "",
                    matter.id,
                    tidy(each.hamlet),
                    each.visit_on,
                    each.place,
                )
            )


def print_visits(desk: Desk, actor: Actor, day: date) -> bytes | None:
    """Return the papers for the visits of a day in one file; None when there are none.

    For each resident it is the step that waits, under a cover in large type.
    """
    all_sheets: list[Sheet] = []
    for row in visits(residents(desk, actor), day):
        step = _step_to_print(row.view) if row.prints else None
        if step is not None:
            cover, forms = gathered(desk, actor, row.matter_code, step)
            all_sheets += sheets(cover, forms)
    if not all_sheets:
        return None
    content, _ = pressed(desk, actor.tenant, *all_sheets)
    return content


def _step_to_print(view: MatterView | None) -> str | None:
    waiting = {"ready", "returned", "failed", "open"}
    steps = view.steps if view else ()
    return next((s.id for s in steps if s.state in waiting and s.step), None)


def end_visit(
    desk: Desk, actor: Actor, matter_code: str, *, give_back: bool
) -> VisitCounts:
    """End the helper's visit and tell the resident what was done, in counts.

    ``give_back`` ends the consent too. Raises HelpEndedError without a running one.
    """
    with desk.database.transaction() as uow:
        matter = find_matter(uow, matter_code)
        target = matter_target(desk, uow, matter)
        authorize(actor, Action.READ_MATTER, target)
        consent = next(
            row
            for row in target.consents
            if row.account_id == actor.account_id and is_running(row, target.now)
        )
        looks = uow.helping.looks(
            actor.tenant, actor.account_id or "", consent.given_at
        )
        mine = [
            row for row in looks if row.matter_id == matter.id and row.what != LISTED
        ]
        prints = sum(row.what == PRINT for row in mine)
        answers = sum(
            row.said_by == actor.name and row.at >= consent.given_at
            for row in uow.matters.facts(matter.tenant_id, matter.id)
        )
        counts = VisitCounts(len(mine) - prints, answers, prints)
        text = sentences.help_is_over(actor.name, counts.looks, answers, prints)
        told = queue_message(
            desk,
            uow,
            matter,
            Told("helpers", "help_over", text, f"{consent.id}-{target.now:%j%H%M}"),
        )
        if give_back:
            close(desk, uow, consent, by=actor.kind)
    return replace(counts, told=told)
