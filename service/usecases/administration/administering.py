"""What every act of an administrator shares: who may, what was typed, the log."""

from __future__ import annotations

import re
from datetime import date

from service.auth.actors import Actor
from service.auth.policies import Action, Installation, authorize
from service.persistence.administration import AdminLogRow
from service.persistence.rows import Json
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.administration import admin_sentences
from service.usecases.desk import Desk
from workflows.errors import Problem
from workflows.writing import tidy, unfit

_ID = re.compile(r"[0-9a-f]{32}")


def only_administrator(actor: Actor) -> None:
    """Return when the actor administers his province; raise NotAllowedError else."""
    authorize(actor, Action.ADMINISTER, Installation(actor.tenant))


def noted(
    desk: Desk,
    uow: UnitOfWork,
    actor: Actor,
    what: str,
    subject: str,
    *,
    before: Json | None = None,
    after: Json | None = None,
) -> None:
    """Write a change into the log, in the transaction that makes it.

    ``what`` is a name of ``admin_sentences.CHANGES``; of ``before`` and ``after`` only
    what differs is kept. Passwords never come here.
    """
    old, new = before or {}, after or {}
    same = {key for key in old.keys() & new.keys() if old[key] == new[key]}
    uow.administration.note(
        AdminLogRow(
            actor.tenant,
            desk.now(),
            actor.name,
            actor.account_id,
            what,
            subject,
            {key: value for key, value in old.items() if key not in same} or None,
            {key: value for key, value in new.items() if key not in same} or None,
        )
    )


def id_of_form(desk: Desk, key: str) -> str:
    """Return the id of what a form creates: two taps on one form, one thing.

    ``key`` is what the form carries; without a usable one the id is new.
    """
    return key if _ID.fullmatch(key) else desk.ids.new_id()


class Entered:
    """Fields of a form as they are read; what cannot be used is kept as a problem."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def refuse(self, key: str, typed: str, sentence: str) -> None:
        """Note what is wrong with a field."""
        self.problems.append(Problem(key, typed, sentence))

    def line(self, key: str, typed: str, sentence: str) -> str:
        """Return one line that a paper can show; an empty one is refused."""
        text = tidy(typed)
        wrong = unfit(text) if text else sentence
        if wrong:
            self.refuse(key, typed, wrong)
        return text

    def day(self, key: str, typed: str) -> date | None:
        """Return the day that was typed as 2026-11-30, None when it is none."""
        try:
            return date.fromisoformat(typed.strip())
        except ValueError:
            self.refuse(key, typed, admin_sentences.DAY)
            return None
