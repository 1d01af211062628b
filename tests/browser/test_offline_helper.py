"""A helper where there is no coverage: questions go along, answers come back once."""

import re
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from service.usecases.desk import VIETNAM
from service.usecases.helpers.give_consent import end_consent, give_consent
from service.usecases.matter.answer_question import answer
from service.usecases.matter.read_matter import matter_view
from tests.factories import GIFT, a_matter, an_account

pytestmark = pytest.mark.browser

AREA, ADDRESS, DISPUTE = "land.area_m2", "party[hoa].address", "dispute.open"
CANARY = "Buôn Ea Canary 4711"
LITTLE_KNOWN = GIFT | {
    "answers": {key: value for key, value in GIFT["answers"].items() if key != AREA}
}
PIN = "190945"
PAGE = "/ho-tro/ngoai-tuyen"
DUMP = """async () => {
    const kept = [];
    const read = (value) => {
        if (value instanceof ArrayBuffer) return read(new Uint8Array(value));
        if (ArrayBuffer.isView(value)) return new TextDecoder().decode(value);
        if (value && typeof value === "object")
            return Object.entries(value).map(([k, v]) => [k, read(v)]);
        return value;
    };
    for (const { name } of await indexedDB.databases()) {
        const base = await new Promise((yes) => {
            const asked = indexedDB.open(name);
            asked.onsuccess = () => yes(asked.result);
        });
        for (const store of base.objectStoreNames) {
            const rows = await new Promise((yes) => {
                const asked = base.transaction(store).objectStore(store).getAll();
                asked.onsuccess = () => yes(asked.result);
            });
            kept.push(...rows.map(read));
        }
        base.close();
    }
    const cached = [];
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const each of await cache.keys())
            cached.push([each.url, await (await cache.match(each)).text()]);
    }
    const local = [...Object.entries(localStorage), ...Object.entries(sessionStorage)];
    return { kept: JSON.stringify([kept, local]), rows: kept.length, cached,
        workers: (await navigator.serviceWorker.getRegistrations()).length };
}"""


