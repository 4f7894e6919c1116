"""The pages of the API reference, one for each subject, made from the docstrings.

A docstring cites what it rests on by names in single backticks. Such a name becomes a link: to the
statement of `derivations/` that has it, or to the object of `twolayer`; what is neither, such as a
parameter, is code. Below a docstring stand the formulas that the code computes and the statements
that it cites, typeset from the derivations themselves.
"""

import inspect
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import FunctionType

from docstring_equations import STATEMENTS, equations
from sphinx.util.docutils import SphinxDirective

import twolayer
from twolayer import plotting, strategies

CODE = re.compile(r"(``.+?``|(?<![:\w`])`[^`\n]+`(?!`)|:[a-z:]+:`[^`]+`)")
METHODS = FunctionType, classmethod, property, cached_property
MARKUP = re.compile(r"([|*])")
SUBSCRIPT = re.compile(r"(?<=[α-ωΑ-Ω])_([a-z]+|∞)|(?<=\b[A-Za-z])_([a-z]|∞)(?![a-z])")
# the type of what is returned, or of a parameter, where it is a class of the package
TYPE = re.compile(r"^(?P<before>\s*(?:[a-z]\w* : )?)(?P<name>[A-Z]\w+)(?=$|, )")
MODULES = {"twolayer": twolayer, "plotting": plotting, "strategies": strategies}


@dataclass(frozen=True)
class Group:
    """A subject of the package, and its public names in the order of their page."""

    slug: str
    title: str
    says: str
    names: str
    module: str = "twolayer"

    @property
    def objects(self):
        """Full names of the objects, with the objects."""
        module = MODULES[self.module]
        path = module.__name__
        return {f"{path}.{name}": getattr(module, name) for name in self.names.split()}


GROUPS = (
    Group(
        "closed-forms",
        "Closed forms",
        "Boundaries and phase of one start, in any of its five arguments.",
        "eta_crit eta_max eta_div phase Phase triangle certificate",
    ),
    Group(
        "recursion",
        "The recursion",
        "Gradient descent in the two numbers on which it closes, without weights.",
        "simulate outcome",
    ),
    Group(
        "final-curvature",
        "Final curvature and laws",
        "Where training ends, how high the loss peaks on the way, and when.",
        "final_curvature mirror_curvature lazy_curvature limit_curvature width_period peak_loss "
        "peak_step hessian_sharpness gradient_flow_curvature layer_alignment",
    ),
    Group(
        "networks",
        "Networks that judge",
        "Real weights, trained by gradient descent as it is defined.",
        "Network",
    ),
    Group(
        "diagrams",
        "Diagrams and located boundaries",
        "Phases on grids, and boundaries found from what runs do.",
        "phase_diagram locate_boundaries",
    ),
    Group(
        "random-networks",
        "Random networks",
        "Starts of random networks at any width, and how likely each phase is.",
        "random_initialization phase_probability no_catapult_probability",
    ),
    Group(
        "data",
        "Data",
        "Many samples, inputs and outputs, and the learning rates that they allow.",
        "Data GramNetwork convergence_odds rate_guide flattest_curvature",
    ),
    Group(
        "relu",
        "ReLU",
        "Two-layer ReLU networks with one input, real gates and frozen ones.",
        "ReluNetwork FrozenGates Sides ReluTrajectory",
    ),
    Group(
        "deep",
        "Deep networks",
        "Networks of any depth, the curvature of any model, and training logs beside the theory.",
        "kernel_curvature KernelCurvature DeepNetwork DeepTrajectory Samples diagnose Diagnosis",
    ),
    Group(
        "conventions",
        "Conventions",
        "Other losses, output scales and rates of two layers, in the model's numbers and back.",
        "reduction Reduction",
    ),
    Group(
        "results",
        "Results",
        "What functions return: frozen dataclasses of arrays.",
        "Trajectory Outcome FinalCurvature PhaseDiagram Interval Boundaries ConvergenceOdds "
        "RateGuide FlattestCurvature",
    ),
    Group("files", "Files", "Results as files, written whole or not at all.", "save load"),
    Group(
        "plotting",
        "Plotting",
        "Draw results on your own Axes: ``from twolayer import plotting``.",
        " ".join(plotting.__all__),
        "plotting",
    ),
    Group(
        "strategies",
        "Strategies",
        "Hypothesis strategies, to test an implementation of your own: "
        "``from twolayer import strategies``. They need the extra ``test``.",
        " ".join(strategies.__all__),
        "strategies",
    ),
)
OBJECTS = {path: thing for group in GROUPS for path, thing in group.objects.items()}


def members(thing):
    """Public methods and properties of a class, those it inherits from the package too."""
    if not inspect.isclass(thing):
        return set()
    classes = [cls for cls in thing.__mro__ if cls.__module__.startswith("twolayer")]
    return {
        name
        for cls in classes
        for name, value in vars(cls).items()
        if not name.startswith("_") and isinstance(value, METHODS)
    }


def owner_of(path):
    """The public object of this full name, or the public class whose member has it."""
    while path and path not in OBJECTS:
        path = path.rpartition(".")[0]
    return path


def parameters(thing):
    """Names of the parameters, and of the fields of a dataclass."""
    try:
        return set(inspect.signature(thing).parameters) | set(getattr(thing, "__annotations__", ()))
    except (TypeError, ValueError):
        return set()


