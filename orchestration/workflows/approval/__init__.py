"""The approval inside a workflow: signals, timers, the card, notifications, and continue-as-new.

May import the domain and the contracts; knows neither orders' nor refunds' workflows.
"""
