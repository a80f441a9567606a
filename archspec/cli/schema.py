"""`archspec schema`: the JSON Schema of the YAML form, for editors."""

import argparse

from archspec.cli import options
from archspec.cli.output import save, write_bytes

_EPILOG = """\
examples:
  archspec schema -o archspec.schema.json

An editor with the YAML language server reads it from a comment in a spec:
  # yaml-language-server: $schema=archspec.schema.json
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    options.add_plugins(parser)
    options.add_output(parser, "the file to write, whole or not at all; standard output without it")


def run(arguments: argparse.Namespace) -> int:
    from archspec.emit.schema.document import as_text
    from archspec.ops.plugins import use_installed

    use_installed()
    data = as_text().encode()
    if arguments.output is None or str(arguments.output) == "-":
        write_bytes(data)
    else:
        save(arguments.output, data)
    return 0
