"""What the command line offers, made from its parsers.

`.. command-pages::` puts all commands on a page, each with what it does, its usage, and its options
with the help that they have on the command line.
"""

import argparse
import os
import re
from unittest import mock

from reference import linked
from sphinx.util.docutils import SphinxDirective

from twolayer.commands import cli

COLUMNS = {"COLUMNS": "72"}  # the width of usages
OPTION = re.compile(r"(?<![\w`-])(--[a-z][a-z-]*)")


def plain(text):
    """Words of a help as RST: options are code, and lower indices below."""
    return OPTION.sub(r"``\1``", linked(text))


def sentence(text):
    """A description with a capital, unless it begins with a formula."""
    return text[0].upper() + text[1:] if text[:2].isascii() else text


def literal(text):
    return [".. code-block:: text", "", *(f"   {line}".rstrip() for line in text.split("\n")), ""]


def shown(parser):
    """The arguments and options that the help shows, but for the help itself and the commands."""
    hidden = argparse._HelpAction, argparse._SubParsersAction
    return [
        action
        for action in parser._actions
        if not isinstance(action, hidden) and action.help != argparse.SUPPRESS
    ]


def option(formatter, action):
    """One argument with its help."""
    needed = "; required" if action.required and action.option_strings else ""
    text = plain(formatter._expand_help(action)).rstrip(".") + needed + "."
    head = f".. option:: {formatter._format_action_invocation(action)}"
    return [head, "", f"   {text}", ""]


def section(parser):
    """The part of the page that one command has."""
    title, examples = f"``{parser.prog}``", cli.EXAMPLES in (parser.epilog or "")
    with mock.patch.dict(os.environ, COLUMNS):
        usage, formatter = parser.format_usage().strip(), parser._get_formatter()
    lines = [title, "-" * len(title), "", plain(sentence(parser.description)), "", *literal(usage)]
    lines += [f".. program:: {parser.prog}", ""]
    for action in shown(parser):
        lines += option(formatter, action)
    if examples:
        _, _, calls = cli.EXAMPLES.partition("\n")
        lines += ["Examples:", "", *literal(calls.rstrip())]
    return lines


class CommandPages(SphinxDirective):
    def run(self):
        parts = map(section, cli.parsers().values())
        convention = [plain(cli.CONVENTION), ""]
        text = "\n".join([*convention, *(line for part in parts for line in part)])
        return self.parse_text_to_nodes(text, allow_section_headings=True)


def setup(app):
    app.add_directive("command-pages", CommandPages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
