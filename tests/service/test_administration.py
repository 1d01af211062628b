"""The administrator's pages: people, offices, who signs, and the log of all of it."""

import re

import pytest

from service.auth.accounts import NewAccount, add_account
from service.auth.half_way import give_password
from service.auth.sessions import sign_in
from service.errors import NotAllowedError, SignInRefusedError
from service.usecases.administration import admin_accounts, admin_log, admin_offices
from service.usecases.outside.working import run_until_idle
from service.usecases.playing.demo import seed_offices
from service.usecases.telling.wordings import choose_wording, wording, wordings
from tests.factories import a_matter, act, clerk, filed, row_of
from tests.service.test_sign_in import ADMIN, PASSWORD, an_account
from tests.visitor import Visitor

NEW = {
    "ho-ten": "Chị Mẫu Mới", "ten": "moi", "mat-khau": PASSWORD, "vai-tro": "clerk",
    "co-quan": "land-branch-66", "viec": ["handle", "sign"],
}  # fmt: skip
ACCOUNTS, OFFICES = "/quan-tri/tai-khoan", "/quan-tri/co-quan"
SIGNING = "/quan-tri/giao-ky"


@pytest.fixture
def admin(desk):
    """An administrator at the pages, signed in."""
    seed_offices(desk, "66")
    an_account(desk, "chinh", "administrator")
    return Visitor(desk).signs_in("chinh", PASSWORD)


def log(desk):
    rows = admin_log.changes(desk, ADMIN).rows
    return [(row.what, row.subject) for row in rows]


# --- accounts -------------------------------------------------------------------------


def test_an_administrator_adds_a_clerk_who_then_signs_in(desk, admin):
    admin.opens(f"{ACCOUNTS}/moi").sends(f"{ACCOUNTS}/moi", **NEW)
    assert admin.status == 200
    assert "Đã thêm người này" in admin.text
    first = sign_in(desk, "moi", PASSWORD)
    assert first.step == "password"
    own = "chỉ mình tôi biết câu này"
    actor = give_password(desk, first.token, own, own).actor
    assert (actor.office_id, actor.duties) == ("land-branch-66", {"handle", "sign"})
    assert log(desk)[0] == ("Thêm tài khoản", "moi")


def test_what_is_wrong_is_said_without_a_key(admin):
    admin.opens(f"{ACCOUNTS}/moi")
    admin.sends(f"{ACCOUNTS}/moi", **NEW | {"vai-tro": ""})
    assert admin.status == 422
    assert "Chọn một vai trò." in admin.text
    form = {"ten": "Cơ quan mẫu", "loai": "commune", "xa": "Ea Kao, Nơi Không Có"}
    admin.opens(f"{OFFICES}/moi").sends(f"{OFFICES}/moi", **form)
    assert admin.status == 422
    assert "Xã, phường: không thấy" in admin.text


def test_pages_lead_on_and_say_what_a_place_stands_for(admin):
    lacking = admin.opens("/quan-tri/con-thieu").text
    assert f'href="{ACCOUNTS}">Tài khoản</a> · ' in lacking
    assert "{code}</span> (mã hồ sơ)" in admin.opens("/quan-tri/tin-nhan/accepted").text


def test_a_form_sent_twice_adds_one_account(desk, admin):
    admin.opens(f"{ACCOUNTS}/moi")
    form = admin.text
    for _ in range(2):
        admin.text = form
        key = re.search(r'name="khoa" value="(\w+)"', form)[1]
        admin.sends(f"{ACCOUNTS}/moi", **NEW, khoa=key)
        assert admin.status == 200
    assert len([row for row in log(desk) if row[1] == "moi"]) == 1


def test_what_is_wrong_with_an_account_is_said_beside_its_field(desk, admin):
    bad = {"ho-ten": "", "ten": "hai chữ", "mat-khau": "ngắn", "vai-tro": "clerk"}
    admin.opens(f"{ACCOUNTS}/moi").sends(f"{ACCOUNTS}/moi", **bad)
    assert admin.status == 422
    for field in ("ho-ten", "ten", "mat-khau", "co-quan"):
        assert f'id="{field}-loi"' in admin.text
    assert 'value="hai chữ"' in admin.text
    assert "ngắn" not in admin.text, "a password is not sent back"
    taken = NEW | {"ten": "CHINH"}
    admin.opens(f"{ACCOUNTS}/moi").sends(f"{ACCOUNTS}/moi", **taken)
    assert "đã có người dùng" in admin.text


