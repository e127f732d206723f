"""Build the dashboard and bring it to its bucket."""

import fcntl
import hashlib
import json
import mimetypes
import os
import subprocess
import sys
from pathlib import Path

from onhand.console import UserError, console, step
from onhand.stack import Stack
from onhand.target import ROOT

SOURCES = ROOT / "dashboard"
_MADE = ("node_modules", "dist", ".svelte-kit", "test-results", "coverage")


def is_built() -> bool:
    """Is what stands in dashboard/dist made from the sources as they are now?"""
    mark = SOURCES / "dist" / ".made-from"
    return mark.exists() and mark.read_text() == _fingerprint()


def build() -> None:
    """Build dashboard/dist with the Node.js of the virtual environment, unless that was done already."""
    with (Path(sys.prefix) / "dashboard.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_built():
            return
        fingerprint = _fingerprint()
        lockfile = hashlib.sha256((SOURCES / "package-lock.json").read_bytes()).hexdigest()
        installed = SOURCES / "node_modules" / ".installed-from"
        if not installed.exists() or installed.read_text() != lockfile:
            npm("ci", "--no-audit", "--no-fund")
            installed.write_text(lockfile)
        npm("run", "build")
        (SOURCES / "dist" / ".made-from").write_text(fingerprint)


def npm(*arguments: str, show: bool = False) -> None:
    """Run npm in dashboard/, silently unless it fails or `show`.

    Its cache is beside the virtual environment instead of in the home folder.
    """
    tools = Path(sys.executable).parent
    result = subprocess.run(
        [tools / "npm", *arguments],
        cwd=SOURCES,
        env={
            **os.environ,
            "PATH": f"{tools}{os.pathsep}{os.environ.get('PATH', '')}",
            "npm_config_cache": str(Path(sys.prefix) / "npm-cache"),
            "npm_config_update_notifier": "false",
        },
        stdin=subprocess.DEVNULL,
        stdout=None if show else subprocess.PIPE,
        stderr=None if show else subprocess.STDOUT,
        text=True,
        check=False,
    )
    if result.returncode:
        console.print((result.stdout or "")[-6000:], markup=False)
        raise UserError(f"`npm {' '.join(arguments)}` failed in dashboard/, see above.")


def bring(stack: Stack) -> None:
    """Build the dashboard if need be, and publish it."""
    if not is_built():
        with step("Build the dashboard"):
            build()
    with step("Publish the dashboard"):
        publish(stack)


def publish(stack: Stack) -> int:
    """Bring dashboard/dist and its configuration to the bucket. Returns how many files were new or changed."""
    bucket = stack.outputs.DashboardBucket
    files = {str(path.relative_to(SOURCES / "dist")): path.read_bytes() for path in _files(SOURCES / "dist")}
    files["config.json"] = json.dumps(configuration(stack), indent=2).encode()
    there: dict[str, str] = {}
    for page in stack.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        there |= {entry["Key"]: entry["ETag"].strip('"') for entry in page.get("Contents", [])}
    changed = [name for name, body in files.items() if there.get(name) != hashlib.md5(body).hexdigest()]  # noqa: S324 - as S3 does
    # Pages last: whoever loads one in between finds what it asks for.
    for name in sorted(changed, key=lambda name: not name.startswith("assets/")):
        stack.s3.put_object(
            Bucket=bucket,
            Key=name,
            Body=files[name],
            ContentType=_content_type(name),
            # Vite names what is in assets/ by its content.
            CacheControl="public, max-age=31536000, immutable" if name.startswith("assets/") else "no-cache",
        )
    # What is no longer there goes, but assets of the version before stay for those who have it open.
    for name in there.keys() - files.keys():
        if not name.startswith("assets/"):
            stack.s3.delete_object(Bucket=bucket, Key=name)
    if changed and not stack.is_local:
        stack.cloudfront.create_invalidation(
            DistributionId=stack.outputs.DistributionId,
            InvalidationBatch={
                "Paths": {"Quantity": 1, "Items": ["/*"]},
                "CallerReference": hashlib.sha256("".join(sorted(changed)).encode() + os.urandom(8)).hexdigest(),
            },
        )
    return len(changed)


def configuration(stack: Stack) -> dict[str, str | int | None]:
    """What the dashboard must know of the stack: /config.json of docs/data-model.md."""
    outputs = stack.outputs
    return {
        "region": stack.region,
        "endpoint": stack.endpoint,
        "userPoolId": outputs.UserPoolId,
        "userPoolClientId": outputs.UserPoolClientId,
        "identityPoolId": outputs.IdentityPoolId,
        "guest": outputs.GuestAccess == "true",
        "shards": stack.shards,
        "uploadsBucket": outputs.UploadsBucket,
        "inventoryTable": outputs.InventoryTable,
        "storesTable": outputs.StoresTable,
        "reorderPointsTable": outputs.ReorderPointsTable,
        "uploadsTable": outputs.UploadsTable,
        "alertsTable": outputs.AlertsTable,
        "acknowledgementsTable": outputs.AcknowledgementsTable,
        "groupsTable": outputs.GroupsTable,
        "historyTable": outputs.HistoryTable,
        "forecastsTable": outputs.ForecastsTable,
        "catalogueTable": outputs.CatalogueTable,
    }


def _content_type(name: str) -> str:
    guessed = {".js": "text/javascript", ".webmanifest": "application/manifest+json"}.get(Path(name).suffix)
    kind = guessed or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith(".")]


def _fingerprint() -> str:
    total = hashlib.sha256()
    for folder, folders, names in os.walk(SOURCES):
        folders[:] = sorted(name for name in folders if name not in _MADE)
        for name in sorted(names):
            path = Path(folder, name)
            total.update(f"{path.relative_to(SOURCES)}\0".encode() + path.read_bytes())
    return total.hexdigest()


def check() -> None:
    """Build the dashboard, check its types and run its tests: `make dashboard-checks`."""
    build()
    for script in ("check", "test"):
        npm("run", script, show=True)
