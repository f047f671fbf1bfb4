"""What changes in the sources goes into the functions that run it; what needs new templates is told."""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from infra_cdk import code
from infra_cdk.catalogue import FUNCTIONS, SHARED
from infra_cdk.local import watch
from infra_cdk.local.declared import NotDescribable, description, digests
from infra_cdk.local.errors import LocalRunError
from infra_cdk.local.redeploy import LAYER_NAME, Redeployment, require_syntax, zipped
from infra_cdk.local.screen import console
from infra_cdk.local.sources import Sources
from infra_cdk.local.watch import Declarations, Digests, Watch
from solo60 import entry
from solo60.declarations import AUTH_THROTTLE, Access, Throttle
from solo60.grants import Do, TableGrant

MODULES = {
    "get-health": "gateway.endpoints.get_health",
    "get-gym": "gym.endpoints.get_gym",
    "search-gyms": "gym.endpoints.search_gyms",
    "session-relay": "session.relay",
}
ARN = "arn:aws:lambda:eu-west-2:000000000000:layer"


class Lambda:
    """Lambda with functions, of which one has an alias."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.content: dict[str, bytes] = {}

    def get_paginator(self, name: str) -> Lambda:
        assert name == "list_functions"
        return self

    def paginate(self) -> Iterable[dict[str, Any]]:
        layers = [{"Arn": f"{ARN}:gym-Dependencies1:1"}, {"Arn": f"{ARN}:gym-Shared1:1"}]
        yield {"Functions": [{"FunctionName": "not-ours"}]}
        for name, module in MODULES.items():
            variables = {entry.FUNCTION_MODULE: module}
            yield {"Functions": [{"FunctionName": name, "Environment": {"Variables": variables}, "Layers": layers}]}

    def list_aliases(self, *, FunctionName: str) -> dict[str, Any]:  # noqa: N803 - AWS's own names
        return {"Aliases": [{"Name": "live"}] if FunctionName == "get-gym" else []}

    def update_function_code(self, *, FunctionName: str, ZipFile: bytes) -> None:  # noqa: N803
        self.calls.append(("code", {"of": FunctionName}))
        self.content[FunctionName] = ZipFile

    def update_function_configuration(self, *, FunctionName: str, Layers: list[str]) -> None:  # noqa: N803
        self.calls.append(("layers", {"of": FunctionName, "layers": Layers}))

    def publish_version(self, *, FunctionName: str) -> dict[str, Any]:  # noqa: N803
        self.calls.append(("publish", {"of": FunctionName}))
        return {"Version": "7"}

    def update_alias(self, *, FunctionName: str, Name: str, FunctionVersion: str) -> None:  # noqa: N803
        self.calls.append(("alias", {"of": FunctionName, "name": Name, "version": FunctionVersion}))

    def publish_layer_version(self, *, LayerName: str, Content: dict[str, bytes]) -> dict[str, Any]:  # noqa: N803
        self.content[LayerName] = Content["ZipFile"]
        return {"LayerVersionArn": f"{ARN}:{LayerName}:2"}

    def of(self, name: str) -> list[tuple[str, dict[str, Any]]]:
        """The changes of a function in their order."""
        return [(what, {k: v for k, v in more.items() if k != "of"}) for what, more in self.calls if more["of"] == name]

    def files(self, name: str) -> dict[str, bytes]:
        with zipfile.ZipFile(io.BytesIO(self.content[name])) as archive:
            return {file: archive.read(file) for file in archive.namelist()}


@pytest.fixture
def functions() -> Lambda:
    return Lambda()


def test_the_functions_that_run_a_changed_module_get_it_and_no_others(functions: Lambda) -> None:
    changed = FUNCTIONS / "gym" / "endpoints" / "search_gyms.py"
    assert Redeployment(functions).deploy([changed]) == ["search-gyms"]
    assert functions.of("search-gyms") == [("code", {})]
    files = functions.files("search-gyms")
    assert files["gym/endpoints/search_gyms.py"] == changed.read_bytes()
    assert {name for name in files if name.endswith(".py")} == {
        path.as_posix() for path in code.files_of("gym") if path.suffix == ".py"
    }


def test_a_module_that_others_import_goes_to_those_that_run_it(functions: Lambda) -> None:
    assert Redeployment(functions).deploy([FUNCTIONS / "gym" / "repository.py"]) == ["get-gym", "search-gyms"]


def test_the_code_of_a_package_itself_goes_to_all_that_import_from_it(functions: Lambda) -> None:
    names = Redeployment(functions).deploy([FUNCTIONS / "gym" / "__init__.py"])
    assert names == ["get-gym", "search-gyms"]


def test_a_file_that_is_no_module_goes_to_its_whole_domain(functions: Lambda) -> None:
    assert Redeployment(functions).deploy([FUNCTIONS / "gateway" / "openapi.json"]) == ["get-health"]


def test_an_alias_follows_with_a_new_version(functions: Lambda) -> None:
    Redeployment(functions).deploy([FUNCTIONS / "gym" / "endpoints" / "get_gym.py"])
    assert functions.of("get-gym") == [("code", {}), ("publish", {}), ("alias", {"name": "live", "version": "7"})]


def test_a_shared_module_goes_to_all_functions_as_a_layer(functions: Lambda) -> None:
    changed = SHARED / "solo60" / "clock.py"
    assert Redeployment(functions).deploy([changed]) == sorted(MODULES)
    layers = [f"{ARN}:gym-Dependencies1:1", f"{ARN}:{LAYER_NAME}:2"]
    for name in MODULES:
        assert functions.of(name)[0] == ("layers", {"layers": layers})
    assert functions.files(LAYER_NAME)["python/solo60/clock.py"] == changed.read_bytes()


def test_nothing_is_deployed_with_a_file_that_does_not_compile(functions: Lambda, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.py", tmp_path / "bad.py"
    good.write_text("x = 1\n")
    bad.write_text("x = 1\ndef\n")
    require_syntax([good, tmp_path / "removed.py", tmp_path / "page.html"])
    with pytest.raises(LocalRunError, match=r"bad\.py:2: invalid syntax"):
        Redeployment(functions).deploy([good, bad])
    assert functions.calls == []


def test_what_is_as_it_was_built_comes_compiled(tmp_path: Path) -> None:
    sources, built = tmp_path / "sources", tmp_path / "built"
    for folder in (sources, built):
        (folder / "d" / "__pycache__").mkdir(parents=True)
        for name in ("same", "changed"):
            (folder / "d" / f"{name}.py").write_text("x = 1\n")
            (folder / "d" / "__pycache__" / f"{name}.cpython-311.pyc").write_bytes(folder.name.encode())
    (sources / "d" / "changed.py").write_text("x = 2\n")
    files = [Path("d/same.py"), Path("d/changed.py")]
    with zipfile.ZipFile(io.BytesIO(zipped(files, sources, built, "python/"))) as archive:
        assert sorted(archive.namelist()) == [
            "python/d/__pycache__/same.cpython-311.pyc",
            "python/d/changed.py",
            "python/d/same.py",
        ]
        assert archive.read("python/d/__pycache__/same.cpython-311.pyc") == b"built"


def test_a_file_that_is_written_made_or_removed_has_changed_once(tmp_path: Path) -> None:
    written, removed, made = tmp_path / "written.py", tmp_path / "removed.py", tmp_path / "in" / "made.json"
    for path in (written, removed):
        path.write_text("1")
    sources = Sources(tmp_path)
    assert sources.changed() == frozenset()
    written.write_text("12")
    removed.unlink()
    made.parent.mkdir()
    made.write_text("1")
    assert sources.changed() == {written, removed, made}
    assert sources.changed() == frozenset()


@pytest.mark.parametrize("name", [".hidden.py.swp", "made.py~", "__pycache__/made.cpython-311.pyc"])
def test_what_editors_and_python_leave_behind_is_no_source(tmp_path: Path, name: str) -> None:
    sources = Sources(tmp_path)
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("1")
    assert sources.changed() == frozenset()


def test_a_declaration_is_described_by_what_it_declares() -> None:
    grant = TableGrant("gym", frozenset({Do.GET, Do.PUT}))
    assert description(grant) == description(TableGrant("gym", frozenset({Do.PUT, Do.GET})))
    assert description(grant) != description(TableGrant("gym", frozenset({Do.GET})))
    assert description(AUTH_THROTTLE) != description(Throttle(AUTH_THROTTLE.rate + 1, AUTH_THROTTLE.burst))
    assert description((Access.MEMBER, list[str], None, require_syntax)) == [
        "member",
        "list[str]",
        None,
        "infra_cdk.local.redeploy.require_syntax",
    ]
    with pytest.raises(NotDescribable):
        description(object())


def test_every_function_and_domain_has_a_digest() -> None:
    found = digests()
    assert {"gym", "gym get-gym", "session relay", "payment expire-credits"} <= found.keys()


class Screen:
    """What the watch tells."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.lines: list[str] = []
        monkeypatch.setattr(console, "print", self.lines.append)

    def told(self) -> str:
        lines, self.lines[:] = "\n".join(self.lines), []
        return lines


