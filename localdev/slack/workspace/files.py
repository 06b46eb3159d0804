"""Stores uploaded files. An app first gets an upload URL, then sends the bytes, then shares the file."""

import base64
import mimetypes
import secrets
import time
from pathlib import PurePath

from localdev.slack.errors import SlackError
from localdev.slack.workspace.models import File
from localdev.slack.workspace.state_file import RecordStore

LARGEST_BYTES = 8 << 20  # Slack allows 1 GB, which is too much for tests
# Only formats that cannot contain scripts, which an SVG can.
PICTURES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}


class Files:
    """The files and their bytes, which are kept in the state file."""

    def __init__(self, records: RecordStore) -> None:
        self._records = records
        self._announced: dict[str, File] = {}  # by the secret of the upload address
        self._bytes: dict[str, bytes] = {}
        self.known: dict[str, File] = {}
        for body in records.load("file"):
            file = File.model_validate_json(body)
            self.known[file.id] = file
        for body in records.load("file_bytes"):
            file_id, _, content = body.partition(" ")
            self._bytes[file_id] = base64.b64decode(content)

    def announce(self, user: str, name: str, length: int, alt_text: str = "") -> tuple[File, str]:
        """Return a file that will be uploaded, and the secret in its upload URL. `length` is in bytes."""
        file = _described(user, name, length, alt_text)
        secret = secrets.token_urlsafe(24)
        self._announced[secret] = file
        return file, secret

    def receive(self, secret: str, content: bytes) -> File | None:
        """Store the bytes of an announced file. Return None for an unknown secret or the wrong length."""
        announced = self._announced.get(secret)
        if announced is None or len(content) != announced.size:
            return None
        del self._announced[secret]
        return self._keep(announced, content)

    def add(self, user: str, name: str, content: bytes) -> File:
        """Store a file that a person uploads."""
        return self._keep(_described(user, name, len(content)), content)

    def titled(self, file_id: str, title: str | None) -> File:
        """Set the title of an uploaded file. Raises `file_not_found` if its bytes were not uploaded."""
        if file_id not in self._bytes:
            raise SlackError("file_not_found")
        file = self.known[file_id]
        if title:
            file = file.model_copy(update={"title": title})
            self.known[file_id] = file
            self._records.put("file", file_id, file)
        return file

    def content(self, file_id: str) -> bytes | None:
        """Return the bytes of a file."""
        return self._bytes.get(file_id)

    def _keep(self, file: File, content: bytes) -> File:
        mimetype = picture_type(content) or _harmless(file.mimetype)
        file = file.model_copy(update={"mimetype": mimetype})
        self.known[file.id] = file
        self._bytes[file.id] = content
        self._records.put("file", file.id, file)
        self._records.put_text("file_bytes", file.id, f"{file.id} {base64.b64encode(content).decode()}")
        return file


def picture_type(content: bytes) -> str | None:
    """Return the MIME type of a picture by its first bytes; None for other files."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for start, kind in PICTURES.items() if content.startswith(start)), None)


def _harmless(mimetype: str) -> str:
    """Return the type, or `application/octet-stream` for a file that is named like a picture but is none."""
    return "application/octet-stream" if mimetype.startswith("image/") else mimetype


def _described(user: str, name: str, size: int, alt_text: str = "") -> File:
    mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return File(
        id=f"F{secrets.token_hex(5).upper()}",
        name=name,
        title=name,
        mimetype=mimetype,
        filetype=PurePath(name).suffix.removeprefix(".").lower() or "binary",
        size=size,
        user=user,
        created=int(time.time()),
        alt_text=alt_text,
    )
