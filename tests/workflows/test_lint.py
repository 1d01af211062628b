"""Each rule of the linter finds the mistake that was planted for it."""

import json

import pytest

from tests.workflows import small_laws
from workflows import lint
from workflows.law.located import Place

CHANGE = "land/templates/change.yaml"
TRANSFER = "land/procedures/transfer.yaml"
ASSESS = "tax-1/procedures/assess.yaml"
WAIT = "base/fragments/wait.yaml"
DAYS = "base/parameters/days.yaml"
PROVINCE = "province-7/package.yaml"
INSTRUMENTS = "base/instruments.yaml"

ARROW = '{to: closed, by: [citizen], source: {instrument: law, at: "Đ1", mark: V}}'
ROW = (
    "{since: 2025-01-01, value: {n: 9, unit: day}, "
    'source: {instrument: law, at: "Đ3", mark: V}, status: verified}'
)
LEARNED = "known_since: 2026-01-01"
UNKNOWN = "{since: 2025-01-01, value: {unknown"
WAITING = "        waiting_parent:\n          owner: parent\n"
CHOICE = (
    "        waiting_parent:\n          always:\n            "
    '- {{{first}to: working, source: {{instrument: law, at: "Đ1", mark: V}}}}\n'
)

FORMS = lint.Forms(
    ids={"F-1"},
    bindings=(
        lint.Binding("F-1", "base", "printed.note", Place("editions/F-1.yaml", 7)),
        lint.Binding("F-1", "land", "case.code", Place("editions/F-1.yaml", 9)),
        lint.Binding("F-1", "far", "of.another.place", Place("editions/F-1.yaml", 11)),
    ),
    case_facts={"case.code"},
)

