"""Deploys a synthesized cloud assembly into the emulator, as `cdk deploy` does: assets to S3, stacks in their order."""

from __future__ import annotations

import hashlib
import io
import json
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from infra_cdk.local.errors import LocalRunError

LEFT_OUT = ("operations", "edge")
"""Stacks of resource types that the emulator does not know; template tests prove them."""

_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_TEMPLATE_TAG = "solo60:template"
_DEPLOY_TIMEOUT_SECONDS = 300
_POLL_SECONDS = 0.1


@dataclass(frozen=True)
class StackArtifact:
    """A stack of the assembly."""

    id: str
    name: str
    template: Path
    assets: Path
    after: frozenset[str]


class Assembly:
    """A cloud assembly on disk, bound to clients of the AWS to deploy to.

    Parameters
    ----------
    folder
        The assembly.
    client
        Makes a client of an AWS service.
    replace
        Texts to replace in the templates.
    zips
        Where zipped assets are kept between runs.
    """

    def __init__(
        self,
        folder: Path,
        client: Callable[[str], Any],
        *,
        account: str,
        region: str,
        replace: dict[str, str],
        zips: Path,
    ) -> None:
        self._folder = folder
        self._cloudformation = client("cloudformation")
        self._s3 = client("s3")
        self._ssm = client("ssm")
        self._placeholders = {"${AWS::AccountId}": account, "${AWS::Region}": region, "${AWS::Partition}": "aws"}
        self._region = region
        self._replace = replace
        self._zips = zips
        manifest = json.loads((folder / "manifest.json").read_text())
        self.stacks = {stack.id: stack for stack in _stacks(folder, manifest)}

    @property
    def templates(self) -> list[dict[str, Any]]:
        """The templates of all its stacks."""
        return [json.loads(stack.template.read_text()) for stack in self.stacks.values()]

    def deploy(self, tell: Callable[[str], None]) -> dict[str, dict[str, str]]:
        """Deploy everything that is not deployed as it is.

        Returns
        -------
        dict
            The outputs of each stack by its id.
        """
        tell("assets")
        self._upload_assets()
        done: dict[str, dict[str, str]] = {}
        while len(done) < len(self.stacks):
            ready = [s for s in self.stacks.values() if s.id not in done and s.after <= done.keys()]
            tell(", ".join(stack.id for stack in ready))
            with ThreadPoolExecutor(4) as pool:
                done.update(zip([stack.id for stack in ready], pool.map(self._deploy_stack, ready), strict=True))
        return done

    # assets

    def _upload_assets(self) -> None:
        wanted: dict[tuple[str, str], tuple[str, dict[str, Any]]] = {}
        for stack in self.stacks.values():
            for digest, asset in json.loads(stack.assets.read_text())["files"].items():
                if asset["source"]["path"].endswith(".template.json"):
                    continue
                for destination in asset["destinations"].values():
                    place = (self._filled(destination["bucketName"]), self._filled(destination["objectKey"]))
                    wanted[place] = (digest, asset["source"])
        for bucket in {place[0] for place in wanted} | {self._template_bucket()}:
            self._ensure_bucket(bucket)
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda item: self._upload(*item[0], *item[1]), wanted.items()))

    def _ensure_bucket(self, bucket: str) -> None:
        try:
            self._s3.head_bucket(Bucket=bucket)
        except ClientError:
            self._s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": self._region})

    def _upload(self, bucket: str, key: str, digest: str, source: dict[str, Any]) -> None:
        try:
            self._s3.head_object(Bucket=bucket, Key=key)
        except ClientError:
            self._s3.put_object(Bucket=bucket, Key=key, Body=self._content(digest, source))

    def _content(self, digest: str, source: dict[str, Any]) -> bytes:
        path = self._folder / source["path"]
        if source["packaging"] != "zip":
            return bytes(path.read_bytes())
        kept = self._zips / f"{digest}.zip"
        if not kept.exists():
            self._zips.mkdir(parents=True, exist_ok=True)
            draft = kept.with_suffix(f".{id(source)}")
            draft.write_bytes(_zipped(path))
            draft.replace(kept)
        return kept.read_bytes()

    def _filled(self, text: str) -> str:
        for placeholder, value in self._placeholders.items():
            text = text.replace(placeholder, value)
        return text

    def _template_bucket(self) -> str:
        return f"solo60-templates-{self._region}"

    # stacks

    def _deploy_stack(self, stack: StackArtifact) -> dict[str, str]:
        body = filled_in(stack.template.read_text(), self._replace)
        digest = hashlib.sha256(body.encode()).hexdigest()
        self._satisfy_bootstrap_version(json.loads(body))
        existing = self._describe(stack.name)
        if existing is not None and existing["StackStatus"].endswith(("ROLLBACK_COMPLETE", "FAILED")):
            self._cloudformation.delete_stack(StackName=stack.name)
            existing = None
        if existing is None or {"Key": _TEMPLATE_TAG, "Value": digest} not in existing.get("Tags", []):
            key = f"{stack.name}/{digest}.json"
            self._s3.put_object(Bucket=self._template_bucket(), Key=key, Body=body.encode())
            change = self._cloudformation.create_stack if existing is None else self._cloudformation.update_stack
            change(
                StackName=stack.name,
                TemplateURL=f"https://s3.{self._region}.amazonaws.com/{self._template_bucket()}/{key}",
                Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
                Tags=[{"Key": _TEMPLATE_TAG, "Value": digest}],
            )
        return self._wait(stack)

    def _describe(self, name: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = self._cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        except ClientError:
            return None
        return found

    def _wait(self, stack: StackArtifact) -> dict[str, str]:
        deadline = time.monotonic() + _DEPLOY_TIMEOUT_SECONDS
        while time.monotonic() < deadline:
            found = self._describe(stack.name)
            status = found["StackStatus"] if found else "GONE"
            if found and status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
                return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}
            if not status.endswith("IN_PROGRESS"):
                raise LocalRunError(f"Stack {stack.name} is {status}: {self._first_failure(stack.name)}")
            time.sleep(_POLL_SECONDS)
        raise LocalRunError(f"Stack {stack.name} did not deploy within {_DEPLOY_TIMEOUT_SECONDS} seconds")

    def _first_failure(self, name: str) -> str:
        try:
            events = self._cloudformation.describe_stack_events(StackName=name)["StackEvents"]
        except ClientError as error:
            return str(error)
        failed = [event for event in events if event["ResourceStatus"].endswith("FAILED")]
        if not failed:
            return "no resource says why"
        first = failed[-1]
        return f"{first['LogicalResourceId']} ({first['ResourceType']}): {first.get('ResourceStatusReason', '')}"

    def _satisfy_bootstrap_version(self, template: dict[str, Any]) -> None:
        """The default synthesizer asks whether the account is bootstrapped; the emulator's never is."""
        parameter = template.get("Parameters", {}).get("BootstrapVersion")
        if parameter is not None:
            self._ssm.put_parameter(Name=parameter["Default"], Value="99", Type="String", Overwrite=True)


