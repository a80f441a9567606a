"""Operators of the user's own: how they become known, and what is said where they cannot be."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import archspec
from archspec.ops import INITIALISERS, OPERATORS, offers
from archspec.ops.plugins import INSTALLED, PluginError, known, use, use_installed

Write = Callable[[str, str], None]
Install = Callable[..., None]

TWICE = """
from archspec.operators import FunctionCall, Layer, Operator

class {cls}(Operator, name="{name}"):
    '''Twice the value.'''
    def layer(self, x):
        return Layer(self.name, (x,), (x,), FunctionCall("*", (2,), form="infix"), work={{"elementwise": x.elements}})
"""
MANY = """
from archspec.operators import Integer, Operator, parameter

class Many(Operator, name="many"):
    outputs: int = parameter(Integer(), 2)
"""
SPEC = "network n {{ input x: [4]\n {step}\n expect [4] }}\n"


def twice(name: str, cls: str = "Twice") -> str:
    return TWICE.format(name=name, cls=cls)


def spec(tmp_path: Path, step: str, name: str = "n.arch") -> Path:
    path = tmp_path / name
    path.write_text(SPEC.format(step=step), encoding="utf-8")
    return path


def refusal(module: str) -> str:
    """What is said of a module that is no plugin; the registries are as before."""
    before = dict(OPERATORS), dict(INITIALISERS)
    with pytest.raises(PluginError) as caught:
        use(module)
    assert before == (OPERATORS, INITIALISERS)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# --- modules that are named ---


def test_a_module_makes_its_operators_known(write: Write, tmp_path: Path) -> None:
    write("doubling", twice("twice"))
    with pytest.raises(archspec.SpecError):
        archspec.load(spec(tmp_path, "twice"))
    design = archspec.load(spec(tmp_path, "twice"), plugins="doubling")
    assert [layer.op for layer in design.layers()] == ["twice"]
    archspec.use("doubling")  # a second time is no clash


def test_a_package_brings_what_its_modules_define(write: Write) -> None:
    write("doubles.__init__", "from doubles import one, two\n")
    write("doubles.one", twice("twice"))
    write("doubles.two", twice("again"))
    use("doubles")
    assert {"twice", "again"} <= OPERATORS.keys()
    use("doubles.one")
    assert not {"twice", "again"} & INSTALLED


def test_a_module_that_was_imported_already(write: Write) -> None:
    write("doubling", twice("twice"))
    __import__("doubling")
    use("doubling")
    assert "twice" in OPERATORS


def test_an_initialiser_is_one_too(write: Write, tmp_path: Path) -> None:
    text = """
    from archspec.ops import Initialiser
    class Halves(Initialiser, name="halves"):
        target = "starting:halves"
    def halves(tensor):
        return tensor.data.fill_(0.5)
    """
    write("starting", text)
    path = tmp_path / "n.arch"
    path.write_text("network n { input x: [4]\n fc: linear(2, init=halves)\n a: linear(3) }\n")
    design = archspec.load(path, plugins=["starting"])
    assert "from starting import halves\n" in archspec.to_source(design)
    assert archspec.compile(design).fc.weight.unique().tolist() == [0.5]
    path.write_text("network n { input x: [4]\n default linear(init=halves)\n linear(2)\n linear(3) }\n")
    model = archspec.compile(archspec.load(path))
    assert {value for one in model for value in one.weight.unique().tolist()} == {0.5}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the plugin bad defines no operator; one is a class such as `class Swish(Operator, name=\"swish\")`"),
        ("1 / 0", "the plugin bad cannot be imported: ZeroDivisionError: division by zero"),
        ("import sys; sys.exit(3)", "the plugin bad cannot be imported: SystemExit: 3"),
        ("import absent", "the plugin bad cannot be imported: ModuleNotFoundError: No module named 'absent'"),
        ("def f(:", "the plugin bad cannot be imported: SyntaxError: "),
        (twice("relu"), "the plugin bad cannot be used: there is an operator relu already"),
        (twice("normal"), "the plugin bad cannot be used: there is an operator normal already"),
        (
            MANY,
            "the plugin bad cannot be used: a parameter of Many is called outputs, which operators have already",
        ),
        (twice("a b"), "the plugin bad cannot be used: 'a b' is no name of the language"),
        (twice("twice") + twice("twice"), "the plugin bad cannot be used: there is an operator twice already"),
        (twice("twice") + "raise ValueError('late\\nand long')", "ValueError: late and long"),
        ("from archspec.operators import Operator\nclass A(Operator, name='a'):\n    layer = 3", "AttributeError"),
    ],
)  # fmt: skip
def test_what_is_no_plugin_is_refused_in_a_sentence(write: Write, text: str, said: str) -> None:
    write("bad", text)
    assert said in refusal("bad")
    assert said in refusal("bad")  # and no half of it stays behind


def test_modules_that_are_not_there() -> None:
    assert refusal("absent") == "the plugin absent is not there: no module is called absent"
    assert refusal("json.absent") == "the plugin json.absent is not there: no module is called json.absent"
    for name in ("./layers.py", "a-b", "", "os; f()", "a:B"):
        assert refusal(name).startswith("a plugin is the name of a module")


# --- packages that are installed ---


def test_an_installed_package_offers_operators(write: Write, install: Install, tmp_path: Path) -> None:
    write("doubling", twice("twice") + twice("hidden", "Hidden"))
    install(twice="doubling:Twice")
    assert known("relu") is OPERATORS["relu"]
    assert "doubling" not in sys.modules
    assert archspec.load(spec(tmp_path, "twice")).output == archspec.Shape([4])
    assert sorted(INSTALLED) == ["twice"]
    assert known("hidden") is None, "it is not offered"
    use("doubling")
    assert known("hidden") is not None
    assert not INSTALLED


def test_yaml_and_defaults_know_them(write: Write, install: Install, tmp_path: Path) -> None:
    write("doubling", twice("twice"))
    install(twice="doubling:Twice")
    path = tmp_path / "n.arch.yaml"
    path.write_text("network: n\ninput: {x: [4]}\nlayers: [twice, {a: {twice: []}}, {b: twice}]\n")
    assert [layer.op for layer in archspec.load(path).layers()] == ["twice"] * 3


def test_installing_breaks_no_spec(write: Write, install: Install, tmp_path: Path) -> None:
    """A block, a parameter and a label of the same name stay what they are, whatever was read before."""
    write("doubling", twice("twice"))
    install(twice="doubling:Twice")
    path = tmp_path / "own.arch"
    path.write_text(
        "block twice(n) { linear(n) }\nblock b(twice) { linear(twice) }\n"
        "network n { input x: [4]\n twice: twice(3) -> b(5) }\n"
    )
    alone = archspec.check(path).diagnostics
    assert alone == ()
    assert archspec.check(spec(tmp_path, "twice", "uses.arch"), path).diagnostics == alone
    assert archspec.check(path).diagnostics == alone
    assert known("twice") is not None
    use("doubling")  # who names the module wants to be told
    assert {one.rule.code for one in archspec.check(path).diagnostics} != set()


def test_installing_changes_no_label_in_yaml(write: Write, install: Install, tmp_path: Path) -> None:
    """A key of that name with a step behind it is the label that it was; so is a block of the file a block."""
    path = tmp_path / "own.arch.yaml"
    path.write_text("network: n\ninput: {x: [4]}\nlayers: [{twice: {linear: 3}}, {again: relu}]\n")
    alone = [(layer.path, layer.op) for layer in archspec.load(path).layers()]
    assert alone == [("twice", "linear"), ("again", "relu")]
    write("doubling", twice("twice") + twice("again", "Again"))
    install(twice="doubling:Twice", again="doubling:Again")
    assert [(layer.path, layer.op) for layer in archspec.load(path).layers()] == alone
    path.write_text(
        "- block: twice\n  parameters: [n]\n  layers: [{linear: $n}]\n"
        "- network: n\n  input: {x: [4]}\n  layers: [{twice: 3}]\n"
    )
    assert [layer.op for layer in archspec.load(path).layers()] == ["linear"]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("doubling:Absent", "the operator twice of demo 1.2: the module doubling has no Absent"),
        ("doubling:plain", "doubling:plain is no operator, a class that derives from Operator"),
        ("doubling:Other", "doubling:Other is called other, not twice"),
        ("doubling", "an entry point reads MODULE:CLASS, not 'doubling'"),
        ("absent:Twice", "the operator twice of demo 1.2 is not there: no module is called absent"),
        ("broken:Twice", "the operator twice of demo 1.2 cannot be imported: ZeroDivisionError: division by zero"),
        ("doubling:Base", "doubling:Base has no name, not twice"),
    ],
)
def test_a_bad_offer_is_refused_when_it_is_wanted(
    write: Write, install: Install, tmp_path: Path, value: str, said: str
) -> None:
    base = "\nclass Base(Operator): pass\nplain = 3\n"
    write("doubling", twice("twice") + twice("other", "Other") + base)
    write("broken", "1 / 0")
    install(twice=value)
    assert archspec.check(spec(tmp_path, "relu")).diagnostics == ()
    with pytest.raises(PluginError) as caught:
        archspec.check(spec(tmp_path, "twice"))
    assert said in str(caught.value)
    assert "twice" not in OPERATORS


def test_two_packages_of_one_operator(write: Write, install: Install) -> None:
    write("doubling", twice("twice"))
    install("first", twice="doubling:Twice")
    install("second", twice="doubling:Twice")
    with pytest.raises(PluginError, match=r"two installed packages offer an operator twice: first 1.2 and second 1.2"):
        known("twice")


def test_an_earlier_folder_hides_a_package(
    write: Write, install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("doubling", twice("twice"))
    install("Two_Times", "1.0", twice="doubling:Twice")
    install("two.times", "2.0", place=tmp_path / "later", twice="absent:Twice")
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path / "later")])
    assert known("twice") is not None


def test_all_that_is_installed(write: Write, install: Install) -> None:
    write("doubling", twice("twice") + twice("again", "Again"))
    install(twice="doubling:Twice", again="doubling:Again")
    use_installed()
    assert sorted(INSTALLED) == ["again", "twice"]
    use_installed()
    install("rude", relu="doubling:Twice")
    with pytest.raises(PluginError, match=r"the operator relu of rude 1.2 cannot be used: there is an operator relu"):
        use_installed()


def test_what_pip_writes_is_what_we_read(tmp_path: Path) -> None:
    """Our reading of entry points agrees with Python's own on all that is installed here."""
    program = (
        "import archspec.ops.offers as ours, importlib.metadata as theirs\n"
        "ours.GROUP = 'console_scripts'\n"
        "found = {(name, one.value) for name, every in ours.installed_offers().items() for one in every}\n"
        "assert found == {(one.name, one.value) for one in theirs.entry_points(group='console_scripts')}, found\n"
        "assert found\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_known_names_cost_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders are read for a name that is not known otherwise, and once."""
    asked: list[object] = []
    monkeypatch.setattr(offers, "_read", lambda places: asked.append(places) or {})
    for name in ("lenet5", "resnet50", "googlenet"):
        assert archspec.check(f"seeds/{name}").errors == 0
    assert asked == []
    for _ in range(2):
        assert archspec.check(spec(tmp_path, "no_such_operator")).errors == 1
    assert len(asked) == 1
