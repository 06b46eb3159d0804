"""Payloads of Temporal are encrypted before they leave a process; the server never has the keys."""

import os
from collections.abc import Sequence
from dataclasses import replace

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from google.protobuf.message import DecodeError
from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import (
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    PayloadCodec,
)

from orchestration.keyring import Keyring
from orchestration.settings import SettingsWrong

ENCODING = b"binary/encrypted"
"""Value of the metadata `encoding`, the one that Temporal's own samples use."""
KEY_ID = "encryption-key-id"
"""Name of the metadata that says which key it was."""
NONCE_BYTES = 12
"""What AES-GCM is specified for. Random: good for 2^32 payloads of one key (NIST SP 800-38D, 8.3)."""


class KeyMissing(SettingsWrong):
    """PAYLOAD_KEYS lacks the key that a payload was encrypted with."""


class PayloadAltered(SettingsWrong):
    """A payload is not what was encrypted, or the key under this id is another one."""


class EncryptionCodec(PayloadCodec):
    """AES-256-GCM. What was stored before it was switched on is not encrypted, and stays readable."""

    def __init__(self, keyring: Keyring) -> None:
        self._current = keyring.current
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keyring.keys.items()}

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Encrypt each, its metadata included, if there is a key to encrypt with."""
        if self._current is None:
            return list(payloads)
        return [_encrypt(payload, self._current, self._ciphers[self._current]) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Decrypt those that are encrypted. Raises KeyMissing, PayloadAltered."""
        return [self._decrypt(payload) for payload in payloads]

    def _decrypt(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != ENCODING:
            return payload
        key_id = payload.metadata.get(KEY_ID, b"").decode(errors="replace")
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            # It comes from outside: quoted and cut.
            raise KeyMissing(f"PAYLOAD_KEYS has no key {key_id[:40]!r}, which a payload was encrypted with")
        nonce, sealed = payload.data[:NONCE_BYTES], payload.data[NONCE_BYTES:]
        try:
            return Payload.FromString(cipher.decrypt(nonce, sealed, _associated(key_id)))
        except (InvalidTag, ValueError, DecodeError):
            raise PayloadAltered(
                f"a payload encrypted with the key {key_id!r} was altered, or PAYLOAD_KEYS has another key "
                "under that id"
            ) from None


def data_converter(keyring: Keyring | None) -> DataConverter:
    """Return the converter of all our processes; with keys it encrypts, error messages and stacks as well."""
    if keyring is None:
        return pydantic_data_converter
    converter = replace(pydantic_data_converter, payload_codec=EncryptionCodec(keyring))
    if keyring.current is None:
        return converter
    return replace(converter, failure_converter_class=DefaultFailureConverterWithEncodedAttributes)


def _encrypt(payload: Payload, key_id: str, cipher: AESGCM) -> Payload:
    nonce = os.urandom(NONCE_BYTES)
    sealed = cipher.encrypt(nonce, payload.SerializeToString(), _associated(key_id))
    return Payload(metadata={"encoding": ENCODING, KEY_ID: key_id.encode()}, data=nonce + sealed)


def _associated(key_id: str) -> bytes:
    # All that stands in clear beside the ciphertext. Not the workflow: the Web UI asks for payloads without
    # saying whose they are.
    return ENCODING + b"\0" + key_id.encode()
