"""What an installation may lack."""


def missing(what: str, package: str, extra: str) -> ModuleNotFoundError:
    """What to raise where a package is not installed: what needs it, and the extra that brings it."""
    return ModuleNotFoundError(f"{what} need {package}: `pip install 'archspec-nn[{extra}]'` brings it", name=package)
