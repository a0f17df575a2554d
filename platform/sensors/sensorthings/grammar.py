"""The grammar of $filter and $orderby (OGC 18-088 clause 9.3.3, a part of OData 4). Pure.

Loosest first: or, and, not, comparisons, add and sub, mul div mod, minus.
"""

from collections.abc import Callable

from core.errors import Invalid
from sensors.sensorthings.lexer import Word, words, wrong
from sensors.sensorthings.nodes import Call, Junction, Minus, Node, Not, Operation, Path

COMPARISONS = ("eq", "ne", "gt", "ge", "lt", "le")
_DEEPEST = 40  # parentheses, functions and signs inside one another
_LONGEST_CHAIN = 40  # of additions, or of multiplications
_MOST_WORDS = 2000


class _Reader:
    """Reads words from left to right, one function a level of precedence."""

    def __init__(self, text: str, option: str) -> None:
        self._text, self._option = text, option
        self._words = words(text, option)
        if len(self._words) > _MOST_WORDS:
            raise Invalid(f"{option} has more than {_MOST_WORDS} words", zh="过长", field=option)
        self._next = 0
        self._depth = 0

    def whole(self) -> Node:
        """Read all there is as one expression."""
        node = self.either()
        if self._peek.sort != "end":
            raise self._wrong(f"unexpected {self._peek.text!r}")
        return node

    def either(self) -> Node:
        """Read conditions joined by `or`."""
        return self._junction("or", self._all)

    def _all(self) -> Node:
        return self._junction("and", self._negated)

    def _junction(self, operator: str, part: Callable[[], Node]) -> Node:
        operands = [part()]
        while self._take("name", operator):
            operands.append(part())
        return operands[0] if len(operands) == 1 else Junction(operator, tuple(operands))

    def _negated(self) -> Node:
        if self._peek.text != "not" or self._after.text == "/":
            return self._comparison()
        self._take("name", "not")
        with self:
            return Not(self._negated())

    def _comparison(self) -> Node:
        left = self._sum()
        if self._peek.sort == "name" and self._peek.text in COMPARISONS:
            return Operation(self._step().text, left, self._sum())
        return left

    def _sum(self) -> Node:
        return self._chain(("add", "sub"), self._product)

    def _product(self) -> Node:
        return self._chain(("mul", "div", "mod"), self._signed)

    def _chain(self, operators: tuple[str, ...], part: Callable[[], Node]) -> Node:
        node, length = part(), 0
        while self._peek.sort == "name" and self._peek.text in operators:
            length += 1
            if length > _LONGEST_CHAIN:
                raise self._wrong("too long a calculation")
            node = Operation(self._step().text, node, part())
        return node

    def _signed(self) -> Node:
        if self._take("mark", "-"):
            with self:
                return Minus(self._signed())
        return self._primary()

    def _primary(self) -> Node:
        word = self._step()
        if word.literal is not None:
            return word.literal
        if word.sort == "mark" and word.text == "(":
            with self:
                node = self.either()
            self._need(")")
            return node
        if word.sort == "name":
            return self._call(word) if self._take("mark", "(") else self._path(word)
        self._next -= 1
        raise self._wrong("a value, a property or a function is missing")

    def _call(self, name: Word) -> Node:
        arguments: list[Node] = []
        with self:
            while not self._take("mark", ")"):
                if arguments:
                    self._need(",")
                arguments.append(self.either())
        return Call(name.text, tuple(arguments))

    def _path(self, first: Word) -> Path:
        parts = [first.text]
        while self._take("mark", "/"):
            word = self._step()
            if word.sort != "name" and not (word.literal and word.text.isidentifier()):
                self._next -= 1
                raise self._wrong("a property's name is missing")
            parts.append(word.text)
        return Path(tuple(parts))

    # --- words ----------------------------------------------------------------------------------

    @property
    def _peek(self) -> Word:
        return self._words[self._next]

    @property
    def _after(self) -> Word:
        return self._words[min(self._next + 1, len(self._words) - 1)]

    def _step(self) -> Word:
        word = self._peek
        if word.sort == "end":
            raise self._wrong("the text ends too early")
        self._next += 1
        return word

    def _take(self, sort: str, text: str) -> bool:
        found = self._peek.sort == sort and self._peek.text == text
        self._next += found
        return found

    def _need(self, mark: str) -> None:
        if not self._take("mark", mark):
            raise self._wrong(f"{mark!r} is missing")

    def _wrong(self, why: str) -> Invalid:
        return wrong(self._option, self._text, self._peek.place, why)

    def __enter__(self) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._wrong("too deeply nested")

    def __exit__(self, *_: object) -> None:
        self._depth -= 1


def condition(text: str) -> Node:
    """Read a $filter; raises Invalid naming the place of the first mistake."""
    return _Reader(text, "$filter").whole()


def order(text: str) -> tuple[Node, bool]:
    """Read one item of $orderby; returns the expression and whether it descends."""
    words_of = text.rsplit(None, 1)
    descending = len(words_of) == 2 and words_of[1] == "desc"
    if len(words_of) == 2 and words_of[1] in ("asc", "desc"):
        text = words_of[0]
    return _Reader(text, "$orderby").whole(), descending
