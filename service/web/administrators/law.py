"""The administrator's pages of the law: packages, procedures, figures, of any day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from service.usecases.administration import read_law
from service.usecases.administration.law_sentences import MARKS
from service.usecases.administration.read_law import PackageView
from service.web.dependencies import AdministratorDep, DeskDep
from service.web.rendering import page
from service.web.sentences import LAW_PARTS, SCOPES
from workflows.drawing import swim_lane_svg
from workflows.law.comparison import Comparison, Rows
from workflows.law.facets import PARTS, SECTIONS
from workflows.law.sentences import PART_TITLES, SECTION_TITLES
from workflows.law.telling import ToldRow, row_in_words

router = APIRouter(prefix="/quan-tri")

HOME = "/quan-tri/luat"


@dataclass(frozen=True, slots=True)
class AsOf:
    """The day as of which the law is read; ``typed`` is kept when it is no day."""

    day: date
    today: date
    typed: str
    problems: Mapping[str, str]

    @property
    def query(self) -> str:
        """Return what a link carries on, empty for today."""
        return "" if self.day == self.today else f"?ngay={self.day.isoformat()}"


@dataclass(frozen=True, slots=True)
class Opened:
    """A package as of a day, and the page that shows a part of it."""

    view: PackageView
    as_of: AsOf

    def page(self, request: Request, template: str, **parts: object) -> Response:
        """Return the page of the template with what every page of a package needs."""
        instruments = self.view.edition.instruments
        context = {
            "as_of": self.as_of,
            "view": self.view,
            "base": f"{HOME}/{self.view.row.head.package}",
            "instruments": {name: row.title for name, row in instruments.items()},
            "marks": MARKS,
            "scopes": SCOPES,
        }
        return page(request, template, context | parts)


@dataclass(frozen=True, slots=True)
class ToldPart:
    """A part of a procedure, or a section, with the rows that differ."""

    id: str
    title: str
    rows: tuple[ToldRow, ...]


@dataclass(frozen=True, slots=True)
class ToldProcedure:
    """A procedure that differs between two packages."""

    id: str
    title: str
    kind: str
    parts: tuple[ToldPart, ...]

    @property
    def count(self) -> int:
        """Return how many rows differ."""
        return sum(len(part.rows) for part in self.parts)


@router.get("/luat", name="law")
def show_packages(
    request: Request, desk: DeskDep, actor: AdministratorDep, ngay: str = ""
) -> Response:
    """List the packages: where and when they hold, verified or not, what is in them."""
    as_of = as_of_day(desk, ngay)
    rows = read_law.packages(desk, actor, as_of.day)
    context = {
        "as_of": as_of,
        "rows": [row for row in rows if row.head.kind != "shared"],
        "shared": [row for row in rows if row.head.kind == "shared"],
        "scopes": SCOPES,
    }
    return page(request, "law/packages.html", context)


@router.get("/luat/kiem-tra", name="law_findings")
def show_findings(request: Request, desk: DeskDep, actor: AdministratorDep) -> Response:
    """Show what the linter says: mistakes first, each with its file and line."""
    report = read_law.findings(desk, actor)
    context = {
        "report": report,
        "faults": desk.law.faults,
        "counts": Counter(finding.rule for finding in report.warnings),
    }
    return page(request, "law/findings.html", context)


@router.get("/luat/so-sanh", name="law_difference")
def show_difference(
    request: Request, desk: DeskDep, actor: AdministratorDep
) -> Response:
    """Show what differs between two packages, procedure by procedure."""
    asked = request.query_params
    goi, khac, phan = (asked.get(name, "") for name in ("goi", "khac", "phan"))
    ngay, ngay_khac = asked.get("ngay", ""), asked.get("ngay_khac", "")
    as_of, other = as_of_day(desk, ngay), as_of_day(desk, ngay_khac or ngay)
    names = [name for name, head in desk.law.packages.items() if head.kind != "shared"]
    context: dict[str, object] = {
        "as_of": as_of,
        "other": other,
        "names": names,
        "heads": desk.law.packages,
        "one_id": goi,
        "other_id": khac,
        "found": None,
        "part": phan,
        "link": urlencode(
            {"goi": goi, "khac": khac, "ngay": ngay, "ngay_khac": ngay_khac}
        ),
    }
    if goi in names and khac in names:
        found = read_law.difference(desk, actor, goi, khac, as_of.day, other.day)
        context |= {"found": found, **_told(found)}
    return page(request, "law/difference.html", context)


def _opened(
    desk: DeskDep, actor: AdministratorDep, package_id: str, ngay: str = ""
) -> Opened:
    """Open a package as of the day that the address names."""
    as_of = as_of_day(desk, ngay)
    return Opened(read_law.package(desk, actor, package_id, as_of.day), as_of)


@router.get("/luat/{package_id}", name="law_package")
def show_package(
    request: Request, opened: Annotated[Opened, Depends(_opened)]
) -> Response:
    """Show a package with its procedures."""
    procedures = read_law.procedures(opened.view)
    return opened.page(request, "law/package.html", procedures=procedures)


@router.get("/luat/{package_id}/so-lieu", name="law_figures")
def show_figures(
    request: Request, opened: Annotated[Opened, Depends(_opened)]
) -> Response:
    """Show the dated figures as they stand on the day, with their sources."""
    figures = read_law.figures(opened.view)
    return opened.page(request, "law/figures.html", figures=figures)


@router.get("/luat/{package_id}/van-ban", name="law_instruments")
def show_instruments(
    request: Request, desk: DeskDep, opened: Annotated[Opened, Depends(_opened)]
) -> Response:
    """Show the instruments: days in force, what replaced and amended what."""
    entries = read_law.instruments(desk, opened.view)
    return opened.page(request, "law/instruments.html", entries=entries)


@router.get("/luat/{package_id}/chua-biet", name="law_gaps")
def show_gaps(
    request: Request, opened: Annotated[Opened, Depends(_opened)]
) -> Response:
    """Show what nobody has found, as a list of whom to ask; and the warnings."""
    return opened.page(
        request,
        "law/gaps.html",
        gaps=read_law.gaps(opened.view),
        warnings=read_law.warnings(opened.view),
    )


@router.get("/luat/{package_id}/thu-tuc/{procedure_id}", name="law_procedure")
def show_procedure(
    request: Request, opened: Annotated[Opened, Depends(_opened)], procedure_id: str
) -> Response:
    """Show a procedure: the drawing, then each line with its article and its file."""
    told = read_law.procedure(opened.view, procedure_id)
    return opened.page(
        request,
        "law/procedure.html",
        told=told,
        part_titles=LAW_PARTS,
        drawing=swim_lane_svg(told.procedure, opened.view.edition),
    )


def as_of_day(desk: DeskDep, typed: str) -> AsOf:
    """Return the day of the address, today when it names none or is no day."""
    today = desk.today()
    if not typed:
        return AsOf(today, today, today.isoformat(), {})
    try:
        return AsOf(date.fromisoformat(typed), today, typed, {})
    except ValueError:
        problems = {
            "ngay": f"“{typed}” không phải ngày có thật. Đang xem theo hôm nay."
        }
        return AsOf(today, today, typed, problems)


def _told(found: Comparison) -> dict[str, object]:
    procedures = tuple(
        ToldProcedure(
            each.id,
            each.title,
            each.kind,
            tuple(
                _part(found, part, PART_TITLES[part], each.parts.get(part, ()))
                for part in PARTS
                if each.parts.get(part)
            ),
        )
        for each in found.procedures
    )
    sections = tuple(
        _part(found, section, SECTION_TITLES[section], found.sections[section])
        for section in SECTIONS
        if found.sections[section]
    )
    return {"procedures": procedures, "sections": sections}


def _part(found: Comparison, name: str, title: str, rows: Rows) -> ToldPart:
    return ToldPart(name, title, tuple(row_in_words(found, row) for row in rows))
