"""Matters in every condition in one town, and people who stay signed in."""

import json
from dataclasses import dataclass, field
from functools import cached_property

from service.auth.codes import normalise
from service.usecases.helpers.give_consent import give_consent
from service.usecases.matter.answer_question import answer, record_facts
from service.usecases.matter.submit_dossier import submit
from service.usecases.outside.receive import hear
from service.usecases.outside.working import run_until_idle
from service.usecases.papers.check_papers import Noted, save_check
from service.usecases.papers.paper_photos import add_photo
from tests.browser.people import Person
from tests.browser.town import Town
from tests.factories import GIFT, a_matter, act, clerk, file_of, filed, finish
from tests.forms import photos

SALE = GIFT | {
    "goal": "sell",
    "relationships": [],
    "answers": GIFT["answers"] | {"contract.price": 900000000},
}
CONTRACT = "notarize_contract"
GIFT_OF_LAND = "register_gift"
SALE_OF_LAND = "register_transfer"
TAX = "assess_financial_obligation"
# National statuses: the result waits at the counter, and it was given out.
RESULT_WAITS, RESULT_GIVEN = 9, 10
CLAIMED = {
    "exemption.claimed": True,
    "debt.requested": False,
    "sheet.asks_levy": False,
    "sheet.incomplete_for_tax": False,
}
FAMILY = {"father": "Y Blí Niê", "mother": "H'Lan Êban", "hoa": "H'Hoa Niê"}
NEW = "hồ sơ mới nộp ở quầy"
AT_LAND_OFFICE = "đang ở văn phòng đăng ký đất đai"
AT_TAX_OFFICE = "phiếu chuyển đang ở cơ quan thuế"
BEGUN = "mới bắt đầu trả lời"


