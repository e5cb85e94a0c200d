"""Every rule stands where its name and id say, explains itself, and is found by walking alone."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import re
from pathlib import Path

import pytest
from packaging.version import Version

import auditor.rules
from auditor import __version__
from auditor.errors import InternalError
from auditor.facts.registry import parsers
from auditor.model.source import Language
from auditor.rules.base import Rule
from auditor.rules.languages import languages_of
from auditor.rules.registry import collect, rules
from tests.meta.checkout import ROOT, modules

FAMILIES = {
    "placeholders": "1",
    "metrics": "[28]",
    "secrets": "3",
    "workflows": "(?:4|9(?=[1-9]))",
    "testing": "(?:4|9(?=[1-9]))",
    "delivery": "5",
    "operations": "6",
    "references": "(?:7|9(?=[1-9]))",
    "documents": "7",
    "audit": "9",
}
OVERFLOW = r"9(?:0[6-9]|[1-9]\d)"
"""Ids for families whose hundreds are full."""
RETIRED = (Path(__file__).parent / "retired_ids.txt").read_text(encoding="utf-8").split()
IMPERATIVES = frozenset(
    {
        "add",
        "avoid",
        "declare",
        "define",
        "ensure",
        "fix",
        "must",
        "name",
        "pin",
        "prefer",
        "remove",
        "replace",
        "require",
        "should",
        "use",
    }
)
EACH = pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)


def _homes() -> dict[str, str]:
    found = {}
    for module in pkgutil.walk_packages(auditor.rules.__path__, "auditor.rules."):
        rule = getattr(importlib.import_module(module.name), "RULE", None)
        if isinstance(rule, Rule):
            found[rule.id] = module.name
    return found


HOMES = _homes()


@EACH
def test_a_rule_lives_in_its_family_under_its_name(rule: Rule) -> None:
    _, _, family, module = HOMES[rule.id].split(".")
    assert module == rule.name.replace("-", "_")
    assert re.fullmatch(rf"AUD(?:{FAMILIES[family]}\d\d|{OVERFLOW})", rule.id)


@EACH
def test_a_name_is_kebab_case_and_states_the_defect(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", rule.name)
    assert rule.name.split("-")[0] not in IMPERATIVES


@EACH
def test_a_rule_explains_itself(rule: Rule) -> None:
    assert rule.question.endswith("?")
    for text in (rule.why, rule.limits, rule.fix):
        assert len(text) > 20
        assert text.endswith((".", "`"))
    assert rule.effort > 0
    assert Version(rule.since) <= Version(__version__)


@EACH
def test_examples_have_titles_of_their_own_and_files(rule: Rule) -> None:
    titles = [example.title for example in rule.examples]
    assert len(set(titles)) == len(titles)
    assert all(title.strip() for title in titles)


@EACH
def test_a_rule_reads_what_some_parser_or_language_provides(rule: Rule) -> None:
    provided = {language.value for language in Language} | {parser.fact.kind for parser in parsers()}
    assert rule.reads <= provided


@EACH
def test_a_rule_says_which_languages_it_sees(rule: Rule) -> None:
    named = languages_of(rule)
    assert bool(named) == bool(rule.reads)
    assert {one for one in rule.reads if one in list(Language)} <= {*named}


@EACH
def test_a_rule_shows_what_it_finds_in_each_kind_of_code_that_it_sees(rule: Rule) -> None:
    if not {"code-functions", "code-tests"} & rule.reads:
        return
    shown = {place.rpartition(":")[0].rpartition(".")[2] for one in rule.examples for place in one.found}
    named = languages_of(rule)
    assert ("go" in named) == ("go" in shown)
    assert ("typescript" in named) == bool({"ts", "js"} & shown)


@EACH
def test_triggers_are_lower_case(rule: Rule) -> None:
    assert all(word == word.lower() and word for word in rule.triggers)


def test_every_module_of_a_family_is_a_rule_or_helps_one() -> None:
    homes = set(HOMES.values())
    sources = {path: (ROOT / path).read_text(encoding="utf-8") for path in modules("auditor/rules")}
    for path in sources:
        module = path.removesuffix(".py").replace("/", ".")
        if path.count("/") < 3 or module.endswith("__init__") or module in homes:
            continue
        users = [other for other, text in sources.items() if other != path and f"{module} import" in text]
        assert users, f"{path} declares no RULE and no rule imports it"


def test_ids_of_retired_rules_are_not_used_again() -> None:
    assert not {rule.id for rule in rules()} & set(RETIRED)


def test_a_second_rule_of_the_same_id_is_refused() -> None:
    first = rules()[0]
    second = dataclasses.replace(first, name="another-name")
    with pytest.raises(InternalError, match=first.id):
        collect([first, second])


def test_a_second_rule_of_the_same_name_is_refused() -> None:
    first = rules()[0]
    second = dataclasses.replace(first, id="AUD999")
    with pytest.raises(InternalError, match=first.name):
        collect([first, second])


def test_a_rule_without_a_check_is_refused() -> None:
    bare = dataclasses.replace(rules()[0], check_file=None, check_repository=None)
    with pytest.raises(InternalError, match="exactly one check"):
        collect([bare])
