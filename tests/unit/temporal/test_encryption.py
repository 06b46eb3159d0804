"""Payloads are encrypted, each key of the ring decrypts its own, and altered payloads are refused."""

import base64
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.exceptions import ApplicationError

from orchestration.keyring import CLEAR, Keyring, new_entry, parse_keyring
from orchestration.settings import PayloadSettings, SettingsWrong, load
from orchestration.temporal.encryption import (
    ENCODING,
    KEY_ID,
    EncryptionCodec,
    KeyMissing,
    PayloadAltered,
    data_converter,
)

OLD, NEW = new_entry("2026-05"), new_entry("2026-11")
PLAIN = Payload(metadata={"encoding": b"json/plain"}, data=b'"Nordwind GmbH"')


def ring(*entries: str) -> Keyring:
    return parse_keyring(",".join(entries))


def codec(*entries: str) -> EncryptionCodec:
    return EncryptionCodec(ring(*entries))


payloads = st.builds(
    Payload,
    metadata=st.dictionaries(st.text(max_size=20), st.binary(max_size=20), max_size=3),
    data=st.binary(max_size=200),
)


@given(st.lists(payloads, max_size=4))
async def test_what_is_encrypted_comes_back(given: list[Payload]) -> None:
    """Data and metadata, in order; neither stands in what Temporal stores."""
    both = codec(NEW)
    stored = await both.encode(given)
    assert await both.decode(stored) == given
    for before, after in zip(given, stored, strict=True):
        assert dict(after.metadata) == {"encoding": ENCODING, KEY_ID: b"2026-11"}
        # Shorter ones can be there by chance.
        assert len(before.data) < 6 or before.data not in after.data


async def test_the_same_twice_is_not_the_same_ciphertext() -> None:
    """Nobody sees that two orders are for the same customer."""
    first, second = await codec(NEW).encode([PLAIN, PLAIN])
    assert first.data != second.data


async def test_after_a_rotation_the_first_key_encrypts_and_both_decrypt() -> None:
    """Histories of the old key stay readable."""
    [stored] = await codec(OLD).encode([PLAIN])
    rotated = codec(NEW, OLD)
    assert await rotated.decode([stored]) == [PLAIN]
    [anew] = await rotated.encode([PLAIN])
    assert anew.metadata[KEY_ID] == b"2026-11"
    assert await codec(NEW).decode([anew]) == [PLAIN]


async def test_what_was_never_encrypted_stays_readable() -> None:
    """Switching it on does not lock anybody out."""
    assert await codec(NEW).decode([PLAIN]) == [PLAIN]


async def test_written_in_clear_and_read_with_keys() -> None:
    """Between: every process learns to read before the first one writes, and the other way round."""
    [stored] = await codec(NEW).encode([PLAIN])
    between = codec(CLEAR, NEW)
    assert await between.encode([PLAIN]) == [PLAIN]
    assert await between.decode([stored]) == [PLAIN]


async def test_a_missing_key_is_named() -> None:
    """By its id: that is what has to be put back."""
    [stored] = await codec(OLD).encode([PLAIN])
    with pytest.raises(KeyMissing, match="PAYLOAD_KEYS has no key '2026-05'"):
        await codec(NEW).decode([stored])


def _changed(payload: Payload, data: bytes | None = None, key_id: bytes | None = None) -> Payload:
    metadata = dict(payload.metadata) | ({} if key_id is None else {KEY_ID: key_id})
    return Payload(metadata=metadata, data=payload.data if data is None else data)


@given(st.data())
async def test_altered_ciphertext_is_refused(data: st.DataObject) -> None:
    """Any bit of the nonce, the text or its seal; and any cut."""
    [stored] = await codec(NEW).encode([PLAIN])
    position = data.draw(st.integers(0, len(stored.data) - 1))
    bit = 1 << data.draw(st.integers(0, 7))
    flipped = bytes([*stored.data[:position], stored.data[position] ^ bit, *stored.data[position + 1 :]])
    for altered in (flipped, stored.data[:position]):
        with pytest.raises(PayloadAltered, match="2026-11"):
            await codec(NEW).decode([_changed(stored, altered)])


