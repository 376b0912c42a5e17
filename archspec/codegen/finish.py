"""Translated classes to finished ones: what the constructor takes, what each method keeps, what forward asks."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from archspec.codegen import trees
from archspec.codegen.program import Append, Assign, Chain, For, If, Make, Phased, Statement, walk
from archspec.codegen.sources import ClassSource
from archspec.codegen.translate import Translation


@dataclass(slots=True, eq=False)
class Finished:
    """A class with the statements of its two methods."""

    source: ClassSource
    init: list[Statement]
    forward: list[Statement]
    attributes: list[str]
    """The keys that the constructor keeps for forward."""


class Finisher:
    """Finishes the classes of a translation, those that others make first."""

    def __init__(self, translation: Translation) -> None:
        self.translation = translation
        self.terms = translation.terms
        self.by_key = {cls.key: cls for cls in translation.classes}
        self.finished: list[Finished] = []
        self.read: dict[str, set[int]] = {}
        """The sizes of its output that are read from a module."""
        self.missing: dict[str, set[int]] = {}
        """Needs of the input that a class must take since others in its place have them."""

    def run(self) -> list[Finished]:
        for cls in self.translation.classes:
            self._finish(cls)
        for each in self.finished:
            for statement in walk(each.init):
                for tree in trees_of(statement):
                    for node in ast.walk(tree):
                        export = getattr(node, "export", None)
                        if export is not None:
                            classes, i = self.translation.exports[export]
                            for cls in classes:
                                self.read.setdefault(self._name(cls), set()).add(i)
        return self.finished

    def _finish(self, cls: ClassSource) -> None:
        if cls.finished:
            return
        cls.finished = True
        self._export(cls)
        self._rewrite(cls.statements)
        self._ask(cls)
        single = _single(cls.statements)
        live = self._results(cls)
        own = {*cls.inputs, *(key for key, _ in cls.modules)}
        own |= {key for _, key in cls.aux}  # made in training mode, and returned in it
        chain = cls.base == "nn.Sequential"
        forward = Phased([] if chain else cls.statements, "forward", set() if chain else live, skip=single)
        attributes = sorted(forward.free - own - _assigned(forward.statements) - {""}, key=_number)
        statements = self._keep(cls, attributes)
        init = Phased(statements, "init")
        free = init.free - {parameter.key for parameter in cls.parameters}
        free -= _assigned(init.statements) - {*cls.dims}
        dims = {key: i for i, key in enumerate(cls.dims)}
        needs = {dims[key] for key in free if key in dims} | self.translation.forced.get(self._name(cls), set())
        cls.needs = sorted(needs)
        cls.extra = sorted((key for key in free if key not in dims), key=_order)
        self.finished.append(Finished(cls, _unheld(init.statements), forward.statements, attributes))

    def _name(self, cls: ClassSource) -> str:
        return cls.wanted

    def _results(self, cls: ClassSource) -> set[str]:
        keys = {cls.output.key} if cls.outputs is None and cls.output is not None else set()
        if isinstance(cls.outputs, dict):
            keys |= {*cls.outputs.values()}
        elif cls.outputs is not None:
            keys |= {*cls.outputs}
        keys |= {key for _, key in cls.aux}
        return (keys | ({cls.aux_list} if cls.aux_list else set())) - {""}

    def _export(self, cls: ClassSource) -> None:
        from archspec.codegen.sources import dimension

        rank = len(cls.output.shape) if cls.output is not None else 0
        for i in sorted(self.translation.exported.get(self._name(cls), ())):
            name = f"out_{dimension(rank, i)}"
            cls.children.add(name)
            cls.statements.append(Make(ast.Constant(name), self.terms.tree(cls.output.shape[i])))

    # calls of classes

    def _rewrite(self, statements: Iterable[Statement]) -> None:
        """Aliases resolved, calls of classes with all that these take."""
        for statement in walk(statements):
            for name in ("value", "name", "owner", "test", "iterable", "index", "asked"):
                tree = getattr(statement, name, None)
                if isinstance(tree, ast.expr):
                    setattr(statement, name, self._tree(tree))
            if isinstance(statement, Chain) and statement.make is not None:
                statement.make.name = self._tree(statement.make.name)

    def _tree(self, tree: ast.expr) -> ast.expr:
        tree = self.terms.resolved(tree)
        for each in list(ast.walk(tree)):
            if isinstance(each, ast.Call):
                self._call(each)
        return self.terms.resolved(tree)

    def _call(self, call: ast.Call) -> None:
        site = getattr(call, "site", None)
        if site is None:
            cls = self.by_key.get(call.func.id) if isinstance(call.func, ast.Name) else None
            if cls is not None and not call.args and not call.keywords:
                self._finish(cls)
                call.keywords = [ast.keyword(key, trees.name(key)) for key in cls.extra]
            return
        del call.site  # type: ignore[attr-defined]
        found = self.translation.sites[site]
        for cls in found.classes:
            self._finish(cls)
        needs = sorted({need for cls in found.classes for need in cls.needs})
        for cls in found.classes:
            if {*needs} - {*cls.needs}:
                self.missing.setdefault(self._name(cls), set()).update(needs)
        call.args = [self.terms.tree(found.sizes[need]) for need in needs]
        extra = list(dict.fromkeys(key for cls in found.classes for key in cls.extra))
        call.keywords += [ast.keyword(key, trees.name(key)) for key in extra]

    # conditions

    def _ask(self, cls: ClassSource) -> None:
        """A child that may be missing is None, and forward asks for it; else a condition is kept under a name."""
        statements: list[Statement] = []
        counted = any(
            isinstance(s, Make) and s.owner is None and isinstance(s.name, ast.JoinedStr) for s in walk(cls.statements)
        )
        for statement in cls.statements:
            if not isinstance(statement, If) or statement.training or "forward" not in statement.phases:
                statements.append(statement)
                continue
            makes = [s for s in statement.body if isinstance(s, Make | Chain) and not _is_container(s)]
            inner = [
                s for s in walk([*statement.body, *statement.orelse]) if isinstance(s, Make | Chain | For | Append)
            ]
            make = makes[0] if len(makes) == 1 else None
            made = make.make if isinstance(make, Chain) else make
            simple = (
                made is not None
                and not counted
                and made.style == "attribute"
                and made.owner is None
                and isinstance(made.name, ast.Constant)
            )
            alone = all(s is make or s is made or s in _inside(make) for s in inner)
            if simple and made is not None and alone and not statement.orelse_makes() and cls.base != "nn.Sequential":
                made.optional = True
                statement.asked = trees.compare(
                    trees.attribute(trees.name("self"), trees.said(made.name)), ast.IsNot(), ast.Constant(None)
                )
            elif not isinstance(statement.test, ast.Name | ast.Constant) and not _is_plain(statement.test):
                key = self.terms.key(self._condition_name(statement), "n")
                self.translation.values[key] = [True]
                statements.append(Assign(key, statement.test))
                statement.test = trees.name(key)
            statements.append(statement)
        cls.statements[:] = statements

    def _condition_name(self, statement: If) -> str:
        for each in statement.body:
            if isinstance(each, Make) and isinstance(each.name, ast.Constant):
                return f"has_{trees.said(each.name)}"
        return "applies"

    def _keep(self, cls: ClassSource, attributes: Sequence[str]) -> list[Statement]:
        """The constructor's statements, with those that keep what forward needs."""
        missing = set(attributes)
        statements: list[Statement] = []
        for key in attributes:
            if not any(isinstance(s, Assign) and key in s.targets for s in cls.statements) and not any(
                isinstance(s, If)
                and s.phases == ("init",)
                and any(isinstance(a, Assign) and key in a.targets for a in s.body)
                for s in cls.statements
            ):
                statements.append(_kept(key))
                missing.discard(key)
        for statement in cls.statements:
            statements.append(statement)
            inner = statement.body if isinstance(statement, If) and statement.phases == ("init",) else [statement]
            for each in inner:
                if isinstance(each, Assign):
                    for key in each.targets:
                        if key in missing:
                            statements.append(_kept(key))
                            missing.discard(key)
        return statements


