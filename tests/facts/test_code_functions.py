"""What functions of JavaScript, TypeScript and Go claim and do."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.facts.claims import Claim
from auditor.facts.code_functions import PARSER, CodeFunction, CodeFunctions
from auditor.facts.code_graph import CodeGraph, Work, code_graph
from auditor.facts.code_source import CODE_LANGUAGES
from auditor.facts.code_tests import PARSER as TESTS
from auditor.facts.effects import Effect
from auditor.facts.repository import RepositoryFacts
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict
from auditor.model.source import Language, Role, SourceFile
from auditor.repo.inventory import memory_inventory


def source(text: str | bytes, language: Language, role: Role = Role.SHIPPED) -> Source:
    data = text.encode() if isinstance(text, str) else text
    return Source(SourceFile("work", "0" * 40, len(data), language, role), data)


def parse(text: str, language: Language) -> CodeFunctions:
    fact = PARSER.parse(source(text, language))
    assert isinstance(fact, CodeFunctions)
    return fact


def function(text: str, language: Language = Language.TYPESCRIPT) -> CodeFunction:
    return parse(text, language).functions[0]


def graph(tree: dict[str, str]) -> CodeGraph:
    inventory, reader = memory_inventory(tree)
    facts = {}
    for file in inventory.files:
        fact = PARSER.parse(Source(file, reader.read(file.path)))
        facts[file.path] = (fact,) if fact else ()
    return RepositoryFacts(inventory.files, facts, inventory.all_paths).derive(code_graph)


def work(tree: dict[str, str], path: str, name: str) -> Work:
    joined = graph(tree)
    module = joined.modules[path]
    return joined.work(module, module.functions[name])


@pytest.mark.parametrize(
    ("body", "effects"),
    [
        ("console.log('x')", {Effect.LOG}),
        ("this.logger.warn('x')", {Effect.LOG}),
        ("await fetch(url)", {Effect.NETWORK}),
        ("run('ls')", {Effect.PROCESS}),
        ("fs.writeFileSync(url, 'x')", {Effect.FILE_WRITE}),
        ("url.anything()", {Effect.UNKNOWN}),
        ("this.client.ping()", {Effect.UNKNOWN}),
        ("await new Promise((resolve) => setTimeout(resolve, 5))", {Effect.SLEEP}),
        ("await new Promise((resolve) => setTimeout(() => resolve(1), 5))", {Effect.SLEEP}),
        ("setTimeout(url, 5)", {Effect.UNKNOWN}),
        ("const x = []; x.push(Math.floor(1.5))", set()),
        ("const x = {}; x.a = 1", set()),
        ("url.a = 1", {Effect.STATE}),
        ("this.done = true", {Effect.STATE}),
        ("throw new Error('x')", {Effect.RAISE}),
        ("return Math.random() + Date.now()", {Effect.RANDOM, Effect.CLOCK}),
        ("return process.env.HOME", {Effect.ENVIRONMENT}),
        ("await url", {Effect.UNKNOWN}),
        ("[1].forEach((one) => url.send(one))", {Effect.UNKNOWN}),
        ("[1].map(String)", set()),
        ("return <string>JSON.stringify({ a: [...[1]] })", set()),
    ],
)
def test_a_function_has_the_effects_of_its_statements(body: str, effects: set[Effect]) -> None:
    imports = "import fs from 'node:fs';\nimport { execa as run } from 'execa';\n"
    assert function(f"{imports}async function work(url) {{ {body} }}\n").effects == effects


@pytest.mark.parametrize(
    ("body", "effects"),
    [
        ('fmt.Println("x")', {Effect.LOG}),
        ('s.logger.Infof("x")', {Effect.LOG}),
        ('log.Info().Str("a", "b").Msg("x")', {Effect.LOG}),
        ("time.Sleep(time.Second)", {Effect.SLEEP}),
        ("os.Remove(name)", {Effect.FILE_WRITE}),
        ("s.client.Ping()", {Effect.UNKNOWN}),
        ("s.ready = true", {Effect.STATE}),
        ("panic(name)", {Effect.RAISE}),
        ("s.mu.Lock()\n\tdefer s.mu.Unlock()", set()),
        ("x := []string{}\n\tx = append(x, strings.ToUpper(name))", set()),
        ("<-name", {Effect.UNKNOWN}),
    ],
)
def test_a_go_function_has_the_effects_of_its_statements(body: str, effects: set[Effect]) -> None:
    imports = 'import (\n\t"fmt"\n\t"github.com/rs/zerolog/log"\n\t"os"\n\t"strings"\n\t"time"\n)\n'
    assert (
        function(f"package a\n{imports}func (s *S) work(name string) {{\n\t{body}\n}}\n", Language.GO).effects
        == effects
    )


@pytest.mark.parametrize(
    ("returned", "verdict"),
    [
        ("return true;", Verdict.SUCCESS),
        ("return Promise.resolve(true);", Verdict.SUCCESS),
        ("return await Promise.resolve({ status: 'ok' });", Verdict.SUCCESS),
        ("return { isHealthy: true };", Verdict.SUCCESS),
        ("return { ...seen, isHealthy: true };", Verdict.OPEN),
        ("const result = { ok: true }; return result;", Verdict.SUCCESS),
        ("const result = { ok: true }; fill(result); return result;", Verdict.OPEN),
        ("return HealthStatus.HEALTHY;", Verdict.SUCCESS),
        ("return new CheckResult('db', false);", Verdict.FAILURE),
        ("return seen;", Verdict.OPEN),
        ("return;", Verdict.NOTHING),
    ],
)
def test_what_is_returned_is_a_verdict(returned: str, verdict: Verdict) -> None:
    assert function(f"async function check(seen) {{ {returned} }}\n").verdicts == {verdict}


@pytest.mark.parametrize(
    ("result", "returned", "verdict"),
    [
        ("error", "nil", Verdict.SUCCESS),
        ("error", 'errors.New("x")', Verdict.FAILURE),
        ("error", "err", Verdict.OPEN),
        ("(bool, error)", "true, nil", Verdict.SUCCESS),
        ("(*Health, error)", "&Health{Status: StatusHealthy}, nil", Verdict.SUCCESS),
        ("(int, error)", "n, nil", Verdict.OPEN),
        ("*Health", "nil", Verdict.NOTHING),
    ],
)
def test_a_nil_error_of_go_is_a_success(result: str, returned: str, verdict: Verdict) -> None:
    text = f"package a\nfunc check(n int) {result} {{\n\treturn {returned}\n}}\n"
    assert function(text, Language.GO).verdicts == {verdict}


@pytest.mark.parametrize(
    ("body", "falls_through"),
    [
        ("if (a) { return 1 } else { throw b }", False),
        ("if (a) { return 1 }", True),
        ("try { return 1 } catch { return 2 }", False),
        ("try { return 1 } catch { b() }", True),
        ("switch (a) { case 1: case 2: return 1; default: return 2 }", False),
        ("switch (a) { case 1: return 1 }", True),
        ("process.exit(1)", False),
    ],
)
def test_whether_the_end_is_reached(body: str, falls_through: bool) -> None:
    assert function(f"function check(a, b) {{ {body} }}\n").falls_through is falls_through


def test_methods_arrows_and_nested_functions_have_qualified_names() -> None:
    text = (
        "export class A { async check() { const inner = () => 1; return inner(); } static probe = () => true; }\n"
        "export const verify = async (x) => x;\nconst service = { deploy() {} };\nexports.restore = function () {};\n"
    )
    names = [one.name for one in parse(text, Language.TYPESCRIPT).functions]
    assert names == ["A.check.inner", "A.check", "A.probe", "verify", "service.deploy", "restore"]
    assert function("func F() {}\nfunc (s *S[T]) Check() {}\n", Language.GO).name == "F"
    assert parse("package a\nfunc (s *S[T]) Check() {}\n", Language.GO).functions[0].name == "S.Check"


def test_claims_come_from_names() -> None:
    assert function("function verifyBackup() {}").claims == {Claim.CHECK}
    assert function("package a\nfunc (s *S) SendAlert() {}\n", Language.GO).claims == {Claim.NOTIFY}


def test_effects_come_through_files_methods_and_packages() -> None:
    tree = {
        "src/a.ts": (
            "import { read as load } from './low.js';\nimport * as low from './low';\n"
            "export class A { run() { return this.step(); } step() { return load('x'); } }\n"
            "export function other() { return low.read('x'); }\n"
        ),
        "src/low.ts": "import fs from 'fs';\nexport function read(path) { return fs.readFileSync(path); }\n",
        "go/a.go": "package a\nfunc run() { step() }\n",
        "go/b.go": 'package a\nimport "time"\nfunc step() { time.Sleep(1) }\n',
    }
    assert work(tree, "src/a.ts", "A.run").effects == {Effect.FILE_WRITE}
    assert work(tree, "src/a.ts", "other").effects == {Effect.FILE_WRITE}
    assert work(tree, "go/a.go", "run").effects == {Effect.SLEEP}


def test_cycles_end_and_what_cannot_be_followed_is_unknown() -> None:
    tree = {
        "a.js": "function f() { console.log(1); return g() }\nfunction g() { return f() }\nfunction h() { magic() }\n"
    }
    assert work(tree, "a.js", "g").effects == {Effect.LOG}
    assert work(tree, "a.js", "h").effects == {Effect.UNKNOWN}


def test_of_two_functions_of_one_name_neither_is_followed() -> None:
    tree = {
        "a/x.go": "package a\nfunc run() { step() }\n",
        "a/y.go": "package a\nfunc step() {}\n",
        "a/z.go": "package a\nfunc step() {}\n",
    }
    assert work(tree, "a/x.go", "run").effects == {Effect.UNKNOWN}


def test_packed_files_are_no_work_of_people() -> None:
    assert parse("function check() { return true }" + " " * 30_000, Language.JAVASCRIPT).functions == ()


def test_deep_nesting_is_unknown_work() -> None:
    deep = "(" * 3000 + "1" + ")" * 3000
    assert function(f"function check() {{ return {deep} }}", Language.JAVASCRIPT).effects == {Effect.UNKNOWN}
    chain = "a" + ".b()" * 3000
    assert function(f"function check(a) {{ return {chain} }}", Language.JAVASCRIPT).effects == {Effect.UNKNOWN}


CODE = [
    b"export class A { async check() { try { return await this.f(`${x}`) } catch (e) { return true } } }",
    b"package a\nfunc (s *S) Check() error {\n\tif err := f(); err != nil {\n\t\treturn nil\n\t}\n\treturn g(func() {})\n}\n",
    b"it('x', async () => { try { expect(1).toBe(1) } catch {} })",
]


@given(
    language=st.sampled_from(sorted(CODE_LANGUAGES)),
    data=st.one_of(
        st.binary(max_size=200),
        st.tuples(st.sampled_from(CODE), st.integers(0, 120), st.binary(max_size=6)).map(
            lambda drawn: drawn[0][: drawn[1]] + drawn[2] + drawn[0][drawn[1] :]
        ),
    ),
)
@settings(max_examples=150)
def test_any_bytes_are_read(language: Language, data: bytes) -> None:
    assert isinstance(PARSER.parse(source(data, language)), CodeFunctions)
    assert TESTS.parse(source(data, language, Role.TEST)) is not None
