"""What the account allows: how many functions may run at the same time, before a deployment to AWS relies on it."""

from botocore.exceptions import ClientError

from onhand.console import UserError, warn
from onhand.stack import Aws
from onhand.stack_state import state_of

NAME = "MaximumConcurrency"
DEFAULT = 20
"""Of the parameter in template.yaml."""

OTHERS = 7
"""Invocations besides Load-Inventory's: Check-Stock's five for the alerts queue, and two shards of the stream.

Keep-History takes a moment every ten seconds at most, and can wait; Look-Ahead's two in the mornings can wait.
"""

LEAST = 2
"""Lambda takes no smaller MaximumConcurrency of an event source."""

_QUOTA = "'Concurrent executions' of AWS Lambda in the console of Service Quotas (free of charge, quota L-B99A9384)"


def fit_concurrency(aws: Aws, stack: str, parameters: dict[str, str]) -> dict[str, str]:
    """Return the parameters of a deployment to AWS, `MaximumConcurrency` set to what the account's limit leaves.

    Unchanged if it fits. What was reduced, and what may be raised, is said. Raises UserError if the parameters name
    more than fits, or no number.
    """
    available = _available(aws)
    if available is None:
        return parameters
    fits = max(LEAST, available - OTHERS)
    if NAME in parameters:
        _check(parameters[NAME], available, fits)
        return parameters
    before = _deployed(aws, stack)
    wanted = before or DEFAULT
    if wanted > fits:
        warn(_reduced(available, wanted, fits))
        return {**parameters, NAME: str(fits)}
    if wanted < DEFAULT <= fits:
        warn(
            f"{NAME} is {wanted}, as deployed before. The account has {available} concurrent executions now: "
            f"--parameter {NAME}={DEFAULT} loads more uploads at the same time."
        )
    return parameters


def _available(aws: Aws) -> int | None:
    """How many functions may run at once, without what is reserved for other functions; None: it cannot be read."""
    try:
        return aws.functions.get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"]
    except ClientError as error:
        warn(
            f"The account's Lambda concurrency cannot be read ({error.response['Error'].get('Message', error)}), so "
            f"{NAME} is not fitted to it. docs/deploy-policy.json has what a deploying role needs."
        )
        return None


def _deployed(aws: Aws, stack: str) -> int | None:
    state = state_of(aws, stack)
    return int(state.parameters[NAME]) if state and NAME in state.parameters else None


def _check(value: str, available: int, fits: int) -> None:
    if not value.isdecimal():
        raise UserError(f"--parameter {NAME}={value}: a whole number is wanted.")
    if int(value) > fits:
        raise UserError(
            f"--parameter {NAME}={value}: the account allows {available} functions at the same time, and {OTHERS} of "
            f"them are left to the alerts: give {fits} at most, or have the account's limit raised first: {_QUOTA}."
        )


def _reduced(available: int, wanted: int, fits: int) -> str:
    left = f"and {OTHERS} of them are left to the alerts"
    if available < LEAST + OTHERS:
        left = "which is less than onhand needs: some will be throttled and come later, nothing is lost"
    return (
        f"{NAME} is set to {fits} instead of {wanted}: the account allows {available} functions at the same time, "
        f"{left}. To have it raised, ask for more of {_QUOTA}, and deploy again with --parameter {NAME}={wanted}."
    )
