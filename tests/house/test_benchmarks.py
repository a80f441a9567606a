"""The benchmarks can run: their probes exist, and one is measured and judged. How fast it is, is not for tests."""

from pathlib import Path

import pytest

from benchmarks.__main__ import all_cases
from benchmarks.harness import Run, measure, run
from benchmarks.probes import PROBES


def test_every_case_has_commands_and_known_probes(tmp_path: Path) -> None:
    found = list(all_cases(tmp_path))
    assert len({case.name for case in found}) == len(found) > 8
    for case in found:
        for arguments in case.commands.values():
            if "benchmarks.probes" in arguments:
                assert arguments[2] in PROBES


def test_cases_judge_both_ways(tmp_path: Path) -> None:
    """Every bar can be kept and can be missed: a judge that always nods measures nothing."""
    for case in all_cases(tmp_path):
        names = [name for name in case.commands if name != "yardstick"]
        usual = {"yardstick": Run(1.35, 1)}
        verdicts = {
            case.judge({**usual, **{name: Run(10.0**power * ratio**at, 1) for at, name in enumerate(names)}}).kept
            for power in (-9, -3, 0, 6)
            for ratio in (0.001, 0.1, 1, 10, 1000)
        }
        assert verdicts == {True, False}, case.name


def test_on_a_slower_machine_bars_in_seconds_are_longer(tmp_path: Path) -> None:
    case = next(case for case in all_cases(tmp_path) if case.name.startswith("sizes"))
    verdicts = [case.judge({"yardstick": Run(1.35 * slower, 1), "archspec": Run(0.5, 1)}).kept for slower in (1, 2)]
    assert verdicts == [False, True]


def test_a_case_is_measured(tmp_path: Path) -> None:
    case = next(case for case in all_cases(tmp_path) if case.name.startswith("10, 1,000"))
    medians = measure(case._replace(rounds=1))
    assert set(medians) == set(case.commands)
    assert all(0 < one.seconds < 60 and one.peak > 2**20 for one in medians.values())


def test_a_command_that_fails_is_no_measurement() -> None:
    with pytest.raises(RuntimeError, match="exit code 3"):
        run(["-c", "raise SystemExit(3)"])
