"""Every page fits every screen and can be used by everybody."""

import re
from itertools import count

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.people import DESKTOP, PHONE, Person
from tests.browser.scenes import (
    AT_LAND_OFFICE,
    AT_TAX_OFFICE,
    BEGUN,
    CONTRACT,
    GIFT_OF_LAND,
    NEW,
    SALE_OF_LAND,
    TAX,
    Scene,
)

pytestmark = pytest.mark.browser

# Each time another answer, for there is one matter for all of a module.
AREAS = count(300)
LEVELS_A_AND_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="module")
def scene(whole_town):
    made = Scene(whole_town)
    yield made
    for person in made.people.values():
        person.context.close()


# --- how to come to a page ----------------------------------------------------------


def at(path: str):
    return lambda scene: scene.anybody().opens(path)


def as_citizen(words: str, path: str):
    """Go to a page of a matter of the demo; the path says {code} for it."""

    def goes(scene: Scene) -> Person:
        code, pin = scene.demo(words)
        return scene.citizen(code, pin).opens(path.format(code=code))

    return goes


def question(key: str):
    return as_citizen(NEW, "/ho-so/{code}/cau-hoi/" + key)


def at_desk(name: str, path: str = ""):
    return lambda scene: scene.clerk(name).opens("/can-bo" + path)


def as_clerk(name: str, words: str, procedure: str, path: str = ""):
    """Go to a page of a case of a matter of the demo."""

    def goes(scene: Scene) -> Person:
        case = scene.case(scene.demo(words)[0], procedure)
        return scene.clerk(name).opens(f"/can-bo/ho-so/{case}{path}")

    return goes


def administering(path: str):
    return lambda scene: scene.clerk("quantri").opens(f"/quan-tri/luat{path}")


def forms(path: str):
    return lambda scene: scene.clerk("quantri").opens(f"/quan-tri/bieu-mau{path}")


def owing(name: str, procedure: str):
    """Go to a case of the matter whose tax notice waits for the payment."""
    return lambda scene: scene.clerk(name).opens(
        f"/can-bo/ho-so/{scene.case(scene.owing[0], procedure)}"
    )


def followed_case(scene: Scene) -> Person:
    case = scene.case(scene.demo(NEW)[0], CONTRACT)
    return scene.anybody().opens(f"/tra-cuu?ma={case}")


def code_and_number(scene: Scene) -> Person:
    return scene.town.somebody().opens("/viec/give").presses("Bắt đầu")


def plan_with_nothing_told(scene: Scene) -> Person:
    person = code_and_number(scene).follows("Tôi đã chép lại, đi tiếp")
    return person.opens(person.path.replace("/ho-so/", "/ke-hoach/"))


def comparing_to_be_confirmed(scene: Scene) -> Person:
    code, _ = scene.ready
    path = f"/ke-hoach/{code}/so-sanh/dung?notary_or_commune=commune"
    return scene.citizen(*scene.ready).opens(path)


def one_more_person(scene: Scene) -> Person:
    return question("parties.transferor")(scene).presses("Thêm một người")


def refused_answer(scene: Scene) -> Person:
    person = question("land.area_m2")(scene)
    person.page.locator("#tra-loi").fill("rộng lắm")
    return person.presses("Tiếp tục")


def answered_twice(scene: Scene) -> Person:
    """Go to an older page of a question that was sent after a newer answer."""
    old = question("land.area_m2")(scene)
    fields = {**dict(old.form()), "tra-loi": f"{next(AREAS)}"}
    assert old.sends([*fields.items()]) == 303
    old.page.locator("#tra-loi").fill("1")
    return old.presses("Tiếp tục")


def older_address(scene: Scene) -> Person:
    person = question("party[hoa].address")(scene)
    person.page.locator("#tra-loi").fill("Buôn Kram, Ea Tiêu, Cư Kuin, Đắk Lắk")
    return person.presses("Tiếp tục")


def no_name(scene: Scene) -> Person:
    person = question("parties.receiver")(scene)
    person.page.locator("#ten-0").fill("")
    return person.presses("Tiếp tục")