@dataclass
class Scene:
    """What the tests of a module look at; whoever came in once stays in."""

    town: Town
    people: dict[str, Person] = field(default_factory=dict)

    # --- people -----------------------------------------------------------------------

    def anybody(self) -> Person:
        """Return somebody who is not signed in."""
        return self._who("anybody")

    def citizen(self, code: str, pin: str) -> Person:
        """Return the citizen of a matter, who has opened it again."""
        if code in self.people:
            return self.people[code]
        person = self._who(code).opens("/mo-lai")
        person.types("Mã việc", code).types("Số mở, 6 số", pin)
        return person.presses("Mở")

    def clerk(self, name: str) -> Person:
        """Return a clerk or a helper of the demo, signed in."""
        if name not in self.people:
            self.town.sign_in(self._who(name), name)
        return self.people[name]

    def _who(self, name: str) -> Person:
        if name not in self.people:
            self.people[name] = self.town.somebody(stays=True)
        return self.people[name]

    # --- matters ----------------------------------------------------------------------

    def demo(self, words: str) -> tuple[str, str]:
        """Return code and number of the matter of the demo that is said to be so."""
        accounts = self.town.accounts.values()
        found = next(each for each in accounts if words in each.label)
        return found.name, found.password

    def case(self, code: str, procedure: str) -> str:
        """Return the case of a matter that goes through this procedure."""
        with self.town.desk.database.reading() as uow:
            matter = uow.matters.by_code(normalise(code) or "")
            rows = uow.cases.of_matter(matter.tenant_id, matter.id)
        return next(row.code for row in rows if row.procedure == procedure)

    @cached_property
    def ready(self) -> tuple[str, str]:
        """Return a matter whose first step waits to be handed in."""
        opened, _ = a_matter(self.town.desk)
        return opened.code, opened.pin

    @cached_property
    def unreached(self) -> tuple[str, str]:
        """Return a matter of somebody who has told no address for messages."""
        opened, _ = a_matter(self.town.desk)
        return opened.code, opened.pin

    @cached_property
    def photographed(self) -> tuple[str, str]:
        """Return a matter whose certificate is photographed, blurred, and differs."""
        opened, citizen = a_matter(self.town.desk)
        place = (self.town.desk, citizen, opened.code, CONTRACT, "certificate")
        for page in (photos.a_page(), photos.blurred(photos.a_page())):
            add_photo(*place, photos.jpeg(page))
        save_check(*place, Noted({"signed": "no"}, {"area_m2": "250"}))
        return opened.code, opened.pin

    @cached_property
    def helped(self) -> tuple[str, str]:
        """Return a matter on which the helper of the demo may do everything he can."""
        opened, citizen = a_matter(self.town.desk)
        give_consent(
            self.town.desk,
            citizen,
            opened.code,
            helper_name="giupviec",
            scope=["fill", "submit"],
            minutes=240,
        )
        return opened.code, opened.pin

    @cached_property
    def disputed(self) -> tuple[str, str]:
        """Return a gift whose receiver has another number on her card."""
        opened, citizen = a_matter(self.town.desk)
        key, desk = "party[hoa].person_id", self.town.desk
        answer(desk, citizen, opened.code, key, "066181000056")
        record_facts(
            desk, citizen, opened.code, {key: "066181000065"}, "identity_card_qr"
        )
        return opened.code, opened.pin

    @cached_property
    def owing(self) -> tuple[str, str]:
        """Return a matter whose tax notice waits for the payment."""
        with self.town.alone() as desk:
            sale = filed(desk, SALE)
            finish(desk, sale.citizen, sale.case)
            case = submit(
                desk, sale.citizen, sale.code, SALE_OF_LAND, idempotency_key=None
            )
            finish(desk, sale.citizen, case)
            tax_case = self.case(sale.code, TAX)
            act(desk, clerk(desk, "tax"), tax_case, "take_up")
            act(desk, clerk(desk, "tax"), tax_case, "issue_notice")
            finish(desk, sale.citizen, case)
        return sale.code, sale.pin

    def fault(self) -> None:
        """Let the tax office tell something about a case that nobody knows."""
        desk = self.town.desk
        told = {"id": "about-no-case", "case": "HS-KHONG-CO", "event": "issue_notice"}
        told |= {"facts": {"notice.number": "0123/TB"}}
        raw = json.dumps(told | {"sent_at": desk.now().isoformat()}).encode()
        hear(desk, "tax", raw)

    @cached_property
    def withdrawable(self) -> tuple[str, str, str]:
        """Return a gift at the land office that may be taken back, and its case."""
        with self.town.alone() as desk:
            gift = at_the_counter(desk)
            act(desk, clerk(desk, "one-stop"), gift[2], "accept")
        return gift

    @cached_property
    def evidenced(self) -> tuple[str, str, str]:
        """Return a gift whose papers were photographed and differ, and its case."""
        opened, citizen = a_matter(self.town.desk)
        key, who, desk = "party[hoa].person_id", opened.code, self.town.desk
        answer(desk, citizen, who, key, "066181000056")
        record_facts(desk, citizen, who, {key: "066181000065"}, "identity_card_qr")
        page = photos.jpeg(photos.a_page())
        add_photo(desk, citizen, who, GIFT_OF_LAND, "certificate", page)
        with self.town.alone() as alone:
            contract = submit(alone, citizen, who, CONTRACT, idempotency_key=None)
            finish(alone, citizen, contract)
            case = submit(alone, citizen, who, GIFT_OF_LAND, idempotency_key=None)
            act(alone, clerk(alone, "one-stop"), case, "accept")
        return opened.code, opened.pin, case

    @cached_property
    def ready_to_take(self) -> tuple[str, str, str]:
        """Return a gift whose certificate waits at the counter, and its case."""
        return self._gift_with(RESULT_WAITS)

    @cached_property
    def delivered(self) -> tuple[str, str, str]:
        """Return a gift whose certificate was given out, and its case."""
        return self._gift_with(RESULT_GIVEN)

    def _gift_with(self, status: int) -> tuple[str, str, str]:
        with self.town.alone() as desk:
            gift = at_the_counter(desk)
            brought_to(desk, gift[2], status)
        return gift


def at_the_counter(desk) -> tuple[str, str, str]:
    """Hand in one more gift of land by people with names: code, number and case."""
    opened, citizen = a_matter(desk)
    names = {f"party[{who}].full_name": name for who, name in FAMILY.items()}
    record_facts(desk, citizen, opened.code, names, "citizen")
    contract = submit(desk, citizen, opened.code, CONTRACT, idempotency_key=None)
    finish(desk, citizen, contract)
    case = submit(desk, citizen, opened.code, GIFT_OF_LAND, idempotency_key=None)
    return opened.code, opened.pin, case


def brought_to(desk, case: str, status: int) -> None:
    """Let every office do its part until a gift has the national status."""
    for _ in range(30):
        run_until_idle(desk)
        file = file_of(desk, case)
        if file.row.status == status:
            return
        if file.row.stop_reason == "tax_determination":
            with desk.database.reading() as uow:
                child = uow.cases.by_id("66", file.children[0].child_id).code
            act(desk, clerk(desk, "tax"), child, "take_up", facts=CLAIMED)
            act(desk, clerk(desk, "tax"), child, "grant_exemption")
        else:
            finish(desk, None, case, most=1)
    raise AssertionError(f"{case} does not come to {status}")
