"""The administrator reads the law and its forms; nobody else does."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PACKAGE = "Thủ tục đất đai tỉnh Đắk Lắk"
TRANSFER = "Đăng ký biến động: chuyển nhượng quyền sử dụng đất"


def test_the_administrator_walks_from_the_packages_to_a_line_and_its_article(town):
    admin = town.clerk("quantri").follows("Các gói pháp luật")
    admin.sees("Các gói pháp luật", PACKAGE, "? chưa xác minh")

    admin.follows(PACKAGE).sees("thủ tục theo ngày", "Chưa tìm thấy quyết định")
    admin.follows(TRANSFER).sees("Nói với dân: Sang tên đất đã mua", "8 ngày làm việc")
    admin.unfolds("Điều luật và việc chuyển bước")
    admin.sees("✓ đã thấy văn bản", "templates/register_change.yaml:")
    admin.sees("Gói này đổi so với gói nền", "biết qua nguồn khác, chưa xác minh")


def test_every_figure_has_its_day_its_source_and_its_mark(town):
    admin = town.clerk("quantri").opens("/quan-tri/luat/vn-66-2026/so-lieu")
    rows = admin.page.locator("table.card tbody tr")

    assert rows.count() > 50
    unmarked = rows.filter(has_not=admin.page.locator(".tag"))
    assert unmarked.count() == 0
    admin.follows("Chưa biết, hỏi ai").sees("hỏi")


def test_the_law_of_another_day_is_the_law_of_that_day(town):
    admin = town.clerk("quantri").opens("/quan-tri/luat?ngay=2027-01-15")
    admin.follows(PACKAGE)

    assert admin.path.endswith("?ngay=2027-01-15")
    admin.sees("thủ tục theo ngày 15/1/2027")


def test_two_packages_are_compared_one_procedure_at_a_time(town):
    admin = town.clerk("quantri").opens("/quan-tri/luat").follows("So sánh hai gói")
    admin.page.get_by_label("Gói thứ nhất").select_option("vn-nd151-2025")
    admin.page.get_by_label("Gói thứ hai").select_option("vn-66-2026")
    admin.presses("So sánh").sees("thủ tục khác nhau")

    admin.follows(TRANSFER).sees("Mẫu đơn, số mẫu", "Trước:", "Sau:")


def test_the_law_of_the_administrator_is_not_for_a_clerk_or_a_citizen(town):
    clerk = town.clerk("datdai").opens("/quan-tri/luat")
    assert clerk.status == 403
    assert town.somebody().opens("/quan-tri/luat").path == "/dang-nhap"


def test_the_administrator_sees_an_edition_beside_its_wording_without_script(town):
    admin = town.somebody(script=False)
    town.sign_in(admin, "quantri")
    admin.opens("/quan-tri/luat").follows("Biểu mẫu")
    admin.sees("Bản mẫu", "Đã xác minh", "Còn chỗ chưa thấy", "chọn cho Đắk Lắk")

    admin.types("Vào ngày", "2026-07-15").picks("Ở tỉnh", "Lào Cai").presses("Xem")
    admin.sees("chọn cho Lào Cai ngày 15/7/2026", "Mẫu số 24")

    admin.opens("/quan-tri/bieu-mau?goi=vn-66-2026")
    admin.follows("F-CHANGE").sees("✓ được chọn", "? chưa xác minh", "Dắt điền")
    admin.sees("party[{party}].full_name", "Thủ tục dùng mẫu này", "Các bản khác")
    paper = admin.page.frame_locator("iframe.paper")
    expect(paper.locator("h1")).to_contain_text("ĐƠN ĐĂNG KÝ BIẾN ĐỘNG")
    address = admin.page.get_by_role("link", name="Tờ trống (PDF)")
    got = admin.context.request.get(admin.address + address.get_attribute("href"))
    assert got.headers["content-type"] == "application/pdf"
    assert got.body().startswith(b"%PDF")


def test_the_forms_of_the_administrator_are_not_for_a_clerk_or_a_citizen(town):
    edition = "/quan-tri/bieu-mau/vn-66-2026/F-CHANGE@2026-07-01"
    clerk = town.clerk("datdai")
    nobody = town.somebody()
    for path in (
        "/quan-tri/bieu-mau",
        edition,
        f"{edition}/to-trong",
        f"{edition}/to-trong.pdf",
    ):
        assert clerk.opens(path).status == 403
        assert nobody.opens(path).path == "/dang-nhap"
