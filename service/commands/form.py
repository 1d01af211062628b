"""``dat form FORM S.json -o F.pdf``: one official form, filled or empty."""

from __future__ import annotations

import argparse
from pathlib import Path

from forms.catalog import Catalog
from service.commands.inputs import add_json, books, print_json, read_situation, today
from service.errors import InputError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the form, the situation and the file to write."""
    parser.add_argument("form", nargs="?", help="a form id, such as F-CHANGE")
    parser.add_argument("situation", nargs="?", metavar="S.json")
    parser.add_argument("-o", "--output", metavar="F.pdf", help="the file to write")
    parser.add_argument("--blank", action="store_true", help="an empty form")
    parser.add_argument("--province", default="66", help="for --blank")
    parser.add_argument("--list", action="store_true", help="name the forms")
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
    filled = _fill(catalog, args)
    output = Path(args.output)
    from forms.pdf import render  # noqa: PLC0415  the PDF engine is slow to import

    try:
        output.write_bytes(render(filled))
    except OSError as error:
        raise InputError(f"Không ghi được tệp {output}: {error}.") from error
    blanks = [
        {"id": field.id, "caption": field.caption, "reason": field.blank_reason}
        for field in filled.blanks
    ]
    if args.json:
        print_json({"form": args.form, "file": str(output), "blank": blanks})
    else:
        print(f"Đã ghi {output}. Còn để trống {len(blanks)} chỗ:")
        for blank in blanks:
            print(f"  - {blank['caption']}: {blank['reason']}")
    return 0


def _fill(catalog: Catalog, args: argparse.Namespace):  # noqa: ANN202
    raise NotImplementedError


def _list(catalog: Catalog, *, as_json: bool) -> int:
    rows = catalog.list()
    if as_json:
        print_json(rows)
        return 0
    for row in rows:
        print(
            f"{row['form']:<22} {row['edition']:<28} {row['status']:<10} {row['title']}"
        )
    return 0
