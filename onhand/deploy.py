"""`onhand deploy`: bring template.yaml and functions/ to where they run, on AWS and on this machine alike."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from onhand import change_set, check_account, dashboard, package, rollback_alarms
from onhand.change_set import Change, ChangeSet
from onhand.console import UserError, console, step, warn
from onhand.stack import Aws, Stack, connect, outputs_of
from onhand.stack_state import ONLY_A_NAME, State, command, failure, state_of, trouble, wait_until_idle
from onhand.target import target

# What differs on this machine is set by parameters, nowhere else.
LOCAL_PARAMETERS = {"GuestAccess": "true"}

_MARK = "deployed.json"
# CloudFront takes some minutes; an hour is for a bad day.
_SECONDS = 3600
_PROTECTION = "DeletionProtection"

Parameters = Annotated[
    list[str] | None,
    typer.Option("--parameter", metavar="NAME=VALUE", help="A parameter of template.yaml. Repeatable."),
]
WithDashboard = Annotated[bool, typer.Option("--dashboard/--no-dashboard", help="Build and publish the dashboard.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


@dataclass(frozen=True)
class Prepared:
    """A deployment that is packed and asked about, and has changed nothing yet."""

    state: State | None  # of the stack, before
    changes: ChangeSet | None  # None: nothing is to be done


def deploy(aws: Aws, name: str, data: Path, parameters: dict[str, str]) -> tuple[Stack, str | None]:
    """Deploy on this machine, unless this very state is deployed already.

    Returns the stack, and what to `remember` once it is sure to last; None if nothing was to be done.
    Raises UserError if it cannot be deployed, with what helps.
    """
    build = package.staged(data / "build")
    parameters = _on_this_machine(aws, parameters)
    mark = json.dumps({"code": package.fingerprint(build), "parameters": parameters})
    if (data / _MARK).exists() and (data / _MARK).read_text() == mark:
        outputs = outputs_of(aws, name)
        if outputs:
            return Stack(name, outputs, aws.region, aws.endpoint), None
    (data / _MARK).unlink(missing_ok=True)
    carry_out(aws, name, prepare(aws, name, data, build, parameters))
    return _deployed(aws, name), mark


def _on_this_machine(aws: Aws, parameters: dict[str, str]) -> dict[str, str]:
    assert aws.endpoint
    return {**LOCAL_PARAMETERS, "EmulatorPort": aws.endpoint.rsplit(":", 1)[1], **parameters}


def remember(data: Path, state: str) -> None:
    """Note that this state is deployed and saved, so that the next `deploy` need not do it again."""
    (data / _MARK).write_text(state)


def prepare(
    aws: Aws, name: str, data: Path, build: Path, parameters: dict[str, str], watch_minutes: int = 0
) -> Prepared:
    """Pack what is to be deployed, and ask CloudFormation what it would change.

    Raises UserError if the stack is stuck or CloudFormation refuses.
    """
    state = _not_stuck(aws, name)
    creates = state is None or state.status == ONLY_A_NAME
    request: dict[str, Any] = {
        "Parameters": _parameters(package.template(build), {} if creates or not state else state.parameters, parameters)
    }
    if not creates and not aws.endpoint:
        request["RollbackConfiguration"] = _watched(aws, name, watch_minutes)
    request["TemplateURL"] = package.package(aws, data, build)
    return Prepared(None if creates else state, change_set.create(aws, name, creates, **request))


def _not_stuck(aws: Aws, name: str) -> State | None:
    state = state_of(aws, name)
    if state and (stuck := trouble(aws, name, state)):
        raise UserError(stuck)
    return state


def _parameters(template: dict[str, Any], before: dict[str, str], given: dict[str, str]) -> list[dict[str, Any]]:
    """Those that are given; the others as they are, or as template.yaml has them by default."""
    known = template["Parameters"]
    if unknown := sorted(given.keys() - known.keys()):
        raise UserError(f"--parameter {unknown[0]}: template.yaml has no such parameter. It has {', '.join(known)}.")
    values = [{"ParameterKey": name, "ParameterValue": value} for name, value in given.items()]
    kept = [name for name in known if name in before and name not in given]
    return values + [{"ParameterKey": name, "UsePreviousValue": True} for name in kept]


def _watched(aws: Aws, name: str, minutes: int) -> dict[str, Any]:
    watch = rollback_alarms.watch(aws, name, minutes)
    if watch.off_already:
        warn(
            f"{', '.join(watch.off_already)} went off before this deployment, and will not take it back. "
            f"{len(watch.alarms)} other alarms are watched."
        )
    return watch.configuration


def carry_out(aws: Aws, name: str, prepared: Prepared, watch_minutes: int = 0) -> None:
    """Do what was prepared, and wait until it is done. Raises UserError, with the causes, if it failed."""
    if prepared.changes is None:
        return
    change_set.execute(aws, prepared.changes)
    _wait(aws, name, _SECONDS + 60 * watch_minutes)


def _wait(aws: Aws, name: str, seconds: float) -> None:
    state = wait_until_idle(aws, name, seconds)
    if state is None or state.status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        raise UserError(failure(aws, name, state))


def protect(aws: Aws, name: str) -> None:
    """Switch the deletion protection of tables and user pool on.

    Not with the first deployment: if a later part of that failed, CloudFormation could not delete what is protected,
    and the stack would be stuck.
    """
    state = state_of(aws, name)
    names = state.parameters if state else {}
    parameters: list[dict[str, Any]] = [
        {"ParameterKey": one, "UsePreviousValue": True} for one in names if one != _PROTECTION
    ]
    changes = change_set.create(
        aws,
        name,
        creates=False,
        UsePreviousTemplate=True,
        Parameters=[*parameters, {"ParameterKey": _PROTECTION, "ParameterValue": "true"}],
        RollbackConfiguration={"RollbackTriggers": [], "MonitoringTimeInMinutes": 0},
    )
    if changes:
        change_set.execute(aws, changes)
        _wait(aws, name, _SECONDS)


def _deployed(aws: Aws, name: str) -> Stack:
    outputs = outputs_of(aws, name)
    if outputs is None:
        raise UserError(f"The stack '{name}' was deployed, but lacks outputs of template.yaml.")
    return Stack(name, outputs, aws.region, aws.endpoint)


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
    if target.aws:
        _ask(aws, parameters, yes, dry_run, build)
    else:
        parameters = _on_this_machine(aws, parameters)
    if dry_run:
        with step("Ask CloudFormation what would change"):
            prepared = prepare(aws, target.name, target.data, build, parameters, watch)
            if prepared.changes:
                change_set.discard(aws, prepared.changes)
        _show(prepared)
        return
    stack = _deploy(aws, build, parameters, watch, lambda changes: _confirm_loss(changes, replace or [], yes))
    if with_dashboard:
        bring_dashboard(stack)
    console.print(f"\n  Dashboard   {stack.outputs.DashboardUrl}", soft_wrap=True)


def _ask(aws: Aws, parameters: dict[str, str], yes: bool, dry_run: bool, build: Path) -> None:
    """Show where it goes, ask, and check what can be checked."""
    _not_stuck(aws, target.name)
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
    (target.data / _MARK).unlink(missing_ok=True)  # `up` is to look again
    with step("Pack the functions, and ask CloudFormation what would change"):
        prepared = prepare(aws, name, target.data, build, _first(aws, name, parameters), watch)
    _show(prepared)
    if prepared.changes:
        try:
            confirm(change_set.losing_data(prepared.changes.changes))
        except BaseException:
            change_set.discard(aws, prepared.changes)
            raise
    is_watched = bool(prepared.state and watch and not aws.endpoint)
    with step(f"Deploy the stack{f', and watch its alarms for {watch} minutes' if is_watched else ''}"):
        carry_out(aws, name, prepared, watch if is_watched else 0)
    _protect_if_wanted(aws, name, prepared, parameters)
    return _deployed(aws, name)


def _first(aws: Aws, name: str, parameters: dict[str, str]) -> dict[str, str]:
    """The parameters of this deployment: a first one is not protected yet."""
    state = state_of(aws, name)
    is_first = state is None or state.status == ONLY_A_NAME
    return {**parameters, _PROTECTION: "false"} if is_first and not aws.endpoint else parameters


def _protect_if_wanted(aws: Aws, name: str, prepared: Prepared, parameters: dict[str, str]) -> None:
    if aws.endpoint:
        return
    state = state_of(aws, name)
    if state and state.parameters.get(_PROTECTION) == "true":
        return
    again = f"`{command(aws, name, f'deploy --parameter {_PROTECTION}=true')}`"
    if prepared.state is None and parameters.get(_PROTECTION, "true") == "true":
        try:
            with step("Protect tables and people from being deleted"):
                protect(aws, name)
        except UserError as error:
            raise UserError(f"onhand is deployed, but not protected. {again} tries again. {error}") from None
    else:
        warn(f"Tables and people are not protected from being deleted. {again} does that.")


def _show(prepared: Prepared) -> None:
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


def bring_dashboard(stack: Stack) -> None:
    """Build the dashboard if need be, and publish it."""
    if not dashboard.is_built():
        with step("Build the dashboard"):
            dashboard.build()
    with step("Publish the dashboard"):
        dashboard.publish(stack)


def pairs(parameters: list[str] | None) -> dict[str, str]:
    """NAME=VALUE, as --parameter takes them. Raises UserError if one is not that."""
    found = [parameter.partition("=") for parameter in parameters or []]
    for name, equals, _ in found:
        if not equals:
            raise UserError(f"--parameter {name}: NAME=VALUE is wanted.")
    return {name: value for name, _, value in found}
