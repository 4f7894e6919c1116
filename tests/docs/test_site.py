"""Every page, in a browser without a network: nothing is missing, nothing fails, formulas show."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag

import pytest

from twolayer import explorer

pytestmark = pytest.mark.browser
RAW = re.compile(r":[a-z]+:`|\\[a-zA-Z]{2,}|\\[([]|\$[^$]+\$")
HERE = re.compile("file:|data:|blob:")
LIMIT = 15_000_000  # bytes of the whole site


def pages(site):
    found = sorted(site.rglob("*.html"))
    assert len(found) > 20
    return found


class Links(HTMLParser):
    """What a page links to, and what can be linked to on it."""

    def __init__(self, page):
        super().__init__()
        self.targets, self.names = set(), set()
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        of = dict(attributes)
        self.targets |= {of[key] for key in ("href", "src") if of.get(key)}
        self.names |= {of[key] for key in ("id", "name") if of.get(key)}


WORDS = """() => {
    const page = document.body.cloneNode(true);
    for (const other of page.querySelectorAll("pre, code, script, style, .katex")) other.remove();
    return page.textContent;
}"""
BEYOND = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
WIDTHS = (1280, 390)


@dataclass
class Seen:
    """What a reader of a page would miss, and by how much it is wider than screens."""

    faults: list = field(default_factory=list)
    beyond: list = field(default_factory=list)


@pytest.fixture(scope="module")
def seen(browser, site):
    """Every page, looked at once."""
    page, found = browser.new_page(), {path.relative_to(site): Seen() for path in pages(site)}
    current = Seen()

    def noted(text):
        current.faults.append(text)

    page.on("requestfailed", lambda request: noted(f"not loaded: {request.url}"))
    page.on("pageerror", lambda error: noted(f"script: {error}"))
    page.on("console", lambda said: noted(said.text) if said.type == "error" else None)
    page.on("request", lambda asked: None if HERE.match(asked.url) else noted(asked.url))
    for path, current in found.items():
        page.goto((site / path).as_uri())
        current.faults += page.locator(".katex-error").all_inner_texts()
        current.faults += RAW.findall(page.evaluate(WORDS))
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            current.beyond.append(page.evaluate(BEYOND))
    page.close()
    return found


def test_every_page_works_from_the_file_system_without_a_network(seen):
    assert {str(path): look.faults for path, look in seen.items() if look.faults} == {}


def test_no_page_is_wider_than_a_screen_or_a_phone(seen):
    assert {str(path): look.beyond for path, look in seen.items() if max(look.beyond) > 0} == {}


def test_formulas_are_typeset_in_the_fonts_of_the_site(browser, site):
    page = browser.new_page()
    page.goto((site / "index.html").as_uri())
    assert page.locator(".katex").count() > 0
    page.evaluate("document.fonts.ready")
    loaded = page.evaluate("[...document.fonts].filter(f => f.status == 'loaded').length")
    assert loaded > 0
    page.close()


def test_every_link_within_the_site_leads_somewhere(site):
    links = {path.resolve(): Links(path) for path in pages(site)}
    dead = []
    for path, page in links.items():
        for target in page.targets:
            address, fragment = urldefrag(target)
            if re.match(r"[a-z]+:", address):
                continue
            file = (path.parent / unquote(address.split("?")[0])).resolve() if address else path
            known = links[file].names if file in links else set()
            interactive = file.name in ("search.html", "explorer.html")
            if not file.exists() or (fragment and not interactive and fragment not in known):
                dead.append(f"{path.relative_to(site.resolve())}: {target}")
    assert dead == []


def test_the_search_finds_pages_without_a_network(browser, site):
    page = browser.new_page()
    page.goto((site / "search.html").as_uri() + "?q=catapult")
    page.wait_for_selector("#search-results li", timeout=20_000)
    assert page.locator("#search-results li").count() >= 3
    page.close()


def test_the_explorer_is_that_of_the_package_with_a_link_to_the_pages(site):
    text = (site / "explorer.html").read_text(encoding="utf-8")
    assert text == explorer.page(home="index.html")
    assert text.count('href="index.html"') == 1


def test_the_search_takes_greek_letters_for_their_names(browser, site):
    page, found = browser.new_page(), {}
    for query in ("eta_crit", "η_crit", "lambda", "λ∞"):
        page.goto((site / "search.html").as_uri() + f"?q={query}")
        page.wait_for_selector("#search-results > p:text('Search finished')", timeout=20_000)
        found[query] = {*page.locator("#search-results li > a").all_inner_texts()}
    page.close()
    for greek, name in (("η_crit", "eta_crit"), ("λ∞", "lambda")):
        assert found[greek] <= found[name]  # names of objects are found by what is typed only
        assert len(found[greek]) > 10


def test_the_site_is_small(site):
    assert sum(file.stat().st_size for file in site.rglob("*")) < LIMIT
