"""A column's value in SQL: of what holds now, and of what a layer once held.

What holds now is of the column's type. What ended may be of another, from before the column's type
was changed: it then counts as a gap where a value of the type is needed, and breaks nothing.
"""

_FITS = {"int": "number", "float": "number", "bool": "boolean"}


def value(name: str, kind: str, cast: str, *, past: bool, table: str = "") -> str:
    """Return a column's value; `name` is its quoted name, or a placeholder, and stands once.

    `kind` is the column's type, `cast` the SQL type that is wanted. Whole numbers of the past are
    best cast to a type that takes any number.
    """
    held = f"{table}properties"
    if not past or kind not in _FITS:
        return f"({held} ->> {name})::{cast}"
    fitting = f"jsonb_path_query_first({held} -> {name}, '$ ? (@.type() == \"{_FITS[kind]}\")')"
    return f"({fitting} #>> ARRAY[]::text[])::{cast}"
