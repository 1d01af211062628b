"""What a page weighs, whom it calls, and whether fingers, eyes and zoom get along."""

from collections.abc import Iterator

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.people import DESKTOP, PHONE, Person

FIRST_LOAD, LATER = 50_000, 10_000  # bytes on the line
TAP = 48  # CSS pixels of a finger
# What a browser keeps for a year: all scripts of a page together are small too.
FILES, SCRIPTS = "/tinh/", 10_000
# A phone of 320 pixels at 200 %: half the room, or twice the letters.
HALF, NARROW = {"width": 160, "height": 370}, {"width": 320, "height": 640}
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {
    "runOnly": {"type": "tag", "values": LEVELS},
    "rules": {"color-contrast-enhanced": {"enabled": True}},  # 7:1
    "resultTypes": ["violations"],
}

_VIOLATIONS = "async (rules) => (await axe.run(document, rules)).violations"
_PAINTED = """() => new Promise((done) => new PerformanceObserver((seen) =>
    seen.getEntriesByName("first-contentful-paint").map((it) => done(it.startTime))
).observe({ type: "paint", buffered: true }))"""
_LOADED = """() => {
    const [page] = performance.getEntriesByType("navigation");
    const files = performance.getEntriesByType("resource");
    // What a service worker hands out is not what came over the line.
    if (navigator.serviceWorker?.controller) return [];
    return [page, ...files].map((each) => ({
        url: each.name, line: Math.max(each.transferSize, each.encodedBodySize),
    }));
}"""
_SMALL = """(tap) => {
    const wanted = "button, .btn, input, select, textarea, summary, .opt, .pick a";
    // What only a screen reader meets has a label for the finger.
    const seen = (it) =>
        it.checkVisibility() && it.getClientRects().length && !it.closest(".vh");
    return [...document.querySelectorAll(wanted)].filter(seen).flatMap((it) => {
        const target = it.closest("label.opt, .opt") ?? it;
        const { width, height } = target.getBoundingClientRect();
        const small = Math.round(height) < tap || Math.round(width) < tap;
        return small ? [`${it.outerHTML.slice(0, 90)} ${width} x ${height}`] : [];
    });
}"""
_OVERHANG = """() => {
    const root = document.documentElement, body = document.body;
    if (Math.max(root.scrollWidth, body.scrollWidth) <= root.clientWidth) return null;
    const wide = [...body.querySelectorAll("main *")].filter((it) =>
        it.getBoundingClientRect().right > root.clientWidth + 1);
    return `${root.scrollWidth - root.clientWidth} px, ` +
        (wide.at(-1) ?? body).outerHTML.slice(0, 120);
}"""


def lacking(person: Person, *, light: bool = True) -> Iterator[str]:
    """Name everything in which the page that somebody is at is not good enough.

    Only pages for a desk need not be light. What the browser complained about on the
    way to the page is told, and forgotten.
    """
    page = person.page
    if light:
        yield from _heavy(page, person.address)
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)
        person.looks()
        yield from done_wrong(page)
    for small in page.evaluate(_SMALL, TAP):
        yield f"a small target: {small}"
    yield from _wide(page)
    yield from person.complaints
    person.complaints.clear()


def done_wrong(page: Page) -> list[str]:
    """Return what the page does wrong to somebody who sees or moves otherwise."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    return [
        f"{each['id']}: {node['html'][:200]}"
        for each in page.evaluate(_VIOLATIONS, RULES)
        for node in each["nodes"]
    ]


def _heavy(page: Page, address: str) -> Iterator[str]:
    loaded = page.evaluate(_LOADED)
    yield from (
        f"calls {each['url']}" for each in loaded if not each["url"].startswith(address)
    )
    first = sum(each["line"] for each in loaded)
    later = sum(each["line"] for each in loaded if FILES not in each["url"])
    scripts = sum(each["line"] for each in loaded if ".js?" in each["url"])
    if scripts > SCRIPTS:
        yield f"the scripts weigh {scripts} bytes"
    if first > FIRST_LOAD:
        yield f"the first load weighs {first} bytes"
    if later > LATER:
        yield f"a later load weighs {later} bytes"


def _wide(page: Page) -> Iterator[str]:
    before = page.viewport_size
    page.set_viewport_size(HALF)
    if found := page.evaluate(_OVERHANG):
        yield f"too wide at 160 px: {found}"
    page.set_viewport_size(NARROW)
    page.evaluate("document.documentElement.style.fontSize = '250%'")
    if found := page.evaluate(_OVERHANG):
        yield f"too wide at 320 px with letters twice as big: {found}"
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size(before or NARROW)


def first_paint(page: Page, url: str) -> float:
    """Return after how many milliseconds a phone on a weak line paints something.

    700 kbit a second, 300 ms there and back, a processor four times slower than this.
    """
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.setCacheDisabled", {"cacheDisabled": True})
    weak = {"offline": False, "latency": 300}
    weak |= {"downloadThroughput": 87_500, "uploadThroughput": 87_500}
    line.send("Network.emulateNetworkConditions", weak)
    line.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.goto(url)
    painted = page.evaluate(_PAINTED)
    line.detach()
    return float(painted)
