"""The QR of an identity card, typed, from the camera, from a picture: on the device."""

import os
import shutil
from dataclasses import replace
from io import BytesIO

import pytest
import segno
from PIL import Image
from playwright.sync_api import expect

from service.web.rendering import decoder_url, environment
from tests.browser.conftest import ARGUMENTS, chromium
from tests.browser.quality import done_wrong
from tests.browser.scenes import Scene
from tests.factories import a_matter

pytestmark = pytest.mark.browser

OLD = "Buôn Kram, Ea Bhốk, Cư Kuin, Đắk Lắk"
NOW = "Buôn Kram, xã Dray Bhăng, tỉnh Đắk Lắk"
QR = f"066180001234|240999888|H'Bia Niê|15031980|Nữ|{OLD}|10052022"
ISSUED = "Căn cước của H'Bia Niê cấp ngày nào"
SCAN = "Quét bằng máy ảnh"
LOOK = "Xem lại trước khi ghi"


@pytest.fixture(scope="module")
def decoder():
    """The decoder that setting up brings; only a machine without npm does without."""
    if decoder_url() is None:
        if os.environ.get("CI") or shutil.which("npm"):
            pytest.fail("No jsQR in the environment: run .ci/qr-decoder test.")
        pytest.skip("jsQR comes by npm")
    return decoder_url()


def picture_of(text: str, size=(1280, 720)) -> Image.Image:
    """A table with a card on it that bears the QR."""
    made = BytesIO()
    segno.make(text, error="m").save(made, kind="png", scale=6, border=4)
    scene = Image.new("RGB", size, (196, 184, 170))
    scene.paste(Image.open(made).convert("RGB").rotate(4, fillcolor="white"), (420, 90))
    return scene


@pytest.fixture(scope="module")
def before_camera(whole_town, tmp_path_factory):
    """The town for people whose camera sees a card."""
    film = tmp_path_factory.mktemp("film") / "card.mjpeg"
    frame = BytesIO()
    picture_of(QR).save(frame, "JPEG", quality=90)
    film.write_bytes(frame.getvalue() * 3)
    browser = whole_town.browser.browser_type.launch(
        executable_path=chromium(),
        args=[
            *ARGUMENTS,
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            f"--use-file-for-fake-video-capture={film}",
        ],
    )
    town = replace(whole_town, browser=browser, visitors=[])
    yield town
    assert town.everybody_leaves() == []
    browser.close()


def at_card(town, *, script=True):
    """Somebody who has opened a matter again and stands before the page of a card."""
    opened, _ = a_matter(town.desk)
    person = town.somebody(script=script).opens("/mo-lai")
    person.types("Mã việc", opened.code).types("Số mở, 6 số", opened.pin)
    person.presses("Mở")
    return person.opens(f"/ho-so/{opened.code}/the/hoa")


def text_of(person):
    return person.page.locator("#ma-qr")


def test_without_script_a_card_is_pasted_looked_over_and_taken_as_chosen(town):
    person = at_card(town, script=False)
    matter = person.path.removesuffix("/the/hoa")
    person.opens(f"{matter}/cau-hoi/party[hoa].person_id")
    person.follows("Lấy từ mã QR trên thẻ căn cước")
    assert not person.page.get_by_role("button", name=SCAN).is_visible()

    text_of(person).fill(QR)
    person.presses(LOOK).sees("066180001234", "15/3/1980", "nay nằm ở nhiều nơi", OLD)
    person.presses("Ghi vào hồ sơ").sees("Nơi thường trú: hãy chọn một cách ghi.")
    assert person.status == 422
    person.chooses(NOW).presses("Ghi vào hồ sơ")

    person.opens(f"{matter}/kiem-tra").sees("H'Bia Niê", "066180001234", NOW)
    person.sees("Mã QR trên căn cước, Người dân")
    person.does_not_see(OLD)


def test_from_the_answers_one_comes_back_to_the_answers(town):
    person = at_card(town)
    matter = person.path.removesuffix("/the/hoa")
    person.opens(f"{matter}/kiem-tra").follows("Thẻ của người nhận")

    text_of(person).fill(QR)
    person.presses(LOOK).chooses("Chưa ghi").presses("Ghi vào hồ sơ")

    assert person.path == f"{matter}/kiem-tra"
    person.sees(ISSUED, "10/5/2022").does_not_see("Buôn Kram")


def test_an_answer_that_differs_from_the_card_is_kept_until_somebody_chooses(town):
    person = at_card(town)
    matter = person.path.removesuffix("/the/hoa")
    person.opens(f"{matter}/cau-hoi/party[hoa].person_id").answers("066180009999")
    person.opens(f"{matter}/the/hoa")
    text_of(person).fill(QR)
    person.presses(LOOK).sees("Thẻ ghi khác với câu đã trả lời", "066180009999")

    person.chooses("Chưa ghi").presses("Ghi vào hồ sơ")
    person.sees("Số căn cước: hãy chọn một cách ghi.")
    person.chooses("066180009999").presses("Ghi vào hồ sơ")

    person.opens(f"{matter}/kiem-tra").sees("066180009999", "H'Bia Niê")
    person.does_not_see("066180001234")


