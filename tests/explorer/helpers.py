"""The page as a user has it: opened from a file, driven, and asked what it shows."""

import contextlib
from dataclasses import dataclass, field

from twolayer.explorer import page

NAMES = ("eta", "curvature", "output", "width", "target")
DEFAULTS = {"eta": 1.4, "curvature": 2.0, "output": 1.0, "width": 100.0, "target": 0.0}
FRAGMENT = "#eta={eta}&curvature={curvature}&output={output}&width={width}&target={target}"


@dataclass
class Opened:
    """The explorer in a tab, with what it asked for and complained of."""

    tab: object
    address: str
    requests: list = field(default_factory=list)
    complaints: list = field(default_factory=list)

    def state(self):
        return self.tab.evaluate("window.explorer.drawn().then(() => window.explorer.state)")

    def readouts(self):
        return self.tab.evaluate("window.explorer.drawn().then(() => window.explorer.readouts)")

    def set(self, **change):
        """What was wrong with the change."""
        return self.tab.evaluate("change => window.explorer.set(change)", change)

    def until(self, condition):
        """Wait for a condition; playwright's own way is an eval, which the page forbids."""
        look = f"() => {condition} ? done() : left-- ? setTimeout(look, 20) : fail('too late')"
        self.tab.evaluate(
            f"new Promise((done, fail) => {{ let left = 250; const look = {look}; look(); }})"
        )

    def value(self, selector):
        """What a field says once all is drawn."""
        self.state()
        return self.tab.input_value(selector)

    def text(self, selector):
        return " ".join(self.tab.inner_text(selector).split())

    def refusal(self):
        line = self.tab.locator("#refusal")
        return line.inner_text() if line.is_visible() else ""

    def centre(self, selector):
        box = self.tab.locator(selector).bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def drag(self, figure, right, down):
        """Drag the handle of a figure by so many pixels."""
        x, y = self.centre(f"{figure} .handle")
        mouse = self.tab.mouse
        mouse.move(x, y)
        mouse.down()
        mouse.move(x + right / 2, y + down / 2)
        mouse.move(x + right, y + down)
        mouse.up()

    def unscrolled(self):
        """Whether nothing is wider than the page."""
        return self.tab.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )


@contextlib.contextmanager
def opened(browser, folder, fragment="", home=None, **look):
    """The page from a file, in a window of its own; what it asks for is noted."""
    file = folder / "explorer.html"
    file.write_text(page(home), encoding="utf-8")
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}} | look)
    tab = context.new_page()
    shown = Opened(tab, file.as_uri())
    tab.on("request", lambda request: shown.requests.append(request.url))
    tab.on("pageerror", lambda error: shown.complaints.append(str(error)))
    tab.on("console", lambda message: shown.complaints.append(message.text))
    tab.goto(shown.address + fragment)
    shown.until("window.explorer")
    try:
        yield shown
    finally:
        context.close()
