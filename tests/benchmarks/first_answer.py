"""First answer: a fresh process as Lambda starts it, from the import to the answer, beside the usual style.

Every sample is a new process without site-packages; its path holds the code package and the layers alone. It imports
the function, makes its clients, connects over TLS to a recording of AWS, and answers its scenario's request. Samples of
all subjects alternate, so that a slow moment of the machine falls on all of them. It ends where the answer ends: an
execution environment is not torn down after its start, so the interpreter's teardown is left out.
"""

from __future__ import annotations

import compileall
import json
import os
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra_cdk import catalogue
from layers import build
from solo60 import entry
from solo60.grants import SecretGrant
from tests.benchmarks.recorded_aws import RecordedAws, record, serving
from tests.scenarios.world import NOW

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = "tests.benchmarks.reference_handler"
USES_STRIPE = {SecretGrant("stripe-api-key"), SecretGrant("stripe-webhook-secret")}

_CHILD = """
import sys, time
started = time.perf_counter()
sys.path[:0] = {paths!r}
from {module} import {name} as handler
begun = time.perf_counter()
import json, os
event, instant = json.loads(sys.stdin.read())
class Context:
    function_name = "solo60-bench"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:eu-west-2:123456789012:function:solo60-bench"
    aws_request_id = "00000000-0000-7000-8000-000000000000"
    def get_remaining_time_in_millis(self):
        return 10_000
if instant:
    import datetime
    from solo60 import clock
    clock._fixed.set(datetime.datetime.fromisoformat(instant))
answer = handler(event, Context())
ended = time.perf_counter()
sys.stderr.write("\\n" + json.dumps([answer["statusCode"], begun - started, ended - begun, answer["body"][:500]]))
sys.stderr.flush()
os._exit(0)
"""


@dataclass
class Samples:
    """Times of one subject, in seconds.

    Attributes
    ----------
    processor
        Of the whole process: a machine that is busy otherwise changes it less than the time on the wall.
    whole, first_call
        On the wall, of the whole process and of its first call.
    """

    processor: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    first_call: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class FirstAnswer:
    """Median first answer of one endpoint.

    Attributes
    ----------
    times_bare
        Multiples of a process that does nothing.
    times_reference
        Multiples of the reference handler in the usual style, which also reads one item.
    in_call
        The share that falls into the first call, when a function has its usual fraction of a processor.
    stripe
        Whether its declaration reads a secret of Stripe, and so has the wider budget.
    """

    endpoint: str
    times_bare: float
    times_reference: float
    in_call: float
    stripe: bool


def measure(runs: int, routes: Sequence[str] = ()) -> tuple[list[FirstAnswer], float]:
    """Start every endpoint, or those of `routes`, `runs` times; those that ask S3 are left out.

    Returns
    -------
    tuple
        The endpoints, slowest first, and the reference handler in multiples of bare Python.
    """
    usual = [Path(sysconfig.get_paths()["purelib"]), ROOT]
    for name in ("boto3", "botocore", "stripe", "aws_xray_sdk", "aws_lambda_powertools", "pynamodb", "pydantic"):
        compileall.compile_dir(str(usual[0] / name), quiet=2)
    endpoints = [e for e in catalogue.endpoints() if not routes or e.declaration.route in routes]
    recordings = {e.declaration.route: record(e.declaration.route) for e in endpoints}
    endpoints = [e for e in endpoints if not recordings[e.declaration.route].asks_s3]
    ours = {e.declaration.route: Samples() for e in endpoints}
    bare, reference = Samples(), Samples()
    with serving() as server, _merged_layers() as layers:
        package = [build.functions("host").path, layers]
        bundle = _bundle(server, layers / build.ROOTS)
        usual_bundle = _bundle(server, usual[0] / "botocore" / "cacert.pem")
        for _ in range(runs):
            _run(bare, "pass", {}, None)
            server.play((("GetItem", 200, b'{"Item": {"pk": {"S": "a"}, "sk": {"S": "b"}}}'),))
            _run(
                reference,
                _CHILD.format(paths=[str(path) for path in usual], module=REFERENCE, name="handler"),
                {**_credentials(server), "AWS_CA_BUNDLE": str(usual_bundle), "AWS_XRAY_SDK_ENABLED": "false"},
                (_REFERENCE_EVENT, None),
            )
            for endpoint in endpoints:
                recording = recordings[endpoint.declaration.route]
                server.play(recording.answers)
                _run(
                    ours[endpoint.declaration.route],
                    _CHILD.format(paths=[str(path) for path in package], module=entry.__name__, name="handler"),
                    {
                        **recording.environment,
                        **_credentials(server),
                        "AWS_CA_BUNDLE": str(bundle),
                        "STRIPE_API_BASE": server.stripe_url,
                        entry.FUNCTION_MODULE: endpoint.declaration.module,
                    },
                    (recording.event, NOW.isoformat()),
                )
                if server.unanswered:
                    raise RuntimeError(f"{endpoint.declaration.route} asked for more: {server.unanswered}")
    bare_median, reference_median = statistics.median(bare.processor), statistics.median(reference.processor)
    results = [
        FirstAnswer(
            endpoint=endpoint.declaration.route,
            times_bare=statistics.median(samples.processor) / bare_median,
            times_reference=statistics.median(samples.processor) / reference_median,
            in_call=statistics.median(samples.first_call) / statistics.median(samples.whole),
            stripe=not USES_STRIPE.isdisjoint(endpoint.grants),
        )
        for endpoint in endpoints
        for samples in (ours[endpoint.declaration.route],)
    ]
    results.sort(key=lambda result: result.times_bare, reverse=True)
    return results, reference_median / bare_median


