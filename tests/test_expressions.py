"""Expressions, templates and `for` clauses: values, messages and their places, bounds, and Python as the reference."""

from __future__ import annotations

import ast
import math
import re
import sys
import threading
import warnings
from itertools import islice, product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from archspec.diagnostics.rules import RULES
from archspec.expressions import (
    FUNCTIONS,
    Budget,
    ExpressionError,
    describe,
    parse,
    parse_for,
    parse_template,
    reserved,
)
from tests import fast
from tests.work import counted


class Kind:
    """An opaque value of the scope, equal to its like."""

    def __init__(self, name):
        self.name = name

    def __eq__(self, other):
        return isinstance(other, Kind) and other.name == self.name

    def __hash__(self):
        raise AssertionError("nobody hashes a kind")

    def __bool__(self):
        raise AssertionError("nobody asks a kind whether it is true")


class Names(dict):
    """A scope that is a dict."""

    def lookup(self, name):
        return self[name]

    def names(self):
        return list(self)


SCOPE = Names(
    i=2,
    n=3,
    k=64,
    x=2.5,
    yes=True,
    nothing=None,
    mode="nearest",
    depths=[3, 4, 6, 3],
    table=[[1, [2, 3]], [4, [5, 6]]],
    empty=[],
    long="a" * 9_999,
    infinite=math.inf,
    shape=(64, 7, 7),
    ReLU=Kind("ReLU"),
    act=Kind("ReLU"),
    Tanh=Kind("Tanh"),
)


def evaluate(text, scope=SCOPE, budget=None):
    return parse(text).evaluate(scope, budget or Budget())


def failure(run, *args):
    with pytest.raises(ExpressionError) as caught:
        run(*args)
    error = caught.value
    assert error.rule in RULES
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None
    assert str(error) == error.message
    return error


def marked(text):
    """The text without its `«»`, and the place that they mark."""
    start = text.index("«")
    end = text.index("»") - 1
    return text.replace("«", "").replace("»", ""), (start, end)


VALUES = """
# literals
1  =>  1
1_000  =>  1000
0x1F  =>  31
0o17  =>  15
0b11  =>  3
00  =>  0
1.5  =>  1.5
.5  =>  0.5
1e3  =>  1000.0
2.  =>  2.0
true  =>  True
True  =>  True
false  =>  False
null  =>  None
None  =>  None
'a'  =>  'a'
"it's"  =>  "it's"
''  =>  ''
[]  =>  []
()  =>  []
[1, [2.5, 'a'], null]  =>  [1, [2.5, 'a'], None]
(1, 2)  =>  [1, 2]
1, 2  =>  [1, 2]
(1,)  =>  [1]
(1)  =>  1
'ü' + 'é'  =>  'üé'
# names
i  =>  2
depths  =>  [3, 4, 6, 3]
shape  =>  [64, 7, 7]
nothing  =>  None
# arithmetic
64 * 2 ** i  =>  256
1 + 2 - 3 * 4  =>  -9
7 / 2  =>  3.5
6 / 2  =>  3.0
7 // 2  =>  3
-7 // 2  =>  -4
-7 % 3  =>  2
7.5 % 2  =>  1.5
2 ** -1  =>  0.5
2 ** 0.5  =>  1.4142135623730951
2 ** 62  =>  4611686018427387904
-2 ** 2  =>  -4
2 ** 3 ** 2  =>  512
(-1) ** (2 ** 62)  =>  1
0 ** 0  =>  1
+i  =>  2
--i  =>  2
true + 1  =>  2
-true  =>  -1
+true  =>  1
true * 2.5  =>  2.5
1e308 * 0.1  =>  1.0000000000000001e+307
2 ** 63.0  =>  9.223372036854776e+18
10.0 ** -400  =>  0.0
9223372036854775807  =>  9223372036854775807
-9223372036854775807  =>  -9223372036854775807
# text and lists
'a' + 'b'  =>  'ab'
[1] + [2]  =>  [1, 2]
[0] * 3  =>  [0, 0, 0]
2 * [1, 2]  =>  [1, 2, 1, 2]
[1] * -1  =>  []
[1] * true  =>  [1]
[1] * 2.0  =>  [1, 1]
[] * 10 ** 18  =>  []
# comparisons and logic
1 < 2 < 3  =>  True
1 < 2 > 2  =>  False
1 == 1.0 == true  =>  True
'a' < 'b'  =>  True
1 != '1'  =>  True
mode == 'nearest'  =>  True
[1, [2]] == [1.0, [2]]  =>  True
[1, 2] == [1]  =>  False
[] != []  =>  False
shape == [64, 7, 7]  =>  True
2 in [1, 2]  =>  True
[2] in [1, [2]]  =>  True
2 not in [1, 2]  =>  False
'ear' in mode  =>  True
'x' not in 'abc'  =>  True
1 in []  =>  False
nothing is null  =>  True
i is not None  =>  True
null is nothing  =>  True
act == ReLU  =>  True
act != Tanh  =>  True
act in [Tanh, ReLU]  =>  True
act == 'ReLU'  =>  False
not act  =>  False
act and 1  =>  1
0 or 'b'  =>  'b'
0 and 1 / 0  =>  0
1 or 1 / 0  =>  1
1 and 2 and 3  =>  3
[] or null  =>  None
not 0  =>  True
not not i  =>  True
1 if i else 1 / 0  =>  1
'a' if i > 5 else 'b' if n == 3 else 'c'  =>  'b'
not i == 2  =>  False
# elements
depths[0]  =>  3
depths[-1]  =>  3
depths[i]  =>  6
depths[4 / 2]  =>  6
table[1][1][0]  =>  5
mode[0]  =>  'n'
depths[true]  =>  4
shape[0]  =>  64
depths[1:]  =>  [4, 6, 3]
depths[:2]  =>  [3, 4]
depths[::-1]  =>  [3, 6, 4, 3]
depths[-3:-1]  =>  [4, 6]
depths[5:9]  =>  []
depths[:]  =>  [3, 4, 6, 3]
mode[1:3]  =>  'ea'
depths[null:2]  =>  [3, 4]
depths[::2 ** 62]  =>  [3]
depths[1:2.0]  =>  [4]
# comprehensions
[i * i for i in range(4)]  =>  [0, 1, 4, 9]
[a for a in depths if a > 3 if a < 6]  =>  [4]
[a + b for a in [1, 2] for b in [10, 20]]  =>  [11, 21, 12, 22]
[a + b + c for a, (b, c) in table]  =>  [6, 15]
[a for [a, _] in table]  =>  [1, 4]
[[a for a in range(a)] + [a] for a in range(3)]  =>  [[0], [0, 1], [0, 1, 2]]
[i for i in range(i)]  =>  [0, 1]
[b for a in [[1, 2], [3]] for b in a]  =>  [1, 2, 3]
[_ for _ in [1]]  =>  [1]
[b for _, _, b in [[1, 2, 3]]]  =>  [3]
[1 for a in depths if a == i] == []  =>  True
sum(a for a in depths)  =>  16
(a for a in [1])  =>  [1]
[a for a in 1 and [7]]  =>  [7]
[x for x in (1, 2)]  =>  [1, 2]
# functions
min(3, 1, 2)  =>  1
max(depths)  =>  6
max('a', 'b')  =>  'b'
min([[1]])  =>  [1]
max(1, 1.0)  =>  1
max(1.0, 1)  =>  1.0
sum([])  =>  0
sum([1, 2.5])  =>  3.5
sum([true, true])  =>  2
sum([1], 10)  =>  11
sum([1], start=10)  =>  11
sum([[1], [2]], [])  =>  [1, 2]
len(depths)  =>  4
len(mode)  =>  7
abs(-2.5)  =>  2.5
abs(true)  =>  1
round(2.5)  =>  2
round(3.5)  =>  4
round(2.567, 2)  =>  2.57
round(1234, -2)  =>  1200
round(5, -1000000000)  =>  0
round(1.5, 10 ** 9)  =>  1.5
round(x, null)  =>  2
round(true)  =>  1
int(2.7)  =>  2
int(-2.7)  =>  -2
int(true)  =>  1
float(2)  =>  2.0
bool([])  =>  False
bool(act)  =>  True
bool('')  =>  False
ceil(2.1)  =>  3
floor(-2.1)  =>  -3
ceil(7)  =>  7
range(3)  =>  [0, 1, 2]
range(1, 3)  =>  [1, 2]
range(5, 0, -2)  =>  [5, 3, 1]
range(3, 1)  =>  []
range(-2)  =>  []
range(6 / 2)  =>  [0, 1, 2]
range(0, 5, 2)  =>  [0, 2, 4]
range(2 ** 62, 2 ** 62 + 2)  =>  [4611686018427387904, 4611686018427387905]
range(-(2 ** 62), 2 ** 62, 2 ** 62)  =>  [-4611686018427387904, 0]
range(5, -2 ** 62, -2 ** 62)  =>  [5, -4611686018427387899]
enumerate(['a'])  =>  [[0, 'a']]
enumerate(['a'], 1)  =>  [[1, 'a']]
enumerate(['a'], start=1)  =>  [[1, 'a']]
zip([1, 2], 'ab' and [3])  =>  [[1, 3]]
zip()  =>  []
zip([1])  =>  [[1]]
reversed(depths)  =>  [3, 6, 4, 3]
make_divisible(37)  =>  40
make_divisible(30, 8)  =>  32
make_divisible(11, 8)  =>  16
make_divisible(3, divisor=4)  =>  4
make_divisible(10, min_value=64)  =>  64
make_divisible(k * 0.25, 8, null)  =>  16
[depths[i] for i in range(len(depths)) if depths[i] % 2 == 0]  =>  [4, 6]
# long, and not deep
((((((((((((((((((((((((((((((((((((((((((((((((((1))))))))))))))))))))))))))))))))))))))))))))))))))  =>  1
"""