def object_named(name, owner):
    """Full name of the public object that a docstring of `owner` means by a name, if any."""
    first, _, rest = name.removeprefix("twolayer.").partition(".")
    if name in members(OBJECTS.get(owner)):
        return f"{owner}.{name}"
    own_module = owner.rpartition(".")[0]
    for path in (f"twolayer.{first}", f"{own_module}.{first}"):
        if path in OBJECTS and (not rest or rest in members(OBJECTS[path])):
            return f"{path}.{rest}" if rest else path
    return None


def linked(text, owner="", own=frozenset()):
    """Words of a docstring as RST: its names as links or code, and no | or * as markup."""

    def part(piece):
        if piece.startswith(("``", ":")):
            return piece
        if not piece.startswith("`"):
            return SUBSCRIPT.sub(r"\\ :sub:`\1\2`\\ ", MARKUP.sub(r"\\\1", piece))
        name = piece.strip("`")
        if name in STATEMENTS:
            return f":statement:`{name}`"
        if name not in own and (path := object_named(name, owner)):
            return f":py:obj:`{name} <{path}>`"
        return f"``{name}``"

    return "".join(map(part, filter(None, CODE.split(text))))


def typed(line):
    """A line of a docstring, its type as a name if it is a class of the package."""
    found = TYPE.match(line)
    if not found or not inspect.isclass(OBJECTS.get(f"twolayer.{found['name']}")):
        return line
    return f"{found['before']}`{found['name']}`{line[found.end() :]}"


def with_links(app, what, name, thing, options, lines):
    """Names of a docstring as links. Examples stay as they are."""
    if not name.startswith("twolayer"):
        return
    owner, example = owner_of(name), False
    own = parameters(thing) | (parameters(OBJECTS[owner]) if owner in OBJECTS else set())
    for number, line in enumerate(lines):
        example = bool(line.strip()) and (example or line.lstrip().startswith(">>>"))
        if not example:
            lines[number] = linked(typed(line), owner, own)
    if what == "property":
        # napoleon takes what is before a colon on the first line for a type: an empty one, escaped
        lines.insert(0, "\\")


def with_powers(app, what, name, thing, options, signature, returned):
    """A signature in which a large default is a power of ten."""
    shown = re.sub(r"\b10{6,}\b", lambda digits: f"10**{len(digits[0]) - 1}", signature or "")
    return (shown or signature), returned


def with_equations(app, what, name, thing, options, lines):
    """What a docstring rests on, below it."""
    if name.startswith("twolayer"):
        lines += equations(inspect.getdoc(thing) or "", thing)


def summary(path, thing):
    """The first sentence of a docstring."""
    words = " ".join(inspect.getdoc(thing).partition("\n\n")[0].split())
    return linked(re.split(r"(?<=\.) (?=[A-Z])", words)[0], path)


def table(group):
    """The objects of a group, each in one line."""
    lines = [".. list-table::", "   :class: names", "   :widths: auto", ""]
    for path, thing in group.objects.items():
        name = path.rpartition(".")[2]
        lines += [f"   * - :py:obj:`{name} <{path}>`", f"     - {summary(path, thing)}"]
    return lines


def entry(path, thing):
    """The directive that documents an object."""
    if not inspect.isclass(thing):
        return [f".. autofunction:: {path}", ""]
    special = ["__call__"] if "__call__" in vars(thing) else []
    shown = ", ".join(sorted(members(thing)) + special)
    return [f".. autoclass:: {path}", *([f"   :members: {shown}"] if shown else []), ""]


def page(group):
    """The page of a group."""
    title = [f".. _reference-{group.slug}:", "", group.title, "=" * len(group.title), ""]
    entries = [line for path, thing in group.objects.items() for line in entry(path, thing)]
    return "\n".join([*title, group.says, "", *table(group), "", *entries])


def write(app):
    """The pages of all groups; a page that is as it was stays as old as it is."""
    folder = Path(app.srcdir) / "generated" / "reference"
    folder.mkdir(parents=True, exist_ok=True)
    for group in GROUPS:
        file, text = folder / f"{group.slug}.rst", page(group)
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")


class Convention(SphinxDirective):
    """The paragraph on conventions in the docstring of the package."""

    def run(self):
        paragraphs = inspect.getdoc(twolayer).split("\n\n")
        chosen = next(text for text in paragraphs if text.startswith("Convention"))
        return self.parse_text_to_nodes(linked(chosen))


class ReferenceTables(SphinxDirective):
    """Every public name in one line, subject by subject."""

    def run(self):
        lines = []
        for group in GROUPS:
            head = f":ref:`{group.title} <reference-{group.slug}>`"
            lines += [head, "-" * len(head), "", group.says, "", *table(group), ""]
        lines += [".. toctree::", "   :hidden:", ""]
        lines += [f"   generated/reference/{group.slug}" for group in GROUPS]
        return self.parse_text_to_nodes("\n".join(lines), allow_section_headings=True)


def setup(app):
    app.setup_extension("sphinx.ext.napoleon")
    app.setup_extension("derivation_pages")
    app.add_css_file("reference.css")
    app.add_directive("package-convention", Convention)
    app.add_directive("reference-tables", ReferenceTables)
    app.connect("builder-inited", write)
    # napoleon, which reads the sections of a docstring, comes between: it has the priority 500
    app.connect("autodoc-process-docstring", with_links, priority=400)
    app.connect("autodoc-process-docstring", with_equations, priority=600)
    app.connect("autodoc-process-signature", with_powers)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
