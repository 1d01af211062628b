"""A temporary installation with matters of the sample in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from service.auth.actors import Actor, anonymous
from service.auth.passwords import Passwords
from service.auth.sessions import citizen_of
from service.bench.sample import SAMPLE
from service.composition import build_desk
from service.persistence.database import upgrade
from service.settings import Settings
from service.usecases.desk import Desk
from service.usecases.matter.start_matter import start_matter
from service.usecases.matter.submit_dossier import submit
from service.usecases.matter.tell import tell_situation
from service.usecases.playing.demo import seed_offices
from workflows.journey import plan
from workflows.situation import Situation, read


@dataclass(frozen=True, slots=True)
class Opened:
    """A matter as its citizen holds it; ``case`` once its first step is handed in."""

    code: str
    pin: str
    citizen: Actor
    case: str = ""


def desk_in(folder: Path, address: str | None = None) -> Desk:
    """Return a desk with made-up offices on a new database.

    The database is the one at the address, else a SQLite file in the folder. Pins are
    hashed lightly: what a pin costs is no part of any measure.
    """
    settings = Settings(
        environment="demo",
        data_dir=folder,
        database_url=address or f"sqlite:///{database_in(folder)}",
        province=SAMPLE["province"],
    )
    desk = build_desk(settings)
    upgrade(desk.database)
    seed_offices(desk, settings.province)
    return replace(desk, passwords=Passwords(memory_kib=64, time_cost=1))


def database_in(folder: Path) -> Path:
    """Return where the desk of the folder keeps its SQLite file."""
    return folder / "dat.sqlite"


def told(desk: Desk) -> Opened:
    """Open a matter and tell everything of the sample; names are still asked for."""
    situation = _sample(desk)
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
    return Opened(opened.code, opened.pin, citizen)


def handed_in(desk: Desk) -> Opened:
    """Open a matter, tell everything of the sample, hand in its first step."""
    opened, situation = told(desk), _sample(desk)
    edition = desk.law.edition(situation.province, situation.on, situation.commune)
    first = plan(situation, edition, desk.calendar).main_steps[0]
    case = submit(desk, opened.citizen, opened.code, first.id, idempotency_key=None)
    return replace(opened, case=case)


def _sample(desk: Desk) -> Situation:
    return read(SAMPLE, desk.law, desk.territory)