def test_a_locked_account_is_out_at_once_and_may_be_opened_again(desk, admin):
    id_ = an_account(desk, "lan", "clerk", "tax-66")
    lan = Visitor(desk).signs_in("lan", PASSWORD)
    assert lan.opens("/can-bo").path == "/can-bo"

    admin.opens(f"{ACCOUNTS}/{id_}").sends(f"{ACCOUNTS}/{id_}/khoa", khoa_lai="1")
    assert lan.opens("/can-bo").path == "/dang-nhap"
    with pytest.raises(SignInRefusedError):
        sign_in(desk, "lan", PASSWORD)
    admin.sends(f"{ACCOUNTS}/{id_}/khoa", khoa_lai="0")
    assert sign_in(desk, "lan", PASSWORD)
    assert [what for what, _ in log(desk)[:2]] == ["Mở lại tài khoản", "Khóa tài khoản"]


def test_nobody_locks_the_account_that_he_is_signed_in_with(desk, admin):
    with desk.database.reading() as uow:
        own = uow.people.account_by_name("chinh").id
    admin.opens(f"{ACCOUNTS}/{own}").sends(f"{ACCOUNTS}/{own}/khoa", khoa_lai="1")
    assert admin.status == 422
    assert "Không tự khóa" in admin.text
    assert admin.opens("/quan-tri").status == 200


def test_a_new_password_signs_everybody_out_and_stands_nowhere(desk, admin):
    id_ = an_account(desk, "lan", "clerk", "tax-66")
    token = sign_in(desk, "lan", PASSWORD).token
    other = "một mật khẩu khác hẳn"
    where = f"{ACCOUNTS}/{id_}"
    admin.opens(where).sends(f"{where}/mat-khau", mat_khau="ngắn")
    assert admin.status == 422
    admin.opens(where).sends(f"{where}/mat-khau", mat_khau=other)
    assert "Đã đặt mật khẩu mới" in admin.text
    lan = Visitor(desk)
    lan.client.cookies.set("dat_session", token)
    assert lan.opens("/can-bo").path == "/dang-nhap"
    assert sign_in(desk, "lan", other)
    with desk.database.reading() as uow:
        assert other not in str(uow.administration.log("66"))


def test_a_change_of_office_and_duties_holds_at_once_under_a_new_session(desk, admin):
    id_ = an_account(desk, "lan", "clerk", "tax-66")
    lan = Visitor(desk).signs_in("lan", PASSWORD)
    changed = {"ho-ten": "Lan", "co-quan": "one-stop-66", "viec": ["receive"]}
    admin.opens(f"{ACCOUNTS}/{id_}").sends(f"{ACCOUNTS}/{id_}", **changed)
    assert admin.status == 200
    assert lan.opens("/can-bo").path == "/dang-nhap"
    lan.signs_in("lan", PASSWORD)
    assert "Trung tâm Phục vụ hành chính công" in lan.opens("/can-bo").text
    view = admin_accounts.account(desk, ADMIN, id_)
    assert view.duties == ("receive",)
    [first, *_] = admin_log.changes(desk, ADMIN).rows
    told = {each.name: (each.before, each.after) for each in first.fields}
    assert told["Việc được làm"] == ("–", "Tiếp nhận tại quầy")
    none = {"ho-ten": "Lan", "co-quan": "ở đâu", "viec": []}
    admin.sends(f"{ACCOUNTS}/{id_}", **none)
    assert admin.status == 422


def test_many_accounts_come_in_pages_and_of_one_office(desk, admin):
    for number in range(admin_accounts.PAGE + 1):
        new = NewAccount(f"a{number:03}", PASSWORD, "Mẫu", "clerk", "tax-66")
        add_account(desk, ADMIN, new, f"id-{number}")
    first = admin_accounts.accounts(desk, ADMIN)
    rest = admin_accounts.accounts(desk, ADMIN, after=first.after)
    names = [each.row.name for each in (*first.rows, *rest.rows)]
    assert names == sorted(names)
    assert len(set(names)) == admin_accounts.PAGE + 2
    assert admin_accounts.accounts(desk, ADMIN, office_id="notary-66").rows == ()