# rule, file, the passage, what stands in its place
PLANTED = [
    # files and format
    ("yaml", TRANSFER, "title: {", "title: {{"),
    ("duplicate-key", "base/papers.yaml", "  contract:", "  book:"),
    ("key-not-text", "base/papers.yaml", "  consent:", "  2026:"),
    ("figure-unquoted", DAYS, "n: 8", "n: 8.5"),
    ("code-unquoted", PROVINCE, 'province: "07"', "province: 7"),
    ("code-unquoted", INSTRUMENTS, 'territory: "99"', "territory: 99"),
    ("file-kind", "base/papers.yaml", "papers:", "paper:"),
    ("package-head", "tax-2/package.yaml", "package: tax-2", "package: tax-3"),
    ("format", TRANSFER, "requires:", "require:"),
    ("format", ASSESS, "linked_only: true", "linked_only: maybe"),
    ("duplicate-name", ASSESS, "procedure: assess", "procedure: transfer"),
    # packages
    ("unknown-package", "land/package.yaml", "uses: [tax-1]", "uses: [tax-9]"),
    ("unknown-package", PROVINCE, "extends: land", "extends: lands"),
    ("package-loop", "base/package.yaml", "status:", "extends: land\nstatus:"),
    ("packages-overlap", "tax-2/package.yaml", "2027-01-01", "2026-12-31"),
    ("package-gap", "tax-2/package.yaml", "2027-01-01", "2027-03-01"),
    ("known-since", "base/package.yaml", "status:", f"{LEARNED}\nstatus:"),
    ("known-since", "tax-1/package.yaml", "status:", f"{LEARNED}\nstatus:"),
    ("known-since", DAYS, "{since: 2025-01-01, value: {n",
     "{since: 2025-01-01, known_since: 2026-01-01, note: x, value: {n"),
    ("value-twice", DAYS, UNKNOWN, f"{ROW}, {UNKNOWN}"),
    ("correction-unexplained", DAYS, UNKNOWN,
     f"{ROW.replace('value', f'{LEARNED}, value')}, {UNKNOWN}"),
    ("override-lost", PROVINCE, "[form=F-1]", "[form=F-2]"),
    ("override-lost", PROVINCE, "of: transfer", "of: transfers"),
    # templates and fragments
    ("unknown-template", TRANSFER, "template: change", "template: changes"),
    ("unknown-fragment", CHANGE, "fragment: wait", "fragment: waits"),
    ("template-clash", TRANSFER, "fill:", "papers_out: []\nfill:"),
    ("fragment-clash", CHANGE, "          pass:", "          ask:"),
    ("fragment-loop", WAIT, "inside:\n", "inside:\n  include: [{fragment: wait}]\n"),
    ("slot-unfilled", TRANSFER, "  result: [{condition: right.moved}]\n", ""),
    ("slot-unknown", TRANSFER, "  result:", "  more: x\n  result:"),
    ("slot-unused", CHANGE, "slots:", "slots:\n  more: {kind: name, default: x}"),
    ("slot-kind", TRANSFER, "[{condition: right.moved}]", "right.moved"),
    ("slot-kind-unknown", CHANGE, "kind: papers", "kind: sheets"),
    ("fragment-unused", WAIT, "fragment: wait", "fragment: other"),
    # the chart
    ("duplicate-state", CHANGE, "      signing:", "      drawing:"),
    ("unknown-target", CHANGE, "to: signing,", "to: sealing,"),
    ("unknown-target", CHANGE, "start: {to: draft}", "start: {to: drafts}"),
    ("unknown-target", CHANGE, "initial: asked", "initial: ask"),
    ("unreachable-state", CHANGE, "sign: {to: registered", "sign: {to: refused"),
    ("dead-end", CHANGE, "refused: {final: refused", "refused: {owner: citizen"),
    ("no-way-to-end", CHANGE, "sign: {to: registered", "sign: {to: signing"),
    ("choice-without-else", ASSESS, WAITING, CHOICE.format(first="if: book.in_hand, ")),
    ("line-never-reached", ASSESS, WAITING,
     CHOICE.format(first="") + f"            - {ARROW}\n"),
    ("parallel-without-join", CHANGE, "done.both: {to", "finished: {to"),
    ("region-without-end", CHANGE, "map_done: {type: final}", "map_done: {}"),
    ("final-without-join", CHANGE, "        type: parallel\n", ""),
    ("flag-undeclared", WAIT, "  flags: {was_asked: false}\n", ""),
    ("flag-never-set", WAIT, "      sets: {was_asked: true}\n", ""),
    ("unlawful-undo", CHANGE, "sign: {to", "sign: {undo: until_effects_leave, to"),
    ("unlawful-undo", CHANGE, "remind: {", "remind: {undo: until_effects_leave, "),
    ("status-range", CHANGE, "status: 10", "status: 11"),
    ("chart-broken", CHANGE, "list: grounds", "list: reasons"),
    ("never-taken", ASSESS, "closed: {final",
     f"closed: {{events: {{x: {ARROW}}}, final"),
    # waits and events
    ("event-nobody-raises", CHANGE, "drawn: {to: map_done, by: [handling_office], ",
     "drawn: {to: map_done, "),
    ("event-nobody-raises", CHANGE, "by: [handling_office], clock",
     "by: [timer], clock"),
    ("unknown-role", CHANGE, "by: [citizen, helper]", "by: [citizen, neighbor]"),
    ("unknown-role", WAIT, "who: citizen", "who: citizens"),
    ("unknown-role", CHANGE, "owner: tax_office", "owner: tax_offices"),
    ("wait-without-owner", WAIT, "      owner: citizen\n", ""),
    ("wait-without-clock", CHANGE, "owner: tax_office", "owner: calendar"),
    ("timer-unheard", WAIT, "event: wait_ended", "event: wait_over"),
    ("timer-unknown-length", WAIT, "by: [timer, handling_office]", "by: [timer]"),
    ("unknown-deadline", WAIT, "finish: handling", "finish: handing"),
    ("unknown-deadline", WAIT, "clock: handling,", "clock: handing,"),
    # what an office decides
    ("pause-without-letter", WAIT, "[letter.number, letter.day]", "[letter.number]"),
    ("pause-without-letter", WAIT, "[letter.number, letter.day]",
     "[letter.number, {fact: letter.day, optional: true}]"),
    ("decided-alone", CHANGE, "            second_person: true\n", ""),
    # signals
    ("unknown-link", CHANGE, "signal: {to: tax,", "signal: {to: taxes,"),
    ("unknown-link", CHANGE, "child.tax.settled:", "child.taxes.settled:"),
    ("signal-undeclared", CHANGE, "name: reminded", "name: remembered"),
    ("signal-undeclared", ASSESS, "signals: {settled: {}}", "signals: {}"),
    ("signal-undeclared", ASSESS, "receives: [reminded]", "receives: []"),
    ("signal-unanswered", CHANGE, "child.tax.settled:", "child.tax.paid:"),
    ("signal-unanswered", ASSESS, "record: [parent.reminded]", "record: []"),
    ("signal-unanswered", ASSESS, "parent.ended: {to", "parent.reminded: {to"),
    ("signal-late", CHANGE, '    late: {record: ["child.*"]}\n', ""),
    ("signal-late", ASSESS, 'late: {record: ["parent.*"]}', "late: {}"),
    ("signal-never-sent", ASSESS, "{settled: {}}", "{settled: {}, late: {}}"),
    # effects
    ("effect-without-performer", WAIT, "{notify: {who", "{telephone: {who"),
    ("unknown-message", WAIT, "template: waiting", "template: waited"),
    ("unknown-form", CHANGE, "form: F-1", "form: F-2"),
    # names
    ("unknown-procedure", CHANGE, "start: {procedure: assess", "start: {procedure: x"),
    ("unknown-condition", TRANSFER, "condition: book.in_hand", "condition: book"),
    ("unknown-condition", "base/goals.yaml", "right.moved", "right.move"),
    ("unknown-parameter", WAIT, "param: days.wait", "param: days.waits"),
    ("unknown-list", CHANGE, "list: grounds", "list: reasons"),
    ("unknown-list-item", CHANGE, "except: [b]", "except: [c]"),
    ("unknown-list-item", WAIT, "reason: supplement", "reason: supplements"),
    ("unknown-office", ASSESS, "office: tax_office", "office: tax"),
    ("unknown-entry", TRANSFER, "paper: contract,", "paper: contract, entry: other,"),
    ("unknown-outcome", CHANGE, "[{paper: book}]", "[{paper: book, outcome: won}]"),
    ("procedure-not-written", CHANGE, "refused: {final: refused",
     "refused: {final: {name: refused, suggests: other}"),
    ("unknown-goal", "base/warnings.yaml", "goals: [sell]", "goals: [buy]"),
    ("goal-unreachable", TRANSFER, "condition: right.moved", "condition: bank.agreed"),
    # sources
    ("source-missing", DAYS, ', source: {instrument: law, at: "Đ2", mark: V}', ""),
    ("source-missing", WAIT, '          source: {instrument: law, at: "Đ6", mark: V}\n',
     ""),
    ("unknown-instrument", WAIT, 'law, at: "Đ6"', 'laws, at: "Đ6"'),
    ("instrument-not-in-force", WAIT, 'law, at: "Đ6"', 'old-law, at: "Đ6"'),
    ("instrument-not-in-force", DAYS, 'law, at: "Đ2"', 'old-law, at: "Đ2"'),
    ("instrument-later", DAYS, "2025-01-01, value: {n", "2023-01-01, value: {n"),
    ("product-figure", DAYS, 'law, at: "Đ2"', 'product, at: "Đ2"'),
    ("unknown-instrument", INSTRUMENTS, "replaces: old-law", "replaces: older-law"),
    ("unknown-instrument", INSTRUMENTS, "amends: [law]", "amends: [laws]"),
    ("instrument-relation", INSTRUMENTS, "to: 2023-12-31", "to: 2024-12-31"),
    ("instrument-relation", INSTRUMENTS, "to: 2023-12-31", "to: null"),
    ("instrument-relation", INSTRUMENTS, "amends: [law]", "amends: [old-law]"),
    ("instrument-relation", INSTRUMENTS, "issued: 2023-11-01", "issued: 2024-11-01"),
    ("instrument-relation", INSTRUMENTS, "to: 2023-12-31", "to: 2009-12-31"),
    ("instrument-loop", INSTRUMENTS, "to: 2023-12-31}",
     "to: 2023-12-31, replaces: law}"),
    ("instrument-incomplete", INSTRUMENTS, "kind: product, ", ""),
    ("unknown-package", INSTRUMENTS, "from: land", "from: lands"),
    ("migration-target", INSTRUMENTS, "old_drawing: drawing", "old: drawings"),
    ("migration-target", INSTRUMENTS, "was_asked: false", "was_told: false"),
    ("migration-target", INSTRUMENTS, "{transfer: {", "{transfers: {"),
    ("foreign-instrument", WAIT, 'law, at: "Đ6"', 'far-law, at: "Đ6"'),
    # words, facts, papers
    ("label-missing", WAIT,
     '      label: {citizen: "Chờ ông bà bổ sung", clerk: "Chờ bổ sung"}\n', ""),
    ("label-missing", WAIT,
     '          label: {citizen: "Nộp thêm", clerk: "Đã nộp thêm"}\n', ""),
    ("question-missing", "base/questions/book.yaml", "  book.in_hand:", "  book.held:"),
    ("question-missing", "base/goals.yaml", "{reach:", "{tells: {x: true}, reach:"),
    ("question-missing", "base/goals.yaml", "{reach:",
     "{entries: {y: {title: Y, told: {x: true}}}, reach:"),
    ("fact-spec-missing", "base/facts/clerk.yaml", "  notice.lines:", "  notice.sums:"),
    ("fact-unsupplied", TRANSFER, "when: book.in_hand", "when: bank.said"),
    ("paper-spec-missing", "base/papers.yaml", "  contract:", "  contracts:"),
    ("paper-spec-missing", "base/papers.yaml", "  consent:", "  consents:"),
    ("paper-maker-unknown", TRANSFER, "paper: contract, made_by: citizen",
     "paper: contract, made_by: uncle"),
    ("paper-not-produced", TRANSFER, "paper: contract, made_by: citizen",
     "paper: contract, made_by: assess"),
    # forms
    ("form-field-unbound", "base/facts/clerk.yaml", "  printed.note:", "  print.note:"),
]  # fmt: skip


