"""Documents inside of programs: told apart from texts, on the lines of the file that holds them."""

from hypothesis import given
from hypothesis import strategies as st

from auditor.facts.base import Unreadable
from auditor.facts.embedded import MAX_DOCUMENTS, embedded_sources
from auditor.facts.prometheus import PrometheusFile
from auditor.facts.registry import parsers
from auditor.facts.source import Source
from auditor.model.source import Language, SourceFile
from auditor.repo.inventory import memory_inventory

_COMPOSE = "services:\n  web:\n    image: shop:1.2\n    ports:\n      - '80:80'\n"


def documents(path: str, text: str) -> list[tuple[str, Language, int]]:
    """Name, language and first line of every document of one file."""
    return [(one.file.name, one.file.language, first_line(one)) for one in sources(path, text)]


def first_line(source: Source) -> int:
    return next(number for number, line in enumerate(source.lines, 1) if line.strip())


def sources(path: str, text: str) -> tuple[Source, ...]:
    inventory, reader = memory_inventory({path: text})
    return embedded_sources(parsed(inventory.files[0], reader.read(path)))


def parsed(file: SourceFile, data: bytes) -> Source:
    source = Source(file, data)
    source.facts = tuple(
        fact for one in parsers() if one.accepts(file) and (fact := one.parse(source)) and fact.kind != Unreadable.kind
    )
    return source


def test_a_text_that_is_written_to_a_named_file() -> None:
    program = (
        "from pathlib import Path\n\n\ndef write(folder: Path) -> None:\n"
        '    settings = """A=1\nB=2\nC=3\nD=4\n"""\n'
        '    with open(folder / ".env.production", "w") as file:\n        file.write(settings)\n'
        '    (folder / "run.sh").write_text("""\nset -e\nmake all\nmake install\n""")\n'
    )
    assert documents("deploy/setup.py", program) == [
        (".env.production", Language.ENV, 5),
        ("run.sh", Language.SHELL, 13),
    ]


def test_a_text_that_is_a_document_by_its_shape() -> None:
    assert documents("deploy/setup.py", f'X = """\n{_COMPOSE}"""\n') == [("docker-compose.yml", Language.YAML, 2)]


def test_values_that_the_program_puts_in_are_opaque() -> None:
    (one,) = sources("setup.py", f'X = f"""\n{_COMPOSE.replace("1.2", "{version}")}"""\n')
    assert one.lines[3] == "    image: shop:${value}"


def test_fields_of_format_are_opaque_and_doubled_braces_are_braces() -> None:
    text = '"""\n' + _COMPOSE.replace("1.2", "{tag}").replace("'80:80'", "'{{80}}'") + '""".format(tag=TAG)'
    (one,) = sources("setup.py", f"X = {text}\n")
    assert (one.lines[3], one.lines[5]) == ("    image: shop:${value}", "      - '{80}'")


def test_a_text_whose_lines_are_joined_by_escapes_keeps_its_lines() -> None:
    program = 'X = """\nFROM python:3.12\nRUN apt-get update && \\\n    apt-get install -y curl\nCOPY . .\n"""\n'
    (one,) = sources("setup.py", program)
    assert one.lines[1:5] == ("FROM python:3.12", "RUN apt-get update && \\", "    apt-get install -y curl", "COPY . .")


def test_a_dictionary_has_its_keys_on_the_lines_of_the_program() -> None:
    program = (
        'RULES = {\n    "groups": [\n        {\n            "name": "shop",\n            "rules": [\n'
        '                {"alert": "Down",\n                 "expr": "up == 0"},\n            ],\n        }\n    ]\n}\n'
    )
    (one,) = sources("monitoring/alerts.py", program)
    fact = parsed(one.file, one.data).fact(PrometheusFile)
    assert fact is not None
    assert fact.rules is not None
    assert [(rule.name, rule.line, rule.expression_line) for rule in fact.rules.rules] == [("Down", 6, 7)]


def test_a_list_of_alerts_is_a_group_of_rules() -> None:
    program = 'RULES = [\n    {"alert": "Down", "expr": "up == 0"},\n    {"alert": "Slow", "expr": limit},\n]\n'
    (one,) = sources("monitoring/alerts.py", program)
    fact = parsed(one.file, one.data).fact(PrometheusFile)
    assert fact is not None
    assert fact.rules is not None
    assert [(rule.name, rule.expression_line) for rule in fact.rules.rules] == [("Down", 2), ("Slow", 3)]


def test_pairs_that_are_written_as_lines_are_an_environment_file() -> None:
    program = (
        'def write():\n    values = {\n        "HOST": "db",\n        "PORT": "5432",\n    }\n'
        '    with open(".env", "w") as file:\n        for key, value in values.items():\n            file.write(f"{key}={value}\\n")\n'
    )
    (one,) = sources("setup.py", program)
    assert (one.file.language, one.lines[2], one.lines[3]) == (Language.ENV, "HOST=db", "PORT=5432")


def test_here_documents_of_shell_and_of_workflows() -> None:
    shell = "#!/bin/bash\nsudo tee /etc/shop/app.service <<EOF\n[Unit]\nA=1\n[Service]\nExecStart=/bin/shop\nEOF\n"
    assert documents("install.sh", shell) == [("app.service", Language.INI, 3)]
    step = f"cat > compose.yml <<'EOF'\n{_COMPOSE}EOF\n".replace("\n", "\n          ")
    workflow = f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: |\n          {step}\n"
    assert documents(".github/workflows/ci.yml", workflow) == [("compose.yml", Language.YAML, 8)]


def test_what_is_read_by_people_is_no_document() -> None:
    texts = (
        f'"""\n{_COMPOSE}"""\n',
        f'EXAMPLE = """\n{_COMPOSE}"""\n',
        f'print("""\n{_COMPOSE}""")\n',
        f'def test_it():\n    x = """\n{_COMPOSE}"""\n',
        f'X = """Write this:\n{_COMPOSE}"""\n',
        'X = """\nSELECT a\nFROM b\nWHERE c\n"""\n',
    )
    assert [documents("app.py", text) for text in texts] == [[]] * len(texts)


def test_tests_examples_and_templates_hold_none() -> None:
    program = f'X = """\n{_COMPOSE}"""\n'
    paths = ("tests/test_app.py", "examples/app.py", "templates/app.py")
    assert [documents(path, program) for path in paths] == [[]] * len(paths)


def test_the_number_is_bounded() -> None:
    program = f'X = """\n{_COMPOSE}"""\n' * (MAX_DOCUMENTS + 5)
    assert len(sources("app.py", program)) == MAX_DOCUMENTS


@given(st.text(max_size=300), st.sampled_from(("app.py", "run.sh", ".github/workflows/a.yml")))
def test_any_text_may_stand_in_a_document(text: str, path: str) -> None:
    program = f'X = """\nservices: {text}\n"""\ncat > a.yml <<EOF\n{text}\nEOF\n'
    for one in embedded_sources(Source(memory_inventory({path: "x"})[0].files[0], program.encode())):
        assert one.file.path.startswith(path)
