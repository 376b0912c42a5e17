"""Expressions: Python-like text to a value, parsed once and evaluated in a scope, bounded in every way."""

from archspec.budget import Budget
from archspec.expressions.compiler import Scope
from archspec.expressions.error import ExpressionError
from archspec.expressions.expression import Expression, parse
from archspec.expressions.functions import FUNCTIONS
from archspec.expressions.loop import ForClause, parse_for
from archspec.expressions.names import CONSTANTS, reserved
from archspec.expressions.template import Template, parse_template
from archspec.expressions.values import MAX_LIST, describe

__all__ = [
    "CONSTANTS",
    "FUNCTIONS",
    "MAX_LIST",
    "Budget",
    "Expression",
    "ExpressionError",
    "ForClause",
    "Scope",
    "Template",
    "describe",
    "parse",
    "parse_for",
    "parse_template",
    "reserved",
]
