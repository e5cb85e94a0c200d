"""AUD135: an alert that goes to callbacks which nobody registers."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.callback_lists import CallbackLists
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Lifecycle, Rule

__all__ = ["RULE"]

_TELLS = pattern(
    r"(?i)alert|notif|page|pager|escalat|alarm|incident|warn|recover|rollback|failover|emergency|breach|violat|remediat|dispatch"
)


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    files = list(facts.of(CallbackLists))
    wanted = {name for _, fact in files for one in fact.items for name in (*one.adders, f"{one.name}=", one.name)}
    used = {word for _, fact in files for word in fact.used.split() if word in wanted}
    for file, fact in files:
        for one in fact.items:
            told = _TELLS.search(one.function.rpartition(".")[2]) or _TELLS.search(one.name)
            if told and not used & {*one.adders, f"{one.name}="}:
                message = f"{one.function.rpartition('.')[2]} tells the callbacks in {one.name}, and nothing ever calls {one.adders[0]}: nobody is told."
                yield Hit(file.path, one.line, one.end_line, message, one.function)


RULE = Rule(
    id="AUD135",
    name="nobody-to-tell",
    category=Category.PLACEHOLDER,
    severity=Severity.HIGH,
    confidence=Confidence.LOW,
    question="Does somebody register for every alert that is handed to callbacks?",
    why="The alert is raised, the loop over the callbacks goes round no time, and the log says 'alert sent': the registration is there, and nobody calls it.",
    limits=(
        "Judged are attributes that begin empty, whose entries a function calls that is named for alerts, notifications or recovery, and that only methods of the class add to, none of which "
        "any module of the repository so much as mentions. What registers from outside of the repository is not seen."
    ),
    fix="Register the receiver where the application starts, and fail where there is none.",
    since="0.5.0",
    effort=60,
    reads=frozenset({"callback-lists"}),
    roles=frozenset({Role.SHIPPED}),
    lifecycle=Lifecycle.PREVIEW,
    examples=(
        Example(
            title="alerts for nobody",
            files={
                "ops/watch.py": (
                    "class Watch:\n    def __init__(self):\n        self.alert_callbacks = []\n\n    def add_alert_callback(self, callback):\n        self.alert_callbacks.append(callback)\n\n"
                    "    async def send_alert(self, text):\n        for callback in self.alert_callbacks:\n            await callback(text)\n"
                ),
                "ops/main.py": "from ops.watch import Watch\n\nwatch = Watch()\n",
            },
            found=("ops/watch.py:8",),
        ),
        Example(
            title="alerts that somebody gets",
            files={
                "ops/watch.py": (
                    "class Watch:\n    def __init__(self):\n        self.alert_callbacks = []\n\n    def add_alert_callback(self, callback):\n        self.alert_callbacks.append(callback)\n\n"
                    "    async def send_alert(self, text):\n        for callback in self.alert_callbacks:\n            await callback(text)\n"
                ),
                "ops/main.py": "from ops.watch import Watch\n\nwatch = Watch()\nwatch.add_alert_callback(page_somebody)\n",
            },
        ),
    ),
    check_repository=_check,
)
