"""``dat form FORM S.json -o F.pdf``: one official form, filled or empty."""

from __future__ import annotations

import argparse
from dataclasses import replace

from forms import pdf
from forms.catalog import Catalog
from forms.prefill import FilledForm, blank
from service.commands.filling import add_mark, filled_from, mark_from, write_pdf
from service.commands.inputs import add_json, books, print_json, read_situation, today
from service.errors import InputError


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
    blanks = [
        {"id": field.id, "caption": field.caption, "reason": field.blank_reason}
        for field in filled.blanks
    ]
    edition = filled.edition
    if args.json:
        print_json(
            {
                "form": edition.form,
                "edition": edition.edition,
                "file": args.output,
                "blank": blanks,
                "conflicts": [conflict.key for conflict in filled.conflicts],
                "problems": list(filled.problems),
            }
        )
        return 0
    number = f" ({edition.number})" if edition.number else ""
    print(f"Đã ghi {args.output}: {edition.name}{number}.")
    if edition.notice:
        print(edition.notice)
    print(f"Còn để trống {len(blanks)} chỗ:")
    for row in blanks:
        print(f"  - {row['caption']}: {row['reason']}")
    return 0


def _filled(catalog: Catalog, args: argparse.Namespace) -> FilledForm:
    loaded = books()
    if args.blank:
        law = loaded.law.edition(args.province, today())
        return blank(catalog.edition(args.form, law.chain, today()))
    situation, law = read_situation(args.situation, loaded)
    filled = filled_from(catalog, situation, law, args.form)
    return replace(filled, mark=mark_from(args))


def _list(catalog: Catalog, *, as_json: bool) -> int:
    rows = catalog.list()
    if as_json:
        print_json(rows)
        return 0
    for row in rows:
        print(f"{row['form']:<22} {row['edition']:<30} {row['status']:<11} ", end="")
        print(row["title"])
    return 0
