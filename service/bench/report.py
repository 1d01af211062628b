"""The measures as one page to read: plots as SVG inside it, no script, nothing fetched.

Each measure with a bar is drawn on the same scale: how many times as good as its bar
it is, from a hundredth to a hundred times, with the bar itself in the middle.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import groupby
from math import log10

from service.bench.measures import Measure, rounded

PROMISES = {
    "P1": "A page next to hello, world",
    "P2": "A look-up next to hello, world",
    "P3": "A stored move next to pgbench",
    "P4": "Next to Django and its REST framework",
    "P5": "How long one person waits",
    "P6": "From ten thousand cases to a million",
    "P7": "What an installation needs",
    "": "Everything else that is watched",
}
# The scale of a plot: so many powers of ten on either side of the bar.
_REACH = 2.0
_WIDTH, _HEIGHT = 320, 26

_STYLE = """
:root{color-scheme:light dark}
body{font:16px/1.45 system-ui,sans-serif;margin:0 auto;padding:1rem;max-width:60rem}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin:2rem 0 .5rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem .8rem;font-size:.9rem}
dd{margin:0;overflow-wrap:anywhere}
ul{list-style:none;padding:0;display:grid;gap:.6rem;
grid-template-columns:repeat(auto-fill,minmax(min(100%,20rem),1fr))}
li{border:1px solid #8888;border-radius:.5rem;padding:.6rem .7rem}
li p{margin:.15rem 0}code{overflow-wrap:anywhere}
.soft{opacity:.8;font-size:.9rem}svg{display:block;width:100%;height:auto}
.track{stroke:#8888;stroke-width:2}.bar{stroke:currentColor;stroke-width:2}
.met{fill:#12805c}.missed{fill:#b3261e}text{font-size:9px;fill:currentColor}
"""


def page(measures: Sequence[Measure], around: Mapping[str, object], effort: str) -> str:
    """Return the whole page."""
    barred = [each for each in measures if each.holds is not None]
    met = sum(each.holds is True for each in barred)
    told = {"effort": effort} | {
        name: ", ".join(f"{key} {one}" for key, one in value.items())
        if isinstance(value, Mapping)
        else value
        for name, value in around.items()
    }
    facts = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(str(value))}</dd>"
        for name, value in told.items()
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>dat bench: {met} of {len(barred)} met</title>"
        f"<style>{_STYLE}</style></head><body>"
        "<h1>What dat bench measured</h1>"
        f"<p><b>{met} of {len(barred)} goals and limits are met.</b> Every figure is "
        "told next to a baseline that was taken in the same run; trust the ratios. In "
        "a plot the line in the middle is the goal: what ends right of it is better, "
        "each mark is ten times.</p>"
        f"<dl>{facts}</dl>{''.join(_sections(measures))}</body></html>\n"
    )


def _sections(measures: Sequence[Measure]) -> Iterable[str]:
    order = list(PROMISES)
    ranked = sorted(measures, key=lambda each: order.index(each.promise))
    for promise, group in groupby(ranked, key=lambda each: each.promise):
        title = f"{promise} {PROMISES[promise]}".strip()
        yield f"<h2>{escape(title)}</h2><ul>{''.join(map(_item, group))}</ul>"


def _item(measure: Measure) -> str:
    ratio, value, baseline = (
        f"{rounded(each):,.10g}"
        for each in (measure.ratio, measure.value, measure.baseline)
    )
    return (
        f"<li><p><code>{escape(measure.id)}</code></p>"
        f"<p><b>{value} {escape(measure.unit)}</b>, {ratio}× of {baseline}</p>"
        f'<p class="soft">next to {escape(measure.against)}</p>'
        f"{_verdict(measure)}</li>"
    )


def _verdict(measure: Measure) -> str:
    bar = measure.bar
    if bar is None:
        return '<p class="soft">shown without a goal</p>'
    unit = "×" if bar.of == "ratio" else f" {escape(measure.unit)}"
    kind = "limit" if bar.firm else "goal"
    words = f"{kind}: at {bar.is_at} {bar.figure:g}{unit}"
    return f"<p><b>{measure.verdict}</b>, {words}</p>{_plot(measure)}"


def _plot(measure: Measure) -> str:
    """Draw how many times as good as its bar a measure is."""
    times = measure.times_the_bar
    place = max(-_REACH, min(_REACH, log10(times))) if times > 0 else -_REACH
    middle, step = _WIDTH / 2, _WIDTH / 2 / _REACH
    end = middle + place * step
    shown = "met" if measure.holds else "missed"
    ticks = "".join(
        f'<line class="track" x1="{x:.0f}" x2="{x:.0f}" y1="3" y2="13"/>'
        for x in (middle - step, middle + step)
    )
    label = f"{rounded(times):g} times as good as the bar"
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{label}">'
        f'<line class="track" x1="0" x2="{_WIDTH}" y1="8" y2="8"/>{ticks}'
        f'<rect class="{shown}" x="{min(middle, end):.1f}" y="4" height="8" '
        f'width="{max(abs(end - middle), 1):.1f}"/>'
        f'<line class="bar" x1="{middle}" x2="{middle}" y1="0" y2="16"/>'
        f'<text x="0" y="24">100 times worse</text>'
        f'<text x="{middle}" y="24" text-anchor="middle">the bar</text>'
        f'<text x="{_WIDTH}" y="24" text-anchor="end">100 times better</text></svg>'
    )
