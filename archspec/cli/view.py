"""`archspec view`: a diagram in the browser that follows the spec as it is saved."""

import argparse

from archspec.cli import options
from archspec.cli.output import write

_EPILOG = """\
The page shows the spec beside the picture and draws it anew whenever the file is saved; errors stand in their lines.
It is served to this machine alone, until Ctrl-C.

examples:
  archspec view net.arch
  archspec view net.arch:tiny --set num_classes=10 --open
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    options.add_target(parser)
    parser.add_argument("--port", metavar="N", type=options.whole, default=0, help="the port; a free one by default")
    parser.add_argument("--open", action="store_true", help="open the page in the browser")
    words = "show N levels of blocks at first"
    parser.add_argument("--depth", metavar="N", type=options.whole, help=words)
    words = "open this block at first; may be repeated"
    parser.add_argument("--expand", metavar="PATH", action="append", default=[], help=words)
    options.add_overrides(parser)


def run(arguments: argparse.Namespace) -> int:
    from archspec.cli.serving import Server
    from archspec.cli.watching import Watch
    from archspec.targets import find

    if arguments.target == "-" or arguments.target.startswith("-:"):
        raise options.UsageError("view follows a file; standard input is none")
    if arguments.port > 65535:
        raise options.UsageError("a port is a number up to 65535")
    find(arguments.target)  # what is not there is said at once
    options.parameters(arguments), options.inputs(arguments), options.limits(arguments)
    watch = Watch(arguments)
    try:
        with Server(watch, arguments.target, arguments.port) as server:
            write(f"{arguments.target} is at {server.address} until Ctrl-C\n")
            if arguments.open:
                import webbrowser

                webbrowser.open(server.address)
            server.serve_forever(poll_interval=0.2)
    except KeyboardInterrupt:
        write("\n")
    finally:
        watch.close()
    return 0
