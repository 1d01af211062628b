"""Every page at the desks of offices and of the administrator is for everybody."""

import pytest

from service.usecases.cases.case_page import case_view
from service.usecases.cases.decide import raise_event
from service.usecases.indicators.count_figures import count_months, look_again
from tests.browser.people import Person
from tests.browser.quality import lacking
from tests.browser.scenes import (
    AT_LAND_OFFICE,
    AT_TAX_OFFICE,
    CONTRACT,
    GIFT_OF_LAND,
    NEW,
    SALE_OF_LAND,
    TAX,
    Scene,
    at_the_counter,
)
from tests.browser.ways import (
    administering,
    as_clerk,
    at_desk,
    forms,
    owing,
    request_sent,
)
from tests.factories import act, clerk

pytestmark = pytest.mark.browser


def proposed(scene: Scene) -> Person:
    """Come to a refusal that a clerk proposed and his superior may confirm."""
    case = scene.case(scene.demo(AT_LAND_OFFICE)[0], GIFT_OF_LAND)
    person = scene.clerk("truongdatdai").opens("/can-bo/duyet")
    if case not in person.words:
        with scene.town.alone() as desk:
            raise_event(
                desk, clerk(desk, "land-branch"), case, "conditions_not_met",
                facts={"refusal.reason": "Sổ không khớp thửa đất"},
            )  # fmt: skip
        person.opens("/can-bo/duyet")
    return person


def proposal(scene: Scene) -> Person:
    return proposed(scene).follows("Không đủ điều kiện")


def proposal_returned_without_reason(scene: Scene) -> Person:
    return proposal(scene).presses("Trả lại người đề nghị")


def own_proposal(scene: Scene) -> Person:
    path = proposal(scene).path
    return scene.clerk("datdai").opens(path)


def nothing_given(scene: Scene) -> Person:
    with scene.town.alone() as desk:
        _, _, case = at_the_counter(desk)
        act(desk, clerk(desk, "one-stop"), case, "accept")
    return scene.clerk("motcua").opens("/can-bo/ban-giao")


def given_without_choice(scene: Scene) -> Person:
    return nothing_given(scene).presses("Đã giao hồ sơ đã chọn")


def number_without_papers(scene: Scene) -> Person:
    return scene.clerk("motcua").opens("/can-bo/so-mo").presses("Cấp số mở mới")


def refused_action(scene: Scene) -> Person:
    clerk = as_clerk("datdai", AT_LAND_OFFICE, GIFT_OF_LAND)(scene)
    return clerk.takes("Đủ điều kiện, chuyển xử lý").presses(
        "Đủ điều kiện, chuyển xử lý"
    )


def refused_payment(scene: Scene) -> Person:
    return owing("thue", TAX, "/nop-tien")(scene).presses("Ghi nhận")


def surplus_payment(scene: Scene) -> Person:
    person = owing("thue", TAX, "/nop-tien")(scene).types("Số chứng từ", "GNT-9")
    return person.types("Số tiền (đồng)", "900.000.000").presses("Ghi nhận")


def faults_waiting(scene: Scene) -> Person:
    scene.fault()
    return scene.clerk("thue").opens("/can-bo/su-co")


def fault_without_reason(scene: Scene) -> Person:
    person = faults_waiting(scene).unfolds("Bỏ qua việc này")
    return person.presses("Bỏ qua Báo một việc 1")


def refused_team(scene: Scene) -> Person:
    return scene.clerk("quantri").opens("/quan-tri/to").presses("Lập tổ này")


def answering(scene: Scene) -> Person:
    request_sent(scene)
    person = scene.clerk("quantri").opens("/quan-tri/quyen")
    return person.follows("Xóa thông tin")


def answer_refused(scene: Scene) -> Person:
    return answering(scene).presses("Gửi câu trả lời")


def requests_waiting(scene: Scene) -> Person:
    request_sent(scene)
    return scene.clerk("quantri").opens("/quan-tri/quyen")


VISITED = "Bà Lành hỏi tại quầy sáng nay"


def visiting(scene: Scene) -> Person:
    """Come to a dossier of other offices, which asks why."""
    case = scene.case(scene.demo(NEW)[0], CONTRACT)
    return scene.clerk("thue").opens(f"/can-bo/ho-so/{case}")


def visit_refused(scene: Scene) -> Person:
    return visiting(scene).presses("Xem trong 30 phút")


def visited(scene: Scene) -> Person:
    case = scene.case(scene.demo(AT_LAND_OFFICE)[0], GIFT_OF_LAND)
    person = scene.clerk("congchung").opens(f"/can-bo/ho-so/{case}")
    if person.status == ASKED_WHY:
        person.chooses("Người dân nhờ tôi xem").types("Ghi rõ", VISITED)
        person.presses("Xem trong 30 phút")
    return person


def at_evidence(path: str = ""):
    return lambda scene: scene.clerk("datdai").opens(
        f"/can-bo/ho-so/{scene.evidenced[2]}{path}"
    )