def not_agreed(scene: Scene) -> Person:
    page = as_citizen(NEW, "/ho-so/{code}/nguoi-da-giu")(scene)
    page.page.get_by_role("button", name="Giữ lại").first.click()
    return page


def kept_with_number(scene: Scene) -> Person:
    page = as_citizen(NEW, "/ho-so/{code}/nguoi-da-giu")(scene)
    page.page.locator("label.opt input").first.check()
    page.page.get_by_role("button", name="Giữ lại").first.click()
    return page


def taken_in_vain(scene: Scene) -> Person:
    page = as_citizen(NEW, "/ho-so/{code}/lay-nguoi/receiver")(scene)
    return page.types("Mã", "NG-1").presses("Lấy người này")


def opened_in_vain(scene: Scene) -> Person:
    return scene.anybody().opens("/nguoi-da-giu").types("Mã", "NG-1").presses("Xem")


def number_without_papers(scene: Scene) -> Person:
    return scene.clerk("motcua").opens("/can-bo/so-mo").presses("Cấp số mở mới")


def first_step(scene: Scene) -> Person:
    code, _ = scene.ready
    person = scene.citizen(*scene.ready)
    return person.opens(f"/ho-so/{code}/buoc/notarize_contract")


def refused_step(scene: Scene) -> Person:
    return first_step(scene).presses("Nộp hồ sơ bước này")


def papers_to_check(path: str = ""):
    """Go to a page of the papers of a step; the path says {paper} for the first."""

    def goes(scene: Scene) -> Person:
        code, _ = scene.photographed
        person = scene.citizen(*scene.photographed)
        return person.opens(f"/ho-so/{code}/buoc/notarize_contract/giay-to{path}")

    return goes


def refused_photo(scene: Scene) -> Person:
    return papers_to_check("/identity")(scene).presses("Gửi và xem ảnh có rõ không")


def refused_reading(scene: Scene) -> Person:
    person = papers_to_check("/certificate/doc")(scene)
    return person.types("Giấy này có mấy trang?", "bốn").presses("Lưu và xem kết quả")


def refused_sign_in(scene: Scene) -> Person:
    person = scene.anybody().opens("/dang-nhap").types("Tên đăng nhập", "congchung")
    return person.types("Mật khẩu", "không nhớ").presses("Đăng nhập")


def refused_number(scene: Scene) -> Person:
    person = scene.anybody().opens("/mo-lai").types("Mã việc", scene.demo(NEW)[0])
    return person.types("Số mở, 6 số", "000000").presses("Mở")


def followed_with_number(scene: Scene) -> Person:
    code, pin = scene.owing
    person = scene.anybody().opens(f"/tra-cuu?ma={code}")
    return person.types("Số mở, 6 số", pin).presses("Xem thêm")


def follows_with(second: str, times: int = 1):
    """Try to see more of a case of the demo, by somebody who knows no number."""

    def goes(scene: Scene) -> Person:
        case = scene.case(scene.demo(AT_LAND_OFFICE)[0], CONTRACT)
        person = scene.town.somebody().opens(f"/tra-cuu?ma={case}")
        for _ in range(times):
            person.types("Số mở, 6 số", second).presses("Xem thêm")
        return person

    return goes


def follows_to(kept: str, path: str = ""):
    """Open a page about a case of the scene as its citizen."""

    def goes(scene: Scene) -> Person:
        code, pin, case = getattr(scene, kept)
        return scene.citizen(code, pin).opens(f"/tra-cuu{path}?ma={case}")

    return goes


def withdrawing_once_more(scene: Scene) -> Person:
    return follows_to("withdrawable", "/rut")(scene).presses("Đi tiếp để rút")


def withdrawing_too_many_words(scene: Scene) -> Person:
    person = follows_to("withdrawable", "/rut")(scene)
    person.page.locator("#ly-do").fill("dài " * 200)
    person.presses("Đi tiếp để rút").ticks("Tôi hiểu")
    return person.presses("Rút hồ sơ")