class Trip:
    """A new helper with a resident who lets him help for an hour."""

    def __init__(self, town, *, script=True):
        self.town, self.desk = town, town.desk
        self.name = f"lom-{self.desk.ids.new_id()[:8]}"
        an_account(self.desk, self.name, "Chị Trợ Vùng Lõm", "helper")
        self.opened, self.citizen = a_matter(self.desk, LITTLE_KNOWN)
        self.code = self.opened.code
        answer(self.desk, self.citizen, self.code, "party[hoa].full_name", "H Bia Niê")
        give_consent(
            self.desk,
            self.citizen,
            self.code,
            helper_name=self.name,
            scope=["fill"],
            minutes=60,
        )
        self.helper = town.somebody(script=script)
        town.sign_in(self.helper, self.name)
        self.page = self.helper.page

    # --- what the helper does -----------------------------------------------------

    def leaves(self):
        """Take the questions along and lose the coverage."""
        self.helper.opens(PAGE)
        self.unlocks()
        self.page.locator(f"[name=viec][value='{self.code}']").check()
        self.taps("Mang theo máy này")
        self.reads("Đã mang theo câu hỏi của 1 người")
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        expect(self.page.locator("#danh-sach > li")).to_have_count(1)
        self.page.context.set_offline(True)
        return self

    def unlocks(self, pin=PIN):
        self.page.get_by_label("Số khóa của chuyến này").fill(pin)
        self.page.locator("#khoa-mau button").click()
        return self

    def comes_back(self):
        self.page.context.set_offline(False)
        return self

    def hours_pass(self, hours):
        """Let the time go on, for the service and on the device."""
        self.town.hour.later(hours=hours)
        self.page.context.clock.fast_forward(f"{hours:02}:00:00")

    def is_asked_to_sign_in(self):
        self.reads("Cần đăng nhập lại rồi gửi tiếp.")
        assert [each[-3:] for each in self.helper.complaints] == ["401"]
        self.helper.complaints.clear()
        return self

    def signs_in_again(self):
        """Sign in again and send what waits."""
        self.town.sign_in(self.helper, self.name)
        self.helper.opens(PAGE)
        return self.unlocks().taps("Gửi các câu đã ghi")

    def taps(self, words):
        self.page.get_by_role("button", name=words, exact=True).first.click()
        return self

    def asks(self, text):
        """Open the question that says this."""
        row = self.page.locator("#cau-hoi > div").filter(has_text=text)
        row.locator("[data-b=ghi]").click()
        return self

    def writes(self, words):
        self.page.locator("#tra-loi").fill(words)
        return self.taps("Tiếp tục")

    def is_past(self, words):
        """Wait until what was typed is kept and the page shows something else."""
        gone = "words => document.querySelector('#tra-loi')?.value !== words"
        self.page.wait_for_function(gone, arg=words)
        return self

    def notes(self, area="200"):
        """Note three answers: a number, an address and one that is not known."""
        self.taps("Mở").asks("Thửa đất rộng bao nhiêu").writes(area).is_past(area)
        self.taps("‹ Các câu").asks("H Bia Niê ở đâu").writes(CANARY).is_past(CANARY)
        self.taps("‹ Các câu").asks("Có ai đang tranh chấp")
        self.page.get_by_label("Tôi chưa rõ").check()
        return self.taps("Tiếp tục").to_the_list()

    def to_the_list(self):
        for words in ("‹ Các câu", "‹ Đang mang theo"):
            button = self.page.get_by_role("button", name=words, exact=True)
            if button.is_visible():
                button.click()
        return self

    # --- what the helper sees, and what there is ----------------------------------

    def reads(self, words):
        expect(self.page.locator("main")).to_contain_text(words, use_inner_text=True)
        return self

    @contextmanager
    def sendings(self):
        """Count the sendings of answers that the service gets."""
        seen = []
        self.page.on(
            "request", lambda it: seen.append(it.url) if "/answers" in it.url else None
        )
        yield seen

    def kept(self):
        return self.page.evaluate(DUMP)

    def is_empty(self):
        kept = self.kept()
        return (kept["rows"], kept["cached"], kept["workers"]) == (0, [], 0)

    def words(self, key):
        with self.desk.database.reading() as uow:
            matter = uow.matters.by_code(self.code)
            rows = uow.matters.facts(matter.tenant_id, matter.id)
        return [row for row in rows if row.key == key]


@pytest.fixture
def trip(town):
    return Trip(town)


def test_answers_noted_without_coverage_arrive_once_though_tapped_twice(trip):
    trip.leaves()
    trip.page.reload()
    trip.reads("Mở các câu đang giữ trên máy").unlocks().reads("H Bia Niê")
    trip.notes().reads("Chưa gửi: 3 câu")
    with trip.sendings() as sent:
        # The coverage sends by itself, and the helper taps twice besides.
        trip.page.context.set_offline(False)
        trip.page.locator("#gui").evaluate("it => { it.click(); it.click(); }")
        trip.reads("Đã gửi. Xem kết quả từng câu.")

    assert len(sent) == 1
    assert [row.value for row in trip.words(AREA)] == ["200"]
    (address,) = trip.words(ADDRESS)
    assert (address.value, address.source) == (CANARY, "helper")
    assert address.on_behalf_of
    assert [row.value for row in trip.words(DISPUTE)] == [None]
    trip.to_the_list().reads("✓ Đã gửi: 3 câu")


def test_what_is_noted_goes_by_itself_when_the_coverage_is_back(trip):
    trip.leaves().notes().comes_back().reads("Đã gửi. Xem kết quả từng câu.")

    assert [row.value for row in trip.words(AREA)] == ["200"]


def test_a_sending_whose_answer_was_lost_is_repeated_and_taken_once(trip):
    trip.leaves().notes()
    answers = "**/api/v1/offline/answers"

    def arrives_but_nobody_hears(route):
        route.fetch()
        route.abort()

    trip.page.route(answers, arrives_but_nobody_hears)
    trip.comes_back().reads("Chưa có mạng. Các câu vẫn còn trên máy.")
    assert [row.value for row in trip.words(AREA)] == ["200"]
    trip.page.reload()
    trip.unlocks().reads("Chưa gửi: 3 câu")
    trip.page.unroute(answers)
    trip.taps("Gửi các câu đã ghi").reads("Đã gửi. Xem kết quả từng câu.")

    assert [row.value for row in trip.words(AREA)] == ["200"]