def rows(table):
    for line in table.strip().splitlines():
        if not line.startswith("#"):
            text, _, expected = line.partition("  =>  ")
            yield pytest.param(text, ast.literal_eval(expected), id=text)


@pytest.mark.parametrize(("text", "expected"), list(rows(VALUES)))
def test_value(text, expected):
    found = evaluate(text)
    assert found == expected
    assert repr(found) == repr(expected)


def test_folded_lines_and_blanks_around():
    assert evaluate("  i\n  + 1\n") == 3
    assert evaluate("\r\n i") == 2
    assert evaluate("'a\nb'") == "a b"


def test_a_long_chain_is_not_deep():
    assert evaluate("+".join(["1"] * 400)) == 400
    assert evaluate("1" + " and 1" * 160) == 1
    assert evaluate("0" + " <= 0" * 190) is True


SYNTAX = [
    ("«»", "an expression is missing", None),
    ("«  »", "an expression is missing", None),
    ("1 «+»", "expected an expression after `+`", None),
    ("(1 + «)»", "expected an expression after `+`, found `)`", None),
    ("1 + «*» 2", "expected an expression after `+`, found `*`", None),
    ("«*» 2", "expected an expression, found `*`", None),
    ("1 if i «else»", "expected an expression after `else`", None),
    ("[1, «,» 2]", "expected an expression after `,`, found `,`", None),
    ("depths[«]»", "expected an expression after `[`, found `]`", None),
    ("depths[1:2:3«:»4]", "`:` cannot stand here", None),
    ("i«:» 2", "`:` stands only in slices, `x[1:3]`", None),
    ("«(»1 + 2", "`(` is never closed", "quote the whole expression"),
    ("max«(»k", "`(` is never closed", "YAML"),
    ("dims«[»s", "`[` is never closed", "YAML"),
    ("1 + 2«)»", "`)` closes no bracket", None),
    ("(1 + 2«]»", "`]` cannot close `(`", None),
    ("i «=» 1", "`=` has no place in an expression", "write `==`"),
    ("(i «=» 1)", "`=` has no place in an expression", "write `==`"),
    ("x «:=» 1", "`:=` has no place in an expression", "let"),
    ("i «&&» n", "`&&` has no place in an expression", "write `and`"),
    ("i «||» n", "`||` has no place in an expression", "write `or`"),
    ("«!»i", "`!` has no place in an expression", "write `not`"),
    ("i «^» 2", "`^` has no place in an expression", "write `**`"),
    ("i «<>» 2", "`<>` has no place in an expression", "write `!=`"),
    ("i «=>» 2", "`=>` has no place in an expression", "write `>=`"),
    ("i «≤» 2", "`≤` has no place in an expression", "write `<=`"),
    ("i «\N{MULTIPLICATION SIGN}» 2", "has no place in an expression", "write `*`"),
    ("«\N{LEFT DOUBLE QUOTATION MARK}»a\N{RIGHT DOUBLE QUOTATION MARK}", "has no place in an expression", 'write `"`'),
    ("i «?» 1 : 2", "`?` has no place in an expression", "write `a if condition else b`"),
    ("«${»i}", "`${` has no place in an expression", "no `${...}` is needed, write the expression itself"),
    ("«$»i", "`$` has no place in an expression", "without the `$`"),
    ("«{»1: 2}", "`{` has no place in an expression", "no sets or dicts"),
    ("i «#» two", "`#` has no place in an expression", "no comments"),
    ("1 «<<» i", "`<<` has no place in an expression", "2 ** n"),
    ("«~»i", "`~` has no place in an expression", "write `not`"),
    ("i «@» n", "`@` has no place in an expression", "write `*`"),
    ("«...»", "`...` has no place in an expression", None),
    ("i«\xa0»+ 1", "U+00A0 has no place in an expression", "no-break space"),
    ("i «\x00»", "U+0000 has no place in an expression", None),
    ("i «\x1b»", "U+001B has no place in an expression", None),
    ("i «\ufeff»", "U+FEFF has no place in an expression", None),
    ("«'»abc", "the string is never closed", None),
    ("'a«\\»n'", "`\\` has no place in an expression", "no escapes"),
    ("'a«\x07»n'", "U+0007 has no place in an expression", None),
    ("'a«\ud800»'", "U+D800 has no place in an expression", None),
    ("«f»'a'", "a string has no prefix", "leave out `f`"),
    ("«b»'a'", "a string has no prefix", "leave out `b`"),
    ("'a' «'b'»", "two strings stand side by side", "`+`"),
    ("''«'a'»''", "two strings stand side by side", "`+`"),
    ("«3x» + 1", "`3x` is neither a number nor a name", None),
    ("«1if» i else 2", "`1if` is neither a number nor a name", None),
    ("«1j»", "`1j` is neither a number nor a name", None),
    ("«1__0»", "`1__0` is neither a number nor a name", None),
    ("«0x»", "`0x` is neither a number nor a name", None),
    ("«1.real»", "`1.real` is neither a number nor a name", None),
    ("«010»", "`010` begins with a zero", "write `10`"),
    ("1 «2»", "expected an operator after `1`, found `2`", None),
    ("k «x» 3", "expected an operator after `k`, found `x`", "write `*` to multiply"),
    ("i «AND» n", "expected an operator after `i`, found `AND`", "write `and`, in lower case"),
    ("i «not» n", "expected an operator after `i`, found `not`", None),
    ("1 + «not» i", "`not` cannot follow `+`", "write `(not ...)`"),
    ("1 «if» i", "`if` has no `else`", "write `a if condition else b`"),
    ("(1 «if» i)", "`if` has no `else`", "write `a if condition else b`"),
    ("i not «in»", "expected an expression after `in`", None),
    ("(1, i «=» 2)", "`=` has no place in an expression", "write `==`"),
    ("enumerate(depths, start=«*»2)", "expected an expression after `=`, found `*`", None),
    ("depths.«(»1)", "expected an expression after `.`, found `(`", None),
    ("depths«.»", "expected an expression after `.`", None),
    ("[1 «if» i, 2]", "`if` has no `else`", "write `a if condition else b`"),
    ("[x «if» i for x in depths]", "`if` has no `else`", "stands last"),
    ("1 «else» 2", "`else` has no `if`", "write `a if condition else b`"),
    ("«if» i", "expected an expression, found `if`", "write `a if condition else b`"),
    ("x «for» x in depths", "a `for` wants brackets", "write `[x for x in list]`"),
    ("«for» x in depths", "expected an expression, found `for`", "write `[x for x in list]`"),
    ("[x «for» x]", "`for` has no `in`", "write `for x in list`"),
    ("[x for x in 1«,» 2]", "a comprehension stands alone in its brackets", None),
    ("sum(x for x in depths«,» 1)", "a comprehension stands alone in its brackets", None),
    ("[1 for «3» in depths]", "cannot stand here", None),
    ("[1 for «x[0]» in depths]", "expected the name of a loop variable, found `x[0]`", None),
    ("[a for a, «a» in table]", "the loop has `a` twice", "`_`"),
    ("«i is 2»", "`is` compares with null only", "write `==`"),
    ("n == «i is not n»", "`is` compares with null only", "write `!=`"),
    ("depths.«shape»", "an expression has no attributes, found `.shape`", "`in_shape`"),
    ("math.«ceil»(x)", "an expression has no attributes, found `.ceil`", "write ceil(x)"),
    ("'ü'.«upper»()", "an expression has no attributes, found `.upper`", None),
    ("[«*depths»]", "`*` before a list cannot take it apart here", "`+`"),
    ("enumerate(**«depths»)", "`**` before an argument is not possible here", None),
    ("max(«*depths»)", "`*` before a list cannot take it apart here", None),
    ("«lambda» x: x", "`lambda` has no place in an expression", "Python's own"),
    ("«class»", "`class` has no place in an expression", "Python's own"),
    ("(«yield» 1)", "`yield` has no place in an expression", None),
    ("[x «async» for x in depths]", "`async` has no place in an expression", None),
    ("«é» + 1", "`é` is no name", "ASCII"),
    ("table[«1:2», 3]", "`1:2` has no place in an expression", None),
]