def trees_of(statement: Statement) -> list[ast.expr]:
    names = ("value", "name", "owner", "test", "iterable", "index")
    return [tree for name in names if isinstance(tree := getattr(statement, name, None), ast.expr)]


def _kept(key: str) -> Make:
    return Make(trees.name(key), trees.name(key))


def _single(statements: Sequence[Statement]) -> set[str]:
    """The keys that are given a value once, before any loop or condition."""
    top = [key for s in statements if isinstance(s, Assign) and "init" in s.phases for key in s.targets]
    params = [
        key
        for s in statements
        if isinstance(s, If) and s.phases == ("init",)
        for a in s.body
        if isinstance(a, Assign)
        for key in a.targets
    ]
    every = [key for s in walk(statements) if isinstance(s, Assign) for key in s.targets]
    return {key for key in top if every.count(key) == 1} | {*params}


def _unheld(statements: Sequence[Statement]) -> list[Statement]:
    """Children that nothing is asked of need no variable."""
    uses = Counter(
        node.id
        for s in walk(statements)
        for tree in trees_of(s)
        for node in ast.walk(tree)
        if isinstance(node, ast.Name)
    )

    def inlined(statements: Sequence[Statement]) -> list[Statement]:
        found: list[Statement] = []
        for statement in statements:
            if isinstance(statement, For | Chain):
                statement = replace(statement, body=inlined(statement.body))
            elif isinstance(statement, If):
                statement = replace(statement, body=inlined(statement.body), orelse=inlined(statement.orelse))
            before = found[-1] if found else None
            if (
                isinstance(statement, Make | Append)
                and isinstance(before, Assign)
                and isinstance(statement.value, ast.Name)
            ):
                key = statement.value.id
                if before.target == key and key.startswith("%h") and uses[key] == 1:
                    found[-1] = replace(statement, value=before.value)
                    continue
            found.append(statement)
        return found

    return inlined(statements)


def _assigned(statements: Sequence[Statement]) -> set[str]:
    """What is given a value somewhere, be it under a condition."""
    return {key for s in walk(statements) if isinstance(s, Assign) for key in s.targets}


def _is_container(statement: Statement) -> bool:
    return (
        isinstance(statement, Make)
        and isinstance(statement.value, ast.Call)
        and not statement.value.args
        and ast.unparse(statement.value.func) in ("nn.ModuleList", "nn.ModuleDict", "nn.Module", "nn.ParameterList")
    )


def _inside(statement: Statement | None) -> list[Statement]:
    return list(walk(statement.body)) if isinstance(statement, Chain) else []


def _is_plain(test: ast.expr) -> bool:
    """Whether a condition is short enough to stand in forward as well: `not self.norm`."""
    return isinstance(test, ast.UnaryOp) and isinstance(test.operand, ast.Name)


def _order(key: str) -> tuple[bool, int]:
    """Sizes first."""
    return not (key[1].isdigit() or key[1] == "d"), _number(key)


def _number(key: str) -> int:
    return int("".join(c for c in key if c.isdigit()))
