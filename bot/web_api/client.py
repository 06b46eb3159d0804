"""The Web API client: one time limit, no retries of its own, and what follows from that."""

import ipaddress
from urllib.parse import urlsplit

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

HTTP_TIME_LIMIT = 4
"""Seconds for one call to Slack, all of it. A post without an answer can be in flight for as long."""


def build_client(token: str, api_url: str) -> AsyncWebClient:
    """Make the client. The SDK would repeat a post after a dropped connection, and so post it twice."""
    client = AsyncWebClient(token, base_url=api_url, timeout=HTTP_TIME_LIMIT, retry_handlers=[])
    if is_loopback(api_url):
        # The SDK sends everything through HTTPS_PROXY, even to this very machine.
        client.proxy = None
    return client


def build_webhook(url: str) -> AsyncWebhookClient:
    """Make a client for one response_url."""
    client = AsyncWebhookClient(url, timeout=HTTP_TIME_LIMIT, retry_handlers=[])
    if is_loopback(url):
        client.proxy = None
    return client


def is_loopback(url: str) -> bool:
    """Whether the URL points at this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_of_slack(url: str, api_url: str) -> bool:
    """Whether the URL is of Slack, or of whatever stands in for it: no payload makes the bot call others."""
    try:
        parts, ours = urlsplit(url), urlsplit(api_url)
    except ValueError:
        return False
    if parts.netloc == ours.netloc:
        return parts.scheme == ours.scheme
    return parts.scheme == "https" and (parts.hostname or "").endswith((".slack.com", ".slack-gov.com"))
