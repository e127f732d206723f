"""`onhand user`: people who sign in to the dashboard."""

import re
import secrets
import string
from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from onhand.completion import group_names, store_names
from onhand.console import UserError, console
from onhand.known import confirm_stores
from onhand.memberships import members
from onhand.options import Insist
from onhand.stack import Stack, find_stack

app = typer.Typer(help="People who sign in to the dashboard: everybody reads, some upload.", no_args_is_help=True)

_MANAGERS = "managers"
_INVITED = "FORCE_CHANGE_PASSWORD"
_STATES = {_INVITED: "invited", "CONFIRMED": "has signed in", "RESET_REQUIRED": "needs a new password"}
_MAILS_A_DAY = "It sends 50 mails a day for the account, invitations and forgotten passwords together (docs/deploy.md)."
# What a principal tag may hold, but for the slash: the name is one folder in the bucket.
_STORE = re.compile(r"[\w .:=+\-@]{1,200}")


@app.command()
def add(
    email: Annotated[str, typer.Argument(help="Address, and name to sign in with.")],
    store: Annotated[
        str | None, typer.Option(autocompletion=store_names, help="The store that this person may upload for.")
    ] = None,
    manager: Annotated[bool, typer.Option("--manager", help="May upload for every store.")] = False,
    group: Annotated[
        str | None,
        typer.Option(autocompletion=group_names, help="The group of stores that the dashboard opens with at first."),
    ] = None,
    yes: Insist = False,
) -> None:
    """Add a person. She gets a temporary password: by mail on AWS, printed here on this machine.

    On AWS, Cognito sends 50 mails a day: invite more people than that on several days.
    """
    if store and manager:
        raise UserError("A manager uploads for every store: give --store or --manager, not both.")
    if store is not None and not _STORE.fullmatch(store):
        raise UserError("A store with staff is named with letters, digits, spaces and _.:=+-@ (see docs/deploy.md).")
    stack = find_stack()
    confirm_stores(stack, [store] if store else [], yes)
    if group:
        members(stack, group)  # there is such a group
    pool = stack.outputs.UserPoolId
    values = {"email": email, "email_verified": "true", "custom:store": store, "custom:group": group}
    attributes = [{"Name": name, "Value": value} for name, value in values.items() if value]
    password = _password()
    try:
        if stack.is_local:  # mail goes nowhere there
            stack.cognito.admin_create_user(
                UserPoolId=pool,
                Username=email,
                UserAttributes=attributes,  # type: ignore[arg-type]
                TemporaryPassword=password,
                MessageAction="SUPPRESS",
            )
        else:
            stack.cognito.admin_create_user(
                UserPoolId=pool,
                Username=email,
                UserAttributes=attributes,  # type: ignore[arg-type]
                DesiredDeliveryMediums=["EMAIL"],
            )
    except stack.cognito.exceptions.UsernameExistsException:
        raise UserError(
            f"{email} is there already. `onhand user reset {email}` lets this person choose a new password."
        ) from None
    except stack.cognito.exceptions.LimitExceededException as error:
        raise UserError(
            f"{email}: {error.response['Error'].get('Message', error)} {_MAILS_A_DAY} See `onhand user list` whether "
            "this person was added without a mail; if so, remove and add again tomorrow."
        ) from None
    except stack.cognito.exceptions.InvalidParameterException as error:
        raise UserError(f"{email}: {error.response['Error'].get('Message', error)}") from None
    if manager:
        stack.cognito.admin_add_user_to_group(UserPoolId=pool, Username=email, GroupName=_MANAGERS)
    rights = "uploads for every store" if manager else f"uploads for {store}" if store else "reads"
    console.print(f"[green]✓[/] {escape(email)} {escape(rights)}")
    if stack.is_local:
        console.print(f"  Temporary password: [bold]{escape(password)}[/]")
    else:
        console.print(f"  Cognito mails a temporary password, good for 7 days. [dim]{_MAILS_A_DAY}[/]")
    console.print(f"  Sign in: {stack.outputs.DashboardUrl}")


