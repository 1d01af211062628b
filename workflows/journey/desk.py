"""Where a step is filed and what to bring there: offices, papers, forms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workflows.definition import PaperIn, PaperOut, Procedure, Unknown
from workflows.guards import Named, open_facts
from workflows.journey import sentences
from workflows.journey.beliefs import Beliefs
from workflows.journey.chain import Way
from workflows.journey.model import Form, Office, Paper
from workflows.law.edition import Edition
from workflows.territory import BranchHint

CITIZEN = "citizen"
RECEIVING = "receiving_office"
HANDLING = "handling_office"


@dataclass(frozen=True, slots=True)
class Desk:
    """Reads offices and papers of an edition for one matter.

    ``branch`` is the branch for the commune of the land, or those it may be.
    """

    edition: Edition
    beliefs: Beliefs
    branch: BranchHint | None = None

    # --- offices ----------------------------------------------------------------------

    def office(self, procedure: Procedure) -> Office:
        """Return where the procedure is filed, and who then handles it."""
        roles = procedure.competence
        door = RECEIVING if RECEIVING in roles else next(iter(roles))
        handler = HANDLING if HANDLING in roles else door
        kind, citizen = self.lane(procedure, door)
        handled_kind, handled = self.lane(procedure, handler)
        known = self.edition.offices.get(kind or "")
        handling = self.edition.offices.get(handled_kind or "")
        branch = self.branch if handling and handling.by_commune else None
        return Office(
            kind=kind,
            citizen=citizen,
            hint=None if known is None else known.how_to_find,
            handled_by=handled,
            handled_kind=handled_kind,
            branch=None if branch is None else sentences.one_of(branch.candidates),
            branch_status=None if branch is None else branch.status.value,
            branch_ask=None if branch is None else branch.text,
        )

    def lane(self, procedure: Procedure, role: str | None) -> tuple[str | None, str]:
        """Return the kind of office that plays the role, with its everyday name."""
        if role == CITIZEN:
            return CITIZEN, sentences.FAMILY
        competence = procedure.competence.get(role or "")
        if competence is None:
            known = self.edition.offices.get(role or "")
            if known is None:
                return role, sentences.OTHER_OFFICE
            return role, known.citizen
        if isinstance(competence.office, Unknown):
            return None, competence.office.unknown
        office = self.edition.offices.get(competence.office)
        return (
            competence.office,
            competence.office if office is None else office.citizen,
        )

    # --- papers -----------------------------------------------------------------------

    def papers(
        self, way: Way, entry: str, earlier: Sequence[Way]
    ) -> tuple[tuple[Paper, ...], tuple[Form, ...]]:
        """Return what to bring for a step, and the forms to fill for it.

        ``earlier`` are the steps before it, the nearest first: what one of them hands
        out is not looked for elsewhere.
        """
        papers: dict[str, Paper] = {}
        forms: dict[str, Form] = {}
        for line, optional in self._lines(way.procedure, entry):
            if line.form is not None:
                forms.setdefault(line.id, self._form(line, optional=optional))
            else:
                paper = self._paper(line, earlier, optional=optional)
                papers.setdefault(line.id, paper)
        return tuple(papers.values()), tuple(forms.values())

    def _lines(
        self, procedure: Procedure, entry: str
    ) -> Iterator[tuple[PaperIn, bool]]:
        """Yield the lines that apply; True marks one that open facts still decide."""
        for line in procedure.papers_in:
            if line.entry not in {None, entry}:
                continue
            value = self.beliefs.value(line.when)
            if value is None and line.when is not None:
                asked = open_facts(line.when, self.beliefs.known)
                if all(self.beliefs.assumes(fact) for fact in asked):
                    value = self.beliefs.supposed(line.when)
            if value is not False:
                yield line, value is None

    def _form(self, line: PaperIn, *, optional: bool) -> Form:
        return Form(
            id=line.id,
            number=None if line.edition is None else line.edition.number,
            name=self._name(line.id),
            show=None if line.edition is None else line.edition.show,
            optional=optional,
            serves=line.for_,
        )

    def _paper(self, line: PaperIn, earlier: Sequence[Way], *, optional: bool) -> Paper:
        step = next((way.id for way in earlier if self._gives(way, line.id)), None)
        if step is None:
            step = self._maker(line, earlier)
        spec = self.edition.papers.get(line.id)
        return Paper(
            id=line.id,
            name=self._name(line.id),
            copy=line.copy_,
            made_by=step or self._holder(line),
            step=step,
            optional=optional,
            fetched=line.fetch_from,
            get_it=None if spec is None else spec.get_it,
            serves=line.for_,
        )

    def _holder(self, line: PaperIn) -> str:
        """Return who brings it: not the family, when it is not in their hand."""
        others = (name for name in line.made_by if name != CITIZEN)
        if self.beliefs.value(Named(f"{line.id}.in_hand")) is False:
            return next(others, CITIZEN)
        return next(iter(line.made_by), CITIZEN)

    def _gives(self, way: Way, paper: str) -> bool:
        return any(
            out.id == paper and self._handed_out(out, way)
            for out in way.procedure.papers_out
        )

    def _handed_out(self, out: PaperOut, way: Way) -> bool:
        if out.outcome not in {None, way.final.name, way.state}:
            return False
        return self.beliefs.value(out.when) is not False

    def _maker(self, line: PaperIn, earlier: Sequence[Way]) -> str | None:
        """Return the step that makes the paper in place of the one the line names.

        The contract may be certified by the commune where the line names the notary:
        a step does for another one that gives the same condition.
        """
        steps = {way.procedure.procedure: way.id for way in earlier}
        named = next((steps[name] for name in line.made_by if name in steps), None)
        if named is not None:
            return named
        wanted = {
            result.condition
            for name in line.made_by
            if name in self.edition.procedures
            for state in self.edition.procedures[name].chart.states.values()
            if state.final is not None
            for result in state.final.establishes
        }
        return next(
            (
                way.id
                for way in earlier
                if wanted & {result.condition for result in way.final.establishes}
            ),
            None,
        )

    def _name(self, paper: str) -> str:
        spec = self.edition.papers.get(paper)
        return paper if spec is None else spec.name
