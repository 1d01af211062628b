"""A gift of land from parents to a daughter, brought to where a test wants it."""

from dataclasses import dataclass

from service.auth.accounts import NewAccount, add_account
from service.auth.actors import Actor, anonymous
from service.auth.sessions import citizen_of, sign_in
from service.usecases.cases.casefile import ORIGINALS, open_case
from service.usecases.helpers.give_consent import give_consent
from service.usecases.matter.start_matter import start_matter
from service.usecases.matter.submit_dossier import submit
from service.usecases.matter.tell import tell_situation
from service.usecases.outside.working import run_until_idle
from service.usecases.playing.demo import both_decide, clerk_of, seed_offices
from service.usecases.playing.rehearsal_moves import turns_at, way_to_end
from workflows.situation import read

PROVINCE = "66"
PASSWORD = "a long enough password"
ADMINISTRATOR = Actor("administrator", "admin", PROVINCE, account_id="admin")
GIFT = {
    "province": PROVINCE,
    "commune": "24133",
    "on": "2026-11-25",
    "goal": "give",
    "parties": [
        {"id": "father", "role": "transferor", "share": "1/2"},
        {"id": "mother", "role": "transferor", "share": "1/2"},
        {"id": "hoa", "role": "receiver", "share": "1"},
    ],
    "relationships": [
        {"between": ["father", "hoa"], "kind": "birth_parent_child"},
        {"between": ["mother", "hoa"], "kind": "birth_parent_child"},
    ],
    "answers": {
        "property.kind": "land_and_house",
        "land.area_m2": "200",
        "land.table_price": 5000000,
        "land.price_coefficient": "1",
        "house.value": 0,
        "contract.price": None,
        "certificate.in_hand": True,
        "mortgage.registered": False,
        "transfer.whole": True,
    },
}
MORTGAGED_SALE = GIFT | {
    "goal": "sell",
    "parties": [
        {"id": "lan", "role": "transferor"},
        {"id": "minh", "role": "receiver"},
    ],
    "relationships": [],
    "answers": GIFT["answers"]
    | {
        "mortgage.registered": True,
        "mortgage.consent": False,
        "contract.price": 900000000,
    },
}


@dataclass(frozen=True)
class Filed:
    """A matter whose first step was handed in."""

    code: str
    pin: str
    citizen: Actor
    case: str


def a_matter(desk, situation=GIFT):
    seed_offices(desk, PROVINCE)
    told = read(situation, desk.law, desk.territory)
    opened = start_matter(
        desk,
        anonymous(PROVINCE),
        goal=told.goal,
        province=PROVINCE,
        commune=told.commune,
        on=told.on,
    )
    citizen = citizen_of(PROVINCE, opened.matter_id)
    tell_situation(desk, citizen, opened.code, told)
    return opened, citizen


def an_account(desk, name, display, kind, office=None, password=PASSWORD) -> str:
    """Let an administrator add somebody, in an office by its kind; return the id."""
    of = office and f"{office}-{PROVINCE}"
    new = NewAccount(name, password, display, kind, of)
    return add_account(desk, ADMINISTRATOR, new, desk.ids.new_id())


def a_helper(desk, citizen, code, scope) -> Actor:
    """Return a helper whom the citizen of a matter lets do these things."""
    an_account(desk, "lan", "Lan", "helper")
    give_consent(desk, citizen, code, helper_name="lan", scope=scope, minutes=60)
    return sign_in(desk, "lan", PASSWORD).actor


def filed(desk, situation=GIFT, step="notarize_contract") -> Filed:
    opened, citizen = a_matter(desk, situation)
    case = submit(desk, citizen, opened.code, step, idempotency_key=None)
    return Filed(opened.code, opened.pin, citizen, case)


def clerk(desk, office: str) -> Actor:
    return clerk_of(desk, PROVINCE, f"{office}-{PROVINCE}")


def row_of(desk, code):
    with desk.database.reading() as uow:
        return uow.cases.by_code(code)


def file_of(desk, code):
    with desk.database.reading() as uow:
        return open_case(desk, uow, uow.cases.by_code(code))


def act(desk, actor, code, event, **more):
    """Raise an event with the facts of the law's examples and the whole dossier.

    Where it takes two people, a superior of the office confirms at once.
    """
    file = file_of(desk, code)
    turns = turns_at(file, file.instance)
    facts = next((turn.facts for turn in turns if turn.event == event), {})
    papers = {paper.id for paper in file.required()} | {ORIGINALS}
    return both_decide(
        desk, actor, code, event, **({"facts": facts, "papers": papers} | more)
    )


def finish(desk, citizen, code, most=12):
    """Let everybody do their moves until the case waits for another office or ends."""
    for _ in range(most):
        run_until_idle(desk)
        file = file_of(desk, code)
        way = way_to_end(file, desk.now()) if file.row.ended_at is None else None
        if not way or way[0].is_signal:
            return file.row
        turn = way[0]
        actor = (
            citizen
            if turn.role == "citizen"
            else clerk_of(desk, PROVINCE, file.offices[turn.role])
        )
        act(desk, actor, code, turn.event)
    return row_of(desk, code)


def citizen_of_matter(desk, code) -> Actor:
    """Return the citizen whose session opens a matter."""
    with desk.database.reading() as uow:
        matter = uow.matters.by_code(code)
    return citizen_of(matter.tenant_id, matter.id)
