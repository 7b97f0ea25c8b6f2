"""Proves that the checker can fail: sound exchanges must pass, the same ones with a planted mistake must not."""

import copy

PRICE = {
    "id": "price_1", "object": "price", "active": True, "billing_scheme": "per_unit", "created": 1700000000,
    "currency": "chf", "livemode": False, "metadata": {}, "product": "prod_1", "type": "recurring", "unit_amount": 9000,
    "recurring": {"interval": "month", "interval_count": 1, "meter": None, "trial_period_days": None, "usage_type": "licensed"},
}
ITEM = {
    "id": "si_1", "object": "subscription_item", "created": 1700000000, "current_period_end": 1702592000,
    "current_period_start": 1700000000, "discounts": [], "metadata": {}, "price": PRICE, "quantity": 3,
    "subscription": "sub_1",
}
UPDATE = {
    "method": "POST", "path": "/v1/subscription_items/si_1", "query": "",
    "form": "quantity=3&proration_behavior=always_invoice&proration_date=1700000100&expand[]=price",
    "status": 200, "body": ITEM,
}
SUBSCRIPTION = {
    "method": "POST", "path": "/v1/subscriptions/sub_1", "query": "",
    "form": "items[0][id]=si_1&items[0][quantity]=3&payment_behavior=error_if_incomplete&metadata[fi_op]=1&off_session=true",
    "status": 402, "body": {"error": {"type": "card_error", "code": "card_declined", "message": "Your card was declined."}},
}
LIST = {
    "method": "GET", "path": "/v1/subscription_items", "query": "subscription=sub_1&limit=3", "form": "", "status": 200,
    "body": {"object": "list", "data": [ITEM], "has_more": False, "url": "/v1/subscription_items"},
}


def changed(exchange: dict, **fields) -> dict:
    return {**copy.deepcopy(exchange), **fields}


def answered(**fields) -> dict:
    return changed(UPDATE, body={**ITEM, **fields})


SOUND = {"item update": UPDATE, "declined subscription update": SUBSCRIPTION, "list": LIST}
PLANTED = {
    "a misspelt proration_behaviour": changed(UPDATE, form="quantity=3&proration_behaviour=always_invoice"),
    "a word that is no proration_behavior": changed(UPDATE, form="quantity=3&proration_behavior=immediately"),
    "a quantity that is no integer": changed(UPDATE, form="quantity=three"),
    "a misspelt field deep in a form": changed(SUBSCRIPTION, form="items[0][id]=si_1&items[0][quanttity]=3"),
    "a misspelt query parameter": changed(LIST, query="subscription=sub_1&limits=3"),
    "a missing query parameter": changed(LIST, query="limit=3"),
    "an answer's quantity as a text": answered(quantity="3"),
    "an answer's null where none may be": answered(current_period_end=None),
    "an answer's price that is not complete": answered(price={"id": "price_1", "object": "price"}),
    "an answer without its id": changed(UPDATE, body={key: value for key, value in ITEM.items() if key != "id"}),
    "an error of no known type": changed(SUBSCRIPTION, body={"error": {"type": "some_error", "message": "no"}}),
    "an answer that is not JSON": changed(UPDATE, body=None),
    "a path that Stripe does not have": changed(UPDATE, path="/v1/subscription_item/si_1"),
}


def self_test(checker) -> int:
    """0 if every sound exchange passes and every planted mistake is found."""
    wrong = 0
    for name, exchange in SOUND.items():
        found = checker.violations(exchange)
        wrong += bool(found)
        print(f"{'ok    ' if not found else 'WRONG '} passes: {name}", *found, sep="\n         ")
    for name, exchange in PLANTED.items():
        found = checker.violations(exchange)
        wrong += not found
        print(f"{'ok    ' if found else 'WRONG '} found: {name}", *found, sep="\n         ")
    print(f"{len(SOUND) + len(PLANTED) - wrong} passed, {wrong} failed")
    return 1 if wrong else 0