@pytest.fixture(scope="module")
def valid(tmp_path_factory):
    return check(tmp_path_factory.mktemp("valid"))


def check(folder, changes=None):
    return lint.check(small_laws.write(folder, changes), FORMS)


def test_the_small_law_has_no_mistake(valid):
    assert [str(finding) for finding in valid.errors] == []
    assert [finding.rule for finding in valid.warnings] == ["package-gap"]


@pytest.mark.parametrize(
    ("rule", "file", "old", "new"),
    PLANTED,
    ids=[f"{number}-{planted[0]}" for number, planted in enumerate(PLANTED)],
)
def test_a_planted_mistake_is_found(valid, tmp_path, rule, file, old, new):
    report = check(tmp_path, small_laws.with_change(file, old, new))

    before = {*valid.errors, *valid.warnings}
    found = [f for f in (*report.errors, *report.warnings) if f not in before]
    assert rule in {finding.rule for finding in found}
    assert all(finding.line >= 1 for finding in found)
    assert all(finding.text for finding in found)


def test_every_rule_has_a_planted_mistake():
    assert {planted[0] for planted in PLANTED} == {*lint.ERRORS, *lint.WARNINGS}


def test_a_finding_names_the_file_and_the_line_of_the_mistake(tmp_path):
    report = check(
        tmp_path, small_laws.with_change(WAIT, "clock: handling,", "clock: handing,")
    )
    lines = small_laws.FILES[WAIT].split("\n")

    assert [(f.file, f.line, f.rule) for f in report.errors] == [
        (
            WAIT,
            1 + lines.index(next(x for x in lines if "stops:" in x)),
            "unknown-deadline",
        )
    ]