def test_where_two_places_differ_both_are_shown_and_nothing_is_guessed(trip):
    trip.leaves().notes()
    answer(trip.desk, trip.citizen, trip.code, AREA, "250")
    trip.comes_back().reads("Hai nơi nói khác nhau.")
    trip.reads("Ghi lúc không có mạng: 200").reads("Đang có trong việc: 250")
    view = matter_view(trip.desk, trip.citizen, trip.code)

    assert view.situation.facts()[AREA] == 250
    assert view.disputes == 1
    trip.page.get_by_role("link", name="Xem hai câu khác nhau").click()
    trip.helper.sees("200", "250")


def test_an_answer_that_is_refused_can_be_corrected_and_sent_again(trip):
    trip.leaves().taps("Mở").asks("Thửa đất rộng bao nhiêu").writes("rộng lắm")
    trip.reads("Nếu đúng như vậy, bấm “Tiếp tục” lần nữa.").taps("Tiếp tục")
    trip.to_the_list().comes_back().reads("‖ Cần xem lại")
    trip.asks("Thửa đất rộng bao nhiêu").reads("rộng lắm").writes("200")
    trip.to_the_list().taps("Gửi các câu đã ghi").reads("✓ Xong")

    assert [row.value for row in trip.words(AREA)] == ["200"]


def test_nothing_can_be_read_out_of_the_device(trip):
    trip.leaves().notes()
    kept = trip.kept()
    pages = "".join(text for _, text in kept["cached"])

    assert kept["rows"] == 3
    for secret in (CANARY, "H Bia Niê", trip.code, "Thửa đất rộng", PIN):
        assert secret not in kept["kept"]
    for secret in (CANARY, "H Bia Niê", trip.code, "Chị Trợ Vùng Lõm"):
        assert secret not in pages
    names = {url.partition("?")[0].rpartition("/")[2] for url, _ in kept["cached"]}
    assert names == {"khong-mang", "dat.css", "offline.js", "offline-vault.js"}


def test_one_tap_empties_the_device_and_says_what_went(trip):
    trip.leaves().notes()
    trip.helper.unfolds("Xóa khỏi máy này")
    trip.taps("Xóa hết trên máy này").reads("Đã xóa khỏi máy này")

    assert trip.is_empty()
    expect(trip.page.locator("#dau .back")).to_be_visible()


def test_the_end_of_the_leave_is_told_by_the_clock_of_vietnam(trip):
    trip.leaves()
    device = trip.page.evaluate("Date.now()") / 1000
    ends = datetime.fromtimestamp(device, VIETNAM) + timedelta(hours=1)
    told = "|".join(f"{ends - timedelta(minutes=n):%H:%M}" for n in range(3))
    expect(trip.page.locator("#danh-sach")).to_contain_text(re.compile(told))


def test_signing_out_empties_the_device(trip):
    trip.leaves().notes()
    trip.page.route("**/api/v1/offline/**", lambda route: route.abort())
    trip.comes_back()
    trip.helper.presses("Đăng xuất")

    assert trip.is_empty()


def test_wrong_numbers_open_nothing_and_the_fifth_empties_the_device(trip):
    trip.leaves()
    trip.page.reload()
    for left in (4, 3):
        trip.unlocks("000000").reads(f"Còn {left} lần")
    trip.page.reload()
    for left in (2, 1):
        trip.unlocks("000000").reads(f"Còn {left} lần")
    trip.unlocks("000000").reads("Sai 5 lần.")

    assert trip.is_empty()


def test_a_right_number_forgives_the_wrong_ones(trip):
    trip.leaves()
    trip.page.reload()
    trip.unlocks("000000").reads("Còn 4 lần").unlocks().reads("H Bia Niê")
    trip.page.reload()
    trip.unlocks("000000").reads("Còn 4 lần")


