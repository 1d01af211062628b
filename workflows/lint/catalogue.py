"""The rules of the linter: their ids, how grave they are, and what each refuses."""

from __future__ import annotations

from typing import Final

# Each of these keeps a package from being loaded or from working.
ERRORS: Final[dict[str, str]] = {
    # files and format
    "yaml": "a file that is no YAML, or holds what has no meaning",
    "duplicate-key": "a key that stands twice in one mapping",
    "key-not-text": "a key that YAML reads as a number, a day or a boolean",
    "figure-unquoted": "a fraction without quotes would lose its exactness",
    "code-unquoted": "a code without quotes, which YAML reads as a number",
    "file-kind": "a file whose first key names no kind of file",
    "package-head": "a package without a head, or in a folder of another name",
    "format": "a definition that does not fit the format",
    "duplicate-name": "a name that two packages of one edition define",
    # packages
    "unknown-package": "a package that extends, uses or replaces one that is not there",
    "package-loop": "packages that extend each other in a circle",
    "packages-overlap": "two packages that hold at the same place on the same day",
    "known-since": "something learned before, or without, what it rests on",
    "override-lost": "an override whose address or target no longer exists",
    # templates and fragments
    "unknown-template": "a template that nobody wrote",
    "unknown-fragment": "a fragment that nobody wrote",
    "template-clash": "a key that the template has already",
    "fragment-clash": "a fragment that brings a name which is there already",
    "fragment-loop": "fragments that include each other without end",
    "slot-unfilled": "a slot without value and without default",
    "slot-unknown": "a slot that is filled or used but not declared",
    "slot-unused": "a slot that is declared and never used",
    "slot-kind": "a slot filled with a value of another kind",
    "slot-kind-unknown": "a slot of a kind that does not exist",
    # the chart
    "duplicate-state": "two states of one name in a chart",
    "unknown-target": "an arrow, an entry or an initial that leads nowhere",
    "unreachable-state": "a state that no way leads to",
    "dead-end": "a configuration that nothing leads out of",
    "no-way-to-end": "a configuration from which no end can be reached",
    "chart-broken": "a chart that the interpreter cannot walk",
    "choice-without-else": "a choice whose last line has a guard",
    "line-never-reached": "a line behind one that is always taken",
    "parallel-without-join": "a parallel state whose end nobody hears",
    "region-without-end": "a region that can never be done, so the join never comes",
    "final-without-join": "a compound that ends inside and whose end nobody hears",
    "flag-undeclared": "a flag that is set but not declared",
    "unlawful-undo": "an undo of what has left the house, or of an end",
    "status-range": "a national status outside 1 to 10",
    # waits and events
    "event-nobody-raises": "an event that nobody may raise",
    "unknown-role": "a role that no chart and no office knows",
    "wait-without-owner": "a wait in which nobody has the ball",
    "wait-without-clock": "a wait for the calendar without a timer",
    "timer-unheard": "a timer whose event nothing handles",
    "timer-unknown-length": "a timer of unknown length that nobody can end by hand",
    "unknown-deadline": "a clock that is no deadline of the procedure",
    # signals
    "unknown-link": "a signal to or from a linked case that is never started",
    "signal-undeclared": "a signal that the other side does not declare",
    "signal-unanswered": "a signal that may come and is not answered",
    "signal-late": "a signal that may come after the end and is not let in",
    # what an office decides
    "pause-without-letter": "a clock that an office stops without a dated letter",
    "decided-alone": "a refusal, an end or a changed sum that one person decides",
    # effects
    "effect-without-performer": "an effect of a kind that nobody performs",
    "unknown-message": "a message template that does not exist",
    "unknown-form": "a form or sheet that does not exist",
    # names
    "unknown-procedure": "a procedure that does not exist",
    "unknown-condition": "a condition that is not in the vocabulary",
    "unknown-goal": "a warning or comparison for a goal that does not exist",
    "unknown-parameter": "a figure that does not exist",
    "unknown-list": "a closed list that does not exist",
    "unknown-list-item": "an item that the list does not have, or lacks the attribute",
    "unknown-office": "a kind of office that does not exist",
    "unknown-entry": "a paper for an entry that does not exist",
    "unknown-outcome": "a paper for an outcome that does not exist",
    # sources
    "source-missing": "a figure or a step without a source",
    "unknown-instrument": "a source in an instrument that is not listed",
    "instrument-not-in-force": "a source in an instrument that had ended",
    "product-figure": "a figure that rests on a choice of the program",
    "value-twice": "two values of a figure since one day, neither corrects the other",
    "correction-unexplained": "a value learned later that says not what was wrong",
    "instrument-relation": "an instrument that replaces or amends what it cannot",
    "instrument-loop": "instruments that replace each other in a circle",
    "migration-target": "a transitional clause that leads to what is not there",
    # words, facts, papers
    "label-missing": "a state or a move that a person sees, without words",
    "question-missing": "a fact that a guard asks and nobody describes",
    "fact-spec-missing": "a fact that is recorded and has no description",
    "paper-spec-missing": "a paper without a name",
    "paper-maker-unknown": "a paper from somebody that nobody knows",
    "paper-not-produced": "a paper from a procedure that does not hand it out",
    "form-field-unbound": "a form bound to what nobody asks, records or derives",
    "goal-unreachable": "a goal whose condition nobody can bring about",
}

# These are shown and do not keep a package out.
WARNINGS: Final[dict[str, str]] = {
    "package-gap": "days on which a used package has no successor",
    "foreign-instrument": "a source in the text of another territory",
    "instrument-later": "a figure dated before its instrument came into force",
    "procedure-not-written": "a procedure that is named and not written yet",
    "never-taken": "an arrow that no way through the chart takes",
    "signal-never-sent": "a signal that is declared and never sent",
    "flag-never-set": "a flag that is declared and never set",
    "fact-unsupplied": "a guard's fact that no question, record or rule supplies",
    "instrument-incomplete": "an instrument without its kind, or without its status",
    "fragment-unused": "a fragment that no procedure includes",
}
