"""Which outputs a step sets, and where nobody can tell."""

import pytest

from auditor.facts.pipeline_model import Step, setting
from auditor.facts.shell_reader import read_shell
from auditor.facts.step_writes import written_environment, written_outputs


def _step(script: str) -> Step:
    return Step(name="", id="s", line=1, end_line=9, program=read_shell(script), keys=(setting("run", script, 1),))


@pytest.mark.parametrize(
    ("script", "names"),
    [
        ('echo "version=$(git describe)" >> $GITHUB_OUTPUT', {"version"}),
        ("echo a=1 | tee -a \"$GITHUB_OUTPUT\"\nprintf 'b=%s\\nc=%s\\n' 1 2 >> ${GITHUB_OUTPUT}", {"a", "b", "c"}),
        ("echo '::set-output name=Old::1'", {"old"}),
        ('{\n  echo "notes<<EOF"\n  cat log\n  echo EOF\n  echo "b=2"\n} >> "$GITHUB_OUTPUT"', {"notes", "b"}),
        ('echo "log<<END" >> $GITHUB_OUTPUT\ngit log >> $GITHUB_OUTPUT\necho END >> $GITHUB_OUTPUT', {"log"}),
        ("cat <<EOF >> $GITHUB_OUTPUT\na=1\nb=2\nEOF", {"a", "b"}),
        ("if true; then echo a=1 >> $GITHUB_OUTPUT; fi\n# echo b=1 >> $GITHUB_OUTPUT", {"a"}),
        ("printf '%s\\n' a=1 b=2 >> $GITHUB_OUTPUT", {"a", "b"}),
        ("git status", set()),
    ],
)
def test_literal_names_are_known(script: str, names: set[str]) -> None:
    assert written_outputs(_step(script)) == frozenset(names)


@pytest.mark.parametrize(
    "script",
    [
        'echo "$key=1" >> $GITHUB_OUTPUT',
        "python measure.py",
        "./measure.sh",
        "jq -r . result.json >> $GITHUB_OUTPUT",
        "python -c \"print('a=1')\" >> $GITHUB_OUTPUT",
        'out() { echo "$1=$2" >> $GITHUB_OUTPUT; }\nout a 1',
        "for name in a b; do echo $name; done >> $GITHUB_OUTPUT",
        "tool --to $GITHUB_OUTPUT",
        "git diff --output=$GITHUB_OUTPUT",
    ],
)
def test_of_other_writes_nobody_can_tell(script: str) -> None:
    assert written_outputs(_step(script)) is None


def test_variables_are_told_from_outputs() -> None:
    step = _step('echo "A=1" >> $GITHUB_ENV\necho "b=2" >> $GITHUB_OUTPUT')
    assert (written_environment(step), written_outputs(step)) == (frozenset({"a"}), frozenset({"b"}))
