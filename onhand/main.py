"""The command line `onhand`, put together from its modules."""

from pathlib import Path
from typing import Annotated

import typer

from onhand import (
    alerts,
    cost,
    counts,
    deploy_command,
    destroy,
    doctor,
    formats,
    history,
    lifecycle,
    look_ahead,
    recount_list,
    redrive,
    replay,
    silent,
    stores,
    subscriptions,
    suggestions,
    thresholds,
    trace,
    upload,
    users,
    withdraw,
    zones,
)
from onhand.target import ROOT, target

_EXIT_CODES = "Exit codes: 0 done; 1 not done, the message says why; 2 wrong usage; 130 broken off with Ctrl-C."

app = typer.Typer(
    epilog=_EXIT_CODES,
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
        Path,
        typer.Option(
            envvar="ONHAND_DATA",
            show_default="the folder .onhand of this clone",
            help="Where the one on this machine keeps everything.",
        ),
    ] = ROOT / ".onhand",
    stack: Annotated[str, typer.Option(envvar="ONHAND_STACK", help="Its name.")] = "onhand",
    region: Annotated[str | None, typer.Option(help="Region on AWS, else that of your AWS settings.")] = None,
) -> None:
    """What every store has on hand: CSV files in, counts, a dashboard and alerts out."""
    target.aws, target.data, target.name, target.region = aws, data.expanduser().absolute(), stack, region


app.command("up")(lifecycle.up)
app.command("down")(lifecycle.down)
app.command("status")(lifecycle.status)
app.command("deploy")(deploy_command.deploy_command)
app.command("upload")(upload.upload)
app.command("withdraw")(withdraw.withdraw)
app.add_typer(users.app, name="user")
app.command("counts")(counts.counts)
app.command("history")(history.history)
app.command("replay")(replay.replay_command)
app.add_typer(alerts.app, name="alerts")
app.command("subscribe")(subscriptions.subscribe)
app.command("subscriptions")(subscriptions.subscriptions)
app.command("unsubscribe")(subscriptions.unsubscribe)
app.command("look-ahead")(look_ahead.look_ahead)
app.add_typer(stores.app, name="store")
thresholds.app.command("suggest")(suggestions.suggest_thresholds)
app.add_typer(thresholds.app, name="threshold")
app.add_typer(zones.app, name="zone")
app.add_typer(formats.app, name="format")
app.command("recount-list")(recount_list.recount_list)
app.command("redrive")(redrive.redrive)
app.command("cost")(cost.cost)
app.command("doctor")(doctor.doctor)
app.command("trace")(trace.trace)
app.command("silent")(silent.silent)
app.command("destroy")(destroy.destroy)

for command in app.registered_commands:
    command.epilog = _EXIT_CODES
for family in app.registered_groups:
    family.epilog = _EXIT_CODES
    for command in family.typer_instance.registered_commands if family.typer_instance else []:
        command.epilog = _EXIT_CODES
