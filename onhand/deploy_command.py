"""`onhand deploy`: show where it goes and what it changes, ask, and do it."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from botocore.exceptions import ClientError
from rich.markup import escape

from onhand import account_limits, catalogue, change_set, check_account, dashboard, deploy, package
from onhand.change_set import Change
from onhand.console import UserError, console, step, warn
from onhand.options import Parameters, WithDashboard, Yes, pairs
from onhand.stack import Aws, Stack, connect
from onhand.stack_state import ONLY_A_NAME, command, state_of
from onhand.target import target


def deploy_command(
    parameter: Parameters = None,
    with_dashboard: WithDashboard = True,
    yes: Yes = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")] = False,
    replace: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="This table, bucket, … may be replaced by an empty one. Repeatable."),
    ] = None,
    watch: Annotated[
        int, typer.Option(min=0, max=180, help="On AWS: minutes for which alarms take an update back. 0: never.")
    ] = 10,
) -> None:
    """Deploy what stands in this folder, then build and publish the dashboard.

    To AWS only with --aws, and after you saw the account and agreed. What would replace or delete a table, a bucket or
    the user pool is refused unless you confirm it by name. An update that fails, or sets off an alarm, is taken back.
    """
    aws = connect()
    parameters = pairs(parameter)
    build = package.staged(target.data / "build")
    deploy.check_names(build, parameters)
    if target.aws:
        parameters = account_limits.fit_concurrency(aws, target.name, parameters)
        _ask(aws, parameters, yes, dry_run, build)
    else:
        parameters = deploy.on_this_machine(aws, parameters)
    if dry_run:
        with step("Ask CloudFormation what would change"):
            prepared = deploy.prepare(aws, target.name, target.data, build, parameters, watch)
            if prepared.changes:
                change_set.discard(aws, prepared.changes)
        _show(prepared)
        return
    stack = _deploy(aws, build, parameters, watch, lambda changes: _confirm_loss(changes, replace or [], yes))
    _count(stack)
    if with_dashboard:
        dashboard.bring(stack)
    console.print(f"\n  Dashboard   {stack.outputs.DashboardUrl}", soft_wrap=True)


def _ask(aws: Aws, parameters: dict[str, str], yes: bool, dry_run: bool, build: Path) -> None:
    """Show where it goes, ask, and check what can be checked."""
    deploy.not_stuck(aws, target.name)
    account = aws.sts.get_caller_identity()
    what = "Ask what it would change to deploy" if dry_run else "Deploy"
    console.print(f"{what} '{target.name}' to account [bold]{account['Account']}[/], region [bold]{aws.region}[/]")
    console.print(f"  as {escape(account['Arn'])}", soft_wrap=True)
    for name, value in parameters.items():
        console.print(f"  {escape(name)} = {escape(value)}")
    if dry_run:
        console.print("  The packed functions are brought to the bucket that SAM keeps for this. Nothing else changes.")
    if not yes:
        typer.confirm("Go on?", abort=True)
    with step("Check names, region and credentials"):
        check_account.check(aws, target.name, package.template(build), parameters, account["Account"])


def _deploy(
    aws: Aws, build: Path, parameters: dict[str, str], watch: int, confirm: Callable[[list[Change]], None]
) -> Stack:
    name = target.name
    if aws.endpoint:
        deploy.forget(target.data)  # `up` is to look again
    with step("Pack the functions, and ask CloudFormation what would change"):
        prepared = deploy.prepare(aws, name, target.data, build, _first(aws, name, parameters), watch)
    _show(prepared)
    if prepared.changes:
        try:
            confirm(change_set.losing_data(prepared.changes.changes))
        except BaseException:
            change_set.discard(aws, prepared.changes)
            raise
    is_watched = bool(prepared.state and watch and not aws.endpoint)
    with step(f"Deploy the stack{f', and watch its alarms for {watch} minutes' if is_watched else ''}"):
        deploy.carry_out(aws, name, prepared, watch if is_watched else 0)
    _protect_if_wanted(aws, name, prepared, parameters)
    return deploy.deployed(aws, name)


def _count(stack: Stack) -> None:
    """Count the catalogue of items, if it never was. A role that only deploys may not read rows."""
    try:
        catalogue.count_once(stack)
    except ClientError as error:
        if error.response["Error"]["Code"] != "AccessDeniedException":
            raise
        warn("You may not read the catalogue of items. If it was never counted, `onhand doctor --repair` does that.")


def _first(aws: Aws, name: str, parameters: dict[str, str]) -> dict[str, str]:
    """The parameters of this deployment: a first one is not protected yet."""
    state = state_of(aws, name)
    is_first = state is None or state.status == ONLY_A_NAME
    return {**parameters, deploy.PROTECTION: "false"} if is_first and not aws.endpoint else parameters


def _protect_if_wanted(aws: Aws, name: str, prepared: deploy.Prepared, parameters: dict[str, str]) -> None:
    if aws.endpoint:
        return
    state = state_of(aws, name)
    if state and state.parameters.get(deploy.PROTECTION) == "true":
        return
    again = f"`{command(aws, name, f'deploy --parameter {deploy.PROTECTION}=true')}`"
    if prepared.state is None and parameters.get(deploy.PROTECTION, "true") == "true":
        try:
            with step("Protect tables and people from being deleted"):
                deploy.protect(aws, name)
        except (UserError, ClientError) as error:
            raise UserError(f"onhand is deployed, but not protected. {again} tries again. {error}") from None
    else:
        warn(f"Tables and people are not protected from being deleted. {again} does that.")


def _show(prepared: deploy.Prepared) -> None:
    if prepared.changes is None:
        console.print("Nothing would change but the dashboard, perhaps.")
        return
    changes = prepared.changes.changes
    if prepared.changes.creates:
        console.print(f"A new stack of {len(changes)} resources")
        return
    for line in change_set.in_words(changes):
        console.print(f"  {escape(line)}", soft_wrap=True)


def _confirm_loss(changes: list[Change], allowed: list[str], yes: bool) -> None:
    """Let go on only if every change that loses data was named. Raises UserError otherwise."""
    left = [change for change in changes if change.name not in allowed]
    if not left:
        return
    names = " ".join(change.name for change in left)
    warn(
        f"This replaces or deletes what holds data ({names}). What is new is empty. A table, bucket, queue or user "
        "pool that is replaced is kept, but nothing reads it any more (`onhand destroy` finds it); a topic goes, with "
        "its subscriptions. If you want a second onhand, give it another --stack, besides another NamePrefix."
    )
    if yes:
        options = " ".join(f"--replace {change.name}" for change in left)
        raise UserError(f"Refused, nothing was changed. If that is what you want, add to this command: {options}")
    if typer.prompt("If that is what you want, type their names to go on").split() != names.split():
        raise UserError("Those are not their names. Nothing was changed.")
