"""Everything that runs shell, seen alike: steps of workflows and actions, jobs of pipelines, shell files and functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from auditor.facts.base import ParseFailure, Unreadable
from auditor.facts.container_programs import ContainerPrograms
from auditor.facts.counted_failures import counting_functions
from auditor.facts.github_action import GithubAction
from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.gitlab_ci import GitlabPipeline
from auditor.facts.handed_shell import handed_programs
from auditor.facts.make_recipes import MakeRecipes, Recipe
from auditor.facts.other_pipelines import OtherPipeline
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job, Step
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shell import ShellFile
from auditor.facts.shell_effects import Effects, function_effects
from auditor.facts.shell_program import Comment, Function, Node, ShellProgram
from auditor.facts.shell_reader import read_shell
from auditor.facts.source import Source

__all__ = [
    "ALL_READERS",
    "SHELL_READERS",
    "Unit",
    "jobs_of",
    "jobs_of_repository",
    "running_jobs",
    "unit_of_program",
    "units_of",
    "unreadable_paths",
]

SHELL_READERS = frozenset({"github-action", "github-workflow", "gitlab-ci", "pipeline", "shell"})
"""The fact kinds whose shell programs `units_of` gives, and every rule on programs judges."""
ALL_READERS = SHELL_READERS | {"container-programs", "make-recipes"}
"""With those of containers and of make, much of which only helps the rest along: for rules that tell the two apart."""
_RUNNERS = {
    "appleboy/ssh-action": "script",
    "fifsky/ssh-action": "command",
    "garygrossgarten/github-action-ssh": "command",
    "nick-fields/retry": "command",
    "nick-invision/retry": "command",
}
"""Actions that run a program of the shell, and the input in which they are given it."""
_OPERATES = pattern(
    r"(?i)(?:^|[-_.])(?:deploy|rollback|restore|backup|migrate|failover|promote|publish|release|rotate|provision)"
)
_PREPARES = pattern(
    r"(?i)^(?:build|image|images|docker|docker-build|lint|check|test|tests|install|deps|package|compile|clean|dist)$"
)
"""Prerequisites after which nothing is deployed, restored or published yet."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Unit:
    """One stretch of shell with a name: a step, a shell file (its top level) or a function.

    `context` is what else says what it is for: the names of the job and of the file. A `recipe` belongs to a target
    of make, whose prerequisites may do the work where it `delegates`, or to a container. `counting` are the functions that count failures
    by which the program ends. Units are compared by identity, so that what is found out about one can be kept by it.
    """

    name: str
    context: str
    symbol: str
    body: tuple[Node, ...]
    comments: tuple[Comment, ...] = ()
    functions: Mapping[str, Effects] = field(default_factory=dict)
    line: int
    end_line: int
    step: Step | None = None
    job: Job | None = None
    function: bool = False
    recipe: bool = False
    delegates: bool = False
    counting: frozenset[str] = frozenset()


def jobs_of(source: Source) -> tuple[Job, ...]:
    """The jobs of a workflow or pipeline, and a composite action as a job; none for other files."""
    workflow, pipeline = source.fact(GithubWorkflow), source.fact(GitlabPipeline)
    if workflow is not None:
        return workflow.jobs
    action = source.fact(GithubAction)
    if action is not None:
        return (action.job,)
    if pipeline is not None:
        return (*pipeline.jobs, *pipeline.templates)
    other = source.fact(OtherPipeline)
    return other.jobs if other is not None else ()


def jobs_of_repository(repository: RepositoryFacts) -> tuple[tuple[str, Job], ...]:
    """Every job with the path of its file."""
    github = [(file.path, job) for file, fact in repository.of(GithubWorkflow) for job in fact.jobs]
    gitlab = [(file.path, job) for file, fact in repository.of(GitlabPipeline) for job in fact.jobs]
    others = [(file.path, job) for file, fact in repository.of(OtherPipeline) for job in fact.jobs]
    return (*github, *gitlab, *others)


def running_jobs(repository: RepositoryFacts) -> Iterator[tuple[str, Job]]:
    """Those jobs whose file the platform can read: no other runs anything."""
    broken = unreadable_paths(repository)
    return ((path, job) for path, job in jobs_of_repository(repository) if path not in broken)


def unreadable_paths(repository: RepositoryFacts) -> frozenset[str]:
    """The files that a parser found broken, whatever it could read of them."""
    return frozenset(file.path for file, _ in repository.of(Unreadable))


