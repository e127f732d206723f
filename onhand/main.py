"""The command line `onhand`, put together from its modules."""

from pathlib import Path
from typing import Annotated

import typer

from onhand import (
    alerts,
    doctor,
    lifecycle,
    redrive,
    replay,
    silent,
    subscriptions,
    thresholds,
    trace,
    upload,
    users,
    zones,
)
from onhand.target import ROOT, target

app = typer.Typer(
    help="What every store has on hand: CSV files in, counts, a dashboard and alerts out.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


@app.callback()
def options(
    aws: Annotated[
        bool,
        typer.Option(
            "--aws/--local", envvar="ONHAND_AWS", help="The onhand on AWS, instead of the one on this machine."
        ),
    ] = False,
    data: Annotated[
        Path, typer.Option(envvar="ONHAND_DATA", help="Where the one on this machine keeps everything.")
    ] = ROOT / ".onhand",
    stack: Annotated[str, typer.Option(envvar="ONHAND_STACK", help="Its name.")] = "onhand",
    region: Annotated[str | None, typer.Option(help="Region on AWS, else that of your AWS settings.")] = None,
) -> None:
    """What every store has on hand: CSV files in, counts, a dashboard and alerts out."""
    target.aws, target.data, target.name, target.region = aws, data.expanduser().absolute(), stack, region


app.command("up")(lifecycle.up)
app.command("down")(lifecycle.down)
app.command("status")(lifecycle.status)
app.command("deploy")(lifecycle.deploy_command)
app.command("upload")(upload.upload)
app.add_typer(users.app, name="user")
app.command("replay")(replay.replay_command)
app.add_typer(alerts.app, name="alerts")
app.command("subscribe")(subscriptions.subscribe)
app.command("subscriptions")(subscriptions.subscriptions)
app.command("unsubscribe")(subscriptions.unsubscribe)
app.add_typer(thresholds.app, name="threshold")
app.add_typer(zones.app, name="zone")
app.command("redrive")(redrive.redrive)
app.command("doctor")(doctor.doctor)
app.command("trace")(trace.trace)
app.command("silent")(silent.silent)
app.command("destroy")(lifecycle.destroy)
