"""The command line `onhand`, put together from its modules. Each is loaded when its command is named."""

import tomllib
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import CompletionItem, TyperGroup  # type: ignore[attr-defined]

from onhand import everywhere
from onhand.target import ROOT

_COMMANDS = {
    "up": "lifecycle.up",
    "down": "lifecycle.down",
    "status": "lifecycle.status",
    "deploy": "deploy_command.deploy_command",
    "upload": "upload.upload",
    "withdraw": "withdraw.withdraw",
    "user": "users.app",
    "stock": "list_stock.stock",
    "items": "list_items.list_items",
    "history": "history.history",
    "replay": "replay.replay_command",
    "restore": "restore.restore",
    "alerts": "alerts.app",
    "subscribe": "subscriptions.subscribe",
    "subscriptions": "subscriptions.subscriptions",
    "unsubscribe": "subscriptions.unsubscribe",
    "digest": "digests.app",
    "look-ahead": "look_ahead.look_ahead",
    "stores": "stores.list_stores",
    "store": "stores.app",
    "group": "groups.app",
    "threshold": "suggestions.app",
    "zone": "zones.app",
    "format": "formats.app",
    "recount-list": "recount_list.recount_list",
    "redrive": "redrive.redrive",
    "cost": "cost.cost",
    "doctor": "doctor.doctor",
    "trace": "trace.trace",
    "silent": "silent.silent",
    "destroy": "destroy.destroy",
}
"""Name → module and function, or family of commands."""
_EXIT_CODES = "Exit codes: 0 done; 1 not done, the message says why; 2 wrong usage; 130 broken off with Ctrl-C."
_EPILOG = f"{_EXIT_CODES} --aws, --local, --data, --stack and --region may stand here, too: `onhand --help`."


class _OnDemand(TyperGroup):
    """All commands: loading them at once takes half a second, and one is wanted, or its name alone."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings | {"commands": dict.fromkeys(_COMMANDS)})

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        if cmd_name in _COMMANDS and self.commands[cmd_name] is None:
            self.commands[cmd_name] = _load(cmd_name)
        return self.commands.get(cmd_name)

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        names = [CompletionItem(name) for name in _COMMANDS if name.startswith(incomplete)]
        return names or super().shell_complete(ctx, incomplete)


def _load(name: str) -> Any:
    module, _, attribute = _COMMANDS[name].partition(".")
    found = getattr(import_module(f"onhand.{module}"), attribute)
    app = typer.Typer(add_completion=False, rich_markup_mode="rich")
    if isinstance(found, typer.Typer):
        for command in found.registered_commands:
            command.epilog, command.cls = _EPILOG, everywhere.Command
        app.add_typer(found, name=name, epilog=_EPILOG, cls=everywhere.Family)
    else:
        app.command(name, epilog=_EPILOG, cls=everywhere.Command)(found)
    return typer.main.get_group(app).commands[name]


app = typer.Typer(
    cls=_OnDemand,
    epilog=_EXIT_CODES,
    help="What every store has on hand: CSV files in, counts, a dashboard and alerts out.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


def _say_version(wanted: bool) -> None:
    if wanted:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
        typer.echo(f"onhand {project['version']}")
        raise typer.Exit


@app.callback()
def options(
    aws: Annotated[
        bool,
        typer.Option(
            "--aws/--local",
            envvar="ONHAND_AWS",
            callback=everywhere.say,
            help="The onhand on AWS, instead of the one on this machine.",
        ),
    ] = False,
    data: Annotated[
        Path,
        typer.Option(
            envvar="ONHAND_DATA",
            callback=everywhere.say,
            show_default="the folder .onhand of this clone",
            help="Where the one on this machine keeps everything.",
        ),
    ] = ROOT / ".onhand",
    name: Annotated[
        str, typer.Option("--stack", envvar="ONHAND_STACK", callback=everywhere.say, help="Its name.")
    ] = "onhand",
    region: Annotated[
        str | None, typer.Option(callback=everywhere.say, help="Region on AWS, else that of your AWS settings.")
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """What every store has on hand: CSV files in, counts, a dashboard and alerts out."""
