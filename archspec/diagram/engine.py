"""Runs the script that draws, in an embedded JavaScript engine: what a page does in the browser."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

from archspec.diagram.data import to_data, visible
from archspec.diagram.error import DiagramError
from archspec.diagram.files import asset
from archspec.diagram.scene import Scene

SCREEN = (1600, 900)
"""Width and height, in pixels, that a picture should fit."""
MAX_BOXES = 2_000
TIMEOUT = 120
"""Seconds, at most, to lay out a picture."""
MEMORY = 2 * 2**30
ADDRESSES = 2**40
"""Bytes of address space, at least, that a limit must leave: the engine reserves them at random, and ends the process
where it gets none."""
_HOST = "globalThis.global = globalThis; globalThis.setTimeout = (task) => { Promise.resolve().then(task); };"
"""What the layout engine wants of the place where it runs."""
_DRAW = "let drawn, failed; picture({}, {}, {}).then((it) => drawn = JSON.stringify(it), (it) => failed = `${{it}}`); 0"


class Picture(NamedTuple):
    """An SVG without the element around it, and its size in pixels."""

    width: int
    height: int
    body: str


def draw(scene: Scene, opened: frozenset[str]) -> Picture:
    """The scene with these boxes open. Raises DiagramError where that cannot be drawn."""
    boxes = visible(scene, opened)
    if boxes > MAX_BOXES:
        raise DiagramError(
            f"the picture would have {boxes:,} boxes, and {MAX_BOXES:,} can be laid out: "
            "open fewer levels with --depth, or put parts of the network into blocks"
        )
    arguments = [json.dumps(each) for each in (to_data(scene), sorted(opened), SCREEN)]
    with ThreadPoolExecutor(1) as thread:  # the engine does not wait beside an event loop, as a notebook has one
        drawn, failed = thread.submit(_run, arguments).result()
    if not isinstance(drawn, str):
        raise DiagramError(f"the picture cannot be laid out: {failed}")
    return Picture(**json.loads(drawn))


def _run(arguments: list[str]) -> tuple[Any, Any]:
    """What the script makes of a scene in JSON, and why it failed."""
    try:
        from py_mini_racer import JSEvalException, JSTimeoutException, MiniRacer
    except ImportError:
        raise DiagramError("diagrams need mini-racer: pip install 'archspec-nn[diagram]'") from None
    if (limit := _address_limit()) is not None and limit < ADDRESSES:
        raise DiagramError(
            f"the engine that lays pictures out cannot start under a limit of memory, which is {limit:,} bytes here: "
            "lift it (ulimit -v unlimited), or write .html, .mmd or .dot, which need no engine"
        )
    with MiniRacer() as engine:
        engine.set_hard_memory_limit(MEMORY)
        try:
            for script in (_HOST, asset("elkjs/elk.bundled.js"), asset("web/layout.js"), asset("web/draw.js")):
                engine.eval(script)
            engine.eval(_DRAW.format(*arguments), timeout_sec=TIMEOUT)
            return engine.eval("drawn"), engine.eval("failed")
        except JSTimeoutException:
            engine.eval("0")  # what was stopped has then ended, and says nothing more
            raise DiagramError(f"the picture cannot be laid out in {TIMEOUT} seconds: open fewer levels") from None
        except JSEvalException as error:
            raise DiagramError(f"the picture cannot be laid out: {_first_line(error)}") from None


def _address_limit() -> int | None:
    """What `ulimit -v` allows this process; None where it is not limited."""
    try:
        import resource
    except ImportError:  # not on Windows
        return None
    soft, _ = resource.getrlimit(resource.RLIMIT_AS)
    return None if soft == resource.RLIM_INFINITY else soft


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
