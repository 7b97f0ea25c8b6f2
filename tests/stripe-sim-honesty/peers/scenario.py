"""What both clients are asked to do, and what must come of it."""

from typing import Any, Callable

from answer import Client, Refused
from simulator import Simulator


def run(client: Client, sim: Simulator) -> list[str]:
    """Runs the scenario and names what was seen, step by step.

    Raises AssertionError for what is not as Stripe documents it.
    """
    seen = []
    customer = client.create("customers", {"name": "Muster AG"})["id"]
    product = client.create("products", {"name": "Instance"})["id"]
    price = client.create(
        "prices",
        {"product": product, "currency": "chf", "unit_amount": 9000, "recurring": {"interval": "month"}},
    )["id"]
    new = {"customer": customer, "items": [{"price": price, "quantity": 1}]}
    created = client.create("subscriptions", new, key(client, "create"))
    subscription, item = created["id"], item_of(created)["id"]
    same("a new subscription", (created["status"], quantity(created)), ("active", 1))
    seen.append("created")

    same("what was created can be read", quantity(client.read_subscription(subscription)), 1)
    seen.append("read")

    three = {"items": [{"id": item, "quantity": 3}], "proration_behavior": "create_prorations"}
    same("the new quantity", quantity(client.update_subscription(subscription, three, key(client, "three"))), 3)
    seen.append("updated")

    executed = sim.executed()
    again = client.update_subscription(subscription, three, key(client, "three"))
    same("a replay answers the same", quantity(again), 3)
    same("a replay is not executed", sim.executed(), executed)
    seen.append("replayed")

    four = {"items": [{"id": item, "quantity": 4}], "proration_behavior": "create_prorations"}
    mismatch = refusal(lambda: client.update_subscription(subscription, four, key(client, "three")))
    same("other parameters under a used key", (mismatch.status, mismatch.kind), (400, "idempotency_error"))
    seen.append("mismatch refused")

    details = {"items": [{"id": item, "quantity": 4}], "proration_behavior": "always_invoice"}
    preview = client.preview({"subscription": subscription, "subscription_details": details})
    lines = [line for line in preview["lines"]["data"] if line["parent"]["subscription_item_details"]["proration"]]
    assert lines and preview["currency"] == "chf", f"a preview without prorations: {preview}"
    # Three more instances than were paid for, for what is left of the period: at most three whole prices.
    total = sum(line["amount"] for line in lines)
    assert 0 < total <= 3 * 9000, f"the preview's prorations come to {total}"
    same("a preview changes nothing", quantity(client.read_subscription(subscription)), 3)
    seen.append("previewed")

    sim.card(customer, "declined")
    paid = {**four, "proration_behavior": "always_invoice", "payment_behavior": "error_if_incomplete"}
    declined = refusal(lambda: client.update_subscription(subscription, paid, key(client, "declined")))
    same("a declined card", (declined.status, declined.kind, declined.code), (402, "card_error", "card_declined"))
    same("a declined update is not applied", quantity(client.read_subscription(subscription)), 3)
    sim.card(customer, "ok")
    seen.append("declined")
    return seen


def key(client: Client, step: str) -> str:
    return f"{type(client).__name__}-{step}"


def item_of(subscription: dict[str, Any]) -> dict[str, Any]:
    return subscription["items"]["data"][0]


def quantity(subscription: dict[str, Any]) -> int:
    return item_of(subscription)["quantity"]


def refusal(call: Callable[[], Any]) -> Refused:
    try:
        answered = call()
    except Refused as refused:
        return refused
    raise AssertionError(f"it was not refused: {answered}")


def same(what: str, found: Any, expected: Any) -> None:
    assert found == expected, f"{what}: {found!r} instead of {expected!r}"
