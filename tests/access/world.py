"""One world with everything that a route can name, twice: hers and another's.

Two gifts of land in two communes with an office of each kind of its own: nobody who
has to do with the first has anything to do with the second.
"""

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import parse_qsl

from starlette.testclient import TestClient

from integrations import webhooks
from integrations.kinds import kinds_of
from integrations.messages import Entered, OfficeMessage
from service.auth.accounts import NewAccount, add_account
from service.auth.actors import Actor, anonymous
from service.auth.office_keys import office_key
from service.auth.sessions import begin_session, citizen_of
from service.main import create_app
from service.persistence.helping import TeamRow
from service.persistence.identities import IdentityRow
from service.persistence.office_words import PaperOutRow
from service.persistence.rows import OfficeRow
from service.usecases.administration.delegating import Wanted as WantedDelegation
from service.usecases.administration.delegating import delegate
from service.usecases.administration.holidays import WantedDays, add_holiday
from service.usecases.administration.office_days import up_to_date
from service.usecases.administration.office_kinds import office_kinds
from service.usecases.cases.casefile import ORIGINALS, open_case
from service.usecases.cases.decide import raise_event
from service.usecases.cases.recounting import order_recount
from service.usecases.custody.legal_holds import Wanted as WantedHold
from service.usecases.custody.legal_holds import ask_hold
from service.usecases.custody.rights_requests import ask
from service.usecases.helpers.ask_consent import ask_access, number_slip
from service.usecases.helpers.ask_resident import ask_resident
from service.usecases.helpers.give_consent import end_consent, give_consent
from service.usecases.helpers.helping import Wish
from service.usecases.matter.answer_question import answer
from service.usecases.matter.start_matter import start_matter
from service.usecases.matter.submit_dossier import submit
from service.usecases.matter.tell import tell_situation
from service.usecases.outside.paper_entry import SECOND
from service.usecases.outside.receive import keep_typed
from service.usecases.outside.typed_papers import read_typed
from service.usecases.outside.working import run_until_idle
from service.usecases.papers.paper_photos import add_photo
from service.usecases.playing.demo import seed_offices
from service.usecases.playing.rehearsal_moves import way_to_end
from service.usecases.telling.message_choices import Wanted, add_contact
from service.web import csrf
from service.web.desks import SESSION
from service.web.everybody.practice import COOKIE as ROOM
from tests.conftest import Desks
from tests.factories import ADMINISTRATOR, GIFT, PASSWORD, PROVINCE
from tests.forms import photos
from workflows.situation import read

HERS, OTHERS = "24133", "24163"  # the communes of the two gifts
_PAPER = "please_update"  # a paper of the land office's own
KINDS = ("one_stop", "land_branch", "notary", "tax", "commune")
# The smallest PDF with one page; nobody reads what is on it here.
_BLANK = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)
LETTER = {
    "refusal.reason": "Người ký hợp đồng không có tên trên Giấy chứng nhận",
}


@dataclass
class Thing:
    """A matter with all that belongs to it: what may stand in an address."""

    code: str
    pin: str
    citizen: Actor
    names: dict[str, str] = field(default_factory=dict)


def an_actor(desk, office, *duties, name="An"):
    """Return a clerk of an office, without an account of his own."""
    with desk.database.reading() as uow:
        row = uow.people.office(PROVINCE, office)
    return Actor(
        "clerk", name, PROVINCE, f"{name}@{office}", office, row.name,
        frozenset(row.kinds),
        duties=frozenset(duties or ("receive", "handle", "sign")),
    )  # fmt: skip


def _offices(desk, commune):
    with desk.database.transaction() as uow:
        for kind in KINDS:
            uow.people.put_office(
                OfficeRow(
                    PROVINCE,
                    f"{kind}-{commune}",
                    kind,
                    list(office_kinds()[kind].plays),
                    f"{kind} {commune}",
                    [commune],
                )
            )


def _file(desk, code):
    with desk.database.reading() as uow:
        return open_case(desk, uow, uow.cases.by_code(code))