NAMES = [
    ("«chanels»", "unknown name `chanels`", "declare it"),
    ("1 + «dept»[0]", "unknown name `dept`", "did you mean depths?"),
    ("'ü' + «mod»", "unknown name `mod`", "did you mean mode?"),
    ("«True_»", "unknown name `True_`", None),
    ("mode == «nearest»", "unknown name `nearest`", "`'nearest'`"),
    ("[«a» for b in depths]", "unknown name `a`", None),
    ("[a for a in range(3) if «dephts»]", "unknown name `dephts`", "did you mean depths?"),
    ("«foo»(1)", "there is no function `foo`", "the functions are min, max"),
    ("«lenn»(depths)", "there is no function `lenn`", "did you mean len?"),
    ("«list»(range(3))", "there is no function `list`", "give lists already"),
    ("«sqrt»(2)", "there is no function `sqrt`", "write `x ** 0.5`"),
    ("«__import__»('os')", "there is no function `__import__`", None),
    ("«2»(3)", "`2` is no function", "write `*` to multiply"),
    ("(«i + 1»)(3)", "`i + 1` is no function", "write `*` to multiply"),
    ("«depths[0]»(3)", "`depths[0]` is no function", None),
    ("[«a»(1) for a in depths]", "`a` is no function", None),
    ("«len»", "`len` is a function, and no value", "write len(list)"),
    ("[1 for «len» in depths]", "`len` is a function of expressions", "another name"),
    ("[1 for a, «in_shape» in depths]", "`in_shape` belongs to the tensor that arrives", "another name"),
    ("max(depths, «key»=1)", "`max` takes no argument `key` here", "to compare, write `==`"),
    ("enumerate(depths, 1, «start»=2)", "`enumerate` takes no argument `start` here", None),
    ("len(«list»=depths)", "`len` takes no argument `list` here", None),
]

