"""The methods of the Web API, one module for each family.

May import what `webapi` may import; of `webapi` itself `call`, `paging`, `arguments` and `rate_limits`.
"""
