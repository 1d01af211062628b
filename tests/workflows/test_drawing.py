"""Drawings are well-formed, escaped, told in text, and true to the state of a case."""

import re
from datetime import date
from fractions import Fraction
from xml.etree import ElementTree as ET

import pytest

from workflows.definition import Procedure
from workflows.drawing import (
    case_way_svg,
    mermaid,
    plan_calendar_svg,
    swim_lane_svg,
)
from workflows.drawing.flow import flow_of
from workflows.journey import plan
from workflows.loader import load_calendar, load_law
from workflows.parties import Party, PartyRole
from workflows.situation import Situation

NS = "{http://www.w3.org/2000/svg}"
MONDAY = date(2026, 11, 23)
LAW = load_law()
EDITION = LAW.edition("66", MONDAY)
CALENDAR = load_calendar()
PROCEDURES = sorted(EDITION.procedures)


def a_plan(goal="give", **answers):
    situation = Situation(
        province="66",
        commune="24133",
        on=MONDAY,
        goal=goal,
        parties=(
            Party("loc", PartyRole.TRANSFEROR, Fraction(1)),
            Party("hoa", PartyRole.RECEIVER, Fraction(1)),
        ),
        relationships=None,
        answers={key.replace("__", "."): value for key, value in answers.items()},
    )
    return plan(situation, EDITION, CALENDAR)


def boxes(svg, kind):
    root = ET.fromstring(svg)  # noqa: S314  # our own drawing
    return [
        box.findtext(f"{NS}title")
        for box in root.iter(f"{NS}rect")
        if box.get("class") == kind
    ]


def words(svg):
    root = ET.fromstring(svg)  # noqa: S314  # our own drawing
    return " ".join(text.text or "" for text in root.iter(f"{NS}text"))


def lanes(procedure, **given):
    return swim_lane_svg(EDITION.procedures[procedure], EDITION, **given)


# --- both drawings --------------------------------------------------------------------


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_every_procedure_can_be_drawn_for_eyes_and_for_ears(procedure):
    svg = lanes(procedure)
    root = ET.fromstring(svg)  # noqa: S314  # our own drawing

    assert root.get("role") == "img"
    assert root.findtext(f"{NS}title")
    assert root.findtext(f"{NS}desc")
    ids = {each.get("id") for each in root.iter() if each.get("id")}
    assert set(root.get("aria-labelledby").split()) <= ids


@pytest.mark.parametrize(
    "svg", [lanes("register_gift"), plan_calendar_svg(a_plan())], ids=["lanes", "plan"]
)
def test_a_drawing_needs_no_exception_from_the_content_policy(svg):
    assert "style=" not in svg
    assert "<script" not in svg
    assert "<style" not in svg
    assert not re.search(r"\son\w+=", svg)


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_nothing_is_drawn_outside_the_sheet_or_over_another_box(procedure):
    root = ET.fromstring(lanes(procedure))  # noqa: S314  # our own drawing
    width, height = map(float, root.get("viewBox").split()[2:])
    seen = []
    for box in root.iter(f"{NS}rect"):
        x, y, w, h = (float(box.get(name)) for name in ("x", "y", "width", "height"))
        assert x >= 0
        assert y >= 0
        assert x + w <= width
        assert y + h <= height
        assert not [
            other
            for other in seen
            if x < other[0] + other[2]
            and other[0] < x + w
            and y < other[1] + other[3]
            and other[1] < y + h
        ]
        seen.append((x, y, w, h))


def test_signs_of_markup_in_a_label_stay_text():
    svg = swim_lane_svg(a_procedure('Cho & nhận <script>"x"</script>'), EDITION)

    assert "<script>" not in svg
    assert "Cho & nhận <script>" in words(svg)


# --- swim lanes -----------------------------------------------------------------------


def test_done_and_now_are_solid_and_said_in_signs_too():
    svg = lanes("register_gift", active=["sheet_sent"], done=["draft", "submitted"])

    assert len(boxes(svg, "done")) == 2
    assert len(boxes(svg, "run")) == 1
    assert words(svg).count("✓") == 3  # two states, and the key
    assert words(svg).count("●") == 2


def test_a_branch_not_taken_is_not_painted_as_done():
    svg = lanes("register_gift", active=["sheet_sent"], done=["draft", "submitted"])
    later = boxes(svg, "later")

    assert any("bổ sung" in label for label in later)


def test_the_ordinary_way_runs_downwards_whatever_the_order_in_the_file():
    procedure = EDITION.procedures["register_gift"]
    states = dict(reversed(procedure.chart.states.items()))
    chart = procedure.chart.model_copy(update={"states": states})
    turned = procedure.model_copy(update={"chart": chart})

    first = ET.fromstring(swim_lane_svg(procedure, EDITION))  # noqa: S314
    second = ET.fromstring(swim_lane_svg(turned, EDITION))  # noqa: S314
    order = first.findtext(f"{NS}desc").split("Từ bước")[0]
    assert second.findtext(f"{NS}desc").split("Từ bước")[0] == order


def test_the_lanes_are_the_offices_in_everyday_words():
    shown = words(lanes("reissue_lost_certificate"))

    assert "Gia đình" in shown
    assert "Ủy ban nhân dân" in shown
    assert "posting_office" not in shown


# --- Mermaid --------------------------------------------------------------------------


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_mermaid_names_every_state_and_balances_its_brackets(procedure):
    text = mermaid(EDITION.procedures[procedure])

    assert text.startswith("stateDiagram-v2\n")
    assert text.count("{") == text.count("}")
    for name in EDITION.procedures[procedure].chart.states:
        assert re.search(rf"\b{name}\b", text)