TYPES = [
    ("«[1] + 2»", "cannot add a list and a number", None),
    ("«mode + 1»", "cannot add a string and a number", None),
    ("«null + 1»", "cannot add null and a number", None),
    ("«act - 1»", "cannot subtract a number from a kind", None),
    ("«'a' * 3»", "cannot multiply a string by a number", None),
    ("«'%d' % 3»", "cannot take a string modulo a number", None),
    ("«depths / 2»", "cannot divide a list by a number", None),
    ("«depths ** 2»", "cannot raise a list to the power of a number", None),
    ("[1] * «2.5»", "expected a whole number, not 2.5", None),
    ("«0.5» * [1]", "expected a whole number, not 0.5", None),
    ("1 + «-depths»", "cannot negate a list", None),
    ("«+mode»", "cannot put `+` before a string", None),
    ("i < n and «i < depths»", "cannot tell which is larger, a number or a list", None),
    ("0 < «i < mode»", "cannot tell which is larger, a number or a string", None),
    ("«[1] < [2]»", "cannot tell which is larger, a list or a list", None),
    ("1 in «3»", "expected a list after `in`, not a number", None),
    ("«1» in mode", "only a string can be in a string, not a number", None),
    ("depths[«'a'»]", "expected a whole number, not a string", None),
    ("depths[«0.5»]", "expected a whole number, not 0.5", None),
    ("depths[«1, 2»]", "an index is one number, not a list", "x[i][j]"),
    ("«i»[0]", "only a list has elements, not a number", None),
    ("«act»[1:]", "only a list has elements, not a kind", None),
    ("depths[1:«'a'»]", "expected a whole number, not a string", None),
    ("[a for a in «3»]", "expected a list, not a number", "range(...)"),
    ("[a for a in «mode»]", "expected a list, not a string", None),
    ("[a for «a, b» in depths]", "a number for 2 names", None),
    ("«range()»", "`range` takes 1 to 3 arguments, not none", "range(start, stop, step)"),
    ("«range(1, 2, 3, 4)»", "`range` takes 1 to 3 arguments, not 4", None),
    ("«len(1, 2)»", "`len` takes 1 argument, not 2", None),
    ("«max()»", "`max` takes at least 1 argument, not none", None),
    ("«enumerate(start=1)»", "`enumerate` takes 1 to 2 arguments, not none", None),
    ("max(«1»)", "`max` of one value wants a list", None),
    ("«max(1, 'a')»", "cannot tell which is larger, a string or a number", None),
    ("«max([[1], [2]])»", "cannot tell which is larger, a list or a list", None),
    ("sum(«3»)", "expected a list, not a number", None),
    ("«sum(['a'])»", "cannot add a number and a string", None),
    ("len(«3»)", "expected a list, not a number", None),
    ("abs(«mode»)", "expected a number, not a string", None),
    ("int(«'3'»)", "expected a number, not a string", None),
    ("float(«null»)", "expected a number, not null", None),
    ("round(1.5, «0.5»)", "expected a whole number, not 0.5", None),
    ("range(0, «'a'»)", "expected a whole number, not a string", None),
    ("range(0, «null»)", "expected a whole number, not null", None),
    ("zip(depths, «3»)", "expected a list, not a number", None),
    ("reversed(«mode»)", "expected a list, not a string", None),
    ("enumerate(depths, start=«'a'»)", "expected a whole number, not a string", None),
    ("make_divisible(8, min_value=«'a'»)", "expected a number, not a string", None),
]

WRONG_VALUES = [
    ("1 / «0»", "division by zero", None),
    ("1 // («i - 2»)", "division by zero", None),
    ("1 % «0.0»", "division by zero", None),
    ("«0 ** -1»", "zero has no negative power", None),
    ("«(-8) ** 0.5»", "a negative number has no fractional power", None),
    (
        "depths[«4»]",
        "index 4 is out of range, the list has 4 elements",
        "write 0 to 3, or count from the end, -1 to -4",
    ),
    ("depths[«-5»]", "index -5 is out of range, the list has 4 elements", None),
    ("[1][«i»]", "index 2 is out of range, the list has 1 element", None),
    ("empty[«0»]", "there is no element 0, the list is empty", None),
    ("mode[«7»]", "index 7 is out of range, the string has 7 elements", None),
    ("depths[::«0»]", "the step of a slice cannot be zero", None),
    ("range(1, 2, «0»)", "the step of `range` cannot be zero", None),
    ("int(«infinite»)", "inf is no finite number", None),
    ("round(«infinite», 2)", "inf is no finite number", None),
    ("floor(«infinite»)", "inf is no finite number", None),
    ("make_divisible(«infinite»)", "inf is no finite number", None),
    ("max(«empty»)", "`max` of an empty list", None),
    ("make_divisible(8, «0»)", "the divisor of `make_divisible` must be positive", None),
    ("[a for «a, b, c» in table]", "2 values for 3 names", None),
    ("[a for «(a,)» in table]", "2 values for 1 name", None),
    ("[a for a, «(b,)» in table]", "2 values for 1 name", None),
    ("«1e400»", "no finite number"),
    ("«1e308 * 10»", "no finite number"),
    ("«10.0 ** 400»", "no finite number"),
    ("«(-1e308) ** 3.0»", "no finite number"),
    ("«infinite + 1»", "no finite number"),
    ("«infinite // 1»", "no finite number"),
    ("«-infinite»", "no finite number"),
    ("«round(1.7e308, -308)»", "no finite number"),
    ("«sum([1.7e308, 1.7e308])»", "no finite number"),
    ("«(-8) ** 0.5»", "a negative number has no fractional power"),
]

BOUNDS = [
    ("«9223372036854775808»", "integers stay below 2^63"),
    ("«9223372036854775807 + 1»", "integers stay below 2^63"),
    ("«-9223372036854775807 - 1»", "integers stay below 2^63"),
    ("«2 ** 62 * 2»", "integers stay below 2^63"),
    ("«2 ** 63»", "integers stay below 2^63"),
    ("«10 ** 10 ** 9»", "integers stay below 2^63"),
    ("«(-2) ** 64»", "integers stay below 2^63"),
    ("«" + "9" * 990 + "»", "integers stay below 2^63"),
    ("range(«1e300», 2e300, 1e300)", "integers stay below 2^63"),
    ("depths[«1e300»]", "integers stay below 2^63"),
    ("[0] * «1e300»", "integers stay below 2^63"),
    ("«int(1e300)»", "integers stay below 2^63"),
    ("«round(1e300)»", "integers stay below 2^63"),
    ("«round(9223372036854775807, -19)»", "integers stay below 2^63"),
    ("«ceil(1e300)»", "integers stay below 2^63"),
    ("«make_divisible(1e300)»", "integers stay below 2^63"),
    ("«sum([2 ** 62, 2 ** 62])»", "integers stay below 2^63"),
    ("«enumerate([1, 2], 9223372036854775807)»", "integers stay below 2^63"),
    ("«[0] * 10 ** 9»", "a list of 1,000,000,000 elements is too long, 100,000 is the most"),
    ("«depths * 30000»", "a list of 120,000 elements is too long"),
    ("«range(10 ** 12)»", "a list of 1,000,000,000,000 elements is too long"),
    ("«range(-(2 ** 62), 2 ** 62)»", "a list of 9,223,372,036,854,775,808 elements is too long"),
    ("«[0] * 60000 + [0] * 60000»", "a list of 120,000 elements is too long"),
    ("«long + 'aa'»", "a string of 10,001 characters is too long, 10,000 is the most"),
    ("«[0 for a in range(400) for b in range(400)]»", "a list of 100,001 elements is too long"),
    ("«" + "x" * 1001 + "»", "an expression of 1,001 characters is too long, 1,000 is the most"),
    ("(" * 50 + "«(»" + "1" + ")" * 51, "nested too deeply, 50 levels is the most"),
    ("-" * 50 + "«" + "-" * 150 + "1»", "nested too deeply"),
]


