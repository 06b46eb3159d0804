"""Encrypts Temporal's payloads before they leave a process; the Temporal server never has the keys."""

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
"""Value of the payload metadata `encoding`, as in Temporal's own samples."""
KEY_ID = "encryption-key-id"
"""Name of the payload metadata that holds the id of the key."""
NONCE_BYTES = 12
"""Length of the random nonce of AES-GCM, good for 2^32 payloads of one key (NIST SP 800-38D, 8.3)."""


class KeyMissing(SettingsWrong):
    """PAYLOAD_KEYS does not contain the key with which a payload was encrypted."""


class PayloadAltered(SettingsWrong):
    """An encrypted payload was altered, or PAYLOAD_KEYS has another key under its key id."""


class EncryptionCodec(PayloadCodec):
    """Encrypts with AES-256-GCM. Payloads stored before encryption was switched on stay readable."""

    def __init__(self, keyring: Keyring) -> None:
        self._current = keyring.current
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keyring.keys.items()}

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Encrypt each payload with its metadata, if there is a current key."""
        if self._current is None:
            return list(payloads)
        return [_encrypt(payload, self._current, self._ciphers[self._current]) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Decrypt the encrypted ones among the payloads. Raises KeyMissing, PayloadAltered."""
        return [self._decrypt(payload) for payload in payloads]

    def _decrypt(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != ENCODING:
            return payload
        key_id = payload.metadata.get(KEY_ID, b"").decode(errors="replace")
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            # The id comes from outside, so it is quoted and cut.
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
    """Return the data converter. With a keyring it encrypts payloads, error messages and stack traces."""
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
    # All unencrypted metadata of the payload. The workflow id cannot be included, because the Web UI sends
    # payloads for decryption without it.
    return ENCODING + b"\0" + key_id.encode()
