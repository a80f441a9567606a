"""Fuzzing guided by coverage, for hours, with atheris: `PYTHONPATH=tests python -m fuzz.guided [libFuzzer options]`.

Atheris (`pip install atheris`) is no dependency of archspec; without it this says so and ends. It starts from the
shipped specs and changes bytes as it learns which of them lead to other code: the first byte says the form, text or
YAML, the rest is the spec. What does not hold ends the run, and libFuzzer keeps the input as `crash-…`; give that file
as an argument to try it again. `-max_total_time=3600` ends after an hour, `-runs=10000` after so many inputs.
"""

import sys
import tempfile
from pathlib import Path

from fuzz.corpus import SMALL, seeds
from fuzz.probes import probe

_FORMS = (".arch", ".arch.yaml")


def main(arguments: list[str]) -> int:
    try:
        import atheris
    except ImportError:
        print("atheris is not installed: pip install atheris", file=sys.stderr)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder, "corpus")
        corpus.mkdir()
        for one in seeds(SMALL):
            (corpus / f"{one.name}{one.suffix}").write_bytes(bytes([_FORMS.index(one.suffix)]) + one.data)
        atheris.instrument_all()
        given = [] if any(Path(one).exists() for one in arguments) else [str(corpus)]
        atheris.Setup([sys.argv[0], *arguments, *given], lambda data: attempt(data, Path(folder)))
        atheris.Fuzz()
    return 0


def attempt(data: bytes, folder: Path) -> None:
    """Probe one input. Raises where something does not hold."""
    path = folder / f"spec{_FORMS[data[0] % 2 if data else 0]}"
    path.write_bytes(data[1:])
    probe(path)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