# Words of Python's own messages.
PYTHONS = ("invalid syntax", "object", "NoneType", "'int'", "'str'", "'list'", "operand type", "unsupported")


def cases():
    tables: dict[str, list] = {"syntax": SYNTAX, "name": NAMES, "type": TYPES, "value": WRONG_VALUES, "bounds": BOUNDS}
    for rule, table in tables.items():
        for text, message, *help in table:
            name = "".join(c if c.isascii() and c.isprintable() else "_" for c in text)
            yield pytest.param(f"expression-{rule}", text, message, help[0] if help else None, id=name[:60])


@pytest.mark.parametrize(("rule", "text", "message", "help"), list(cases()))
def test_error(rule, text, message, help):
    text, place = marked(text)
    error = failure(evaluate, text)
    assert message in error.message
    assert not any(word in error.message for word in PYTHONS)
    assert (error.rule, error.start, error.end) == (rule, *place)
    assert help is None or help in error.help


@pytest.mark.parametrize(("text", "message", "help"), SYNTAX)
def test_what_is_no_expression_is_refused_when_parsed(text, message, help):
    assert failure(parse, marked(text)[0]).rule == "expression-syntax"


@pytest.mark.parametrize(
    ("text", "replacement"),
    [
        ("chanels + 1", "channels"),
        ("lenn(depths)", "len"),
        ("nearest", None),
        ("list(depths)", None),
        ("lenn", None),
    ],
)
def test_a_certain_fix_is_offered(text, replacement):
    assert failure(evaluate, text, Names(channels=1, depths=[1])).replacement == replacement


def test_did_you_mean_is_cheap_for_long_names():
    with counted() as calls:
        failure(evaluate, "x" * 999, Names({"x" * 998 + str(i): i for i in range(1000)}))
    assert calls() < 20_000


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("channels", {"channels"}),
        ("64 * 2 ** s", {"s"}),
        ("true and null is None", set()),
        ("max(a, len(b))", {"a", "b"}),
        ("[i + j for i, j in x if i > k]", {"x", "k"}),
        ("[i for i in i]", {"i"}),
        ("[i for i in x] + [i]", {"x", "i"}),
        ("[[i for i in j] for j in x]", {"x"}),
        ("'a' + \"b\"", set()),
        ("a[b:c]", {"a", "b", "c"}),
        ("enumerate(a, start=b)", {"a", "b"}),
        ("a if b else c", {"a", "b", "c"}),
    ],
)
def test_names_are_the_free_ones(text, names):
    assert parse(text).names == names


def test_an_expression_is_parsed_once():
    assert parse("64 * 2 ** s") is parse("64 * 2 ** s")
    assert repr(parse("i + 1")) == "Expression('i + 1')"
    assert repr(parse_template("{i}")) == "Template('{i}')"


def read_template(text, scope, budget):
    return parse_template(text).evaluate(scope, budget)


def read_for(text, scope, budget):
    clause = parse_for(text)
    return [clause.bind(value) for value in clause.values(scope, budget)]


def problem(read, *args):
    """The error, if there is one."""
    try:
        read(*args)
    except ExpressionError as error:
        return error
    return None


# Scopes


class Unknown(Exception):
    pass


class Failing:
    def __init__(self, error):
        self.error = error

    def lookup(self, name):
        raise self.error

    def names(self):
        return []


@pytest.mark.parametrize(
    "error", [Unknown("not known"), ValueError("x"), RecursionError("x"), ExpressionError("other", 7, 9)]
)
@pytest.mark.parametrize(
    "text", ["a", "a + 1", "[a for b in [1]]", "max(a, 1)", "1 if a else 2", "a[0]", "[1][a]", "{a}"]
)
def test_what_a_scope_raises_goes_through_untouched(error, text):
    read = read_template if text == "{a}" else evaluate
    with pytest.raises(type(error)) as caught:
        read(text, Failing(error), Budget())
    assert caught.value is error
    assert not isinstance(error, ExpressionError) or (error.start, error.end) == (7, 9)


def test_names_are_looked_up_only_where_they_are_reached():
    assert evaluate("1 if true else a", Failing(Unknown())) == 1
    assert evaluate("[a for b in []]", Failing(Unknown())) == []


def test_lists_of_the_scope_are_not_changed():
    depths = [1, 2]
    scope = Names(depths=depths)
    assert evaluate("depths + [3]", scope) == [1, 2, 3]
    assert evaluate("(depths * 2)[:1] + depths[:] + reversed(depths)", scope) == [1, 1, 2, 2, 1]
    assert evaluate("sum([depths, [3]], depths)", scope) == [1, 2, 1, 2, 3]
    assert depths == [1, 2]


def test_a_scope_may_evaluate_another_expression_meanwhile():
    class Lazy(Names):
        def lookup(self, name):
            return evaluate("[a * 2 for a in [1, 2]]") if name == "doubled" else self[name]

    assert evaluate("[[a, b] for a in [5] for b in doubled if a]", Lazy()) == [[5, 2], [5, 4]]


# Bounds


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("[«[0] * 100000» for a in range(100000)]", 5_000_000),
        ("[0 for a in range(10) for b in «range(9000)» if false]", 50_000),
        ("[0 for a in range(1000) if «empty + depths == depths + empty»]", 55_000),
        ("[0 for a in range(1000) if «'a' in depths * 100»]", 30_000),
        ("[0 for a in range(1000) if «sum(depths)» < 0]", 31_000),
        ("[0 for a in range(1000) if «max(depths)» < 0]", 31_000),
        ("[0 for a in range(1000) if len(«depths[:]») < 0]", 33_000),
        ("[0 for a in range(1000) if len(«[1, 2, 3, 4]») < 0]", 39_000),
        ("[0 for a in range(1000) if len(«zip(depths, depths)») < 0]", 51_000),
        ("[0 for a in range(1000) if len(«enumerate(depths)») < 0]", 49_000),
        ("[0 for a in range(1000) if len(«reversed(depths)») < 0]", 33_000),
        ("[0 for a in «range(9000)» if not (a * a + a * a + a * a + a * a + a * a < 0)]", 100_000),
        ("[0 for a in [1] for b in [2] for c in «range(100)»]", 110),
    ],
)
def test_the_budget_of_a_document(text, limit):
    text, place = marked(text)
    budget = Budget(limit)
    error = failure(evaluate, text, SCOPE, budget)
    assert error.rule == "expression-bounds"
    assert f"{limit:,} steps is the most" in error.message
    assert (error.start, error.end) == place
    assert budget.left < 0


