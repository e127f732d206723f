"""`onhand up`, `down`, `status`: the life of the onhand on this machine."""

import json
import signal
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from onhand import catalogue, dashboard, deploy, feed, local, samples_past, upload
from onhand.console import UserError, console, step, warn
from onhand.forecasts import wanted_stores
from onhand.look_ahead import look_now
from onhand.options import Parameters, WithDashboard, pairs
from onhand.replay import replay
from onhand.stack import Aws, Stack, find_stack, outputs_of
from onhand.stack_state import state_of, trouble
from onhand.target import ROOT, target
from onhand.unconfirmed import unconfirmed

_DRAIN_SECONDS = 10
_WORDS = {
    "uploads": "Uploads waiting to be loaded",
    "alerts": "Alerts waiting to be sent",
    "forecasts": "Stores waiting for a forecast",
    "digests": "Digests waiting to be sent",
    "posts": "Posts waiting for a channel",
    "dead letters": "Uploads not loaded, given up",
    "failed alerts": "Alerts not sent, given up",
    "failed history": "Changes not kept, given up",
    "failed forecasts": "Forecasts not made, given up",
    "failed digests": "Digests not sent, given up",
    "failed posts": "Posts not taken, given up",
    "failed deliveries": "Messages SNS did not deliver",
}
_HELP_FOR = {
    "dead letters": "`onhand redrive`",
    "failed alerts": "`onhand redrive`",
    "failed history": "`onhand redrive`",
    "failed forecasts": "`onhand redrive`",
    "failed digests": "`onhand redrive`",
    "failed posts": "`onhand redrive`",
    "failed deliveries": 'docs/subscribers.md, "What SNS could not deliver"',
}


def up(
    detach: Annotated[bool, typer.Option("--detach", help="Leave it running in the background and return.")] = False,
    port: Annotated[int | None, typer.Option(help="Where the local AWS listens, on 127.0.0.1 only. [4566]")] = None,
    samples: Annotated[bool, typer.Option(help="Bring the samples on the first start, and look ahead.")] = True,
    with_dashboard: WithDashboard = True,
    parameter: Parameters = None,
) -> None:
    """Start onhand on this machine and show what happens until Ctrl-C, which stops it. Everything in it is kept.

    Shown are each upload with its result, each alert as a subscriber of the topic received it, and each mail, such as
    the code for a forgotten password: none is sent.
    """
    if target.aws:
        raise UserError("`onhand up` starts onhand on this machine. On AWS: `onhand deploy --aws`.")
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # SIGINT, too: a script's `&` has it ignored
        signal.signal(sign, signal.default_int_handler)
    ran_already = local.running(target.data) is not None
    try:
        stack = _start(target.data, port, pairs(parameter), with_dashboard)
        if detach:
            _bring_samples_once(stack, target.data, samples)
            return
        with feed.subscriber(stack) as messages:
            _bring_samples_once(stack, target.data, samples)
            end = "Ctrl-C ends this view; `onhand down` stops onhand" if ran_already else "Ctrl-C stops onhand"
            feed.show(stack, messages, end, alive=lambda: local.running(target.data) is not None)
    except BaseException as error:
        if not ran_already:
            _stop(target.data)
        if not isinstance(error, KeyboardInterrupt):
            raise


def _start(data: Path, port: int | None, parameters: dict[str, str], with_dashboard: bool) -> Stack:
    with local.locked(data):
        server = local.running(data)
        if server and port not in (None, server.port):
            raise UserError(f"onhand runs here already, on port {server.port}. `onhand down` stops it.")
        ended_hard_at = None
        if server is None:
            with step("Start the local AWS"):
                server, ended_hard_at = local.start(data, port or 4566)
        with step("Deploy the stack"):
            stack, state = deploy.deploy(Aws(endpoint=server.endpoint), target.name, data, parameters)
            if state is not None:
                # The emulator keeps some of what was deployed only when it is stopped cleanly.
                local.stop(data)
                local.start(data, server.port)
                deploy.remember(data, state)
        if ended_hard_at is not None:
            warn("onhand was not stopped cleanly the last time. It is mended from the uploads in the bucket.")
            with step("Load again what was uploaded since"):
                replay(stack, since=ended_hard_at, quiet=True, lost=True)
        catalogue.count_once(stack)
        if with_dashboard:
            dashboard.bring(stack)
    console.print(f"\n  Dashboard   [bold]{stack.outputs.DashboardUrl}[/]", soft_wrap=True)
    console.print(
        f"  Local AWS   {server.endpoint} [dim](key 'test', secret 'test', region {local.REGION})[/]\n", soft_wrap=True
    )
    return stack