def withdrawing_as_a_stranger(scene: Scene) -> Person:
    _, _, case = scene.withdrawable
    return scene.town.somebody().opens(f"/tra-cuu/rut?ma={case}")


def rated_without_a_score(scene: Scene) -> Person:
    return follows_to("delivered", "/danh-gia")(scene).presses("Gửi đánh giá")


def refused_action(scene: Scene) -> Person:
    clerk = as_clerk("datdai", AT_LAND_OFFICE, GIFT_OF_LAND)(scene)
    return clerk.takes("Đủ điều kiện, chuyển xử lý").presses(
        "Đủ điều kiện, chuyển xử lý"
    )


def refused_payment(scene: Scene) -> Person:
    return owing("thue", TAX)(scene).unfolds("Ghi nhận nộp tiền").presses("Ghi nhận")


CARD = "066180001234||H'Bia Niê|15031981|Nam|Ea Bhốk, Cư Kuin, Đắk Lắk|10052022"


def card(text: str):
    """Put a text into the page of somebody's identity card and go on."""

    def goes(scene: Scene) -> Person:
        code, _ = scene.ready
        person = scene.citizen(*scene.ready).opens(f"/ho-so/{code}/the/hoa")
        person.page.locator("#ma-qr").fill(text)
        return person.presses("Xem lại trước khi ghi")

    return goes


def card_without_a_choice(scene: Scene) -> Person:
    return card(CARD)(scene).presses("Ghi vào hồ sơ")


def form_in_dispute(scene: Scene) -> Person:
    code, pin = scene.disputed
    person = scene.citizen(code, pin)
    return person.opens(f"/ho-so/{code}/buoc/register_gift/giay/TAX-01-LPTB")


def answers_in_dispute(scene: Scene) -> Person:
    code, pin = scene.disputed
    return scene.citizen(code, pin).opens(f"/ho-so/{code}/kiem-tra")


def form_without_a_choice(scene: Scene) -> Person:
    return form_in_dispute(scene).presses("Lấy giá trị đã chọn")


def messages_refused(scene: Scene) -> Person:
    person = as_citizen(NEW, "/ho-so/{code}/tin-nhan")(scene)
    return person.presses("Đồng ý và gửi mã xác nhận")


def code_asked_for(scene: Scene) -> Person:
    code, pin = scene.disputed
    person = scene.citizen(code, pin).opens(f"/ho-so/{code}/tin-nhan")
    if "chưa xác nhận" in person.words:
        return person.follows("Gõ mã xác nhận")
    person.chooses("Tin nhắn SMS").chooses("Báo tin khi hồ sơ")
    person.types("Số điện thoại, hoặc địa chỉ thư", "0912 345 678")
    return person.presses("Đồng ý và gửi mã xác nhận")


def messages_agreed_to(scene: Scene) -> Person:
    code, pin = scene.ready
    person = scene.citizen(code, pin).opens(f"/ho-so/{code}/tin-nhan")
    person.chooses("Tin nhắn SMS").chooses("Báo tin khi hồ sơ")
    person.types("Số điện thoại, hoặc địa chỉ thư", "0912 345 670")
    asked = person.presses("Đồng ý và gửi mã xác nhận").path
    person.opens("/thu-nghiem/tin-nhan").waits_until_the_page_says("0912345670")
    digits = re.search(r"mã (\d{6})", person.words)[1]
    person.opens(asked).types("Mã xác nhận, 6 số", digits)
    return person.presses("Xác nhận").unfolds("Giờ không gửi tin")


def code_refused(scene: Scene) -> Person:
    return code_asked_for(scene).types("Mã xác nhận, 6 số", "1").presses("Xác nhận")


def device_of_helper(scene: Scene) -> Person:
    """Go to a device that took the questions of a matter along."""
    code, _ = scene.helped
    person = scene.clerk("giupviec").opens("/ho-tro/ngoai-tuyen")
    person.types("Số khóa của chuyến này", "190945")
    person.page.locator("#khoa-mau button").click()
    person.page.locator("#chuyen").wait_for()
    if person.page.locator("#danh-sach > li").count() == 0:
        person.page.locator(f"[name=viec][value='{code}']").check()
        person.page.locator("#lay").click()
    person.page.locator("#danh-sach [data-b=mo]").click()
    return person


