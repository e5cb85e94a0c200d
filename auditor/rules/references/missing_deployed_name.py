"""AUD784: a command names a container or a Kubernetes resource that nothing in the repository defines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from auditor.facts.compose_commands import compose_call
from auditor.facts.compose_file import ComposeFile, ComposeService
from auditor.facts.container_lists import listed_containers
from auditor.facts.deployed_catalogue import deployed_catalogue
from auditor.facts.deployed_names import (
    Named,
    brings_resources,
    container_named,
    is_of_cluster,
    manifest_names,
    names_given,
    resource_named,
)
from auditor.facts.invocations import Invocation, invocations
from auditor.facts.kustomization import Kustomization
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shell import ShellFile
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.references.held_names import HeldNames, where_given
from auditor.rules.references.told_commands import closest, is_judged, severity_of, stands_for_any

__all__ = ["RULE"]

_VARIABLE = pattern(r"\$\{[^}]*\}|\$\([^)]*\)|\$[A-Z_]*[A-Z]|\$\w+")
_ASKS = frozenset({"exec", "inspect"})
"""What is no tidying up, of which nobody wants to hear whether there was anything."""
_SOCKET = "/docker.sock"
_GENERATORS = (".jsonnet", ".libsonnet", "helmfile.yaml", "skaffold.yaml", "cdk8s.yaml")


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    told = [one for one in facts.derive(invocations) if is_judged(facts, one)]
    seen: set[tuple[str, str | int]] = set()
    for name, hit in _containers(facts, told):
        places: set[tuple[str, str | int]] = {(hit.path, name), (hit.path, hit.start_line)}
        if seen.isdisjoint(places):
            yield hit
        seen |= places
    yield from _resources(facts, told)


def _containers(facts: RepositoryFacts, told: list[Invocation]) -> Iterator[tuple[str, Hit]]:
    """What is missing, by name: of each script the lists first, which tell of several at once."""
    files = [fact for _, fact in facts.of(ComposeFile)]
    services = [service for fact in files for service in fact.services]
    if not services or any(fact.unread or fact.includes for fact in files):
        return
    every = facts.derive(invocations)
    known = {name for one in every for name in names_given(one)}
    known |= {one.container or f"$PROJECT-{one.name}-1" for one in services}
    known |= {f"$PROJECT_{one.name}_1" for one in services if not one.container}
    named_all = all(one.container for one in services)
    plain = {one for one in known if "$" not in one} | ({one.name for one in services} if named_all else set())
    copies = tuple(f"{one}-" for one in plain)  # what has something behind it (``-green``, ``-backup``)
    copies += tuple(_made_by_others(services))
    open_names = [pieces for one in known if "$" in one and "".join(pieces := _literals(one))]
    of_compositions = frozenset(one.name for one in services)
    elsewhere = {(one.path, name) for one in every for name in _composed_elsewhere(one, of_compositions)}
    makes_any = {one.path for one in every if any(not "".join(_literals(name)) for name in names_given(one))}
    yield from _in_lists(
        facts,
        lambda name: name in plain or name.startswith(copies) or any(_fits(name, one) for one in open_names),
        makes_any,
    )
    scripts: dict[str, list[HeldNames]] = {}
    for one in told:
        for named in container_named(one):
            is_known = (
                named.name in plain
                or named.name.startswith(copies)
                or any(_fits(named.name, each) for each in open_names)
            )
            tolerant = one.tolerant and not _ASKS & set(one.words[1:3])
            if is_known or tolerant or one.path in makes_any or (one.path, named.name) in elsewhere:
                continue
            if not stands_for_any(named.name):
                if one.path not in scripts:
                    scripts[one.path] = [HeldNames.of(fact) for fact in facts.at(one.path, ShellFile)]
                given = where_given(scripts[one.path], named)
                yield named.name, _hit(one, given, "No compose file and no command makes the container", plain)


def _in_lists(
    facts: RepositoryFacts, is_known: Callable[[str], bool], makes_any: set[str]
) -> Iterator[tuple[str, Hit]]:
    """Containers that a script goes through, of which most are not made by anything: one finding for all of a list."""
    for file, fact in facts.of(ShellFile):
        for named in listed_containers(fact) if file.path not in makes_any and file.role is Role.SHIPPED else ():
            missing = [(name, line) for name, line in named if not is_known(name)]
            if len(missing) * 2 > len(named):
                name, line = missing[0]
                others = f", nor {len(missing) - 1} others of this list" if len(missing) > 1 else ""
                message = f"No compose file and no command makes the container `{name}`{others}."
                yield from ((one, Hit(file.path, line, line, message)) for one, _ in missing)


def _made_by_others(services: list[ComposeService]) -> Iterator[str]:
    """How the names of containers begin that a container may make itself, being given the socket of Docker: as its own."""
    for one in services:
        if any(source.path.endswith(_SOCKET) for source in one.sources) and "-" in one.container:
            yield f"{one.container.rpartition('-')[0]}-"


def _composed_elsewhere(one: Invocation, services: frozenset[str]) -> Iterator[str]:
    """Services that a command of compose names and no compose file has: that of these files one is missing is told elsewhere."""
    call = compose_call(one)
    yield from (name for name, _ in (call.services if call else ()) if name not in services)


def _literals(name: str) -> list[str]:
    """What is written out of a name that variables stand in, before, between and after them."""
    return _VARIABLE.sub("\0", name).split("\0")


def _fits(name: str, pieces: list[str]) -> bool:
    """Whether a name may be one of which only these pieces are known."""
    if len(name) <= sum(map(len, pieces)) or not name.startswith(pieces[0]) or not name.endswith(pieces[-1]):
        return False
    return all(one in name for one in pieces)


def _resources(facts: RepositoryFacts, told: list[Invocation]) -> Iterator[Hit]:
    catalogue = facts.derive(deployed_catalogue)
    if catalogue is None or any(path.endswith(_GENERATORS) for path in facts.all_paths):
        return
    kinds = catalogue.kinds()
    addresses = {address for _, fact in facts.of(Kustomization) for address in fact.addresses}
    written = frozenset(name for _, fact in facts.of(ShellFile) for name in manifest_names(fact.program))
    foreign = {one.path for one in facts.derive(invocations) if brings_resources(one)}
    for one in told:
        named = resource_named(one) if one.path not in foreign else None
        if named is None or named.kind not in kinds or stands_for_any(named.name) or named.name in one.made:
            continue
        if is_of_cluster(named.name) or any(named.name in address for address in addresses):
            continue
        if named.name not in written and not catalogue.defines(named.kind, named.name):
            yield _hit(one, named, f"No manifest defines the {named.kind}", catalogue.names(named.kind))


def _hit(one: Invocation, named: Named, what: str, known: Iterable[str]) -> Hit:
    hint = closest(named.name, known)
    return Hit(one.path, named.line, named.line, f"{what} `{named.name}`{hint}.", one.symbol, severity_of(one))


_COMPOSE = "services:\n  backend:\n    image: shop\n    container_name: shop-backend\n"
_MANIFEST = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: backend\n  namespace: shop\nspec: {}\n"

RULE = Rule(
    id="AUD784",
    name="missing-deployed-name",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Does the repository define every container and Kubernetes resource that its commands name?",
    why="A rollout, a rollback or a look at logs that names something else than what is deployed fails when it is needed.",
    limits=(
        "Containers are judged where all compose files can be read; one without a `container_name` is called after its project; Kubernetes resources where the repository "
        "has manifests or charts of that kind and no generators; what a release of its charts, a prefix or a copy (`-green`) may be called counts as defined."
    ),
    fix="Name what is deployed, or add what is missing.",
    since="0.1.0",
    effort=15,
    reads=frozenset({"github-workflow", "gitlab-ci", "pipeline", "shell", "document-references"}),
    roles=frozenset({Role.SHIPPED, Role.DOCUMENTATION}),
    check_repository=_check,
    examples=(
        Example(
            title="a list of containers that compose calls otherwise, and one that it calls so",
            files={
                "compose.yml": "services:\n  web:\n    image: web:1\n  store:\n    image: store:1\n  cache:\n    container_name: shop-cache\n    image: cache:1\n",
                "ops/look.sh": (
                    '#!/bin/bash\nwanted=(\n  "web"\n  "store"\n)\nfor one in "${wanted[@]}"; do\n  docker ps --format "{{.Names}}" | grep -q "^${one}$" || exit 1\ndone\n'
                    "docker exec store true\nfor one in shop-cache; do\n  docker inspect $one\ndone\n"
                ),
            },
            found=("ops/look.sh:3",),
        ),
        Example(
            title="a name that a helper of the chart makes in its own way",
            files={
                "chart/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
                "chart/templates/proxy.yaml": 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ include "shop.proxy.fullname" . }}\nspec: {}\n',
                "chart/templates/_names.tpl": '{{- define "shop.proxy.fullname" -}}\n{{- include "shop.dash" . }}outer\n{{- end }}\n',
                "ci/look.sh": "#!/bin/sh\nkubectl logs deploy/outer\n",
            },
        ),
        Example(
            title="a job that takes its work from a cron job of another name",
            files={
                "k8s/copy.yaml": "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: nightly-copy\nspec: {}\n",
                "ops/now.sh": "#!/bin/sh\nkubectl create job --from=cronjob/nightly-copy copy-now\nkubectl create job --from=cronjob/migrate migrate-now\n",
            },
            found=("ops/now.sh:3",),
        ),
        Example(
            title="a name that the script holds in a variable",
            files={
                "docker-compose.yml": _COMPOSE,
                "ops/dump.sh": '#!/bin/sh\nSTORE="ledger"\ndocker exec $STORE pg_dump shop\ndocker exec "$STORE" pg_isready\n',
            },
            found=("ops/dump.sh:2",),
        ),
        Example(
            title="containers that another one makes, which is given the socket of Docker",
            files={
                "compose.yaml": "services:\n  master:\n    image: shop/master\n    container_name: shop-kit-master\n    volumes:\n      - /var/run/docker.sock:/var/run/docker.sock:ro\n",
                "ops/save.sh": "#!/bin/sh\ndocker exec shop-kit-ledger pg_dump shop\ndocker exec other-ledger pg_dump shop\n",
            },
            found=("ops/save.sh:3",),
        ),
        Example(
            title="containers that compose names after the project, and one whose name is put together",
            files={
                "docker-compose.yml": "services:\n  cache:\n    image: redis:7\n  db:\n    image: postgres:16\n    container_name: ${STACK}_db\n",
                "ops/check.sh": (
                    "#!/bin/sh\nif docker exec cache redis-cli ping > /dev/null 2>&1; then echo up; fi\ndocker exec shop-cache-1 redis-cli info\n"
                    "docker exec shop_db pg_isready\ndocker rm -f cache 2> /dev/null\n"
                ),
            },
            found=("ops/check.sh:2",),
        ),
        Example(
            title="a container of another name, beside a script that starts one under any name",
            files={
                "docker-compose.yml": _COMPOSE,
                "ops/probe.sh": '#!/bin/sh\ndocker run -d --name "$1" shop\ndocker exec probe true\n',
                "ops/version.sh": "#!/bin/sh\ndocker exec shop-api cat /app/VERSION\n",
            },
            found=("ops/version.sh:2",),
        ),
        Example(
            title="a deployment and a container of other names",
            files={
                "docker-compose.yml": _COMPOSE,
                "k8s/backend.yaml": _MANIFEST,
                "deploy/rollback.sh": "#!/bin/sh\nkubectl -n shop rollout undo deployment/shop-api\ndocker exec -it shop-api cat /app/VERSION\n",
            },
            found=("deploy/rollback.sh:2", "deploy/rollback.sh:3"),
        ),
        Example(
            title="names that are defined, or made by a command",
            files={
                "docker-compose.yml": _COMPOSE,
                "k8s/backend.yaml": _MANIFEST,
                "deploy/rollback.sh": (
                    "#!/bin/sh\nkubectl rollout status deployment backend --timeout=60s\nkubectl logs deployment/$NAME\ndocker run -d --name probe shop\n"
                    "docker logs probe\ndocker restart shop-backend\nkubectl get pods\n"
                ),
            },
        ),
        Example(
            title="a chart that names what it deploys",
            files={
                "chart/Chart.yaml": "apiVersion: v2\nname: shop\n",
                "k8s/backend.yaml": _MANIFEST,
                "chart/templates/api.yaml": 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ include "shop.fullname" . }}-api\n',
                "deploy/rollback.sh": "#!/bin/sh\nkubectl rollout undo deployment/shop-api\n",
            },
        ),
        Example(
            title="a controller whose manifest a kustomization takes from its release, and one of none",
            files={
                "k8s/kustomization.yaml": "resources:\n  - https://example.test/releases/download/v2/till-controller.deployment.yaml\n  - backend.yaml\n",
                "k8s/backend.yaml": _MANIFEST,
                "ops/look.sh": "#!/bin/sh\nkubectl rollout status deploy/till-controller\nkubectl rollout status deploy/stock-controller\n",
            },
            found=("ops/look.sh:3",),
        ),
        Example(
            title="a chart, a kustomization and a copy, and what none of them gives",
            files={
                "chart/Chart.yaml": "apiVersion: v2\nname: shop\n",
                "chart/templates/api.yaml": 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ include "shop.fullname" . }}\n',
                "k8s/kustomization.yaml": "namespace: shop\nresources: [backend.yaml]\n",
                "k8s/backend.yaml": _MANIFEST,
                "docs/runbook.md": (
                    "# Scale\n\n```sh\nkubectl scale deployment shop --replicas=3\nkubectl scale deployment backend-green --replicas=3\n"
                    "kubectl scale deployment shop-worker --replicas=3\nkubectl autoscale deployment backend-jobs --max=3\n```\n"
                ),
            },
            found=("docs/runbook.md:6", "docs/runbook.md:7"),
        ),
    ),
)
