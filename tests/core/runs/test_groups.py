"""Goals that name groups of municipalities, from their files to what is judged."""

from __future__ import annotations

from typing import Any

import pytest

from klaremal.errors import WorkspaceError

# In 2025: of 10 cases 8 are kept in Aarhus and Odense, 7 in Aalborg (all of kommunegruppe.2) and in Hørsholm (of group 1).
CASES = [
    (place, f"2025-{month:02}-03", "", str(month <= kept).lower(), 1)
    for place, kept in (("Aarhus", 8), ("Odense", 8), ("Aalborg", 7), ("Hørsholm", 7))
    for month in range(1, 11)
]
SOURCE = """[[sources.roads.cases]]
collector = "csv"
files = "cases.csv"
complete_until = 2025-12-31
"""


def test_a_group_has_a_target_of_its_own_and_a_unit_in_it_another(desk: Any) -> None:
    """A unit's value goes before its group's, and the group's before the goal's."""
    desk.cases(*CASES)
    targets = '{ "kommunegruppe.2" = 75, "Odense" = 85 }'
    found = desk.run({"svar": {"indicator": '"roads.kept"', "at_least": 60, "targets": targets}}, source=SOURCE)
    assert found.warnings == ()
    assert {unit: desk.judged(found, "svar", unit)["2025"] for unit in ("Aarhus", "Odense", "Aalborg", "Hørsholm")} == {
        "Aarhus": (80.0, 75.0, "fulfilled", None),
        "Odense": (80.0, 85.0, "not_fulfilled", None),
        "Aalborg": (70.0, 75.0, "not_fulfilled", None),
        "Hørsholm": (70.0, 60.0, "fulfilled", None),
    }


@pytest.mark.parametrize("name", ["kommunegruppe.2", "Storbykommuner"])
def test_a_goal_of_a_group_judges_its_members(desk: Any, name: str) -> None:
    """By the id of the group, or by its name; the others are promised nothing."""
    desk.cases(*CASES)
    found = desk.run({"svar": {"indicator": '"roads.kept"', "at_least": 75, "units": f'["{name}"]'}}, source=SOURCE)
    assert sorted(set(found.fulfilments["unit_name"])) == ["Aalborg", "Aarhus", "Odense"]
    assert desk.judged(found, "svar", "Aalborg")["2025"] == (70.0, 75.0, "not_fulfilled", None)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ({"units": '["kommunegruppe.6"]'}, 'units: there is no unit "kommunegruppe.6". Did you mean "kommunegruppe.5"?'),
        ({"targets": '{ "Storbykommune" = 70 }'}, 'targets: there is no unit "Storbykommune". Did you mean "Storbykommuner"?'),
        ({"units": '[{ under = "Landkommuner", level = "institution" }]'},
         'units: roads.kept is reported for municipality, not for institution. Write units = ["municipality"].'),
    ],
    ids=["no such id", "no such name", "a level that is not reported"],
)  # fmt: skip
def test_a_group_that_cannot_be_meant_is_a_fault(desk: Any, lines: dict[str, str], message: str) -> None:
    """With the place and the nearest name, as for units."""
    with pytest.raises(WorkspaceError) as caught:
        desk.ready({"svar": {"indicator": '"roads.kept"', "at_least": 60} | lines}, source=SOURCE)
    assert [str(each) for each in caught.value.faults] == [f"goals/goals.toml: goal.svar.{message}"]
