"""A database that was turned back: numbers given again mean something else than before.

Its branch is the second of the restore, in hexadecimal. `restore` keeps it as a setting of the
database: a dump leaves it out, and it is no row that turning back would turn back, too.
"""

from django.db import connection

NAME = "coalesce(current_setting('zhihui.branch', true), '')"  # SQL


def present() -> int:
    """Return the branch as a number, 0 for a database that was never turned back."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {NAME}")
        return int(cursor.fetchone()[0] or "0", 16)
