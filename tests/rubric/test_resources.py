import pytest

from auditor.errors import InternalError
from auditor.resources import resource_names, resource_text


def test_shipped_files_are_found_by_name() -> None:
    assert "id: library" in resource_text("rubrics/library.yaml")
    assert "rubrics/library.yaml" in resource_names("rubrics", ".yaml")


def test_what_is_not_shipped_is_a_bug() -> None:
    assert resource_names("nowhere") == ()
    with pytest.raises(InternalError):
        resource_text("rubrics/nothing.yaml")
