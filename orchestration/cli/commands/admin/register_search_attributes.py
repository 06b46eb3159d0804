"""The command `register-search-attributes`: prepare a Temporal namespace before the first order."""

import typer
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from orchestration.cli.connections import Connections, connections_from
from orchestration.cli.errors import UsageError
from orchestration.cli.exit_codes import ExitCode
from orchestration.cli.output.console import JsonOption, Output
from orchestration.cli.run import run_command
from orchestration.contracts.names import STATUS_SEARCH_ATTRIBUTE

_KEYWORD = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD
_NOT_ALLOWED = {RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.UNIMPLEMENTED, RPCStatusCode.UNAUTHENTICATED}


def register_search_attributes(context: typer.Context, as_json: JsonOption = False) -> None:
    """Register the search attribute OrderStatus (a Keyword) in the Temporal namespace; safe to repeat."""
    out = Output(as_json)
    run_command(out, _register(connections_from(context), out))


async def _register(connections: Connections, out: Output) -> ExitCode:
    async with connections.temporal() as client:
        added = await register(client)
        namespace = client.namespace
    done = "is registered now" if added else "was registered already"
    out.print(f"{STATUS_SEARCH_ATTRIBUTE} (Keyword) {done} in namespace {namespace}.")
    out.print_json({"namespace": namespace, "attribute": STATUS_SEARCH_ATTRIBUTE, "added": added})
    return ExitCode.OK


async def register(client: Client) -> bool:
    """Register the attribute; return False if it was registered before. Raises UsageError, RPCError."""
    try:
        if await _is_registered(client):
            return False
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(
                namespace=client.namespace, search_attributes={STATUS_SEARCH_ATTRIBUTE: _KEYWORD}
            )
        )
    except RPCError as error:
        if error.status is RPCStatusCode.ALREADY_EXISTS:
            return False
        if error.status in _NOT_ALLOWED:
            raise UsageError(
                "This Temporal service does not let search attributes be registered from here "
                f"({error.message}). Register {STATUS_SEARCH_ATTRIBUTE} as a Keyword with the service's own "
                "tools, such as the Temporal Cloud console."
            ) from error
        raise
    return True


async def _is_registered(client: Client) -> bool:
    answer = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace)
    )
    known = answer.custom_attributes.get(STATUS_SEARCH_ATTRIBUTE)
    if known is not None and known != _KEYWORD:
        raise UsageError(
            f"Namespace {client.namespace} has {STATUS_SEARCH_ATTRIBUTE} as "
            f"{IndexedValueType.Name(known)}; it must be a Keyword."
        )
    return known is not None
