"""Where Python code says openly that errors are passed over."""

import ast

from auditor.facts.python_admissions import milder_for, milder_where_said
from auditor.facts.python_syntax import syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Severity
from auditor.model.source import Language, Role, SourceFile

_CODE = '''\
def check_first():
    """Looks, ignoring all errors."""
    def check_inner():
        return True


class Second:
    """A connection that passes on, ignoring verification errors."""

    def check_second(self):
        return True


class Third:
    def check_third(self):
        return True

    def check_fourth(self):
        """Tolerates
        failures of the bank."""
        return True


def check_fifth():
    try:
        ask()
    except OSError:
        # answered by design
        return True
    except ValueError:
        return True
    # assumed
    try:
        ask()
    except OSError:
        return True
'''


def _source() -> Source:
    return Source(
        SourceFile(path="shop/check.py", blob="0", size=len(_CODE), language=Language.PYTHON, role=Role.SHIPPED),
        _CODE.encode(),
    )


def test_documentation_counts_for_what_stands_below_it() -> None:
    syntax = syntax_of(_source())
    said = {view.name for view in syntax.functions if milder_where_said(view, syntax) is Severity.MEDIUM}
    assert said == {"check_first", "check_inner", "check_second", "check_fourth"}


def test_a_comment_counts_for_the_handler_that_it_stands_in() -> None:
    source = _source()
    syntax = syntax_of(source)
    view = next(view for view in syntax.functions if view.name == "check_fifth")
    handlers = [node for node in view.nodes if isinstance(node, ast.ExceptHandler)]
    assert [milder_for(one, view, source, syntax) for one in handlers] == [Severity.MEDIUM, None, None]
