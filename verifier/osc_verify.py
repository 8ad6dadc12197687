#!/usr/bin/env python3
"""Check a bundle of evidence records anywhere, trusting nobody but mathematics.

    python3 osc_verify.py BUNDLE [--checkpoint NOTE]... [--anchor CODE]...

BUNDLE is a folder or a .zip. A note or an anchor code from paper makes the check
stronger: it shows that the log still begins as it did when the paper was printed.
Needs Python 3.9 or newer and the package "cryptography"; nothing else.

Exit 0: everything holds. 1: something does not hold. 2: this is no bundle.
Formats: RFC 8785, RFC 6962, RFC 8032, C2SP tlog-checkpoint, tlog-cosignature, tlog-proof.
"""

import argparse
import base64
import hashlib
import json
import re
import struct
import sys
import zipfile
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

MOST_FILES, MOST_BYTES, MOST_ENTRY = 200_000, 2 << 30, 65_535
STMT = {"actor", "claimed", "commit", "kind", "role", "sprev", "sseq", "stream", "v"}
ENTRY = {"at", "log", "n", "prev", "sig", "stmt", "v"}

class Wrong(Exception):
    """Something does not hold; the message says what and where."""

def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()

def need(condition, says):
    if not condition:
        raise Wrong(says)

def b64(text, size=None):
    raw = base64.b64decode(text, validate=True)
    need(base64.b64encode(raw).decode() == text and size in (None, len(raw)), "a value is not of its form")
    return raw

def canonical(value):
    how = {"sort_keys": True, "separators": (",", ":"), "ensure_ascii": False, "allow_nan": False}
    return json.dumps(value, **how).encode()

def strict(raw):
    """JSON in its one canonical form; anything else is refused."""

    def whole(text):
        need(len(text) < 18 and abs(int(text)) < 1 << 53, "a number is too large")
        return int(text)
    def never(_text):
        raise Wrong("a number is not a whole one")
    found = json.loads(raw, parse_int=whole, parse_float=never, parse_constant=never)
    need(canonical(found) == raw, "something is not in its one canonical form")
    return found

def load(path):
    """Every file of the bundle by its name, with what is hostile refused."""
    found = {}
    if path.is_dir():
        items = [p for p in sorted(path.rglob("*")) if p.is_file() and not p.is_symlink()]
        found = {item.relative_to(path).as_posix(): item.read_bytes() for item in items}
    else:
        with zipfile.ZipFile(path) as archive:
            infos = [i for i in archive.infolist() if not i.is_dir()]
            fits = len(infos) <= MOST_FILES and sum(i.file_size for i in infos) <= MOST_BYTES
            need(fits, "the bundle is too large")
            for info in infos:
                name = info.filename
                safe = not name.startswith("/") and ".." not in name.split("/")
                need(safe and "\\" not in name, "a file's name leads out of the bundle")
                need(name not in found, "a file stands in the bundle twice")
                found[name] = archive.read(info)
    tops = {name.split("/")[0] for name in found}
    if "manifest.json" not in found and len(tops) == 1:
        found = {name.split("/", 1)[1]: raw for name, raw in found.items()}
    need("manifest.json" in found, "there is no manifest.json: this is no bundle")
    return found

def read_vkey(line):
    parts = line.split("+", 2)
    need(len(parts) == 3, "a verifier key is not of its form")
    name, ident, typed = parts[0], parts[1], b64(parts[2])
    need(len(typed) == 33 and typed[0] in (1, 4), "a verifier key is of no known type")
    need(sha(f"{name}\n".encode(), typed)[:4].hex() == ident, f"the key id of {name} is wrong")
    return name, bytes.fromhex(ident), typed[0], typed[1:]

def read_policy(raw):
    """The log's key, the witnesses' keys, groups and the quorum."""
    log, witnesses, groups, quorum = None, {}, {}, "none"
    for line in raw.decode().splitlines():
        words = line.split("#")[0].split()
        if not words:
            continue
        if words[0] == "log" and len(words) == 2:
            log = (words[1], read_vkey(words[1]))
        elif words[0] == "witness" and len(words) == 3:
            witnesses[words[1]] = read_vkey(words[2])
        elif words[0] == "group" and len(words) > 3:
            groups[words[1]] = (words[2], words[3:])
        elif words[0] == "quorum" and len(words) == 2:
            quorum = words[1]
        else:
            raise Wrong("policy.txt has a line that means nothing")
    need(log is not None, "policy.txt names no log")
    return log, witnesses, groups, quorum

def met(name, groups, seen):
    if name not in groups:
        return name == "none" or name in seen
    count, members = groups[name]
    wanted = {"any": 1, "all": len(members)}.get(count) or int(count)
    return sum(met(member, groups, seen) for member in members) >= wanted

