"""Which of the instructor's own statements a test needs, so that the judge can run them without the learner's code.

A notebook's tests use names that its other cells define: imports, data, functions of the instructor's, and the
learner's answers. Statements of the instructor's that need no answer are run by the judge itself; every other name
comes from the learner's kernel. Which is which is decided here by reading the source, once for each notebook.
"""

import ast
import builtins
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from types import CodeType

from IPython.core.inputtransformer2 import TransformerManager

# Calls that only show something: what they are given does not have to be made for them.
_SHOWING = {"print", "display", "plt", "get_ipython"}
_SHOWING_METHODS = {
    "show",
    "plot",
    "draw",
    "display",
    "imshow",
    "savefig",
    "figure",
    "summary",
    "head",
    "info",
    "describe",
}


@dataclass(frozen=True)
class SourceCell:
    """A code cell of the instructor's copy.

    Attributes:
        kind: `answer`, `test`, or `given` for everything else of the instructor's.
        name: the grade_id, or an empty text.
        source: the text that learners get, hidden tests included.
        solution: for an answer the text of the instructor's solution, otherwise the same as `source`.
    """

    kind: str
    name: str
    source: str
    solution: str


@dataclass(frozen=True)
class Statement:
    """A statement of the instructor's, compiled, and the global names that it defines."""

    code: CodeType
    names: frozenset[str]

    @classmethod
    def of(cls, statement: ast.stmt) -> "Statement":
        """Compile a statement.

        Raises:
            SyntaxError: it awaits outside a function, which only a notebook allows.
        """
        code = compile(ast.Module([statement], type_ignores=[]), "<instructor>", "exec", dont_inherit=True)
        return cls(code, frozenset(_bound([statement])))


@dataclass
class Step:
    """What the judge does when a notebook has come to a cell of the instructor's.

    Attributes:
        name: grade_id of the cell, or an empty text.
        kind: as in SourceCell.
        statements: statements to run.
        forget: names that from now on are the learner's.
        imports: library imports of the instructor's answer: where the learner has the name as well, it stands for our
            own library, because the learner's might lie.
    """

    name: str
    kind: str
    statements: list[Statement] = field(default_factory=list)
    forget: set[str] = field(default_factory=set)
    imports: list[Statement] = field(default_factory=list)


@dataclass(frozen=True)
class Plan:
    """The judge's side of a notebook.

    Attributes:
        steps: one for each code cell of the instructor's, in order.
        answer_names: names that the instructor's solutions define.
        kernel_names: names that cells which run in the kernel use.
    """

    steps: list[Step]
    answer_names: frozenset[str]
    kernel_names: frozenset[str]


def plan(cells: list[SourceCell], shipped: Collection[str] = ()) -> Plan:
    """Decide for each statement of the instructor's whether the judge runs it.

    Args:
        cells: the code cells of the instructor's copy.
        shipped: names of modules that come with the assignment.
    """
    parsed = [_parse(cell.source) for cell in cells]
    wanted = wanted_statements(cells, parsed)
    steps, tainted, late, answer_names = [], set(), set(), set()
    for cell, statements in zip(cells, parsed, strict=True):
        step = Step(cell.name, cell.kind)
        if cell.kind == "answer":
            solution = _parse(cell.solution)
            imports = [it for it in [*solution, *statements] if _imports_library(it, shipped)]
            others = [it for it in [*solution, *statements] if it not in imports]
            step.imports = list(map(Statement.of, imports))
            step.forget = set(_bound(others))
            tainted |= step.forget | set(_bound(imports))
            answer_names |= step.forget
        elif cell.kind == "given":
            for statement in statements:
                _place(statement, wanted, tainted, late, step)
        steps.append(step)
    kernel = [_parse(text) for cell in cells if cell.kind != "test" for text in {cell.source, cell.solution}]
    used = {name for statements in kernel for statement in statements for name in _loaded(statement)}
    return Plan(steps, frozenset(answer_names), frozenset(used))


