"""A client written from `sync/PROTOCOL.md` alone: it imports nothing of this project."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import httpx
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

Json = dict[str, Any]


def canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def hash_of(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def statement(kind: str, *parts: str | int) -> bytes:
    return json.dumps(["supervisor-tui/1", kind, *parts], ensure_ascii=False, separators=(",", ":")).encode()


def text_of(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def bytes_of(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def check(public: str, signature: str, data: bytes) -> None:
    """Raise unless the signature is that key's."""
    Ed25519PublicKey.from_public_bytes(bytes_of(public)).verify(bytes_of(signature), data)


@dataclass
class Client:
    """One device: what it has read and written, in memory."""

    address: str
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    joined: Json = field(default_factory=dict)
    place: Json = field(default_factory=lambda: {"log": "", "cursor": 0, "cursor_hash": ""})
    scope: Json = field(default_factory=dict)
    chains: dict[tuple[str, str], list[str]] = field(default_factory=dict)  # (ledger, device) -> hashes in order
    bodies: dict[str, Json] = field(default_factory=dict)  # hash of an entry -> its body
    receipts: list[Json] = field(default_factory=list)
    quarantined: dict[str, str] = field(default_factory=dict)  # hash of an entry -> why, of what was read
    unsent: list[tuple[Json, bytes, bytes]] = field(default_factory=list)

    @property
    def key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.secret)

    @property
    def public(self) -> str:
        return text_of(self.key.public_key().public_bytes_raw())

    def sign(self, *statement_parts: str) -> str:
        return text_of(self.key.sign(statement(*statement_parts)))

    def join(self, code: str) -> None:
        self._enter({"code": code, "device": "another program", "public_key": self.public, "protocol": 1})

    def succeed(self) -> None:
        """Go on as a new device, and write again in its chains what is unsent."""
        token, new = self.joined["token"], secrets.token_bytes(32)
        public = text_of(Ed25519PrivateKey.from_private_bytes(new).public_key().public_bytes_raw())
        signature = self.sign("succession", hash_of(token.encode()), public)
        again, self.unsent, self.secret = self.unsent, [], new
        self._enter({"succeeds": token, "device": "its successor", "public_key": public, "signature": signature})
        for head, raw, body in again:
            self._append(head["ledger"], head["kind"], head["record"], body, was=head.get("was") or hash_of(raw))

    def reattach(self) -> None:
        """Be taken up by a store that was restored from before this device was enrolled."""
        token = self.joined["token"]
        asked = {"returns": token, "device": "another program", "public_key": self.public}
        proof = {
            "certificate": self.joined["certificate"],
            "signature": self.sign("homecoming", hash_of(token.encode())),
        }
        self._enter(asked | proof)

    def _enter(self, asked: Json) -> None:
        self.joined = httpx.post(f"{self.address}/v1/join", json=asked).raise_for_status().json()
        said = self.joined["certificate"]
        parts = (self.joined["district"], said["device"], said["person"], said["key"], said["at"])
        check(self.joined["store_key"], said["sig"], statement("certificate", *parts))
        nonce = secrets.token_hex(16)
        health = httpx.get(f"{self.address}/v1/health", params={"nonce": nonce}).json()
        check(self.joined["store_key"], health["proof"], statement("hello", self.joined["district"], nonce))

    def write(self, ledger: str, kind: str, record: str, at: str, values: Json) -> str:
        """Write the next entry of this device in a ledger, to be sent by the next exchange."""
        salt = secrets.token_hex(16)
        body = canonical({"at": at, "by": self.joined["person"], "salt": salt, "set": values})
        return self._append(ledger, kind, record, body)

    def _append(self, ledger: str, kind: str, record: str, body: bytes, was: str = "") -> str:
        chain = self.chains.setdefault((ledger, self.joined["device"]), [])
        head = {
            "body": hash_of(body),
            "device": self.joined["device"],
            "kind": kind,
            "ledger": ledger,
            "prev": chain[-1] if chain else "",
            "record": record,
            "seq": len(chain) + 1,
            "v": 1,
        } | ({"was": was} if was else {})
        raw = canonical(head)
        chain.append(hash_of(raw))
        self.unsent.append((head, raw, body))
        return chain[-1]

    def upload(self, data: bytes, part: int = 256 * 1024) -> str:
        """Send an attachment in parts, from where the store stands; its name."""
        name = hashlib.sha256(data).hexdigest()
        asked = httpx.head(f"{self.address}/v1/blobs/{name}", headers=self._bearer)
        offset = int(asked.raise_for_status().headers["Upload-Offset"])
        while offset < len(data):
            sent = self.put(name, data[offset : offset + part], offset, len(data)).raise_for_status()
            offset = int(sent.headers["Upload-Offset"])
        return name

    def put(self, name: str, part: bytes, offset: int, size: int) -> httpx.Response:
        headers = self._bearer | {"Upload-Offset": str(offset), "Upload-Length": str(size)}
        return httpx.put(f"{self.address}/v1/blobs/{name}", content=part, headers=headers)

    def download(self, name: str) -> bytes:
        data = b""
        while True:
            asked = {"offset": str(len(data))}
            answer = httpx.get(f"{self.address}/v1/blobs/{name}", params=asked, headers=self._bearer).raise_for_status()
            data += answer.content
            if len(data) >= int(answer.headers["Upload-Length"]):
                return data

    @property
    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.joined['token']}"}

    def exchange(self) -> list[Json]:
        """Send what is unsent and read all that is new; every header of an answer."""
        answers = [self._ask(want=0)] if self.unsent else []
        while not answers or "cursor" not in answers[-1] or answers[-1].get("more") or len(answers) < 2:
            answers.append(self._ask(want=4 * 1024 * 1024))
            if not answers[-1].get("more"):
                break
        return answers

    def _ask(self, want: int) -> Json:
        header: Json = {"protocol": 1, **self.place, "scope": self.scope.get("version", ""), "want": want}
        lines: list[bytes] = []
        if want == 0:
            ends = {(head["ledger"], head["device"]): (head["seq"], hash_of(raw)) for head, raw, _ in self.unsent}
            header["seals"] = [self._seal(*chain, *end) for chain, end in ends.items()]
            header["clock"] = self.unsent[-1][2] and json.loads(self.unsent[-1][2])["at"]
            lines = [raw + b"\t" + body for _, raw, body in self.unsent]
        rest = b"\n".join(lines)
        header |= {"entries": len(lines), "digest": hashlib.sha256(rest).hexdigest()} if lines else {}
        message = zstandard.compress(json.dumps(header).encode() + b"\n" + rest)
        answer = httpx.post(
            f"{self.address}/v1/sync",
            content=message,
            headers={
                **self._bearer,
                "Content-Type": "application/x-ndjson",
                "Content-Encoding": "zstd",
                "Accept-Encoding": "zstd",
            },
        ).raise_for_status()
        first, _, rest = answer.content.partition(b"\n")
        said: Json = json.loads(first)
        got = rest.split(b"\n") if rest else []
        assert len(got) == said.get("entries", 0)
        assert not got or hashlib.sha256(rest).hexdigest() == said["digest"]
        self._take(said, got)
        if want == 0:
            self.unsent = []
        return said

    def _seal(self, ledger: str, device: str, seq: int, name: str) -> Json:
        data = statement("seal", self.joined["district"], ledger, device, seq, name)
        place = {"ledger": ledger, "device": device, "seq": seq, "hash": name}
        return place | {"sig": text_of(self.key.sign(data))}

    def _take(self, said: Json, lines: list[bytes]) -> None:
        for line in lines:
            raw, body, number, code = line.split(b"\t")
            head = json.loads(raw)
            assert canonical(head) == raw
            assert number.isdigit()
            chain = self.chains.setdefault((head["ledger"], head["device"]), [])
            assert (head["seq"], head["prev"]) == (len(chain) + 1, chain[-1] if chain else "")
            chain.append(hash_of(raw))
            if body:
                assert hash_of(body) == head["body"]
                self.bodies[chain[-1]] = json.loads(body)
            if code:
                self.quarantined[chain[-1]] = code.decode()
        district, store = self.joined["district"], self.joined["store_key"]
        certified = {}
        for each in said.get("certificates", []):
            parts = (district, each["device"], each["person"], each["key"], each["at"])
            check(store, each["sig"], statement("certificate", *parts))
            certified[each["device"]] = each["key"]
        for each in said.get("seals", []):
            parts = (district, each["ledger"], each["device"], each["seq"], each["hash"])
            check(certified[each["device"]], each["sig"], statement("seal", *parts))
            assert self.chains[each["ledger"], each["device"]][each["seq"] - 1] == each["hash"]
        for each in (*said.get("receipts", []), *said.get("witnessed", [])):
            names = ("ledger", "device", "seq", "hash", "log", "number", "at", "verdict")
            parts = (district, *(each[name] for name in names), each.get("code", ""))
            check(store, each["sig"], statement("receipt", *parts))
        self.receipts += said.get("receipts", [])
        if scope := said.get("scope"):
            bare = {name: value for name, value in scope.items() if name != "sig"}
            check(store, scope["sig"], statement("scope", district, scope["version"], hash_of(canonical(bare))))
            assert scope["person"] == self.joined["person"]
            self.scope = scope
        if "answers" in said:
            asked = [self.joined["device"], self.place["log"], self.place["cursor"], self.place["cursor_hash"], []]
            assert hashlib.sha256(canonical(asked)).hexdigest()[:16] == said["answers"]
        self.place = {"log": said["log"], "cursor": said.get("cursor", 0), "cursor_hash": said.get("cursor_hash", "")}