def test_the_budget_is_shared_and_once_it_is_spent_nothing_more_is_evaluated():
    budget = Budget(4_000)
    evaluate("range(600)", budget=budget)
    assert 0 < budget.left < 2_000
    failure(evaluate, "range(600)", SCOPE, budget)
    assert failure(evaluate, "i", SCOPE, budget).rule == "expression-bounds"


@pytest.mark.parametrize(
    ("text", "operations"),
    [("i", 1), ("i + 1", 3), ("1 if i else 2", 4), ("[i, 1]", 3), ("max(i, 1)", 3), ("[x for x in depths if x]", 5)],
)
def test_an_evaluation_costs_what_stands_in_the_expression(text, operations):
    assert parse(text).operations == operations


def nested(times):
    value = 1
    for _ in range(times):
        value = evaluate("[v] * 1000", Names(v=value))
    return value


@pytest.mark.parametrize("depth", [5, 40, 2_000])
@pytest.mark.parametrize(
    "text",
    [
        "v == w",
        "v != w",
        "v in [w]",
        "[v] == [w]",
        "v < w",
        "max(v)",
        "sum(v)",
        "v + w == w + v",
        "zip(v, w) == zip(w, v)",
        "v - w",
        "v * v",
        "-v",
        "int(v)",
        "[1][v]",
    ],
)
def test_lists_that_share_their_elements_stay_bounded(text, depth):
    scope = Names(v=nested(depth), w=nested(depth))
    error = failure(evaluate, text, scope, Budget(100_000))
    assert error.rule in ("expression-bounds", "expression-type")


def test_a_list_equals_itself_however_many_leaves_it_has():
    assert evaluate("v == v and v in [v] and [v, v] == [v, v]", Names(v=nested(2_000)))


@pytest.mark.parametrize(
    "text",
    [
        "-" * 999 + "1",
        "not " * 240 + "1",
        "1" + "**1" * 300,
        "1 if 1 else " * 80 + "1",
        "a" + "[0]" * 300,
        "a" + "()" * 300,
        "(" * 500 + ")" * 500,
        "[" * 200 + "]" * 200,
        "abs(" * 120 + "1" + ")" * 120,
        "[1 for a in " * 70 + "[]" + "]" * 70,
        "+" * 1000,
        "~" * 1000,
        "lambda:" * 140 + "1",
        "a." * 400 + "a",
        "[" + "1," * 400 + "]",
        "a" + ".a" * 400,
        "a" + "(1)" * 300,
        "1" + " if 1" * 190,
        "[0" + " for a in a" * 80 + "]",
        "'" * 1000,
        "'a'" * 300,
        "{" * 1000,
        "1" * 1000,
        "1." * 500,
        "1_" * 499 + "1",
        "e1" * 500,
        "x" + " in x" * 190,
        "1e" + "9" * 900,
        "0x" + "f" * 900,
        "a, " * 333,
        "a:" * 400,
        "[" + ":" * 900 + "]",
        "in " * 300,
        "\n" * 1000,
        "((1),)" * 100,
    ],
)
def test_hostile_text_ends_at_once(text):
    with counted() as calls:
        for read in (evaluate, read_template, read_for):
            for source in (text, f"{{{text}}}", f"a in {text}", f"{text} in a"):
                error = problem(read, source, SCOPE, Budget(1_000))
                assert error is None or 0 <= error.start <= error.end <= len(source)
    assert calls() < 200_000


def test_the_deepest_expressions_evaluate_under_a_small_stack():
    deep = [
        "(" * 50 + "1" + ")" * 50,
        "[" * 49 + "1" + "]" * 49,
        "-" * 49 + "1",
        "abs(" * 49 + "1" + ")" * 49,
        "2" + "**1" * 49,
        "[1 for a in " * 48 + "[]" + "]" * 48,
        "1 if 0 else " * 49 + "1",
        "(1+" * 49 + "1" + ")" * 49,
        "a" + "[0]" * 49,
    ]
    limit = sys.getrecursionlimit()
    failures = []

    def run():
        for text in deep:
            try:
                evaluate(text, Names(a=nested(49)))
            except BaseException as error:
                failures.append((text, error))

    thread = threading.Thread(target=run)  # its stack begins empty
    sys.setrecursionlimit(300)
    try:
        thread.start()
        thread.join()
    finally:
        sys.setrecursionlimit(limit)
    assert failures == []


@pytest.mark.parametrize("error", [RecursionError, MemoryError])
def test_python_s_parser_may_run_out_of_stack(error, monkeypatch):
    def overflow(*args, **kwargs):
        raise error

    monkeypatch.setattr(ast, "parse", overflow)
    assert failure(parse, "1 + 1 + 1").rule == "expression-bounds"


# Python as the reference


def reference_sum(items, start=0):
    for item in items:
        start = start + item  # Python 3.12's own sum rounds otherwise
    return start


