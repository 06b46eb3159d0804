"""Makes the clients of the Web API and of response_urls, with a time limit and without retries."""

import ipaddress
from urllib.parse import urlsplit

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

HTTP_TIME_LIMIT = 4
"""Seconds for one whole call. A post that got no answer can still reach Slack within this time."""


def build_client(token: str, api_url: str) -> AsyncWebClient:
    """Make the Web API client.

    Retries are off: slack_sdk would repeat a post after a dropped connection, and so post the message twice.
    """
    client = AsyncWebClient(token, base_url=api_url, timeout=HTTP_TIME_LIMIT, retry_handlers=[])
    if is_loopback(api_url):
        # slack_sdk uses HTTPS_PROXY for every URL, also for those of this machine.
        client.proxy = None
    return client


def build_webhook(url: str) -> AsyncWebhookClient:
    """Make the client for one response_url."""
    client = AsyncWebhookClient(url, timeout=HTTP_TIME_LIMIT, retry_handlers=[])
    if is_loopback(url):
        client.proxy = None
    return client


def is_loopback(url: str) -> bool:
    """Return whether the URL points at this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_slack_url(url: str, api_url: str) -> bool:
    """Return whether the URL is Slack's, or that of the server at `api_url`.

    Without this check a payload could make the bot call any server.
    """
    try:
        parts, api = urlsplit(url), urlsplit(api_url)
    except ValueError:
        return False
    if parts.netloc == api.netloc:
        return parts.scheme == api.scheme
    return parts.scheme == "https" and (parts.hostname or "").endswith((".slack.com", ".slack-gov.com"))
