"""The `buergerrat` command: a list of names; what they do is loaded when they are called.

So the lottery on files needs neither database nor web application.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping

import click

_APP = "buergerrat.commands.app"
_LOTTERY = "buergerrat.commands.lottery"
_REGISTER = "buergerrat.commands.register"
COMMANDS: Mapping[str, tuple[str, str]] = {
    "audit": (_APP, "audit_group"),
    "demo": (_APP, "demo"),
    "lottery": (_LOTTERY, "lottery"),
    "register": (_REGISTER, "register"),
    "serve": (_APP, "serve"),
    "user": (_APP, "user"),
    "verify": (_LOTTERY, "verify"),
    "worker": (_APP, "worker"),
}


class Lazy(click.Group):
    """A group that knows its commands by name and imports the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Ein Bürgerrat vom Melderegister bis zur Antwort des Stadtrats."""


def main() -> None:
    """Run the command line."""
    cli.main(standalone_mode=True)


if __name__ == "__main__":
    main()
