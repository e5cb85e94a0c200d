"""AUD513: an installation asks for a lock file that is not there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.facts.go_module import GoModule
from auditor.facts.invocations import Invocation, Origin, invocations
from auditor.facts.paths import joined_path
from auditor.facts.pipeline_model import Step
from auditor.facts.repository import RepositoryFacts
from auditor.facts.work_units import jobs_of_repository
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Install:
    """A command that fails without one of `locks`: its verbs, an option that makes it strict, and the file of the project."""

    verbs: frozenset[str]
    strict: frozenset[str]
    project: str
    locks: tuple[str, ...]


_NPM = ("package-lock.json", "npm-shrinkwrap.json")
_INSTALLS = {
    "npm": (_Install(verbs=frozenset({"ci", "clean-install"}), strict=frozenset(), project="package.json", locks=_NPM),),
    "pnpm": (_Install(verbs=frozenset({"install", "i"}), strict=frozenset({"--frozen-lockfile"}), project="package.json", locks=("pnpm-lock.yaml",)),),
    "yarn": (_Install(verbs=frozenset({"install"}), strict=frozenset({"--immutable"}), project="package.json", locks=("yarn.lock",)),),
    "uv": (_Install(verbs=frozenset({"sync", "run"}), strict=frozenset({"--frozen", "--locked"}), project="pyproject.toml", locks=("uv.lock",)),),
    "pipenv": (
        _Install(verbs=frozenset({"sync"}), strict=frozenset(), project="Pipfile", locks=("Pipfile.lock",)),
        _Install(verbs=frozenset({"install"}), strict=frozenset({"--deploy"}), project="Pipfile", locks=("Pipfile.lock",)),
    ),
    "go": (_Install(verbs=frozenset({"build", "test", "vet", "run", "install"}), strict=frozenset(), project="go.mod", locks=("go.sum", "vendor/modules.txt", "go.work.sum")),),
    "cargo": (_Install(verbs=frozenset({"build", "test", "check", "clippy", "run", "install", "publish"}), strict=frozenset({"--locked", "--frozen"}), project="Cargo.toml", locks=("Cargo.lock",)),),
}  # fmt: skip
_FOLDERS = ("--prefix", "-C", "--dir", "--cwd", "--project", "--directory")
_MAKES = frozenset({("npm", "install"), ("npm", "i"), ("pnpm", "install"), ("uv", "lock"), ("pipenv", "lock"), ("cargo", "generate-lockfile"), ("npm", "shrinkwrap"), ("go", "mod"), ("go", "get"), ("go", "work")})  # fmt: skip
_CACHES = {"npm": (*_NPM, "yarn.lock"), "yarn": ("yarn.lock",), "pnpm": ("pnpm-lock.yaml",)}


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    made: set[tuple[str, str]] = set()
    for one in facts.derive(invocations):
        if one.origin not in (Origin.WORKFLOW, Origin.MAKEFILE) or one.elsewhere or one.folder is None:
            continue
        place = _folder(one)
        if tuple(one.words[:2]) in _MAKES and not _asked(one):
            made.add((one.path, one.name))
        install = _asked(one)
        if install is None or place is None or (one.path, one.name) in made:
            continue
        if _is_project(joined_path(place, install.project), facts) and not _is_locked(place, install.locks, facts):
            message = f"`{' '.join(one.words[:2])}` needs `{install.locks[0]}`, and neither `{place or '.'}` nor a folder above has one: the installation fails."
            yield Hit(one.path, one.line, one.line, message, one.symbol)
    for path, job in jobs_of_repository(facts):
        for step in job.steps:
            if _caches_nothing(step, facts):
                message = f"The cache of `{step.given('cache')}` is named after a lock file, and the repository has none: the step fails."
                yield Hit(path, step.line, step.end_line, message, f"{job.id}/{step.name or step.action}")


def _is_project(path: str, facts: RepositoryFacts) -> bool:
    """Whether a project is there that needs a lock: a module of Go that takes nothing from elsewhere needs none."""
    return facts.exists(path) and all(module.requires for module in facts.at(path, GoModule))


def _asked(one: Invocation) -> _Install | None:
    """The strict installation that a command is; None where it is another command."""
    words = [word for word in one.words[1:] if not word.startswith("-")]
    return next(
        (
            install
            for install in _INSTALLS.get(one.name, ())
            if words[:1]
            and words[0] in install.verbs
            and (not install.strict or install.strict & set(one.words))
            and not _names_another(one, words)
        ),
        None,
    )


def _names_another(one: Invocation, words: list[str]) -> bool:
    """Whether Go or cargo is to install a program of somebody else, which brings its own lock, or Go is told to write down what it misses."""
    if one.name == "cargo":
        return words[0] == "install" and not any(word.partition("=")[0] == "--path" for word in one.words)
    return one.name == "go" and ("-mod=mod" in one.words or any("@" in word for word in words))


def _folder(one: Invocation) -> str | None:
    """Where it installs; None where that cannot be told."""
    for at, word in enumerate(one.words):
        option, is_set, value = word.partition("=")
        if option in _FOLDERS:
            told = value if is_set else next(iter(one.words[at + 1 : at + 2]), "$")
            return None if "$" in told or told.startswith(("/", "@", "~")) else joined_path(one.folder or "", told)
    return one.folder


def _is_locked(place: str, locks: tuple[str, ...], facts: RepositoryFacts) -> bool:
    """Whether the folder, or one above it (a workspace), has a lock."""
    parts = place.split("/") if place else []
    above = ["/".join(parts[:count]) for count in range(len(parts) + 1)]
    return any(facts.exists(joined_path(folder, lock)) for folder in above for lock in locks)


def _caches_nothing(step: Step, facts: RepositoryFacts) -> bool:
    locks = _CACHES.get(step.given("cache"), ()) if step.action == "actions/setup-node" else ()
    if not locks or step.given("cache-dependency-path"):
        return False
    return not any(path.rpartition("/")[2] in locks for path in facts.all_paths)


_WORKFLOW = "on: push\njobs:\n  web:\n    runs-on: ubuntu-latest\n    defaults:\n      run:\n        working-directory: web\n    steps:\n      - uses: actions/checkout@v4\n      - uses: actions/setup-node@v4\n        with:\n          cache: npm\n      - run: npm ci\n"
_PACKAGE = '{"name": "web"}\n'

RULE = Rule(
    id="AUD513",
    name="install-without-lock",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.LOW,
    question="Is the lock file there that the pipeline installs from?",
    why="`npm ci` ends with an error where there is no package-lock.json: the job has never got past this line, whatever the badge says.",
    limits="Strict installations of npm, pnpm, yarn, uv, pipenv and cargo, and builds and tests of Go modules that take code of others, in workflows and makefiles whose folder is known and holds the project; locks of folders above count, and so does a command before that writes one.",
    fix="Commit the lock file, or install without the demand for one.",
    since="0.5.0",
    effort=10,
    reads=frozenset({"github-action", "github-workflow", "gitlab-ci", "make-recipes", "makefile"}),
    check_repository=_check,
    examples=(
        Example(
            title="a console without a lock, and its cache",
            files={".github/workflows/web.yml": _WORKFLOW, "web/package.json": _PACKAGE},
            found=(".github/workflows/web.yml:10", ".github/workflows/web.yml:13"),
        ),
        Example(
            title="a makefile that insists",
            files={"Makefile": "setup:\n\tuv sync --locked\n", "pyproject.toml": '[project]\nname = "shop"\n'},
            found=("Makefile:2",),
        ),
        Example(
            title="a module of Go without the checksums of what it takes, beside others that need none or have them",
            files={
                ".github/workflows/go.yml": (
                    "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: go vet ./... && go test ./...\n        working-directory: relay\n"
                    "      - run: go install golang.org/x/tools/cmd/stringer@latest\n        working-directory: relay\n      - run: go test ./...\n        working-directory: plain\n"
                    "      - run: go build ./...\n        working-directory: kept\n      - run: cd lent && go build ./...\n      - run: cd fork && go build ./...\n"
                ),
                "relay/go.mod": "module shop.test/relay\n\ngo 1.22\n\nrequire (\n\tgithub.com/bank/client v1.2.3\n\tgithub.com/post/parcel v0.4.0 // indirect\n)\n",
                "plain/go.mod": "module shop.test/plain\n\ngo 1.22\n",
                "kept/go.mod": "module shop.test/kept\n\ngo 1.22\n\nrequire github.com/bank/client v1.2.3\n",
                "kept/go.sum": "github.com/bank/client v1.2.3 h1:x\n",
                "lent/go.mod": "module shop.test/lent\n\ngo 1.22\n\nrequire shop.test/kept v0.0.0\n\nreplace shop.test/kept => ../kept\n",
                "fork/go.mod": "module shop.test/fork\n\ngo 1.22\n\nrequire github.com/bank/client v1.2.3\n\nreplace github.com/bank/client => github.com/shop/client v1.2.4\n",
            },
            found=(".github/workflows/go.yml:16", ".github/workflows/go.yml:7"),
        ),
        Example(
            title="a makefile that tidies before it tests",
            files={
                "Makefile": "test:\n\tgo mod tidy\n\tgo test ./...\n",
                "go.mod": "module shop.test/relay\n\ngo 1.22\n\nrequire github.com/bank/client v1.2.3\n",
            },
        ),
        Example(
            title="a program of somebody else, which cargo installs with the lock that it brings",
            files={
                ".github/workflows/ci.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: cargo install cargo-nextest --locked\n      - run: cargo install --path . --locked\n",
                "Cargo.toml": '[package]\nname = "shop"\n',
            },
            found=(".github/workflows/ci.yml:8",),
        ),
        Example(
            title="locks beside and above, and one that is made before",
            files={
                ".github/workflows/web.yml": _WORKFLOW,
                "web/package.json": _PACKAGE,
                "package-lock.json": "{}\n",
                ".github/workflows/other.yml": "on: push\njobs:\n  web:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: uv lock\n      - run: uv sync --frozen\n      - run: npm install\n",
                "pyproject.toml": '[project]\nname = "shop"\n',
            },
        ),
    ),
)
