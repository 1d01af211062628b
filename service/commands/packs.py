"""``dat packs VERB``: the packages of the law, for those who keep them."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date

from service.commands.inputs import add_json, data_dir, print_json, today
from service.errors import InputError
from workflows.law.telling import entry_lines, told
from workflows.loader import load_law
from workflows.packages import Law, compare, show


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the verb and what it works on."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for verb, explanation in (
        ("check", "every rule of the format over every package"),
        ("list", "the packages: where, when, verified or not"),
    ):
        add_json(verbs.add_parser(verb, help=explanation))
    showing = verbs.add_parser("show", help="a package, or one procedure expanded")
    showing.add_argument("package")
    showing.add_argument("procedure", nargs="?")
    _add_day(showing)
    comparing = verbs.add_parser("diff", help="what differs between two packages")
    comparing.add_argument("package")
    comparing.add_argument("other")
    _add_day(comparing)
    comparing.add_argument("--on-a", help="the day of the first package, if another")
    comparing.add_argument("--on-b", help="the day of the second package, if another")
    add_json(comparing)
    register = verbs.add_parser("instruments", help="the register of legal texts")
    _add_day(register)
    add_json(register)
    graph = verbs.add_parser("graph", help="a procedure as Mermaid text or as SVG")
    graph.add_argument("package")
    graph.add_argument("procedure")
    graph.add_argument("--svg", action="store_true", help="swim lanes as SVG")
    _add_day(graph)


def _add_day(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--on", help="the law as of this day, such as 2026-11-24")


def run(args: argparse.Namespace) -> int:
    """Run the verb; ``check`` answers 1 when there is an error."""
    verbs: dict[str, Callable[[argparse.Namespace], int]] = {
        "check": _check,
        "list": _list,
        "show": _show,
        "diff": _diff,
        "instruments": _instruments,
        "graph": _graph,
    }
    return verbs[args.verb](args)


def _check(args: argparse.Namespace) -> int:
    # The catalogue and the linter are loaded for the verb that needs them: a diff
    # would wait for them as long as for its own work.
    from forms.catalog import Catalog  # noqa: PLC0415
    from workflows import lint  # noqa: PLC0415

    catalog = Catalog.load()
    report = lint.check(known_forms=catalog.ids())
    answer = report.to_json()
    if args.json:
        print_json(answer)
    else:
        for kind in ("errors", "warnings"):
            for finding in answer[kind]:
                place = f"{finding['file']}:{finding['line']}"
                print(f"{kind[:-1]} {place} [{finding['rule']}] {finding['text']}")
        packages, errors = len(answer["packages"]), len(answer["errors"])
        warnings = len(answer["warnings"])
        print(f"{packages} packages, {errors} errors, {warnings} warnings")
    return 1 if answer["errors"] else 0


def _list(args: argparse.Namespace) -> int:
    rows = [
        {
            "id": head.package,
            "title": head.title,
            "territory": head.territory.province or head.territory.country,
            "from": head.in_force.from_.isoformat(),
            "to": head.in_force.to.isoformat() if head.in_force.to else None,
            "status": head.status,
            "extends": head.extends,
        }
        for head in _law().packages.values()
    ]
    if args.json:
        print_json(rows)
        return 0
    for row in rows:
        until = row["to"] or "…"
        days = f"{row['from']} → {until}"
        print(f"{row['id']:<18} {row['territory']:<4} {days:<24} ", end="")
        print(f"{row['status']:<11} {row['title']}")
    return 0


def _show(args: argparse.Namespace) -> int:
    edition = _law().package_edition(args.package, _day(args.on))
    if args.procedure:
        for line in show(edition, args.procedure):
            print(line)
        return 0
    print(f"{edition.id}: {edition.title} ({edition.status})")
    if edition.notice:
        print(edition.notice)
    print(f"chain: {' > '.join(edition.chain)}\ndigest: {edition.digest}")
    for procedure in edition.procedures.values():
        print(
            f"  {procedure.procedure}: {procedure.title.clerk}  [{procedure.package}]"
        )
    return 0


def _diff(args: argparse.Namespace) -> int:
    law = _law()
    day, other_day = (_day(each or args.on) for each in (args.on_a, args.on_b))
    comparison = compare(
        law.package_edition(args.package, day),
        law.package_edition(args.other, other_day),
        day,
        other_day,
    )
    if args.json:
        print_json(comparison.to_json())
    else:
        print("\n".join(told(comparison)))
    return 0


def _instruments(args: argparse.Namespace) -> int:
    from workflows.law.register import register  # noqa: PLC0415  as for ``check``

    entries = register(_law(), _day(args.on))
    if args.json:
        print_json([entry.to_json() for entry in entries])
    else:
        titles = {entry.id: entry.instrument.title for entry in entries}
        for entry in entries:
            print("\n".join(entry_lines(entry, titles)))
    return 0


def _graph(args: argparse.Namespace) -> int:
    from workflows.drawing import mermaid, swim_lane_svg  # noqa: PLC0415

    edition = _law().package_edition(args.package, _day(args.on))
    procedure = edition.procedure(args.procedure)
    print(swim_lane_svg(procedure, edition) if args.svg else mermaid(procedure))
    return 0


def _law() -> Law:
    return load_law(cache_dir=data_dir() / "cache")


def _day(text: str | None) -> date:
    if text is None:
        return today()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(
            f"--on: {text!r} không phải ngày có thật; viết như 2026-11-24."
        ) from error
