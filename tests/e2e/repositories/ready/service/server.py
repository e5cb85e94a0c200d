"""The ledger's HTTP interface."""

import os
import sqlite3
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from service.metrics import count, exposition


def database_answers() -> bool:
    """Ask the database for one row."""
    with sqlite3.connect(os.environ["DATABASE_URL"], timeout=2) as connection:
        return connection.execute("select 1").fetchone() == (1,)


class Handler(BaseHTTPRequestHandler):
    """Answers health checks and scrapes."""

    def do_GET(self) -> None:
        """Answer ``/healthz`` and ``/metrics``."""
        count("requests")
        if self.path == "/metrics":
            self._answer(200, exposition())
        elif self.path == "/healthz":
            self._answer(*self._health())
        else:
            self._answer(404, "unknown path\n")

    def _health(self) -> tuple[int, str]:
        try:
            return (200, "healthy\n") if database_answers() else (503, "no answer\n")
        except sqlite3.Error as error:
            count("errors")
            return 503, f"{error}\n"

    def _answer(self, status: int, text: str) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text.encode())


def main() -> None:
    """Serve until stopped."""
    ThreadingHTTPServer(("", int(os.environ.get("PORT", "8080"))), Handler).serve_forever()


if __name__ == "__main__":
    main()
