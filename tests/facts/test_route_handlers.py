"""Which functions answer requests, and with what."""

import ast

from auditor.facts.python_syntax import PythonSyntax, syntax_of
from auditor.facts.route_handlers import answers_of, handlers_of
from auditor.facts.source import Source
from auditor.model.source import Language, Role, SourceFile

TEXT = """
from django.http import JsonResponse


@router.get("/rows")
async def rows():
    return [1]


@app.route("/rows", methods=["POST", "PUT"])
def put_rows():
    return jsonify({"a": 1}), 201


@app.callback(Output("chart", "figure"), Input("tick", "n"))
def chart(n):
    return figure(n)


@router.websocket("/live")
async def live(websocket):
    await websocket.send_json({"a": 2})


class Rows(Resource):
    def get(self):
        return {"a": 3}


def view(request):
    return JsonResponse({"a": 4})


def listed():
    return {"a": 5}


app.add_api_route("/listed", listed)


@mock.get("no path")
def other():
    return {"a": 6}


@cache.get(3)
def another():
    return {"a": 7}
"""


def _syntax() -> PythonSyntax:
    file = SourceFile(path="shop/routes.py", blob="0", size=len(TEXT), language=Language.PYTHON, role=Role.SHIPPED)
    return syntax_of(Source(file, TEXT.encode()))


def test_routes_sockets_views_and_callbacks_answer_requests() -> None:
    found = {one.view.name: (sorted(one.verbs), one.path) for one in handlers_of(_syntax())}
    assert found == {
        "rows": (["get"], "/rows"),
        "put_rows": (["post", "put"], "/rows"),
        "chart": (["get"], ""),
        "live": (["websocket"], "/live"),
        "get": (["get"], "Rows"),
        "view": (["get"], ""),
        "listed": (["get"], "/listed"),
    }


def test_what_is_sent_is_an_answer_as_what_is_given_back() -> None:
    live = next(one for one in handlers_of(_syntax()) if one.view.name == "live")
    assert [ast.unparse(one) for one in answers_of(live.view)] == ["{'a': 2}"]