def _walk(desk, citizen, case, most=20, until=None):
    """Let everybody make his moves, up to an event or until the case waits."""
    for _ in range(most):
        run_until_idle(desk)
        file = _file(desk, case)
        way = way_to_end(file, desk.now()) if file.row.ended_at is None else None
        if not way or way[0].is_signal or way[0].event == until:
            return
        turn = way[0]
        office = file.offices.get(turn.role)
        actor = citizen if turn.role == "citizen" else an_actor(desk, office)
        raise_event(
            desk, actor, case, turn.event, facts=turn.facts,
            papers={paper.id for paper in file.required()} | {ORIGINALS},
        )  # fmt: skip


def _at_the_land_office(desk, commune):
    """Begin a gift in a commune and bring it to where the land office checks it."""
    told = read(GIFT | {"commune": commune}, desk.law, desk.territory)
    opened = start_matter(
        desk, anonymous(PROVINCE), goal=told.goal, province=PROVINCE,
        commune=commune, on=told.on,
    )  # fmt: skip
    thing = Thing(
        opened.code, opened.pin, citizen_of(PROVINCE, opened.matter_id),
    )  # fmt: skip
    citizen, code = thing.citizen, thing.code
    tell_situation(desk, citizen, code, told)
    answer(desk, citizen, code, "party[hoa].full_name", f"Hoa {commune}")
    first = submit(desk, citizen, code, "notarize_contract", idempotency_key=None)
    _walk(desk, citizen, first)
    assert not add_photo(
        desk, citizen, code, "register_gift", "certificate",
        photos.jpeg(photos.on_a_table(photos.a_page())),
    )  # fmt: skip
    case = submit(desk, citizen, code, "register_gift", idempotency_key=None)
    _walk(desk, citizen, case, until="conditions_met")
    thing.names |= {"case": case, "notary_case": first}
    return thing


def _filled(desk, thing, commune, ids):
    """Give the matter one of each thing that a route can name."""
    citizen, code, names = thing.citizen, thing.code, thing.names
    office = an_actor(desk, f"land_branch-{commune}")
    clerk = "clerk" if commune == HERS else "clerk-elsewhere"
    proposed = raise_event(
        desk,
        replace(office, account_id=ids[clerk]),
        names["case"],
        "conditions_not_met",
        facts=LETTER,
    )
    names["proposal"] = proposed.proposal
    _helped(desk, thing, commune, ids)
    wanted = Wanted("hoa", "sms", "0912009977", ("progress",))
    names["contact"] = add_contact(desk, citizen, code, wanted)
    names["right"] = ask(desk, citizen, code, "correct", "Sửa tên", key="1")
    run_until_idle(desk)
    names["message"] = _typed(desk, office, names["case"])
    with desk.database.transaction() as uow:
        case = uow.cases.by_code(names["case"])
        names["identity"] = uow.identities.come(_person(desk, f"sub-{commune}"))
        uow.identities.link(PROVINCE, names["identity"], citizen.matter_id, desk.now())
        names["document_id"] = uow.records.documents(PROVINCE, case.id)[0].id
        page = uow.paper_checks.pages(PROVINCE, citizen.matter_id)[0]
        names["page_id"], names["photo"] = page.id, page.document_id
        names["paper"] = _to_send(desk, uow, case)


def _helped(desk, thing, commune, ids):
    """Let one neighbour help and another no more, who asks to do so again."""
    citizen, code, names = thing.citizen, thing.code, thing.names
    helper, former = (
        Actor("helper", name, PROVINCE, account_id=ids[f"{name}-{commune}"])
        for name in ("giup", "cu")
    )
    ended = give_consent(
        desk, citizen, code, helper_name=f"cu-{commune}", scope=["fill"], minutes=60
    )
    end_consent(desk, citizen, ended)
    names["consent_id"] = give_consent(
        desk,
        citizen,
        code,
        helper_name=f"giup-{commune}",
        scope=["fill", "submit"],
        minutes=300,
    )
    names["question"] = ask_resident(
        desk, helper, code, "land.address", "Thôn 3", question="Ở đâu?"
    )
    wish = Wish("papers", ("fill",), 60)
    names["access"] = ask_access(desk, former, code=code, wish=wish, key=None)
    number_slip(desk, former, names["access"])


def _person(desk, subject):
    return IdentityRow(
        PROVINCE, desk.ids.new_id(), "issuer", subject, "Hoa", None, None, desk.now()
    )