def _bring_samples_once(stack: Stack, data: Path, wanted: bool) -> None:
    mark = data / "started-before"
    if mark.exists():
        return
    if wanted:
        samples_past.bring(stack, data)
        files = sorted((ROOT / "samples").glob("*/*.csv"))
        upload.send(stack, files, store=None, metadata={"uploaded-by": "samples"}, wait=True)
        look_now(stack, wanted_stores(stack, None), quiet=False)
        console.print()
    mark.touch()


def _stop(data: Path) -> None:
    """Stop what runs here, after what is under way is through; a second Ctrl-C changes nothing."""
    server = local.running(data)
    if server is None:
        return
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, signal.SIG_IGN)
    with step("Stop the local AWS, everything is kept"):
        aws = Aws(endpoint=server.endpoint)
        _wait(lambda: not ((state := state_of(aws, target.name)) and state.is_under_way))
        outputs = outputs_of(aws, target.name)
        if outputs:
            _drain(Stack(target.name, outputs, endpoint=server.endpoint))
        local.stop(data)


def _drain(stack: Stack) -> None:
    """Let what is in the queues and in the stream go through: the emulator does not keep a stream."""

    def is_quiet() -> bool:
        return not any(stack.depth(url) for url in (stack.outputs.UploadsQueueUrl, stack.outputs.AlertsQueueUrl))

    if _wait(is_quiet):
        time.sleep(1)  # the last rows are on their way through the stream
        _wait(is_quiet)


def _wait(done: Callable[[], bool]) -> bool:
    """Wait for something, but not for ever; return whether it came."""
    deadline = time.monotonic() + _DRAIN_SECONDS
    while time.monotonic() < deadline:
        if done():
            return True
        time.sleep(0.1)
    return False


def down() -> None:
    """Stop the onhand that runs on this machine. Everything in it is kept."""
    if target.aws:
        raise UserError(
            "`onhand down` stops the onhand on this machine. `onhand destroy --aws` deletes the one on AWS."
        )
    if local.running(target.data) is None:
        console.print("onhand does not run here.")
        return
    with local.locked(target.data):
        _stop(target.data)


def status(as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False) -> None:
    """Show whether onhand runs, where, and what waits in its queues.

    Exit code 1 if it does not run.
    """
    if not target.aws and local.running(target.data) is None:
        console.print_json(data={"running": False}) if as_json else console.print("onhand does not run here.")
        raise typer.Exit(1)
    stack = find_stack()
    state = state_of(stack, stack.name)
    if state and (stuck := trouble(stack, stack.name, state)):
        warn(stuck)
    report = {
        "running": True,
        "stack": stack.name,
        "region": stack.region,
        "endpoint": stack.endpoint,
        "dashboard": stack.outputs.DashboardUrl,
        "waiting": _waiting(stack),
        "unconfirmed": [asdict(one) for one in unconfirmed(stack)],
        "outputs": asdict(stack.outputs),
    }
    if as_json:
        print(json.dumps(report, indent=2))  # noqa: T201 - for programs, without wrapping
    else:
        _show_status(stack, report)


def _waiting(stack: Stack) -> dict[str, int]:
    outputs = stack.outputs
    return {
        "uploads": stack.depth(outputs.UploadsQueueUrl),
        "alerts": stack.depth(outputs.AlertsQueueUrl),
        "forecasts": stack.depth(outputs.LookAheadQueueUrl),
        "digests": stack.depth(outputs.DigestsQueueUrl),
        "posts": stack.depth(outputs.ChannelsQueueUrl),
        "dead letters": stack.depth(outputs.DeadLetterQueueUrl),
        "failed alerts": stack.depth(outputs.FailedAlertsQueueUrl),
        "failed history": stack.depth(outputs.FailedHistoryQueueUrl),
        "failed forecasts": stack.depth(outputs.FailedLookAheadsQueueUrl),
        "failed digests": stack.depth(outputs.FailedDigestsQueueUrl),
        "failed posts": stack.depth(outputs.FailedPostsQueueUrl),
        "failed deliveries": stack.depth(outputs.FailedDeliveriesQueueUrl),
    }


def _show_status(stack: Stack, report: dict[str, Any]) -> None:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row("[bold]Dashboard[/]", stack.outputs.DashboardUrl)
    table.add_row("[bold]AWS[/]", stack.endpoint or f"{stack.region}, stack {escape(stack.name)}")
    for what, number in report["waiting"].items():
        help_for = _HELP_FOR.get(what)
        shown = f"[red]{number} ({help_for})[/]" if number and help_for else str(number)
        table.add_row(f"[bold]{_WORDS[what]}[/]", shown)
    for one in report["unconfirmed"]:
        table.add_row("[bold]Unconfirmed[/]", f"[yellow]{escape(one['address'])}, {escape(one['help'])}[/]")
    for name, value in report["outputs"].items():
        table.add_row(f"[dim]{name}[/]", escape(value))
    console.print(table)
