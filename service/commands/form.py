"""``dat form FORM S.json -o F.pdf``: one official form, filled or empty."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from forms import pdf
from forms.catalog import Catalog
from forms.definition import FormEdition
from forms.filled import FilledForm
from forms.loader import Alias
from forms.prefill import blank
from service.commands.filling import add_mark, filled_from, mark_from, write_pdf
from service.commands.inputs import add_json, books, print_json, read_situation, today
from service.errors import InputError
from workflows.definition import Status
from workflows.journey import plan


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the form, the situation and the file to write."""
    parser.add_argument("form", nargs="?", help="a form id, such as F-CHANGE")
    parser.add_argument("situation", nargs="?", metavar="S.json")
    parser.add_argument("-o", "--output", metavar="F.pdf", help="the file to write")
    parser.add_argument("--blank", action="store_true", help="an empty form")
    parser.add_argument("--province", default="66", help="whose edition, for --blank")
    parser.add_argument("--list", action="store_true", help="name the forms")
    add_mark(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Write the PDF and say which fields stay blank, and why."""
    catalog = Catalog.load()
    if args.list:
        return _list(catalog, as_json=args.json)
    if not args.form or not args.output or not (args.blank or args.situation):
        raise InputError(
            "Cần mã mẫu, tệp tình huống (hoặc --blank) và -o TỆP.pdf; "
            "xem các mã bằng: dat form --list."
        )
    filled = _filled(catalog, args)
    write_pdf(args.output, pdf.sheet(filled))
    older = catalog.replaced(args.form)
    if args.json:
        print_json(_json(filled, args.output, older))
    else:
        _tell(filled, args.output, older)
    return 0


def _json(filled: FilledForm, file: str, older: Alias | None) -> dict[str, object]:
    return {
        "form": filled.edition.form,
        "edition": filled.edition.edition,
        "file": file,
        "instead_of": None if older is None else older.why,
        "fields": [
            {
                "id": field.id,
                "number": field.number,
                "caption": field.caption,
                "value": field.value,
                "from": field.provenance,
            }
            for field in filled.fields
            if not field.is_blank
        ],
        "blank": [
            {"id": field.id, "caption": field.caption, "reason": field.blank_reason}
            for field in filled.blanks
        ],
        "conflicts": [conflict.key for conflict in filled.conflicts],
        "problems": list(filled.problems),
    }


def _tell(filled: FilledForm, file: str, older: Alias | None) -> None:
    edition = filled.edition
    number = f" ({edition.number})" if edition.number else ""
    print(f"Đã ghi {file}: {edition.name}{number}.")
    if older is not None:
        print(f"In thay cho mẫu được hỏi: {older.why} ({older.source}).")
    if edition.notice:
        print(edition.notice)
    for problem in filled.problems:
        print(f"Cần xem lại: {problem}")
    print(f"Còn để trống {len(filled.blanks)} chỗ:")
    for field in filled.blanks:
        print(f"  - {field.caption}: {field.blank_reason}")


def _filled(catalog: Catalog, args: argparse.Namespace) -> FilledForm:
    loaded = books()
    if args.blank:
        law = loaded.law.edition(args.province, today())
        return blank(catalog.edition(args.form, law.chain, today()))
    situation, law = read_situation(args.situation, loaded)
    calendar = loaded.calendar.in_place(situation.province, situation.commune)
    made = plan(
        situation, law, calendar, branches=loaded.territory, editions=loaded.law
    )
    filing = [
        step
        for step in made.main_steps
        if args.form in {form.id for form in step.forms}
    ]
    step = filing[-1] if filing else None
    filled = filled_from(catalog, situation, law, args.form, step)
    return replace(filled, mark=mark_from(args))


def _list(catalog: Catalog, *, as_json: bool) -> int:
    if as_json:
        print_json(catalog.list())
        return 0
    editions = list(catalog.editions())
    for form, group in groupby(editions, key=lambda edition: edition.id):
        older = "".join(f", thay cho {name}" for name in catalog.aliases(form))
        print(f"\n{form}{older}")
        title = ""
        for edition in group:
            if edition.name != title:
                title = edition.name
                print(f"  {' '.join((title, *edition.subtitle))}")
            print("\n".join(f"    {line}" for line in _told(edition)))
    seen = sum(edition.status is Status.VERIFIED for edition in editions)
    print(f"\n{len(editions)} bản, {seen} bản đã xác minh.")
    return 0


def _told(edition: FormEdition) -> Iterator[str]:
    """Yield the lines of one edition: its number, days, status, place and source."""
    until = f"{edition.to_day:%d/%m/%Y}" if edition.to_day else "nay"
    days = f"{edition.from_day:%d/%m/%Y} - {until}"
    known = edition.status is Status.VERIFIED
    status = "✓ đã xác minh" if known else "? chưa xác minh"
    number = edition.number or "không có số mẫu"
    yield f"{number:<26} {days:<23} {status:<15} {edition.package}"
    yield f"  {edition.instrument}"
    for line in edition.missing:
        yield f"  ? chưa thấy: {line}"
