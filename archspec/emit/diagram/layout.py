"""Graphviz at work: DOT text in, a drawing out.

It runs in a process of its own, which can be stopped. The program `dot` comes first; where it is missing or fails, the
Graphviz within the wheel of `pygraphviz` draws.
"""

import shutil
import subprocess
import sys
from importlib.util import find_spec

from archspec.emit.diagram.scene import CannotDraw

TIMEOUT = 60.0  # seconds

# `-P` keeps the folder one happens to be in off the module path.
_PYGRAPHVIZ = (
    "import sys, pygraphviz\n"
    "graph = pygraphviz.AGraph(string=sys.stdin.buffer.read().decode())\n"
    "sys.stdout.buffer.write(graph.draw(format=sys.argv[1], prog='dot'))\n"
)


def laid_out(text: str, format: str, timeout: float = TIMEOUT) -> bytes:
    """The drawing of a DOT text as "svg", "png" or "pdf". Raises `CannotDraw`."""
    commands = _commands(format)
    if not commands:
        raise CannotDraw(
            f"drawing {format} needs Graphviz: `pip install 'archspec-nn[render]'` brings it, or put `dot` on the PATH;"
            " the format dot needs nothing"
        )
    reason = ""
    for command in commands:
        try:
            done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=timeout, check=False)
        except subprocess.TimeoutExpired:
            message = f"laying it out took more than {timeout:g} seconds; draw less of it with `depth`"
            raise CannotDraw(message) from None
        except OSError as error:
            reason = str(error)
            continue
        if done.returncode == 0 and done.stdout:
            return done.stdout
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        reason = lines[-1] if lines else f"exit status {done.returncode}"
    raise CannotDraw(f"Graphviz drew nothing: {reason}")


def _commands(format: str) -> list[list[str]]:
    commands = []
    program = shutil.which("dot")
    if program is not None:
        commands.append([program, f"-T{format}"])
    if sys.executable and find_spec("pygraphviz") is not None:
        commands.append([sys.executable, "-P", "-c", _PYGRAPHVIZ, format])
    return commands
