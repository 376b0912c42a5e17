"""Variables to names: one name for what flows on from statement to statement, others where two are needed at once."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from archspec.codegen import trees
from archspec.codegen.names import unique, variable
from archspec.codegen.program import (
    Append,
    Assign,
    Chain,
    For,
    If,
    Make,
    Refuse,
    Statement,
    Store,
    bound,
    is_simple,
    reads,
)

_OTHERS = ("out", "y", "z")
"""What a tensor is called where `x` is taken."""


class Naming:
    """Names the variables of one method. `fixed` have their names; those of `movable` may be given other values."""

    def __init__(
        self,
        statements: Sequence[Statement],
        hints: Mapping[str, str],
        fixed: Mapping[str, str],
        movable: Collection[str],
        live: Iterable[str],
        taken: Collection[str],
    ) -> None:
        self.hints = hints
        self.fixed = dict(fixed)
        self.movable = {*movable}
        self.taken = {*taken}
        self.order: dict[str, None] = dict.fromkeys(fixed)
        self.conflicts: dict[str, set[str]] = defaultdict(set)
        self.moves: list[tuple[str, str]] = []
        self.calls: list[tuple[str, str]] = []
        self.parent: dict[str, str] = {}
        self.loops: set[str] = set()
        live = {*live}
        before = self._block(statements, live)
        for key in fixed:
            self._define(key, before - {key}, None)

    def names(self) -> dict[str, str]:
        for a, b in [*self.moves, *self.calls]:
            self._merge(a, b)
        members: dict[str, list[str]] = defaultdict(list)
        for key in self.order:
            members[self._root(key)].append(key)
        found: dict[str, str] = {}
        fixed_names = {*self.fixed.values()}
        for root, keys in members.items():
            given = next((self.fixed[key] for key in keys if key in self.fixed), None)
            found[root] = given or ""
        for root, keys in members.items():
            if found[root]:
                continue
            avoid = {found[self._root(other)] for other in self.conflicts[root] if self._root(other) in found}
            if not all(_shares(key) or key[1] in "lv" for key in keys):
                avoid |= {*found.values()}
            hint = variable(self._hint(keys))
            avoid |= fixed_names & avoid | (self.taken - {hint} if hint not in self.taken else self.taken)
            if not _is_tensor(keys[0]):
                avoid |= fixed_names
            if hint == "_":
                found[root] = "_"
            elif hint == "x" and hint in avoid:
                found[root] = next((each for each in _OTHERS if each not in avoid), unique("out", avoid))
            else:
                found[root] = unique(hint, avoid)
        return {key: found[self._root(key)] for key in self.order}

    def _hint(self, keys: list[str]) -> str:
        hints = [self.hints[key] for key in keys]
        return (
            next((hint for hint in hints if hint not in ("x", "out")), hints[0])
            if not any(h == "x" for h in hints)
            else "x"
        )

    def _root(self, key: str) -> str:
        while key in self.parent:
            key = self.parent[key]
        return key

    def _merge(self, a: str, b: str) -> None:
        """One name for both, where neither is needed while the other is."""
        one, two = self._root(a), self._root(b)
        if (
            one == two
            or two in {self._root(c) for c in self.conflicts[one]}
            or one in {self._root(c) for c in self.conflicts[two]}
        ):
            return
        members = [key for key in self.order if self._root(key) in (one, two)]
        if any(key in self.fixed and key not in self.movable for key in members) or any(
            key in self.loops for key in members
        ):
            return
        if sum(key in self.fixed for key in members) > 1 or not all(_shares(key) for key in members):
            return
        self.parent[two] = one
        self.conflicts[one] |= self.conflicts[two]

    def _define(self, key: str, live: set[str], source: str | None) -> None:
        self.order.setdefault(key)
        for other in live:
            if other not in (key, source):
                self.conflicts[key].add(other)
                self.conflicts[other].add(key)

    def _block(self, statements: Sequence[Statement], live: set[str]) -> set[str]:
        for statement in reversed(statements):
            live = self._statement(statement, live)
        # keys in the order of the text
        return live

    def _statement(self, statement: Statement, live: set[str]) -> set[str]:
        match statement:
            case Assign(targets=targets, value=value):
                source = value.id if isinstance(value, ast.Name) and value.id.startswith("%") else None
                after = live | {*targets}
                for target in targets:
                    self._define(target, after, source)
                    first = source or _first(value)
                    if first is not None:
                        (self.moves if source else self.calls).append((first, target))
                return (live - {*targets}) | reads(value)
            case Make(name=name, value=value, owner=owner):
                return live | reads(name) | reads(value) | reads(owner)
            case Append(name=name, value=value):
                return live | reads(name) | reads(value)
            case Store(collection=collection, index=index, value=value):
                return live | {collection} | reads(index) | reads(value)
            case Chain(make=make, body=body):
                if not is_simple(statement):
                    self._define(statement.list, live, None)
                inside = self._block(body, live | {statement.list})
                inside |= reads(statement.name)
                return (inside - {statement.list}) | (
                    reads(make.name) | reads(make.owner) if make is not None else set()
                )
            case If(test=test, body=body, orelse=orelse):
                return self._block(body, live) | self._block(orelse, live) | reads(test)
            case For(targets=targets, iterable=iterable, body=body):
                around = set(live)
                while True:
                    before = self._block(body, around)
                    for target in bound(targets):
                        self.loops.add(target)
                        self._define(target, before | around, None)
                    before -= bound(targets)
                    if before <= around:
                        break
                    around |= before
                return around | reads(iterable)
            case Refuse():
                return live
        raise AssertionError


def _first(value: ast.expr) -> str | None:
    """The tensor that a call takes first; the size that a sum begins with."""
    match value:
        case ast.Call(args=[first, *_]):
            return _first(first) if not isinstance(first, ast.Name) else first.id if first.id.startswith("%") else None
        case ast.BinOp(left=left):
            return left.id if isinstance(left, ast.Name) and left.id.startswith("%") else _first(left)
        case ast.List(elts=[first, *_]):
            return first.id if isinstance(first, ast.Name) and first.id.startswith("%") else None
        case ast.Subscript(value=inner) | ast.Attribute(value=inner):
            return _first(inner)
    return None


def _shares(key: str) -> bool:
    """Whether a variable may share its name with others: a tensor, a size that changes."""
    return key[1:2].isdigit() or key[1] in "td"


def _is_tensor(key: str) -> bool:
    return key[1] == "t"


def nested(statements: Sequence[Statement], uses: Mapping[str, int], width: int) -> list[Statement]:
    """Calls within calls: `self.relu(self.bn1(self.conv1(x)))`."""
    found: list[Statement] = []
    for statement in statements:
        if isinstance(statement, For):
            statement = For(statement.targets, statement.iterable, nested(statement.body, uses, width - 4))
        elif isinstance(statement, If):
            statement = If(
                statement.test,
                nested(statement.body, uses, width - 4),
                nested(statement.orelse, uses, width - 4),
                statement.asked,
                statement.phases,
                statement.training,
            )
        before = found[-1] if found else None
        if isinstance(statement, Assign) and statement.nests:
            found.append(_nested(statement, found, uses, width))
            continue
        if (
            isinstance(statement, Store)
            and isinstance(before, Assign)
            and before.effect
            and isinstance(statement.value, ast.Name)
            and statement.value.id == before.target
            and uses.get(statement.value.id) == 1
            and not statement.spread
        ):
            found[-1] = Store(statement.collection, statement.index, before.value, statement.phases)
            continue
        found.append(statement)
    return _comprehensions(found, uses)


def _nested(statement: Assign, found: list[Statement], uses: Mapping[str, int], width: int) -> Assign:
    """A call with what was made for it alone just before, which is taken from `found`; of a list all or nothing."""
    value = statement.value
    listed = (
        value.args[0].elts
        if isinstance(value, ast.Call) and value.args and isinstance(value.args[0], ast.List)
        else None
    )
    taken: dict[str, ast.expr] = {}
    comment = statement.comment
    for before in reversed(found):
        if not isinstance(before, Assign) or not isinstance(before.target, str) or not before.effect:
            break
        key = before.target
        once = [each for each in ast.walk(value) if isinstance(each, ast.Name) and each.id == key]
        simple = not isinstance(before.value, ast.List | ast.Dict) and "forward" in before.phases
        if len(once) != 1 or uses.get(key) != 1 or not simple or (taken and listed is None):
            break
        taken[key] = before.value
        comment = comment or before.comment
    if listed is not None and any(
        isinstance(each, ast.Name) and each.id not in taken for each in listed[max(len(listed) - len(taken), 1) :]
    ):
        taken = {}
    merged = trees.replace(value, taken)
    limit = width if listed is None else 2 * width
    if not taken or len(ast.unparse(merged)) > limit:
        return statement
    del found[len(found) - len(taken) :]
    return Assign(statement.target, merged, statement.phases, True, comment, statement.nests)


def _comprehensions(statements: list[Statement], uses: Mapping[str, int]) -> list[Statement]:
    """`torch.cat([pool(x) for pool in self.pools], dim=1)`."""
    found: list[Statement] = []
    for statement in statements:
        found.append(statement)
        if len(found) < 3 or not isinstance(statement, Assign):
            continue
        empty, loop = found[-3], found[-2]
        if (
            not isinstance(empty, Assign)
            or not isinstance(empty.value, ast.List)
            or empty.value.elts
            or not isinstance(loop, For)
        ):
            continue
        (inner, *others) = loop.body
        if others or not isinstance(inner, Store) or inner.index is not None or inner.collection != empty.target:
            continue
        if uses.get(str(empty.target)) != 2 or str(empty.target) not in trees.keys_in(statement.value):
            continue
        clause = ast.comprehension(loop.targets, loop.iterable, [], 0)
        value = trees.replace(statement.value, {str(empty.target): ast.ListComp(inner.value, [clause])})
        found[-3:] = [Assign(statement.target, value, statement.phases, True, statement.comment, False)]
    return found
