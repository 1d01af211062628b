"""The whole journey played through: every person, every office, a virtual clock.

The same use cases, store, outbox, inbox and sandbox offices as in service; only the
clock and the people are played. Every move is the one on the shortest way to an
outcome that establishes something, and every paper is written down.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from service.auth.actors import anonymous, system
from service.auth.sessions import citizen_of
from service.errors import AppError
from service.usecases.cases.casefile import open_case
from service.usecases.desk import Clock, Desk
from service.usecases.matter.situations import situation_from
from service.usecases.matter.start_matter import start_matter
from service.usecases.matter.submit_dossier import open_step, plan_of, submit
from service.usecases.matter.tell import tell_situation
from service.usecases.outside.faults import list_faults
from service.usecases.playing.demo import seed_offices
from service.usecases.playing.play import Play, StuckError, play_case
from service.usecases.playing.play_telling import told_moves
from service.usecases.playing.rehearsal_time import OPENS, at_hour, opening
from workflows.errors import WorkflowError
from workflows.situation import Situation, read

DeskFactory = Callable[[Path, Clock, int], Desk]
Json = dict[str, Any]


def rehearse(
    desk_factory: DeskFactory,
    situation: Mapping[str, object] | Situation,
    seed: int,
    out_dir: Path | None,
) -> Json:
    """Play a situation up to the hand-over of the result; return what happened.

    ``outcome`` is done or failed, then with a ``reason``. Papers are written to
    ``out_dir`` when one is given. The same seed gives the same play.
    """
    with TemporaryDirectory(prefix="dat-") as folder:
        hour = [datetime(2026, 1, 1, tzinfo=UTC)]
        desk = desk_factory(Path(folder), lambda: hour[0], seed)
        try:
            return _rehearse(desk, hour, situation, seed, out_dir)
        finally:
            desk.database.dispose()


def _rehearse(
    desk: Desk,
    hour: list[datetime],
    told: Mapping[str, object] | Situation,
    seed: int,
    out_dir: Path | None,
) -> Json:
    situation = (
        told if isinstance(told, Situation) else read(told, desk.law, desk.territory)
    )
    hour[0] = opening(desk, at_hour(situation.on, OPENS))
    seed_offices(desk, situation.province)
    opened = start_matter(
        desk,
        anonymous(situation.province),
        goal=situation.goal,
        province=situation.province,
        commune=situation.commune,
        on=situation.on,
    )
    citizen = citizen_of(situation.province, opened.matter_id)
    tell_situation(desk, citizen, opened.code, situation)
    play = Play(desk, lambda at: hour.__setitem__(0, at), citizen, seed)
    reason = None
    try:
        _play_steps(play, opened.code)
    except (AppError, WorkflowError, StuckError) as error:
        reason = f"{type(error).__name__}: {error}"
    moves, papers = told_moves(play), _papers(play, out_dir)
    faults = [
        f"{fault.what}: {fault.technical}"
        for fault in list_faults(desk, system(situation.province))
    ]
    return {
        "outcome": "failed" if reason else "done",
        "reason": reason,
        "moves": moves,
        "papers": papers,
        "faults": faults,
    }


def _play_steps(play: Play, matter_code: str) -> None:
    desk = play.desk
    with desk.database.reading() as uow:
        matter = uow.matters.by_id(play.citizen.tenant, play.citizen.matter_id or "")
        facts = uow.matters.facts(matter.tenant_id, matter.id)
    plan = plan_of(desk, matter, situation_from(desk, matter, facts))
    for step in plan.main_steps:
        code = open_step(desk, play.citizen, matter_code, step.id)
        play.note()
        play.later()
        submit(desk, play.citizen, matter_code, step.id, idempotency_key=None)
        play.note()
        play_case(play, code, step.establishes)
        play.later(1)


def _papers(play: Play, out_dir: Path | None) -> list[Json]:
    """Return every paper: what the family hands in, then what the offices issue."""
    desk, tenant = play.desk, play.citizen.tenant
    papers: list[Json] = []
    with desk.database.reading() as uow:
        for row in uow.cases.of_matter(tenant, play.citizen.matter_id or ""):
            documents = uow.records.documents(tenant, row.id)
            parcel = open_case(desk, uow, row).parcel
            case = row.procedure if parcel is None else f"{row.procedure}-{parcel}"
            for number, document in enumerate(documents, start=1):
                ending = "pdf" if document.media_type.endswith("pdf") else "txt"
                file_name = f"{case}-{number:02d}-{document.form}.{ending}"
                stored = uow.records.document(tenant, document.id)
                if out_dir is not None and stored is not None:
                    out_dir.mkdir(parents=True, exist_ok=True)
                    (out_dir / file_name).write_bytes(stored[1])
                papers.append(
                    {
                        "form": document.form,
                        "name": document.name,
                        "file": file_name,
                        "sha256": document.sha256,
                    }
                )
    return papers
