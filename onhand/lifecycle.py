"""`onhand up`, `down`, `status`, `deploy`, `destroy`: the life of a stack."""

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from onhand import dashboard, deploy, local
from onhand.console import UserError, console, step
from onhand.stack import Aws, Stack, connect, find_stack
from onhand.target import target

Parameters = Annotated[
    list[str] | None, typer.Option("--parameter", metavar="NAME=VALUE", help="A parameter of template.yaml. Repeatable.")
]


def up(
    detach: Annotated[bool, typer.Option("--detach", help="Leave it running in the background and return.")] = False,
    port: Annotated[int, typer.Option(help="Where the local AWS listens, on 127.0.0.1 only.")] = 4566,
    samples: Annotated[bool, typer.Option(help="Upload the samples on the first start.")] = True,
    with_dashboard: Annotated[bool, typer.Option("--dashboard/--no-dashboard", help="Build and publish it.")] = True,
    parameter: Parameters = None,
) -> None:
    """Start onhand on this machine: local AWS, stack, dashboard. Then show what happens until Ctrl-C."""
    if target.aws:
        raise UserError("`onhand up` starts onhand on this machine. On AWS: `onhand deploy --aws`.")
    _start(target.data, port, _pairs(parameter), samples, with_dashboard)


def _start(data: Path, port: int, parameters: dict[str, str], samples: bool, with_dashboard: bool) -> Stack:
    with local.locked(data):
        server = local.running(data)
        ended_hard = False
        if server is None:
            with step("Start the local AWS"):
                server, ended_hard = local.start(data, port)
        aws = Aws(endpoint=server.endpoint)
        with step("Deploy the stack"):
            stack, fresh = deploy.deploy(aws, target.name, data, parameters)
        if fresh:
            with step("Save its state"):  # the emulator keeps a bucket's settings only when it is stopped cleanly
                local.stop(data)
                local.start(data, server.port)
        if with_dashboard:
            _bring_dashboard(stack)
    return stack


def _bring_dashboard(stack: Stack) -> None:
    if not dashboard.SOURCES.exists():
        return
    if not dashboard.is_built():
        with step("Build the dashboard"):
            dashboard.build()
    with step("Publish the dashboard"):
        dashboard.publish(stack)


def down() -> None:
    """Stop the onhand that runs on this machine. Everything in it is kept."""
    if local.running(target.data) is None:
        console.print("onhand does not run here.")
        return
    with local.locked(target.data), step("Stop the local AWS"):
        local.stop(target.data)


def status(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
) -> None:
    """Say whether onhand runs, where, and what waits in its queues."""
    stack = find_stack()
    report = {
        "stack": stack.name,
        "region": stack.region,
        "endpoint": stack.endpoint,
        "dashboard": stack.outputs.DashboardUrl,
        "waiting": {
            "uploads": _depth(stack, stack.outputs.UploadsQueueUrl),
            "dead letters": _depth(stack, stack.outputs.DeadLetterQueueUrl),
            "failed alerts": _depth(stack, stack.outputs.FailedAlertsQueueUrl),
        },
        "outputs": asdict(stack.outputs),
    }
    if as_json:
        print(json.dumps(report, indent=2))  # noqa: T201
        return
    table = Table(show_header=False, box=None)
    table.add_row("dashboard", stack.outputs.DashboardUrl)
    table.add_row("AWS", stack.endpoint or f"{stack.region}, stack {stack.name}")
    for name, value in asdict(stack.outputs).items():
        table.add_row(name, value)
    console.print(table)


def _depth(stack: Stack, queue: str) -> int:
    names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
    attributes = stack.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=list(names))["Attributes"]
    return sum(int(attributes[name]) for name in names)


def deploy_command(parameter: Parameters = None) -> None:
    """Deploy what stands in this folder: build, `sam deploy`, publish the dashboard."""
    aws = connect()
    with step("Deploy the stack"):
        stack, _ = deploy.deploy(aws, target.name, target.data, _pairs(parameter))
    _bring_dashboard(stack)


def destroy() -> None:
    """Delete the stack with everything in it."""
    local.stop(target.data)
    shutil.rmtree(target.data)


def _pairs(parameters: list[str] | None) -> dict[str, str]:
    pairs = [parameter.partition("=") for parameter in parameters or []]
    for name, equals, _ in pairs:
        if not equals:
            raise UserError(f"--parameter {name}: NAME=VALUE is wanted.")
    return {name: value for name, _, value in pairs}
