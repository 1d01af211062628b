"""The papers that Dắt prints, as the administrator reads them: every edition of a form.

Each edition stands beside the official wording, with what of it nobody has seen, the
procedures that use it, and whether it is the one that a place gets on a day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from forms.captions import Captions, load_captions
from forms.comparison import Room, Worded, laid_beside, rooms_of
from forms.definition import FormEdition, FormSource
from forms.errors import FormError, NoEditionInForceError
from forms.loader import Alias
from forms.prefill import blank
from forms.screen import on_screen
from service.auth.actors import Actor
from service.auth.policies import Action, Installation, authorize
from service.errors import NotFoundError
from service.usecases.desk import Desk
from service.usecases.papers import edition_sentences as sentences
from service.usecases.papers.issuing import rendered
from workflows.definition import Procedure, StateSpec, Status, Transition
from workflows.errors import BadInputError, WorkflowError
from workflows.packages import Edition, holds_on


class Standing(StrEnum):
    """What an edition is to a place on a day."""

    CHOSEN = "chosen"
    ANOTHER = "another"
    ENDED = "ended"
    LATER = "later"
    ASKED = "asked"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Here:
    """The place and the day that the choice is shown for; ``problem`` says why none."""

    day: date
    province: str
    commune: str = ""
    name: str = ""
    chain: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Use:
    """A procedure that takes in or hands out a paper of the edition, and how."""

    procedure: str
    title: str
    ways: tuple[str, ...]
    packages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EditionRow:
    """An edition in the list; ``missing`` is what of the official paper is not seen."""

    edition: FormEdition
    standing: Standing
    aliases: Mapping[str, Alias]
    missing: tuple[str, ...]
    worded: bool
    uses: tuple[Use, ...]

    @property
    def verified(self) -> bool:
        """Return whether the wording was seen in the instrument itself."""
        return self.edition.status is Status.VERIFIED


@dataclass(frozen=True, slots=True)
class FormList:
    """Every edition, where the day and the place stand, and who has none there."""

    here: Here
    rows: tuple[EditionRow, ...]
    without: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FormView:
    """One edition beside its official wording."""

    row: EditionRow
    here: Here
    captions: Captions | None
    lines: tuple[Worded, ...]
    rooms: tuple[Room, ...]
    facts: Mapping[str, str]
    instruments: Mapping[str, str]
    others: tuple[FormEdition, ...]

    @property
    def sources(self) -> tuple[FormSource, ...]:
        """Return where the wording was seen, each place once."""
        typed = () if self.captions is None else (self.captions.source,)
        places = {(each.instrument, each.at): each for each in self.row.edition.sources}
        places |= {(each.instrument, each.at): each for each in typed}
        return tuple(places.values())


def place(desk: Desk, day: date, province: str = "", commune: str = "") -> Here:
    """Return the place as typed, that of the installation when nothing is.

    Whatever is wrong with it is told in ``problem``; then no edition is chosen.
    """
    code = province or desk.settings.province
    try:
        code = desk.territory.province(code)
        found = desk.territory.find(code, commune) if commune else None
        law = desk.law.edition(code, day, found.code if found else None)
    except BadInputError as error:
        words = " ".join(problem.text for problem in error.problems)
        return Here(day, code, commune, problem=words)
    except WorkflowError as error:
        return Here(day, code, commune, problem=str(error))
    name = desk.territory.province_name(code)
    if found is None:
        return Here(day, code, "", name, law.chain)
    return Here(day, code, found.code, f"{found.name}, {name}", law.chain)


def editions(desk: Desk, actor: Actor, here: Here) -> FormList:
    """Return every edition with its standing at the place, and its uses that day."""
    _may_read(desk, actor)
    used = _uses(desk, here.day)
    chosen = {each.id: each.edition for each in _chosen(desk, here)}
    rows = tuple(
        _row(desk, each, here, chosen, used) for each in desk.catalog.editions()
    )
    forms = dict.fromkeys(row.edition.id for row in rows if not row.edition.variant)
    without = () if here.problem else tuple(f for f in forms if f not in chosen)
    return FormList(here, rows, without)


def edition(desk: Desk, actor: Actor, name: str, here: Here) -> FormView:
    """Return one edition beside its wording; raise NotFoundError."""
    _may_read(desk, actor)
    found = _named(desk, name)
    chosen = {each.id: each.edition for each in _chosen(desk, here)}
    row = _row(desk, found, here, chosen, _uses(desk, here.day))
    captions = load_captions().get(name)
    law = _law_of(desk, found, here.day)
    rooms = rooms_of(found)
    return FormView(
        row,
        here,
        captions,
        () if captions is None else laid_beside(found, captions),
        rooms,
        _labels(law, {key for room in rooms for key in room.facts}),
        {} if law is None else {n: i.title for n, i in law.instruments.items()},
        tuple(
            each
            for each in desk.catalog.editions()
            if each.form == found.form and each.edition != name
        ),
    )


def blank_paper(desk: Desk, actor: Actor, name: str) -> bytes:
    """Return the empty paper of an edition as PDF; raise NotFoundError."""
    _may_read(desk, actor)
    paper, _ = rendered(desk, desk.settings.province, blank(_named(desk, name)))
    return paper


def blank_page(desk: Desk, actor: Actor, name: str) -> str:
    """Return the empty paper as a page for the screen; raise NotFoundError."""
    _may_read(desk, actor)
    return on_screen(blank(_named(desk, name)))


def _may_read(desk: Desk, actor: Actor) -> None:
    authorize(actor, Action.READ_LAW, Installation(desk.settings.province))


def _named(desk: Desk, name: str) -> FormEdition:
    for each in desk.catalog.editions():
        if each.edition == name:
            return each
    raise NotFoundError("edition", name)


def _chosen(desk: Desk, here: Here) -> Iterator[FormEdition]:
    """Yield the edition of each form that the place gets on the day."""
    if here.problem:
        return
    for form in dict.fromkeys(each.id for each in desk.catalog.editions()):
        with suppress(NoEditionInForceError):
            yield desk.catalog.edition(form, here.chain, here.day)


def _row(
    desk: Desk,
    each: FormEdition,
    here: Here,
    chosen: Mapping[str, str],
    used: Mapping[str, tuple[Use, ...]],
) -> EditionRow:
    captions = load_captions().get(each.edition)
    unseen = () if captions is None else captions.missing
    return EditionRow(
        each,
        _standing(each, here, chosen.get(each.id)),
        desk.catalog.aliases(each.id),
        tuple(dict.fromkeys((*each.missing, *unseen))),
        captions is not None,
        used.get(each.edition, ()),
    )


def _standing(each: FormEdition, here: Here, chosen: str | None) -> Standing:
    if each.variant:
        return Standing.ASKED
    if each.edition == chosen:
        return Standing.CHOSEN
    if each.from_day > here.day:
        return Standing.LATER
    if not each.in_force(here.day):
        return Standing.ENDED
    here_too = each.everywhere or each.package in here.chain
    return Standing.ANOTHER if here_too else Standing.ELSEWHERE


def _uses(desk: Desk, day: date) -> dict[str, tuple[Use, ...]]:
    """Return for each edition the procedures of all places that use it on the day."""
    found: dict[tuple[str, str], Use] = {}
    for law in _laws(desk, day):
        for procedure in law.procedures.values():
            for form, way in _papers(procedure):
                if not desk.catalog.has(form):
                    continue
                with suppress(FormError):
                    name = desk.catalog.edition(form, law.chain, day).edition
                    key = name, procedure.procedure
                    found[key] = _also(found.get(key), procedure, way, law)
    grouped: dict[str, list[Use]] = {}
    for (name, _), use in found.items():
        grouped.setdefault(name, []).append(use)
    return {
        name: tuple(sorted(uses, key=lambda use: use.title))
        for name, uses in grouped.items()
    }


def _also(known: Use | None, procedure: Procedure, way: str, law: Edition) -> Use:
    ways = known.ways if known else ()
    packages = known.packages if known else ()
    return Use(
        procedure.procedure,
        procedure.title.clerk,
        tuple(dict.fromkeys((*ways, way))),
        tuple(dict.fromkeys((*packages, law.id))),
    )


def _laws(desk: Desk, day: date) -> Iterator[Edition]:
    """Yield the law of every kind of place: each own package, and the national one."""
    national = {head.package for head in desk.law.national_packages()}
    for name, head in desk.law.packages.items():
        if head.kind == "shared" or (head.kind == "national" and name not in national):
            continue
        if holds_on(head, day):
            with suppress(WorkflowError):
                yield desk.law.package_edition(name, day)


def _papers(procedure: Procedure) -> Iterator[tuple[str, str]]:
    """Yield the id of every paper of a procedure, and how it comes into it."""
    for brought in procedure.papers_in:
        yield brought.id, sentences.BROUGHT
    for handed in procedure.papers_out:
        yield handed.id, sentences.HANDED_OUT
    yield from _issued(procedure.chart.states)


def _issued(states: Mapping[str, StateSpec]) -> Iterator[tuple[str, str]]:
    for name, state in states.items():
        label = state.label.clerk if state.label else name
        for effect in (*state.entry, *state.exit):
            if effect.issue:
                yield effect.issue, sentences.issued_at(label)
        for line in (*state.always, *_lines(state)):
            words = line.label.clerk if line.label else label
            for effect in line.do:
                if effect.issue:
                    yield effect.issue, sentences.issued_when(words)
        yield from _issued(state.states)


def _lines(state: StateSpec) -> Iterator[Transition]:
    for lines in state.events.values():
        yield from lines


def _law_of(desk: Desk, each: FormEdition, day: date) -> Edition | None:
    """Return the law that names the facts and instruments of an edition.

    What all places share is named by the law of the installation's place.
    """
    head = desk.law.packages.get(each.package)
    if head is not None and head.kind != "shared":
        with suppress(WorkflowError):
            return desk.law.package_edition(each.package, max(day, each.from_day))
    with suppress(WorkflowError):
        return desk.law.edition(desk.settings.province, day)
    return None


def _labels(law: Edition | None, keys: Iterable[str]) -> dict[str, str]:
    """Return what each fact is called: by the law, else as it is asked for."""
    labels = dict(sentences.OF_THE_CASE)
    if law is not None:
        labels |= {
            key: sentences.asked(spec.text) for key, spec in law.questions.items()
        }
        labels |= {key: spec.label.clerk for key, spec in law.facts.items()}
    return {key: labels[key] for key in keys if key in labels}