@contextmanager
def _merged_layers() -> Iterator[Path]:
    """One directory with the files of both layers, as Lambda unpacks them into `/opt`."""
    with tempfile.TemporaryDirectory() as merged:
        for layer in (build.dependencies("host"), build.shared("host")):
            shutil.copytree(layer.path / "python", merged, dirs_exist_ok=True)
        yield Path(merged)


_REFERENCE_EVENT = {
    "httpMethod": "POST",
    "path": "/sessions/book",
    "resource": "/sessions/book",
    "headers": {"Content-Type": "application/json"},
    "multiValueHeaders": {"Content-Type": ["application/json"]},
    "queryStringParameters": None,
    "multiValueQueryStringParameters": None,
    "pathParameters": None,
    "body": json.dumps({"gym_id": "soho", "duration": 60}),
    "isBase64Encoded": False,
    "requestContext": {"requestId": "r", "stage": "v1", "identity": {"sourceIp": "192.0.2.1"}},
}


def _credentials(server: RecordedAws) -> dict[str, str]:
    return {
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_REGION": "eu-west-2",
        "AWS_DEFAULT_REGION": "eu-west-2",
        "AWS_ENDPOINT_URL": server.url,
        "PYDANTIC_DISABLE_PLUGINS": "__all__",
        "POWERTOOLS_LOG_LEVEL": "CRITICAL",
        "PATH": os.environ["PATH"],
    }


def _bundle(server: RecordedAws, roots: Path) -> Path:
    """The certificates that a subject trusts, with the one of the server."""
    bundle = server.certificate.with_name(f"{roots.parent.parent.name}-{roots.name}")
    bundle.write_bytes(roots.read_bytes() + b"\n" + server.certificate.read_bytes())
    return bundle


def _run(samples: Samples, code: str, environment: dict[str, str], given: tuple[Any, str | None] | None) -> None:
    started = time.perf_counter()
    with subprocess.Popen(
        [sys._base_executable, "-I", "-S", "-c", code],  # type: ignore[attr-defined]
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment,
    ) as process:
        if process.stdin is None or process.stderr is None:
            raise RuntimeError("a process has no pipes")
        process.stdin.write(b"" if given is None else json.dumps(given).encode())
        process.stdin.close()
        said = process.stderr.read().decode()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    samples.whole.append(time.perf_counter() - started)
    samples.processor.append(used.ru_utime + used.ru_stime)
    if given is None:
        return
    lines = said.splitlines()
    if process.returncode or not lines or not lines[-1].startswith("["):
        raise RuntimeError(f"a start failed: {said[-2000:]}")
    status, _, in_call, body = json.loads(lines[-1])
    if not 200 <= status < 300:
        raise RuntimeError(f"a start answered {status}: {body}")
    samples.first_call.append(in_call)