class Changing:
    """Sources whose changes a test gives."""

    def __init__(self) -> None:
        self.next: set[Path] = set()

    def changed(self) -> frozenset[Path]:
        found, self.next = frozenset(self.next), set()
        return found


class Deploying:
    """A redeployment that fails while it is told to."""

    def __init__(self) -> None:
        self.fails = ""
        self.deployed: list[set[Path]] = []

    def deploy(self, changed: Iterable[Path]) -> list[str]:
        if self.fails:
            raise LocalRunError(self.fails)
        self.deployed.append(set(changed))
        return ["a", "b", "c", "d", "e", "f"]


class Scene:
    """A watch with what it works with."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.screen, self.sources, self.redeployment = Screen(monkeypatch), Changing(), Deploying()
        self.digests: Digests = {"gym get-gym": "1"}
        self._read = threading.Event()
        self.declarations = Declarations(self._digests)
        self.watch = Watch(self.sources, self.redeployment, self.declarations)  # type: ignore[arg-type]

    def _digests(self) -> Digests:
        self._read.set()
        if "fails" in self.digests:
            raise LocalRunError(self.digests["fails"])
        return dict(self.digests)

    def look(self, *changed: Path) -> str:
        self.sources.next = set(changed)
        self.watch.look()
        return self.screen.told()

    def look_until(self, holds: Callable[[str], bool]) -> str:
        for _ in range(1_000):
            told = self.look()
            if holds(told):
                return told
            threading.Event().wait(0.005)
        raise AssertionError("it was never told")


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    made = Scene(monkeypatch)
    assert made._read.wait(10)
    return made


ONE, OTHER = FUNCTIONS / "gym" / "search.py", SHARED / "solo60" / "clock.py"


def test_a_change_is_deployed_and_told(scene: Scene) -> None:
    assert scene.look() == ""
    told = scene.look(ONE)
    assert scene.redeployment.deployed == [{ONE}]
    assert "deployed" in told
    assert "functions/gym/search.py: a, b, c, d and 2 more" in told


def test_what_could_not_be_deployed_is_deployed_with_the_next_change(scene: Scene) -> None:
    scene.redeployment.fails = "search.py:3: invalid syntax"
    assert "search.py:3: invalid syntax" in scene.look(ONE)
    scene.redeployment.fails = ""
    scene.look(OTHER)
    scene.look(OTHER)
    assert scene.redeployment.deployed == [{ONE, OTHER}, {OTHER}]


def test_changed_infrastructure_asks_for_a_restart(scene: Scene) -> None:
    told = scene.look(watch._INFRASTRUCTURE / "stages.py")
    assert "restart" in told
    assert scene.redeployment.deployed == []


def test_a_changed_declaration_asks_for_a_restart_once(scene: Scene) -> None:
    scene.digests = {"gym get-gym": "2", "gym new": "1"}
    scene.look(ONE)
    told = scene.look_until(bool)
    assert "restart" in told
    assert "gym get-gym, gym new" in told
    scene.look(ONE)
    assert scene.declarations._asked is not None
    scene.declarations._asked.result()
    assert scene.look() == ""


def test_sources_that_cannot_be_imported_are_told(scene: Scene) -> None:
    scene.digests = {"fails": "NameError: name 'x' is not defined"}
    scene.look(ONE)
    assert "NameError" in scene.look_until(bool)
