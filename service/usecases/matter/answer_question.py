"""One answer at a time: superseded with its provenance, never overwritten."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from service.auth.actors import Actor
from service.auth.policies import Action, MatterTarget, authorize, consent_for
from service.errors import NotFoundError
from service.persistence.rows import FactRow, MatterRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases import sentences
from service.usecases.cases.casefile import matter_target
from service.usecases.cases.findable import tell_desks
from service.usecases.cases.moving import plain
from service.usecases.desk import Desk
from service.usecases.helpers.helping import terms
from service.usecases.matter.same_people import PartyRow, same_people
from service.usecases.matter.situations import (
    COMMUNE,
    PARTIES,
    PERSON,
    RELATIONSHIP,
    UNNAMED,
    current,
    edition_today,
    resident_name,
)
from service.usecases.matter.standing import NAME, Standing, standing
from service.usecases.matter.voices import DECISION, MAKE_UP
from service.usecases.papers.paper_sentences import source_of
from workflows.answers import Expected, accept, expected_by, expected_of, parse
from workflows.errors import BadInputError, Problem
from workflows.packages import Edition
from workflows.parties import Kinship
from workflows.sentences import NO_ANSWER, THE_ANSWER
from workflows.situation import read
from workflows.writing import tidy, unfit

_SHARE = ".share"
_PERSON = re.compile(r"^party\[[^\]]+\]\.")


@dataclass(frozen=True, slots=True)
class AnswerOutcome:
    """The value that was taken, or the problem; then nothing was stored.

    Nothing was stored either when there is a ``newer`` answer than the sender saw.
    """

    problem: Problem | None
    value: object = None
    newer: FactRow | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """What a source tells of a fact, as a JSON value.

    ``settles``: a person chose it over words that differ.
    """

    key: str
    value: object
    source: str
    settles: bool = False


def answer(
    desk: Desk,
    actor: Actor,
    matter_code: str,
    key: str,
    raw: str,
    *,
    unknown: bool = False,
    seen: str | None = None,
) -> AnswerOutcome:
    """Take one answer as a person typed it; ``unknown`` is "Tôi chưa rõ".

    Other answers stay as they are. A problem means that nothing was stored. ``seen`` is
    the mark of the answer that the person saw; None does not look for a newer one.
    """
    with desk.database.transaction() as uow:
        matter = find_matter(uow, matter_code)
        said_by = _may_answer(desk, uow, actor, matter, [key])
        unsure = unknown and key != COMMUNE
        value = None if unsure else read_typed(desk, matter, key, raw)
        if isinstance(value, Problem):
            return AnswerOutcome(value)
        stands = _changed(desk, uow, matter, key, seen)
        if stands is not None:
            return _told_apart(stands, plain(value))
        store_answer(desk, uow, said_by, matter, key, value)
        return AnswerOutcome(None, value)


def answer_parties(
    desk: Desk,
    actor: Actor,
    matter_code: str,
    rows: Sequence[PartyRow],
    *,
    role: str | None = None,
    seen: str | None = None,
) -> AnswerOutcome:
    """Take the people of a matter with their roles, shares and names.

    With ``role`` only the people of that role are replaced; without, all of them. Who
    was taken off and is named again is the same person, with all that was told; nobody
    gets what was told of another. ``seen`` as for ``answer``, with ``role`` only.
    """
    with desk.database.transaction() as uow:
        matter = find_matter(uow, matter_code)
        said_by = _may_answer(desk, uow, actor, matter)
        if role is not None:
            stands = _changed(desk, uow, matter, f"{PARTIES}.{role}", seen)
            if stands is not None:
                return _told_apart(stands, [_as_told(row) for row in rows])
        facts = current(uow.matters.facts(matter.tenant_id, matter.id))
        rows = same_people(rows, facts)
        before = facts[PARTIES].value if PARTIES in facts and role else []
        people = [person for person in before if person["role"] != role]
        people += [
            {"id": row.id, "role": row.role}
            | ({"share": row.share} if row.share else {})
            for row in rows
        ]
        names = {row.id: tidy(row.name) for row in rows if tidy(row.name)}
        named = [
            person | ({NAME: names[person["id"]]} if person["id"] in names else {})
            for person in people
        ]
        problem = _refusal(desk, matter, {"parties": named})
        if problem is not None:
            of_shares = problem.key.endswith(_SHARE)
            text = sentences.SHARES if of_shares else problem.text
            return AnswerOutcome(replace(problem, text=text))
        told = {f"party[{id_}].{NAME}": name for id_, name in names.items()}
        _say(desk, uow, said_by, matter, {PARTIES: people, **told})
        return AnswerOutcome(None, people)


def answer_relationship(
    desk: Desk,
    actor: Actor,
    matter_code: str,
    pair: tuple[str, str],
    kind: str,
    *,
    seen: str | None = None,
) -> AnswerOutcome:
    """Take how two people are related; an empty kind means that it is not known.

    ``seen`` as for ``answer``.
    """
    key = f"{RELATIONSHIP}{','.join(pair)}]"
    value = _kinship(desk, key, kind)
    if kind and isinstance(value, Problem):
        return AnswerOutcome(value)
    told = value if kind else None
    with desk.database.transaction() as uow:
        matter = find_matter(uow, matter_code)
        said_by = _may_answer(desk, uow, actor, matter)
        stands = _changed(desk, uow, matter, key, seen)
        if stands is not None:
            return _told_apart(stands, told)
        _say(desk, uow, said_by, matter, {key: told})
    return AnswerOutcome(None, told)


def record_facts(
    desk: Desk,
    actor: Actor,
    matter_code: str,
    facts: Mapping[str, object],
    source: str,
) -> None:
    """Take facts that were looked up or imported, with their source, as JSON values.

    Raises BadInputError for a text that no paper can hold.
    """
    words = [Word(key, value, source) for key, value in facts.items()]
    record_words(desk, actor, matter_code, words)


def record_words(
    desk: Desk, actor: Actor, matter_code: str, words: Sequence[Word]
) -> None:
    """Do the same for words of several sources at once: all of them, or none.

    A helper settles nothing: the words stand side by side until the resident chooses.
    """
    problems = [
        Problem(word.key, word.value, refusal)
        for word in words
        if isinstance(word.value, str) and (refusal := unfit(word.value)) is not None
    ]
    if problems:
        raise BadInputError(problems)
    with desk.database.transaction() as uow:
        matter = find_matter(uow, matter_code)
        keys = [word.key for word in words]
        said_by = _may_answer(desk, uow, actor, matter, keys)
        chooses = actor.kind != "helper"
        for word in words:
            told = {word.key: word.value}
            _say(desk, uow, said_by, matter, told, source=word.source)
            if word.settles and chooses:
                chosen = source_of(word.source, said_by.name)
                _say(desk, uow, said_by, matter, told, source=DECISION, detail=chosen)


def decide(desk: Desk, actor: Actor, matter_code: str, key: str, seq: int) -> None:
    """Say which word about a fact holds: the one with this number in the ledger.

    The choice is a statement of its own; the words that were not chosen stay. Raises
    BadInputError when nobody said such a word about the fact, or when it is what makes
    up the matter, which is answered and checked as a whole.
    """
    with desk.database.transaction() as uow:
        matter = find_matter(uow, matter_code)
        said_by = _may_answer(desk, uow, actor, matter)
        target = matter_target(desk, uow, matter)
        authorize(actor, Action.CHOOSE, target, about=key)
        store_choice(desk, uow, said_by, matter, key, seq)


def store_choice(
    desk: Desk, uow: UnitOfWork, said_by: Actor, matter: MatterRow, key: str, seq: int
) -> None:
    """Write down that the word with this number holds; BadInputError for another."""
    rows = uow.matters.facts(matter.tenant_id, matter.id)
    chosen = next((row for row in rows if (row.key, row.seq) == (key, seq)), None)
    if chosen is None or chosen.value is None or key in MAKE_UP:
        raise BadInputError([Problem(key, seq, sentences.NO_SUCH_WORD)])
    _say(
        desk,
        uow,
        said_by,
        matter,
        {key: chosen.value},
        source=DECISION,
        detail=source_of(chosen.source, chosen.said_by),
    )


def find_matter(uow: UnitOfWork, code: str) -> MatterRow:
    """Return the matter with the tracking code, or raise NotFoundError."""
    matter = uow.matters.by_code(code)
    if matter is None:
        uow.refuse_others(code)
        raise NotFoundError("matter", code)
    return matter


def authorize_answers(
    actor: Actor, target: MatterTarget, keys: Iterable[str] = ()
) -> None:
    """Return when the actor may answer these; what only the resident does is refused.

    Raises AskResidentError for a helper at a claim or a choice of the resident.
    """
    authorize(actor, Action.ANSWER, target)
    for key in keys:
        if terms().is_own(key):
            authorize(actor, Action.CHOOSE, target, about=key)


def _may_answer(
    desk: Desk,
    uow: UnitOfWork,
    actor: Actor,
    matter: MatterRow,
    keys: Iterable[str] = (),
) -> Actor:
    """Return the actor with both names; what only the resident answers is refused."""
    target = matter_target(desk, uow, matter)
    authorize_answers(actor, target, keys)
    return acting(actor, consent_for(actor, Action.ANSWER, target))


def acting(actor: Actor, consent: object) -> Actor:
    """Return the actor with the name of the one he acts for, when he is a helper."""
    given_by = getattr(consent, "given_by", None)
    return replace(actor, on_behalf_of=given_by) if given_by else actor


def read_typed(desk: Desk, matter: MatterRow, key: str, raw: str) -> object:
    """Read what was typed for a fact of the matter: its value, or the Problem.

    None is "Tôi chưa rõ". Raises NotFoundError for a key that nothing asks for.
    """
    if key.startswith(RELATIONSHIP):
        return _kinship(desk, key, raw)
    if key != COMMUNE:
        return _read(edition_today(desk, matter), matter, key, raw)
    try:
        return desk.territory.resolve(matter.tenant_id, raw, THE_ANSWER)
    except BadInputError as error:
        return replace(error.problems[0], key=COMMUNE)


def store_answer(
    desk: Desk,
    uow: UnitOfWork,
    said_by: Actor,
    matter: MatterRow,
    key: str,
    value: object,
    source: str | None = None,
) -> None:
    """Write a value that was read down as said by the actor; nothing is overwritten.

    With ``source`` it is the word of that source, else of the actor's own voice.
    """
    if key == COMMUNE:
        uow.matters.touch(matter, commune=value)
    _say(desk, uow, said_by, matter, {key: value}, source=source)


def _kinship(desk: Desk, key: str, kind: str) -> object:
    allowed = tuple(each.value for each in Kinship)
    value = accept(key, kind, Expected("choice", allowed), desk.today())
    refused = isinstance(value, Problem)
    return Problem(key, kind, NO_ANSWER) if refused else value


def _changed(
    desk: Desk, uow: UnitOfWork, matter: MatterRow, key: str, seen: str | None
) -> Standing | None:
    """Return the answer that stands when it is not the one that the sender saw."""
    if seen is None:
        return None
    uow.matters.locked(matter.tenant_id, matter.id)
    stands = standing(uow.matters.facts(matter.tenant_id, matter.id), key)
    unchanged = stands.row is None or stands.mark(desk.secret) == seen
    return None if unchanged else stands


def _told_apart(stands: Standing, told: object) -> AnswerOutcome:
    """Say whether what stands is the same already, as after a double tap."""
    newer = None if stands.value == told else stands.row
    return AnswerOutcome(None, told, newer)


def _as_told(row: PartyRow) -> dict[str, object]:
    return {"id": row.id, "share": row.share or None, "name": tidy(row.name) or None}


def _read(edition: Edition, matter: MatterRow, key: str, raw: str) -> object:
    pattern = _PERSON.sub(PERSON, key)
    question = edition.questions.get(pattern)
    if question is not None:
        return parse(key, raw, expected_by(key, question), matter.on_day)
    spec = edition.facts.get(pattern)
    if spec is None:
        raise NotFoundError("question", key)
    return parse(key, raw, expected_of(key, spec), matter.on_day)


def _refusal(
    desk: Desk, matter: MatterRow, changes: Mapping[str, object]
) -> Problem | None:
    raw = {
        "province": matter.tenant_id,
        "on": matter.on_day.isoformat(),
        "goal": matter.goal,
        **changes,
    }
    try:
        read(raw, desk.law, desk.territory)
    except BadInputError as error:
        return error.problems[0]
    return None


def _say(
    desk: Desk,
    uow: UnitOfWork,
    actor: Actor,
    matter: MatterRow,
    facts: Mapping[str, object],
    source: str | None = None,
    detail: str | None = None,
) -> None:
    locked = uow.matters.locked(matter.tenant_id, matter.id)
    now = desk.now()
    uow.matters.add_facts(
        matter.tenant_id,
        matter.id,
        [
            {
                "key": key,
                "value": plain(value),
                "said_by": actor.name,
                "on_behalf_of": actor.on_behalf_of,
                "at": now,
                "source": source or actor.kind,
                "detail": detail,
            }
            for key, value in facts.items()
        ],
    )
    if any(key.endswith(f"].{NAME}") for key in facts):
        name = resident_name(desk, uow, matter)
        uow.people.name_consents(matter.tenant_id, matter.id, UNNAMED, name)
    tell_desks(uow, matter, facts)
    uow.matters.touch(locked)
