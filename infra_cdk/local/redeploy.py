"""Puts changed sources into the functions of the running system, without its templates."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra_cdk import code
from infra_cdk.catalogue import FUNCTIONS, SHARED
from infra_cdk.local.errors import LocalRunError
from layers import build
from solo60 import entry

PARALLEL = 8
LAYER_NAME = "solo60-local-shared-changed"
_SHARED_LAYER = "Shared"
"""Part of the name of the layer with the shared package, as its stack names it."""
_BUILT_FOR = "host"


@dataclass(frozen=True)
class Deployed:
    """A function of the running system."""

    name: str
    module: str
    layers: tuple[str, ...]
    aliases: tuple[str, ...]

    @property
    def domain(self) -> str:
        """The domain that it belongs to."""
        return self.module.partition(".")[0]


class Redeployment:
    """Puts sources into the functions that run code of them.

    A function gets the files that its package would have now; those that are as they were built come compiled.

    Parameters
    ----------
    lambda_client
        Of the running system.
    """

    def __init__(self, lambda_client: Any) -> None:
        self._lambda = lambda_client
        self._functions = list(self._find())
        self._shared_layer: str | None = None

    def _find(self) -> Iterable[Deployed]:
        pages = self._lambda.get_paginator("list_functions").paginate()
        found = [function for page in pages for function in page["Functions"]]
        for function in found:
            module = function.get("Environment", {}).get("Variables", {}).get(entry.FUNCTION_MODULE)
            if module is None:
                continue
            name = function["FunctionName"]
            yield Deployed(
                name,
                module,
                tuple(layer["Arn"] for layer in function["Layers"]),
                tuple(alias["Name"] for alias in self._lambda.list_aliases(FunctionName=name)["Aliases"]),
            )

    def deploy(self, changed: Collection[Path]) -> list[str]:
        """Put changed files into the functions.

        Parameters
        ----------
        changed
            Files below `functions/` and the shared package.

        Returns
        -------
        list
            The names of the functions that were changed.

        Raises
        ------
        LocalRunError
            A file has no valid syntax; nothing was deployed.
        """
        require_syntax(changed)
        code.forget_imports()
        shared_changed = any(path.is_relative_to(SHARED) for path in changed)
        if shared_changed:
            self._shared_layer = self._publish_shared()
        running = self._running(path.relative_to(FUNCTIONS) for path in changed if path.is_relative_to(FUNCTIONS))
        packages = {domain: package(domain) for domain in {function.domain for function in running}}
        affected = self._functions if shared_changed else running

        def put(function: Deployed) -> str:
            if shared_changed:
                self._lambda.update_function_configuration(
                    FunctionName=function.name, Layers=[self._layer(arn) for arn in function.layers]
                )
            if function in running:
                self._lambda.update_function_code(FunctionName=function.name, ZipFile=packages[function.domain])
            for alias in function.aliases:
                version = self._lambda.publish_version(FunctionName=function.name)["Version"]
                self._lambda.update_alias(FunctionName=function.name, Name=alias, FunctionVersion=version)
            return function.name

        with ThreadPoolExecutor(PARALLEL) as pool:
            return sorted(pool.map(put, affected))

    def _running(self, files: Iterable[Path]) -> list[Deployed]:
        """The functions that run code of files, or read them."""
        modules: set[str] = set()
        domains: set[str] = set()
        for file in files:
            if file.suffix == ".py":
                modules |= code.importers_of(".".join(file.with_suffix("").parts).removesuffix(".__init__"))
            else:
                domains.add(file.parts[0])
        return [function for function in self._functions if function.module in modules or function.domain in domains]

    def _publish_shared(self) -> str:
        files = [path.relative_to(SHARED) for path in build.sources(SHARED)]
        built = build.BUILD / "layers" / _BUILT_FOR / "shared" / "python"
        content = zipped(files, SHARED, built, "python/")
        published = self._lambda.publish_layer_version(LayerName=LAYER_NAME, Content={"ZipFile": content})
        return str(published["LayerVersionArn"])

    def _layer(self, arn: str) -> str:
        name = arn.split(":")[6]
        return self._shared_layer if self._shared_layer is not None and _SHARED_LAYER in name else arn


def require_syntax(paths: Iterable[Path]) -> None:
    """Make sure that Python files compile.

    Raises
    ------
    LocalRunError
        One does not; where and why.
    """
    for path in sorted(paths):
        if path.suffix == ".py" and path.exists():
            try:
                compile(path.read_bytes(), str(path), "exec")
            except SyntaxError as error:
                raise LocalRunError(f"{path}:{error.lineno}: {error.msg}") from error


def package(domain: str) -> bytes:
    """A domain's package as a zip."""
    return zipped(code.files_of(domain), FUNCTIONS, build.BUILD / "code" / _BUILT_FOR / domain)


def zipped(files: Iterable[Path], sources: Path, built: Path, prefix: str = "") -> bytes:
    """A zip of files; one that is the same where it was built brings its compiled code from there.

    Parameters
    ----------
    files
        Relative to `sources` and to `built`.
    prefix
        Of their names in the zip.
    """
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for file in files:
            source = (sources / file).read_bytes()
            archive.writestr(f"{prefix}{file.as_posix()}", source)
            copy = built / file
            if file.suffix == ".py" and copy.exists() and copy.read_bytes() == source:
                for compiled in (copy.parent / "__pycache__").glob(f"{file.stem}.*.pyc"):
                    archive.write(compiled, f"{prefix}{compiled.relative_to(built).as_posix()}")
    return content.getvalue()
