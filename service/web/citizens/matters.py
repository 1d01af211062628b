"""What the pages of a matter show, made ready from its view."""

from __future__ import annotations

from dataclasses import dataclass, replace

from forms.errors import NoEditionInForceError
from service.auth.actors import Actor
from service.usecases.desk import Desk
from service.usecases.matter.identity_card import called, may_be_read
from service.usecases.matter.read_matter import MatterView, StepView
from service.usecases.papers.fill_forms import marked_form
from service.usecases.papers.read_form import FormReading
from service.usecases.sentences import MONEY_KINDS, WHO_PAYS
from service.web.formats import sentence_case
from workflows.journey.model import Form
from workflows.otherwise import offered
from workflows.parties import names_of


@dataclass(frozen=True, slots=True)
class NextThing:
    """The one next thing to do, with its button; perhaps a second, lesser one."""

    heading: str
    sentence: str
    button: str
    path: str
    second_button: str = ""
    second_path: str = ""


@dataclass(frozen=True, slots=True)
class FormLine:
    """A form of a step: how much of it stays blank, and where sources differ.

    ``refused`` says why Dắt does not print it for this place and day.
    """

    form_id: str
    title: str
    number: str | None
    optional: bool
    printed: bool
    blanks: int = 0
    disputes: int = 0
    refused: str = ""


def titles(view: MatterView) -> dict[str, str]:
    """Return the instruments of the edition by id, with their full titles."""
    return {key: row.title for key, row in view.edition.instruments.items()}


def cards_to_read(view: MatterView) -> tuple[tuple[str, str], ...]:
    """Return whose identity card answers questions: the id, and what to call them."""
    return tuple(
        (party.id, called(party, view.people))
        for party in view.people
        if may_be_read(view.edition, party)
    )


_AWAITED = (
    "Đến lượt ông bà",
    "Cơ quan đang chờ ông bà. Xem phải bổ sung, nộp tiền hay đến nhận.",
    "Xem phải làm gì",
)
_UNDER_WAY = (
    "Đang làm",
    "Xem hồ sơ đang ở đâu, ai đang giữ, hẹn ngày nào.",
    "Theo dõi hồ sơ",
)


def next_thing(view: MatterView) -> NextThing | None:
    """Return what to do next: answer, file a ready step, or wait for an office."""
    here = f"/ho-so/{view.code}"
    plan = ("Xem kế hoạch", f"/ke-hoach/{view.code}")
    started = any(step.state not in {"waiting", "ready"} for step in view.steps)
    if view.remaining and not started:
        return NextThing(
            "Trả lời tiếp",
            f"Còn {view.remaining} câu. Chưa rõ câu nào thì chọn “Tôi chưa rõ”.",
            "Trả lời tiếp",
            f"{here}/cau-hoi",
            *plan,
        )
    for step in view.steps:
        if step.state == "open":
            words = _AWAITED if step.awaits_citizen else _UNDER_WAY
            return NextThing(
                f"{words[0]}: {step.name}",
                *words[1:],
                f"/tra-cuu?ma={step.case_code}",
                "Giấy tờ của bước này",
                f"{here}/buoc/{step.id}",
            )
        if step.state == "returned":
            return NextThing(
                f"Làm đủ giấy tờ: {step.name}",
                "Quầy đã trả hồ sơ lại. Xem còn thiếu gì, làm đủ rồi nộp lại.",
                "Làm đủ và nộp lại",
                f"{here}/buoc/{step.id}",
                "Theo dõi hồ sơ",
                f"/tra-cuu?ma={step.case_code}",
            )
        if step.state == "failed":
            return NextThing(
                f"Làm lại: {step.name}",
                "Lần trước không xong. Xem lý do, rồi làm lại nếu cần.",
                "Làm lại bước này",
                f"{here}/buoc/{step.id}",
                "Xem lý do",
                f"/tra-cuu?ma={step.case_code}",
            )
        if step.state == "ready":
            return NextThing(
                f"Làm bước: {step.name}",
                "Đơn đã điền sẵn. Đánh dấu giấy đã có rồi nộp.",
                "Chuẩn bị và nộp",
                f"{here}/buoc/{step.id}",
                *plan,
            )
    return None


def plan_context(view: MatterView) -> dict[str, object]:
    """Return what the page of the plan shows."""
    plan, costs = view.plan, view.estimate
    now = next(
        (step for step in view.steps if step.state not in {"done", "waiting"}), None
    )
    numbers = {step.id: place for place, step in enumerate(plan.main_steps, start=1)}
    return {
        "matter": view,
        "plan": plan,
        "costs": costs,
        "money_gaps": sum(line.amount is None for line in costs.lines),
        "numbers": numbers,
        "now": now,
        "to_answer": [each for each in plan.unknown if each.key],
        "open_step": now.id if now else "",
        "done": {step.id for step in view.steps if step.state == "done"},
        "begun": any(step.state not in {"ready", "waiting"} for step in view.steps),
        "instruments": titles(view),
        "money_labels": MONEY_KINDS,
        "payers": payer_names(view),
        "comparable": bool(offered(view.situation, view.edition)),
    }


def payer_names(view: MatterView) -> dict[str, str]:
    """Return who pays, in words: by the name where one is known."""
    return WHO_PAYS | names_of(view.people)


def step_forms(
    desk: Desk, actor: Actor, view: MatterView, step: StepView
) -> tuple[FormLine, ...]:
    """Return the forms of a step with what stays blank; some only the counter has."""
    return tuple(_line(desk, actor, view, step, form) for form in step.forms)


def form_context(reading: FormReading) -> dict[str, object]:
    """Return what the page of one form shows, whoever reads it."""
    edition = reading.filled.edition
    number = f" ({edition.number})" if edition.number else ""
    return {
        "reading": reading,
        "title": f"{sentence_case(edition.name)}{number}",
        "blanks": len(reading.filled.blanks),
    }


def _line(
    desk: Desk, actor: Actor, view: MatterView, step: StepView, form: Form
) -> FormLine:
    line = FormLine(
        form.id, form.name, form.number, form.optional, desk.catalog.has(form.id)
    )
    if not line.printed:
        return line
    try:
        filled = marked_form(desk, actor, view.code, form.id, step.id)
    except NoEditionInForceError as refusal:
        return replace(line, refused=str(refusal))
    return replace(line, blanks=len(filled.blanks), disputes=len(filled.conflicts))