def units_of(source: Source) -> tuple[Unit, ...]:
    """All units of one file, in the order of the text, made once for all rules that ask; none before its facts are known."""
    return _units(source) if source.facts else ()


@lru_cache(maxsize=2)
def _units(source: Source) -> tuple[Unit, ...]:
    return tuple(_found(source))


def _found(source: Source) -> Iterator[Unit]:
    for job in jobs_of(source):
        for index, step in enumerate(job.steps, 1):
            if step.program is not None:
                yield from _of_step(job, step, step.program, index)
            for program in _of_action(step):
                yield from _handed_program(program, step.name or job.id, f"{job.id}/{step.name or index}")
    shell = source.fact(ShellFile)
    if shell is not None:
        yield from _of_file(source.path, shell.program)
    given = source.fact(ContainerPrograms)
    for one in given.items if given is not None and not jobs_of(source) else ():
        yield unit_of_program(one.name, one.program, source.path)
    made = source.fact(MakeRecipes)
    for recipe in made.recipes if made is not None else ():
        yield _of_recipe(recipe, source.path)


def _of_step(job: Job, step: Step, program: ShellProgram, index: int) -> Iterator[Unit]:
    symbol = f"{job.id}/{step.name or step.id or index}"
    functions, counting = function_effects(program), counting_functions(program)
    yield Unit(
        name=step.name,
        context=f"{job.id} {job.name}",
        symbol=symbol,
        body=program.body,
        comments=program.comments,
        functions=functions,
        line=program.line,
        end_line=program.end_line,
        step=step,
        job=job,
        counting=counting,
    )
    yield from _of_functions(program, functions, symbol, counting)
    yield from _handed_over(program, step.name, symbol)


def _of_file(path: str, program: ShellProgram) -> Iterator[Unit]:
    functions, counting = function_effects(program), counting_functions(program)
    name = path.rpartition("/")[2].partition(".")[0]
    yield Unit(
        name=name,
        context=path,
        symbol="",
        body=program.body,
        comments=program.comments,
        functions=functions,
        line=1,
        end_line=program.end_line,
        counting=counting,
    )
    yield from _of_functions(program, functions, path, counting)
    yield from _handed_over(program, name, path)


def _of_action(step: Step) -> Iterator[ShellProgram]:
    """The program that an action is given to run on another machine, or again and again."""
    wanted = _RUNNERS.get(step.action, "")
    for one in step.inputs:
        if one.name == wanted and one.text.strip():
            try:
                yield read_shell(one.text, one.line)
            except ParseFailure:
                return


def _handed_over(program: ShellProgram, name: str, context: str) -> Iterator[Unit]:
    """What another shell is given to run: a part of its program that has no name of its own."""
    for one in handed_programs(program.body):
        yield from _handed_program(one, name, context)


def _handed_program(one: ShellProgram, name: str, context: str) -> Iterator[Unit]:
    function = Function(name=name, body=one.body, line=one.line, end_line=one.end_line)
    unit = _of_function(function, function_effects(one), context, counting_functions(one))
    yield replace(unit, comments=one.comments)
    yield from _of_functions(one, unit.functions, context, unit.counting)


def _of_functions(
    program: ShellProgram, functions: Mapping[str, Effects], context: str, counting: frozenset[str]
) -> Iterator[Unit]:
    for function in program.functions:
        yield _of_function(function, functions, context, counting)


def _of_function(function: Function, functions: Mapping[str, Effects], context: str, counting: frozenset[str]) -> Unit:
    return Unit(
        name=function.name,
        context=context,
        symbol=function.name,
        body=function.body,
        functions=functions,
        line=function.line,
        end_line=function.end_line,
        function=True,
        counting=counting,
    )


def unit_of_program(name: str, program: ShellProgram, path: str) -> Unit:
    """What a container or a task is given to run, judged as a recipe of make is: much of it only helps the rest along."""
    return Unit(
        name=name,
        context=path,
        symbol=name,
        body=program.body,
        comments=program.comments,
        functions=function_effects(program),
        line=program.line,
        end_line=program.end_line,
        function=True,
        recipe=True,
    )


def _of_recipe(recipe: Recipe, path: str) -> Unit:
    return Unit(
        name=recipe.target,
        context=path,
        symbol=recipe.target,
        body=recipe.program.body,
        comments=recipe.program.comments,
        line=recipe.line,
        end_line=recipe.end_line,
        function=True,
        recipe=True,
        delegates=any(not (_OPERATES.search(recipe.target) and _PREPARES.search(one)) for one in recipe.needs),
    )
