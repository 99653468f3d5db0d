"""What HTML may hold after cleaning: elements, attributes and inline style. Whatever is not listed here goes."""

from __future__ import annotations

import re

TAGS = {
    "a", "abbr", "address", "article", "aside", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center",
    "cite", "code", "col", "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption",
    "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img", "ins", "kbd",
    "li", "main", "mark", "nav", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "section", "small",
    "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time",
    "tr", "tt", "u", "ul", "var", "wbr",
}  # fmt: skip

# Gone with all that is in them; of other elements that are not allowed, the text stays.
WITH_CONTENT = {
    "script", "style", "title", "template", "noscript", "iframe", "object", "embed", "applet", "frameset", "noframes",
    "svg", "math", "textarea", "select", "option", "button", "xmp", "plaintext", "audio", "video", "canvas", "map",
}  # fmt: skip

_SIZE = {"width", "height", "align", "valign", "bgcolor"}
ATTRIBUTES = {
    "*": {"style", "dir", "lang", "title"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height", "align"},
    "table": _SIZE | {"border", "cellpadding", "cellspacing"},
    "td": _SIZE | {"colspan", "rowspan"},
    "th": _SIZE | {"colspan", "rowspan", "scope"},
    "tr": _SIZE,
    "col": {"span", "width"},
    "div": {"align"},
    "p": {"align"},
    "font": {"color", "face", "size"},
    "ol": {"start", "type"},
    "li": {"value"},
    "hr": {"width", "size", "align"},
}

_PROPERTIES = {
    "background-color", "border", "border-bottom", "border-bottom-color", "border-bottom-style",
    "border-bottom-width", "border-collapse", "border-color", "border-left", "border-left-color",
    "border-left-style", "border-left-width", "border-radius", "border-right", "border-right-color",
    "border-right-style", "border-right-width", "border-spacing", "border-style", "border-top",
    "border-top-color", "border-top-style", "border-top-width", "border-width", "caption-side", "color",
    "direction", "display", "font", "font-family", "font-size", "font-style", "font-variant", "font-weight",
    "height", "letter-spacing", "line-height", "list-style-type", "margin", "margin-bottom", "margin-left",
    "margin-right", "margin-top", "max-height", "max-width", "min-height", "min-width", "mso-hide",
    "overflow-wrap", "padding", "padding-bottom", "padding-left", "padding-right", "padding-top", "table-layout",
    "text-align", "text-decoration", "text-indent", "text-transform", "vertical-align", "white-space", "width",
    "word-break", "word-wrap",
}  # fmt: skip
_DISPLAYS = {
    "none", "block", "inline", "inline-block", "table", "table-row", "table-cell", "list-item", "flex",
    "inline-flex", "inline-table", "table-header-group",
}  # fmt: skip
_VALUE = re.compile(r"^[\w\s#%.,'\"!+\-/]*(?:(?:rgba?|hsla?)\([\d\s.,%/]{1,60}\)[\w\s#%.,!+\-/]*){0,4}$")
_LONGEST_VALUE = 200
_LONGEST_STYLE = 4_000


def safe_style(style: str) -> str:
    """Keep the declarations whose property is on the list and whose value is plain.

    No `url()`, no escapes, no functions but colours; nothing that moves an element out of its place.
    """
    kept = []
    for declaration in style[:_LONGEST_STYLE].split(";"):
        name, colon, value = declaration.partition(":")
        name, value = name.strip().lower(), value.strip()
        if not colon or name not in _PROPERTIES or len(value) > _LONGEST_VALUE or not _VALUE.match(value):
            continue
        if name != "display" or value.lower().removesuffix("!important").strip() in _DISPLAYS:
            kept.append(f"{name}: {value}")
    return "; ".join(kept)
