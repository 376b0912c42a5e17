"""`archspec layers`: the reference of the layer kinds, read off their classes; one file a format."""

from __future__ import annotations

from archspec.report.reference.page import Page, kinds, page

FORMATS = ("text", "json", "markdown")

__all__ = ["FORMATS", "Page", "kinds", "page", "render_list", "render_page"]


def render_list(format: str, width: int = 80) -> str:
    """All kinds by family."""
    pages = [page(kind) for kind in kinds()]
    match format:
        case "json":
            from archspec.report.reference.json import render_json

            return render_json(pages)
        case "markdown":
            from archspec.report.reference.markdown import markdown_list

            return markdown_list(pages)
    from archspec.report.reference.text import text_list

    return text_list(pages, width)


def render_page(kind: str, format: str, width: int = 80) -> str:
    """A kind: its arguments, its shape rule, an example, torch's page."""
    match format:
        case "json":
            from archspec.report.reference.json import render_json

            return render_json([page(kind)])
        case "markdown":
            from archspec.report.reference.markdown import markdown_page

            return markdown_page(page(kind))
    from archspec.report.reference.text import text_page

    return text_page(page(kind), width)
