"""`.auditor.yaml`: what is wrong with it is told by line, with a remedy."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.errors import UserError
from auditor.model.component import ComponentKind
from auditor.repo.configuration import Configuration, parse_configuration, read_configuration
from auditor.repo.inventory import memory_inventory
from auditor.repo.reader import MemoryReader

GOOD = """\
rubric: library
out: certificates
components:
  core:
    title: The core
    kind: application
    paths: [src/core/, '*.py']
    weight: 3
    owner: '@core'
  ci: {kind: delivery, paths: [/.github/]}
exclude: [legacy/]
"""


def test_a_good_file_is_read() -> None:
    configuration = parse_configuration(GOOD.encode())
    assert (configuration.rubric, configuration.out, configuration.exclude) == ("library", "certificates", ("legacy/",))
    core = configuration.components["core"]
    assert (core.title, core.kind, core.paths, core.weight, core.owner) == (
        "The core",
        ComponentKind.APPLICATION,
        ("src/core/", "*.py"),
        3,
        "@core",
    )
    assert list(configuration.components) == ["core", "ci"]


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "components: {}\n"])
def test_nothing_said_means_the_defaults(text: str) -> None:
    assert parse_configuration(text.encode()) == Configuration()


@pytest.mark.parametrize(
    ("text", "line", "message", "remedy"),
    [
        ("rubrik: x\n", 1, "unknown key 'rubrik'", "did you mean rubric?"),
        ("components:\n  a:\n    kind: tests\n    path: [x]\n", 4, "unknown key 'path'", "did you mean paths?"),
        ("components:\n  a:\n    kind: test\n    paths: [x]\n", 3, "unknown kind 'test'", "did you mean tests?"),
        ("components:\n  a:\n    paths: [x]\n", 2, "'kind' is missing", "add `kind:`"),
        ("components:\n  a:\n    kind: tests\n    paths: []\n", 4, "at least 1 item", ""),
        ("components:\n  a:\n    kind: tests\n    paths: [x, '']\n", 4, "the pattern is empty", ""),
        ("components:\n  a:\n    kind: tests\n    paths: [x]\n    weight: -1\n", 5, "greater than or equal to 0", ""),
        ("components:\n  a:\n    kind: tests\n    paths: [x]\n    weight: '2'\n", 5, "valid integer", ""),
        ("components:\n  'a b':\n    kind: tests\n    paths: [x]\n", 2, "should match pattern", ""),
        ("out: ../elsewhere\n", 1, "inside the repository", ""),
        ("out: /etc\n", 1, "inside the repository", ""),
        ("rubric: ~/mine.yaml\n", 1, "inside the repository", ""),
        ("exclude:\n  - a\n  - 3\n", 3, "valid string", ""),
        ("out: a\nout: b\n", 2, "stands here twice", "keep one"),
        ("out: [unclosed\nx", 2, "broken YAML", "mend"),
        ("- a\n", 1, "no mapping", "begin with"),
        ("a: &x 1\nb: *x\n", 1, "anchors", "write the value out"),
        ("? [a]\n: b\n", 1, "plain text", "write a name"),
        ("out: " + "[" * 40 + "]" * 40, 1, "nested deeper", "nest less"),
        ("rubric: !!python/object:os.system x\n", 1, "tags", "remove the tag"),
    ],
)
def test_what_is_wrong_is_told_by_line(text: str, line: int, message: str, remedy: str) -> None:
    with pytest.raises(UserError) as raised:
        parse_configuration(text.encode())
    place = raised.value.place
    assert place is not None
    assert (place.path, place.line) == (".auditor.yaml", line)
    assert message in raised.value.message
    assert raised.value.remedy
    assert remedy in raised.value.remedy


def test_the_number_of_further_problems_is_told() -> None:
    with pytest.raises(UserError, match="and 1 more"):
        parse_configuration(b"rubrik: x\nouts: y\n")


def test_it_is_read_from_the_snapshot() -> None:
    inventory, reader = memory_inventory({".auditor.yaml": "out: here\n", "a.py": ""})
    assert read_configuration(inventory, reader).out == "here"
    with pytest.raises(UserError, match="cannot be read"):
        read_configuration(inventory, MemoryReader({}))


@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(alphabet="abc:-[]{}&*!?|>'\"\n #%@,.0 components", max_size=120).map(str.encode),
    )
)
def test_any_bytes_give_a_configuration_or_an_error_for_the_user(data: bytes) -> None:
    with contextlib.suppress(UserError):
        assert isinstance(parse_configuration(data), Configuration)
