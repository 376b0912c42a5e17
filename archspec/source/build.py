"""Events to the located tree, in one pass that does not recurse."""

from __future__ import annotations

import re
from contextlib import suppress
from itertools import islice
from typing import Any, NoReturn

from yaml import YAMLError
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from archspec.budget import MAX_VALUES, VALUE, Budget
from archspec.diagnostics import Diagnostic, Fix, Label, SourceFile, SpecError, suggest
from archspec.source.events import open_events
from archspec.source.reading import check_characters
from archspec.source.scalars import OutOfBounds, resolve
from archspec.source.tree import Locator, Mapping, Node, Scalar, Sequence, Value

# What explains a mistake is imported where one is found: a right spec does not wait for it.

MAX_DEPTH = 200
_MAX_DIAGNOSTICS = 100
_MAX_SUSPECTS = 1_000
_MAX_CACHED = 10_000
_MERGE = "<<"

_SPACES = " \t\r\n"

_Entries = dict[str, tuple[Scalar, Node]]

_BLANKS = re.compile(r"(?:[ \t\r\n]++|#[^\r\n]*+)*+")
_PROPERTY = re.compile(
    r"(?:&[A-Za-z0-9_\-]*+|(?P<tag>!(?:<[^>\s]*+>?|[^\s,\[\]{}]*+)))(?:[ \t\r\n]++|#[^\r\n]*+)*+",
)
_AFTER_DOCUMENT = re.compile(r"(?:[ \t\r\n]++|#[^\r\n]*+|\.\.\.(?=\s|\Z))*+")
_DIRECTIVE = re.compile(r"%[^\r\n]*")
_VERSION = re.compile(r"%YAML[ \t]+1\.[12][ \t]*(?:#.*)?")
_LOOP = re.compile(r"\sin\s")
_DOUBLE_BRACES = re.compile(r"\{\{[ \t]*([A-Za-z_]\w{0,60})[ \t]*\}\}(?![ \t]*:)", re.ASCII)
_BRACED_KEY = re.compile(r"\{[^{}\r\n]*\}[^:,{}\[\]\r\n]*(?=:(?:\s|\Z))")


class _Anchor:
    """What an alias stands for; `node` is None until the anchored value is complete."""

    __slots__ = ("depth", "node", "start", "values")

    def __init__(self, start: int) -> None:
        self.start = start
        self.node: Node | None = None
        self.values = 1
        self.depth = 0


class _Frame:
    """A collection that is being read. The outermost frame stands for the document, and takes the root."""

    __slots__ = ("anchor", "before", "depth", "entries", "items", "key", "merge", "merged", "node", "proper")

    def __init__(self, node: Mapping | Sequence | None, entries: _Entries | None, items: list[Node]) -> None:
        self.node = node
        self.entries = entries  # of a mapping
        self.items = items  # of a sequence
        self.key: Scalar | None = None  # waits for its value
        self.depth = 0  # of the values in it so far
        self.anchor: _Anchor | None = None
        self.before = 0  # how many values were counted before it
        self.merge: Scalar | None = None  # its `<<`
        self.merged: set[str] | None = None  # the names that `<<` brought
        self.proper: _Entries | None = None  # its entries, while `entries` takes the value of `<<`


