"""Whoever does something is asked whether he may: no use case of a page forgets it."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2] / "service"
RULES = ("policies", "authorize")
# Use cases that ask nobody, each with the reason why there is nothing to ask.
ASKS_NOBODY = {
    "begin.begin": "anybody may begin a matter; it is nobody's yet",
    "filing_elsewhere.unknown_today": "what the law of a province does not say",
    "my_matters.my_matters": "only what is linked to the identity of the session",
    "my_matters.open_mine": "only what is linked to the identity of the session",
    "my_matters.unlink_mine": "only what is linked to the identity of the session",
    "my_matters.forget_me": "only the identity of the session itself",
    "follow_by_phone.follow_of_visitor": "the second factor decides how much is shown",
    "follow_access.acting_citizen": "says who acts; the act itself is authorized",
    "approvals.count_to_confirm": "a number for the own office, 0 for all others",
    "paper_entry.count_papers_to_confirm": "the same, of papers that were typed",
    "practice_sheet.print_sheet": "made-up exercises of the visitor's own room",
    "practice_sheet.sheets_of": "the sheets of the account of the session itself",
    "teams.leads_team": "says whether the account of the session leads",
}


@cache
def tree(path):
    return ast.parse(path.read_text("utf-8"))


def modules():
    for room in ("usecases", "auth"):
        for path in sorted((ROOT / room).rglob("*.py")):
            yield path.stem, tree(path)


def imported(module):
    """Return what names of a module mean: (module, name), a module itself has None."""
    found = {}
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
            ("service.usecases", "service.auth")
        ):
            package = (ROOT.parent / node.module.replace(".", "/")).is_dir()
            for each in node.names:
                meant = (
                    (each.name, None)
                    if package
                    else (
                        node.module.rpartition(".")[2],
                        each.name,
                    )
                )
                found[each.asname or each.name] = meant
    return found


@cache
def functions():
    return {
        (name, node.name): node
        for name, module in modules()
        for node in module.body
        if isinstance(node, ast.FunctionDef)
    }


@cache
def names_of():
    return {name: imported(module) for name, module in modules()}


def called(name, node):
    """Yield what a function of a module calls, also what it hands on to be called."""
    known = names_of()[name]
    for each in ast.walk(node):
        if isinstance(each, ast.Name):
            yield known.get(each.id, (name, each.id))
        elif isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name):
            meant = known.get(each.value.id)
            if meant and meant[1] is None:
                yield meant[0], each.attr


@cache
def asking():
    """Return every function that comes to ``authorize``, by itself or by another."""
    calls = {key: set(called(key[0], node)) for key, node in functions().items()}
    found = {RULES}
    while more := {key for key, to in calls.items() if to & found} - found:
        found |= more
    return found


def takes_actor(node):
    arguments = (*node.args.args, *node.args.kwonlyargs)
    kinds = [ast.unparse(each.annotation) for each in arguments if each.annotation]
    return "Actor" in kinds or "Actor | None" in kinds


def doors():
    """Return the use cases that pages and programs from outside call."""
    found = set()
    for room in ("web", "api"):
        for path in sorted((ROOT / room).rglob("*.py")):
            module = tree(path)
            known = imported(module)
            for node in ast.walk(module):
                if isinstance(node, ast.Name) and node.id in known:
                    found.add(known[node.id])
                elif isinstance(node, ast.Attribute) and isinstance(
                    node.value, ast.Name
                ):
                    meant = known.get(node.value.id)
                    if meant and meant[1] is None:
                        found.add((meant[0], node.attr))
    return found & functions().keys()


def test_every_use_case_of_a_page_asks_whether_the_actor_may():
    acting = {key for key in doors() if takes_actor(functions()[key])}
    assert len(acting) > 150
    silent = {".".join(key) for key in acting - asking()}
    assert silent == set(ASKS_NOBODY)


def test_the_rule_is_decided_in_one_place():
    """Nobody but the rules refuses by the kind of an actor in so many words."""
    refusing = set()
    for room in ("usecases", "web", "api"):
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(tree(path)):
                if (
                    isinstance(node, ast.Raise)
                    and isinstance(node.exc, ast.Call)
                    and isinstance(node.exc.func, ast.Name)
                    and node.exc.func.id == "NotAllowedError"
                ):
                    refusing.add(path.relative_to(ROOT).as_posix())
    # Who may take a move back is said by the move, not by a kind of actor.
    assert refusing == {"usecases/cases/decide.py"}
