"""A gateway for text messages and calls that is really there: our own JSON, and one provider's interface."""

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


@dataclass
class Gateway:
    """What it got, as it came in `raw`; `says` are the statuses of its next answers instead of 201, with `location`."""

    url: str = ""
    got: list[tuple[str, dict, dict[str, str]]] = field(default_factory=list)
    says: list[int] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    location: str = ""
    raw: list[bytes] = field(default_factory=list)


@contextmanager
def serving(handler):
    """A server on this machine with these answers, until the end of the block: its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


@contextmanager
def gateway():
    """It runs until the end of the block."""
    told = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            form = self.headers["Content-Type"] != "application/json"
            fields = {k: v[0] for k, v in parse_qs(body.decode()).items()} if form else json.loads(body)
            told.raw.append(body)
            told.got.append((self.path, fields, dict(self.headers)))
            answer = json.dumps({"sid": "SM1"} if form else {"reference": "ref-1"}).encode()
            self.send_response(told.says.pop(0) if told.says else 201)
            self.send_header("Content-Type", "application/json")
            if told.location:
                self.send_header("Location", told.location)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def do_GET(self):
            asked = parse_qs(urlsplit(self.path).query)["id"][0]
            known = any(fields.get("id") == asked for _, fields, _ in told.got)
            told.asked.append(asked)
            answer = b'{"reference": "ref-1"}' if known else b"{}"
            self.send_response(200 if known else 404)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            pass

    with serving(Handler) as told.url:
        yield told


def configure(home, *tables: str) -> None:
    (home / "outbox.toml").write_text("\n".join(tables))
    (home / "first.secret").write_text("first secret\n")
    (home / "second.secret").write_text("second secret\n")


def own(channel: str, url: str, name: str = "first") -> str:
    return f'[[{channel}]]\nname = "{name}"\nkind = "gateway"\nurl = "{url}/send"\nsecret = "{name}.secret"\n'


def twilio(channel: str, url: str, name: str = "second") -> str:
    return (
        f'[[{channel}]]\nname = "{name}"\nkind = "twilio"\nurl = "{url}"\naccount = "AC1"\nsender = "+12025550100"\n'
        f'secret = "{name}.secret"\n'
    )
