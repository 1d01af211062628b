"""``dat leaflet GOAL -o F.pdf``: the leaflet of a goal, to print and hand out."""

from __future__ import annotations

import argparse

from forms.leaflet import Size, leaflet_sheet
from service.commands.filling import write_pdf
from service.commands.inputs import books, today
from service.usecases.papers.leaflets import Shelves, leaflet_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the goal, the size of the paper, the place and the file to write."""
    parser.add_argument("goal", help="a goal, such as give")
    parser.add_argument(
        "-o", "--output", metavar="F.pdf", required=True, help="the file to write"
    )
    parser.add_argument("--size", choices=[*Size], default=Size.A4, help="the paper")
    parser.add_argument("--province", default="66", help="whose law")


def run(args: argparse.Namespace) -> int:
    """Write the leaflet and say where it leads."""
    from service.settings import Settings  # noqa: PLC0415  seldom needed, slow to load

    loaded = books()
    shelves = Shelves(
        loaded.law,
        loaded.territory,
        loaded.calendar.in_place(args.province, None),
        args.province,
        today(),
        Settings().base_url,
    )
    leaflet = leaflet_of(shelves, args.goal)
    write_pdf(args.output, leaflet_sheet(leaflet, Size(args.size)))
    print(f"Đã ghi {args.output}: {leaflet.title}, dẫn đến {leaflet.mark.code}.")
    return 0