def test_a_mistake_in_a_template_is_reported_once_for_each_procedure(tmp_path):
    second = small_laws.FILES[TRANSFER].replace(
        "procedure: transfer", "procedure: gift"
    )
    changes = small_laws.with_change(CHANGE, "paper: book", "paper: books")
    report = check(tmp_path, {**changes, "land/procedures/gift.yaml": second})

    named = [f.text.partition(":")[0] for f in report.errors if f.file == CHANGE]
    assert named == ["gift", "transfer"]


def test_a_mistake_hides_no_other(tmp_path):
    changes = {
        **small_laws.with_change("base/papers.yaml", "  contract:", "  contracts:"),
        **small_laws.with_change(ASSESS, "linked_only: true", "linked_only: maybe"),
        **small_laws.with_change(DAYS, "n: 8", "n: -8"),
        **small_laws.with_change(WAIT, "param: days.wait", "param: days.waits"),
    }
    rules = {finding.rule for finding in check(tmp_path, changes).errors}

    assert {"paper-spec-missing", "format", "unknown-parameter"} <= rules


def test_a_package_may_cite_its_own_instrument_after_it_ended(tmp_path):
    going_on = """\
after_own_instrument:
  ends: 2023-12-31
  continues_by: {instrument: law, at: "Đ15", mark: V}
  status: unverified
"""
    changes = {
        **small_laws.with_change(WAIT, 'law, at: "Đ6"', 'old-law, at: "Đ6"'),
        "land/package.yaml": small_laws.FILES["land/package.yaml"] + going_on,
    }

    assert check(tmp_path, changes).errors == ()


