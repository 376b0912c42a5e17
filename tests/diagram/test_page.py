"""The page: whole in one file, and used in a real browser as a person would: clicked, typed at, searched."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import archspec
from archspec.diagram import render
from archspec.diagram.page import render_page
from tests.codegen.networks import graph_of
from tests.diagram.hostile import TEXTS, diagram
from tests.reference import SPECS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog, Page, Request

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CONTRAST = r"""() => {
    const linear = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    const luminance = (color) => {
        const [red, green, blue] = color.match(/[\d.]+/g).map((value) => linear(value / 255));
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    return [...document.querySelectorAll("#stage .row")].map((row) => {
        const both = ["text", "path"].map((tag) => luminance(getComputedStyle(row.querySelector(tag)).fill));
        return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
    });
}"""
"""The contrast of each layer's text, as WCAG computes it."""


class Elements(HTMLParser):
    """The elements of a page, and the texts of its scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.scripts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [f"{name}={value}" for name, value in attributes if name in ("src", "href") or name[:2] == "on"]
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] == ["script"]:
            self.scripts[-1] += data

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(f"/{tag}")


class TestFile:
    @pytest.mark.parametrize("text", TEXTS)
    def test_text_of_a_spec_stays_text(self, text: str) -> None:
        graph = archspec.analyze(archspec.Source("input: 4\nmodel: [ReLU]"))
        plain, hostile = (Elements(render_page(graph, diagram(each), frozenset())) for each in ("plain", text))
        assert hostile.tags == plain.tags
        data = json.loads(hostile.scripts[0])
        assert data["scene"]["boxes"][0]["text"] == text
        assert hostile.scripts[1:] == plain.scripts[1:]

    def test_asks_for_nothing(self) -> None:
        page = str(render(graph_of("resnet18"), "html"))
        assert Elements(page).links == []
        assert "default-src 'none'" in page

    def test_every_layer_has_its_facts(self) -> None:
        graph = graph_of("resnet18")
        facts = json.loads(Elements(str(render(graph, "html"))).scripts[0])["facts"]
        names = {name for fact in facts.values() for name in fact["names"]}
        assert names.issuperset(layer.name for layer in graph.layers)
        (conv,) = [fact for fact in facts.values() if fact["names"] == ["b3.0.conv3"]]
        assert conv == conv | {
            "kind": "Conv2d", "inputs": "64x24x24", "output": "128x12x12", "params": 8320, "macs": 1179648,
            "field": "43", "stride": "8", "remarks": "",
        }  # fmt: skip

    def test_receptive_field_of_what_repeats_is_a_range(self) -> None:
        facts = json.loads(Elements(str(render(graph_of("resnet18"), "html"))).scripts[0])["facts"]
        (row,) = [fact for fact in facts.values() if fact["names"] == ["b2.0.conv1", "b2.1.conv1"]]
        assert row["field"] == "19 to 35"

    @pytest.mark.parametrize("text", ["input: 4\r\nmodel:\r\n- ReLU\r\n", "\ufeffinput: 4\nmodel:\n- ReLU\n"])
    def test_lines_are_those_of_messages(self, text: str) -> None:
        data = json.loads(Elements(str(render(archspec.analyze(archspec.Source(text)), "html"))).scripts[0])
        file, first, last = data["facts"]["1:0"]["lines"]
        assert (first, last) == (3, 3)
        assert data["sources"][file]["lines"][2].startswith("- ReLU")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("there is no Chromium")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "googlenet.html"
    path.write_text(str(render(archspec.analyze(SPECS / "googlenet.yaml"), "html")), encoding="utf-8")
    return path


@pytest.fixture
def page(browser: Browser, path: Path) -> Iterator[Page]:
    """The page, open; in the end, nothing may have gone wrong, and nothing have been asked of the network."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    wrong = listen(page)
    page.goto(path.as_uri())
    page.wait_for_selector("#stage [data-id]")
    yield page
    context.close()
    assert wrong == []


def head(page: Page, title: str) -> Any:
    """What a person would click to open or close a block: the first that is called so."""
    return page.locator(f'#stage [aria-label^="{title},"]').last


def corner(page: Page, title: str) -> Any:
    return head(page, title).evaluate("it => [it.getBoundingClientRect().x, it.getBoundingClientRect().y]")


def camera(page: Page) -> str:
    return str(page.locator("#stage").get_attribute("transform"))


def zoom_in(page: Page) -> None:
    page.keyboard.press("+")


def zoom_out(page: Page) -> None:
    page.get_by_role("button", name="Zoom out").click()


def turn_the_wheel(page: Page) -> None:
    page.mouse.move(500, 500)
    page.mouse.wheel(0, -300)


def drag(page: Page) -> None:
    page.mouse.move(400, 870)
    page.mouse.down()
    page.mouse.move(450, 800, steps=3)
    page.mouse.up()


def listen(page: Page) -> list[str]:
    """What goes wrong in a page from now on, and what it asks of the network."""
    wrong: list[str] = []

    def on_dialog(dialog: Dialog) -> None:
        wrong.append("dialog")
        dialog.dismiss()

    def on_request(request: Request) -> None:
        if not request.url.startswith("file:"):
            wrong.append(f"request: {request.url}")

    page.on("console", lambda message: wrong.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
    page.on("dialog", on_dialog)
    page.on("request", on_request)
    return wrong


def shown(page: Page, text: str) -> int:
    return page.locator("#stage text", has_text=text).count()


def expect_text(page: Page, selector: str, *texts: str) -> None:
    for text in texts:
        page.locator(selector, has_text=text).first.wait_for()


class TestInBrowser:
    def test_first_view(self, page: Page) -> None:
        expect_text(page, "h1", "GoogLeNet")
        expect_text(page, "#panel", "Szegedy", "5,977,530", "276,066,304", "How to use")
        assert shown(page, "concat") == 1

    def test_whole_picture_is_in_view(self, page: Page) -> None:
        view, stage = page.locator("#view").bounding_box(), page.locator("#stage").bounding_box()
        assert view is not None
        assert stage is not None
        assert view["x"] - 1 <= stage["x"]
        assert stage["x"] + stage["width"] <= view["x"] + view["width"] + 1
        assert view["y"] - 1 <= stage["y"]
        assert stage["y"] + stage["height"] <= view["y"] + view["height"] + 1

    def test_click_opens_and_closes_a_block(self, page: Page) -> None:
        block = "Inception 192, [96, 208], [16, 48], 64"
        head(page, block).click()
        page.locator(f'#stage .head[aria-label^="{block},"][aria-expanded=true]').wait_for()
        assert shown(page, "concat") == 2
        expect_text(page, "#panel", "b4.0", "480x6x6", "512x6x6", "Inception: {c1: 192")
        assert page.locator("#panel button", has_text="Close").count() == 1
        head(page, block).click()
        page.locator(f'#stage .box[aria-label^="{block},"][aria-expanded=false]').wait_for()
        assert shown(page, "concat") == 1

    def test_click_on_a_layer_shows_it(self, page: Page) -> None:
        head(page, "Conv 7x7, 64, /2").click()
        expect_text(page, "#panel h2", "Conv 7x7, 64, /2")
        expect_text(page, "#panel", "b1.0.0", "3,200", "7,225,344", "googlenet.yaml, line")
        assert "Conv2d: {out_channels: channels" in page.locator("#panel pre .here").inner_text()
        assert page.locator("#stage .selected").count() == 1
        page.mouse.click(300, 880)
        expect_text(page, "#panel h2", "GoogLeNet")

    @pytest.mark.slow
    def test_shares_add_up_and_lead_to_their_part(self, page: Page) -> None:
        for column in ("params", "macs"):
            shares = page.locator(f"#panel .{column} b").all_inner_texts()
            assert sum(float(share.rstrip("%")) for share in shares) == pytest.approx(100, abs=2)
        page.get_by_role("button", name="b4", exact=True).click()
        expect_text(page, "#panel h2", "b4")

    @pytest.mark.slow
    def test_buttons_open_and_close_everything(self, page: Page) -> None:
        page.get_by_role("button", name="Open all").click()
        page.locator("#stage .row").nth(100).wait_for()
        assert shown(page, "concat") == 9
        page.get_by_role("button", name="Close blocks").click()
        page.locator("#stage .row").nth(10).wait_for(state="detached")
        assert shown(page, "concat") == 0
        assert shown(page, "Inception") == 9

    def test_search_finds_what_is_hidden(self, page: Page) -> None:
        page.keyboard.press("/")
        page.keyboard.type("b5.1.branch3.1")
        assert page.locator("#found button").first.inner_text().startswith("ConvReLU 128, 5x5")
        page.keyboard.press("Enter")
        page.wait_for_selector("#stage .selected")
        expect_text(page, "#panel p", "b5.1.branch3.1")
        assert page.locator("#found").is_hidden()

    @pytest.mark.slow
    def test_search_for_nothing_there(self, page: Page) -> None:
        page.locator("#search").fill("transformer")
        expect_text(page, "#found", "No layer is called so.")
        page.keyboard.press("Escape")
        assert page.locator("#found").is_hidden()
        assert page.locator("#search").input_value() == ""

    @pytest.mark.slow
    def test_search_results_by_keyboard(self, page: Page) -> None:
        page.locator("#search").fill("maxpool")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        second = page.locator("#found button").nth(1)
        assert second.evaluate("it => it === document.activeElement")
        page.keyboard.press("Enter")
        expect_text(page, "#panel p", "b2.2")

    def test_keys_walk_open_and_close(self, page: Page) -> None:
        page.locator("#view").focus()
        for key, title in [
            ("ArrowDown", "b1"),
            ("ArrowDown", "ConvReLU 64, 7x7, /2"),
            ("ArrowDown", "Conv 7x7, 64, /2"),
            ("ArrowDown", "ReLU"),
            ("ArrowLeft", "ConvReLU 64, 7x7, /2"),
            ("ArrowUp", "b1"),
            ("End", "Linear 10"),
            ("Home", "b1"),
        ]:
            page.keyboard.press(key)
            expect_text(page, "#panel h2", title)
        page.keyboard.press("ArrowLeft")
        page.locator('#stage .box[aria-label^="b1,"][aria-expanded=false]').wait_for()
        page.keyboard.press("Enter")
        page.locator('#stage .head[aria-label^="b1,"][aria-expanded=true]').wait_for()
        page.keyboard.press("Escape")
        expect_text(page, "#panel h2", "GoogLeNet")

    @pytest.mark.slow
    def test_zoom_pan_and_fit(self, page: Page) -> None:
        page.locator("#view").focus()
        first = seen = camera(page)
        for act in (zoom_in, zoom_out, turn_the_wheel, drag):
            act(page)
            while camera(page) == seen:  # a wheel turns in its own time
                page.wait_for_timeout(10)
            seen = camera(page)
        page.locator("#view").focus()
        page.keyboard.press("0")
        assert camera(page) == first

    @pytest.mark.slow
    def test_block_that_is_opened_stays_where_it_is(self, page: Page) -> None:
        page.keyboard.press("+")
        block = "Inception 160, [112, 224], [24, 64], 64"
        before = corner(page, block)
        head(page, block).click()
        page.locator(f'#stage .head[aria-label^="{block},"]').wait_for()
        assert corner(page, block) == pytest.approx(before, abs=1)

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_text_can_be_read_in_either_theme(self, page: Page, scheme: Any) -> None:
        page.emulate_media(color_scheme=scheme)
        assert min(page.evaluate(CONTRAST)) > 4.5  # what WCAG wants of small text

    @pytest.mark.slow
    def test_small_window(self, page: Page) -> None:
        page.set_viewport_size({"width": 600, "height": 700})
        page.keyboard.press("0")
        panel, view = page.locator("#panel").bounding_box(), page.locator("#view").bounding_box()
        assert panel is not None
        assert view is not None
        assert panel["y"] >= view["y"] + view["height"] - 1


@pytest.mark.parametrize("text", [TEXTS[0], TEXTS[5], TEXTS[-1]])
def test_hostile_text_in_the_browser(browser: Browser, text: str, tmp_path: Path) -> None:
    spec = json.dumps(dict.fromkeys(("name", "description", "source"), text), ensure_ascii=False)[:-1]
    spec += ', "input": 4, "model": {"a": {"Linear": 2}}}'
    path = tmp_path / "net.html"
    path.write_text(str(render(archspec.analyze(archspec.Source(spec, name=text)), "html")), encoding="utf-8")
    page = browser.new_page()
    wrong = listen(page)
    page.goto(path.as_uri())
    page.locator("#stage .row").click()
    expect_text(page, "#panel h3", "line 1")
    assert page.locator("h1").inner_text() == text
    page.close()
    assert wrong == []
