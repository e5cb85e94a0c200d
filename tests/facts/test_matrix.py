"""The combinations that a matrix comes to, as GitHub documents them."""

from auditor.facts.matrix import Matrix, combinations, filled, matrix_of
from auditor.facts.yaml_tree import Mapping, read_yaml

_DOCUMENTED = """\
matrix:
  fruit: [apple, pear]
  animal: [cat, dog]
  include:
    - color: green
    - color: pink
      animal: cat
    - fruit: apple
      shape: circle
    - fruit: banana
    - fruit: banana
      animal: cat
"""


def _matrix(text: str) -> Matrix:
    strategy = read_yaml(text)[0]
    assert isinstance(strategy, Mapping)
    return matrix_of(strategy)


def test_the_example_of_the_documentation() -> None:
    assert [" ".join(sorted(one.values())) for one in combinations(_matrix(_DOCUMENTED))] == [
        "apple cat circle pink",
        "apple circle dog green",
        "cat pear pink",
        "dog green pear",
        "banana",
        "banana cat",
    ]


def test_excluded_combinations_are_left_out() -> None:
    matrix = _matrix(
        "matrix:\n  os: [linux, mac]\n  python: ['3.11', '3.12']\n  exclude:\n    - {os: mac, python: '3.11'}\n"
    )
    assert len(combinations(matrix)) == 3


def test_names_count_in_entries_and_in_any_case() -> None:
    matrix = _matrix("matrix:\n  OS: [linux]\n  include:\n    - {os: linux, extra: [a, b]}\n")
    assert (matrix.names, matrix.computed) == (("extra", "os"), False)


def test_what_an_expression_gives_is_not_known() -> None:
    assert _matrix("matrix: ${{ fromJSON(inputs.all) }}\n").computed
    assert _matrix("matrix:\n  os: [linux]\n  include: ${{ fromJSON(inputs.more) }}\n").computed
    assert combinations(_matrix("matrix:\n  os: ${{ fromJSON(inputs.all) }}\n  python: ['3.12']\n")) == ()


def test_values_are_put_in_where_they_are_known() -> None:
    assert filled("a/${{matrix.x}}/${{ matrix.y }}", {"x": "1"}) == "a/1/${{ }}"
