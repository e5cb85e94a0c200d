"""AUD170: a message or request is put together, and nobody is given it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_effects import is_log_call
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, subtree, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_MESSAGES = frozenset({
    "EmailMessage", "MIMEText", "MIMEMultipart", "MIMEBase", "EmailMultiAlternatives", "Mail", "MultipartMessage",
    "requests.Request", "httpx.Request", "urllib.request.Request", "MulticastMessage", "WebhookPayload", "DiscordEmbed", "DiscordWebhook", "MessageSchema",
})  # fmt: skip
_BUILDS = pattern(
    r"^(?:set_\w+|add_\w+|attach\w*|replace_header|make_\w+|append|items|keys|get|get_\w+|as_string|as_bytes|is_multipart|__setitem__|update)$"
)
_LOOKS = frozenset({"bool", "len", "print", "isinstance", "id"})
_EXTENSIONS = ("flask_mail", "flask_mailman")
"""What makes a ``Mail`` of an application, which sends by itself."""


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        for name, made in _messages(view, syntax) if not view.is_test else ():
            if not _leaves(name, view, syntax):
                message = f"{view.name} puts a message together in `{name}`, and hands it to nobody: it is never sent."
                yield Hit(source.path, made.lineno, view.node.end_lineno or made.lineno, message, view.qualified)


def _messages(view: FunctionView, syntax: PythonSyntax) -> Iterator[tuple[str, ast.Call]]:
    """The names that hold a message made here, and nothing else."""
    bindings = Bindings.of(view)
    for one in view.of(ast.Assign, ast.AnnAssign):
        target = one.targets[0] if isinstance(one, ast.Assign) else one.target
        value = one.value
        if not isinstance(target, ast.Name) or not isinstance(value, ast.Call) or bindings.only(target.id) is not value:
            continue
        made = syntax.name_of(value.func)
        if made.startswith(_EXTENSIONS):
            continue
        if made in _MESSAGES or made.rpartition(".")[2] in _MESSAGES:
            yield target.id, value


def _leaves(name: str, view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether anything but the building of the message and the talk about it uses the name."""
    return name in _used(view, syntax)


@lru_cache(maxsize=2)
def _used(view: FunctionView, syntax: PythonSyntax) -> frozenset[str]:
    """The names that a function, or one within it, reads for more than to build a message or speak of it."""
    allowed = {id(one) for node in view.nodes for one in _built(node, syntax)}
    inner = [one for node in view.of(ast.Lambda, ast.FunctionDef, ast.AsyncFunctionDef) for one in subtree(node)]
    read = [one for one in (*view.of(ast.Name), *inner) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)]
    return frozenset(one.id for one in read if id(one) not in allowed)


def _built(node: ast.AST, syntax: PythonSyntax) -> Iterator[ast.AST]:
    """The uses of a message in one node that only build it, read it or speak of it."""
    match node:
        case ast.Subscript(value=ast.Name() as part):
            yield part
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name() as part, attr=method))) if _BUILDS.search(
            method
        ):
            yield part
        case ast.Assign(targets=[ast.Attribute(value=ast.Name() as part)]):
            yield part
        case ast.Call(func=func, args=args) if last_name(func) in _LOOKS or is_log_call(syntax.name_of(func)):
            yield from (one for given in args for one in subtree(given) if isinstance(one, ast.Name))
        case _:
            return


RULE = Rule(
    id="AUD170",
    name="message-never-sent",
    category=Category.PLACEHOLDER,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is every message that is put together also handed to something that sends it?",
    why="An `EmailMessage` with sender, subject and text looks like a mail that goes out; without a line that sends it, it ends with the function.",
    limits="Judged are names that are bound once to a message of the mail library, of Django or of a client of HTTP, and that are used for nothing but to build and describe it. Whatever else gets hold of it counts as what sends it.",
    fix="Hand it to the client that sends it, and report what that answers.",
    since="0.9.0",
    effort=60,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=tuple(sorted({one.rpartition(".")[2].lower() for one in _MESSAGES})),
    check_file=_check,
    examples=(
        Example(
            title="a mail and a request that nobody sends",
            files={
                "shop/mail.py": (
                    "import requests\nfrom email.message import EmailMessage\nfrom email.mime.multipart import MIMEMultipart\n\n\ndef confirm(order):\n    message = EmailMessage()\n    message['To'] = order.mail\n    message.set_content('on its way')\n"
                    "    return bool(message['To'])\n\n\n"
                    "def announce(order):\n    letter = MIMEMultipart()\n    letter.attach(order.text)\n    log.info('sent %s', letter['Subject'])\n\n\n"
                    "def call(url):\n    request = requests.Request('POST', url)\n    log.info('called %s', url)\n"
                )
            },
            found=("shop/mail.py:14", "shop/mail.py:20", "shop/mail.py:7"),
        ),
        Example(
            title="messages that are sent, given back, or kept",
            files={
                "shop/mail.py": (
                    "from email.message import EmailMessage\n\n\ndef confirm(order, smtp):\n    message = EmailMessage()\n    message['To'] = order.mail\n    smtp.send_message(message)\n\n\n"
                    "def build(order):\n    message = EmailMessage()\n    message['To'] = order.mail\n    return message\n\n\n"
                    "def raw(order, smtp):\n    message = EmailMessage()\n    smtp.sendmail(order.mail, message.as_string())\n\n\n"
                    "def django(order):\n    mail = EmailMessage('subject', 'text')\n    mail.send()\n"
                )
            },
        ),
        Example(
            title="a message that is sent as a text, and an extension",
            files={
                "shop/mail.py": "import smtplib\nfrom email.mime.text import MIMEText\n\nfrom flask_mail import Mail\n\n\ndef send(who, whom):\n    letter = MIMEText('hello')\n    letter['To'] = whom\n    smtplib.SMTP('mail').sendmail(who, whom, str(letter))\n\n\ndef create_app():\n    app = Flask(__name__)\n    mail = Mail(app)\n    return app\n",
            },
        ),
    ),
)
