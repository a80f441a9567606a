"""What a forward method returns."""

from collections.abc import Callable, Sequence

from archspec.design import ALWAYS, TRAIN, Port
from archspec.emit.python_code import Code, Nest, flat, lines, quoted


def returned(
    ports: Sequence[Port], result: Callable[[int], tuple[Code, str]], kind: str, indent: int
) -> tuple[list[str], str]:
    """The `return` of a forward method, and its type. A network with several outputs returns them by name.

    `result` gives the variable of a value, or, of a single one, the call that makes it, with a comment on it.
    """
    if len(ports) == 1:
        code, comment = result(ports[0].value)
        made = lines(code, indent, "return ")
        made[-1] += f"  # {comment}" if comment else ""
        return made, "Tensor"

    def name(value: int) -> str:
        return flat(result(value)[0])

    if kind != "network":
        values = [name(p.value) + ("" if p.phase == ALWAYS else " if self.training else None") for p in ports]
        kinds = ", ".join("Tensor" if port.phase == ALWAYS else "Tensor | None" for port in ports)
        return [" " * indent + f"return {', '.join(values)}"], f"tuple[{kinds}]"
    training = [port for port in ports if port.phase in (ALWAYS, TRAIN)]
    evaluation = [port for port in ports if port.phase != TRAIN]
    if training == evaluation:
        return lines(_answer(ports, name), indent, "return "), "dict[str, Tensor]"
    made = [" " * indent + "if self.training:"]
    made += lines(_answer(training, name), indent + 4, "return ")
    made += lines(_answer(evaluation, name), indent, "return ")
    single = len(training) == 1 or len(evaluation) == 1
    return made, "Tensor | dict[str, Tensor]" if single else "dict[str, Tensor]"


def _answer(ports: Sequence[Port], name: Callable[[int], str]) -> Code:
    if len(ports) == 1:
        return name(ports[0].value)
    return Nest("{", tuple(f"{quoted(port.name)}: {name(port.value)}" for port in ports), "}")
