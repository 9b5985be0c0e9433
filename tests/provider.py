"""A small OpenID Connect provider that runs: discovery, authorisation with PKCE, token, userinfo, keys. It believes its
test about who stands before it, and keeps what it was asked."""

import base64
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_urlsafe
from typing import Any, Self
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa


class Provider:
    """sub, name: whom it says; wrong: what it answers otherwise than it should, by the address or the field."""

    client, secret = "inviolable", "between the two"

    def __init__(self) -> None:
        self.sub, self.name, self.wrong = "sub-1", "Ana", {}
        self.asked: list[str] = []
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._codes: dict[str, dict[str, str]] = {}

    def __enter__(self) -> Self:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider._answer(self)

            do_POST = do_GET  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://localhost:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def toml(self) -> str:
        """sign-in.toml of a home that asks it."""
        told = {"name": "Ministry account", "issuer": self.issuer, "client_id": self.client}
        lines = [f"{key} = {json.dumps(value)}" for key, value in (told | {"client_secret": self.secret}).items()]
        return "[provider]\n" + "\n".join(lines) + "\n"

    def _answer(self, http: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(http.path)
        self.asked.append(parts.path)
        body = http.rfile.read(int(http.headers.get("Content-Length") or 0)).decode()
        told = dict(parse_qsl(parts.query or body))
        status, headers, answer = self._say(parts.path, told, http.headers.get("Authorization", ""))
        http.send_response(status)
        for name, value in headers.items():
            http.send_header(name, value)
        http.end_headers()
        http.wfile.write(json.dumps(answer).encode())

    def _say(self, path: str, told: dict[str, str], authorization: str) -> tuple[int, dict[str, str], Any]:
        json_type = {"Content-Type": "application/json"}
        if path == "/.well-known/openid-configuration":
            pages = {f"{name}_endpoint": f"{self.issuer}/{name}" for name in ("authorization", "token", "userinfo")}
            said = {"issuer": self.wrong.get("issuer", self.issuer), "jwks_uri": f"{self.issuer}/keys"} | pages
            return 200, json_type, said | {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
        if path == "/authorization":
            assert told["client_id"] == self.client
            assert told["code_challenge_method"] == "S256"
            if "refuses" in self.wrong:
                back = {"error": "access_denied", "state": told["state"]}
            else:
                code = token_urlsafe()
                self._codes[code] = told
                back = {"code": code, "state": told["state"]}
            return 302, {"Location": f"{told['redirect_uri']}?{urlencode(back)}"}, None
        if path == "/token":
            asked = self._codes.pop(told["code"])
            proof = base64.urlsafe_b64encode(hashlib.sha256(told["code_verifier"].encode()).digest()).rstrip(b"=")
            assert proof.decode() == asked["code_challenge"]
            assert (told["client_id"], told["client_secret"]) == (self.client, self.secret)
            now = int(time.time())
            claims = {"iss": self.issuer, "aud": self.client, "sub": self.sub, "iat": now, "exp": now + 60}
            token = jwt.encode(claims | self.wrong.get("id_token", {}), self._key, "RS256", headers={"kid": "1"})
            return 200, json_type, {"access_token": "x", "token_type": "Bearer", "id_token": token}
        if path == "/userinfo":
            assert authorization == "Bearer x"
            said = {"sub": self.sub, "preferred_username": self.name, "email": "ana@example.org"}
            return 200, json_type, said | self.wrong.get("userinfo", {})
        return 404, {}, None


def query(address: str) -> dict[str, str]:
    """What an address asks."""
    return {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}