def test_a_text_that_served_as_a_model_may_be_of_another_territory(tmp_path):
    modelled = 'mark: INF, modelled_on: {instrument: far-law, at: "Đ9", mark: V}}'
    changes = small_laws.with_change(
        WAIT, 'at: "Đ6", mark: V}', f'at: "Đ6", {modelled}'
    )
    report = check(tmp_path, changes)

    assert report.errors == ()
    assert [finding.rule for finding in report.warnings] == ["package-gap"]


def test_forms_are_not_checked_when_none_are_known(tmp_path):
    changes = small_laws.with_change(CHANGE, "form: F-1", "form: F-2")
    report = lint.check(small_laws.write(tmp_path, changes))

    assert "unknown-form" not in {finding.rule for finding in report.errors}


def test_a_form_is_told_by_its_own_file_and_line(tmp_path):
    changes = small_laws.with_change(
        "base/facts/clerk.yaml", "  printed.note:", "  print.note:"
    )

    [finding] = check(tmp_path, changes).errors
    assert (finding.file, finding.line) == ("editions/F-1.yaml", 7)
    assert "'printed.note'" in finding.text


def test_a_form_is_checked_where_its_package_holds(tmp_path):
    forms = lint.Forms(
        {"F-1"},
        (
            lint.Binding(
                "F-1", "land", "settled.nowhere", Place("editions/F-1.yaml", 1)
            ),
            lint.Binding(
                "F-1", "far", "settled.nowhere", Place("editions/F-1.yaml", 2)
            ),
        ),
    )
    report = lint.check(small_laws.write(tmp_path), forms)

    assert [finding.line for finding in report.errors] == [1]


def test_what_holds_in_one_edition_is_looked_at_anew_where_a_figure_differs(tmp_path):
    unknown = """\
  - of: parameter/days.wait
    at: values[since=2025-01-01].value
    replace: {unknown: "số ngày chờ; hỏi tỉnh"}
    why: "Tỉnh chưa nói"
    source: {instrument: law, at: "Đ33", mark: V}
"""
    known = small_laws.with_change(
        DAYS, '{unknown: "hỏi một cửa"}', "{n: 3, unit: day}"
    )
    by_timer = small_laws.with_change(
        WAIT, "by: [timer, handling_office]", "by: [timer]"
    )
    there = {PROVINCE: small_laws.FILES[PROVINCE] + unknown}

    assert check(tmp_path / "one", {**known, **by_timer}).errors == ()
    found = check(tmp_path / "other", {**known, **by_timer, **there}).errors
    assert {finding.rule for finding in found} == {"timer-unknown-length"}


def test_the_report_is_plain_json(valid):
    report = valid.to_json()

    assert json.loads(json.dumps(report)) == report
    assert report["errors"] == []
    assert set(report["warnings"][0]) == {"file", "line", "rule", "text"}
    province = next(row for row in report["packages"] if row["id"] == "province-7")
    assert province["territory"] == "07"
    assert (province["from"], province["to"]) == ("2026-01-01", "2026-06-30")
    assert province["status"] == "unverified"
    assert province["procedures"] == ["assess", "transfer"]


def test_the_packages_of_the_program_have_no_mistake():
    assert [str(finding) for finding in lint.check().errors] == []
