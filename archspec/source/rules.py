"""The rules of the room: what can be wrong with a file before anyone asks what it describes."""

from __future__ import annotations

RULES: dict[str, str] = {
    "file-not-found": "the file does not exist",
    "file-unreadable": "the file cannot be read: a folder, a device, no permission",
    "yaml-encoding": "the text is not UTF-8, or holds characters that YAML does not allow",
    "yaml-empty": "the file holds nothing",
    "yaml-documents": "a file holds one document",
    "yaml-bounds": "the text is too long, too deeply nested, holds too many values or too large a number",
    "yaml-syntax": "the text is not YAML",
    "yaml-tab": "YAML is indented with spaces, never with tabs",
    "yaml-indentation": "lines that belong together are indented alike",
    "yaml-unclosed": "every bracket, brace and quote is closed",
    "yaml-colon": "a key is followed by a colon and a space",
    "yaml-quote": "inside braces and brackets, text with a comma or a bracket is quoted",
    "yaml-key": "a key is one plain or quoted text",
    "yaml-duplicate-key": "a key stands once in a mapping",
    "yaml-tag": "YAML tags (`!name`) are not part of the language",
    "yaml-alias": "an alias (`*name`) names an anchor (`&name`) that was complete before it",
    "yaml-merge": "a merge (`<<`) takes a mapping, or a list of mappings",
}