def _stacks(folder: Path, manifest: dict[str, Any]) -> Iterator[StackArtifact]:
    artifacts = manifest["artifacts"]
    kept = {
        name
        for name, artifact in artifacts.items()
        if artifact["type"] == "aws:cloudformation:stack" and not name.lower().endswith(LEFT_OUT)
    }
    for name in sorted(kept):
        artifact = artifacts[name]
        yield StackArtifact(
            id=name,
            name=artifact["properties"].get("stackName", name),
            template=folder / artifact["properties"]["templateFile"],
            assets=folder / artifacts[f"{name}.assets"]["properties"]["file"],
            after=frozenset(artifact.get("dependencies", ())) & kept,
        )


def filled_in(body: str, values: dict[str, str]) -> str:
    """A template with its placeholders replaced.

    The CDK names the version of a function by a digest of code and configuration. A function with another value needs
    another version, so the value becomes a part of the name.
    """
    for placeholder, value in values.items():
        resources = json.loads(body)["Resources"]
        changed = {id for id, resource in resources.items() if placeholder in json.dumps(resource)}
        digest = hashlib.sha256(value.encode()).hexdigest()[:8]
        for id, resource in resources.items():
            if resource["Type"] == "AWS::Lambda::Version" and resource["Properties"]["FunctionName"]["Ref"] in changed:
                body = body.replace(id, f"{id}{digest}")
        body = body.replace(placeholder, value)
    return body


def _zipped(folder: Path) -> bytes:
    """A zip with no trace of when it was made; packed lightly, it does not travel far."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _ZIP_TIME)
                entry.external_attr = (path.stat().st_mode & 0xFFFF) << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, path.read_bytes())
    return target.getvalue()