def read_note(raw):
    text, found, signed = raw.decode().rpartition("\n\n")
    lines = text.split("\n")
    need(found and len(lines) == 3, "a checkpoint is not of its form")
    need(re.fullmatch(r"0|[1-9][0-9]{0,17}", lines[1]), "a checkpoint's size is no number")
    sigs = []
    for line in signed.splitlines():
        parts = line.split(" ")
        need(len(parts) == 3 and parts[0] == "\u2014", "a signature line is not of its form")
        raw_sig = b64(parts[2])
        sigs.append((parts[1], raw_sig[:4], raw_sig[4:]))
    return lines[0], int(lines[1]), b64(lines[2], 32), text + "\n", sigs

def check_note(raw, log):
    """A checkpoint the log's own key signed: size, root, text and all signatures."""
    name, ident, kind, key = log[1]
    origin, size, root, text, sigs = read_note(raw)
    need(origin == name and kind == 1, "a checkpoint is of another log")
    ours = [sig for who, kid, sig in sigs if (who, kid) == (name, ident)]
    need(ours, f"the log's key did not sign the checkpoint of {size} entries")
    for sig in ours:
        verify(key, sig, text.encode(), f"the log's signature under {size} entries is false")
    return size, root, text, sigs

def verify(key, sig, message, says):
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(sig, message)
    except (InvalidSignature, ValueError) as error:
        raise Wrong(says) from error

def cosigned(text, sigs, witnesses):
    """The witnesses that signed this checkpoint, with the times they saw it."""
    seen = {}
    for name, (keyname, ident, kind, key) in witnesses.items():
        for who, kid, sig in sigs:
            if (who, kid) == (keyname, ident) and kind == 4:
                need(len(sig) == 72, f"the cosignature of {name} is not of its form")
                at = struct.unpack(">Q", sig[:8])[0]
                message = f"cosignature/v1\ntime {at}\n{text}".encode()
                verify(key, sig[8:], message, f"the cosignature of {name} is false")
                seen[name] = at
    return seen

def anchor(text):
    code = base64.b32encode(sha(b"osc-anchor/v1\n", text.encode())).decode()[:25]
    return "-".join(code[at : at + 5] for at in range(0, 25, 5))

def root_of(leaves):
    """The root of a tree (RFC 6962 section 2.1), growing its right edge."""
    edge = []
    for number, leaf in enumerate(leaves):
        node, count = leaf, number
        while count & 1:
            node, count = sha(b"\x01", edge.pop(), node), count >> 1
        edge.append(node)
    node = edge.pop() if edge else sha()
    while edge:
        node = sha(b"\x01", edge.pop(), node)
    return node

def climb(at, last, node, path, says):
    """Up a tree along a path (RFC 9162 section 2.1): the old root and the new one."""
    first = second = node
    for part in path:
        need(last > 0, says)
        if at & 1 or at == last:
            first, second = sha(b"\x01", part, first), sha(b"\x01", part, second)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            second = sha(b"\x01", second, part)
        at, last = at >> 1, last >> 1
    need(last == 0, says)
    return first, second

def check_consistency(old, old_root, new, new_root, proof, says):
    """RFC 9162 section 2.1.4.2."""
    need(0 < old < new and proof, says)
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    need(climb(at, last, path[0], path[1:], says) == (old_root, new_root), says)

def read_entry(raw, origin):
    need(len(raw) <= MOST_ENTRY, "an entry is too long")
    entry = strict(raw)
    need(isinstance(entry, dict) and set(entry) == ENTRY, "an entry is not of its form")
    stmt = entry["stmt"]
    parts = set(stmt) if isinstance(stmt, dict) else set()
    need(STMT <= parts <= STMT | {"blob", "refs"}, "a statement is not of its form")
    need(entry["log"] == origin and entry["v"] == stmt["v"] == 1, f"entry {entry['n']} is of another log")
    need(type(entry["n"]) is int and type(stmt["sseq"]) is int, "a number is not one")
    need(isinstance(entry["at"], str) and len(entry["at"]) == 27, "a time is not of its form")
    need((stmt["sseq"] == 0) == (stmt["sprev"] is None), "a stream's first entry is not")
    return entry, stmt

def check_signatures(entry, stmt, actors):
    """Every signature holds; says whether a security key is among them."""
    n, sigs = entry["n"], entry["sig"]
    need(isinstance(sigs, list) and sigs, f"entry {n} is not signed")
    need(sigs[0].get("kid") == stmt["actor"], f"entry {n} is not signed by its actor")
    need(sigs[0].get("alg") == "ed25519", f"entry {n} lacks its actor's own signature")
    message = f"osc-stmt/v1\n{entry['log']}\n".encode() + canonical(stmt)
    for one in sigs:
        known = actors.get(one.get("kid"))
        need(known, f"entry {n} is signed by a key that actors.json does not name")
        key, gone = b64(known["public_key"]), known["revoked"]
        need(one["kid"] == "k:" + sha(key).hex()[:32], f"a key in actors.json is not {one['kid']}")
        need(known["alg"] == one["alg"], f"entry {n} names the wrong kind of key")
        need(known["registered"] <= n, f"entry {n} is signed before its key was registered")
        need(gone is None or n < gone, f"entry {n} is signed after its key was revoked")
        if one["alg"] == "ed25519":
            verify(key, b64(one["s"], 64), message, f"the signature of entry {n} is false")
        else:
            check_assertion(one, key, sha(message), n)
    return len({one["alg"] for one in sigs}) > 1

