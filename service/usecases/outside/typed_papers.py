"""What was typed from the paper of another office, read by the model of its message."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from integrations.kinds import Kind, Shown
from service.errors import BadRequestError
from service.usecases import sentences
from service.usecases.cases.case_offers import FieldRow
from service.usecases.cases.casefile import CaseFile
from service.usecases.cases.entering import money_lines
from service.usecases.cases.moving import plain
from service.usecases.outside import fault_sentences
from service.usecases.outside import word_sentences as say
from workflows.answers import expected_of, parse
from workflows.definition import FactSpec, Label
from workflows.errors import Problem

# What every paper has, whatever its kind says.
ALWAYS = frozenset({"number", "day"})
_TYPES: Mapping[type, str] = {bool: "yes_no", int: "integer", date: "date"}


def fields_of(kind: Kind, file: CaseFile) -> tuple[FieldRow, ...]:
    """Return the fields of a paper in the order in which its data names them."""
    return tuple(
        _field(name, shown, kind.content.model_fields[name], file)
        for name, shown in kind.fields.items()
    )


def _field(name: str, shown: Shown, info: FieldInfo, file: CaseFile) -> FieldRow:
    type_ = _type_of(info)
    choices = tuple(shown.choices.items())
    if type_ == "lines":
        choices = tuple((kind, kind) for kind in file.procedure.obligations)
    return FieldRow(
        name,
        Label(citizen=shown.label, clerk=shown.label),
        "choice" if shown.choices else type_,
        choices,
        shown.example,
        None,
        None,
        optional=not _must(name, shown, info),
    )


def _must(name: str, shown: Shown, info: FieldInfo) -> bool:
    return name in ALWAYS or shown.asked or info.is_required()


def _type_of(info: FieldInfo) -> str:
    bare = _bare(info)
    item = _item(bare)
    if item is None:
        return _TYPES.get(bare, "text")
    has_sum = issubclass(item, BaseModel) and "amount" in item.model_fields
    return "lines" if has_sum else "rows"


def _bare(info: FieldInfo) -> Any:  # noqa: ANN401  whatever stands in a model
    """Return the type of a field without its "or nothing"."""
    kind = info.annotation
    if get_origin(kind) in {Union, types.UnionType}:
        return next(each for each in get_args(kind) if each is not type(None))
    return kind


def _item(kind: Any) -> type | None:  # noqa: ANN401  as above
    """Return of what a field is a list; None when it is none."""
    if get_origin(kind) is not tuple:
        return None
    found: type = get_args(kind)[0]
    return found


def read_typed(
    kind: Kind, file: CaseFile, typed: Mapping[str, str]
) -> dict[str, object]:
    """Return what was typed as the message holds it.

    Raises BadRequestError with every problem at once, each at its field.
    """
    said: dict[str, object] = {}
    problems: list[Problem] = []
    for name, shown in kind.fields.items():
        info, text = kind.content.model_fields[name], typed.get(name, "")
        if not text:
            if _must(name, shown, info):
                problems.append(Problem(name, text, say.needed(shown.label)))
            continue
        value = _read(name, text, shown, info, file)
        if isinstance(value, Problem):
            problems.append(value)
        else:
            said[name] = plain(value)
    if problems:
        raise BadRequestError(problems)
    return said


def _read(
    name: str, text: str, shown: Shown, info: FieldInfo, file: CaseFile
) -> object:
    type_ = "choice" if shown.choices else _type_of(info)
    if type_ == "lines":
        return money_lines(file, name, text)
    if type_ == "rows":
        return list(_rows(_item(_bare(info)), text))
    if type_ == "text":
        return text
    label = Label(citizen=shown.label, clerk=shown.label)
    spec = FactSpec.model_validate(
        {"label": label, "type": type_, "choices": shown.choices}
    )
    value = parse(name, text, expected_of(name, spec))
    if isinstance(value, Problem):
        return value
    if name == "day" and isinstance(value, date) and value > file.desk.today():
        return Problem(name, text, sentences.not_yet(label, value, file.desk.today()))
    return value


def _rows(item: type | None, text: str) -> Iterator[object]:
    """Yield what stands on each line: a text, or fields with semicolons between."""
    for line in filter(None, map(str.strip, text.splitlines())):
        if item is not None and issubclass(item, BaseModel):
            parts = [part.strip() for part in line.split(";")]
            yield dict(zip(item.model_fields, parts, strict=False))
        else:
            yield line


def shown_of(
    kind: Kind, said: Mapping[str, object], file: CaseFile
) -> tuple[tuple[str, str], ...]:
    """Return what a paper says, each with its label; what is empty is left out."""
    return tuple(
        (shown.label, _words(shown, said[name], file))
        for name, shown in kind.fields.items()
        if said.get(name) not in (None, "", [])
    )


def _words(shown: Shown, value: object, file: CaseFile) -> str:
    if isinstance(value, str) and value in shown.choices:
        return shown.choices[value]
    if isinstance(value, list):
        return "; ".join(_row(each, file) for each in value)
    if isinstance(value, str):
        try:
            return f"{date.fromisoformat(value):%d/%m/%Y}"
        except ValueError:
            return value
    return fault_sentences.value(value)


def _row(row: object, file: CaseFile) -> str:
    if not isinstance(row, Mapping):
        return str(row)
    if "amount" in row:
        payer = row.get("payer")
        words = fault_sentences.value(row)
        return f"{words} ({file.person(str(payer))})" if payer else words
    return " ".join(str(each) for each in row.values() if each)
