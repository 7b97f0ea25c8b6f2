"""Says of webhooks whether they are signed as Standard Webhooks has it, by the scheme's own library.

Reads a JSON list of {"secret", "headers", "body"} and writes one of true and false.
"""

import json
import sys

from standardwebhooks import Webhook, WebhookVerificationError


def is_genuine(message):
    try:
        Webhook(message["secret"]).verify(message["body"], message["headers"])
    except WebhookVerificationError:
        return False
    return True


json.dump([is_genuine(message) for message in json.load(sys.stdin)], sys.stdout)