def imported_modules(sources: Iterable[str]) -> list[str]:
    """Return the names of all modules that the sources import, in order, each once."""
    found: dict[str, None] = {}
    for source in sources:
        for node in (node for statement in _parse(source) for node in ast.walk(statement)):
            if isinstance(node, ast.Import):
                found.update(dict.fromkeys(alias.name for alias in node.names))
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found[node.module] = None
                found.update(dict.fromkeys(f"{node.module}.{alias.name}" for alias in node.names))
            elif isinstance(node, ast.Constant) and node.value == "matplotlib":
                found["matplotlib.pyplot"] = None
        if "matplotlib" in source:
            found["matplotlib.pyplot"] = None
    return list(found)


def names_bound(source: str) -> set[str]:
    """Return the global names that a cell defines."""
    return set(_bound(_parse(source)))


def _imports_library(statement: ast.stmt, shipped: Collection[str]) -> bool:
    if isinstance(statement, ast.Import):
        return all(alias.name.partition(".")[0] not in shipped for alias in statement.names)
    if isinstance(statement, ast.ImportFrom):
        return not statement.level and (statement.module or "").partition(".")[0] not in shipped
    return False


def _place(statement: ast.stmt, wanted: set[int], tainted: set[str], late: set[str], step: Step) -> None:
    """Give a statement of the instructor's to the judge, or its names to the kernel."""
    bound = set(_bound([statement]))
    try:
        compiled = Statement.of(statement)
    except SyntaxError:
        compiled = None
    if compiled is None or id(statement) not in wanted or _needs(statement) & (tainted | late):
        tainted |= bound
        step.forget |= bound
        return
    if _loaded(statement) & (tainted | late):  # a function that calls an answer, when it is called itself
        late |= bound
    else:
        late -= bound
    tainted -= bound
    step.statements.append(compiled)


def wanted_statements(cells: list[SourceCell], parsed: list[list[ast.stmt]]) -> set[int]:
    """Return the ids of the given statements that tests need; `parsed` holds the statements of each cell."""
    every = [statement for statements in parsed for statement in statements]
    imports = {name for statement in every for name in _imported(statement)}
    literals = {name for statement in every if _is_literal(statement) for name in _bound([statement])}
    wanted: set[int] = set()
    called_later: set[str] = set()  # names that needed functions use: they may be defined after the function
    while True:
        needed = set(called_later)
        for cell, statements in reversed(list(zip(cells, parsed, strict=True))):
            for statement in reversed(statements) if cell.kind != "answer" else ():
                if cell.kind == "test":
                    needed = needed - set(_surely_bound(statement)) | _free(statement) | called_later
                elif _is_wanted(statement, needed, imports, literals):
                    wanted.add(id(statement))
                    needed |= _loaded(statement)
        found = set().union(*(_loaded(it) for it in every if id(it) in wanted and _defines_functions(it)))
        if found <= called_later:
            return wanted
        called_later |= found


def _is_wanted(statement: ast.stmt, needed: set[str], imports: set[str], literals: set[str]) -> bool:
    """Whether a statement defines or changes something that is needed; a setting of a library's counts as needed."""
    if any(_imported(statement)) or set(_bound([statement])) & needed or set(_changed(statement)) & needed - imports:
        return True
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return bool(set(_changed(statement)) & needed)
    call = statement.value
    if _only_shows(call):
        return False
    if _root(call.func) in imports or isinstance(call.func, ast.Name):
        given = _loaded(statement) - set(dir(builtins)) - imports
        return given <= literals or bool(given & needed)
    return False


def _only_shows(call: ast.Call) -> bool:
    if _root(call.func) in _SHOWING or _loaded(call) & _SHOWING:
        return True
    return isinstance(call.func, ast.Attribute) and call.func.attr in _SHOWING_METHODS


