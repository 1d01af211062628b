"""``dat packs VERB``: the packages of the law, for those who keep them."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path

from service.commands.inputs import (
    a_day,
    add_json,
    as_known_on,
    own_packages,
    print_json,
    the_law,
    today,
)
from service.errors import InputError
from workflows.law.telling import entry_lines, told
from workflows.packages import Law, compare, show


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the verb and what it works on."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    _verb(verbs, "check", "every rule of the format over every package")
    _add_knowledge(_verb(verbs, "list", "the packages: where, when, verified or not"))
    showing = _verb(verbs, "show", "a package, or one procedure expanded", json=False)
    showing.add_argument("package")
    showing.add_argument("procedure", nargs="?")
    _add_day(showing)
    _add_knowledge(showing)
    comparing = _verb(verbs, "diff", "what differs between two packages")
    comparing.add_argument("package")
    comparing.add_argument("other")
    _add_day(comparing)
    _add_knowledge(comparing)
    comparing.add_argument("--on-a", help="the day of the first package, if another")
    comparing.add_argument("--on-b", help="the day of the second package, if another")
    for side, which in (("a", "first"), ("b", "second")):
        comparing.add_argument(
            f"--known-on-{side}",
            metavar="DAY",
            help=f"the {which} package as it was known on this day",
        )
    _add_day(_verb(verbs, "instruments", "the register of legal texts"))
    graph = _verb(verbs, "graph", "a procedure as Mermaid text or as SVG", json=False)
    graph.add_argument("package")
    graph.add_argument("procedure")
    graph.add_argument("--svg", action="store_true", help="swim lanes as SVG")
    _add_day(graph)
    moving = _verb(verbs, "migrate", "carry running cases over to another edition")
    moving.add_argument(
        "--from",
        required=True,
        dest="source",
        metavar="E1",
        help="the package, or the digest of an edition, that the cases pin",
    )
    moving.add_argument(
        "--to", required=True, dest="target", metavar="E2", help="the newer package"
    )
    _add_day(moving)
    moving.add_argument("--case", nargs="+", default=[], metavar="CODE")
    moving.add_argument("--db", metavar="URL", help="another database")
    moving.add_argument("--apply", action="store_true", help="else only a dry run")
    moving.add_argument("--by", metavar="ACCOUNT", help="the administrator's account")
    moving.add_argument("--basis", help="the transitional clause, in words")
    new = verbs.add_parser("new", help="a new package that builds on another")
    new.add_argument("--from", required=True, dest="parent", metavar="PACKAGE")
    new.add_argument("--territory", required=True, help="the province, such as 48")
    new.add_argument(
        "--instrument", required=True, help="the text: its id, or its full title"
    )
    new.add_argument("--id", help="the id of the new package, such as vn-48-2027")
    new.add_argument("--title", help="the title of the new package")
    new.add_argument("--in-force-from", metavar="DAY", help="its first day")
    new.add_argument(
        "--replaces",
        metavar="PACKAGE",
        help="the package that was thought to hold while this one was not known",
    )
    new.add_argument("--known-since", metavar="DAY", help="with --replaces, else today")
    new.add_argument("--into", metavar="DIR", help="the folder of own packages")


def _verb(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    explanation: str,
    *,
    json: bool = True,
) -> argparse.ArgumentParser:
    parser = verbs.add_parser(name, help=explanation)
    parser.add_argument(
        "--root",
        metavar="DIR",
        help="a folder of own packages beside those of the program"
        " (else DAT_PACKAGES_DIR, or packages in the data directory)",
    )
    if json:
        add_json(parser)
    return parser


def _add_knowledge(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--known-on", metavar="DAY", help="as it was known on this day")


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
        "new": _new,
        "migrate": _migrate,
    }
    return verbs[args.verb](args)


def _check(args: argparse.Namespace) -> int:
    # The catalogue and the linter are loaded for the verb that needs them: a diff
    # would wait for them as long as for its own work.
    from service.usecases.papers.printed_forms import printed_forms  # noqa: PLC0415
    from workflows import lint  # noqa: PLC0415

    own = _root(args) or own_packages()
    report = lint.check(forms=printed_forms(), own=own)
    answer = report.to_json()
    if args.json:
        print_json(answer)
    else:
        for kind in ("errors", "warnings"):
            for finding in answer[kind]:
                place = f"{finding['file']}:{finding['line']}"
                print(f"{kind[:-1]} {place} [{finding['rule']}] {finding['text']}")
        for row in answer["packages"]:
            figures = ", ".join(f"{n} {kind}" for kind, n in row["figures"].items())
            print(
                f"{row['id']:<18} {row['status']:<11}"
                f" {len(row['procedures']):>3} procedures; figures: {figures}"
            )
        print(f"unverified: {', '.join(answer['unverified']) or 'none'}")
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
            "known_since": head.known_since.isoformat() if head.known_since else None,
        }
        for head in as_known_on(_law(args), args.known_on).packages.values()
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
    law = as_known_on(_law(args), args.known_on)
    edition = law.package_edition(args.package, _day(args.on))
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
    law = _law(args)
    day, other_day = (_day(each or args.on) for each in (args.on_a, args.on_b))
    one, other = (
        as_known_on(law, each or args.known_on, option)
        for each, option in (
            (args.known_on_a, "--known-on-a"),
            (args.known_on_b, "--known-on-b"),
        )
    )
    comparison = compare(
        one.package_edition(args.package, day),
        other.package_edition(args.other, other_day),
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

    entries = register(_law(args), _day(args.on))
    if args.json:
        print_json([entry.to_json() for entry in entries])
    else:
        titles = {entry.id: entry.instrument.title for entry in entries}
        for entry in entries:
            print("\n".join(entry_lines(entry, titles)))
    return 0


def _graph(args: argparse.Namespace) -> int:
    from workflows.drawing import mermaid, swim_lane_svg  # noqa: PLC0415

    edition = _law(args).package_edition(args.package, _day(args.on))
    procedure = edition.procedure(args.procedure)
    print(swim_lane_svg(procedure, edition) if args.svg else mermaid(procedure))
    return 0


def _new(args: argparse.Namespace) -> int:
    from service.commands.new_package import Wanted, write_package  # noqa: PLC0415
    from workflows.loader import load_territory  # noqa: PLC0415

    territory = load_territory()
    code = territory.province(args.territory, key="--territory")
    wanted = Wanted(
        args.parent,
        code,
        args.instrument,
        args.id,
        args.title,
        _day(args.in_force_from, "--in-force-from") if args.in_force_from else None,
        args.replaces,
        _day(args.known_since, "--known-since"),
    )
    folder = Path(args.into) if args.into else own_packages()
    law = the_law(folder)
    place = territory.province_name(code)
    written = write_package(law, wanted, place, folder, today())
    print(written)
    print(f"dat packs check --root {folder}")
    return 0


def _migrate(args: argparse.Namespace) -> int:
    from service.commands.migration import run_migration  # noqa: PLC0415

    return run_migration(args, _law(args), _day(args.on))


def _law(args: argparse.Namespace) -> Law:
    return the_law(_root(args))


def _root(args: argparse.Namespace) -> Path | None:
    if args.root is None:
        return None
    root = Path(args.root)
    if not root.is_dir():
        raise InputError(f"--root: không có thư mục {args.root!r}.")
    return root


def _day(text: str | None, option: str = "--on") -> date:
    return today() if text is None else a_day(text, option)