def _typed(desk, office, case):
    """Let a paper of another office be typed, which waits for a second person."""
    typed = {"number": "12/TB", "day": "2026-11-25", "note": "Sửa lại"}
    said = read_typed(kinds_of("land_registry")[_PAPER], _file(desk, case), typed)
    message = OfficeMessage.model_validate(
        {
            "id": f"typed-{case}",
            "case": case,
            "what": _PAPER,
            "said": said,
            "entered": Entered(
                by=office.name, account="x", office=office.office_id, brought_by=""
            ),
            "sent_at": desk.now(),
        }
    )
    keep_typed(desk, "land_registry", message, SECOND)
    return f"land_registry:{message.id}"


def _to_send(desk, uow, case):
    """Put something that the office of the case has to send on paper."""
    sent = next(
        row
        for seq in range(case.version + 1)
        for row in uow.queues.out_of_move(PROVINCE, case.id, seq)
    )
    uow.words.put_on_paper(
        PaperOutRow(PROVINCE, sent.id, case.id, "tax", sent.kind, desk.now())
    )
    return sent.id


# Who is signed in: the account's name, its kind, its office, what it does there.
STAFF = {
    "clerk": ("clerk", f"land_branch-{HERS}", ("receive", "handle", "sign")),
    "head": ("clerk", f"land_branch-{HERS}", ("handle", "sign", "lead")),
    "counter": ("clerk", f"one_stop-{HERS}", ()),
    "clerk-elsewhere": ("clerk", f"land_branch-{OTHERS}", ("receive", "handle")),
    "head-elsewhere": ("clerk", f"land_branch-{OTHERS}", ("handle", "sign", "lead")),
    "clerk-of-no-part": ("clerk", "construction-66", ()),
    "locked": ("clerk", f"land_branch-{HERS}", ("receive", "handle", "sign")),
    "idle-clerk": ("clerk", f"land_branch-{HERS}", ("receive", "handle", "sign")),
    f"giup-{HERS}": ("helper", None, ()),
    f"giup-{OTHERS}": ("helper", None, ()),
    f"cu-{HERS}": ("helper", None, ()),
    f"cu-{OTHERS}": ("helper", None, ()),
    "helper-of-nobody": ("helper", None, ()),
    "team-lead": ("helper", None, ()),
    "administrator": ("administrator", None, ()),
}
# Whose cookie an actor has, where the name of the account is another one.
AS = {"helper": f"giup-{HERS}", "helper-ended": f"cu-{HERS}"}
ACTORS = (
    "nobody", "resident", "resident-elsewhere", "idle-resident", "identity",
    "helper", "helper-ended", "helper-of-nobody", "team-lead",
    "clerk", "head", "counter", "clerk-elsewhere", "head-elsewhere",
    "clerk-of-no-part", "idle-clerk", "locked", "administrator", "office",
)  # fmt: skip


_MESSAGE = b'{"id": "message-1"}'
_ANSWERS = {"ticket": "none", "answers": []}
# Pages whose form has a file in it.
_TAKES_FILES = re.compile(r"/giay-to/(?!xoa$)\w+$|/anh$|/he-thong-khac$")


class Stamp:
    """Prints every paper as the same short PDF: who may have it is asked here."""

    def print(self, *_sheets):
        return _BLANK

    def close(self):
        """Nothing was opened."""


