"""Puts a host to a public validator of SCIM 2.0, and tells what it says.

`check.py BASE TOKEN MANDATE`: the address of SCIM, a service token, and the name of a mandate in which groups are made.
What the validator makes up for the name of a group is no role of a mandate, so it is given names that are. Written is a
JSON list of {"title", "status", "reason", "type"}.
"""

import json
import sys
import uuid

from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server

BASE, TOKEN, MANDATE = sys.argv[1:]


class Names(list):
    """Names of groups of the mandate, each another one."""

    def __getitem__(self, _):
        return f"{MANDATE}/{uuid.uuid4()}"


with Client(base_url=BASE, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60) as http:
    scim = SyncSCIMClient(http)
    scim.discover()
    scim.get_resource_model("Group").model_fields["display_name"].examples = Names([0])
    results = check_server(scim)

told = [
    {
        "title": result.title,
        "status": Status(result.status).name,
        "reason": str(result.reason or ""),
        "type": result.resource_type,
    }
    for result in results
]
json.dump(told, sys.stdout)
