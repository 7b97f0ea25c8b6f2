"""Stripe's library for Python, on Python's own HTTP client."""

from typing import Any, Callable

import stripe

from answer import Refused


class Library:
    name = f"stripe {stripe.VERSION}"

    def __init__(self, base: str, key: str) -> None:
        self._stripe = stripe.StripeClient(
            key, base_addresses={"api": base}, http_client=stripe.UrllibClient(), max_network_retries=0
        )

    def create(self, what: str, params: dict[str, Any], key: str | None = None) -> dict[str, Any]:
        return told(lambda: getattr(self._stripe.v1, what).create(params, options(key)))

    def read_subscription(self, subscription: str) -> dict[str, Any]:
        return told(lambda: self._stripe.v1.subscriptions.retrieve(subscription))

    def update_subscription(self, subscription: str, params: dict[str, Any], key: str) -> dict[str, Any]:
        return told(lambda: self._stripe.v1.subscriptions.update(subscription, params, options(key)))

    def preview(self, params: dict[str, Any]) -> dict[str, Any]:
        return told(lambda: self._stripe.v1.invoices.create_preview(params))


def options(key: str | None) -> dict[str, str]:
    return {"idempotency_key": key} if key else {}


def told(call: Callable[[], stripe.StripeObject]) -> dict[str, Any]:
    try:
        return call().to_dict()
    except stripe.StripeError as error:
        body = (error.json_body or {}).get("error", {})
        raise Refused(error.http_status or 0, body.get("type", ""), error.code) from error
