"""A gift by HTTP only: every office outside acts on its own page, well or badly."""

import shutil
from dataclasses import dataclass

import pytest
from playwright.sync_api import sync_playwright

from service.persistence.database import connect
from service.usecases.playing.demo import seed_people
from tests.browser.conftest import ARGUMENTS, chromium
from tests.browser.people import DESKTOP, Person
from tests.browser.test_gift import (
    ABOUT_THE_BOOK,
    ABOUT_THE_FAMILY,
    ABOUT_THE_GIFT,
    CASE,
    CONTRACT_STEP,
    RECEIPT,
    TRANSFER_PAPERS,
    at_work,
    begins,
    files,
    the_counter_hands_over,
    the_land_office_sends_the_sheet,
    the_land_office_signs,
)
from tests.browser.town import Town
from tests.conftest import Desks, Hour
from tests.processes import a_free_port, sandbox, service

pytestmark = pytest.mark.browser

# What goes wrong: nothing may be lost or done twice by it, and the end is the same.
BADLY = """
all:
  seconds: 0.5
  rates: {slow: 0.2, lose: 0.2, half: 0.1, garbage: 0.1}
  script:
    - {do: down, after: 1, times: 2}
    - {do: twice}
    - {do: litter, times: 2}
    - {do: delay, after: 1, times: 1}
"""
NO_KIN = {
    key: "Không phải người thân" for key in ABOUT_THE_GIFT if "relationship" in key
} | {"land.price_coefficient": "1", "household.poor": "Không"}

# Ten million of the value of 1,000 million are free of tax; the rest owes a tenth.
DUE = {"personal_income_tax": "98.000.000", "registration_fee": "5.000.000"}


@dataclass
class Outside:
    """The operators at the pages of the offices, beside the people of the town."""

    town: Town
    gateways: dict[str, str]

    def at(self, office: str) -> Person:
        """Return somebody at the first page of an office, without any script."""
        person = self.town.somebody(DESKTOP, script=False)
        person.address = self.gateways[office]
        return person.opens("/")


@pytest.fixture(params=["well", "badly"])
def outside(request, sqlite_template, tmp_path):
    """Everything runs: the offices, the service, a browser."""
    shutil.copy(sqlite_template, tmp_path / "dat.sqlite")
    database = connect(f"sqlite:///{tmp_path / 'dat.sqlite'}")
    seeded = seed_people(Desks(database, tmp_path).make())
    accounts = {each.name: each for each in seeded}
    database.dispose()
    plan = tmp_path / "plan.yaml"
    plan.write_text("{}" if request.param == "well" else BADLY)
    port = a_free_port()
    callbacks = f"http://127.0.0.1:{port}"
    more = ("--behaviour", str(plan), "--seed", "7")
    with (
        sandbox(tmp_path, callbacks, *more) as gateways,
        service(tmp_path, port, gateways, DAT_OFFICE_FAILURES="50") as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        town = Town(address, None, Hour(), accounts, browser)
        yield Outside(town, gateways)
        assert town.everybody_leaves() == []
        browser.close()


def test_a_gift_goes_through_with_every_office_outside_on_its_own_page(outside):
    town = outside.town
    family = town.somebody()
    code = tells_of_the_gift(family)
    contract = files(family, code, CONTRACT_STEP, "Căn cước", "Sổ")
    the_notary_records_the_act(outside.at("notary"), contract)
    family.opens(f"/ho-so/{code}")
    family.waits_until_the_page_says("Ký hợp đồng ở văn phòng công chứng Xong")
    case = files(family, code, "Sang tên đất được cho", *TRANSFER_PAPERS)
    counter = at_work(town, "motcua", case)
    counter.takes("Tiếp nhận, in giấy hẹn").waits_until_the_page_says(RECEIPT)
    the_land_office_sends_the_sheet(town, case)
    tax_case = the_tax_office_issues_a_notice(outside.at("tax"))
    follower = town.somebody().opens(f"/tra-cuu?ma={code}")
    follower.waits_until_the_page_says("Đang chờ ông bà nộp tiền")
    the_money_comes_in(outside.at("payment"), tax_case)
    the_land_office_signs(town, case)
    the_counter_hands_over(town, case)
    follower.opens(f"/tra-cuu?ma={code}")
    follower.sees("Sang tên đất được cho: Đã nhận kết quả")


def tells_of_the_gift(family: Person) -> str:
    code, _ = begins(family, "Cho đất")
    family.follows("Trả lời tiếp").answers("Buôn Ma Thuột")
    family.names("Nguyễn Văn Lộc", "Trần Thị Sáu").names("Nguyễn Thị Hòa")
    known = ABOUT_THE_GIFT | NO_KIN | ABOUT_THE_FAMILY | ABOUT_THE_BOOK
    family.answers_what_is_asked(known)
    assert family.path.endswith("/kiem-tra"), f"nobody can answer {family.asked!r}"
    return code


def the_notary_records_the_act(notary: Person, contract: str) -> None:
    notary.types("Mã hồ sơ", contract).presses("Mở")
    notary.follows("Văn bản công chứng đã vào sổ")
    notary.types("Số công chứng", "0123/2026").presses("Gửi đi")
    notary.waits_until_the_page_says("Đã nhận lúc")


def the_tax_office_issues_a_notice(tax: Person) -> str:
    """Answer the sheet that came in; return its case."""
    tax.waits_until_the_page_says("Phiếu chuyển thông tin")
    tax_case = CASE.findall(tax.words)[0]
    tax.follows(tax_case).sees(*(f"Số tiền: {amount}" for amount in DUE.values()))
    tax.follows("Thông báo nộp tiền").presses("Gửi đi")
    tax.waits_until_the_page_says("Đã nhận lúc")
    return tax_case


def the_money_comes_in(payment: Person, tax_case: str) -> None:
    for kind, amount in DUE.items():
        payment.opens(f"/ho-so?ma={tax_case}").follows("Đã thu tiền")
        payment.types("Khoản", kind)
        payment.types("Số tiền đã thu (đồng); nộp một phần thì ghi ít hơn", amount)
        payment.types("Số chứng từ", f"GNT-{kind}").presses("Gửi đi")
    payment.waits_until_the_page_says("Đã nhận lúc")