def note_refused(scene: Scene) -> Person:
    return at_evidence()(scene).unfolds("Viết ghi chú").presses("Ghi lại")


def noted(scene: Scene) -> Person:
    person = at_evidence()(scene).unfolds("Viết ghi chú")
    return person.types("Ghi chú", "Gọi lại sáng thứ Hai").presses("Ghi lại")


def stale(scene: Scene) -> Person:
    """Send a form that is older than the case; what was typed comes back."""
    person = at_evidence("/viec/apologise")(scene).types("Lý do chậm", "Chờ đo lại")
    with scene.town.alone() as desk:
        case, land = scene.evidenced[2], clerk(desk, "land-branch")
        if "conditions_met" in events_of(desk, land, case):
            act(desk, land, case, "conditions_met")
            return person.presses(person.heading)
    person.page.evaluate("document.querySelector('[name=phien-ban]').value = 1")
    return person.presses(person.heading)


LIST = """\
Mã hồ sơ,Tên TTHC,Chủ hồ sơ,Ngày hẹn trả,Trạng thái,Ghi chú riêng
H15.50.05.13-261008-0975,Đăng ký biến động,Lê Thị Mẫu,04/12/2026,4,
H15.50.05.13-261008-0976,,,20/11/2026,5,
H15,,,31/11/2026,11,
"""


def other_systems(scene: Scene) -> Person:
    return scene.clerk("motcua").opens("/can-bo/he-thong-khac")


def reads_a_list(content: bytes):
    def goes(scene: Scene) -> Person:
        person = other_systems(scene)
        file = {"name": "list.csv", "mimeType": "text/csv", "buffer": content}
        person.page.set_input_files("#tep", file)
        return person.presses("Nhập danh sách")

    return goes


def no_list(scene: Scene) -> Person:
    return other_systems(scene).presses("Nhập danh sách")


def followed(scene: Scene) -> Person:
    reads_a_list(LIST.encode())(scene)
    return other_systems(scene)


def code_refused(scene: Scene) -> Person:
    person = other_systems(scene).types("Mã hồ sơ ở đây", "HS-1")
    return person.types("Mã của hệ thống kia", "H15").presses("Ghi lại")


def events_of(desk, actor, case):
    return {each.event for each in case_view(desk, actor, case).offers}


def counted(goes):
    """Go to a page of figures after they were counted."""

    def goes_there(scene: Scene) -> Person:
        with scene.town.alone() as desk:
            look_again(desk)
            count_months(desk)
        return goes(scene)

    return goes_there


ASKED_WHY = 403


def nothing_ticked(scene: Scene) -> Person:
    person = scene.clerk("congchung").opens("/can-bo?ai=ca-co-quan")
    return person.presses("Làm chung một việc")


def given_to_nobody(scene: Scene) -> Person:
    person = scene.clerk("truongdatdai").opens("/can-bo?ai=ca-co-quan&chon=het")
    return person.presses("Giao việc")


def together(path: str = "", office="congchung", words=NEW, procedure=CONTRACT):
    """Go to what may be done with one ticked dossier of a matter of the demo."""

    def goes(scene: Scene) -> Person:
        case = scene.case(scene.demo(words)[0], procedure)
        return scene.clerk(office).opens(f"/can-bo/hang-loat?c={case}{path}")

    return goes


def entry_missing(scene: Scene) -> Person:
    at_land = together("&viec=conditions_met", "datdai", AT_LAND_OFFICE, GIFT_OF_LAND)
    return at_land(scene).presses("Đủ điều kiện, chuyển xử lý cho các hồ sơ đã chọn")


def batch_of_an_old_page(scene: Scene) -> Person:
    """Send a batch whose page is older than the dossier: it is left as it is."""
    person = together("&viec=accept")(scene)
    person.page.evaluate("document.querySelector('[name=c]').value += '0'")
    return person.presses("Tiếp nhận, in giấy hẹn cho các hồ sơ đã chọn")


DIFFERENCE = "/so-sanh?goi=vn-nd151-2025&khac=vn-66-2026"


