"""Every module imports in an empty environment and makes nothing; who may import whom is in `.importlinter`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable
from graphlib import TopologicalSorter

import grimp
import pytest

from infra_cdk import catalogue
from infra_cdk.catalogue import FUNCTIONS, ROOT, SHARED
from solo60.grants import SecretGrant
from tests.architecture.sources import RUNTIME, module_of, python_files

MODULES = [module_of(path) for path in python_files(*RUNTIME)]
DOMAINS = sorted(path.parent.name for path in FUNCTIONS.glob("*/domain.py"))
CAPABILITIES = [package for service in catalogue.services() for package in service.capabilities]
HANDLERS = {"endpoints", "consumers", "workers", "jobs"}

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
        if not {SecretGrant("stripe-api-key"), SecretGrant("stripe-webhook-secret")} & set(endpoint.grants)
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


def _contracts() -> dict[str, str]:
    """The rules of `.importlinter` by name."""
    blocks = (ROOT / ".importlinter").read_text(encoding="utf-8").split("[importlinter:contract:")[1:]
    return {name: text for name, _, text in (block.partition("]") for block in blocks)}


def test_the_import_rules_name_every_domain() -> None:
    for name, text in _contracts().items():
        if not name.startswith("capabilities-"):
            assert all(f"\n    {domain}\n" in text for domain in DOMAINS), name


def test_the_import_rules_name_every_capability() -> None:
    contracts = _contracts()
    for package in CAPABILITIES:
        domain, capability = package.split(".")
        assert f"\n    {package}\n" in contracts["layers"], package
        assert re.search(rf"\n    (.* )?{capability}( .*)?\n", contracts[f"capabilities-{domain}"]), package


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """Who imports whom among the domains."""
    return grimp.build_graph(*DOMAINS, "solo60", cache_dir=None, exclude_type_checking_imports=True)


def test_no_two_domains_need_each_other(graph: grimp.ImportGraph) -> None:
    """They would be one domain in two folders. Events do not count: who publishes one does not need who handles it."""
    needs = {
        domain: {
            imported.split(".")[0]
            for module in (domain, *graph.find_descendants(domain))
            for imported in graph.find_modules_directly_imported_by(module)
            if not imported.endswith(".events")
        }
        for domain in DOMAINS
    }
    TopologicalSorter({domain: needs[domain] - {domain, "solo60"} for domain in DOMAINS}).prepare()


def test_nothing_imports_a_handler(graph: grimp.ImportGraph) -> None:
    """A use case that imports an endpoint turns the direction round, and every Lambda that uses it pays for both."""
    found = [
        f"{importer} imports {module}"
        for module in graph.modules
        if module.split(".")[0] in DOMAINS and HANDLERS & set(module.split(".")[1:-1])
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
        if module.split(".")[0] in DOMAINS and _is_stored(module)
        for imported in graph.find_modules_directly_imported_by(module)
        if imported.startswith("solo60.http")
    ]
    assert not found


def test_a_capability_uses_no_repository_of_another_one(graph: grimp.ImportGraph) -> None:
    """Each would know the keys of the other. What both need is in the domain or in a capability for both."""
    assert _foreign_repositories(graph, CAPABILITIES) == []


def test_a_repository_of_another_capability_is_noticed() -> None:
    graph = grimp.ImportGraph()
    for module in ("lab.rooms.booking", "lab.rooms.repository", "lab.hours.opening", "lab.records"):
        graph.add_module(module)
    graph.add_import(importer="lab.rooms.booking", imported="lab.rooms.repository")
    graph.add_import(importer="lab.rooms.booking", imported="lab.records")
    graph.add_import(importer="lab.hours.opening", imported="lab.rooms.repository")
    assert _foreign_repositories(graph, ("lab.rooms", "lab.hours")) == [
        "lab.hours.opening imports lab.rooms.repository"
    ]


def _foreign_repositories(graph: grimp.ImportGraph, capabilities: Iterable[str]) -> list[str]:
    inside = {module: package for package in capabilities for module in graph.modules if _is_in(module, package)}
    return [
        f"{importer} imports {module}"
        for module, package in sorted(inside.items())
        if _is_repository(module)
        for importer in sorted(graph.find_modules_that_directly_import(module))
        if inside.get(importer, package) != package
    ]


def _is_in(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def _is_repository(module: str) -> bool:
    name = module.rsplit(".", 1)[-1]
    return name == "repository" or name.endswith("_repository")


def _is_stored(module: str) -> bool:
    return _is_repository(module) or "records" in module.split(".")[1:]
