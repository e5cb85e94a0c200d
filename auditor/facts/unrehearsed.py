"""Programs that operations rely on, which nothing runs before they are needed."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.operation_names import delivers
from auditor.facts.path_mentions import PathMentions
from auditor.facts.pattern import pattern
from auditor.facts.python_module import PythonFunction, PythonModule
from auditor.facts.reachability import exercised, reached_from
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shell import ShellFile
from auditor.model.source import Language, Role, SourceFile
from auditor.repo.role import is_among_tests

__all__ = ["decides", "unrehearsed"]

_FOLDERS = frozenset(
    {"scripts", "script", "bin", "ops", "deploy", "deployment", "tools", "ci", "hack", "infra", "monitoring"}
)
_OF_SCRIPTS = frozenset({"scripts", "script", "bin", "tools", "hack", "ci"})
"""Folders of which an ``__init__.py`` makes no package."""
_WORKBENCHES = frozenset({"dev", "devel", "development", "local", "playground", "sandbox", "experiments", "prototypes"})
_DELIVERS = pattern(
    r"(?i)(?:^|[_-])(?:deploy\w*|rollback|roll_back|failover|failback|restore|backups?|migrate|promote|cutover|recover\w*|provision\w*|release_to|"
    r"bootstrap_prod\w*|go_?live|disaster\w*)(?:[_-]|$)"
)
_WATCHES = pattern(
    r"(?i)(?:^|[_-])(?:health|healthcheck|monitor|monitoring|smoke|canary|readiness|failsafe|watchdog|preflight|pre_flight|precheck|postcheck|drill|rehearsal|rotat(?:e|ion|or)|"
    r"onboard|offboard|decommission|(?:collect|measure|export|report)[_-]sl[oa]s?|uat|acceptance|chaos|game_?day|soak|(?:load|stress|perf|performance|capacity|spike|endurance|penetration|pentest|failover|security|sanity)[_-](?:tests?|testing|check|validation|runner|suite|audit|scan|benchmarks?))(?:[_-]|$)"
)

_PREPARES = pattern(
    r"(?i)^(?:set_?up|install|configure|create|generate|build|start|stop|init|enable|disable|clean(?:up)?)(?:[_-]|$)"
)
"""What is run once, to have what watches."""
_REPORTS = pattern(r"(?i)validat|readiness")
_VALIDATES = pattern(
    r"(?i)(?:^|[_-])(?:validate|validation)(?:[_-]|$)|"
    r"(?:^|[_-])(?:verify|verification)[_-]\w*?(?:deploy|prod|release|staging|backup|restore|cluster|migrat|rollback|failover|cutover)|(?:deploy\w*|release|migration|backup|restore|failover)[_-]verif"
)
_DECIDES = pattern(
    r"(?i)(?:^|[_-])(?:rollback|roll_back|failover|failback|restore|backups?|cutover|rotat(?:e|ion)|(?:dr|recovery|failover|restore|rollback|backup)[_-]drill|rehearsal|smoke|preflight|pre_flight|precheck|"
    r"postcheck|uat|acceptance|onboard|offboard|decommission|health_?check|(?:collect|measure|report)[_-]sl[oa]s?|(?:load|stress|perf|performance|capacity|failover)[_-]tests?|"
    r"(?:verify|validate|verification|validation)[_-](?:\w+[_-])?(?:deploy\w*|release|prod\w*|staging)|(?:deploy\w*|release|prod\w*|staging)[_-](?:verif\w*|validation|monitor\w*)|(?:continuous|live)[_-]monitor\w*)(?:[_-]|$)"
)
"""What is run on the day itself, and on whose answer somebody goes on or turns back."""
_AT_HOME = pattern(
    r"(?i)(?:^|[_-])(?:local|dev|demo|example|sample|simple|mock|fake|sprint|standalone|old|legacy|debug)(?:[_-]|$)"
)


def unrehearsed(facts: RepositoryFacts) -> tuple[SourceFile, ...]:
    """The programs among scripts that deliver, restore, try or watch, and that nothing runs; for `RepositoryFacts.derive`."""
    return tuple(_unrehearsed(facts))


def decides(name: str) -> bool:
    """Whether the name of a file is that of a program on whose answer a delivery or a recovery hangs."""
    stem = name.partition(".")[0]
    return _DECIDES.search(stem) is not None and _AT_HOME.search(stem) is None


def _unrehearsed(facts: RepositoryFacts) -> Iterator[SourceFile]:
    run = facts.derive(exercised) | facts.derive(reached_from).keys()
    named = facts.derive(_named_by_tests)
    for file in facts.files:
        if (
            not _is_script(file, facts)
            or not _is_operational(file)
            or _is_in_package(file, facts)
            or not _does_work(file, facts)
        ):
            continue
        if file.path not in run and not named & {file.name, file.name.partition(".")[0]}:
            yield file


def _is_script(file: SourceFile, facts: RepositoryFacts) -> bool:
    """Whether it is shipped, or has the name of a test, stands among scripts and holds no test that a runner would find."""
    if file.role is Role.SHIPPED:
        return True
    modules = facts.at(file.path, PythonModule)
    among = _FOLDERS & set(file.path.split("/")[:-1]) and not is_among_tests(file.path)
    return bool(among and modules) and not any(_is_collected(one) for module in modules for one in module.functions)


def _is_in_package(file: SourceFile, facts: RepositoryFacts) -> bool:
    """Whether it is a module of a package, which something else may import."""
    folder = file.path.rpartition("/")[0]
    own = folder.rpartition("/")[2] in _OF_SCRIPTS
    return file.language is Language.PYTHON and not own and f"{folder}/__init__.py" in facts.all_paths


def _is_collected(function: PythonFunction) -> bool:
    """Whether a runner would find the function: one of a class only where that is called a test."""
    return function.is_test and (not function.owner or function.owner.startswith("Test"))


def _is_operational(file: SourceFile) -> bool:
    parts = file.path.split("/")
    if len(parts) > 1 and not _FOLDERS & set(parts[:-1]):
        return False
    stem = file.name.partition(".")[0]
    if file.language is Language.SHELL:  # what shell scripts deliver, another rule judges
        watches = _WATCHES.search(stem) or _VALIDATES.search(stem)
        return watches is not None and not delivers(file.name) and not _PREPARES.search(stem)
    if _WORKBENCHES & set(parts[:-1]):
        return False
    if "src" in parts or _REPORTS.search(stem):
        return False  # a part of a package, which something else may offer as a command, or a report that is asked for by hand
    return file.language is Language.PYTHON and (_WATCHES.search(stem) or _DELIVERS.search(stem)) is not None


def _does_work(file: SourceFile, facts: RepositoryFacts) -> bool:
    for module in facts.at(file.path, PythonModule):
        return bool(module.functions)
    # two commands are a wrapper
    return any(len(script.program.body) > 2 for script in facts.at(file.path, ShellFile))  # noqa: PLR2004


def _named_by_tests(facts: RepositoryFacts) -> frozenset[str]:
    """The names of files that tests mention or images and manifests start, and the subjects that the names of tests give."""
    found = {mention.text.rpartition("/")[2] for _, fact in facts.of(PathMentions, _may_name) for mention in fact.paths}
    stems = [file.name.partition(".")[0] for file in facts.files if file.role is Role.TEST]
    found.update(stem.removeprefix("test_").removesuffix("_test").removesuffix("_script") for stem in stems)
    return frozenset(found)


def _may_name(file: SourceFile) -> bool:
    return file.role is Role.TEST or file.language is Language.DOCKERFILE or _is_manifest(file)


def _is_manifest(file: SourceFile) -> bool:
    """Whether it may say what a cluster runs: YAML that is no pipeline, which is read for itself."""
    return file.language is Language.YAML and file.role is Role.SHIPPED and not file.path.startswith(".")
