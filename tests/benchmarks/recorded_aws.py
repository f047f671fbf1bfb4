"""AWS and Stripe from a recording, over HTTP: what a fresh process asks for its first answer.

Every endpoint's scenario is called once in moto, and each answer of AWS and of Stripe is kept. The server gives them
back by operation, in their order, over TLS as AWS does.
"""

from __future__ import annotations

import datetime
import ipaddress
import json
import os
import ssl
import tempfile
import threading
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from solo60 import aws
from solo60.grants import NO_ITEM, SecretGrant
from solo60.http.endpoint import Endpoint
from tests.scenarios.requests import ENDPOINTS, prepare
from tests.scenarios.world import World, made

_EMPTY = {"GetItem": {}, "BatchGetItem": {"Responses": {}, "UnprocessedKeys": {}}, "Query": {"Items": [], "Count": 0}}


@dataclass(frozen=True)
class Recording:
    """One successful call of an endpoint.

    Attributes
    ----------
    event
        What API Gateway sends.
    environment
        What the function finds in its environment.
    answers
        `(operation or path, status, body)` in their order.
    asks_s3
        Whether it asks S3, which the recording does not stand in for: its buckets are host names, without targets.
    """

    event: dict[str, Any]
    environment: dict[str, str]
    answers: tuple[tuple[str, int, bytes], ...]
    asks_s3: bool


class _Recorder:
    """Stands in for an endpoint: keeps the event that it is called with, and what AWS and Stripe answer meanwhile."""

    def __init__(self, endpoint: Any) -> None:
        self.declaration = endpoint.declaration
        self.event: dict[str, Any] = {}
        self.answers: list[tuple[str, int, bytes]] = []
        self._endpoint = endpoint
        self._on = False
        self.asks_s3 = False

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        self.event, self.answers, self._on = event, [], True
        for grant in self._endpoint.grants:
            if isinstance(grant, SecretGrant):  # read at the start of a function, before its first request
                grant.connect()
        answer: dict[str, Any] = self._endpoint(event, context)
        self._on = False
        return answer

    def note_s3(self, **_: Any) -> None:
        self.asks_s3 = self.asks_s3 or self._on

    def keep(self, model: Any, http_response: Any, **_: Any) -> None:
        if self._on:
            self.answers.append((model.name, http_response.status_code, http_response.content))

    def listen_to_stripe(self, world: World) -> None:
        request = world.stripe.request

        def recorded(method: str, url: str, *args: Any, **kwargs: Any) -> Any:
            body, status, headers = request(method, url, *args, **kwargs)
            if self._on:
                self.answers.append(("stripe", status, body.encode()))
            return body, status, headers

        world.stripe.request = recorded  # type: ignore[method-assign]


def record(route: str) -> Recording:
    """Call an endpoint once with success, in a world of its own."""
    before = dict(os.environ)
    recorder = _Recorder(ENDPOINTS[route])
    with made() as world:
        for service in ("dynamodb", "sqs", "cognito-idp", "secretsmanager"):
            aws.client(service).meta.events.register(f"after-call.{service}", recorder.keep)
        aws.client("s3").meta.events.register("before-call.s3", recorder.note_s3)
        recorder.listen_to_stripe(world)
        request = replace(prepare(world, ENDPOINTS[route]), endpoint=cast(Endpoint, recorder))
        aws.forget_secrets()
        request()
        environment = {name: value for name, value in os.environ.items() if before.get(name) != value}
    return Recording(recorder.event, environment, tuple(recorder.answers), recorder.asks_s3)


class RecordedAws:
    """The server. `play` says what it answers next.

    Attributes
    ----------
    url, stripe_url
        Where it listens: with TLS, and without.
    certificate
        The PEM of the certificate that it shows.
    """

    def __init__(self, home: Path) -> None:
        self._answers: dict[str, deque[tuple[int, bytes]]] = {}
        self.unanswered: list[str] = []
        key_file, self.certificate = _self_signed(home)
        secure = self._serve(ssl_files=(str(self.certificate), str(key_file)))
        plain = self._serve()
        self.url = f"https://localhost:{secure.server_address[1]}"
        self.stripe_url = f"http://localhost:{plain.server_address[1]}"
        self._servers = (secure, plain)

    def play(self, answers: tuple[tuple[str, int, bytes], ...]) -> None:
        """Answer these from now on."""
        self._answers = defaultdict(deque)
        self.unanswered = []
        for operation, status, body in answers:
            self._answers[operation].append((status, body))

    def answer(self, operation: str, request: bytes) -> tuple[int, bytes]:
        """The next answer to an operation."""
        if NO_ITEM.encode() in request:
            return 200, json.dumps(_EMPTY[operation]).encode()
        if not self._answers[operation]:
            self.unanswered.append(operation)
            return 400, b'{"__type": "NothingRecorded"}'
        return self._answers[operation].popleft()

    def close(self) -> None:
        """Stop serving."""
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def _serve(self, ssl_files: tuple[str, str] | None = None) -> ThreadingHTTPServer:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                target = self.headers.get("X-Amz-Target")
                status, answer = owner.answer(target.split(".")[-1] if target else "stripe", body)
                self.send_response_only(status)
                self.send_header("Content-Type", "application/x-amz-json-1.0" if target else "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            do_GET = do_POST  # noqa: N815 - the name that the server calls

            def log_message(self, *_: object) -> None:
                return None

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        if ssl_files is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*ssl_files)
            server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server


@contextmanager
def serving() -> Iterator[RecordedAws]:
    """A server on free ports, until the block ends."""
    with tempfile.TemporaryDirectory() as home:
        server = RecordedAws(Path(home))
        try:
            yield server
        finally:
            server.close()


def _self_signed(home: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    key_file, certificate_file = home / "key.pem", home / "certificate.pem"
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return key_file, certificate_file