def _parse(source: str) -> list[ast.stmt]:
    """Return the statements of a cell, magics included; none if it is no Python."""
    try:
        return ast.parse(TransformerManager().transform_cell(source)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _bound(statements: Iterable[ast.stmt]) -> Iterator[str]:
    """Yield the global names that statements define."""
    for statement in statements:
        yield from _bound_by(statement)


def _bound_by(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
        for inner in ast.walk(node):
            if isinstance(inner, ast.Global):
                yield from inner.names
        return
    if isinstance(node, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        return
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield from _imported(node)
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
        yield node.id
    if isinstance(node, ast.ExceptHandler) and node.name:
        yield node.name
    for child in ast.iter_child_nodes(node):
        yield from _bound_by(child)


def _defines_functions(statement: ast.stmt) -> bool:
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    return any(isinstance(node, kinds) for node in ast.walk(statement))


def _is_literal(statement: ast.stmt) -> bool:
    try:
        return isinstance(statement, ast.Assign) and ast.literal_eval(statement.value) is not ...
    except (ValueError, TypeError):
        return False


def _imported(statement: ast.AST) -> Iterator[str]:
    for node in ast.walk(statement) if not isinstance(statement, ast.FunctionDef | ast.ClassDef) else ():
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name.partition(".")[0]


def _changed(statement: ast.stmt) -> Iterator[str]:
    """Yield the names of objects that a statement changes in place, as far as its form shows it."""
    targets: list[ast.expr] = []
    if isinstance(statement, ast.Assign | ast.Delete):
        targets = statement.targets
    elif isinstance(statement, ast.AugAssign | ast.AnnAssign):
        targets = [statement.target]
    elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        targets = [statement.value.func] if isinstance(statement.value.func, ast.Attribute) else []
    for target in targets:
        if isinstance(target, ast.Attribute | ast.Subscript):
            yield _root(target)


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _loaded(node: ast.AST) -> set[str]:
    """Return the names from outside that a statement or expression uses, in the functions that it defines as well."""
    if isinstance(node, ast.Name):
        return {node.id} if isinstance(node.ctx, ast.Load) else set()
    used = set().union(*map(_loaded, ast.iter_child_nodes(node)))
    if isinstance(node, ast.AugAssign):
        used.add(_root(node.target))
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        used -= _local(node)
        used |= set().union(*map(_loaded, [*node.args.defaults, *filter(None, node.args.kw_defaults)]))
    if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        used -= {name for part in node.generators for name in _bound_by(part.target)}
        used |= _loaded(node.generators[0].iter)
    return used


def _local(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> set[str]:
    """Return the names of a function's own variables."""
    own = {argument.arg for argument in ast.walk(function.args) if isinstance(argument, ast.arg)}
    if isinstance(function, ast.Lambda):
        return own
    outer = {name for it in ast.walk(function) if isinstance(it, ast.Global | ast.Nonlocal) for name in it.names}
    return (own | set(_bound(function.body))) - outer


def _surely_bound(statement: ast.stmt) -> Iterator[str]:
    """Yield the global names that a statement defines whatever happens."""
    if isinstance(statement, ast.With):
        for inner in statement.body:
            yield from _surely_bound(inner)
    elif not isinstance(statement, ast.For | ast.While | ast.If | ast.Try | ast.Match | ast.Delete):
        yield from _bound([statement])


def _free(statement: ast.stmt) -> set[str]:
    """Return the names that a statement uses and does not surely define itself before."""
    if not isinstance(statement, ast.With | ast.For):
        return _loaded(statement)
    if isinstance(statement, ast.For):
        outside, bound = _loaded(statement.iter), set(_bound_by(statement.target))
    else:
        outside = set().union(*(_loaded(item.context_expr) for item in statement.items))
        bound = {name for item in statement.items if item.optional_vars for name in _bound_by(item.optional_vars)}
    for inner in statement.body:
        outside |= _free(inner) - bound
        bound |= set(_surely_bound(inner))
    for inner in statement.orelse if isinstance(statement, ast.For) else ():
        outside |= _free(inner)
    return outside


def _needs(statement: ast.stmt) -> set[str]:
    """Return the names that a statement uses when it is run: not those that its function uses when called."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        outside = [*statement.decorator_list, *statement.args.defaults, *filter(None, statement.args.kw_defaults)]
        return set().union(*map(_loaded, outside))
    if isinstance(statement, ast.ClassDef):
        outside = [*statement.decorator_list, *statement.bases, *statement.keywords]
        return set().union(*map(_loaded, outside), *map(_needs, statement.body))
    return _loaded(statement)
