"""What an actor enters with an event, read by the types that the law's data gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from service.errors import BadRequestError
from service.usecases import sentences
from service.usecases.cases.casefile import CaseFile
from service.usecases.cases.moving import plain
from workflows.answers import accept, expected_of, parse
from workflows.definition import FactSpec, Label, Record
from workflows.errors import BadInputError, Problem
from workflows.obligations import read_lines
from workflows.statechart import Offer
from workflows.writing import whole


def spec_of(file: CaseFile, key: str) -> FactSpec:
    """Return what a recorded fact must be; one without a definition is plain text."""
    known = file.edition.facts.get(key)
    if known is not None:
        return known
    return FactSpec(label=Label(citizen=key, clerk=key), type="text")


def choices_of(file: CaseFile, record: Record) -> dict[str, Label]:
    """Return the items among which the actor must choose, or nothing."""
    if record.one_of is None:
        return {}
    items = file.edition.lists[record.one_of.list]
    today = file.desk.now().date()
    return {
        name: item.label
        for name, item in items.items()
        if name not in record.one_of.except_ and item.holds_on(today)
    }


def read_facts(
    file: CaseFile, offers: Iterable[Offer], entered: Mapping[str, object]
) -> dict[str, object]:
    """Return the typed facts; raise BadRequestError with every problem at once.

    Only facts that some line of the event records or needs are taken; an empty field
    is a fact that was not entered.
    """
    records: dict[str, Record] = {}
    for offer in offers:
        records |= {record.fact: record for record in offer.records}
        records |= {
            fact: Record(fact=fact) for fact in offer.needs.facts if fact not in records
        }
    problems: list[Problem] = []
    facts: dict[str, object] = {}
    for key, value in entered.items():
        if value is None or value == "":
            continue
        record = records.get(key)
        if record is None:
            problems.append(Problem(key, value, sentences.not_asked(key)))
            continue
        read = _read(file, record, value)
        if isinstance(read, Problem):
            problems.append(read)
        else:
            facts[key] = plain(read)
    problems += _told_by_lines(records.values(), facts)
    if problems:
        raise BadRequestError(problems)
    return facts


def _told_by_lines(
    records: Iterable[Record], facts: dict[str, object]
) -> list[Problem]:
    """Enter what the lines of money tell; return where a word contradicts them.

    Without lines nothing is told: the move itself then says that they are missing.
    """
    lines = next((v for v in facts.values() if isinstance(v, list)), None)
    if lines is None:
        return []
    kinds = {str(line["kind"]) for line in lines}
    problems: list[Problem] = []
    for record in records:
        if record.of_line is None:
            continue
        told = record.of_line in kinds
        if facts.setdefault(record.fact, told) is not told:
            kind = sentences.MONEY_KINDS.get(record.of_line, record.of_line)
            text = sentences.lines_say_otherwise(kind, told=told)
            problems.append(Problem(record.fact, not told, text))
    return problems


def _read(file: CaseFile, record: Record, value: object) -> object:
    choices = choices_of(file, record)
    if choices:
        if isinstance(value, str) and value in choices:
            return value
        return Problem(record.fact, value, sentences.one_of(choices))
    spec = spec_of(file, record.fact)
    if spec.type == "lines":
        return money_lines(file, record.fact, value)
    today = file.desk.today()
    if isinstance(value, str):
        read = parse(record.fact, value, expected_of(record.fact, spec))
    else:
        read = accept(record.fact, plain(value), expected_of(record.fact, spec), today)
    if isinstance(read, date):
        text = _wrong_day(file, spec, read)
        return read if text is None else Problem(record.fact, value, text)
    return read


def _wrong_day(file: CaseFile, spec: FactSpec, told: date) -> str | None:
    """Say what is wrong with a day of something done or promised, or return None.

    What is promised anew lies after today and after the day promised before, and
    offices are open on it.
    """
    today, promised = file.desk.today(), file.promised
    if spec.not_after == "today" and told > today:
        return sentences.not_yet(spec.label, told, today)
    if spec.after is not None and told <= today:
        return sentences.past(spec.label, told, today)
    if spec.after == "promise" and promised is not None and told <= promised:
        return sentences.not_after_promise(spec.label, told, promised)
    if not spec.working_day:
        return None
    calendar = file.desk.calendar.in_place(file.row.tenant_id, file.matter.commune)
    try:
        why = calendar.why_off(told)
    except BadInputError as error:
        return error.problems[0].text
    return None if why is None else sentences.day_off(spec.label, told, why)


def money_lines(file: CaseFile, key: str, value: object) -> object:
    """Read money lines: a list as JSON has it, or one line of text for each.

    Return them, or the Problem with what is wrong.
    """
    rows = value if isinstance(value, list | tuple) else str(value).splitlines()
    lines = [_line(row) for row in rows if row]
    if not lines or any(line is None for line in lines):
        return Problem(key, value, sentences.MONEY_LINES)
    try:
        read_lines(lines, file.procedure.obligations, key)
    except BadInputError as error:
        return Problem(key, value, error.problems[0].text)
    return lines


def _line(row: object) -> dict[str, Any] | None:
    if isinstance(row, str):
        if ";" not in row:
            return None
        kind, *middle, typed = [part.strip() for part in row.split(";")]
        row = {"kind": kind, "amount": _amount(typed)}
        row |= {"payer": middle[0]} if middle else {}
    if not isinstance(row, Mapping):
        return None
    amount = row.get("amount")
    if isinstance(amount, bool) or not isinstance(amount, int) or amount < 0:
        return None
    # By the payable id a voucher finds its line.
    more = {name: str(row[name]) for name in ("payer", "payable_id") if row.get(name)}
    return {"kind": str(row.get("kind", "")), "amount": amount} | more


def _amount(text: str) -> int | None:
    digits = text.replace(".", "").replace(" ", "").removesuffix("đ")
    return whole(digits)