def asked_offline(kind: str):
    """Go to a question of this kind on the device."""

    def goes(scene: Scene) -> Person:
        person = device_of_helper(scene)
        row = person.page.locator("#cau-hoi > div").filter(has_text=kind)
        row.first.locator("[data-b=ghi]").click()
        return person

    return goes


def helping(path: str):
    """Go to a page of the helper, who helps on the matter that waits."""

    def goes(scene: Scene) -> Person:
        code, _ = scene.helped
        return scene.clerk("giupviec").opens(path.format(code=code))

    return goes


def asked_offline_in_vain(scene: Scene) -> Person:
    person = asked_offline("Ngày sinh")(scene)
    person.page.locator("#tra-loi").fill("hồi xưa")
    person.page.get_by_role("button", name="Tiếp tục").click()
    return person


def sheet_of_questions(scene: Scene) -> Person:
    person = scene.clerk("giupviec")
    return person.opens(f"/ho-tro/ngoai-tuyen/{scene.helped[0]}/phieu")


def helper_at(path: str):
    return lambda scene: scene.clerk("giupviec").opens(path)


def refused_consent(scene: Scene) -> Person:
    page = as_citizen(NEW, "/ho-so/{code}/nho-giup")(scene)
    return page.types("Tên đăng nhập của người giúp", "x").presses("Xem lời đồng ý")


def words_of_consent(scene: Scene) -> Person:
    page = as_citizen(NEW, "/ho-so/{code}/nho-giup")(scene)
    page.types("Tên đăng nhập của người giúp", "giupviec").chooses("Điền và in giúp")
    return page.chooses("Làm giấy tờ").chooses("30 phút").presses("Xem lời đồng ý")


def refused_door(scene: Scene) -> Person:
    return helping("/ho-tro/them")(scene).presses("Tiếp: bà con đồng ý")


def asked_at_the_door(scene: Scene) -> Person:
    page = helping("/ho-tro/them")(scene).types(
        "Mã việc, nếu bà con đã có", scene.ready[0]
    )
    page.chooses("Xem và theo dõi").chooses("Theo dõi hồ sơ").chooses("1 giờ")
    return page.presses("Tiếp: bà con đồng ý")


def refused_code(scene: Scene) -> Person:
    page = asked_at_the_door(scene).types("Số điện thoại của bà con", "0912345678")
    page.presses("Gửi mã").types("Mã bà con đọc, 6 số", "1")
    return page.presses("Bà con đọc mã này")


def refused_slip(scene: Scene) -> Person:
    page = asked_at_the_door(scene).presses("Lập giấy để in")
    return page.types("Số trên giấy đã ký", "1").presses("Bà con đã ký giấy này")


def refused_again(scene: Scene) -> Person:
    path = "/ho-so/{code}/hoi-lai/certificate.wanted"
    return helping(path)(scene).presses("Hỏi lại bà con")


def visits_of_a_day(scene: Scene) -> Person:
    page = helping("/ho-tro/buoi")(scene)
    page.page.locator("[name='di-0']").check()
    return page.presses("Ghi buổi đi thăm")


def refused_visits(scene: Scene) -> Person:
    page = helping("/ho-tro/buoi")(scene)
    page.page.locator("#thon-0").fill("x" * 90)
    return page.presses("Ghi buổi đi thăm")


def refused_team(scene: Scene) -> Person:
    return scene.clerk("quantri").opens("/quan-tri/to").presses("Lập tổ này")


def refused_stop(scene: Scene) -> Person:
    page = scene.anybody().opens("/dung-giup").types("Số giấy", "GY-0")
    return page.presses("Dừng ngay")


def request_refused(scene: Scene) -> Person:
    return as_citizen(NEW, "/ho-so/{code}/quyen/yeu-cau")(scene).presses("Gửi yêu cầu")


