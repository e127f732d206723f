"""What is deployed: a copy of functions/ and template.yaml, packed by `sam package` and brought to a bucket."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from functools import cache
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from onhand import local
from onhand.console import UserError, console
from onhand.stack import Aws
from onhand.stack_state import state_of
from onhand.target import ROOT, clean_environment

_LOCAL_BUCKET = "onhand-artifacts"
_PACKED = "packed.yaml"


def staged(build: Path) -> Path:
    """A copy of what is deployed and of nothing else: sam packs whole folders, with caches and editors' files."""
    shutil.rmtree(build, ignore_errors=True)
    shutil.copytree(
        ROOT / "functions", build / "functions", ignore=shutil.ignore_patterns("__pycache__", "*.pyc", ".*", "*~")
    )
    shutil.copy2(ROOT / "template.yaml", build)
    return build


def fingerprint(folder: Path) -> str:
    """The same for the same files."""
    total = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        total.update(f"{path.relative_to(folder)}\0{path.stat().st_size}\0".encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def template(build: Path) -> dict[str, Any]:
    """The staged template.yaml. Nobody changes what is returned."""
    return _parsed((build / "template.yaml").read_text())


@cache  # it takes most of a second, and several want to know what is in it
def _parsed(text: str) -> dict[str, Any]:
    from samcli.yamlhelper import yaml_parse  # it takes a while to load

    parsed: dict[str, Any] = yaml_parse(text)
    return parsed


def package(aws: Aws, data: Path, build: Path) -> str:
    """Pack the functions and bring them, and the template that names them, to a bucket. Returns the template's URL.

    On AWS that is the bucket that SAM keeps for this; it is made if there is none.
    Raises UserError if `sam package` fails, whose output is then shown.
    """
    _sam_package(aws, data, build)
    body = (build / _PACKED).read_bytes()
    bucket, key = _bucket(aws), f"onhand/{hashlib.sha256(body).hexdigest()[:32]}.template"
    aws.s3.put_object(Bucket=bucket, Key=key, Body=body)
    # CloudFormation wants https, also the emulator, which finds the bucket by its name.
    return f"https://s3.{aws.region}.amazonaws.com/{bucket}/{key}"


def _sam_package(aws: Aws, data: Path, build: Path) -> None:
    command = [
        *(str(Path(sys.executable).parent / "sam"), "package", "--template-file", "template.yaml"),
        *("--output-template-file", _PACKED, "--region", aws.region, "--no-progressbar"),
        *(("--s3-bucket", _local_bucket(aws)) if aws.endpoint else ("--resolve-s3",)),
    ]
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
        raise UserError("`sam package` failed, see above. Nothing was deployed.")


def _bucket(aws: Aws) -> str:
    if aws.endpoint:
        return _LOCAL_BUCKET
    state = state_of(aws, "aws-sam-cli-managed-default")
    if state is None or "SourceBucket" not in state.outputs:
        raise UserError(
            "SAM's stack 'aws-sam-cli-managed-default' has no output SourceBucket: delete it, and try again."
        )
    return state.outputs["SourceBucket"]


def _local_bucket(aws: Aws) -> str:
    try:
        aws.s3.head_bucket(Bucket=_LOCAL_BUCKET)
    except ClientError:
        aws.s3.create_bucket(Bucket=_LOCAL_BUCKET)
    return _LOCAL_BUCKET


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
