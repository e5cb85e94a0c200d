"""AUD643: a document says at which port a part of the project answers, and nothing publishes or binds that port."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.compose_file import ComposeFile
from auditor.facts.ports_served import PortsServed
from auditor.facts.repository import RepositoryFacts
from auditor.facts.served_ports import served_ports
from auditor.facts.told_ports import ToldPorts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.references.told_commands import about_other_times

__all__ = ["RULE"]

_BY_FRAMEWORKS = frozenset({80, 443, 3000, 4000, 4200, 5000, 5173, 8000, 8080, 8501, 8888})
"""Ports at which servers listen that are told of none."""
_FEWEST = 2
"""So many ports the compose files have to publish before what they do not publish is said to be missing."""


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    published = facts.derive(_published)
    served = facts.derive(served_ports)
    if len(published) < _FEWEST:
        return
    for file, fact in facts.of(ToldPorts):
        told = {one.port for one in fact.items}
        if about_other_times(file.path) or len(told & (published | served)) < _FEWEST:
            continue
        for one in fact.items:
            if one.composed and one.port not in published:
                message = f"This says that a container answers at port {one.port}, which no compose file publishes."
            elif one.port not in published | served | _BY_FRAMEWORKS and not one.composed:
                message = f"This says that something answers at port {one.port}, which nothing in the repository publishes or binds."
            else:
                continue
            yield Hit(file.path, one.line, one.line, message, str(one.port))


def _published(facts: RepositoryFacts) -> frozenset[int]:
    """The ports that stand in compose files, none where one of them cannot be read or takes in others; for `RepositoryFacts.derive`."""
    composes = [(file.path, fact) for file, fact in facts.of(ComposeFile)]
    if any(fact.unread or fact.includes for _, fact in composes):
        return frozenset()
    return frozenset(port for path, _ in composes for fact in facts.at(path, PortsServed) for port in fact.ports)


RULE = Rule(
    id="AUD643",
    name="told-port-not-served",
    category=Category.MISSING_REFERENCE,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    question="Does something answer at every port that documents name?",
    why="Who follows the guide finds nothing there, and looks for the fault in the wrong place.",
    limits=(
        "Ports in lists and tables of documents that name at least two that are served; of containers where a title says so, all of them where compose files can be read. "
        "What is said of development servers, of forwarding and of examples is passed over."
    ),
    fix="Name the port that is published, or publish this one.",
    since="0.9.0",
    effort=10,
    reads=frozenset({"told-ports", "ports-served", "compose"}),
    roles=frozenset({Role.DOCUMENTATION}),
    check_repository=_check,
    examples=(
        Example(
            title="a container at another port, and a service that there is not",
            files={
                "docs/DEPLOYMENT.md": (
                    "# Deployment\n\n## Docker\n\n- **API**: port 8100\n- **Frontend**: pages on port 5173\n- Cache: port 7400\n\n## Services\n\n| Service | Port |\n|---|---|\n| API | 8100 |\n| Pages | 8081 |\n| Metrics | 9464 |\n\n- Search: <http://localhost:9700>\n\n```bash\ndocker run -p 7400:7400 cache\n```\n"
                ),
                "compose.yml": 'services:\n  api:\n    image: shop\n    ports: ["8100:8100"]\n  web:\n    image: pages\n    ports:\n      - "8081:80"\n',
                "vite.config.ts": "export default { server: { port: 5173 } };\n",
            },
            found=("docs/DEPLOYMENT.md:15", "docs/DEPLOYMENT.md:17", "docs/DEPLOYMENT.md:6"),
        ),
        Example(
            title="a development server, what is forwarded, and a document that names no port of the project",
            files={
                "docs/DEPLOYMENT.md": (
                    "# Deployment\n\n## Docker\n\n- **API**: port 8100\n- **Pages**: port 8081\n- The dev server: port 5173\n- Change port 8100 to 8200\n\n## Development\n\n- Pages: <http://localhost:5174>\n"
                ),
                "docs/other.md": "# Other\n\n- Wiki: port 7000\n- Mail: port 7100\n",
                "compose.yml": 'services:\n  api:\n    image: shop\n    ports: ["8100:8100"]\n  web:\n    image: pages\n    ports:\n      - "8081:80"\n',
            },
        ),
    ),
)
