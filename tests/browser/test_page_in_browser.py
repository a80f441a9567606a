"""The HTML page in Chromium, opened from disk: drawn, moved, folded, searched, and asked, without any request."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from webdriver import Browser

import archspec

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as made:
        yield made


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("page") / "resnet50.html"
    archspec.render(archspec.load("seeds/resnet50"), path)
    return path.as_uri()


@pytest.fixture
def opened(browser: Browser, page: str) -> Iterator[Browser]:
    browser.open("about:blank")
    browser.requests()
    browser.errors()
    browser.open(page)
    yield browser
    assert browser.errors() == []
    assert [url for url in browser.requests() if url.partition("#")[0] != page] == []


def shown(browser: Browser, id: str) -> bool:
    return browser.run('return Boolean(document.querySelector(`[data-id="${arguments[0]}"]`))', id) is True


def chosen(browser: Browser) -> str:
    return str(browser.run("return document.querySelector('#layer .selected')?.dataset.id ?? ''"))


def test_it_is_drawn(opened: Browser) -> None:
    assert opened.text("#name") == "resnet50"
    assert "25.6M params" in opened.text("#totals")
    assert opened.count("#layer .box") == opened.count("#layer .box[aria-label]") > 15
    assert opened.count("#layer .edge.skip") > 0
    assert "NaN" not in opened.run("return document.getElementById('layer').innerHTML")


def test_nothing_overlaps(opened: Browser) -> None:
    """No two boxes lie upon each other, folded or all open."""
    script = """
        const all = [...document.querySelectorAll('#layer .box > .ground')].map(one => one.getBoundingClientRect());
        let found = 0;
        all.forEach((a, i) => all.slice(i + 1).forEach(b => {
            if (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom) found++;
        }));
        return [all.length, found];
    """
    boxes, overlaps = opened.run(script)
    assert overlaps == 0
    opened.click("#expand")
    more, overlaps = opened.run(script)
    assert more > boxes and overlaps == 0


def test_it_pans_and_zooms(opened: Browser) -> None:
    start = opened.middle("[data-id='conv1']")
    opened.drag((200, 500), (320, 540))
    moved = opened.middle("[data-id='conv1']")
    assert (moved[0] - start[0], moved[1] - start[1]) == (120, 40)
    scale = float(opened.run("return document.getElementById('canvas').dataset.scale"))
    opened.wheel((700, 500), -300)
    opened.until(lambda: float(opened.run("return document.getElementById('canvas').dataset.scale")) > scale * 1.2)


def test_blocks_open_and_close(opened: Browser) -> None:
    assert not shown(opened, "layer3.0.conv2")
    opened.click("[data-id='layer3']", clicks=2)
    assert (
        shown(opened, "layer3.0")
        and opened.run("return document.querySelector('[data-id=\"layer3\"]').getAttribute('aria-expanded')") == "true"
    )
    opened.click("#collapse")
    assert opened.count("#layer .frame") == 0
    opened.click("#expand")
    assert shown(opened, "layer3.0.conv2")


def test_search(opened: Browser) -> None:
    opened.keys("/", *"layer4.0.down")
    opened.until(lambda: opened.count("#found button") == 1)
    opened.keys("Enter")
    assert chosen(opened) == "layer4.0.downsample"
    assert opened.run("return decodeURIComponent(location.hash)") == "#layer4.0.downsample"


def test_a_click_leads_to_the_line_and_to_the_receptive_field(opened: Browser) -> None:
    opened.click("#spec")
    opened.click("[data-id='conv1']")
    assert chosen(opened) == "conv1"
    assert "conv1" in opened.text("#sources .here")
    assert "sees 7 × 7 px of image (224 × 224), stride 2" in opened.text("#field")
    share = opened.run("""
        const [input, window] = [...document.querySelectorAll('#field rect')].map(one => one.getBoundingClientRect());
        return window.width / input.width;
    """)
    assert 0.02 < share < 0.05  # 7 of 224, and a stroke
    opened.run("[...document.querySelectorAll('#sources li')].find(one => /\\bfc:/.test(one.textContent)).click()")
    assert chosen(opened) == "fc"


def test_keys(opened: Browser) -> None:
    opened.click("[data-id='conv1']")
    opened.keys("Down")
    assert chosen(opened) == "maxpool"
    opened.keys("Up", "Up")
    assert chosen(opened) == "input:image"
    opened.keys("Escape")
    assert chosen(opened) == ""


def test_deep_links(browser: Browser, page: str) -> None:
    browser.open("about:blank")
    browser.open(f"{page}#layer4.0.conv2")
    assert chosen(browser) == "layer4.0.conv2"
    x, y = browser.middle("#layer .selected")
    assert 0 < x < 1400 and 0 < y < 1000


def test_heat_has_a_scale(opened: Browser) -> None:
    choose = "const one = document.getElementById('heat'); one.value = 'params';"
    opened.run(f"{choose} one.dispatchEvent(new Event('change'))")
    assert "params" in opened.text("#most")
    colours = opened.run(
        "return ['layer1', 'layer4', 'fc'].map(id => getComputedStyle("
        "document.querySelector(`[data-id=\"${id}\"]`).querySelector('.ground, .header')).fill)"
    )
    assert len(set(colours)) == 3 and "rgb(0, 0, 0)" not in colours


def test_light_and_dark(opened: Browser) -> None:
    script = "return getComputedStyle(document.body).backgroundColor"
    opened.dark(False)
    light = opened.run(script)
    opened.dark(True)
    dark = opened.run(script)
    opened.dark(False)
    opened.click("#theme")
    assert light != dark == opened.run(script)


@pytest.mark.parametrize("name", ["seeds/googlenet", "seeds/squeezenet1_0", "seeds/lenet5", "seeds/resnet152"])
def test_other_networks(browser: Browser, tmp_path: Path, name: str) -> None:
    path = tmp_path / "net.html"
    archspec.render(archspec.load(name), path)
    browser.errors()
    browser.open(path.as_uri())
    assert browser.count("#layer .box") > 5
    browser.click("#expand")
    assert browser.errors() == []


def test_a_u_is_a_u_until_a_part_of_it_stands_open(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "unet.html"
    archspec.render(archspec.load("classics/unet"), path)
    browser.open(path.as_uri())

    def places() -> dict[str, tuple[int, int]]:
        return {name: browser.middle(f"[data-id^='{name}'] > .ground") for name in ("inc", "down1", "up3", "up4")}

    at = places()
    assert at["inc"][1] == at["up4"][1] < at["down1"][1] == at["up3"][1]
    assert at["inc"][0] < at["up4"][0]
    browser.click("[data-id^='up4'] .badge")
    at = places()
    assert at["inc"][1] < at["down1"][1] < at["up3"][1] < at["up4"][1]
    assert browser.errors() == []


@pytest.mark.parametrize("name", ["seeds/resnet50", "seeds/googlenet", "classics/yolov3", "torchvision/vit_b_16"])
def test_texts_of_a_drawing_stay_in_their_boxes(browser: Browser, tmp_path: Path, name: str) -> None:
    """In whatever font takes the place of Helvetica here."""
    path = tmp_path / "net.svg"
    archspec.render(archspec.load(name), path)
    browser.open(path.as_uri())
    script = """
        const rooms = [];
        for (const node of document.querySelectorAll('g.node')) {
            const box = node.querySelector('path, polygon')?.getBBox();
            for (const text of box ? node.querySelectorAll('text') : [])
                rooms.push(box.x + box.width - text.getBBox().x - text.getBBox().width);
        }
        return [rooms.length, Math.min(...rooms)];
    """
    texts, least = browser.run(script)
    assert texts > 40 and least > 4


def test_the_legend_covers_nothing(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "lenet5.html"
    archspec.render(archspec.load("seeds/lenet5"), path)
    browser.open(path.as_uri())
    script = """
        const low = [...document.querySelectorAll('#layer .box')].map(one => one.getBoundingClientRect().bottom);
        return [Math.max(...low), document.getElementById('foot').getBoundingClientRect().top];
    """
    lowest, legend = browser.run(script)
    assert 500 < lowest < legend


@pytest.mark.parametrize("name", ["torchvision/vit_b_16", "classics/unet", "classics/fpn_resnet50"])
def test_shapes_on_edges_can_be_read(browser: Browser, tmp_path: Path, name: str) -> None:
    """Those beside skips keep clear of other skips and of the borders of frames; none is under a box."""
    path = tmp_path / "net.html"
    archspec.render(archspec.load(name), path)
    browser.open(path.as_uri())
    browser.click("#expand")
    script = """
        const rects = selector => [...document.querySelectorAll(selector)].map(one => one.getBoundingClientRect());
        const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
        const holds = (a, b) => a.left <= b.left && b.right <= a.right && a.top <= b.top && b.bottom <= a.bottom;
        const boxes = rects('#layer .box > .ground'), frames = rects('#layer .frame > .ground');
        const points = [...document.querySelectorAll('#layer path.edge.skip:not(.head)')].flatMap(path =>
            Array.from({length: 400}, (_, at) => path.getPointAtLength(path.getTotalLength() * at / 399)
                .matrixTransform(path.getScreenCTM())));
        const skips = [...document.querySelectorAll('#layer text.shape.skip')], wrong = [];
        for (const text of document.querySelectorAll('#layer text.shape')) {
            const rect = text.getBoundingClientRect(), k = rect.height / 5;
            const a = {left: rect.left, right: rect.right, top: rect.top + k, bottom: rect.bottom - k};
            if (boxes.some(box => meet(a, box))) wrong.push([text.textContent, 'box']);
            if (!text.classList.contains('skip')) continue;
            if (frames.some(frame => meet(a, frame) && !holds(frame, a))) wrong.push([text.textContent, 'frame']);
            if (points.some(p => a.left < p.x && p.x < a.right && a.top < p.y && p.y < a.bottom))
                wrong.push([text.textContent, 'skip']);
        }
        return [skips.length, wrong];
    """
    skips, wrong = browser.run(script)
    assert skips >= 2 and wrong == []
