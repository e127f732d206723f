"""Bring template.yaml and functions/ to where they run, with `sam deploy`, on AWS and on this machine alike."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from botocore.exceptions import ClientError

from onhand import local
from onhand.console import UserError, console
from onhand.stack import Aws, Stack, outputs_of
from onhand.target import ROOT, clean_environment

# What differs on this machine is set by parameters, nowhere else.
LOCAL_PARAMETERS = {"GuestAccess": "true", "DeletionProtection": "false"}

_MARK = "deployed.json"


def deploy(aws: Aws, name: str, data: Path, parameters: dict[str, str]) -> tuple[Stack, str | None]:
    """Deploy, unless this very state is deployed on this machine already.

    Returns the stack, and what to `remember` once it is sure to last; None if nothing was to be done.
    """
    build = _staged(data / "build")
    if aws.endpoint:
        parameters = {**LOCAL_PARAMETERS, "EmulatorPort": aws.endpoint.rsplit(":", 1)[1], **parameters}
    state = json.dumps({"code": _fingerprint(build), "parameters": parameters})
    mark = data / _MARK
    if aws.endpoint and mark.exists() and mark.read_text() == state:
        outputs = outputs_of(aws, name)
        if outputs:
            return Stack(name, outputs, aws.region, aws.endpoint), None
    mark.unlink(missing_ok=True)
    _sam_deploy(aws, name, data, build, parameters)
    outputs = outputs_of(aws, name)
    if outputs is None:
        raise UserError(f"The stack '{name}' was deployed, but lacks outputs of template.yaml.")
    return Stack(name, outputs, aws.region, aws.endpoint), state


def remember(data: Path, state: str) -> None:
    """Note that this state is deployed and saved, so that the next `deploy` need not do it again."""
    (data / _MARK).write_text(state)


def is_idle(aws: Aws, name: str) -> bool:
    """Is no deployment under way?"""
    try:
        stacks = aws.cloudformation.describe_stacks(StackName=name)["Stacks"]
    except ClientError:
        return True
    return not stacks[0]["StackStatus"].endswith("_IN_PROGRESS")


def unprotect(stack: Stack) -> None:
    """Lift the deletion protection of the tables and the user pool."""
    outputs = stack.outputs
    tables = (
        outputs.InventoryTable,
        outputs.StoresTable,
        outputs.ReorderPointsTable,
        outputs.UploadsTable,
        outputs.AlertsTable,
        outputs.AcknowledgementsTable,
    )
    for table in tables:
        stack.dynamodb.update_table(TableName=table, DeletionProtectionEnabled=False)
        stack.dynamodb.get_waiter("table_exists").wait(TableName=table)
    # UpdateUserPool resets what it is not given, so give it everything that we set.
    pool = stack.cognito.describe_user_pool(UserPoolId=outputs.UserPoolId)["UserPool"]
    kept = ("Policies", "AutoVerifiedAttributes", "UserAttributeUpdateSettings", "AccountRecoverySetting")
    stack.cognito.update_user_pool(
        UserPoolId=outputs.UserPoolId,
        DeletionProtection="INACTIVE",
        AdminCreateUserConfig={"AllowAdminCreateUserOnly": True},
        **{name: pool[name] for name in kept if name in pool},  # type: ignore[literal-required]
    )


def empty(stack: Stack, bucket: str) -> None:
    """Delete every version of every object of a bucket."""
    for page in stack.s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        listed = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        if listed:
            objects = [{"Key": entry["Key"], "VersionId": entry["VersionId"]} for entry in listed]
            stack.s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})  # type: ignore[typeddict-item]


def _staged(build: Path) -> Path:
    """A copy of what is deployed and of nothing else: sam packs whole folders, with caches and editors' files."""
    shutil.rmtree(build, ignore_errors=True)
    shutil.copytree(
        ROOT / "functions", build / "functions", ignore=shutil.ignore_patterns("__pycache__", "*.pyc", ".*", "*~")
    )
    shutil.copy2(ROOT / "template.yaml", build)
    return build


def _fingerprint(folder: Path) -> str:
    total = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        total.update(f"{path.relative_to(folder)}\0{path.stat().st_size}\0".encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def _sam_deploy(aws: Aws, name: str, data: Path, build: Path, parameters: dict[str, str]) -> None:
    command = [
        *(str(Path(sys.executable).parent / "sam"), "deploy", "--template-file", "template.yaml"),
        *("--stack-name", name, "--region", aws.region, "--capabilities", "CAPABILITY_IAM"),
        *("--no-confirm-changeset", "--no-fail-on-empty-changeset", "--no-progressbar"),
        *(("--s3-bucket", _artifacts_bucket(aws)) if aws.endpoint else ("--resolve-s3",)),
        *("--tags", f"app={name}"),
    ]
    if parameters:
        command += ["--parameter-overrides", *(f"ParameterKey={k},ParameterValue={v}" for k, v in parameters.items())]
    result = subprocess.run(
        command,
        cwd=build,
        env={**(_local_environment(aws, data) if aws.endpoint else os.environ), **_sam_settings(data)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if result.returncode:
        console.print(result.stdout[-6000:], markup=False)
        raise UserError("`sam deploy` failed, see above.")


def _local_environment(aws: Aws, data: Path) -> dict[str, str]:
    assert aws.endpoint
    return {
        **clean_environment(),
        "AWS_ENDPOINT_URL": aws.endpoint,
        "AWS_ACCESS_KEY_ID": local.ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": local.SECRET_KEY,
        "AWS_DEFAULT_REGION": aws.region,
        # Files that do not exist: no profile of the user's gets in.
        "AWS_CONFIG_FILE": str(data / "no-aws-config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(data / "no-aws-credentials"),
    }


def _sam_settings(data: Path) -> dict[str, str]:
    """Make sam keep its notes here instead of in the home folder, and not call home (telemetry, newer versions)."""
    notes = data / "sam"
    notes.mkdir(parents=True, exist_ok=True)
    (notes / "metadata.json").write_text(json.dumps({"telemetryEnabled": False, "lastVersionCheck": time.time()}))
    return {"__SAM_CLI_APP_DIR": str(notes), "SAM_CLI_TELEMETRY": "0"}


def _artifacts_bucket(aws: Aws) -> str:
    bucket = "onhand-artifacts"
    try:
        aws.s3.head_bucket(Bucket=bucket)
    except ClientError:
        aws.s3.create_bucket(Bucket=bucket)
    return bucket