class World:
    """The application, everybody's cookies, and what stands in an address."""

    def __init__(self, database, folder: Path) -> None:
        self.desks = Desks(database, folder)
        made = self.desks.make(
            sign_in_tries=100_000, callbacks_of_client=100_000,
            practice_rooms_of_client=100_000, follow_tries_of_client=100_000,
            number_tries_a_day=100_000, session_hours=24,
        )  # fmt: skip
        self.desk = desk = replace(made, press=Stamp())
        seed_offices(desk, PROVINCE)
        for commune in (HERS, OTHERS):
            _offices(desk, commune)
        self.ids = {}
        for name, (kind, office, duties) in STAFF.items():
            new = NewAccount(name, PASSWORD, name, kind, office, duties)
            self.ids[name] = add_account(desk, ADMINISTRATOR, new, desk.ids.new_id())
        self._team()
        self.own, self.other = (
            _at_the_land_office(desk, commune) for commune in (HERS, OTHERS)
        )
        with desk.database.transaction() as uow:
            self.tokens = {
                "idle-clerk": begin_session(
                    desk, uow, None, account_id=self.ids["idle-clerk"]
                ),
                "idle-resident": begin_session(
                    desk, uow, None, matter_id=self.own.citizen.matter_id
                ),
            }
        self.desks.hour.later(minutes=61)
        for thing, commune in ((self.own, HERS), (self.other, OTHERS)):
            _filled(desk, thing, commune, self.ids)
        self._days()
        self._sign_in()
        self.made = {
            "account": self.ids["clerk"],
            "the_office": f"land_branch-{HERS}",
            "delegation": self.delegation,
            "holiday": self.holiday,
            "recount": str(self.recount),
            "hold": self._hold(),
        }
        self.client = TestClient(
            create_app(desk), follow_redirects=False, raise_server_exceptions=False
        )
        page = self.client.get("/mo-lai")
        self.visit = page.cookies[csrf.VISIT]
        self.form = re.search(r'name="csrf" value="([^"]+)"', page.text)[1]

    def _team(self):
        with self.desk.database.transaction() as uow:
            uow.helping.put_team(TeamRow(PROVINCE, "team", "Tổ 3", HERS))
            for name, lead in (("team-lead", True), (f"giup-{HERS}", False)):
                uow.helping.put_member(
                    PROVINCE, self.ids[name], "team", lead=lead, at=self.desk.now()
                )

    def _hold(self):
        """Ask that hers be kept as it is; nobody has confirmed it."""
        wanted = WantedHold(self.own.code, "Vụ án mẫu", "1/CV", "2030-01-01")
        return ask_hold(self.desk, ADMINISTRATOR, wanted)

    def _days(self):
        desk = self.desk
        notice = WantedDays("off", "2026-11-30", "", "Nghỉ", "Thông báo 1/TB")
        add_holiday(desk, ADMINISTRATOR, notice)
        newer = up_to_date(desk)
        with desk.database.reading() as uow:
            self.holiday = uow.office_days.all(PROVINCE)[0].id
        self.recount = order_recount(
            newer, ADMINISTRATOR, "Theo thông báo số 1", str(newer.counted_with)
        )
        wanted = WantedDelegation(
            self.ids["head"], self.ids["clerk"], "2026-11-26", "2026-11-27",
            "12/QĐ-VPĐK", "2026-11-24",
        )  # fmt: skip
        self.delegation = delegate(desk, ADMINISTRATOR, wanted)

    def _sign_in(self):
        desk = self.desk
        with desk.database.transaction() as uow:
            for name, account in self.ids.items():
                if name not in self.tokens:
                    self.tokens[name] = begin_session(
                        desk, uow, None, account_id=account
                    )
            for name, thing, matter in (
                ("identity", self.own, None),
                ("resident", self.own, self.own.citizen.matter_id),
                ("resident-elsewhere", self.other, self.other.citizen.matter_id),
            ):
                self.tokens[name] = begin_session(
                    desk,
                    uow,
                    None,
                    matter_id=matter,
                    identity_id=thing.names["identity"],
                )
            uow.people.change_account(self.ids["locked"], disabled_at=desk.now())

    def room(self):
        """Let somebody enter a room to practise in; return her cookie of it."""
        sent = self.posts("nobody", "/luyen-tap/vao")
        return f"{ROOM}={sent.cookies[ROOM]}"

    def cookies(self, actor):
        """Return what the browser of an actor sends."""
        cookies = {csrf.VISIT: self.visit}
        name = AS.get(actor, actor)
        if name in self.tokens:
            cookies[SESSION] = self.tokens[name]
        return "; ".join(f"{key}={value}" for key, value in cookies.items())

    def asks(self, actor, method, path):
        """Send a request of an actor; a form with its token and nothing else."""
        if method != "GET":
            return self.posts(actor, path)
        self.client.cookies.clear()
        return self.client.get(path, headers=self._headers(actor))

    def posts(self, actor, path, *, form=None, headers=None):
        """Send a form of an actor, with this token and with these headers besides."""
        form = self.form if form is None else form
        headers = self._headers(actor) | {"x-dat-form": form} | (headers or {})
        self.client.cookies.clear()
        if actor == "office" and path.startswith("/api/v1/callbacks"):
            return self.client.post(path, content=_MESSAGE, headers=headers)
        if path.startswith("/api/"):
            headers["idempotency-key"] = "once-and-never-again"
            return self.client.post(path, json=_ANSWERS, headers=headers)
        files = [("anh", ("", b""))] if _TAKES_FILES.search(path) else None
        path, _, named = path.partition("?")
        fields = {"csrf": form} | dict(parse_qsl(named))
        return self.client.post(path, data=fields, files=files, headers=headers)

    def _headers(self, actor):
        headers = {"cookie": self.cookies(actor)}
        if actor == "office":
            key = office_key(self.desk.settings, self.desk.secret, "tax")
            way, at = webhooks.FROM_OFFICE, self.desk.now()
            headers |= webhooks.sign(key, way, "1", at, _MESSAGE)
        return headers

    def address(self, path, thing):
        """Return the path with the names of a thing in the place of its parts."""
        names = NAMES | thing.names | {"code": thing.code}
        if path.startswith("/can-bo/"):
            names["code"] = names["case"]
        for start, more in BY_ROUTE.items():
            if path.startswith(start):
                names |= {
                    part: names.get(name, self.made.get(name, name))
                    for part, name in more.items()
                }
        told = re.sub(r"{(\w+)(?::\w+)?}", lambda part: names[part[1]], path)
        if path in _NAMES_IN_FORM:
            field, name = _NAMES_IN_FORM[path]
            return f"{told}?{field}={names.get(name, self.made.get(name, name))}"
        asked = _IN_FORM.match(path)
        return f"{told}?ma={names[_CODE_OF[asked[1]]]}" if asked else told


