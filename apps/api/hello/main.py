"""Greets: GET /hello/{name}."""

import json


def handler(event, context):
    """Answers one request of an HTTP API (payload format 2.0)."""
    name = event["pathParameters"]["name"]
    headers = {"content-type": "application/json", "cache-control": "no-store"}
    return {"statusCode": 200, "headers": headers, "body": json.dumps({"hello": name})}