# --- offices --------------------------------------------------------------------------


def test_an_office_of_a_commune_gets_its_cases_until_it_is_closed(desk, admin):
    own = {"ten": "Ủy ban mẫu", "loai": "notary", "xa": "24133"}
    admin.opens(f"{OFFICES}/moi").sends(f"{OFFICES}/moi", **own)
    assert admin.status == 200
    id_ = admin.path.rpartition("/")[2]

    def office_of_a_new_case():
        return row_of(desk, filed(desk).case).office_id

    assert office_of_a_new_case() == id_
    admin.sends(f"{OFFICES}/{id_}/nhan", ngung="1")
    assert "Ngừng nhận hồ sơ mới từ" in admin.text
    assert office_of_a_new_case() == "notary-66"
    assert log(desk)[0] == ("Ngừng nhận hồ sơ mới", "Ủy ban mẫu")


def test_what_is_wrong_with_an_office_is_said_beside_its_field(desk, admin):
    bad = {"ten": "", "loai": "", "xa": "Đâu đó"}
    admin.opens(f"{OFFICES}/moi").sends(f"{OFFICES}/moi", **bad)
    assert admin.status == 422
    for field in ("ten", "loai", "xa"):
        assert f'id="{field}-loi"' in admin.text
    assert "Đâu đó</textarea>" in admin.text
    assert admin.opens(f"{OFFICES}/khong-co").status == 404


def test_every_commune_of_the_list_gets_an_office_once(desk, admin):
    communes = desk.territory.tables["66"].communes
    assert admin_offices.seed_communes(desk, ADMIN, "commune") == len(communes)
    assert admin_offices.seed_communes(desk, ADMIN, "commune") == 0
    admin.opens(OFFICES).sends(f"{OFFICES}/theo-xa", loai="tax")
    assert admin.status == 422
    admin.opens(OFFICES).sends(f"{OFFICES}/theo-xa", loai="one_stop")
    assert f"Đã thêm {len(communes)} cơ quan" in admin.text


# --- who signs ------------------------------------------------------------------------


def test_the_page_of_signing_names_the_people_of_an_office_and_keeps_what_was_typed(
    desk, admin
):
    for name, duties in (("truong", ["sign", "lead"]), ("pho", ["handle"])):
        new = NewAccount(name, PASSWORD, name, "clerk", "land-branch-66", duties)
        add_account(desk, ADMIN, new, name)
    admin.opens(f"{SIGNING}?co-quan=land-branch-66")
    form = {
        "nguoi-giao": "truong", "nguoi-nhan": "pho", "tu": "2026-11-25",
        "den": "2026-11-20", "so-van-ban": "12/QĐ", "ngay-van-ban": "2026-11-24",
        "co-quan": "land-branch-66",
    }  # fmt: skip
    admin.sends(SIGNING, **form)
    assert admin.status == 422
    assert 'id="den-loi"' in admin.text
    assert 'value="12/QĐ"' in admin.text
    admin.sends(SIGNING, **form | {"den": "2026-12-20"})
    assert "truong → pho" in admin.text
    assert "đang ký thay" in admin.text
    id_ = re.search(r"/giao-ky/(\w+)/ket-thuc", admin.text)[1]
    admin.sends(f"{SIGNING}/{id_}/ket-thuc")
    assert "Hiện không ai ký thay ai" in admin.text


# --- for whom -------------------------------------------------------------------------

PAGES = (
    "", "/nhat-ky", "/tai-khoan", "/tai-khoan/moi", "/co-quan", "/co-quan/moi",
    "/giao-ky", "/ngay-nghi", "/ngay-nghi/ho-so", "/tin-nhan", "/con-thieu",
)  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_pages_of_the_administrator_are_for_nobody_else(desk, admin, path):
    an_account(desk, "lan", "clerk", "tax-66")
    assert admin.opens(f"/quan-tri{path}").status == 200
    assert Visitor(desk).opens(f"/quan-tri{path}").path == "/dang-nhap"
    clerk = Visitor(desk).signs_in("lan", PASSWORD)
    assert clerk.opens(f"/quan-tri{path}").status == 403