def test_a_text_that_is_no_card_is_told_so_and_stays_in_the_field(town):
    person = at_card(town)

    text_of(person).fill("066180001234|H'Bia Niê")
    person.presses(LOOK).sees("Dòng này có 2 phần", "ít nhất 7 phần")

    assert person.status == 422
    assert text_of(person).input_value() == "066180001234|H'Bia Niê"


def test_the_camera_reads_the_card_and_is_switched_off(before_camera, decoder):
    person = at_card(before_camera)
    asked = []
    person.page.on("request", lambda request: asked.append(request.url))
    assert done_wrong(person.page) == []

    person.page.get_by_role("button", name=SCAN).click()
    expect(text_of(person)).to_have_value(QR)

    assert [url.removeprefix(person.address) for url in asked] == [decoder]
    assert person.page.evaluate("document.querySelector('video').srcObject === null")
    assert done_wrong(person.page) == []
    person.looks().presses(LOOK).sees("H'Bia Niê")


def test_the_camera_is_switched_off_when_somebody_stops_it(before_camera, decoder):
    person = at_card(before_camera)
    person.page.evaluate("window.jsQR = () => null")
    person.page.route("**/jsQR.js*", lambda route: route.fulfill(body=""))

    person.page.get_by_role("button", name=SCAN).click()
    person.page.get_by_role("button", name="Dừng quét").click()

    expect(person.page.get_by_role("button", name=SCAN)).to_be_visible()
    assert person.page.evaluate("document.querySelector('video').srcObject === null")


def test_a_picture_is_read_on_the_device_and_not_sent(town, decoder, tmp_path):
    person = at_card(town)
    path = tmp_path / "card.jpg"
    picture_of(QR, (4000, 2600)).save(path, quality=85)
    sent = []
    person.page.on("request", lambda request: sent.append(request.method))

    person.page.locator("#quet-anh").set_input_files(path)
    expect(text_of(person)).to_have_value(QR)

    assert sent == ["GET"]
    person.sees("Đã đọc được mã")


def test_a_picture_without_a_code_is_told_so(town, decoder, tmp_path):
    person = at_card(town)
    Image.new("RGB", (640, 480), "white").save(tmp_path / "empty.png")
    (tmp_path / "no.png").write_text("no picture")

    person.page.locator("#quet-anh").set_input_files(tmp_path / "empty.png")
    expect(person.page.locator("#quet-noi")).to_contain_text("Không thấy mã QR")
    person.page.locator("#quet-anh").set_input_files(tmp_path / "no.png")
    expect(person.page.locator("#quet-noi")).to_contain_text("Không đọc được ảnh này")


def test_a_browser_that_reads_codes_itself_loads_no_decoder(town, tmp_path):
    person = at_card(town)
    matter = person.path
    person.page.add_init_script(
        """window.BarcodeDetector = class {
            static getSupportedFormats() { return Promise.resolve(["qr_code"]) }
            detect() { return Promise.resolve([{ rawValue: "của máy" }]) }
        }"""
    )
    person.opens(matter)
    asked = []
    person.page.on("request", lambda request: asked.append(request.url))
    picture_of(QR).save(tmp_path / "card.png")

    person.page.locator("#quet-anh").set_input_files(tmp_path / "card.png")
    expect(text_of(person)).to_have_value("của máy")

    assert asked == []


def test_without_the_decoder_the_page_asks_to_paste_or_type(town, monkeypatch):
    monkeypatch.setitem(environment("vi").globals, "decoder_url", lambda: None)
    person = at_card(town)

    person.sees("Dán hoặc gõ vào đây")
    assert not person.page.get_by_role("button", name=SCAN).is_visible()
    assert not person.page.get_by_role("button", name="Chọn ảnh").is_visible()


def test_a_helper_fills_in_a_card_but_sees_no_number_that_was_stored(whole_town, town):
    scene = Scene(whole_town)
    code, _ = scene.ready
    citizen = scene.citizen(*scene.ready).opens(
        f"/ho-so/{code}/cau-hoi/party[hoa].person_id"
    )
    citizen.answers("066180009999").lets_help(code, "giupviec")
    helper = scene.clerk("giupviec").opens(f"/ho-so/{code}/the/hoa")

    text_of(helper).fill(QR)
    helper.presses(LOOK).sees("•••••••••999").does_not_see("066180009999")
    helper.opens(f"/ho-so/{code}/cau-hoi/party[hoa].person_id")
    assert helper.page.locator("#tra-loi").input_value() == ""
    helper.sees("Đã ghi số •••••••••999")
    helper.opens(f"/ho-so/{code}/kiem-tra").does_not_see("066180009999")
    for person in scene.people.values():
        assert person.complaints == []
        person.context.close()


def test_the_script_is_small_and_so_is_the_decoder_on_its_way(town, decoder):
    person = at_card(town)

    script = person.page.locator("script").get_attribute("src")
    assert len(person.context.request.get(town.address + script).body()) < 4096
    answer = person.context.request.get(town.address + decoder)
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    size = person.page.evaluate(
        """url => new Promise(done => {
            const script = document.createElement("script");
            script.onload = () => done(performance.getEntriesByType("resource")
                .find(each => each.name.endsWith(url)).encodedBodySize);
            script.src = url;
            document.head.append(script);
        })""",
        decoder,
    )
    assert 0 < size <= 60 * 1024
