"""The program `onhand`: what it says when a person's mistake or Ctrl-C ends it."""

import sys


def run() -> None:
    """Run the command line; errors that the person can mend are said in words, without a traceback."""
    try:
        from onhand.console import UserError, fail  # in here, because Ctrl-C may come while modules are loaded
        from onhand.main import app
        from onhand.target import options_first

        try:
            app(options_first(sys.argv[1:]))
        except UserError as error:
            fail(str(error))
            sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
