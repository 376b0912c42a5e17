"""Diagnostics: what is wrong with a spec, as data, and as the text that a person reads."""

from archspec.diagnostics.collector import Collector
from archspec.diagnostics.error import SpecError
from archspec.diagnostics.model import Diagnostic, Edit, Fix, Label, Severity, SourceFile, Span
from archspec.diagnostics.suggest import suggest

__all__ = ["Collector", "Diagnostic", "Edit", "Fix", "Label", "Severity", "SourceFile", "Span", "SpecError", "suggest"]
