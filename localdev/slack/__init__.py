"""A Slack workspace on this machine: the Web API, Socket Mode, and a page to be its people in a browser.

It speaks Slack's protocol and knows nothing about the apps that talk to it. See README.md.
"""
