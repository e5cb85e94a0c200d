"""Components: configured or discovered, with owners, and every file in exactly one."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from auditor.model.component import Component, ComponentKind
from auditor.repo.components import assign, build_parts, discover, load_components
from auditor.repo.inventory import Entry, memory_inventory, take_inventory
from auditor.repo.owners import Owners
from auditor.repo.reader import MemoryReader

SERVICE = dict.fromkeys(
    (
        ".github/workflows/ci.yml",
        ".gitlab-ci.yml",
        ".pre-commit-config.yaml",
        "Dockerfile",
        "docker-compose.yml",
        "scripts/deploy_production.sh",
        "scripts/rollback.py",
        "scripts/backup_database.sh",
        "k8s/service.yaml",
        "infra/main.tf",
        "scripts/health_check.sh",
        "monitoring/alerts.yml",
        "monitoring/docker-compose.yml",
        "ops/prometheus.yml",
        "config/production.yml",
        ".env.example",
        "pyproject.toml",
        "requirements.txt",
        "app/config/staging.yaml",
        "NOTES.txt",
        "tests/test_app.py",
        "tests/README.md",
        "app/test_inline.py",
        "src/test/java/Helper.java",
        "docs/runbook.md",
        "README.md",
        "LICENSE",
        "app/main.py",
        "app/deploy_client.py",
        "scripts/seed.py",
    ),
    "x\n",
)


def components_of(tree: dict[str, str]) -> dict[str, str]:
    inventory, reader = memory_inventory(tree)
    return load_components(inventory, reader)[2]


def test_every_part_of_a_service_is_discovered() -> None:
    owner = components_of(SERVICE)
    by_component: dict[str, set[str]] = {}
    for path, name in owner.items():
        by_component.setdefault(name, set()).add(path)
    assert by_component == {
        "delivery": {".github/workflows/ci.yml", ".gitlab-ci.yml", ".pre-commit-config.yaml"},
        "tests": {"tests/test_app.py", "tests/README.md", "app/test_inline.py", "src/test/java/Helper.java"},
        "documentation": {"docs/runbook.md", "README.md", "LICENSE", "NOTES.txt"},
        "monitoring": {
            "monitoring/alerts.yml",
            "monitoring/docker-compose.yml",
            "ops/prometheus.yml",
            "scripts/health_check.sh",
        },
        "deployment": {
            "Dockerfile",
            "docker-compose.yml",
            "scripts/deploy_production.sh",
            "scripts/rollback.py",
            "scripts/backup_database.sh",
            "k8s/service.yaml",
            "infra/main.tf",
        },
        "configuration": {
            "config/production.yml",
            ".env.example",
            "pyproject.toml",
            "requirements.txt",
            "app/config/staging.yaml",
        },
        "application": {"app/main.py", "app/deploy_client.py", "scripts/seed.py"},
    }


def test_only_what_is_there_is_discovered() -> None:
    inventory, _ = memory_inventory({"app.py": "", "README.md": ""})
    assert [(one.name, one.kind, one.paths) for one in discover(inventory)] == [
        ("documentation", ComponentKind.DOCUMENTATION, ("*.md",)),
        ("application", ComponentKind.APPLICATION, ("*",)),
    ]


def test_files_whose_role_alone_tells_are_named_exactly() -> None:
    tree = {"web/[id]! x/page.story.txt": "", "qa/fixtures/a b.yaml": "", "app.py": ""}
    inventory, _ = memory_inventory(tree)
    owner = assign(discover(inventory), inventory)
    assert owner == {
        "web/[id]! x/page.story.txt": "documentation",
        "qa/fixtures/a b.yaml": "tests",
        "app.py": "application",
    }


def test_several_services_are_several_components() -> None:
    owner = components_of(
        {
            "services/pay/main.py": "",
            "services/mail/main.go": "",
            "services/mail/Dockerfile": "",
            "services/tests/a.py": "",
            "packages/pay/lib.ts": "",
            "lib/shared.py": "",
        }
    )
    assert owner == {
        "services/pay/main.py": "services-pay",
        "services/mail/main.go": "mail",
        "services/mail/Dockerfile": "deployment",
        "services/tests/a.py": "tests",
        "packages/pay/lib.ts": "packages-pay",
        "lib/shared.py": "application",
    }


def test_one_service_is_the_application() -> None:
    assert set(components_of({"services/pay/main.py": "", "services/pay/b.py": ""}).values()) == {"application"}


def test_the_configuration_decides_and_the_first_match_wins() -> None:
    text = (
        "components:\n  core: {kind: application, paths: [src/core/], weight: 4, owner: '@core, @lead'}\n"
        "  all: {title: All of it, kind: tests, paths: ['src/', '!src/rest.py']}\n"
    )
    inventory, reader = memory_inventory(
        {".auditor.yaml": text, "src/core/a.py": "", "src/b.py": "", "src/rest.py": ""}
    )
    configuration, components, owner = load_components(inventory, reader)
    assert list(configuration.components) == ["core", "all"]
    assert owner == {
        ".auditor.yaml": "application",
        "src/core/a.py": "core",
        "src/b.py": "all",
        "src/rest.py": "application",
    }
    assert [(one.name, one.title, one.weight, one.owners) for one in components] == [
        ("core", "core", 4, ("@core", "@lead")),
        ("all", "All of it", 1, ()),
        ("application", "Application", 1, ()),
    ]


def test_a_component_is_owned_by_the_owners_of_most_of_its_files() -> None:
    owners = (
        "* @all\n/app/ @app # the app\n/app/pay.py @pay\n/docs/my\\ guide.md @writers mail@example.org\n/nobody.py\n"
    )
    tree = {
        ".github/CODEOWNERS": owners,
        "CODEOWNERS": "* @wrong\n",
        "app/a.py": "",
        "app/b.py": "",
        "app/pay.py": "",
        "tests/t.py": "",
    }
    inventory, reader = memory_inventory(tree)
    owner = {one.name: one.owners for one in load_components(inventory, reader)[1]}
    assert owner["application"] == ("@app",)
    assert owner["tests"] == ("@all",)
    assert Owners(owners).of("docs/my guide.md") == ("@writers", "mail@example.org")
    assert Owners(owners).of("nobody.py") == ()


def test_equally_frequent_owners_are_chosen_by_name() -> None:
    owners = Owners("/a.py @zoe\n/b.py @amy\n")
    assert owners.of_most(["a.py", "b.py"]) == ("@amy",)
    assert owners.of_most(["c.py"]) == ()


def test_a_pattern_for_the_files_of_a_folder_takes_in_no_folders() -> None:
    owners = Owners("docs/ @all\ndocs/* @top\n/x/** @deep\n")
    assert [owners.of(path) for path in ("docs/a.md", "docs/b/a.md", "x/y/z")] == [("@top",), ("@all",), ("@deep",)]


def test_parts_hold_what_scoring_needs() -> None:
    entries = [Entry("app/a.py", "a" * 40, 1), Entry("app/gone.py", "b" * 40, 1), Entry("docs/x.md", "c" * 40, 1)]
    inventory = take_inventory(entries, MemoryReader({"app/a.py": b"x", "docs/x.md": b"x"}))
    components = discover(inventory)
    parts = build_parts(
        components,
        assign(components, inventory),
        inventory,
        lines_by_path={"app/a.py": 7, "docs/x.md": 2},
        kinds_by_path={"app/a.py": {"python", "python-module"}},
        unreadable_paths=["app/a.py"],
    )
    documentation, application = parts
    assert documentation.component.name == "documentation"
    assert (application.files, application.lines) == (("app/a.py",), 7)
    assert application.kinds == {"python", "python-module"}
    assert application.unreadable == ("app/a.py", "app/gone.py")
    assert application.digest == hashlib.sha256(b"a" * 40 + b" app/a.py").hexdigest()


def test_a_component_without_files_is_no_part() -> None:
    inventory, _ = memory_inventory({"a.py": ""})
    empty = Component(name="web", title="Web", kind=ComponentKind.APPLICATION, paths=("web/",))
    components = (empty, *discover(inventory))
    parts = build_parts(components, assign(components, inventory), inventory, {}, {}, ())
    assert [part.component.name for part in parts] == ["application"]


PATH = st.lists(
    st.one_of(
        st.text(min_size=1, max_size=8).map(lambda name: name.replace("/", "_")),
        st.sampled_from(["tests", "docs", "a.py", "b.md", "services"]),
    ),
    min_size=1,
    max_size=4,
).map("/".join)


@given(st.sets(PATH, max_size=8))
def test_every_file_has_exactly_one_component(paths: set[str]) -> None:
    entries = [Entry(path, "0" * 40, 0, b"") for path in paths]
    inventory = take_inventory(entries, MemoryReader(dict.fromkeys(paths, b"")))
    _, components, owner = load_components(inventory, MemoryReader(dict.fromkeys(paths, b"")))
    assert set(owner) == {file.path for file in inventory.files}
    assert set(owner.values()) <= {one.name for one in components}
    parts = build_parts(components, owner, inventory, {}, {}, ())
    assert sorted(path for part in parts for path in part.files) == [file.path for file in inventory.files]


@given(st.text(max_size=200), st.text(max_size=20))
def test_any_owners_file_can_be_read(text: str, path: str) -> None:
    assert isinstance(Owners(text).of(path), tuple)
