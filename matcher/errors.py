"""What the matcher says when it is handed something it cannot use."""

from collections.abc import Iterable


class BadInput(ValueError):
    """Input that cannot be used; `problems` names every file, row or key and the reason.

    Nothing is written and nothing is paired when this is raised.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))
