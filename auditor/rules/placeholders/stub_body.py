"""AUD120: a function whose name claims work and whose body has none."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.claims import Claim
from auditor.facts.code_graph import CodeGraph, Work, code_graph
from auditor.facts.code_stubs import EMPTY
from auditor.facts.code_tests import CodeTests
from auditor.facts.flaws import Flaw
from auditor.facts.pattern import pattern
from auditor.facts.python_graph import Module, python_graph
from auditor.facts.python_module import PythonFunction
from auditor.facts.python_stubs import PythonStubs, Stub
from auditor.facts.repository import RepositoryFacts
from auditor.facts.test_data import is_test_data
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule
from auditor.rules.metrics.claimed_work import is_excused, is_hook, is_open_class

__all__ = ["RULE"]

_NO_OPS = frozenset({"basic", "default", "no", "noop", "nop", "null", "empty"})
_CHECKERS = pattern(r"(?:Probe|Prober|Check|Checker|Checks|Health|HealthService|Verifier|Diagnostics)$")
_ANSWERS = pattern(
    r"(?i)^(?:is|has|can|should|needs|supports|allows|enabled|close|stop|start|init|setup|name|run|register|reset|shutdown|flush)"
)
_PROVOKES = pattern(
    r"(?i)^_?(?:simulate|inject|induce|trigger|provoke|cause|introduce|corrupt|partition|kill|crash|throttle|saturate|exhaust|recover|restore|fail_?over|heal)_\w"
)
_DOUBLE = pattern(r"(?i)fake|mock|stub|dummy|null|noop|double|spy")
"""What a test against failures does to a system: without it, the system is tested on a fine day."""
_EMPTY_HANDED = frozenset({"return {}", "return []"})
_BRINGS = pattern(
    r"^_*(?:async_)?(?:download|fetch|query|collect|scan|restore|gather|measure|retrieve|pull|poll|scrape|probe|audit|import)(?:_|$)"
)
"""Names of what goes somewhere to bring something back."""
_CARRIED = frozenset(
    {"group", "callback", "result_callback", "wraps", "contextmanager", "listens_for", "task", "dag", "input", "state"}
)


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    yield from _in_python(facts)
    yield from _in_code(facts)


def _in_python(facts: RepositoryFacts) -> Iterator[Hit]:
    graph = facts.derive(python_graph)
    for file, fact in facts.of(PythonStubs):
        module = graph.by_path.get(file.path)
        if module is None or is_test_data(file.path):
            continue
        for stub in fact.stubs:
            function = module.functions.get(stub.function)
            if function is None or not _is_judged(module, function, stub, file.role):
                continue
            if not function.line <= stub.line <= function.end_line:
                continue  # defined again further down: an overload, or one of two variants
            if file.role is Role.SHIPPED and (is_hook(graph, module, function) or is_open_class(module, function)):
                continue
            message = f"{function.short_name} claims work, but its body is only {stub.body}."
            yield Hit(file.path, stub.line, stub.end_line, message, function.name)


def _in_code(facts: RepositoryFacts) -> Iterator[Hit]:
    """The same in JavaScript, TypeScript and Go."""
    graph = facts.derive(code_graph)
    for work in graph.works():
        function = work.function
        refuses = (
            function.stub not in ("", EMPTY)
            and "implement" not in function.short_name.lower()
            and not function.marks & {"accessor", "property"}
        )
        plain = function.claims - {Claim.HANDLE} if function.stub == EMPTY else function.claims
        if function.stub and (plain or refuses) and work.module.role is Role.SHIPPED and not is_excused(graph, work):
            message = f"{function.short_name} claims work, but its body is only {function.stub}."
            yield Hit(work.module.path, function.line, function.end_line, message, function.name)
        elif _says_well(graph, work):
            message = (
                f"{function.short_name} is one of the checks of {function.owner}, and only returns that all is well."
            )
            yield Hit(work.module.path, function.line, function.end_line, message, function.name)
    for file, fact in facts.of(CodeTests):
        for one in fact.flaws:
            if one.flaw is Flaw.EMPTY:
                yield Hit(file.path, one.line, one.end_line, f"The test '{one.test}' has an empty body.", one.test)


def _says_well(graph: CodeGraph, work: Work) -> bool:
    """Whether a method of a probe looks at nothing: ``func (p *Probe) bus() error { return nil }``."""
    function = work.function
    plain = function.bare and "method" in function.marks and "accessor" not in function.marks and not function.claims
    if not plain or not _CHECKERS.search(function.owner) or _ANSWERS.search(function.short_name):
        return False
    fails = work.module.fact.language is Language.GO and "error" in function.marks
    known = work.module.role is Role.SHIPPED and (fails or "async" in function.marks)
    return known and work.is_hollow and graph.succeeds_always(work) and not is_excused(graph, work)


def _is_judged(module: Module, function: PythonFunction, stub: Stub, role: Role) -> bool:
    if role is Role.TEST:
        skipped = any("skip" in name for name in function.decorators)
        provokes = (
            _PROVOKES.search(function.short_name) is not None
            and not function.decorators
            and not _extends(module, function)
        )
        return (
            not skipped
            and (function.is_test or provokes)
            and not _is_interface(module, function)
            and stub.body != "raise NotImplementedError"
        )
    if function.short_name.lstrip("_").partition("_")[0] in _NO_OPS and stub.body == "return None":
        return False  # what stands in where there is nothing to do says so
    if stub.guarded or module.path.endswith(".pyi") or _may_be_nothing(function, stub):
        return False
    if any(name.rpartition(".")[2] in _CARRIED for name in function.decorators):
        return False  # the decorator makes the work: a group of commands, say
    one = next((one for one in module.fact.classes if one.name == function.owner), None)
    if one is not None and one.bases and function.claims <= {Claim.HANDLE}:
        return False  # a subclass may have nothing to save or to load
    return bool(function.claims)


def _may_be_nothing(function: PythonFunction, stub: Stub) -> bool:
    """Whether an empty answer may well be the answer: nobody went anywhere, or was asked for anything."""
    return stub.body in _EMPTY_HANDED and (not _BRINGS.search(function.short_name) or not function.parameters)


def _extends(module: Module, function: PythonFunction) -> bool:
    """Whether the class of a method takes the place of another: a double has reason to do nothing."""
    one = next((one for one in module.fact.classes if one.name == function.owner), None)
    return one is not None and (bool(one.bases) or _DOUBLE.search(one.name) is not None)


def _is_interface(module: Module, function: PythonFunction) -> bool:
    """Whether the function only says what others provide: a method of a protocol or of an abstract class."""
    one = next((one for one in module.fact.classes if one.name == function.owner), None)
    return one is not None and any(base.rpartition(".")[2] in ("Protocol", "ABC") for base in one.bases)


RULE = Rule(
    id="AUD120",
    name="stub-body",
    category=Category.PLACEHOLDER,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Does every function that claims work have a body?",
    why="Callers of a stub believe that the work was done: a backup that was never made is found when it is needed.",
    limits="Judges names that begin with a verb of work, in tests those that provoke a failure or mend it; abstract methods, protocols, overloads, hooks and no-op classes are left alone.",
    fix="Write the body, or remove the function and its callers.",
    since="0.1.0",
    effort=120,
    reads=frozenset({"python-stubs", "code-functions", "code-tests"}),
    roles=frozenset({Role.SHIPPED, Role.TEST}),
    examples=(
        Example(
            title="what goes for something and comes back with nothing",
            files={
                "copies.py": (
                    "class Copies:\n    async def _download_copy(self, name):\n        # bring it here\n        return {}\n\n    def labels(self, name):\n        return {}\n\n"
                    "    def collect(self):\n        return []\n"
                ),
            },
            found=("copies.py:4",),
        ),
        Example(
            title="a lookup in TypeScript that is not implemented, whatever it is called",
            files={
                "src/accounts.ts": (
                    "export class Accounts {\n  private async findOrCreate(profile: Profile): Promise<Account> {\n    throw new Error('account lookup not implemented');\n  }\n}\n\n"
                    "export abstract class BaseStore {\n  find(): Item {\n    throw new Error('not implemented');\n  }\n}\n"
                )
            },
            found=("src/accounts.ts:2",),
        ),
        Example(
            title="one of the checks of a probe",
            files={
                "probe.go": (
                    'package agent\n\nimport (\n\t"context"\n\t"os"\n)\n\ntype Probe struct{}\n\nfunc (p *Probe) disk(_ context.Context) error {\n\t_, err := os.Stat("/data")\n\treturn err\n}\n\n'
                    "func (p *Probe) sensors(_ context.Context) error {\n\treturn nil\n}\n\nfunc (p *Probe) Close() error {\n\treturn nil\n}\n"
                )
            },
            found=("probe.go:15",),
        ),
        Example(
            title="a backup that is none",
            files={
                "backup.py": 'def restore_database(path):\n    """Restore the database from a backup."""\n    pass\n'
            },
            found=("backup.py:3",),
        ),
        Example(
            title="a test against failures that provokes none, a double, and one that calls what provokes",
            files={
                "tests/chaos/test_queue.py": (
                    'class QueueChaos:\n    async def _simulate_broker_down(self):\n        """Take the broker away."""\n        pass\n\n    async def inject_latency(self, seconds):\n'
                    '        await self.proxy.add_toxic("latency", seconds)\n\n\nclass FakeBroker:\n    def kill_connection(self):\n        pass\n\n\nclass Quiet(Broker):\n'
                    "    def restore_state(self):\n        pass\n"
                )
            },
            found=("tests/chaos/test_queue.py:4",),
        ),
        Example(
            title="a test that tries nothing",
            files={
                "tests/test_degradation.py": 'import pytest\n\n\ndef test_degradation():\n    error = Exception("x")\n    try:\n        pass\n    except Exception:\n        pytest.skip("cannot degrade")\n'
            },
            found=("tests/test_degradation.py:7",),
        ),
        Example(
            title="an interface, an input of a test, and what stands in where there is nothing to do",
            files={
                "tests/fixtures/test_names.py": "def test_names(first): ...\n",
                "tests/conftest.py": "from typing import Protocol\n\n\nclass Runner(Protocol):\n    def test(self, name): ...\n",
                "mail.py": 'import automat\n\n\nclass Mail:\n    _machine = automat.MethodicalMachine()\n\n    @_machine.input()\n    def deliver(self):\n        """The message has arrived."""\n',
                "languages.py": "def basic_health_check(prefix):\n    return None\n",
                "backup.py": "import abc\n\n\nclass Store(abc.ABC):\n    @abc.abstractmethod\n    def save(self, data):\n        pass\n\n\nclass Listener:\n    def on_save(self):\n        pass\n",
            },
            found=(),
        ),
        Example(
            title="stubs in TypeScript and Go",
            files={
                "src/backup.ts": "export class BackupService {\n  async restoreDatabase(path: string): Promise<void> {}\n\n  async verifyBackup(path: string): Promise<boolean> {\n    throw new Error('Not implemented');\n  }\n}\n",
                "deploy.go": 'package deploy\n\nfunc Rollback(version string) error {\n\tpanic("not implemented")\n}\n',
            },
            found=("src/backup.ts:2", "src/backup.ts:4", "deploy.go:3"),
        ),
        Example(
            title="a test without a body",
            files={
                "src/backup.test.ts": "describe('backup', () => {\n  it('restores the newest backup', async () => {});\n});\n"
            },
            found=("src/backup.test.ts:2",),
        ),
        Example(
            title="interfaces, base classes, no-ops and other platforms",
            files={
                "src/store.ts": "export abstract class Store {\n  abstract backup(): void;\n  restore(): void {\n    throw new Error('Not implemented');\n  }\n}\n\nexport class FileStore extends Store {\n  backup() {\n    this.write();\n  }\n}\n\nexport class NoopNotifier {\n  notifyAdmins() {}\n}\n\nexport function notifyNobody() {\n  // nothing to do here\n}\n",
                "probe_windows.go": 'package probe\n\nimport "errors"\n\nfunc CheckSocket(path string) error {\n\treturn errors.New("not implemented")\n}\n',
                "src/types.test.ts": "it('is assignable', () => {\n  type Found = Equal<A, B>;\n});\n",
            },
            found=(),
        ),
    ),
    check_repository=_check,
)
