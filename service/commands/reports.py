"""Answers of the domain as text for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from forms.words import money

Json = Mapping[str, Any]


def plan_text(plan: Json) -> str:
    """Lay out a plan (the JSON of ``Plan.to_json``): answer first, then the steps."""
    return "\n".join(_plan_lines(plan))


def _plan_lines(plan: Json) -> Iterator[str]:
    duration = plan["duration"]
    finish = date.fromisoformat(duration["earliest_finish"])
    yield f"Xong sớm nhất: {finish:%d/%m/%Y}"
    yield f"Ngày làm việc của các cơ quan: {duration['working_days']}"
    yield f"Các bước quyết định ngày xong: {' → '.join(plan['critical_path'])}"
    for number, step in enumerate(plan["steps"], start=1):
        yield ""
        yield from _step_lines(number, step)
    yield ""
    yield money_text(plan["costs"])
    for title, key in (("Cần để ý", "warnings"), ("Chưa biết", "unknown")):
        if plan[key]:
            yield f"\n{title}:"
            yield from (f"  - {_sentence(item)}" for item in plan[key])


def _step_lines(number: int, step: Json) -> Iterator[str]:
    name = step["name"]
    title = name["citizen"] if isinstance(name, Mapping) else name
    mark = "" if step["status"] == "verified" else "  (chưa xác minh)"
    yield f"{number}. {title}  [{step['procedure']}]{mark}"
    if step["after"]:
        yield f"   sau: {', '.join(step['after'])}"
    office = step["office"]
    where = office["citizen"] if isinstance(office, Mapping) else office
    yield f"   ở đâu: {where}"
    yield f"   ngày làm việc: {step['working_days']}; ngày chờ: {step['calendar_days']}"
    for paper in step["papers"]:
        yield f"   mang: {paper['name']} ({', '.join(_as_list(paper['copy']))})"
    for basis in step["basis"]:
        yield f"   theo: {basis['instrument']}, {basis['at']}"


def money_text(estimate: Json) -> str:
    """Lay out money lines; a partial sum says "Cộng phần đã biết", never "Tổng"."""
    return "\n".join(_money_lines(estimate))


def _money_lines(estimate: Json) -> Iterator[str]:
    yield "Tiền:"
    for line in estimate["lines"]:
        amount = "chưa có số" if line["amount"] is None else money(line["amount"])
        yield f"  {line['kind']}  {line['payer']}: {amount}  ({line['reason']})"
        for basis in line["basis"]:
            mark = "" if basis["status"] == "verified" else ", chưa xác minh"
            yield f"      theo {basis['instrument']}, {basis['at']}{mark}"
    known = "Cộng phần đã biết" if estimate.get("partial") else "Cộng"
    yield f"  {known}: {money(estimate['total'])}"


def rehearsal_text(rehearsal: Json) -> str:
    """Lay out a rehearsal: one line a move, then the papers and the outcome."""
    lines = [_move_line(move) for move in rehearsal["moves"]]
    lines += [
        f"giấy: {paper['form']}  {paper['file']}" for paper in rehearsal["papers"]
    ]
    return "\n".join([*lines, f"kết quả: {rehearsal['outcome']}"])


def _move_line(move: Json) -> str:
    basis = "; ".join(f"{b['instrument']} {b['at']}" for b in _as_list(move["basis"]))
    return (
        f"{move['at'][:16]}  {move['case']}  {move['office']}  {move['actor']}: "
        f"{move['event']}  ({basis})  đồng hồ: {move['clock']}"
    )


def _sentence(item: object) -> str:
    if isinstance(item, Mapping):
        return " ".join(str(item[k]) for k in ("text", "what", "ask") if item.get(k))
    return str(item)


def _as_list(value: Any) -> list[Any]:  # noqa: ANN401  plain JSON of any shape
    return list(value) if isinstance(value, list | tuple) else [value]
