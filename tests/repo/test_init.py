"""`.auditor.yaml` as `auditor init` writes it, and as it leaves one that is there."""

from pathlib import Path

import pytest

from auditor.errors import UserError
from auditor.model.component import Component, ComponentKind
from auditor.repo.components import discover, load_components
from auditor.repo.configuration import parse_configuration
from auditor.repo.init import write_configuration
from auditor.repo.inventory import memory_inventory

TREE = {
    "app.py": "",
    "tests/test_app.py": "",
    ".github/workflows/ci.yml": "",
    "docs/a.md": "",
    "[odd] name/fixtures/#a.yml": "",
}


def discovered(tree: dict[str, str]) -> tuple[Component, ...]:
    return discover(memory_inventory(tree)[0])


def test_what_was_discovered_is_written_and_read_back_the_same(tmp_path: Path) -> None:
    text = write_configuration(tmp_path, discovered(TREE))
    assert (tmp_path / ".auditor.yaml").read_text() == text
    assert "# paths:    gitignore-style patterns" in text
    inventory, reader = memory_inventory(TREE)
    before = load_components(inventory, reader)
    inventory, reader = memory_inventory({**TREE, ".auditor.yaml": text})
    _, components, owner = load_components(inventory, reader)
    assert components == before[1]
    owner.pop(".auditor.yaml")
    assert owner == before[2]


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    first = write_configuration(tmp_path, discovered(TREE))
    stamp = (tmp_path / ".auditor.yaml").stat().st_mtime_ns
    assert write_configuration(tmp_path, discovered(TREE)) == first
    assert (tmp_path / ".auditor.yaml").stat().st_mtime_ns == stamp


OWN = """\
# Ours.
out: certs   # where they go
components:

    # The heart.
    application: {title: "Heart", kind: application, paths: ['*'], weight: 9}   # heavy
exclude:
    - legacy/  # on its way out
"""


def test_comments_order_and_values_survive_and_new_components_are_added(tmp_path: Path) -> None:
    (tmp_path / ".auditor.yaml").write_text(OWN)
    text = write_configuration(tmp_path, discovered(TREE))
    added = text[text.index("    delivery:") : text.index("    # The heart.")]
    assert text.replace(added, "") == OWN
    configuration = parse_configuration(text.encode())
    assert list(configuration.components) == ["delivery", "tests", "documentation", "application"]
    assert configuration.components["application"].weight == 9
    assert write_configuration(tmp_path, discovered(TREE)) == text


@pytest.mark.parametrize(
    "text",
    ["", "# only a comment\n", "out: certs\n", "components:\nout: x\n", "{out: x}\n", "components: {}\n", "out: x"],
)
def test_components_are_added_where_there_are_none(tmp_path: Path, text: str) -> None:
    (tmp_path / ".auditor.yaml").write_text(text)
    new = write_configuration(tmp_path, discovered(TREE))
    assert list(parse_configuration(new.encode()).components) == ["delivery", "tests", "documentation", "application"]
    assert "out: x" in new or "out: x" not in text


def test_a_component_of_the_user_stays_before_the_rest(tmp_path: Path) -> None:
    (tmp_path / ".auditor.yaml").write_text("components:\n  mine: {kind: tests, paths: [x/]}\n")
    new = Component(
        name="web",
        title="Web: \x07 'it'",
        kind=ComponentKind.APPLICATION,
        paths=("/web\\ x/", "y"),
        owners=("@a", "@b"),
    )
    text = write_configuration(tmp_path, (new,))
    configuration = parse_configuration(text.encode())
    assert list(configuration.components) == ["mine", "web"]
    assert configuration.components["web"].owner == "@a, @b"


def test_a_link_is_not_written_through(tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text("out: here\n")
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / ".auditor.yaml").symlink_to(outside)
    with pytest.raises(UserError, match="symbolic link"):
        write_configuration(folder, discovered(TREE))
    (folder / ".auditor.yaml").unlink()
    (folder / ".auditor.yaml").symlink_to(tmp_path / "nowhere")
    with pytest.raises(UserError, match="symbolic link"):
        write_configuration(folder, discovered(TREE))
    assert outside.read_text() == "out: here\n"
    assert not (tmp_path / "nowhere").exists()


def test_a_folder_or_a_broken_file_in_its_place_is_an_error(tmp_path: Path) -> None:
    (tmp_path / ".auditor.yaml").mkdir()
    with pytest.raises(UserError, match="folder"):
        write_configuration(tmp_path, discovered(TREE))
    (tmp_path / ".auditor.yaml").rmdir()
    (tmp_path / ".auditor.yaml").write_text("components: [\n")
    with pytest.raises(UserError, match="broken YAML"):
        write_configuration(tmp_path, discovered(TREE))
    assert (tmp_path / ".auditor.yaml").read_text() == "components: [\n"


def test_nothing_is_left_behind_where_it_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError) as raised:
        write_configuration(tmp_path / "file", discovered(TREE))
    assert raised.value.remedy
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
