"""A mistake in a rule, named by field, in both languages."""


class Wrong(ValueError):
    """`field` cannot be as it is; `zh` is the sentence in Chinese."""

    def __init__(self, field: str, detail: str, zh: str = "") -> None:
        super().__init__(f"{field}: {detail}")
        self.field, self.detail, self.zh = field, detail, zh or detail
