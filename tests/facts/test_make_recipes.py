"""Recipes of make as shell, and health checks of images."""

from hypothesis import given
from hypothesis import strategies as st

from auditor.facts.image_health import PARSER as IMAGES
from auditor.facts.image_health import ImageHealth
from auditor.facts.make_recipes import PARSER, MakeRecipes
from auditor.facts.shell_program import commands
from auditor.facts.source import Source
from auditor.model.source import Language, Role, SourceFile


def source(data: bytes, language: Language) -> Source:
    return Source(SourceFile("work", "0" * 40, len(data), language, Role.SHIPPED), data)


def recipes(text: str) -> MakeRecipes:
    fact = PARSER.parse(source(text.encode(), Language.MAKEFILE))
    assert isinstance(fact, MakeRecipes)
    return fact


def test_recipes_are_read_as_shell_with_their_lines() -> None:
    fact = recipes(
        ".PHONY: a\n\ndeploy: build\n\t@kubectl apply \\\n\t  -f $(DIR)/x.yml\n\t-@helm test $$NAME\n\n%.o: %.c\n\tcc $<\n"
    )
    assert [(one.target, one.needs, one.line, one.end_line) for one in fact.recipes] == [("deploy", ("build",), 3, 6)]
    run = list(commands(fact.recipes[0].program.body))
    assert [(one.name, one.line) for one in run] == [("kubectl", 4), ("helm", 6), ("true", 6)]
    assert run[0].texts[-1] == "${DIR}/x.yml"


def test_recipes_that_depend_on_variables_are_left_out() -> None:
    assert recipes("deploy:\nifdef X\n\techo a\nelse\n\tkubectl apply\nendif\n").recipes == ()


def test_health_commands_are_found_in_both_forms() -> None:
    data = b'FROM a:1\nHEALTHCHECK --interval=5s CMD exit 0\nHEALTHCHECK CMD ["sh", "-c", "true"]\nHEALTHCHECK NONE\n'
    fact = IMAGES.parse(source(data, Language.DOCKERFILE))
    assert isinstance(fact, ImageHealth)
    assert [(one.text, one.line) for one in fact.commands] == [("exit 0", 2), ("true", 3)]


@given(
    st.one_of(
        st.binary(max_size=200),
        st.tuples(st.binary(max_size=20), st.binary(max_size=60)).map(
            lambda drawn: drawn[0] + b"a: b\n\t@-" + drawn[1]
        ),
    )
)
def test_any_bytes_are_read(data: bytes) -> None:
    assert isinstance(PARSER.parse(source(data, Language.MAKEFILE)), MakeRecipes)
    assert isinstance(IMAGES.parse(source(data, Language.DOCKERFILE)), ImageHealth)
