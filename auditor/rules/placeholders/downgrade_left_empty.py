"""AUD132: a migration that changes the schema, and whose way back is empty."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.comments import comments_of
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_CHANGES = frozenset(
    {
        "create_table",
        "add_column",
        "alter_column",
        "rename_table",
        "create_unique_constraint",
        "create_foreign_key",
        "create_index",
    }
)
_MEANT = pattern(
    r"(?i)irreversible|one[- ]way|cannot|can't|can not|not (?:possible|supported|reversible|needed|required)|no (?:way back|downgrade|going back|need|op)|no-?op|unsupported|never|intentional|nothing to|forward[- ]only|lossy|lost|loss|keep|don't|do not|harmless"
)
"""Words of a comment or docstring that says why there is no way back."""


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    top = {view.name: view for view in syntax.functions if view.owner is None and not view.nested}
    up, down = top.get("upgrade"), top.get("downgrade")
    if up is None or down is None or not _is_empty(down) or not _changes_schema(up):
        return
    if _is_explained(source, down):
        return
    last = down.node.end_lineno or down.node.lineno
    message = "downgrade does nothing, and upgrade changes the schema: what is rolled back keeps it, and cannot be upgraded again."
    yield Hit(source.path, down.body[0].lineno if down.body else down.node.lineno, last, message, down.qualified)


def _is_empty(view: FunctionView) -> bool:
    return all(
        isinstance(one, ast.Pass)
        or (isinstance(one, ast.Return) and one.value is None)
        or (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))
        for one in view.body
    )


def _changes_schema(view: FunctionView) -> bool:
    return any(isinstance(call.func, ast.Attribute) and last_name(call.func) in _CHANGES for call in view.calls)


def _is_explained(source: Source, down: FunctionView) -> bool:
    """Whether a comment or the docstring says that nothing is to be done."""
    last = (down.node.end_lineno or down.node.lineno) + 1
    said = [one.text for one in comments_of(source) if down.node.lineno - 1 <= one.line <= last]
    return any(_MEANT.search(one) for one in (*said, down.docstring))


RULE = Rule(
    id="AUD132",
    name="downgrade-left-empty",
    category=Category.PLACEHOLDER,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does every migration of the schema have a way back?",
    why="`downgrade` is run on the night of a failed release: it reports success, the table stays, and the next `upgrade` stops because it is there.",
    limits="Judged are Alembic migrations whose `upgrade` creates, adds or alters tables and columns itself (what only drops leaves nothing to take back but data that is gone); a comment or docstring that says that there is no way back is accepted, and so is an exception.",
    fix="Undo in `downgrade` what `upgrade` does, or raise an error that says that there is no way back.",
    since="0.4.0",
    effort=30,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED, Role.GENERATED}),
    triggers=("def downgrade",),
    examples=(
        Example(
            title="a table that stays",
            files={
                "migrations/versions/0007_notes.py": (
                    "import sqlalchemy as sa\nfrom alembic import op\n\nrevision = '0007'\ndown_revision = '0006'\n\n\n"
                    "def upgrade():\n    op.create_table('notes', sa.Column('id', sa.Integer))\n\n\ndef downgrade():\n    pass\n"
                ),
            },
            found=("migrations/versions/0007_notes.py:13",),
        ),
        Example(
            title="a way back, one that is ruled out, and a migration of rows",
            files={
                "migrations/versions/0007_notes.py": (
                    "import sqlalchemy as sa\nfrom alembic import op\n\n\ndef upgrade():\n    op.create_table('notes', sa.Column('id', sa.Integer))\n\n\ndef downgrade():\n    op.drop_table('notes')\n"
                ),
                "migrations/versions/0008_names.py": (
                    "from alembic import op\n\n\ndef upgrade():\n    op.alter_column('users', 'nick', type_=None)\n\n\ndef downgrade():\n    # The names are gone: there is no way back.\n    pass\n"
                ),
                "migrations/versions/0010_gone.py": (
                    "from alembic import op\n\n\ndef upgrade():\n    op.drop_table('drafts')\n\n\ndef downgrade():\n    pass\n"
                ),
                "migrations/versions/0009_trim.py": (
                    "from alembic import op\n\n\ndef upgrade():\n    op.execute('UPDATE users SET name = trim(name)')\n\n\ndef downgrade():\n    pass\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
