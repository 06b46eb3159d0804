"""Parses DATABASE_URL, and keeps the password in it out of every message."""

from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import SplitResult, parse_qs, unquote, urlencode, urlsplit

from db.errors import DatabaseMisconfigured

EXAMPLE = "postgresql://user:password@host:5432/database"


@dataclass(frozen=True, slots=True)
class Target:
    """The database that a URL names. `url` and `secrets` hold the password; `where` can be shown."""

    url: str = field(repr=False)
    where: str
    database: str
    user: str
    secrets: tuple[str, ...] = field(repr=False)

    def redact(self, text: str) -> str:
        """Remove the URL and the password from a message of another program."""
        for secret in self.secrets:
            text = text.replace(secret, "***")
        return text


def parse(url: str) -> Target:
    """Parse a URL. Raises DatabaseMisconfigured, which never repeats the URL."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port or 5432
    except ValueError:
        raise DatabaseMisconfigured(f"DATABASE_URL is not a URL such as {EXAMPLE}") from None
    if parts.scheme not in {"postgres", "postgresql"}:
        raise DatabaseMisconfigured(
            f"DATABASE_URL does not start with postgresql://; write it like {EXAMPLE}"
        )
    rest = parts.path + parts.fragment + ("" if "@" in parts.netloc else parts.query)
    if "@" in rest:
        # Part of a password would be taken for the host or the database, and shown.
        raise DatabaseMisconfigured(
            "DATABASE_URL has an @ behind its host; in a password write @ / ? # as %40 %2F %3F %23"
        )
    database = unquote(parts.path.lstrip("/"))
    if not database:
        raise DatabaseMisconfigured(f"DATABASE_URL names no database; write it like {EXAMPLE}")
    query = parse_qs(parts.query)
    # As written in the URL, decoded, or among the options, as libpq allows.
    passwords = (parts.password, unquote(parts.password or ""), *query.get("password", []))
    host = parts.hostname or query.get("host", ["127.0.0.1"])[-1]
    return Target(
        url=url.strip(),
        where=host if host.startswith("/") else f"{host}:{port}",
        database=database,
        user=unquote(parts.username or ""),
        secrets=(url.strip(), *filter(None, passwords)),
    )


def for_dbmate(url: str) -> str:
    """Return the URL in dbmate's dialect: it asks for TLS unless told not to, and calls a socket `socket`."""
    parts = urlsplit(url)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    socket = query.get("host", "")
    if socket.startswith("/"):
        query["socket"] = query.pop("host")
    if socket.startswith("/") or _is_loopback(parts):
        query.setdefault("sslmode", "disable")
    options = f"?{urlencode(query)}" if query else ""
    return f"{parts.scheme}://{parts.netloc}{parts.path}{options}"


def _is_loopback(parts: SplitResult) -> bool:
    host = parts.hostname
    if host is None or host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
