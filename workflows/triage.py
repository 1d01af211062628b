"""A few questions for somebody who does not know the name of what he needs.

A tree: at most ``DEEPEST`` questions from the first to an end, at most ``MOST`` answers
each, of which the last is always "Tôi chưa rõ". An end is a goal with the answers that
were given on the way, or says honestly that Dắt cannot help, and whom to ask.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Self

from pydantic import Field, model_validator

from workflows.definition import Strict

DEEPEST = 4
MOST = 4
NOT_SURE = "chua-ro"


class Adviser(Strict):
    """Whom to ask, and the sentence that may be read aloud there."""

    who: str
    say: str


class Leads(Strict):
    """Where an answer leads: to one of a question, a goal, or an honest end.

    ``told`` are the answers that were given by it, as JSON.
    """

    question: str | None = None
    goal: str | None = None
    not_helped: str | None = None
    told: dict[str, bool | str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = [self.question, self.goal, self.not_helped]
        if sum(way is not None for way in ways) != 1:
            raise ValueError("an answer leads to one question, goal or end")
        return self


class TriageAnswer(Leads):
    """One answer in everyday words."""

    text: str
    hint: str = ""


class TriageQuestion(Strict):
    """One question; ``ask`` is the adviser of who is not sure.

    ``may_begin`` is a goal that may be begun all the same.
    """

    text: str
    hint: str = ""
    answers: dict[str, TriageAnswer] = Field(min_length=2, max_length=MOST - 1)
    ask: str
    may_begin: str | None = None


class NotHelped(Strict):
    """What Dắt cannot help with yet, and the adviser who can."""

    title: str
    text: str
    ask: str


@dataclass(frozen=True, slots=True)
class Turn:
    """Where somebody stands: at a question, a goal or an end, with what was told.

    ``path`` holds the answers on the way, ``asked`` the questions that they answer.
    With ``unsure`` the last answer was "Tôi chưa rõ" and the question is that one.
    """

    path: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    question: TriageQuestion | None = None
    goal: str | None = None
    not_helped: NotHelped | None = None
    adviser: Adviser | None = None
    told: dict[str, bool | str] = field(default_factory=dict)
    unsure: bool = False


class Triage(Strict):
    """The tree, as it stands in the file; one that leads nowhere is refused."""

    first: str
    questions: dict[str, TriageQuestion]
    not_helped: dict[str, NotHelped]
    advisers: dict[str, Adviser]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        named = [row.ask for row in self.questions.values()]
        named += [row.ask for row in self.not_helped.values()]
        lost = set(named) - self.advisers.keys()
        answers = [a for q in self.questions.values() for a in q.answers.values()]
        lost |= {a.question for a in answers if a.question} - self.questions.keys()
        lost |= {a.not_helped for a in answers if a.not_helped} - self.not_helped.keys()
        if lost or self.first not in self.questions:
            raise ValueError(f"the triage leads to what is not there: {sorted(lost)}")
        if self._depth(self.first, ()) > DEEPEST:
            raise ValueError(f"the triage asks more than {DEEPEST} questions")
        return self

    def _depth(self, name: str, before: tuple[str, ...]) -> int:
        if name in before:
            raise ValueError(f"the triage asks {name!r} twice on one way")
        below = [a.question for a in self.questions[name].answers.values()]
        deeper = [self._depth(each, (*before, name)) for each in below if each]
        return 1 + max(deeper, default=0)

    def walk(self, path: Sequence[str]) -> Turn:
        """Return where the answers lead; an answer that is not there ends the walk."""
        turn = Turn(question=self.questions[self.first])
        for given in path:
            if turn.question is None or turn.unsure:
                break
            after = self._after(turn, given)
            if after is None:
                break
            turn = after
        return turn

    def turns(self, path: tuple[str, ...] = ()) -> Iterator[Turn]:
        """Yield every place that can be reached, from the first question on."""
        turn = self.walk(path)
        yield turn
        if turn.question is not None and not turn.unsure:
            for given in (*turn.question.answers, NOT_SURE):
                yield from self.turns((*path, given))

    def _after(self, turn: Turn, given: str) -> Turn | None:
        question = turn.question
        if question is None:
            return None
        path, asked = (*turn.path, given), (*turn.asked, question.text)
        if given == NOT_SURE:
            adviser = self.advisers[question.ask]
            return Turn(
                path, asked, question, adviser=adviser, told=turn.told, unsure=True
            )
        answer = question.answers.get(given)
        if answer is None:
            return None
        told = turn.told | answer.told
        if answer.question is not None:
            return Turn(path, asked, self.questions[answer.question], told=told)
        if answer.not_helped is not None:
            end = self.not_helped[answer.not_helped]
            adviser = self.advisers[end.ask]
            return Turn(path, asked, not_helped=end, adviser=adviser, told=told)
        return Turn(path, asked, goal=answer.goal, told=told)
