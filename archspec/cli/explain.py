"""archspec explain: what a rule means."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from archspec.cli.common import NoColorOption, QuietOption, choose, terminal_width, usage_error, wants_color
from archspec.cli.streams import put


def explain(
    rule: Annotated[
        str | None, typer.Argument(metavar="RULE", help="A rule; without one: all of them.", show_default=False)
    ] = None,
    format: Annotated[str, typer.Option("--format", metavar="FORMAT", help="text, json or markdown.")] = "text",
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
) -> None:
    """Explain a rule of `archspec check`.

    Why it is there, a wrong spec with its message, and the right one.
    """
    from archspec.diagnostics.rules import RULES
    from archspec.report.explain import FORMATS, render_list, render_page

    choose(format, FORMATS)
    if rule is not None:
        rule = rule.removeprefix("error").removeprefix("warning").strip("[]")  # as a message has it: error[shape]
        if rule not in RULES:
            usage_error(_unknown(rule))
    width, color = terminal_width(), wants_color(sys.stdout.isatty(), no_color)
    shown = render_list(format, width, color=color) if rule is None else render_page(rule, format, width, color=color)
    put(shown, color=color)


def _unknown(rule: str) -> str:
    from archspec.diagnostics.rules import RULES
    from archspec.diagnostics.suggest import did_you_mean

    return f"there is no rule {rule} ({did_you_mean(rule, RULES) or '`archspec explain` lists them'})"
