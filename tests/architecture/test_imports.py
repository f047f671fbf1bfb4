"""Every module imports in an empty environment and makes nothing; who may import whom is in `.importlinter`."""

from __future__ import annotations

import os
import subprocess
import sys

import grimp
import pytest

from infra_cdk import catalogue
from infra_cdk.catalogue import FUNCTIONS, ROOT, SHARED
from solo60.grants import SecretGrant
from tests.architecture.sources import RUNTIME, module_of, python_files

MODULES = [module_of(path) for path in python_files(*RUNTIME)]
DOMAINS = sorted(path.parent.name for path in FUNCTIONS.glob("*/domain.py"))
HANDLERS = {"endpoints", "consumers", "workers", "jobs", "relay"}

# What a Lambda must not do while it is imported, each made to fail.
_PROGRAM = """
import sys, importlib, socket, os
sys.path[:0] = {paths!r}
import botocore.session, botocore.client

def refuse(what):
    def refused(*args, **kwargs):
        raise AssertionError(what + " while a module is imported")
    return refused

for module in {modules!r}:
    socket.socket.connect = refuse("a connection")
    botocore.session.Session.create_client = refuse("a client")
    try:
        importlib.import_module(module)
    except BaseException as error:
        sys.exit(f"{{module}}: {{type(error).__name__}}: {{error}}")
heavy = sorted(name for name in {heavy!r} if name in sys.modules)
print(",".join(heavy))
"""


def _import_alone(modules: list[str], heavy: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    paths = [str(FUNCTIONS), str(SHARED)]
    program = _PROGRAM.format(paths=paths, modules=modules, heavy=heavy)
    return subprocess.run([sys.executable, "-c", program], env={}, capture_output=True, text=True, cwd="/", check=False)


def test_every_module_imports_in_an_empty_environment() -> None:
    done = _import_alone(MODULES)
    assert done.returncode == 0, done.stderr or done.stdout


@pytest.mark.parametrize("domain", DOMAINS)
def test_what_a_domain_needs_it_imports_itself(domain: str) -> None:
    """In a process of its own, no other domain's imports can hide that one is missing."""
    done = _import_alone([module for module in MODULES if module.split(".")[0] == domain])
    assert done.returncode == 0, done.stderr or done.stdout


def test_no_endpoint_pays_for_what_it_does_not_use() -> None:
    """boto3, jinja2 and the AWS CDK are no part of a cold start; Stripe is of those alone that speak to it."""
    modules = [
        endpoint.declaration.module
        for endpoint in catalogue.endpoints()
        if SecretGrant("stripe") not in endpoint.grants
    ]
    done = _import_alone(modules, heavy=("boto3", "jinja2", "aws_cdk", "stripe", "flask", "moto"))
    assert done.stdout.strip() == "", f"imported with the endpoints: {done.stdout}"


def test_the_import_rules_hold() -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(FUNCTIONS), str(SHARED), str(ROOT)])}
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", program, "--no-cache"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_the_import_rules_name_every_domain() -> None:
    text = (ROOT / ".importlinter").read_text()
    for block in text.split("[importlinter:contract:")[1:]:
        assert all(f"\n    {domain}\n" in block for domain in DOMAINS), block.splitlines()[0]


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """Who imports whom among the domains."""
    return grimp.build_graph(*DOMAINS, "solo60", cache_dir=None, exclude_type_checking_imports=True)


def test_nothing_imports_a_handler(graph: grimp.ImportGraph) -> None:
    """A use case that imports an endpoint turns the direction round, and every Lambda that uses it pays for both."""
    found = [
        f"{importer} imports {module}"
        for module in graph.modules
        if len(module.split(".")) > 2 and module.split(".")[1] in HANDLERS and module.split(".")[0] in DOMAINS
        for importer in graph.find_modules_that_directly_import(module)
    ]
    assert not found


def test_only_endpoints_use_the_runtime_of_endpoints(graph: grimp.ImportGraph) -> None:
    importers = graph.find_modules_that_directly_import("solo60.http.endpoint")
    assert {module for module in importers if ".endpoints." not in module} == set()


def test_repositories_and_records_know_no_http(graph: grimp.ImportGraph) -> None:
    found = [
        f"{module} imports {imported}"
        for module in graph.modules
        if module.split(".")[0] in DOMAINS and module.rsplit(".", 1)[-1] in {"records", "repository"}
        for imported in graph.find_modules_directly_imported_by(module)
        if imported.startswith("solo60.http")
    ]
    assert not found
