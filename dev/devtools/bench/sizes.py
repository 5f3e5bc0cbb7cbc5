"""How large a generated database is."""

import re
from dataclasses import dataclass

_UNITS = {"": 1, "k": 1_000, "m": 1_000_000}


@dataclass(frozen=True)
class Size:
    """A number of customers, from which all other numbers follow.

    :param int customers: commercial partners; a tenth of them has a child contact
    """

    customers: int

    @classmethod
    def parse(cls, text):
        """Read a size as people write it.

        >>> Size.parse("10k").customers, Size.parse("1M").customers, Size.parse("300").customers
        (10000, 1000000, 300)
        """
        found = re.fullmatch(r"(\d+)([kKmM]?)", text.strip())
        if not found or not int(found[1]):
            raise ValueError(f"'{text}' is no size: write 300, 10k, 100k or 1M")
        return cls(int(found[1]) * _UNITS[found[2].lower()])

    @property
    def label(self):
        """The size as people write it.

        >>> Size(10_000).label, Size(1_000_000).label, Size(300).label
        ('10k', '1M', '300')
        """
        for unit, number in (("M", 1_000_000), ("k", 1_000)):
            if self.customers % number == 0:
                return f"{self.customers // number}{unit}"
        return str(self.customers)

    @property
    def name(self):
        """The end of the names of this size's databases."""
        return self.label.lower()

    @property
    def largest(self):
        """Orders of the one customer who has by far the most."""
        return min(5_000, self.customers // 2)

    @property
    def most(self):
        """Orders that no other customer exceeds."""
        return max(1, self.largest * 2 // 5)

    @property
    def leads(self):
        return self.customers * 3 // 10

    @property
    def activities(self):
        return self.customers * 3 // 10

    @property
    def ratings(self):
        return self.customers // 20

    @property
    def notes(self):
        """Messages in the customers' chatter, besides those of their orders."""
        return self.customers * 3 // 10
