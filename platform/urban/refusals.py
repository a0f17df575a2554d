"""Refusals of casework that are more than a wrong field."""

from core.errors import Invalid


class Refused(Invalid):
    """Well formed, but its content cannot be taken: no photo, not in this city."""

    status, code, title = 422, "refused", "Content refused"
