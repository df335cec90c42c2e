"""Receives Ttoolab webhooks and keeps a table of experiment statuses, as an admin tool would.

Needs Python 3.10 or later and no packages: TTOOLAB_WEBHOOK_SECRET=whsec_... python3 receiver.py
"""

import hashlib
import hmac
import json
import os
import sqlite3
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = os.environ.get("TTOOLAB_WEBHOOK_SECRET", "")
PORT = int(os.environ.get("PORT", "4000"))
FILE = os.environ.get("RECEIVER_FILE", "experiments.db")
TOLERANCE_SECONDS = 300
MAX_BODY_BYTES = 1024 * 1024

TABLES = """
create table if not exists event_ids (id text primary key);
create table if not exists experiments (
    experiment_id text primary key, experiment_key text, name text, status text, changed_at text
);
"""
# Events may arrive in any order: the newest by createdAt wins.
UPSERT = """
insert into experiments values (?, ?, ?, ?, ?)
on conflict (experiment_id) do update set
    experiment_key = excluded.experiment_key, name = excluded.name,
    status = excluded.status, changed_at = excluded.changed_at
where excluded.changed_at >= experiments.changed_at
"""

database = sqlite3.connect(FILE, check_same_thread=False)
database.executescript(TABLES)
lock = threading.Lock()


def is_genuine(headers, body: bytes) -> bool:
    """`body` must be the bytes as received: parsing and printing JSON again changes them."""
    timestamp = headers.get("X-Ttoolab-Timestamp", "")
    signature = headers.get("X-Ttoolab-Signature", "")
    if not (timestamp.isascii() and timestamp.isdigit()):
        return False
    if abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    expected = hmac.new(SECRET.encode(), timestamp.encode() + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))


def apply(event: dict) -> str:
    """One transaction, so that an id is known exactly when its change is stored. Returns what was done."""
    with lock, database:
        known = database.execute("insert or ignore into event_ids values (?)", (event["id"],))
        if known.rowcount == 0:
            return "duplicate"
        data = event["data"]
        if not event["type"].startswith("experiment.") or "status" not in data:
            return "ignored"
        row = [data[name] for name in ("experimentId", "experimentKey", "name", "status")]
        changed = database.execute(UPSERT, (*row, event["createdAt"]))
        return "updated" if changed.rowcount else "ignored"


def experiments() -> list[dict]:
    with lock:
        rows = database.execute("select * from experiments order by experiment_id").fetchall()
    names = ("experimentId", "experimentKey", "name", "status", "changedAt")
    return [dict(zip(names, row)) for row in rows]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30
    # Status line, headers and body leave in one packet; without this each answer waits 40 ms for an acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self):
        if self.path == "/experiments":
            return self.answer(200, experiments())
        self.answer(404, {"error": "POST webhooks here, or GET /experiments"})

    def do_POST(self):
        length = int(self.headers.get("Content-Length", "0"))
        if length > MAX_BODY_BYTES:
            self.close_connection = True
            return self.answer(413, {"error": "too large"})
        body = self.rfile.read(length)
        if not is_genuine(self.headers, body):
            return self.answer(401, {"error": "bad signature or timestamp"})
        # Answered only once it is stored: a 2xx says that it need not be sent again.
        self.answer(200, {"result": apply(json.loads(body))})

    def answer(self, status: int, content) -> None:
        payload = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    if not SECRET.startswith("whsec_"):
        raise SystemExit("Set TTOOLAB_WEBHOOK_SECRET to the secret shown when the webhook was created")
    server = ThreadingHTTPServer(("127.0.0.1", PORT), Handler)
    print(f"Listening on {json.dumps({'port': server.server_port})}", flush=True)
    server.serve_forever()