def test_after_the_consent_the_questions_are_gone_and_the_answers_still_arrive(trip):
    trip.page.context.clock.install()
    trip.leaves().notes()
    trip.page.goto("about:blank")
    trip.hours_pass(2)
    trip.page.goto(trip.town.address + PAGE)
    trip.reads("Sự cho phép đã hết: máy vừa xóa câu hỏi của 1 người.").unlocks()
    trip.reads("Chưa gửi: 3 câu")
    main = trip.helper.words
    assert "H Bia Niê" not in main
    assert trip.page.get_by_role("button", name="Mở", exact=True).count() == 0
    trip.comes_back().is_asked_to_sign_in().signs_in_again().reads(
        "Đã gửi. Xem kết quả từng câu."
    )

    assert [row.value for row in trip.words(AREA)] == ["200"]


def test_questions_on_an_open_page_go_when_the_consent_ends(trip):
    trip.page.context.clock.install()
    trip.leaves().taps("Mở").asks("Thửa đất rộng bao nhiêu")
    trip.hours_pass(2)
    trip.reads("Sự cho phép đã hết: máy vừa xóa câu hỏi của 1 người.")

    trip.helper.does_not_see("H Bia Niê", "Thửa đất rộng")
    trip.comes_back()


def test_a_page_that_was_out_of_sight_for_long_is_locked_again(trip):
    trip.page.context.clock.install()
    trip.leaves().taps("Mở").reads("H Bia Niê")
    for hidden, minutes in (("true", 6), ("false", 0)):
        trip.page.evaluate(
            f"""() => {{
                Object.defineProperty(document, "hidden",
                    {{ value: {hidden}, configurable: true }});
                document.dispatchEvent(new Event("visibilitychange"));
            }}"""
        )
        trip.page.context.clock.fast_forward(minutes * 60_000)
    trip.reads("Mở các câu đang giữ trên máy")

    trip.helper.does_not_see("H Bia Niê")
    trip.comes_back()


def test_a_clock_that_was_put_back_opens_no_questions(trip):
    trip.leaves()
    trip.page.context.clock.install()
    yesterday = datetime.now(UTC) - timedelta(days=1)  # noqa: TID251  of the device
    trip.page.context.clock.set_system_time(yesterday)
    trip.page.reload()
    trip.unlocks().reads("Giờ trên máy này chạy lùi.")

    trip.helper.does_not_see("H Bia Niê")
    trip.comes_back()


def test_a_device_takes_no_more_than_a_trip_needs(trip):
    trip.helper.opens(PAGE)
    found = trip.page.evaluate("""async () => {
        const vault = await import(document.getElementById("may").dataset.vault);
        const key = await vault.begin("190945"), later = Date.now() + 60000;
        await vault.keep(key, "one", "notes", later, "x".repeat(300000));
        try {
            await vault.keep(key, "two", "notes", later, "x".repeat(300000));
        } catch (error) {
            return [error instanceof vault.FullError, (await vault.held(key)).length];
        }
    }""")

    assert found == [True, 1]


def test_after_a_withdrawal_nothing_is_taken(trip):
    trip.leaves().notes()
    for consent in matter_view(trip.desk, trip.citizen, trip.code).consents:
        end_consent(trip.desk, trip.citizen, consent.id)
    trip.comes_back().reads("sự cho phép đã dừng")

    assert trip.words(AREA) == []


def test_who_was_signed_out_meanwhile_loses_nothing(trip):
    trip.leaves().notes()
    trip.page.context.clear_cookies()
    trip.comes_back().is_asked_to_sign_in().signs_in_again().reads(
        "Đã gửi. Xem kết quả từng câu."
    )

    assert [row.value for row in trip.words(AREA)] == ["200"]


def test_without_javascript_the_questions_go_along_on_paper(town):
    trip = Trip(town, script=False)
    trip.helper.opens(PAGE).sees("Máy này không ghi được khi mất mạng")
    row = trip.page.locator("li").filter(has_text=trip.code)
    row.get_by_role("link", name="Phiếu câu hỏi để in").click()
    trip.helper.looks().sees("Thửa đất rộng bao nhiêu", "Tôi chưa rõ", "H Bia Niê")
