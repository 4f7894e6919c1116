"""What a formula in LaTeX is worth: a reader of its own, which knows no SymPy.

It reads sums, products written side by side, fractions, roots, powers, brackets and absolute
values, in letters whose values are given.
"""

import re

from mpmath import fprod as prod
from mpmath import mpf, sqrt

IGNORED = re.compile(r"(?:\\(?:left|right|,|;)|\s|(?<!\\)&|\{\}|\\\\|\\(?:begin|end)\{aligned\})+")


class Reader:
    def __init__(self, text, values):
        # the longest letter first, and no letter within the name of a command
        letters = sorted(values, key=len, reverse=True)
        known = "|".join(
            re.escape(letter) + r"(?![A-Za-z])" * letter[-1].isalpha() * ("\\" in letter)
            for letter in letters
        )
        tokens = rf"(?P<letter>{known})|" if known else ""
        self.token = re.compile(rf"{tokens}(?P<number>\d+(?:\.\d+)?)|(?P<sign>\\[A-Za-z]+|.)", re.S)
        self.text, self.values, self.place = text, values, 0

    def peek(self):
        self.place += len(m[0]) if (m := IGNORED.match(self.text, self.place)) else 0
        match = self.token.match(self.text, self.place)
        return (match.lastgroup, match[0]) if match else (None, "")

    def take(self, wanted=None):
        kind, text = self.peek()
        assert wanted in (None, text), (wanted, self.text[self.place :])
        self.place += len(text)
        return kind, text

    def ends(self, closing):
        return self.peek()[1] in ("", "}", ")", "]", "|" if closing == "|" else "")

    def total(self, closing=""):
        """A sum up to what closes it."""
        result = 0
        while not self.ends(closing):
            sign = 1
            while self.peek()[1] in ("+", "-"):
                sign = -sign if self.take()[1] == "-" else sign
            result += sign * self.product(closing)
        return result

    def product(self, closing):
        factors = [self.power()]
        while not self.ends(closing) and self.peek()[1] not in ("+", "-"):
            if self.peek()[1] == r"\cdot":
                self.take()
            factors.append(self.power())
        return prod(factors)

    def power(self):
        value = self.primary()
        if self.peek()[1] != "^":
            return value
        self.take("^")
        return value ** self.group()

    def group(self):
        """What stands in braces, or one token."""
        if self.peek()[1] != "{":
            return self.primary()
        self.take("{")
        value = self.total()
        self.take("}")
        return value

    def primary(self):
        kind, text = self.take()
        if kind == "letter":
            return self.values[text]
        if kind == "number":
            if self.text[self.place : self.place + 1] == "/":
                self.place += 1
                return mpf(text) / mpf(self.take()[1])
            return mpf(text)
        if text == "{":
            self.place -= 1
            return self.group()
        if text == r"\frac":
            above = self.group()
            return above / self.group()
        if text == r"\sqrt":
            return sqrt(self.group())
        closing = {"(": ")", "[": "]", "|": "|"}[text]
        value = self.total(closing)
        self.take(closing)
        return abs(value) if text == "|" else value


def value_of(text, values):
    """The number that a formula is, where its letters are these numbers."""
    reader = Reader(text, values)
    result = reader.total()
    assert reader.peek()[1] == "", text
    return result