@app.command()
def reset(email: Annotated[str, typer.Argument(help="Who.")]) -> None:
    """Let a person who has lost the password, or whose invitation has run out, choose a new one.

    On AWS she gets a mail: the invitation again, or a code for “Forgot your password?”. On this machine a new
    temporary password is printed here. The old password holds no more.
    """
    stack = find_stack()
    pool = stack.outputs.UserPoolId
    try:
        state = stack.cognito.admin_get_user(UserPoolId=pool, Username=email)["UserStatus"]
        if stack.is_local:
            password = _password()
            stack.cognito.admin_set_user_password(UserPoolId=pool, Username=email, Password=password, Permanent=False)
            console.print(f"[green]✓[/] {escape(email)} can sign in again")
            console.print(f"  Temporary password: [bold]{escape(password)}[/]")
        elif state == _INVITED:
            stack.cognito.admin_create_user(
                UserPoolId=pool, Username=email, MessageAction="RESEND", DesiredDeliveryMediums=["EMAIL"]
            )
            console.print(f"[green]✓[/] {escape(email)} is invited again, by a mail with a temporary password")
        else:
            stack.cognito.admin_reset_user_password(UserPoolId=pool, Username=email)
            console.print(f"[green]✓[/] {escape(email)} gets a mail with a code to choose a new password")
    except stack.cognito.exceptions.UserNotFoundException:
        raise _nobody(email) from None
    except stack.cognito.exceptions.LimitExceededException as error:
        raise UserError(f"{email}: {error.response['Error'].get('Message', error)} {_MAILS_A_DAY}") from None


@app.command("list")
def list_people(as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """List the people."""
    found = list(people(find_stack()))
    if as_json:
        console.print_json(data=found)
        return
    if not found:
        console.print("Nobody can sign in. `onhand user add ann@example.com` changes that.")
        return
    table = Table("email", "uploads for", "state", box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for person in found:
        uploads = "every store" if person["manager"] else person["store"] or "nobody"
        table.add_row(escape(person["email"]), escape(uploads), _STATES.get(person["state"], person["state"]))
    console.print(table)


@app.command()
def remove(
    email: Annotated[str, typer.Argument(help="Who.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only look whether there is such a person.")] = False,
) -> None:
    """Remove a person."""
    stack = find_stack()
    try:
        if dry_run:
            stack.cognito.admin_get_user(UserPoolId=stack.outputs.UserPoolId, Username=email)
            console.print(f"{escape(email)} would be removed")
            return
        stack.cognito.admin_delete_user(UserPoolId=stack.outputs.UserPoolId, Username=email)
    except stack.cognito.exceptions.UserNotFoundException:
        raise _nobody(email) from None
    console.print(f"[green]✓[/] {escape(email)} is removed")


def _nobody(email: str) -> UserError:
    return UserError(f"There is nobody called {email}. `onhand user list` lists who there is.")


def people(stack: Stack) -> Iterator[dict[str, Any]]:
    """Every person: email, manager (of all stores), store (None: of none) and state, as Cognito has it."""
    managers = _managers(stack)
    for page in stack.cognito.get_paginator("list_users").paginate(UserPoolId=stack.outputs.UserPoolId):
        for user in page["Users"]:
            values = {part["Name"]: part.get("Value", "") for part in user.get("Attributes", [])}
            yield {
                "email": values.get("email", user["Username"]),
                "manager": user["Username"] in managers,
                "store": values.get("custom:store"),
                "state": user["UserStatus"],
            }


def _managers(stack: Stack) -> set[str]:
    pages = stack.cognito.get_paginator("list_users_in_group").paginate(
        UserPoolId=stack.outputs.UserPoolId, GroupName=_MANAGERS
    )
    return {user["Username"] for page in pages for user in page["Users"]}


def _password() -> str:
    """A password that the user pool's policy takes: one of each kind, and enough of them."""
    kinds = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
    letters = [secrets.choice(kind) for kind in kinds] + [secrets.choice("".join(kinds)) for _ in range(11)]
    secrets.SystemRandom().shuffle(letters)
    return "".join(letters)
