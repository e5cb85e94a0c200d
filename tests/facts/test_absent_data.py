"""What a condition asks for, however long it is."""

import ast

import pytest

from auditor.facts.absent_data import absent


@pytest.mark.parametrize("last", ["orders", "errors"])
def test_a_sum_of_any_length_is_read(last: str) -> None:
    asked = ast.parse("+".join(["rows"] * 2000 + [last]), mode="eval").body
    assert (absent(asked) is not None) == (last == "orders")
