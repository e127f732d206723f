"""The program `onhand`, and its message when a person's mistake or Ctrl-C ends it."""

import sys


def run() -> None:
    """Run the command line; what the person can mend, and what AWS refuses, is shown in words, without a traceback."""
    try:
        # In here, because Ctrl-C may come while modules are loaded.
        from botocore.exceptions import BotoCoreError, ClientError

        from onhand.console import UserError, fail
        from onhand.main import app

        try:
            app()
        except (UserError, BotoCoreError, ClientError) as error:
            fail(str(error))
            sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
