"""Bring template.yaml and functions/ to where they run, in the same steps on AWS and on this machine."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onhand import change_set, package, rollback_alarms
from onhand.change_set import ChangeSet
from onhand.console import UserError, warn
from onhand.stack import Aws, Stack, outputs_of
from onhand.stack_state import ONLY_A_NAME, State, failure, state_of, trouble, wait_until_idle
from stock.likeness import did_you_mean

# What differs on this machine is set by parameters, nowhere else.
LOCAL_PARAMETERS = {"GuestAccess": "true"}
NOT_FOR_PEOPLE = "EmulatorPort"

_MARK = "deployed.json"
# CloudFront takes some minutes; an hour is for a bad day.
_SECONDS = 3600
PROTECTION = "DeletionProtection"


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
    check_names(build, parameters)
    parameters = on_this_machine(aws, parameters)
    mark = json.dumps({"code": package.fingerprint(build), "parameters": parameters})
    if (data / _MARK).exists() and (data / _MARK).read_text() == mark:
        outputs = outputs_of(aws, name)
        if outputs:
            return Stack(name, outputs, aws.region, aws.endpoint), None
    forget(data)
    carry_out(aws, name, prepare(aws, name, data, build, parameters))
    return deployed(aws, name), mark


def on_this_machine(aws: Aws, parameters: dict[str, str]) -> dict[str, str]:
    """The parameters, with those that differ on this machine."""
    assert aws.endpoint
    return {**LOCAL_PARAMETERS, "EmulatorPort": aws.endpoint.rsplit(":", 1)[1], **parameters}


def remember(data: Path, state: str) -> None:
    """Note that this state is deployed and saved, so that the next `deploy` need not do it again."""
    (data / _MARK).write_text(state)


def forget(data: Path) -> None:
    """The next `up` is to deploy."""
    (data / _MARK).unlink(missing_ok=True)


def prepare(
    aws: Aws, name: str, data: Path, build: Path, parameters: dict[str, str], watch_minutes: int = 0
) -> Prepared:
    """Pack what is to be deployed, and ask CloudFormation what it would change.

    Raises UserError if the stack is stuck, if it would not find what it has written, or if CloudFormation refuses.
    """
    state = not_stuck(aws, name)
    if state:
        _check_shards(state, parameters)
    creates = state is None or state.status == ONLY_A_NAME
    request: dict[str, Any] = {
        "Parameters": _parameters(package.template(build), {} if creates or not state else state.parameters, parameters)
    }
    if not creates and not aws.endpoint:
        request["RollbackConfiguration"] = _watched(aws, name, watch_minutes)
    request["TemplateURL"] = package.package(aws, data, build)
    return Prepared(None if creates else state, change_set.create(aws, name, creates, **request))


def not_stuck(aws: Aws, name: str) -> State | None:
    """The stack as it is; None if there is none. Raises UserError, with what helps, if it cannot be deployed."""
    state = state_of(aws, name)
    if state and (stuck := trouble(aws, name, state)):
        raise UserError(stuck)
    return state


def check_names(build: Path, given: dict[str, str]) -> None:
    """Raise UserError for a parameter that template.yaml does not have."""
    known = package.template(build)["Parameters"].keys()
    for name in sorted(given.keys() - known):
        hint = did_you_mean(name, known) or f" It has {', '.join(sorted(known - {NOT_FOR_PEOPLE}))}."
        raise UserError(f"--parameter {name}: template.yaml has no such parameter.{hint} Nothing was changed.")


def _check_shards(state: State, given: dict[str, str]) -> None:
    """Raise UserError if what is written already would not be found any more."""
    before = state.parameters.get("Shards", "1")
    if before != "1" and given.get("Shards", before) != before:
        raise UserError(
            f"--parameter Shards={given['Shards']}: refused, nothing was changed. What this onhand has written is "
            f"spread over {before} keys, and most of it would not be found any more. Leave Shards out: it stays."
        )


def _parameters(template: dict[str, Any], before: dict[str, str], given: dict[str, str]) -> list[dict[str, Any]]:
    """Those that are given; the others as they are, or as template.yaml has them by default."""
    known = template["Parameters"]
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
        {"ParameterKey": one, "UsePreviousValue": True} for one in names if one != PROTECTION
    ]
    changes = change_set.create(
        aws,
        name,
        creates=False,
        UsePreviousTemplate=True,
        Parameters=[*parameters, {"ParameterKey": PROTECTION, "ParameterValue": "true"}],
        RollbackConfiguration={"RollbackTriggers": [], "MonitoringTimeInMinutes": 0},
    )
    if changes:
        change_set.execute(aws, changes)
        _wait(aws, name, _SECONDS)


def deployed(aws: Aws, name: str) -> Stack:
    """The stack that was just deployed."""
    outputs = outputs_of(aws, name)
    if outputs is None:
        raise UserError(f"The stack '{name}' was deployed, but lacks outputs of template.yaml.")
    return Stack(name, outputs, aws.region, aws.endpoint)