# Where the code stands in the form or behind the question mark, and which one.
_IN_FORM = re.compile(r"(/tra-cuu|/viec-cua-toi)(?!/dien-thoai|/{)")
_CODE_OF = {"/tra-cuu": "case", "/viec-cua-toi": "code"}
# What a form names else: its field, and a name of the thing.
_NAMES_IN_FORM = {"/quan-tri/ra-soat": ("tai-khoan", "account")}
# What stands in an address where it is nobody's own.
NAMES = {
    "step_id": "register_gift",
    "form_id": "F-CHANGE",
    "party": "hoa",
    "key": "land.area_m2",
    "paper_id": "certificate",
    "role": "receiver",
    "number": "1",
    "goal": "give",
    "language": "vi",
    "office": "tax",
    "what": "notice",
    "kind": "csv",
    "event": "conditions_met",
    "act": "giay",
    "file": "dat.css",
    "name": "none",
    "template": "accepted",
    "package": "vn-66-2026",
    "package_id": "vn-66-2026",
    "procedure_id": "register_gift",
}
# Parts that mean something else under some paths: a name of the thing, or as it is.
BY_ROUTE = {
    "/ho-so/{code}/nho-giup/tra-loi": {"request_id": "question"},
    "/ho-tro/xin": {"request_id": "access"},
    "/quan-tri/tai-khoan": {"id_": "account"},
    "/quan-tri/co-quan": {"id_": "the_office"},
    "/quan-tri/giao-ky": {"id_": "delegation"},
    "/quan-tri/ngay-nghi": {"id_": "holiday", "number": "recount"},
    "/quan-tri/quyen": {"id_": "right"},
    "/quan-tri/giu-nguyen": {"id_": "hold"},
    "/quan-tri/bieu-mau": {"name": "F-CHANGE@2026-07-01"},
    "/luyen-tap/bai": {"name": "xin-phep"},
    "/quan-tri/luat": {"package_id": "vn-nd151-2025"},
    "/can-bo/ho-so/{code}/giay-khac/nhap": {
        "office": "land_registry",
        "what": "waiting",
    },
    "/can-bo/ho-so/{code}/to": {"form_id": "ONESTOP-06"},
    "/tinh/jsqr": {"file": "jsQR.js"},
    "/am-thanh": {"name": "party[{party}].phone.mp3"},
}
