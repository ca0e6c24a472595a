"""What must stay true of the house as a whole. Imports are the import contract's (pyproject.toml, ``lint-imports``)."""

import ast
from pathlib import Path

import strongroom
from strongroom.operations.table import BUILT, MODELLED

SOURCE = Path(strongroom.__file__).parent
MAX_LINES = 420  # a file that grows past about 400 lines is usually two ideas
GENERATED = {SOURCE / "wire" / "shapes" / f"{service}.py" for service in MODELLED}


def modules() -> list[Path]:
    return [path for path in SOURCE.rglob("*.py") if path not in GENERATED]


def test_files_are_one_idea_long() -> None:
    assert [
        f"{path.name}: {lines}" for path in modules() if (lines := len(path.read_text().splitlines())) > MAX_LINES
    ] == []


def test_every_module_says_what_it_is() -> None:
    assert [str(path) for path in modules() if not ast.get_docstring(ast.parse(path.read_text()))] == []


def test_proofs_are_made_in_one_place() -> None:
    """``Authorised`` opens key material: only the pipeline may make one."""
    makers = [path.name for path in modules() if "Authorised(" in path.read_text().replace("class Authorised(", "")]
    assert makers == ["pipeline.py"]


def test_what_is_built_is_modelled() -> None:
    for service, operations in BUILT.items():
        for name, operation in operations.items():
            assert operation.shape is MODELLED[service][name]


def test_tests_of_clients_see_only_what_clients_see() -> None:
    """Neither they nor the helpers they import know the product: it is met through its command line and its port."""
    tests = SOURCE.parent.parent / "tests"
    waiting, seen = list((tests / "clients").glob("*.py")), set[Path]()
    while waiting:
        path = waiting.pop()
        seen.add(path)
        names = [name for node in ast.walk(ast.parse(path.read_text())) for name in _imported(node)]
        assert not [name for name in names if name.partition(".")[0] == "strongroom"], path.name
        helpers = {tests.joinpath(*name.split(".")).with_suffix(".py") for name in names}
        waiting += [helper for helper in helpers - seen if helper.is_file()]


def _imported(node: ast.AST) -> list[str]:
    """Return what a node imports, dotted; of ``from x import y`` also ``x.y``, which may be a module."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []
