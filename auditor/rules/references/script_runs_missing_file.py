"""AUD783: a script or a recipe of make runs, sources or reads a file that is not in the repository."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.ignored_paths import is_ignored
from auditor.facts.invocations import Invocation, Origin, invocations
from auditor.facts.known_paths import Places, places
from auditor.facts.makefile import Makefile
from auditor.facts.other_pipelines import OtherPipeline
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.script_files import NeededFile, chosen_files, needed_files
from auditor.facts.shell import ShellFile
from auditor.facts.shell_paths import ROOT
from auditor.facts.shell_program import all_commands
from auditor.facts.templates import is_env_template
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.references.composed_elsewhere import COMPOSE_NAME, composed_elsewhere
from auditor.rules.references.named_paths import is_kept_beside, is_made_by_builds
from auditor.rules.references.told_commands import is_judged

__all__ = ["RULE"]


_KEPT = pattern(r"^[\w.-]+(?:/[\w.-]+)+\.(?:sh|bash|py|ya?ml|toml|ini|cfg|txt|sql|js|ts|rb)$")
_COMPOSITION = pattern(r"^(?:[\w-]+/)+(?:docker-)?compose[\w.-]*\.ya?ml$")
_SOURCES = frozenset({".", "source"})
_JUDGED = frozenset({Origin.SCRIPT, Origin.MAKEFILE, Origin.PROGRAM})
_OF_ANOTHER = pattern(
    r"(?i)\b(?:run|start(?:ed)?|call(?:ed)?|invoked?|executed?)\b.*\b(?:with|from|in|inside|within) an? (?:[\w./-]+ ){1,3}(?:checkout|clone|source tree|work(?:ing)? tree)\b"
)
"""``must be run with a kernel checkout in $PWD``."""
_OWN = ("scripts", "tools", "deploy", "tests", "src")
"""Folders that can only be the repository's own, even where it lacks them."""


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    known = facts.derive(places)
    yield from _in_variables(facts, known)
    yield from _compositions(facts, known)
    seen: set[tuple[str, str]] = set()
    for one in facts.derive(invocations):
        if not _is_ours(one, facts) or not is_judged(facts, one):
            continue
        yield from _folders(one, facts)
        for needed in needed_files(one):
            if one.tolerant and not (needed.runs and needed.path.startswith(f"{ROOT}/") and one.name not in _SOURCES):
                continue
            path = needed.path.removeprefix(ROOT + "/")
            if (one.path, path) in seen:
                continue
            if not _is_composed_elsewhere(one, path, facts):
                unplaced = one.origin is Origin.PROGRAM and path.partition("/")[0] not in (*known.tops, *_OWN)
                if unplaced or _is_there(one, needed, known) or _may_appear(one, path, facts):
                    continue
            seen.add((one.path, path))
            severity = None if needed.runs else Severity.LOW
            verb = "runs" if needed.runs else "reads"
            message = f"This {verb} `{path}`, which is not in the repository{known.hint(path)}."
            yield Hit(one.path, needed.line, needed.line, message, path, severity)


def _is_ours(one: Invocation, facts: RepositoryFacts) -> bool:
    """Whether no other rule judges the command: those of workflows and of GitLab are asked what their jobs bring along."""
    if one.origin is not Origin.WORKFLOW:
        return one.origin in _JUDGED
    return any(facts.at(one.path, OtherPipeline))


def _folders(one: Invocation, facts: RepositoryFacts) -> Iterator[Hit]:
    """Folders of the repository from which a file of a computed name is sourced or read, and that are not there."""
    if one.tolerant:
        return
    for word, line in chosen_files(one):
        folder = word.partition("$")[0].rpartition("/")[0].removeprefix(f"{ROOT}/")
        absent = (
            folder not in facts.folders and not is_ignored(f"{folder}/any", facts) and not is_made_by_builds(folder)
        )
        if folder and absent and folder not in one.made + one.guarded:
            message = f"This reads a file of the folder `{folder}`, which is not in the repository."
            yield Hit(one.path, line, line, message, word, Severity.LOW)


