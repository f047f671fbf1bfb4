"""Finds all declarations under `functions/`. Used at build time and by tests; no Lambda imports it.

A declaration is in `<domain>/<kind>/<name>.py`, or in `<domain>/<capability>/<kind>/<name>.py` in a domain with
capabilities. A capability is a package with a folder of declarations in it.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from solo60.consumers import Consumer
from solo60.declarations import Function
from solo60.domains import Domain
from solo60.events import Event
from solo60.http.endpoint import Endpoint
from solo60.jobs import Job
from solo60.relay import Relay
from solo60.workers import Worker

ROOT = Path(__file__).resolve().parent.parent
FUNCTIONS = ROOT / "functions"
SHARED = ROOT / "layers" / "shared" / "python"
PROJECT = "solo60"
ALIAS = "live"
"""The alias of every Lambda, which gateway, queues, streams and schedules invoke."""
LONGEST_STAGE = "staging"
MAX_FUNCTION_NAME = 64 - len("-dead")
"""The name of a function and that of its dead-letter queue have to be within the limits of AWS."""

Declared = Endpoint | Consumer | Worker | Job | Relay

_FOLDERS: dict[str, type[Any]] = {
    "endpoints": Endpoint,
    "consumers": Consumer,
    "workers": Worker,
    "jobs": Job,
}


class CatalogueError(Exception):
    """A file under `functions/` does not follow the layout."""


@dataclass(frozen=True)
class Service:
    """A domain and all its declarations.

    Attributes
    ----------
    capabilities
        Its packages with declarations of their own: `session.booking`. Empty for a small domain.
    """

    domain: Domain
    capabilities: tuple[str, ...]
    endpoints: tuple[Endpoint, ...]
    consumers: tuple[Consumer, ...]
    workers: tuple[Worker, ...]
    jobs: tuple[Job, ...]
    relay: Relay | None

    @property
    def functions(self) -> tuple[Declared, ...]:
        """All Lambdas of the service."""
        relay = () if self.relay is None else (self.relay,)
        return (*self.endpoints, *self.consumers, *self.workers, *self.jobs, *relay)


def _modules(package: str) -> Iterator[pkgutil.ModuleInfo]:
    """The modules and packages directly in a package, in the order of their names; none if there is no such package."""
    try:
        found = importlib.import_module(package)
    except ModuleNotFoundError as error:
        if error.name != package:
            raise
        return
    yield from sorted(pkgutil.iter_modules(found.__path__), key=lambda item: item.name)


def _capabilities(domain: str) -> tuple[str, ...]:
    """The packages of a domain that have declarations of their own: `session.booking`."""
    packages = [
        f"{domain}.{module.name}" for module in _modules(domain) if module.ispkg and module.name not in _FOLDERS
    ]
    return tuple(
        package for package in packages if any(module.ispkg and module.name in _FOLDERS for module in _modules(package))
    )


def _declared(package: str, folder: str) -> tuple[Any, ...]:
    kind = _FOLDERS[folder]
    handlers = []
    for name in (found.name for found in _modules(f"{package}.{folder}")):
        module = f"{package}.{folder}.{name}"
        handler = getattr(importlib.import_module(module), "handler", None)
        if not isinstance(handler, kind):
            raise CatalogueError(f"{module} declares no `handler` that is a {kind.__name__}")
        if handler.declaration.module != module:
            raise CatalogueError(f"{module} re-exports the handler of {handler.declaration.module}")
        handlers.append(handler)
    return tuple(handlers)


def _relay(domain: str) -> Relay | None:
    try:
        module = importlib.import_module(f"{domain}.relay")
    except ModuleNotFoundError as error:
        if error.name != f"{domain}.relay":
            raise
        return None
    handler = module.handler
    if not isinstance(handler, Relay):
        raise CatalogueError(f"{domain}.relay declares no relay")
    return handler


def _service(domain: Domain, capabilities: tuple[str, ...]) -> Service:
    def declared(folder: str) -> tuple[Any, ...]:
        # By name, wherever the file is: the order of the document and of the template does not depend on the layout.
        found = [each for package in (domain.name, *capabilities) for each in _declared(package, folder)]
        return tuple(sorted(found, key=lambda each: each.declaration.name))

    return Service(
        domain=domain,
        capabilities=capabilities,
        endpoints=declared("endpoints"),
        consumers=declared("consumers"),
        workers=declared("workers"),
        jobs=declared("jobs"),
        relay=_relay(domain.name),
    )


def find_services(functions: Path) -> tuple[Service, ...]:
    """Every service in a folder that is on Python's path, in the order of their names.

    Raises
    ------
    CatalogueError
        A module declares nothing, or two functions have the same name, or two endpoints the same route.
    """
    found = []
    for path in sorted(functions.iterdir()):
        if not (path / "domain.py").exists():
            continue
        domain = importlib.import_module(f"{path.name}.domain").DOMAIN
        if domain.name != path.name:
            raise CatalogueError(f"functions/{path.name} calls itself {domain.name}")
        found.append(_service(domain, _capabilities(path.name)))
    names: dict[str, str] = {}
    for function in (function.declaration for service in found for function in service.functions):
        earlier = names.setdefault(function_name(LONGEST_STAGE, function), function.module)
        if earlier != function.module:
            raise CatalogueError(f"{function.module} and {earlier} would be one Lambda: rename one of them")
    for name in names:
        if len(name) > MAX_FUNCTION_NAME:
            raise CatalogueError(f"{name} is longer than a Lambda's name may be")
    routes: dict[str, str] = {}
    for endpoint in (endpoint for service in found for endpoint in service.endpoints):
        declaration = endpoint.declaration
        earlier = routes.setdefault(declaration.route, declaration.module)
        if earlier != declaration.module:
            raise CatalogueError(f"{declaration.route} is declared by {earlier} and {declaration.module}")
    return tuple(found)


@cache
def services() -> tuple[Service, ...]:
    """Every service under `functions/`, as `find_services` finds them."""
    return find_services(FUNCTIONS)


def endpoints() -> tuple[Endpoint, ...]:
    """Every endpoint of every service."""
    return tuple(endpoint for service in services() for endpoint in service.endpoints)


def events_of(domain: str) -> tuple[type[Event], ...]:
    """The events of a domain's `events` module, without base classes, in the order of their names."""
    try:
        module = importlib.import_module(f"{domain}.events")
    except ModuleNotFoundError as error:
        if error.name != f"{domain}.events":
            raise
        return ()
    found = [kind for kind in vars(module).values() if isinstance(kind, type) and kind.__module__ == module.__name__]
    published = [kind for kind in found if issubclass(kind, Event) and not kind.__subclasses__()]
    return tuple(sorted(published, key=lambda kind: kind.__name__))


def function_name(stage: str, declaration: Function) -> str:
    """The deterministic name of a Lambda: `solo60-dev-session-book-session`. Other stacks refer to its parts."""
    return f"{PROJECT}-{stage}-{declaration.domain}-{declaration.name}"


def table_name(stage: str, domain: str) -> str:
    """The deterministic name of a domain's table."""
    return f"{PROJECT}-{stage}-{domain}"