def test_mermaid_shows_the_event_and_its_condition():
    text = mermaid(EDITION.procedures["split_parcel"])

    assert re.search(r"drawing --> \w+ : sign_drawing \[not split.same_owner\]", text)


def test_mermaid_takes_out_what_it_would_read_as_its_own_signs():
    text = mermaid(a_procedure('Bước "một"; hai: {ba}'))

    assert '"Bước một hai ba"' in text


# --- the calendar ---------------------------------------------------------------------


def test_what_does_not_count_in_the_term_is_dashed_and_the_rest_is_solid():
    made = a_plan(certificate__lost=True)
    svg = plan_calendar_svg(made)
    periods = [period for step in made.main_steps for period in step.periods]

    assert len(boxes(svg, "halt")) == sum(not p.counting for p in periods)
    assert len(boxes(svg, "run")) == sum(p.counting for p in periods)
    assert 'class="halt"' in svg
    assert "stroke-dasharray" in svg


def test_the_day_on_which_the_law_changes_is_marked():
    assert "1/1 đổi luật" in words(plan_calendar_svg(a_plan(certificate__lost=True)))
    assert "đổi luật" not in words(plan_calendar_svg(a_plan()))


def test_the_description_tells_every_bar_with_its_last_day():
    made = a_plan(certificate__lost=True)
    root = ET.fromstring(plan_calendar_svg(made))  # noqa: S314  # our own drawing
    told = root.findtext(f"{NS}desc")

    for step in made.main_steps:
        for period in step.periods:
            assert period.label in told
    assert "20/1/2027" in told


def test_bars_lie_between_the_names_and_the_edge_and_follow_the_days():
    made = a_plan(certificate__lost=True)
    root = ET.fromstring(plan_calendar_svg(made))  # noqa: S314  # our own drawing
    width = float(root.get("viewBox").split()[2])

    for box in root.iter(f"{NS}rect"):
        assert float(box.get("x")) >= 190
        assert float(box.get("x")) + float(box.get("width")) <= width


def test_a_plan_without_steps_is_drawn_empty():
    svg = plan_calendar_svg(
        a_plan("replace_lost_certificate", certificate__in_hand=True)
    )

    assert boxes(svg, "run") == []


def a_procedure(label):
    return Procedure.model_validate(
        {
            "procedure": "probe",
            "title": {"citizen": label, "clerk": label},
            "basis": {"instrument": "product", "at": "test", "mark": "D"},
            "competence": {},
            "chart": {
                "entries": {"start": {"to": "draft"}},
                "states": {
                    "draft": {
                        "owner": "citizen",
                        "label": {"citizen": label, "clerk": label},
                        "events": {
                            "end": {
                                "to": "over",
                                "by": "citizen",
                                "source": {
                                    "instrument": "product",
                                    "at": "test",
                                    "mark": "D",
                                },
                            }
                        },
                    },
                    "over": {
                        "final": {
                            "name": "over",
                            "establishes": [{"condition": "done"}],
                        },
                        "label": {"citizen": "Xong", "clerk": "Xong"},
                    },
                },
            },
        }
    )


def test_without_a_case_the_ordinary_way_is_solid_and_the_side_ways_are_dashed():
    svg = lanes("register_gift")

    assert "Đang soạn để ký" in boxes(svg, "way")
    assert "Đang làm bản đồ thửa đất" in boxes(svg, "later")
    assert not boxes(svg, "run")


def test_what_runs_at_the_same_time_lies_on_one_ground_and_is_said_in_words():
    svg = lanes("notarize_estate_division")

    assert 'class="group"' in svg
    assert "chạy cùng lúc" in words(svg)
    assert "chạy cùng lúc" not in words(lanes("reissue_lost_certificate"))


def test_what_no_arrow_shows_is_said_in_words():
    said = words(lanes("register_transfer"))

    assert "Từ bước nào cũng có thể" in said
    assert "chỉ được ghi nhận" in said


# --- the way of one case --------------------------------------------------------------


def way(procedure, **given):
    given = {"active": (), "done": ()} | given
    return case_way_svg(EDITION.procedures[procedure], EDITION, **given)


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_the_way_of_a_case_at_its_door_is_drawn_and_told(procedure):
    svg = way(procedure)
    root = ET.fromstring(svg)  # noqa: S314  # our own drawing

    told = root.findtext(f"{NS}desc")
    assert boxes(svg, "later")
    assert all(label in told for label in boxes(svg, "later"))


def test_the_way_shows_what_was_done_where_the_case_is_and_what_comes():
    states = usual_of("register_gift")
    svg = way(
        "register_gift", active=[states[2].name], done=[s.name for s in states[:2]]
    )

    assert boxes(svg, "done") == [state.label for state in states[:2]]
    assert boxes(svg, "run") == [states[2].label]
    assert boxes(svg, "later") == [state.label for state in states[3:7]]
    assert f"●\u00a0{states[2].label.split()[0]}" in words(svg)


def test_of_a_long_way_the_last_and_the_next_states_are_shown():
    states = usual_of("register_gift")
    done = [state.name for state in states[:-1]]
    svg = way("register_gift", active=[states[-1].name], done=done)

    assert boxes(svg, "done") == [state.label for state in states[-4:-1]]


def test_a_side_way_stands_on_the_way_only_of_a_case_that_took_it():
    flow = flow_of(EDITION.procedures["register_gift"])
    side = next(place for place in flow.places if place.returns)

    assert side.label not in boxes(way("register_gift"), "later")
    assert boxes(way("register_gift", active=[side.name]), "run") == [side.label]


def usual_of(procedure):
    return flow_of(EDITION.procedures[procedure]).usual
