"""Every page from the home to the papers of a step is for everybody."""

import pytest

from tests.browser.english import left_in_vietnamese, reads_english
from tests.browser.people import Person
from tests.browser.quality import lacking
from tests.browser.scenes import BEGUN, NEW, Scene
from tests.browser.ways import as_citizen, at, code_and_number

pytestmark = pytest.mark.browser


def plan_with_nothing_told(scene: Scene) -> Person:
    person = code_and_number(scene).follows("Tôi đã chép lại, đi tiếp")
    return person.opens(person.path.replace("/ho-so/", "/ke-hoach/"))


def comparing_to_be_confirmed(scene: Scene) -> Person:
    code, _ = scene.ready
    path = f"/ke-hoach/{code}/so-sanh/dung?notary_or_commune=commune"
    return scene.citizen(*scene.ready).opens(path)


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


def form_in_dispute(scene: Scene) -> Person:
    code, pin = scene.disputed
    person = scene.citizen(code, pin)
    return person.opens(f"/ho-so/{code}/buoc/register_gift/giay/TAX-01-LPTB")


def form_without_a_choice(scene: Scene) -> Person:
    return form_in_dispute(scene).presses("Lấy giá trị đã chọn")


COMPARING = "/ke-hoach/{code}/so-sanh"


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
    "step to come": as_citizen(NEW, "/ho-so/{code}/buoc/register_gift"),
    "sign-in": at("/dang-nhap"),
    "sign-in, refused": refused_sign_in,
    "comparing": as_citizen(NEW, COMPARING),
    "comparing a gift with a sale": as_citizen(NEW, COMPARING + "?give_or_sell=sell"),
    "comparing, divided, next year": as_citizen(
        NEW, COMPARING + "?divide_first=part&this_or_next_year=next_year"
    ),
    "comparing, nothing to change": as_citizen(
        BEGUN, COMPARING + "/dung?no_such_comparison=x"
    ),
    "comparing, to be confirmed": comparing_to_be_confirmed,
    "no such page": at("/khong-co-trang-nay"),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_goals_plans_and_steps_is_for_everybody(scene, town, name):
    person = PAGES[name](scene)
    assert list(lacking(person)) == []
    assert not reads_english(name) or left_in_vietnamese(scene, person) == []
