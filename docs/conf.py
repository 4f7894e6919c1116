"""The site: `sphinx -M html docs docs/_build -W`. Its own extensions are in docs/extensions/."""

import os
import sys
from pathlib import Path

DOCS = Path(__file__).parent
sys.path[:0] = [str(DOCS / "extensions"), str(DOCS.parent)]
# examples draw, and start processes that should draw too, without a screen
os.environ.setdefault("MPLBACKEND", "Agg")
# on busy machines products of small matrices take minutes in more threads
os.environ.setdefault("OMP_NUM_THREADS", "1")

import twolayer  # noqa: E402

project = "twolayer"
author = "The twolayer authors"
copyright = "2026, The twolayer authors"
version = release = twolayer.__version__
exclude_patterns = ["_build", "node_modules", "generated/static", "gallery", "extensions"]

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "reference",
    "command_pages",
    "sphinx_gallery.gen_gallery",
    "notebooks",
    "myst_parser",
    "claims_table",
    "katex_files",
    "losses_table",
    "explorer_file",
    "small_images",
    "small_pages",
    "leftovers",
    "greek_search",
]
nitpicky = False
# it asks for no spaces in names of examples, and means those of the folders above, too
suppress_warnings = ["sphinx_gallery.space_in_filename"]

sphinx_gallery_conf = {
    "examples_dirs": "gallery",
    "gallery_dirs": "generated/gallery",
    "within_subsection_order": "FileNameSortKey",
    "copyfile_regex": r".*\.rst",
    "abort_on_example_error": True,
    "remove_config_comments": True,
    "reference_url": {"twolayer": None},
    "show_memory": False,
    "show_signature": False,
    "write_computation_times": False,
    "download_all_examples": False,
    "matplotlib_animations": False,
}

autodoc_typehints = "none"  # the docstrings say types, with shapes and units
autodoc_default_options = {"member-order": "bysource"}
add_module_names = False
napoleon_use_rtype = napoleon_use_param = False
napoleon_custom_sections = [("Attributes", "params_style")]

html_theme = "furo"
html_title = "twolayer"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_js_files = [("icons.js", {"priority": 100})]
html_show_sphinx = False
html_copy_source = False
html_show_sourcelink = False
# its summaries are fetched, which browsers refuse to pages from the file system
html_show_search_summary = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#0072B2", "color-brand-content": "#0072B2"},
    "dark_css_variables": {"color-brand-primary": "#56B4E9", "color-brand-content": "#56B4E9"},
}