def test_no_clerk_calls_what_only_an_administrator_does(desk):
    a_matter(desk)
    actor = clerk(desk, "tax")
    for tried in (
        lambda: admin_accounts.accounts(desk, actor),
        lambda: admin_accounts.set_password(desk, actor, "x", PASSWORD),
        lambda: admin_offices.seed_communes(desk, actor, "commune"),
        lambda: admin_log.changes(desk, actor),
    ):
        with pytest.raises(NotAllowedError):
            tried()


# --- the words of messages ------------------------------------------------------------

ACCEPTED = "/quan-tri/tin-nhan/accepted"


def change_words(admin, text, act="ghi", **more):
    admin.opens(ACCEPTED)
    version = re.search(r'name="ban" value="(\d+)"', admin.text)[1]
    return admin.sends(ACCEPTED, **{"ban": version, "loi-tin": text, "lam": act} | more)


def notified(desk):
    """Hand a case in, let the counter accept it, and return what its page says."""
    matter = filed(desk)
    act(desk, clerk(desk, "notary"), matter.case, "accept")
    run_until_idle(desk)
    row = row_of(desk, matter.case)
    with desk.database.reading() as uow:
        told = uow.records.notifications(row.tenant_id, row.id)
    return row, [each.text for each in told]


def test_a_wording_of_the_province_holds_from_now_on_until_it_goes_back(desk, admin):
    words = "Dắt: quầy đã nhận hồ sơ {code}. Mời ông bà giữ giấy hẹn."
    change_words(admin, words, "xem")
    assert "quầy đã nhận hồ sơ DAT-7K2QX" in admin.text
    assert wording(desk, ADMIN, "accepted").version == 0

    change_words(admin, words)
    assert "Tin viết từ bây giờ dùng lời này" in admin.text
    row, told = notified(desk)
    assert words.format(code=row.code) in told

    change_words(admin, words, "goc")
    view = wording(desk, ADMIN, "accepted")
    assert (view.text, view.version, view.changed) == (view.own, 2, None)
    assert log(desk)[:2] == [("Sửa lời tin nhắn", "accepted")] * 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "còn trống"),
        ("Hồ sơ {code} đã nhận.", "phải bắt đầu bằng"),
        ("Dắt: hồ sơ {name} đã nhận.", "Chỗ điền được dùng trong tin này"),
        ("Dắt: hồ sơ {code đã nhận.", "Dấu ngoặc nhọn"),
        ("Dắt: xem ở https://dat.example", "đường dẫn"),
        ("Dắt: gửi mật khẩu cho quầy.", "mật khẩu"),
        ("Dắt: gọi 0905123456.", "dãy số dài"),
        ("Dắt: gọi 0905 123 456.", "dãy số dài"),
        ("Dắt: gọi 0905.123.456 gặp quầy.", "dãy số dài"),
        ("Dắt: xem ở dat-dak-lak.info ngay.", "đường dẫn"),
        ("Dắt: xem ở datdaklak.xyz", "đường dẫn"),
        ("Dắt: " + "rất dài " * 40, "nhiều nhất là"),
    ],
)
def test_no_wording_goes_out_that_a_swindler_could_use(desk, admin, text, said):
    change_words(admin, text)
    assert admin.status == 422
    assert said in admin.text
    assert wording(desk, ADMIN, "accepted").version == 0


def test_a_wording_typed_on_an_old_page_is_not_lost_and_not_stored(desk, admin):
    change_words(admin, "Dắt: hồ sơ {code} đã nhận.")
    change_words(admin, "Dắt: lời thứ hai {code}.", ban="0")
    assert admin.status == 422
    assert "Người khác vừa sửa" in admin.text
    assert "lời thứ hai" in admin.text
    assert wording(desk, ADMIN, "accepted").version == 1
    assert admin.opens("/quan-tri/tin-nhan/khong-co").status == 404


def test_the_program_s_own_words_would_pass_the_check_themselves(desk):
    for view in wordings(desk, ADMIN):
        choose_wording(desk, ADMIN, view.template, view.own, "0")
        assert wording(desk, ADMIN, view.template).version == 0
