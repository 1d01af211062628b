"""Answers of the domain as text for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from forms.words import money
from service.usecases.sentences import COPIES, MONEY_KINDS, PAYERS

Json = Mapping[str, Any]


def plan_text(
    plan: Json, titles: Mapping[str, str], people: Mapping[str, str] | None = None
) -> str:
    """Lay out a plan (the JSON of ``Plan.to_json``): answer first, then the steps.

    ``titles`` names the instruments by their ids, ``people`` those who take part.
    """
    return "\n".join(_plan_lines(plan, titles, people or {}))


def _plan_lines(
    plan: Json, titles: Mapping[str, str], people: Mapping[str, str]
) -> Iterator[str]:
    names = {step["id"]: _title(step) for step in plan["steps"]}
    duration = plan["duration"]
    finish = date.fromisoformat(duration["earliest_finish"])
    yield f"Xong sớm nhất: {finish:%d/%m/%Y}"
    yield f"Ngày làm việc của các cơ quan: {duration['working_days']}"
    path = [names[step] for step in plan["critical_path"]]
    yield f"Các bước quyết định ngày xong: {' → '.join(path)}"
    for number, step in enumerate(plan["steps"], start=1):
        yield ""
        yield from _step_lines(number, step, titles, names)
    yield ""
    yield money_text(plan["costs"], titles, people)
    for title, key in (("Cần để ý", "warnings"), ("Chưa biết", "unknown")):
        if plan[key]:
            yield f"\n{title}:"
            yield from (f"  - {_sentence(item)}" for item in plan[key])


def _title(step: Json) -> str:
    name = step["name"]
    return str(name["citizen"] if isinstance(name, Mapping) else name)


def _step_lines(
    number: int, step: Json, titles: Mapping[str, str], names: Mapping[str, str]
) -> Iterator[str]:
    mark = "" if step["status"] == "verified" else "  (chưa xác minh)"
    yield f"{number}. {_title(step)}  [{step['procedure']}]{mark}"
    if step["after"]:
        yield f"   sau: {', '.join(names[earlier] for earlier in step['after'])}"
    office = step["office"]
    where = office["citizen"] if isinstance(office, Mapping) else office
    yield f"   ở đâu: {where}"
    if isinstance(office, Mapping) and office.get("branch"):
        yield f"   nơi giải quyết: {office['branch_ask'] or office['branch']}"
    elif isinstance(office, Mapping) and office.get("handled_by") not in {None, where}:
        yield f"   nơi giải quyết: {office['handled_by']}"
    yield f"   ngày làm việc: {step['working_days']}; ngày chờ: {step['calendar_days']}"
    for form in step["forms"]:
        number_or_id = form["number"] or form["id"]
        yield f"   mang: {form['name']} ({number_or_id}){_if_needed(form)}"
    for paper in step["papers"]:
        copies = " hoặc ".join(COPIES.get(c, c) for c in _as_list(paper["copy"]))
        yield f"   mang: {paper['name']} ({copies}){_if_needed(paper)}"
    yield from (f"   theo: {_place(basis, titles)}" for basis in step["basis"])


def _if_needed(thing: Json) -> str:
    return ", nếu cần" if thing.get("optional") else ""


def money_text(
    estimate: Json, titles: Mapping[str, str], people: Mapping[str, str] | None = None
) -> str:
    """Lay out money lines; a partial sum says "Cộng phần đã biết", never "Tổng"."""
    return "\n".join(_money_lines(estimate, titles, {**PAYERS, **(people or {})}))


def _money_lines(
    estimate: Json, titles: Mapping[str, str], payers: Mapping[str, str]
) -> Iterator[str]:
    yield "Tiền:"
    for line in estimate["lines"]:
        amount = "chưa có số" if line["amount"] is None else money(line["amount"])
        kind = MONEY_KINDS.get(line["kind"], line["kind"])
        payer = payers.get(line["payer"], line["payer"])
        yield f"  {kind} [{payer}]: {amount}  ({line['reason']})"
        yield from _payment_lines(line.get("payments", ()))
        yield from (f"      theo {_place(basis, titles)}" for basis in line["basis"])
    known = "Cộng phần đã biết" if estimate.get("partial") else "Cộng"
    yield f"  {known}: {money(estimate['total'])}"


def _payment_lines(payments: Iterable[Json]) -> Iterator[str]:
    """Say by when each part is to be paid; one part needs no words without its day."""
    parts = list(payments)
    for part in parts:
        what = "" if part["amount"] is None else f" {money(part['amount'])}"
        if part["due"] is not None:
            yield f"      nộp{what} đến {date.fromisoformat(part['due']):%d/%m/%Y}"
        elif len(parts) > 1:
            yield f"      nộp{what} trong {part['days']} ngày kể từ ngày ra thông báo"


def _place(basis: Json, titles: Mapping[str, str]) -> str:
    mark = "" if basis["status"] == "verified" else " (chưa xác minh)"
    return (
        f"{titles.get(basis['instrument'], basis['instrument'])}, {basis['at']}{mark}"
    )


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
