"""What a simulated office can say, as forms: made from the kinds of its messages."""

from __future__ import annotations

import secrets
import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, JsonValue, ValidationError

from integrations.kinds import Kind, kinds_of
from integrations.messages import Message, OfficeMessage, TransferSlip, Voucher
from integrations.simulator.wire import SimulatedOffice

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
Widget = Literal["yes_no", "day", "instant", "number", "text", "choice", "lines"]
_WIDGETS: tuple[tuple[type, Widget], ...] = (
    (bool, "yes_no"),
    (datetime, "instant"),
    (date, "day"),
    (int, "number"),
)


@cache
def words() -> Mapping[str, Any]:
    """Return what the pages call things."""
    content: Mapping[str, Any] = yaml.safe_load(
        Path(__file__).with_name("words.yaml").read_text("utf-8")
    )
    return content


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form; ``parts`` name what stands in a line of a list, in order."""

    name: str
    label: str
    widget: Widget
    example: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    parts: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class About:
    """What a message is said about, when and under which id."""

    message_id: str
    case: str
    at: datetime
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Form:
    """Something that the office can say.

    ``kind`` is None for money that came in or went back; ``status`` says which.
    """

    name: str
    label: str
    fields: tuple[Field, ...]
    kind: Kind | None = None
    status: str = "paid"

    def say(
        self, office: SimulatedOffice, about: About, typed: Mapping[str, str]
    ) -> None:
        """Say what was typed; ValidationError when it cannot be said."""
        said = dict(_said(self.fields, typed))
        if self.kind is None:
            line = str(said.pop("line", ""))
            voucher = Voucher.model_validate(
                said | {"paid_at": about.at, "status": self.status}
            )
            office.port.tell(voucher, case=about.case, line=line)
            return
        office.twin.say(
            OfficeMessage(
                id=about.message_id,
                case=about.case,
                what=self.name,
                said=self.kind.read(said).model_dump(mode="json"),
                revision=about.revision,
                sent_at=about.at,
            )
        )


def forms_of(office: str) -> dict[str, Form]:
    """Return what an office can say, by name."""
    said = {
        name: Form(name, kind.label, tuple(_fields_of(kind)), kind)
        for name, kind in kinds_of(office).items()
    }
    paid = {
        name: Form(
            name,
            raw["label"],
            tuple(_payment_fields(raw["fields"])),
            status=raw.get("status", "paid"),
        )
        for name, raw in words()["payments"].get(office, {}).items()
    }
    return said | paid


def suggested(
    form: Form, office: SimulatedOffice, message: Message | None
) -> dict[str, str]:
    """Return what stands in the fields at first: what came in, a new number, today.

    A paper is known by its number and day, so that each gets a number of its own.
    """
    known: dict[str, JsonValue] = message.model_dump(mode="json") if message else {}
    today = f"{office.twin.clock().astimezone(VIETNAM):%Y-%m-%d}"
    made_up = {
        "number": f"TN-{secrets.token_hex(3).upper()}",
        "day": today,
        "office": f"{words()['offices'][office.name]['name']} (thử nghiệm)",
    }
    if isinstance(message, TransferSlip):
        known["asks_levy"] = message.asks_levy
    return {
        field.name: written(field, known.get(field.name, made_up.get(field.name)))
        for field in form.fields
    }


def written(field: Field, value: object) -> str:
    """Return a value as the field shows it."""
    if value is None:
        return ""
    if field.widget == "yes_no":
        return "1" if value else "0"
    if isinstance(value, list):
        return "\n".join(_line(each, field.parts) for each in value)
    return str(value)


def problems_of(form: Form, error: ValidationError) -> dict[str, str]:
    """Return by field what cannot be taken, in plain words."""
    fields = {field.name for field in form.fields}
    places = {str(each["loc"][0]) for each in error.errors() if each["loc"]}
    return {
        name: "Chưa có, hoặc ghi chưa đúng." for name in places if name in fields
    } or {"": f"Chưa gửi được: {error.errors()[0]['msg']}"}


def _said(
    fields: Sequence[Field], typed: Mapping[str, str]
) -> Iterator[tuple[str, JsonValue]]:
    for each in fields:
        text = typed.get(each.name, "").strip()
        if text:
            yield each.name, _read(each, text)


def _read(asked: Field, text: str) -> JsonValue:
    match asked.widget:
        case "yes_no":
            return text == "1"
        case "number":
            return text.replace(".", "").replace(" ", "")
        case "lines":
            return [_parts(line, asked.parts) for line in _rows(text)]
        case _:
            return text


def _rows(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _parts(line: str, parts: tuple[str, ...]) -> JsonValue:
    if not parts:
        return line
    pieces = (piece.strip() for piece in line.split(";"))
    said = zip(parts, pieces, strict=False)
    return {
        name: piece.replace(".", "") if name == "amount" else piece
        for name, piece in said
        if piece
    }


def _line(value: JsonValue, parts: tuple[str, ...]) -> str:
    if not isinstance(value, dict):
        return str(value)
    pieces = ("" if value.get(part) is None else str(value[part]) for part in parts)
    return "; ".join(pieces).rstrip("; ")


def _fields_of(kind: Kind) -> Iterator[Field]:
    for name, shown in kind.fields.items():
        info = kind.content.model_fields[name]
        widget, parts = _widget(info.annotation)
        yield Field(
            name,
            shown.label,
            "choice" if shown.choices else widget,
            shown.example or "",
            shown.choices,
            parts,
            info.is_required(),
        )


def _payment_fields(raw: Mapping[str, Mapping[str, str]]) -> Iterator[Field]:
    for name, shown in raw.items():
        info = Voucher.model_fields.get(name)
        widget, _ = _widget(info.annotation if info else str)
        required = info is not None and info.is_required()
        yield Field(name, shown["label"], widget, required=required)


def _widget(annotation: object) -> tuple[Widget, tuple[str, ...]]:
    """Return how a field of this type is typed, and the parts of a line of a list."""
    if get_origin(annotation) is tuple:
        inner = get_args(annotation)[0]
        listed = isinstance(inner, type) and issubclass(inner, BaseModel)
        return "lines", tuple(inner.model_fields) if listed else ()
    if get_origin(annotation) in {Union, types.UnionType}:
        annotation = get_args(annotation)[0]
    for type_, widget in _WIDGETS:
        if isinstance(annotation, type) and issubclass(annotation, type_):
            return widget, ()
    return "text", ()