async def test_altered_metadata_is_refused() -> None:
    """The id of another key, even of one with the same bytes: it is part of what is sealed."""
    [stored] = await codec(NEW, OLD).encode([PLAIN])
    with pytest.raises(PayloadAltered):
        await codec(NEW, OLD).decode([_changed(stored, key_id=b"2026-05")])
    renamed = codec(f"other:{NEW.partition(':')[2]}")
    with pytest.raises(PayloadAltered):
        await renamed.decode([_changed(stored, key_id=b"other")])
    with pytest.raises(KeyMissing):
        await codec(NEW).decode([_changed(stored, key_id=b"\xff" * 1000)])


async def test_another_key_under_the_same_id_is_said() -> None:
    """As happens where each machine made its own."""
    [stored] = await codec(NEW).encode([PLAIN])
    with pytest.raises(PayloadAltered, match="another key under that id"):
        await codec(new_entry("2026-11")).decode([stored])


async def test_messages_and_stacks_of_failures_are_encrypted() -> None:
    """They quote what an activity was given."""
    converter = data_converter(ring(NEW))
    failure = Failure()
    try:
        raise ApplicationError("card of Nordwind declined", "4711", type="PaymentDeclined")
    except ApplicationError as error:
        await converter.encode_failure(error, failure)
    assert b"Nordwind" not in failure.SerializeToString()
    assert b"test_messages_and_stacks" not in failure.SerializeToString()
    assert b"4711" not in failure.SerializeToString()
    # Retry policies go by it.
    assert failure.application_failure_info.type == "PaymentDeclined"
    back = await converter.decode_failure(failure)
    assert isinstance(back, ApplicationError)
    assert (back.message, list(back.details)) == ("card of Nordwind declined", ["4711"])


@pytest.mark.parametrize("keyring", [None, ring(CLEAR, NEW)])
async def test_without_a_key_to_encrypt_with_failures_are_as_they_were(keyring: Keyring | None) -> None:
    """Processes of the release before read them."""
    failure = Failure()
    await data_converter(keyring).encode_failure(ApplicationError("declined"), failure)
    assert failure.message == "declined"


_KEY = base64.b64encode(b"k" * 32).decode()
_SHORT = base64.b64encode(b"k" * 16).decode()


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([_KEY], "entry 1 is not of the form id:base64"),
        (["a:" + _SHORT], "entry 1: the key has 16 bytes, and must have 32"),
        (["a:" + _KEY[:-2] + "*="], "entry 1: the key is not base64"),
        (["a:" + _KEY, "a:" + base64.b64encode(b"z" * 32).decode()], "entry 2 has the id of an entry"),
        (["a:" + _KEY, "b:" + _KEY], "entry 2 is the same key as an entry"),
        ([f"{_KEY}:a"], "entry 1: an id is 1 to 32 letters"),
        (["a:" + _KEY, ""], "entry 2 is not of the form id:base64"),
        ([CLEAR], "no key"),
        (["a:" + _KEY, CLEAR], "entry 2 is not of the form id:base64"),
    ],
)
def test_wrong_keys_are_described_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, entries: Sequence[str], said: str
) -> None:
    """A log keeps what it is given."""
    monkeypatch.setenv("PAYLOAD_KEYS", ",".join(entries))
    with pytest.raises(SettingsWrong, match=f"PAYLOAD_KEYS: .*{said}") as wrong:
        load(PayloadSettings)
    for piece in (_KEY[:12], _SHORT[:12], "kkkk"):
        assert piece not in str(wrong.value)
        assert piece not in repr(wrong.value)


def test_keys_show_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not in the settings, the keyring, the codec or the converter."""
    monkeypatch.setenv("PAYLOAD_KEYS", f"{NEW},{OLD}")
    settings = load(PayloadSettings)
    keyring = settings.keyring()
    assert keyring is not None
    shown = " ".join(map(repr, (settings, keyring, EncryptionCodec(keyring), data_converter(keyring))))
    for entry in (NEW, OLD):
        key = entry.partition(":")[2]
        assert key not in shown
        assert repr(base64.b64decode(key))[2:-1] not in shown


def test_an_empty_setting_switches_it_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """As docker compose passes one that is not set."""
    monkeypatch.setenv("PAYLOAD_KEYS", "")
    assert load(PayloadSettings).keyring() is None