PAGES = {
    "second person, list": proposed,
    "second person, proposal": proposal,
    "second person, no reason": proposal_returned_without_reason,
    "second person, own proposal": own_proposal,
    "second person, nothing waits": at_desk("thue", "/duyet"),
    "hand-overs": nothing_given,
    "hand-overs, nothing chosen": given_without_choice,
    "hand-overs, none": at_desk("congchung", "/ban-giao"),
    "board of quality": counted(lambda scene: scene.anybody().opens("/chat-luong")),
    "figures of the office": counted(at_desk("truongdatdai", "/so-lieu")),
    "what stands out in the office": at_desk("truongdatdai", "/bat-thuong"),
    "figures of the office, nothing": at_desk("chutichphuong", "/so-lieu"),
    "figures of the province": counted(
        lambda scene: scene.clerk("quantri").opens("/quan-tri/so-lieu")
    ),
    "other systems": other_systems,
    "other systems, a list read": reads_a_list(LIST.encode()),
    "other systems, followed": followed,
    "other systems, no list": no_list,
    "other systems, no table": reads_a_list(b"\xff\xfe"),
    "other systems, code refused": code_refused,
    "new number": at_desk("motcua", "/so-mo"),
    "new number, refused": number_without_papers,
    "form, at the desk": as_clerk(
        "datdai", AT_LAND_OFFICE, GIFT_OF_LAND, "/to/TAX-01-LPTB"
    ),
    "rights, requests": requests_waiting,
    "rights, answering": answering,
    "rights, answer refused": answer_refused,
    "ratings of the office": at_desk("motcua", "/danh-gia"),
    "teams": lambda scene: scene.clerk("quantri").opens("/quan-tri/to"),
    "teams, refused": refused_team,
    "list": at_desk("congchung"),
    "list, nothing late": at_desk("datdai", "?loc=qua-han"),
    "list, nothing ticked": nothing_ticked,
    "list, given to nobody": given_to_nobody,
    "list, of a lead": at_desk("truongdatdai", "?ai=ca-co-quan"),
    "search": at_desk("congchung", "/tim?q=mau"),
    "search, nothing found": at_desk("congchung", "/tim?q=khong+co+ai"),
    "deadline board": at_desk("truongdatdai", "/han-tra"),
    "batch": together(),
    "batch, one action": together("&viec=accept"),
    "batch, entry missing": entry_missing,
    "batch, not done": batch_of_an_old_page,
    "case, new": as_clerk("congchung", NEW, CONTRACT),
    "case, at the land office": as_clerk("datdai", AT_LAND_OFFICE, GIFT_OF_LAND),
    "case, over": as_clerk("congchung", AT_LAND_OFFICE, CONTRACT),
    "case, clock stopped": as_clerk("datdai", AT_TAX_OFFICE, GIFT_OF_LAND),
    "case, money": owing("thue", TAX),
    "case, waiting for money": owing("datdai", SALE_OF_LAND),
    "payment": owing("thue", TAX, "/nop-tien"),
    "payment refused": refused_payment,
    "payment of more than is owed": surplus_payment,
    "notice beside the estimate": owing("thue", TAX, "/doi-chieu"),
    "notice beside the estimate, none yet": as_clerk(
        "thue", AT_TAX_OFFICE, TAX, "/doi-chieu"
    ),
    "what needs a person, nothing": at_desk("phuong", "/su-co"),
    "what needs a person": faults_waiting,
    "what needs a person, no reason": fault_without_reason,
    "case, sheet at the tax office": as_clerk("thue", AT_TAX_OFFICE, TAX),
    "case of another office, why": visiting,
    "case of another office, why, refused": visit_refused,
    "case of another office": visited,
    "case, two sources and a photo": at_evidence(),
    "case, two papers side by side": at_evidence("/giay-to?trai=certificate"),
    "case, no papers to lay side by side": as_clerk(
        "congchung", NEW, CONTRACT, "/giay-to"
    ),
    "case, note refused": note_refused,
    "case, noted": noted,
    "action, stale": stale,
    "action": as_clerk("congchung", NEW, CONTRACT, "/viec/decline"),
    "action, yes or no": as_clerk(
        "datdai", AT_LAND_OFFICE, GIFT_OF_LAND, "/viec/conditions_met"
    ),
    "action, choice": as_clerk(
        "datdai", AT_LAND_OFFICE, GIFT_OF_LAND, "/viec/stop_by_law"
    ),
    "action, refused": refused_action,
    "law": administering(""),
    "law, on another day": administering("?ngay=2027-01-15"),
    "law, no such day": administering("?ngay=hom-nay"),
    "law, package": administering("/vn-66-2026"),
    "law, figures": administering("/vn-66-2026/so-lieu"),
    "law, instruments": administering("/vn-66-2026/van-ban"),
    "law, not known": administering("/vn-66-2026/chua-biet"),
    "law, procedure": administering("/vn-66-2026/thu-tuc/register_transfer"),
    "law, difference": administering(DIFFERENCE),
    "law, difference in one procedure": administering(
        DIFFERENCE + "&phan=register_transfer"
    ),
    "law, findings": administering("/kiem-tra"),
    "forms": forms(""),
    "forms, another day and place": forms("?ngay=2026-01-15&tinh=15"),
    "forms, no such day and place": forms("?ngay=hom-nay&xa=99999"),
    "forms, those with something not seen": forms("?loai=con-thieu"),
    "forms, one edition": forms("/vn-66-2026/F-CHANGE@2026-07-01"),
    "forms, one that is wide": forms("/common/ONESTOP-07@2025-07-01"),
    "law, not for a clerk": lambda scene: scene.clerk("datdai").opens("/quan-tri/luat"),
    "not for this office": as_clerk("phuong", NEW, CONTRACT),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_at_a_desk_is_for_everybody(scene, town, name):
    assert list(lacking(PAGES[name](scene), light=False)) == []
