"""AUD702: code renders a template that is not in the repository."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_templates import PythonTemplates
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule
from auditor.rules.references.told_commands import closest

__all__ = ["RULE"]

_OF_A_TEMPLATE = pattern(r"\.(?:html|htm|jinja|jinja2|j2|txt|mjml)$")


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    known = {path for path in facts.all_paths if _OF_A_TEMPLATE.search(path)}
    names = {path.rpartition("/")[2] for path in known}
    folders = {part for path in facts.folders for part in path.split("/")}
    for file, fact in facts.of(PythonTemplates):
        for one in fact.templates:
            top, slash, _ = one.name.partition("/")
            foreign = slash and top not in folders  # a library brings its own templates
            if foreign or any(path == one.name or path.endswith("/" + one.name) for path in known):
                continue
            message = (
                f"This renders `{one.name}`, and the repository has no such template{closest(one.name, names, 0.7)}."
            )
            yield Hit(file.path, one.line, one.line, message, one.name)


RULE = Rule(
    id="AUD702",
    name="missing-template",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is every template that the code renders in the repository?",
    why="The page answers with an error to whoever opens it, and no import and no test that mocks the renderer tells.",
    limits="Judged are literal names. A name in a folder that the repository does not have is taken for a library's own.",
    fix="Write the template, or render the one that is there.",
    since="0.1.0",
    effort=45,
    reads=frozenset({"python-templates"}),
    check_repository=_check,
    examples=(
        Example(
            title="a dashboard without its page",
            files={
                "web/routes.py": (
                    'def show(request):\n    return templates.TemplateResponse("board.html", {"request": request})\n\n\n'
                    'def index(request):\n    return templates.TemplateResponse(request, "index.html")\n'
                ),
                "web/templates/index.html": "<h1>Shop</h1>\n",
            },
            found=("web/routes.py:2",),
        ),
        Example(
            title="templates that are there, come from a library, or are computed",
            files={
                "web/routes.py": (
                    'def show(name):\n    render_template("shop/item.html")\n    render_template("allauth/login.html")\n    return render_template(f"{name}.html")\n'
                ),
                "web/templates/shop/item.html": "<h1>Shop</h1>\n",
            },
        ),
    ),
)