def _in_variables(facts: RepositoryFacts, known: Places) -> Iterator[Hit]:
    """Files that variables of a makefile name, and that none of its recipes makes."""
    made = {one.path: one.made for one in facts.derive(invocations) if one.origin is Origin.MAKEFILE}
    for file, makefile in facts.of(Makefile):
        folder = file.path.rpartition("/")[0]
        for name, value, line in makefile.variables:
            path = value.removeprefix(ROOT + "/").removeprefix("./")
            kept = _KEPT.search(path) is not None and file.role is Role.SHIPPED and not is_made_by_builds(path)
            written = path.rpartition("/")[2] in made.get(file.path, "") or is_ignored(path, facts)
            if kept and not written and not known.has(path, folder):
                yield Hit(
                    file.path,
                    line,
                    line,
                    f"`{name}` names `{path}`, which is not in the repository{known.hint(path)}.",
                    path,
                )


def _compositions(facts: RepositoryFacts, known: Places) -> Iterator[Hit]:
    """Compose files that variables of scripts name: people write those, and no script does.

    That git ignores such files says nothing where it is told to ignore those that are there as well.
    """
    kept = (path for path in facts.all_paths if COMPOSE_NAME.search(path))
    ignoring = not any(is_ignored(path, facts) for path in kept)
    for file, script in facts.of(ShellFile):
        folder, moves = file.path.rpartition("/")[0], _moves(script)
        for command in all_commands(script.program.body) if file.role is Role.SHIPPED else ():
            for one in command.assignments:
                path = one.value.text.removeprefix("./")
                ignored = ignoring and is_ignored(path, facts)
                if COMPOSE_NAME.search(path) and "/" not in path:
                    place = "" if ignored or moves else composed_elsewhere(path, folder, facts)
                    if place:
                        message = f"`{one.name}` names `{path}`, which is neither at the root nor beside the script: `{place}` is."
                        yield Hit(file.path, one.value.line, one.value.line, message, path)
                if _COMPOSITION.search(path) and not known.has(path, folder) and not ignored:
                    message = f"`{one.name}` names `{path}`, which is not in the repository{known.hint(path)}."
                    yield Hit(file.path, one.value.line, one.value.line, message, path)


def _is_composed_elsewhere(one: Invocation, path: str, facts: RepositoryFacts) -> bool:
    """Whether a program hands compose a file by its bare name, from wherever it is started, that lies in another folder."""
    bare = one.origin is Origin.PROGRAM and not one.elsewhere and "/" not in path and COMPOSE_NAME.search(path)
    return bool(bare) and composed_elsewhere(path, one.path.rpartition("/")[0], facts) != ""


def _moves(script: ShellFile) -> bool:
    """Whether a script goes into a folder, in which it may find what it names."""
    return any(one.name in ("cd", "pushd") for one in all_commands(script.program.body))


def _is_there(one: Invocation, needed: NeededFile, known: Places) -> bool:
    """An anchored path is looked for where it leads, another one wherever the script may be started."""
    if needed.path.startswith(ROOT + "/"):
        path = needed.path[len(ROOT) + 1 :]
        return known.facts.exists(path) or known.from_template(path)
    if one.elsewhere or needed.path.startswith("../") or _is_started_in_another(one, known.facts):
        return True
    folders = (one.path.rpartition("/")[0], one.folder or "")
    return any(known.has(needed.path, folder) for folder in folders)


def _is_started_in_another(one: Invocation, facts: RepositoryFacts) -> bool:
    """Whether a script says that it is to be started in a copy of some other project: what it names lies there."""
    comments = [comment for fact in facts.at(one.path, ShellFile) for comment in fact.program.comments]
    return any(_OF_ANOTHER.search(comment.text[:400]) for comment in comments)


def _may_appear(one: Invocation, path: str, facts: RepositoryFacts) -> bool:
    name = path.rpartition("/")[2]
    built = is_made_by_builds(path) and not is_kept_beside(path, facts) and not is_env_template(path)
    if name in one.guarded or name in one.made or built:
        return True
    return is_ignored(path, facts) or ("." not in name and name != "Dockerfile" and not path.startswith("scripts/"))