def request_sent(scene: Scene) -> Person:
    asking = as_citizen(AT_LAND_OFFICE, "/ho-so/{code}/quyen/yeu-cau?loai=erase")
    person = asking(scene)
    person.types("Điều gì, sai ở đâu, muốn thành thế nào", "Xóa số điện thoại cũ")
    return person.presses("Gửi yêu cầu")


def erasing_refused(scene: Scene) -> Person:
    person = as_citizen(BEGUN, "/ho-so/{code}/quyen/xoa")(scene)
    return person.types("Số mở, 6 số", "0").presses("Xóa hẳn")


def answering(scene: Scene) -> Person:
    request_sent(scene)
    person = scene.clerk("quantri").opens("/quan-tri/quyen")
    return person.follows("Xóa thông tin")


def answer_refused(scene: Scene) -> Person:
    return answering(scene).presses("Gửi câu trả lời")


def requests_waiting(scene: Scene) -> Person:
    request_sent(scene)
    return scene.clerk("quantri").opens("/quan-tri/quyen")


COMPARING = "/ke-hoach/{code}/so-sanh"
DIFFERENCE = "/so-sanh?goi=vn-nd151-2025&khac=vn-66-2026"

PAGES = {
    "home": at("/"),
    "search": at("/?q=mat+so+do"),
    "search in vain": at("/?q=xyzzy"),
    "search, an old place": at("/?q=dat+o+Cu+Kuin"),
    "search, an old province": at("/?q=ban+dat+Phu+Yen"),
    "search, a place chosen": at("/?q=cho+con+dat+o+Ea+Tieu"),
    "goal": at("/viec/give"),
    "goal, with what was told": at("/viec/sell?tu=when_mortgaged&xa=24544"),
    "triage": at("/chua-ro-viec"),
    "triage, later": at("/chua-ro-viec?di=sang.con-song"),
    "triage, not sure": at("/chua-ro-viec?di=sang.con-song.cho.chua-ro"),
    "triage, not helped": at("/chua-ro-viec?di=dat.khac.xay-nha"),
    "code and number": code_and_number,
    "matter just begun": as_citizen(BEGUN, "/ho-so/{code}"),
    "matter under way": as_citizen(NEW, "/ho-so/{code}"),
    "question, commune": question("commune"),
    "question, people": question("parties.transferor"),
    "question, one more person": one_more_person,
    "question, kinship": question("relationship[father,hoa]"),
    "question, choice": question("land.purpose"),
    "question, yes or no": question("certificate.in_hand"),
    "question, number": question("land.area_m2"),
    "question, money": question("land.table_price"),
    "question, day": question("certificate.issue_date"),
    "question, refused": refused_answer,
    "question, answered on another page": answered_twice,
    "question, an older address": older_address,
    "question, nobody named": no_name,
    "question, not known": question("land.area_m2/chua-ro"),
    "kept people": as_citizen(NEW, "/ho-so/{code}/nguoi-da-giu"),
    "kept people, not agreed": not_agreed,
    "kept people, kept": kept_with_number,
    "kept people, taken": as_citizen(NEW, "/ho-so/{code}/lay-nguoi/receiver"),
    "kept people, taken in vain": taken_in_vain,
    "kept person": at("/nguoi-da-giu"),
    "kept person, refused": opened_in_vain,
    "card of the code": as_citizen(NEW, "/ho-so/{code}/the-ma"),
    "new number": at_desk("motcua", "/so-mo"),
    "new number, refused": number_without_papers,
    "question, on a card": question("party[hoa].person_id"),
    "card": as_citizen(NEW, "/ho-so/{code}/the/hoa"),
    "card, refused": card("066180001234"),
    "card, looked over": card(CARD),
    "card, without a choice": card_without_a_choice,
    "answers, two words": answers_in_dispute,
    "answers": as_citizen(NEW, "/ho-so/{code}/kiem-tra"),
    "plan": as_citizen(NEW, "/ke-hoach/{code}"),
    "plan with little known": as_citizen(BEGUN, "/ke-hoach/{code}"),
    "plan with nothing told": plan_with_nothing_told,
    "plan to send": as_citizen(NEW, "/ke-hoach/{code}/gui"),
    "step": first_step,
    "step, refused": refused_step,
    "leaflets": at("/to-roi"),
    "papers": papers_to_check(),
    "paper, photographed": papers_to_check("/certificate"),
    "paper, not photographed": papers_to_check("/identity"),
    "paper, photo refused": refused_photo,
    "paper, read": papers_to_check("/certificate/doc"),
    "paper, reading refused": refused_reading,
    "step handed in": as_citizen(NEW, "/ho-so/{code}/buoc/notarize_contract"),
    "form": as_citizen(NEW, "/ho-so/{code}/buoc/register_gift/giay/F-CHANGE"),
    "form, two words": form_in_dispute,
    "form, no choice": form_without_a_choice,
    "form, at the desk": as_clerk(
        "datdai", AT_LAND_OFFICE, GIFT_OF_LAND, "/to/TAX-01-LPTB"
    ),
    "step to come": as_citizen(NEW, "/ho-so/{code}/buoc/register_gift"),
    "asking for help": as_citizen(NEW, "/ho-so/{code}/nho-giup"),
    "asking for help, refused": refused_consent,
    "asking for help, the words": words_of_consent,
    "who helped": as_citizen(NEW, "/ho-so/{code}/ai-da-lam"),
    "stop by paper": at("/dung-giup"),
    "stop by paper, refused": refused_stop,
    "messages": as_citizen(AT_TAX_OFFICE, "/ho-so/{code}/tin-nhan"),
    "messages, refused": messages_refused,
    "messages, agreed to": messages_agreed_to,
    "messages, code": code_asked_for,
    "messages, code refused": code_refused,
    "messages of the trial": at("/thu-nghiem/tin-nhan"),
    "rights": as_citizen(AT_TAX_OFFICE, "/ho-so/{code}/quyen"),
    "rights, a request": request_sent,
    "rights, a sheet": as_citizen(AT_TAX_OFFICE, "/ho-so/{code}/quyen/ban-in"),
    "rights, asking": as_citizen(NEW, "/ho-so/{code}/quyen/yeu-cau"),
    "rights, asking refused": request_refused,
    "rights, erasing": as_citizen(BEGUN, "/ho-so/{code}/quyen/xoa"),
    "rights, erasing refused": erasing_refused,
    "rights, erasing a dossier": as_citizen(NEW, "/ho-so/{code}/quyen/xoa"),
    "rights, erased": at("/da-xoa"),
    "rights, requests": requests_waiting,
    "rights, answering": answering,
    "rights, answer refused": answer_refused,
    "following": at("/tra-cuu"),
    "following, not found": at("/tra-cuu?ma=DAT-00000"),
    "following a matter": as_citizen(AT_TAX_OFFICE, "/tra-cuu?ma={code}"),
    "following a case": followed_case,
    "following with the number": followed_with_number,
    "following, wrong number": follows_with("000000"),
    "following, too many tries": follows_with("0000", times=6),
    "following, result waits": follows_to("ready_to_take"),
    "following, result given": follows_to("delivered"),
    "withdrawing": follows_to("withdrawable", "/rut"),
    "withdrawing, once more": withdrawing_once_more,
    "withdrawing, not sure": lambda scene: withdrawing_once_more(scene).presses(
        "Rút hồ sơ"
    ),
    "withdrawing, too many words": withdrawing_too_many_words,
    "withdrawing, number asked": withdrawing_as_a_stranger,
    "withdrawing, wrong number": lambda scene: (
        withdrawing_as_a_stranger(scene)
        .types("Số mở, 6 số", "000000")
        .presses("Tiếp tục")
    ),
    "withdrawing, too late": follows_to("ready_to_take", "/rut"),
    "rating": follows_to("delivered", "/danh-gia"),
    "rating, without a score": rated_without_a_score,
    "ratings of the office": at_desk("motcua", "/danh-gia"),
    "opening again": at("/mo-lai"),
    "opening again, refused": refused_number,
    "sign-in": at("/dang-nhap"),
    "sign-in, refused": refused_sign_in,
    "help": at("/ho-tro"),
    "offline, not signed in": at("/ho-tro/ngoai-tuyen"),
    "offline, locked": helper_at("/ho-tro/ngoai-tuyen"),
    "offline, a resident": device_of_helper,
    "offline, yes or no": asked_offline("tranh chấp"),
    "offline, day": asked_offline("Ngày sinh"),
    "offline, hint": asked_offline_in_vain,
    "offline, on paper": sheet_of_questions,
    "help, for the helper": helping("/ho-tro"),
    "help, at the door": helping("/ho-tro/them"),
    "help, at the door, refused": refused_door,
    "help, asked": asked_at_the_door,
    "help, code refused": refused_code,
    "help, paper refused": refused_slip,
    "help, visits": visits_of_a_day,
    "help, visits, refused": refused_visits,
    "help, a matter": helping("/ho-so/{code}"),
    "help, end": helping("/ho-tro/ket-thuc/{code}"),
    "help, ask again": helping("/ho-so/{code}/hoi-lai/certificate.wanted"),
    "help, ask again, refused": refused_again,
    "team, lead": lambda scene: scene.clerk("totruong").opens("/ho-tro/to"),
    "team, no lead": helping("/ho-tro/to"),
    "teams": lambda scene: scene.clerk("quantri").opens("/quan-tri/to"),
    "teams, refused": refused_team,
    "help, refused to look": lambda scene: scene.clerk("giupviec").opens(
        f"/ho-so/{scene.demo(NEW)[0]}"
    ),
    "list": at_desk("congchung"),
    "list, nothing late": at_desk("datdai", "?loc=qua-han"),
    "case, new": as_clerk("congchung", NEW, CONTRACT),
    "case, at the land office": as_clerk("datdai", AT_LAND_OFFICE, GIFT_OF_LAND),
    "case, over": as_clerk("congchung", AT_LAND_OFFICE, CONTRACT),
    "case, clock stopped": as_clerk("datdai", AT_TAX_OFFICE, GIFT_OF_LAND),
    "case, money": owing("thue", TAX),
    "case, waiting for money": owing("datdai", SALE_OF_LAND),
    "case, payment refused": refused_payment,
    "case, sheet at the tax office": as_clerk("thue", AT_TAX_OFFICE, TAX),
    "action": as_clerk("congchung", NEW, CONTRACT, "/viec/decline"),
    "action, yes or no": as_clerk(
        "datdai", AT_LAND_OFFICE, GIFT_OF_LAND, "/viec/conditions_met"
    ),
    "action, choice": as_clerk(
        "datdai", AT_LAND_OFFICE, GIFT_OF_LAND, "/viec/stop_by_law"
    ),
    "action, refused": refused_action,
    "comparing": as_citizen(NEW, COMPARING),
    "comparing a gift with a sale": as_citizen(NEW, COMPARING + "?give_or_sell=sell"),
    "comparing, divided, next year": as_citizen(
        NEW, COMPARING + "?divide_first=part&this_or_next_year=next_year"
    ),
    "comparing, nothing to change": as_citizen(
        BEGUN, COMPARING + "/dung?no_such_comparison=x"
    ),
    "comparing, to be confirmed": comparing_to_be_confirmed,
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
    "no such page": at("/khong-co-trang-nay"),
    "not for this office": as_clerk("phuong", NEW, CONTRACT),
}


def done_wrong(person: Person) -> list[str]:
    """Return what the page does wrong to somebody who sees or moves otherwise."""
    rules = {"type": "tag", "values": LEVELS_A_AND_AA}
    found = Axe().run(
        person.page, options={"runOnly": rules, "resultTypes": ["violations"]}
    )
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:200]}"
        for each in found.response["violations"]
    ]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_a_phone_and_a_desk_and_everybody_can_use_it(scene, town, name):
    person = PAGES[name](scene)
    for size in (PHONE, DESKTOP):
        person.page.set_viewport_size(size)
        person.looks()
        assert done_wrong(person) == []
    complaints, person.complaints = person.complaints, []
    assert complaints == []