def check_assertion(one, key, challenge, n):
    """A WebAuthn assertion over the statement (W3C WebAuthn level 2, section 7.2)."""
    says = f"the security key's signature of entry {n} is false"
    need(one["alg"] == "webauthn-es256" and len(key) == 65, says)
    ad, cd = b64(one["ad"]), b64(one["cd"])
    try:
        told = json.loads(cd)
        asked = base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()
        host = re.fullmatch(r"https?://([^/:]+)(:\d+)?", told["origin"])
        need(host and (told["type"], told["challenge"]) == ("webauthn.get", asked), says)
        need(len(ad) >= 37 and ad[:32] == sha(host[1].encode()) and ad[32] & 5 == 5, says)
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
        public.verify(b64(one["s"]), ad + sha(cd), ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError, KeyError, TypeError) as error:
        raise Wrong(says) from error

class Bundle:
    """What was found, and what it says."""

    def __init__(self, files, notes=(), codes=()):
        self.files, self.notes, self.codes = files, list(notes), list(codes)
        self.leaves, self.said, self.hard = {}, [], 0

    def check(self):
        manifest = strict(self.files["manifest.json"])
        need(isinstance(manifest, dict) and "files" in manifest, "manifest.json is not of its form")
        listed = manifest["files"]
        names = set(self.files) - {"manifest.json"}
        need(names == set(listed), f"files differ from the manifest: {sorted(names ^ set(listed))[:3]}")
        for name in sorted(names):
            need(sha(self.files[name]).hex() == listed[name], f"{name} is not what the manifest says")
        self.said.append(f"The bundle holds the {len(names)} files its manifest names, unchanged.")
        self.log, self.witnesses, groups, quorum = read_policy(self.files["policy.txt"])
        self.size, self.root, text, sigs = check_note(self.files["checkpoint.note"], self.log)
        self.seen = cosigned(text, sigs, self.witnesses)
        need(met(quorum, groups, self.seen), "too few witnesses signed the checkpoint")
        self.texts = {self.size: text}
        self.said.append(f"The log's key signed its {self.size} entries; anchor code {anchor(text)}.")
        for check in (self.check_entries, self.check_openings, self.check_older):
            check()
        self.check_complete(manifest.get("complete", []))
        for code in self.codes:
            known = {anchor(text) for text in self.texts.values()}
            need(code.upper() in known, f"the anchor code {code} is of no checkpoint in the bundle")

    def check_entries(self):
        self.entries, actors = {}, strict(self.files["actors.json"])
        whole = "entries.jsonl" in self.files
        if whole:
            lines = self.files["entries.jsonl"].split(b"\n")
            need(lines.pop() == b"", "entries.jsonl is cut off")
        else:
            numbered = [k for k in self.files if re.fullmatch(r"entries/\d+\.json", k)]
            lines = [self.files[k] for k in sorted(numbered, key=lambda k: int(k[8:-5]))]
        last_at, last_n, streams = "", -1, {}
        before = sha(f"osc-genesis/v1\n{self.log[1][0]}\n{self.log[0]}\n".encode())
        for raw in lines:
            entry, stmt = read_entry(raw, self.log[1][0])
            n, leaf = entry["n"], sha(b"\x00", raw)
            need(n > last_n and entry["at"] > last_at, f"entry {n} is out of order or of an earlier time")
            if whole or n == last_n + 1:
                need(n == last_n + 1, f"entry {last_n + 1} is missing")
                known = whole or n == 0 or last_n >= 0
                need(not known or b64(entry["prev"], 32) == before, f"entry {n} does not follow the one before it")
            self.hard += check_signatures(entry, stmt, actors)
            seq, prev = streams.get(stmt["stream"], (-1, None))
            if whole or stmt["sseq"] <= seq + 1:
                good = stmt["sseq"] == seq + 1 and (seq < 0 or b64(stmt["sprev"], 32) == prev)
                need(good, f"entry {n} does not follow its stream's previous entry")
            streams[stmt["stream"]] = (stmt["sseq"], leaf)
            if not whole:
                self.check_proof(n, leaf)
            self.entries[n], self.leaves[n] = (entry, stmt), leaf
            last_at, last_n, before = entry["at"], n, leaf
        self.streams, self.whole = streams, whole
        if whole:
            need(last_n + 1 == self.size, f"the log has {last_n + 1} entries, {self.size} were signed")
            need(root_of(list(self.leaves.values())) == self.root, "the entries are not those that were signed")
        self.said.append(f"{len(self.entries)} entries stand in the log, each signed by who acted with a key the server")
        self.said[-1] += f" keeps; {self.hard} of them with a security key of her own as well."

    def check_proof(self, n, leaf):
        raw = self.files.get(f"proofs/{n}.tlog-proof")
        need(raw is not None, f"the proof of entry {n} is missing")
        head, _, note = raw.decode().partition("\n\n")
        lines = head.split("\n")
        need(lines[:2] == ["c2sp.org/tlog-proof@v1", f"index {n}"], f"the proof of entry {n} is not of its form")
        need(note.encode() == self.files["checkpoint.note"], f"the proof of entry {n} is under another checkpoint")
        proof = [b64(line, 32) for line in lines[2:]]
        says = f"entry {n} does not stand in the signed log"
        need(n < self.size and climb(n, self.size - 1, leaf, proof, says)[1] == self.root, says)

    def check_openings(self):
        told, shown = 0, set()
        for name in sorted(k for k in self.files if k.startswith("openings/")):
            opening = strict(self.files[name])
            n = opening.get("n")
            need(n in self.entries and name == f"openings/{n}.json", f"{name} opens no entry here")
            commit = sha(b"osc-commit/v1\n", b64(opening["salt"], 32), canonical(opening["payload"]))
            need(commit == b64(self.entries[n][1]["commit"], 32), f"{name} is not what entry {n} commits to")
            told, shown = told + 1, shown | set(re.findall(r"[0-9a-f]{64}", json.dumps(opening["payload"])))
        self.said.append(f"{told} entries are opened: what they say is what was committed to then.")
        for name in sorted(k for k in self.files if k.startswith("files/")):
            digest = sha(self.files[name]).hex()
            need(name == f"files/{digest}", f"{name} is not the file it is called")
            need(digest in shown, f"{name} is named by no opened entry")

    def check_older(self):
        older = [(k, v) for k, v in sorted(self.files.items()) if re.fullmatch(r"checkpoints/.+\.note", k)]
        for name, raw in older + self.notes:
            size, root, text, sigs = check_note(raw, self.log)
            self.seen.update(cosigned(text, sigs, self.witnesses))
            need(size <= self.size, f"TRUNCATED: {name} was signed over {size} entries, here are {self.size}")
            if self.whole:
                same = root_of([self.leaves[n] for n in range(size)]) == root
                need(same, f"FORK: the log does not begin as {name} says")
            elif size == self.size:
                need(root == self.root, f"FORK: {name} tells of another log of {size} entries")
            else:
                proof = self.files.get(f"checkpoints/{size}.consistency")
                need(proof is not None, f"nothing shows that the log still begins as {name} says")
                hashes_ = [b64(line, 32) for line in proof.decode().split("\n") if line]
                says = f"FORK: the log does not begin as {name} says"
                check_consistency(size, root, self.size, self.root, hashes_, says)
            self.texts[size] = text
        names = ", ".join(sorted(self.seen)) or "no witness"
        self.said.append(f"{len(older) + len(self.notes)} older checkpoints agree with this log; signed as well by {names}.")

    def check_complete(self, streams):
        for stream in streams:
            mine = [stmt for _entry, stmt in self.entries.values() if stmt["stream"] == stream]
            gapless = [stmt["sseq"] for stmt in mine] == list(range(len(mine)))
            need(mine and gapless, "a history that should be whole is not")
            need(mine[-1]["kind"] == "export.made", "a history does not end in its export")
        self.said.append(f"{len(streams)} histories are whole, from their first entry to this export.")

def main(words=None):
    parser = argparse.ArgumentParser(description="Check a bundle of evidence records.")
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--checkpoint", type=Path, action="append", default=[])
    parser.add_argument("--anchor", action="append", default=[])
    given = parser.parse_args(words)
    try:
        notes = [(path.name, path.read_bytes()) for path in given.checkpoint]
        bundle = Bundle(load(given.bundle), notes, given.anchor)
    except (OSError, zipfile.BadZipFile, Wrong, ValueError, EOFError, RuntimeError) as error:
        print(f"THIS CANNOT BE READ: {error or type(error).__name__}.")
        return 2
    try:
        bundle.check()
    except Wrong as error:
        print(f"DOES NOT HOLD: {error}.")
        return 1
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError) as error:
        print(f"DOES NOT HOLD: something is not of its form ({type(error).__name__}).")
        return 1
    print("HOLDS.\n" + "\n".join(f"  {words}" for words in bundle.said))
    return 0

if __name__ == "__main__":
    sys.exit(main())
