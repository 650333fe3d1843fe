"""What the checks of judgements find in tables that no right klaremal makes: a better value with a worse status."""

from __future__ import annotations

import pandas as pd
import pytest

from klaremal.testing.checks.judged import _out_of_order


@pytest.mark.parametrize(
    ("sign", "values", "expected"),
    [
        (1, [(90, "fulfilled"), (85, "partly_fulfilled"), (50, "not_fulfilled")], None),
        (1, [(90, "fulfilled"), (90, "fulfilled"), (10, "not_fulfilled")], None),
        (1, [(90, "not_fulfilled"), (85, "fulfilled")], ((90, "not_fulfilled"), (85, "fulfilled"))),
        (
            1,
            [(90, "fulfilled"), (85, "not_fulfilled"), (80, "partly_fulfilled")],
            ((85, "not_fulfilled"), (80, "partly_fulfilled")),
        ),
        (-1, [(3, "fulfilled"), (4, "not_fulfilled")], None),
        (-1, [(3, "not_fulfilled"), (4, "fulfilled")], ((3, "not_fulfilled"), (4, "fulfilled"))),
        (1, [(90.0000000001, "not_fulfilled"), (90, "fulfilled")], None),
        (1, [], None),
    ],
    ids=["in order", "alike", "turned round", "in the middle", "lower is better", "lower, turned round", "the same", "none"],
)
def test_a_better_value_with_a_worse_status_is_found(sign: float, values: list[tuple[float, str]], expected: object) -> None:
    """In the direction of the indicator; values that are the same but for a rounding are not."""
    rows = pd.DataFrame(values, columns=["value", "status"])
    assert _out_of_order(rows, sign) == expected
