"""What a client of Stripe's API says: an object, or why it was refused."""

from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class Refused(Exception):
    """An error of Stripe's form, as the client understood it."""

    status: int
    kind: str
    code: str | None


class Client(Protocol):
    """The few calls of the scenario. Each answers with the object, or raises `Refused`."""

    name: str

    def create(self, what: str, params: dict[str, Any], key: str | None = None) -> dict[str, Any]:
        """Creates a `customers`, `products`, `prices` or `subscriptions`."""

    def read_subscription(self, subscription: str) -> dict[str, Any]: ...

    def update_subscription(self, subscription: str, params: dict[str, Any], key: str) -> dict[str, Any]: ...

    def preview(self, params: dict[str, Any]) -> dict[str, Any]: ...