def parse(source: SourceFile, budget: Budget | None = None) -> Node:
    """The tree of a text. Raises SpecError with every mistake up to the first that stops reading."""
    budget = budget or Budget()
    locator = Locator(source)
    check_characters(locator, budget)
    builder = _Builder(locator, budget.values)
    try:
        return builder.build()
    finally:
        budget.values -= builder.count
        budget.spend(VALUE * builder.count + len(locator.text) // 8)


class _Builder:
    def __init__(self, locator: Locator, most: int) -> None:
        self.locator = locator
        self.text = locator.text
        self.most = most  # values that may be in it, aliases written out
        self.roots: list[Node] = []
        self.frame = _Frame(None, None, self.roots)
        self.stack: list[_Frame] = []  # the frames around it
        self.count = 0
        self.last: Node = Scalar(locator, 0, 0, "", "", True)  # the last complete value or key
        self.flow: int | None = None  # the outermost open bracket
        self.flow_level = 0
        self.suspicious = False  # something in that bracket may need quotes
        self.suspects = 0
        self.anchors: dict[str, _Anchor] = {}
        self.broken: set[int] = set()  # where aliases stand that name nothing
        self.values: dict[str, Value] = {}  # plain texts seen before
        self.keys: set[str] = set()  # plain keys seen before, nothing wrong with them
        self.found: list[tuple[int, Diagnostic]] = []
        self.misread: list[tuple[int, int]] = []  # texts to quote: what YAML made of them is not complained about

    def build(self) -> Node:
        self.check_directives()
        end = 0
        try:
            end = self.read(self.text)
        except YAMLError as error:
            self.syntax_error(error)
        self.check_rest(end)
        if self.found:
            raise self.error()
        return self.root()

    def read(self, text: str) -> int:
        """Takes the events of a document. Returns where it ends."""
        next_event = open_events(text).get_event
        while True:
            event = next_event()
            kind = event.__class__
            if kind is ScalarEvent:
                self.on_scalar(event)
            elif kind is MappingStartEvent:
                self.on_start(event, True)
            elif kind is SequenceStartEvent:
                self.on_start(event, False)
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                self.on_end(event)
            elif kind is AliasEvent:
                self.on_alias(event)
            elif kind is DocumentEndEvent or kind is StreamEndEvent:
                end: int = event.end_mark.index
                return end  # a second document is not looked into

    # Events

    def on_scalar(self, event: Any) -> None:
        text: str = event.value
        style: str | None = event.style
        self.last = node = Scalar(self.locator, event.start_mark.index, event.end_mark.index, text, text, not style)
        anchor = None
        if event.anchor is not None or event.tag is not None:
            node._start, anchor = self.properties(event.anchor, node._start, node._end)
        if style and style in "|>":  # libyaml counts the line breaks behind it
            node._end = node._start + len(self.text[node._start : node._end].rstrip())
        self.count += 1
        if self.count > self.most:
            self.too_many(node._start)
        frame = self.frame
        if frame.entries is not None and frame.key is None:
            self.expect_value(frame, node)
        else:
            if text in self.values and not style:
                node.value = self.values[text]
            elif not style:
                self.resolve(frame, node)
            self.add(frame, node)
        if anchor is not None:
            anchor.node = node

    def on_start(self, event: Any, is_mapping: bool) -> None:
        start: int = event.start_mark.index
        anchor = None
        if event.anchor is not None or event.tag is not None:
            start, anchor = self.properties(event.anchor, start, len(self.text))
        frame = self.frame
        if frame.entries is not None and frame.key is None:
            self.collection_as_key(start, is_mapping)
        if len(self.stack) == MAX_DEPTH:
            self.too_deep(start)
        if self.flow is None and event.flow_style:
            self.flow, self.flow_level, self.suspicious = start, len(self.stack), False
        if is_mapping:
            mapping = Mapping(self.locator, start)
            inner = _Frame(mapping, mapping._by_name, [])
            self.add(frame, mapping)
        else:
            sequence = Sequence(self.locator, start)
            inner = _Frame(sequence, None, sequence.items)
            self.add(frame, sequence)
        inner.anchor = anchor
        inner.before = self.count
        self.count += 1
        if self.count > self.most:
            self.too_many(start)
        self.stack.append(frame)
        self.frame = inner

    def on_end(self, event: Any) -> None:
        frame = self.frame
        if frame.proper is not None:
            self.merge(frame)
        node = frame.node
        assert node is not None
        end: int = event.end_mark.index
        if end > event.start_mark.index:  # a bracket
            self.last = node
            node._end = end
        else:
            node._end = max(node._start, self.last._end)  # the end of the last content
        self.frame = around = self.stack.pop()
        depth = frame.depth + 1
        if depth > around.depth:
            around.depth = depth
        if frame.anchor is not None:
            frame.anchor.node = node
            frame.anchor.values = self.count - frame.before
            frame.anchor.depth = depth
        if self.flow is not None and self.flow_level == len(self.stack):
            if self.suspicious:
                self.find_unquoted(self.flow)
            self.flow = None

    def on_alias(self, event: Any) -> None:
        start: int = event.start_mark.index
        self.last = token = Scalar(self.locator, start, event.end_mark.index, None, "", True)
        anchor = self.anchors.get(event.anchor)
        if anchor is None or anchor.node is None:
            self.bad_alias(event.anchor, anchor, token)
            anchor = _Anchor(start)
            anchor.node = token
            self.broken.add(start)
        node = anchor.node
        assert node is not None
        frame = self.frame
        if frame.entries is not None and frame.key is None:
            if not isinstance(node, Scalar):
                self.collection_as_key(start, isinstance(node, Mapping))
            key = Scalar(self.locator, start, token._end, node.text, node.text, False)
            self.expect_value(frame, key)
            return
        self.count += anchor.values
        if self.count > self.most:
            self.too_many(start)
        if len(self.stack) + anchor.depth > MAX_DEPTH:
            self.too_deep(start)
        frame.depth = max(frame.depth, anchor.depth)
        self.add(frame, node)

    # Keys and values

    def expect_value(self, frame: _Frame, key: Scalar) -> None:
        """Takes a key of a mapping; its value comes next."""
        if frame.proper is not None:
            self.merge(frame)
        name = key.text
        entries = frame.entries
        assert entries is not None
        if name in entries:
            self.check_duplicate(frame, entries[name][0], key)
        frame.key = key
        if name in self.keys or not key.plain:
            return
        if name == _MERGE:
            if frame.merge is not None:
                self.duplicate(frame.merge, key, "write a list: `<<: [*a, *b]`")
            frame.merge = key
            frame.proper, frame.entries = entries, {}
        else:
            self.check_key(key)

    def add(self, frame: _Frame, node: Node) -> None:
        """Puts a value where it belongs; a collection when it starts, to be filled there."""
        if frame.key is None:
            frame.items.append(node)
        elif frame.entries is not None:
            frame.entries[frame.key.text] = (frame.key, node)
            frame.key = None

    def resolve(self, frame: _Frame, node: Scalar) -> None:
        """Gives a plain text its value. Not called for a text that was seen before."""
        text = node.text
        if not text:  # libyaml puts some right before the next token
            while node._start > 0 and self.text[node._start - 1] in _SPACES:
                node._start -= 1
            node._end = node._start
        is_cut_loop = not text and frame.key is not None and _LOOP.search(frame.key.text) is not None
        if self.flow is not None and (is_cut_loop or _is_suspect(text)):
            self.suspicious = True
        try:
            node.value = resolve(text)
        except OutOfBounds as error:
            self.report("yaml-bounds", str(error), node._start, node._end)
            return
        if text and len(self.values) < _MAX_CACHED and not _is_suspect(text):
            self.values[text] = node.value

    def properties(self, name: str | None, start: int, end: int) -> tuple[int, _Anchor | None]:
        """Where a value starts, behind its anchor and its tag; and the anchor. A tag is an error."""
        anchor = None
        at = start
        while (match := _PROPERTY.match(self.text, at, end)) is not None:
            if match["tag"] is not None:
                self.bad_tag(match["tag"], at)
            elif name is None or anchor is not None:
                break
            else:
                anchor = self.anchors[name] = _Anchor(at)
            at = match.end()
        return at, anchor

    def merge(self, frame: _Frame) -> None:
        """Brings what stands behind `<<` into the mapping. What the mapping has already stays."""
        assert frame.entries is not None
        assert frame.proper is not None
        value = frame.entries[_MERGE][1]
        frame.entries, frame.proper = frame.proper, None
        frame.merged = frame.merged or set()
        for source in value.items if isinstance(value, Sequence) else [value]:
            if isinstance(source, Mapping):
                for name, entry in source._by_name.items():
                    if name not in frame.entries:
                        frame.entries[name] = entry
                        frame.merged.add(name)
            elif source._start not in self.broken:
                message = "`<<` takes a mapping, or a list of mappings"
                help = "write `<<: *name` for a mapping that has the anchor `&name`"
                token = frame.merge
                wrong = source if token is None or source._start > token._start else token  # an alias has no place
                self.report("yaml-merge", message, wrong._start, wrong._end, help=help)

    # What may be wrong

    def check_directives(self) -> None:
        """libyaml compares each `%TAG` line with all before it: a long list of them would take hours."""
        at = self.after_blanks(0, len(self.text))
        while (line := _DIRECTIVE.match(self.text, at)) is not None:
            if not _VERSION.fullmatch(line[0]):
                rule = "yaml-tag" if line[0].startswith("%TAG") else "yaml-syntax"
                self.fail(rule, "this directive has no place here", at, line.end(), help="remove the line")
            at = self.after_blanks(line.end(), len(self.text))

    def check_key(self, key: Scalar) -> None:
        """A plain key that was not seen before."""
        name = key.text
        if name.isidentifier():  # most are
            if len(self.keys) < _MAX_CACHED:
                self.keys.add(name)
            return
        from archspec.source.syntax import wrong_key

        wrong = wrong_key(self.locator, key._start, name)
        if not name:
            colon = self.text[key._start : key._start + 1] == ":"
            self.report("yaml-key", "there is no key here", key._start, key._start + colon)
        elif wrong is not None:
            self.take(key._start, wrong)
        elif self.flow is not None and _is_suspect(name):
            self.suspicious = True
        elif len(self.keys) < _MAX_CACHED and not _is_suspect(name):
            self.keys.add(name)

    def check_duplicate(self, frame: _Frame, first: Scalar, key: Scalar) -> None:
        if frame.merged is not None and key.text in frame.merged:
            frame.merged.remove(key.text)  # the mapping's own key wins, at the merged one's place
        else:
            help = "remove one of the two, or rename it"
            if key.text[:1].isupper() and key.text.isidentifier():  # a kind: nodes without their dashes
                help += "; nodes of one kind stand in a list, each after a `-`"
            self.duplicate(first, key, help)

    def duplicate(self, first: Scalar, second: Scalar, help: str) -> None:
        from archspec.source.quoting import shortened

        message = f"the key `{shortened(second.text)}` stands twice in this mapping"
        note = Label(first.span, "first here")
        self.report("yaml-duplicate-key", message, second._start, second._end, help=help, notes=(note,))

    def collection_as_key(self, start: int, is_mapping: bool) -> NoReturn:
        from archspec.source.quoting import quoted, replacement, shortened

        doubled = _DOUBLE_BRACES.match(self.text, max(start - 1, 0))
        if doubled is not None:
            fix = replacement(self.locator, doubled.start(), doubled.end(), doubled[1])
            message = f"YAML reads `{doubled[0]}` as a mapping in a mapping"
            advice = f"an expression stands without braces: write {doubled[1]}"
            self.fail("yaml-key", message, doubled.start(), doubled.end(), help=advice, fix=fix)
        braced = _BRACED_KEY.match(self.text, start)
        if braced is None:
            what = "a mapping" if is_mapping else "a list"
            help = "quote text that starts with a bracket" if self.text[start] in "[{" else None
            self.fail("yaml-key", f"a key is a text, not {what}", start, start + 1, help=help)
        better = quoted(braced[0])
        fix = replacement(self.locator, start, braced.end(), better)
        message = f"YAML reads `{shortened(braced[0])}` as a mapping, not as the text of a key"
        self.fail("yaml-quote", message, start, braced.end(), help=f"quote it: {better}", fix=fix)

    def bad_tag(self, tag: str, start: int) -> None:
        from archspec.source.quoting import shortened

        help = "quote text that starts with `!`"
        if tag.startswith("!!"):
            help = "leave it out; quotes make a string"
        elif tag[1:2].isupper() and tag[1:50].isidentifier():
            help = f"a node is written `{shortened(tag[1:])}: ...`"
        elif tag[1:50].isidentifier():
            help = f"write `not {shortened(tag[1:])}`, or quote text that starts with `!`"
        message = f"`{shortened(tag)}` is a YAML tag, which has no place here"
        self.report("yaml-tag", message, start, start + len(tag), help=help)

    def bad_alias(self, name: str, anchor: _Anchor | None, alias: Scalar) -> None:
        from archspec.source.quoting import shortened

        shown = shortened(name)
        if anchor is not None:
            note = Label(self.locator.span(anchor.start, anchor.start + 1 + len(name)), "the anchor is here")
            message = f"the alias `*{shown}` stands inside the value that it names"
            self.report("yaml-alias", message, alias._start, alias._end, notes=(note,))
            return
        known = islice((other for other, anchor in self.anchors.items() if anchor.node is not None), 1_000)
        near = " or ".join(f"`*{other}`" for other in suggest(name[:100], known))
        help = f"did you mean {near}?" if near else "quote text that starts with `*`"
        message = f"there is no anchor `&{shown}` before this alias"
        self.report("yaml-alias", message, alias._start, alias._end, help=help)

    def find_unquoted(self, start: int | None, wanted: int | None = None) -> bool:
        """Notes the texts to quote in the brackets that open at `start`; whether one of them holds what is wanted."""
        from archspec.source.quoting import explain_unquoted, find_unquoted

        self.suspects += 1
        if start is None or self.suspects > _MAX_SUSPECTS:
            return False
        found = find_unquoted(self.text, start)
        if wanted is not None and not any(unquoted.start <= wanted < unquoted.end for unquoted in found):
            return False
        for unquoted in found:
            self.misread.append((unquoted.start, unquoted.end))
            self.take(unquoted.start, explain_unquoted(self.locator, unquoted))
        return True

    def root(self) -> Node:
        root = self.roots[0] if self.roots else None
        if root is None or (isinstance(root, Scalar) and root.plain and not root.text):
            self.fail("yaml-empty", "the text is empty", 0, 0, help="`archspec new NAME` writes a spec to start from")
        return root

    def check_rest(self, start: int) -> None:
        rest = _AFTER_DOCUMENT.match(self.text, start)
        at = len(self.text) if rest is None else rest.end()
        if at == len(self.text):
            return
        root = self.roots[0]
        if self.text.startswith(("---", "%"), at):
            help = "put it into a file of its own"
            self.fail("yaml-documents", "a second document starts here; a file holds one", at, at + 3, help=help)
        from archspec.source.syntax import after_root

        self.take(at, after_root(self.locator, root._start, at))

    def syntax_error(self, error: YAMLError) -> NoReturn:
        from archspec.source.mending import mends
        from archspec.source.syntax import Complaint, explain

        complaint = Complaint.of(error, self.flow, (self.last._start, self.last._end))
        self.read_held_back(complaint.at)
        before = len(self.found)
        if not (complaint.may_need_quotes and self.find_unquoted(complaint.opener(self.text), complaint.at)):
            self.take(complaint.at, explain(self.locator, complaint))
        edits = [edit for _, diagnostic in self.found[before:] if diagnostic.fix for edit in diagnostic.fix.edits]
        if edits and not mends(self.locator, edits):  # more is wrong than these would mend: none is certain
            self.found[before:] = [(at, diagnostic._replace(fix=None)) for at, diagnostic in self.found[before:]]
        raise self.error() from None

    def read_held_back(self, at: int) -> None:
        """Fails as brackets before `at` do that were read ahead and not told of: some libyaml stop within them."""
        if sum(self.text.count(bracket, self.last._end, at) for bracket in "[{") > MAX_DEPTH:
            with suppress(YAMLError):
                _Builder(self.locator, self.most).read(self.text[:at])

    def too_many(self, start: int) -> NoReturn:
        subject = "text holds" if self.most == MAX_VALUES else "files of the document hold"
        message = f"the {subject} more than {MAX_VALUES:,} values, aliases written out"
        self.fail("yaml-bounds", message, start, start + 1)

    def too_deep(self, start: int) -> NoReturn:
        self.fail("yaml-bounds", f"this is nested more than {MAX_DEPTH} levels deep", start, start + 1)

    # Text

    def after_blanks(self, start: int, end: int) -> int:
        """Where blanks, line breaks and comments end."""
        blanks = _BLANKS.match(self.text, start, end)
        return start if blanks is None else blanks.end()

    # Diagnostics

    def report(
        self,
        rule: str,
        message: str,
        start: int,
        end: int,
        *,
        help: str | None = None,
        notes: tuple[Label, ...] = (),
        fix: Fix | None = None,
    ) -> None:
        span = self.locator.span(start, min(end, len(self.text)))
        self.take(start, Diagnostic(rule, message, span, help=help, notes=notes, fix=fix))

    def fail(
        self, rule: str, message: str, start: int, end: int, *, help: str | None = None, fix: Fix | None = None
    ) -> NoReturn:
        self.report(rule, message, start, end, help=help, fix=fix)
        raise self.error()

    def take(self, start: int, diagnostic: Diagnostic) -> None:
        self.found.append((start, diagnostic))
        if len(self.found) >= _MAX_DIAGNOSTICS:
            raise self.error()

    def error(self) -> SpecError:
        """What was found, in the order of the text, each mistake once."""
        found = {
            (diagnostic.rule, diagnostic.span.line, diagnostic.span.column): diagnostic
            for at, diagnostic in self.found
            if diagnostic.rule == "yaml-quote" or not any(start <= at < end for start, end in self.misread)
        }
        return SpecError(found[place] for place in sorted(found, key=lambda place: place[1:]))


def _is_suspect(text: str) -> bool:
    """Whether a text, inside brackets, may be a piece of one that YAML cut."""
    return text.count("(") != text.count(")") or "'" in text or '"' in text