RULE = Rule(
    id="AUD783",
    name="script-runs-missing-file",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Is every file that the scripts and makefiles run, source or read in the repository?",
    why="A deployment that stops at a helper which nobody wrote leaves production half changed.",
    limits=(
        "Judged are paths whose variables can be told (the script's own folder, the repository's root, literal values). "
        "Passed over is what the script looks for first, may write itself, or git ignores, and what builds usually make. Of what "
        "programs run, and of scripts that they write out, only paths below folders that are the repository's own count."
    ),
    fix="Add the file, or mend the path.",
    since="0.1.0",
    effort=30,
    reads=frozenset({"shell", "make-recipes", "python-commands", "generated-script", "pipeline"}),
    check_repository=_check,
    examples=(
        Example(
            title="compose files by their bare names, one of them computed, that lie in another folder",
            files={
                "deploy/docker-compose.staging.yml": "services: {}\n",
                "compose.test.yml": "services: {}\n",
                "bin/swap.sh": '#!/bin/sh\nCOMPOSE_FILE="docker-compose.${1}.yml"\nTEST_FILE="compose.test.yml"\ndocker compose -f "$COMPOSE_FILE" up -d\n',
                "bin/enter.sh": '#!/bin/sh\nFILE="docker-compose.staging.yml"\ncd deploy\ndocker compose -f "$FILE" up -d\n',
                "bin/ship.py": (
                    "import subprocess\n\nsubprocess.run(['docker-compose', '-f', 'docker-compose.staging.yml', 'up', '-d'])\nsubprocess.run(['docker-compose', '-f', 'compose.test.yml', 'up'])\n"
                    "subprocess.run(['docker-compose', '-f', 'docker-compose.staging.yml', 'up'], cwd='deploy')\n"
                ),
            },
            found=("bin/ship.py:3", "bin/swap.sh:2"),
        ),
        Example(
            title="a composition in a variable, a Dockerfile and a policy where there is none, and a board that the script writes",
            files={
                "deploy/back.sh": '#!/bin/sh\nCOMPOSE_FILE="docker/docker-compose.prod.yml"\nOTHER_FILE="ops/compose.test.yml"\ndocker compose -f "$OTHER_FILE" ps\n',
                "deploy/up.sh": "#!/bin/sh\ndocker build -f services/pay/Dockerfile services/pay\nprintf '{}' > board.json\naws cloudwatch put-dashboard --dashboard-body file://board.json\naws iam put-role-policy --policy-document file://deploy/policy.json\n",
                "ops/compose.test.yml": "services:\n  shop:\n    build: .\n",
            },
            found=("deploy/back.sh:2", "deploy/up.sh:2", "deploy/up.sh:5"),
        ),
        Example(
            title="a check whose absence is tolerated, settings of a folder that there is not, a template that nobody wrote, and another pipeline",
            files={
                "bin/restore.sh": (
                    '#!/bin/bash\nHERE="$(cd "$(dirname "$0")" && pwd)"\nTOP="$(dirname "$HERE")"\nbash "$HERE/prove.sh" "$1" 2>/dev/null || echo "not proven"\n'
                    'source "$TOP/settings/$2.env"\nsource "$TOP/known/$2.env"\ncp .env.staging.template .env\n'
                ),
                "known/a.env": "A=1\n",
                "Jenkinsfile": "pipeline {\n  agent any\n  stages {\n    stage('a') {\n      steps {\n        sh 'docker compose -f compose.load.yml up -d'\n        sh 'bash bin/restore.sh'\n      }\n    }\n  }\n}\n",
            },
            found=("Jenkinsfile:6", "bin/restore.sh:4", "bin/restore.sh:5", "bin/restore.sh:7"),
        ),
        Example(
            title="files seen from a folder that a sourced file tells, and a template that is copied",
            files={
                "bin/lib.sh": 'HOME_OF_ALL="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"\n',
                "bin/ship.sh": (
                    '#!/bin/bash\n. "$(dirname "$0")/lib.sh"\n"$HOME_OF_ALL/bin/sign.sh" "$1"\nwrk -s "$HOME_OF_ALL/bin/book.lua" "$2"\n'
                    'cp "$HOME_OF_ALL/settings.template" "$HOME_OF_ALL/settings.local"\n"$HOME_OF_ALL/bin/lib.sh"\n'
                ),
            },
            found=("bin/ship.sh:3", "bin/ship.sh:4", "bin/ship.sh:5"),
        ),
        Example(
            title="helpers beside the script and files above it",
            files={
                "deploy/release.sh": (
                    '#!/bin/bash\nHERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"\nROOT="$(dirname "$HERE")"\n'
                    'source "$HERE/common.sh"\nif ! "$HERE/switch-traffic.sh" blue; then\n  exit 1\nfi\n'
                    'docker compose -f "$ROOT/compose.blue.yml" up -d\npython3 tools/verify.py --all\nhatch run python tools/sign.py\n'
                ),
                "deploy/common.sh": "true\n",
                "tools/seed.py": "print()\n",
            },
            found=("deploy/release.sh:5", "deploy/release.sh:8", "deploy/release.sh:9", "deploy/release.sh:10"),
        ),
        Example(
            title="a root that a library finds, and what load tests and playbooks work on",
            files={
                "bin/lib.sh": 'ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"\ndie() { echo "$*" >&2; exit 1; }\n',
                "bin/release.sh": (
                    '#!/bin/bash\n. "$(dirname "$0")/lib.sh"\n"$ROOT/bin/sign.sh" "$1" || die unsigned\n'
                    'wrk -t2 -d30s -s "$ROOT/bin/order.lua" "$2"\nk6 run --vus 10 load/browse.js\nansible-playbook -i hosts.ini ops/web.yml\n'
                ),
                "ops/web.yml": "- hosts: web\n  tasks: []\n",
                "hosts.ini": "[web]\nweb-1\n",
            },
            found=("bin/release.sh:3", "bin/release.sh:4", "bin/release.sh:5"),
        ),
        Example(
            title="a recipe of make, a program that starts another, and a script that a program writes",
            files={
                "Makefile": "TOOLS := $(CURDIR)/tools\nBUILD := $(TOOLS)/build_docs.sh\nREPORT := out/report.txt\nseed:\n\tpython3 $(TOOLS)/seed.py\n\tpython3 $(TOOLS)/fill.py\n",
                "tools/seed.py": "print()\n",
                "src/start.py": (
                    'import subprocess\nimport sys\nfrom pathlib import Path\n\nsubprocess.run([sys.executable, "tools/migrate.py", "--all"], check=True)\n'
                    'SCRIPT = """#!/bin/bash\nset -e\npython scripts/check.py\npython tools/seed.py\n"""\nPath("start.sh").write_text(SCRIPT)\n'
                ),
            },
            found=("Makefile:2", "Makefile:6", "src/start.py:5", "src/start.py:8"),
        ),
        Example(
            title="a script that says in whose copy it is to be started, and one that is started in its own",
            files={
                "hack/theirs.sh": "#!/bin/sh\n# checks the till of another project\n# must be run with a till checkout in $PWD\n./scripts/till-check.sh\n",
                "hack/ours.sh": "#!/bin/sh\n# run this in the root of the checkout\n./scripts/till-check.sh\n",
            },
            found=("hack/ours.sh:3",),
        ),
        Example(
            title="what the script looks for, writes, or cannot be told",
            files={
                "deploy/release.sh": (
                    '#!/bin/bash\nHERE="$(dirname "$0")"\n[ -f "$HERE/local.sh" ] && . "$HERE/local.sh"\n'
                    'curl -so install.sh https://example.org/install.sh\nbash install.sh\n"$HERE/$1.sh"\nsource .venv/bin/activate\n'
                    'cd /opt/shop\n./manage.py migrate\n. "$HERE/extra.sh" 2>/dev/null || true\n'
                ),
            },
        ),
    ),
)