def reference_make_divisible(v, divisor=8, min_value=None):
    if min_value is None:
        min_value = divisor
    new_v = max(min_value, int(v + divisor / 2) // divisor * divisor)
    return new_v + divisor if new_v < 0.9 * v else new_v


REFERENCE = {
    **{
        function.__name__: function for function in (min, max, len, abs, round, int, float, bool, math.ceil, math.floor)
    },
    **{name: SCOPE[name] for name in ("i", "n", "x", "yes", "nothing", "mode", "depths", "table", "empty")},
    "__builtins__": {},
    "true": True,
    "false": False,
    "null": None,
    "sum": reference_sum,
    "make_divisible": reference_make_divisible,
    "range": lambda *bounds: list(range(*bounds)),
    "enumerate": lambda items, start=0: [list(pair) for pair in enumerate(items, start)],
    "zip": lambda *lists: [list(row) for row in zip(*lists, strict=False)],
    "reversed": lambda items: list(reversed(items)),
}

# Where the language is stricter than Python on purpose: lists have no order, strings are no lists.
STRICTER = re.compile("which is larger|not a string|cannot multiply|take a string modulo|of one value wants")
# Where it takes a whole float and Python does not.
MORE_LIBERAL = re.compile("float|indices must be integers")

ATOMS = "0 1 2 3 7 0.5 2.0 true false null i n x yes nothing mode depths table empty 'a' '' [] [1,2] [[1],[2,3]]"
SIGNS = "+ - * / // % and or == != < <= > >= in"
EXPONENTS = "0 1 2 3 -1 0.5 x"
OF_TWO = "min max zip range sum enumerate round"
# `@` is where another expression goes, `#` one that is a list.
FORMS = [
    *(f"({left} {sign} @)" for sign in SIGNS.split() for left in ("@", "@ + @")),
    *(f"@ {sign} @" for sign in SIGNS.split()),
    *(f"(@) ** {exponent}" for exponent in EXPONENTS.split()),
    *(f"{name}(@)" for name in FUNCTIONS),
    *(f"{name}(@, @)" for name in OF_TWO.split()),
    *(
        "@ < @ <= @",
        "@ in # != @",
        "@ not in #",
        "(@ is None)",
        "(None is not @)",
        "-@",
        "+@",
        "not @",
        "(not @)",
        "- -@",
    ),
    *(
        "(@ if @ else @)",
        "(@)[@]",
        "make_divisible(@, 4, @)",
        "len(#)",
        "sum(#)",
        "max(#)",
        "sum(@ for i in #)",
        "#[@]",
        "# == #",
        "@ in #",
        "#",
    ),
]
LISTS = [
    *(
        "depths",
        "table",
        "table[1]",
        "[]",
        "[@, @]",
        "[@] * @",
        "# + #",
        "(#)[1:]",
        "(#)[:i]",
        "(#)[::-1]",
        "(#)[-2:n]",
        "(#)[::i]",
    ),
    *("range(@)", "range(1, @)", "enumerate(#)", "enumerate(#, @)", "zip(#, #)", "reversed(#)", "(# if @ else #)", "@"),
    *(
        "[@ for i in #]",
        "[@ for n in # if @]",
        "[@ for i in # for n in #]",
        "[@ for i, n in enumerate(#)]",
        "[i for i in # if @]",
    ),
]
WORDS = (
    "1 2.5 'a' i n depths table mode true null foo len max range sum ( ) [ ] , : . + - * / // % ** == != < <= = in not "
    "is and or if else for { } ' \" ^ & | ! ? $ ~ @ ; \\ # é lambda None 1e9 0x 00 -1"
)


@st.composite
def expressions(draw, forms=FORMS, depth=3):
    if depth == 0 or draw(st.integers(0, 4)) == 0:
        return draw(st.sampled_from(LISTS[:4] if forms is LISTS else ATOMS.split()))
    form = draw(st.sampled_from(forms))
    return re.sub("[@#]", lambda slot: draw(expressions(LISTS if slot[0] == "#" else FORMS, depth - 1)), form)


@settings(max_examples=fast.examples(200, 2_000))
@given(expressions())
@example("not 1 == 2")
@example("- 2 ** 2")
@example("1 < 2 in [true]")
@example("[i for i in depths for i in [i + 1]]")
def test_python_agrees(text):
    try:
        found = evaluate(text, SCOPE, Budget(100_000))
    except ExpressionError as error:
        if error.rule != "expression-bounds" and not STRICTER.search(error.message):
            with pytest.raises((TypeError, ValueError, ArithmeticError, IndexError, NameError, SyntaxError)):
                by_python(text)
        return
    try:
        expected = by_python(text)
    except TypeError as error:
        if not MORE_LIBERAL.search(str(error)):
            raise
        return
    except UnboundLocalError:
        return  # the second loop's variable in the first loop: here still the name around
    assert repr(found) == repr(expected)


def by_python(text):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        value = eval(text, REFERENCE)
    if isinstance(value, complex):
        raise ArithmeticError
    return value


# Numbers at the edges of what there is; those that are not finite can only come from a scope.
NUMBERS = (0, -0.0, 1, -1, 0.5, -2.5, 2**31, 2**63 - 1, 1 - 2**63, 2.0**53, 2.0**63, 5e-324, 1.7e308, -1.7e308, True)
EDGES = Names({f"e{i}": value for i, value in enumerate([*NUMBERS, math.inf, -math.inf, math.nan])})
OF_NUMBERS = [
    *(f"@ {sign} @" for sign in SIGNS.replace("in", "").split()),
    *("@ ** @", "-@", "+@", "not @", "[1, 2][@]", "[1, 2][@:@:@]", "[0] * @", "@ in [@]"),
    *(f"{name}(@)" for name in FUNCTIONS if name not in ("sum", "len", "min", "max", "enumerate", "zip", "reversed")),
    *("sum([@, @])", "min(@, @)", "max([@, @])", "enumerate([1], @)", "round(@, @)", "range(@, @, @)"),
    *("make_divisible(@, @)", "make_divisible(@, @, @)"),
]


@pytest.mark.parametrize("form", OF_NUMBERS)
def test_at_the_edges_of_numbers_is_a_number_within_bounds_or_an_error(form):
    names = product(EDGES, repeat=form.count("@"))
    for operands in islice(names, 0, None, 1 if form.count("@") < 3 else 7):
        text = form.replace("@", "{}").format(*operands)
        try:
            value = evaluate(text, EDGES)
        except ExpressionError:
            continue
        assert is_within_bounds(value) or value in [EDGES[name] for name in operands] or math.isnan(value), text


def is_within_bounds(value):
    if isinstance(value, list):
        return all(map(is_within_bounds, value))
    return abs(value) < 2**63 if isinstance(value, int) else math.isfinite(value)


words = st.sampled_from([*WORDS.split(), "\n"])
noise = st.one_of(
    st.lists(words, max_size=14).map(" ".join),
    st.lists(words, max_size=14).map("".join),
    st.lists(words, max_size=10).map(lambda found: f"[{' '.join(found)} for i in depths]"),
    st.text(max_size=30),
    st.text("0123456789_.eExjif ", max_size=12),
)


@settings(max_examples=fast.examples(200, 2_000))
@given(noise)
def test_any_text_is_a_value_or_an_error(text):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for read in (evaluate, read_template, read_for):
            error = problem(read, text, SCOPE, Budget(1_000))
            if error is not None:
                assert 0 <= error.start <= error.end <= len(text)
                assert error.rule in RULES
                assert error.message


# Templates

TEMPLATES = [
    ("", ""),
    ("layer", "layer"),
    ("layer{i + 1}", "layer3"),
    ("{i}", "2"),
    ("{ i }.{n}", "2.3"),
    ("{k / 2}", "32"),
    ("{-0.0}", "0"),
    ("{x}", "2.5"),
    ("{1e300}", "1e+300"),
    ("{1 / 3}", "0.3333333333333333"),
    ("{yes} {1 > 2}", "true false"),
    ("{nothing}", "null"),
    ("{mode}", "nearest"),
    ("{'a'}{\"b\"}", "ab"),
    ("{'{'}{'}'}", "{}"),
    ("{{i}}", "{i}"),
    ("{{{i}}}", "{2}"),
    ("it's {i} o'clock", "it's 2 o'clock"),
    ("größe {i}", "größe 2"),
    ("block{i}\n", "block2\n"),
    ("50% $5 a}}", "50% $5 a}"),
    ("{depths[0]}", "3"),
]


@pytest.mark.parametrize(("text", "expected"), TEMPLATES)
def test_template(text, expected):
    assert parse_template(text).evaluate(SCOPE, Budget()) == expected


@pytest.mark.parametrize(
    ("rule", "text", "message", "help"),
    [
        ("syntax", "a«{»i", "`{` is never closed", "`{{`"),
        ("syntax", "a«{»", "`{` is never closed", "`{{`"),
        ("syntax", "a«}»", "`}` closes no brace", "`}}`"),
        ("syntax", "{i}«}»", "`}` closes no brace", "`}}`"),
        ("syntax", "a«{}»", "there is no expression between the braces", "`{{}}`"),
        ("syntax", "«{ }»a", "there is no expression between the braces", "`{{}}`"),
        ("syntax", "{i«{»n}}", "a brace cannot stand inside `{...}`", None),
        ("syntax", "{it«'»s}", "the string is never closed", None),
        ("syntax", "a«$»{i}", "a `$` stands before the brace", "write `{name}` alone"),
        ("syntax", "a{i «+»}", "expected an expression after `+`", None),
        ("syntax", "ü{i «&&» n}", "`&&` has no place in an expression", "write `and`"),
        ("syntax", "stage{i«:02d»}", "a template has no formats, found `:02d`", "alone"),
        ("syntax", "stage{i«!r»}", "a template has no formats, found `!r`", "alone"),
        ("name", "ü{i}{'ü' + «dephts»}", "unknown name `dephts`", "did you mean depths?"),
        ("type", "a{«depths»}", "a list cannot stand in a text", "one element"),
        ("type", "a{«act»}", "a kind cannot stand in a text", None),
        ("value", "a{1 / «0»}", "division by zero", None),
        ("bounds", "«{long}{long}»", "the text is too long, 10,000 characters is the most", None),
        ("bounds", "«" + "a" * 10_001 + "»", "a text of 10,001 characters is too long", None),
    ],
)
def test_template_error(rule, text, message, help):
    text, place = marked(text)
    error = failure(read_template, text, SCOPE, Budget())
    assert message in error.message
    assert (error.rule, error.start, error.end) == (f"expression-{rule}", *place)
    assert help is None or help in error.help


@pytest.mark.parametrize(
    ("text", "names"), [("layer{i + n}{i}", {"i", "n"}), ("layer", set()), ("{{i}}", set()), ("{1 + 1}", set())]
)
def test_template_names(text, names):
    template = parse_template(text)
    assert template.names == names
    assert template.constant == (not names)


@given(st.text(max_size=20))
def test_escaped_text_is_itself(text):
    assert parse_template(text.replace("{", "{{").replace("}", "}}")).evaluate(Names(), Budget()) == text


# The clause of a `for`

CLAUSES = [
    ("i in range(2)", [{"i": 0}, {"i": 1}]),
    ("i, d in enumerate(depths[:2])", [{"i": 0, "d": 3}, {"i": 1, "d": 4}]),
    ("s, (a, c) in table", [{"s": 1, "a": 2, "c": 3}, {"s": 4, "a": 5, "c": 6}]),
    ("[s, [a, c]] in table[:1]", [{"s": 1, "a": 2, "c": 3}]),
    ("(s, _) in table[:1]", [{"s": 1, "_": [2, 3]}]),
    ("_, _ in [[1, 2]]", [{"_": 2}]),
    ("a, in [[7]]", [{"a": 7}]),
    ("a in 1, 2", [{"a": 1}, {"a": 2}]),
    ("a in depths[:1] if i else empty", [{"a": 3}]),
    ("  a\n in [a for a in [5] if a in [5]]  ", [{"a": 5}]),
    ("i in shape[:1]", [{"i": 64}]),
    ("i in []", []),
]


@pytest.mark.parametrize(("text", "expected"), CLAUSES)
def test_for(text, expected):
    clause = parse_for(text)
    assert [clause.bind(value) for value in clause.values(SCOPE, Budget())] == expected
    assert tuple(text[start:end] for start, end in clause.target_spans) == clause.targets
    assert clause.text == text


def test_for_names():
    clause = parse_for("s, (k, c) in zip(a, b)")
    assert clause.targets == ("s", "k", "c")
    assert clause.target_spans == ((0, 1), (4, 5), (7, 8))
    assert clause.iterable.names == {"a", "b"}


@pytest.mark.parametrize(
    ("rule", "text", "message", "help"),
    [
        ("syntax", "«»", "expected `in`", "write `i in range(3)`"),
        ("syntax", "«range(3)»", "expected `in`", "write `i in range(3)`"),
        ("syntax", "«i = range(3)»", "expected `in`", "write `i in range(3)`"),
        ("syntax", "«(i in depths)»", "expected `in`", None),
        ("syntax", "«in» depths", "expected the name of a loop variable before `in`", None),
        ("syntax", "i «in» ", "expected a list after `in`", None),
        ("syntax", "i «not» in depths", "with commas between them, found `not`", None),
        ("syntax", "i «n» in depths", "with commas between them, found `n`", None),
        ("syntax", "«3» in depths", "expected the name of a loop variable, found `3`", None),
        ("syntax", "i, «n[0]» in depths", "expected the name of a loop variable, found `n[0]`", None),
        ("syntax", "«()» in depths", "expected the name of a loop variable, found `()`", None),
        ("syntax", "«for» i in depths", "`for` stands in front already", None),
        ("syntax", "i, «i» in table", "the loop has `i` twice", "`_`"),
        ("syntax", "i in depths«[»0", "`[` is never closed", None),
        ("syntax", "i in depths «+»", "expected an expression after `+`", None),
        ("name", "i, «len» in table", "`len` is a function of expressions", "another name"),
        ("name", "«true» in table", "`true` is a constant of expressions", "another name"),
        ("name", "«input» in table", "`input` belongs to the tensor that arrives", "another name"),
        ("name", "i in «dephts»", "unknown name `dephts`", "did you mean depths?"),
        ("type", "i in  «mode» ", "expected a list, not a string", None),
        ("type", "i in «n»", "expected a list, not a number", "range(...)"),
        ("value", "s, «(a, b, c)» in table", "2 values for 3 names", None),
        ("type", "«s, c» in depths", "a number for 2 names", None),
        ("bounds", "i in «range(10 ** 6)»", "a list of 1,000,000 elements is too long", None),
    ],
)
def test_for_error(rule, text, message, help):
    text, place = marked(text)

    error = failure(read_for, text, SCOPE, Budget())
    assert message in error.message
    assert (error.rule, error.start, error.end) == (f"expression-{rule}", *place)
    assert help is None or help in error.help


# What cannot be declared


def test_reserved_names():
    assert all(
        reserved(name)
        for name in [*FUNCTIONS, "true", "null", "None", "in_shape", "in_channels", "in_features", "input", "class"]
    )
    assert not any(reserved(name) for name in ["channels", "in_planes", "i", "_", "inputs", "list", "match"])


@pytest.mark.parametrize("name", FUNCTIONS)
def test_signatures_tell_the_parameters(name):
    function = FUNCTIONS[name]
    assert function.signature.startswith(f"{name}(")
    assert set(function.keywords) <= set(function.parameters)
    assert function.required <= (len(function.parameters) or 1)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "null"),
        (True, "a boolean"),
        (1, "a number"),
        (1.5, "a number"),
        ("a", "a string"),
        ([], "a list"),
        (Kind("ReLU"), "a kind"),
    ],
)
def test_values_in_words(value, words):
    assert describe(value) == words
