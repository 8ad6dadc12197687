#!/usr/bin/env python3
"""Check a bundle of evidence records anywhere, trusting nobody but mathematics.

    python3 osc_verify.py BUNDLE [--checkpoint NOTE]... [--anchor CODE]... [--policy FILE]

BUNDLE is a folder or a .zip. A note or an anchor code from paper shows that the log still begins as it
did when the paper was printed. A policy you trust takes the place of the bundle's own: whose keys count,
how many witnesses must have signed. Needs Python 3.9 or newer and the package "cryptography".
Exit 0: everything holds. 1: something does not hold, and where. 2: this is no bundle.
Formats: RFC 8785, RFC 6962, RFC 8032, C2SP tlog-checkpoint, tlog-cosignature, tlog-policy, tlog-proof.
"""

import argparse
import base64
import hashlib
import json
import re
import sys
import zipfile
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

MOST_FILES, MOST_BYTES, MOST_ENTRY = 200_000, 2 << 30, 65_535
STMT = {"actor", "claimed", "commit", "kind", "role", "sprev", "sseq", "stream", "v"}
PLACE = re.compile(r"https://([^/:@?#]+)(:\d+)?|http://(localhost|127\.0\.0\.1)(:\d+)?")
FORM = (LookupError, TypeError, ValueError, AttributeError, RuntimeError)
WRITE = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode

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
    return WRITE(value).encode()
def strict(raw):
    """JSON in its one canonical form, without fractions and huge numbers; anything else is refused."""
    numbers = {"parse_int": lambda text: int(text if len(text) < 18 and abs(int(text)) < 1 << 53 else "")}
    found = json.loads(raw, **numbers, parse_float=int, parse_constant=int)
    need(canonical(found) == raw, "something is not in its one canonical form")
    return found

def load(path):
    """Every file of the bundle by its name, with what is hostile refused."""
    if path.is_dir():
        items = [p for p in path.rglob("*") if p.is_file() and not p.is_symlink()]
        found = {item.relative_to(path).as_posix(): item.read_bytes() for item in items}
    else:
        with zipfile.ZipFile(path) as archive:
            infos = [i for i in archive.infolist() if not i.is_dir()]
            names = {i.filename for i in infos}
            fits = len(infos) <= MOST_FILES and sum(i.file_size for i in infos) <= MOST_BYTES
            need(fits and len(names) == len(infos), "the bundle is too large, or a file stands in it twice")
            need(not any(re.search(r"^/|\\|(^|/)\.\.(/|$)", n) for n in names), "a file's name leads out of the bundle")
            found = {name: archive.read(name) for name in names}
    if "manifest.json" not in found and len({name.split("/")[0] for name in found}) == 1:
        found = {name.split("/", 1)[1]: raw for name, raw in found.items()}
    need("manifest.json" in found, "there is no manifest.json: this is no bundle")
    return found

def read_vkey(line, kind):
    name, ident, typed = line.split("+", 2)
    raw = b64(typed, 33)
    need(raw[0] == kind, "a verifier key is not of its type")
    need(sha(f"{name}\n".encode(), raw)[:4].hex() == ident, f"the key id of {name} is wrong")
    return name, bytes.fromhex(ident), raw[1:]
def read_policy(raw):
    """The log's keys (the first is of its genesis), the witnesses' keys, groups and the quorum."""
    logs, witnesses, groups, quorum = {}, {}, {}, None
    lines = [re.split("[ \t]+", line.strip(" \t")) for line in raw.decode().split("\n")]
    for words in (words for words in lines if words[0] and not words[0].startswith("#")):
        if words[0] == "log" and len(words) in (2, 3):
            logs[words[1]] = read_vkey(words[1], 1)
        elif words[0] == "witness" and len(words) in (3, 4):
            witnesses[words[1]] = read_vkey(words[2], 4)
        elif words[0] == "group" and len(words) > 3:
            members = set(words[3:])
            count = {"any": 1, "all": len(members)}.get(words[2]) or int(words[2])
            known = members <= {*witnesses, *groups} and len(members) == len(words) - 3
            need(known and 1 <= count <= len(members), f"the group {words[1]} is not of its form")
            groups[words[1]] = (count, members)
        elif words[0] == "quorum" and len(words) == 2 and quorum is None:
            quorum = words[1]
            need(quorum in {"none", *witnesses, *groups}, "the quorum names nobody known")
        else:
            raise Wrong("a line of the policy means nothing")
    need(quorum and len({key[0] for key in logs.values()}) == 1, "the policy is not of one log, or names no quorum")
    return logs, witnesses, groups, quorum
def met(name, groups, seen):
    """Whether these witnesses are enough."""
    count, members = groups.get(name, (1, ()))
    return name == "none" or name in seen or sum(met(member, groups, seen) for member in members) >= count

def read_note(raw):
    text, found, signed = raw.decode().rpartition("\n\n")
    lines = text.split("\n")
    need(found and len(lines) == 3 and signed[-1:] == "\n", "a checkpoint is not of its form")
    need(re.fullmatch(r"0|[1-9][0-9]{0,17}", lines[1]), "a checkpoint's size is no number")
    sigs = []
    for line in signed[:-1].split("\n"):
        dash, name, value = line.split(" ")
        need(dash == "\u2014", "a signature line is not of its form")
        sigs.append((name, b64(value)[:4], b64(value)[4:]))
    return lines[0], int(lines[1]), b64(lines[2], 32), text + "\n", sigs
def check_note(raw, logs):
    """A checkpoint the log's own key signed: size, root, text and all signatures."""
    origin, size, root, text, sigs = read_note(raw)
    keys = {(name, ident): key for name, ident, key in logs.values()}
    need(all(name == origin for name, _ in keys), "a checkpoint is of another log")
    ours = [(keys[who, kid], sig) for who, kid, sig in sigs if (who, kid) in keys]
    need(ours, f"the log's key did not sign the checkpoint of {size} entries")
    for key, sig in ours:
        verify(key, sig, text.encode(), f"the log's signature under {size} entries is false")
    return size, root, text, sigs
def verify(key, sig, message, says):
    try:
        ed25519.Ed25519PublicKey.from_public_bytes(key).verify(sig, message)
    except (InvalidSignature, ValueError) as error:
        raise Wrong(says) from error
def cosigned(text, sigs, witnesses):
    """The witnesses that signed this checkpoint, with the times they saw it."""
    seen = {}
    for name, (keyname, ident, key) in witnesses.items():
        for sig in (sig for who, kid, sig in sigs if (who, kid) == (keyname, ident)):
            need(len(sig) == 72, f"the cosignature of {name} is not of its form")
            seen[name] = int.from_bytes(sig[:8], "big")
            message = f"cosignature/v1\ntime {seen[name]}\n{text}".encode()
            verify(key, sig[8:], message, f"the cosignature of {name} is false")
    return seen
def anchor(text):
    code = base64.b32encode(sha(b"osc-anchor/v1\n", text.encode())).decode()[:25]
    return "-".join(code[at : at + 5] for at in range(0, 25, 5))

def root_of(leaves):
    """The root of a tree (RFC 6962 section 2.1)."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha(b"\x01", root_of(leaves[:split]), root_of(leaves[split:]))
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
    entry = strict(raw)
    stmt, parts = entry["stmt"], {"at", "log", "n", "prev", "sig", "stmt", "v"}
    need(set(entry) == parts and len(raw) <= MOST_ENTRY, "an entry is too long, or not of its form")
    need(STMT <= set(stmt) <= STMT | {"blob", "refs"}, "a statement is not of its form")
    need(entry["log"] == origin and entry["v"] == stmt["v"] == 1, f"entry {entry['n']} is of another log")
    need(type(entry["n"]) is int and type(stmt["sseq"]) is int, "a number is not one")
    need(re.fullmatch(r"\d{4}(-\d\d){2}T\d\d(:\d\d){2}\.\d{6}Z", entry["at"]), f"the time of entry {entry['n']} is not of its form")
    need((stmt["sseq"] == 0) == (stmt["sprev"] is None), f"entry {entry['n']} is not a stream's first, or is")
    return entry, stmt
def check_signatures(entry, stmt, actors):
    """Every signature holds; says whether a security key is among them."""
    n, sigs = entry["n"], entry["sig"]
    need(isinstance(sigs, list) and sigs, f"entry {n} is not signed")
    need((sigs[0]["kid"], sigs[0]["alg"]) == (stmt["actor"], "ed25519"), f"entry {n} is not signed by its actor")
    message = f"osc-stmt/v1\n{entry['log']}\n".encode() + canonical(stmt)
    for one in sigs:
        known = actors.get(one["kid"])
        need(known, f"entry {n} is signed by a key that actors.json does not name")
        key, gone = b64(known["public_key"]), known["revoked"]
        need(one["kid"] == "k:" + sha(key).hex()[:32], f"a key in actors.json is not {one['kid']}")
        need(known["alg"] == one["alg"], f"entry {n} names the wrong kind of key")
        counts = (known["registered"] or 0) <= n and (gone is None or n < gone)
        need(counts, f"entry {n} is signed before its key was registered or after it was revoked")
        if one["alg"] == "ed25519":
            verify(key, b64(one["s"], 64), message, f"the signature of entry {n} is false")
        else:
            check_assertion(one, key, sha(message), f"the security key's signature of entry {n} is false")
    return len({one["alg"] for one in sigs}) > 1
def check_assertion(one, key, challenge, says):
    """A WebAuthn assertion over the statement (W3C WebAuthn level 2, section 7.2)."""
    need(one["alg"] == "webauthn-es256" and len(key) == 65, says)
    ad, cd = b64(one["ad"]), b64(one["cd"])
    try:
        told = json.loads(cd)
        asked = base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()
        need((told["type"], told["challenge"], told.get("crossOrigin", False)) == ("webauthn.get", asked, False), says)
        host = PLACE.fullmatch(told["origin"])
        need(host and len(ad) >= 37 and ad[:32] == sha((host[1] or host[3]).encode()) and ad[32] & 5 == 5, says)
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
        public.verify(b64(one["s"]), ad + sha(cd), ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError, KeyError, TypeError) as error:
        raise Wrong(says) from error

class Bundle:
    def __init__(self, files, notes=(), codes=(), policy=None):
        self.files, self.notes, self.codes, self.policy = files, list(notes), list(codes), policy
        self.leaves, self.entries, self.opened, self.texts, self.heads = {}, {}, {}, {}, []
        self.said, self.hard, self.seen, self.witnessed, self.strange, self.where = [], [], set(), -1, 0, "manifest.json"
    def check(self):
        manifest = strict(self.files["manifest.json"])
        need(set(manifest) == {"complete", "files", "v"}, "it is not of its form")
        found = {(name, sha(raw).hex()) for name, raw in self.files.items() if name != "manifest.json"}
        differ = sorted({name for name, _ in found ^ set(manifest["files"].items())})[:3]
        need(not differ, f"these files are not as the manifest says: {', '.join(differ)}")
        self.said.append(f"The bundle holds the {len(found)} files its manifest names, unchanged.")
        self.where = "policy"
        self.logs, self.witnesses, self.groups, self.quorum = read_policy(self.policy or self.files["policy.txt"])
        self.where = "checkpoint.note"
        self.size, self.root = self.read_head(self.files["checkpoint.note"])
        self.said.append(f"The log's key signed its {self.size} entries; anchor code {anchor(self.texts[self.size])}.")
        self.said.append(f"Hold that key against one you trust: {', '.join(self.logs)}.")
        for check in (self.check_entries, self.check_openings, self.check_keys, self.check_older, self.check_log):
            check()
        self.check_complete(manifest["complete"])
        self.check_before(manifest["complete"])
        lost = [code for code in self.codes if code.upper() not in map(anchor, self.texts.values())]
        need(not lost, f"no checkpoint in the bundle has the anchor code {lost[:1]}")
    def read_head(self, raw):
        """A checkpoint, and whether as many witnesses signed it as must."""
        size, root, text, sigs = check_note(raw, self.logs)
        seen, self.texts[size] = cosigned(text, sigs, self.witnesses), text
        if met(self.quorum, self.groups, seen):
            self.witnessed = max(self.witnessed, size)
        self.seen.update(seen)
        self.heads.append((size, [sig[:2] for sig in sigs]))
        known = {key[:2] for key in [*self.logs.values(), *self.witnesses.values()]}
        self.strange += sum(sig[:2] not in known for sig in sigs)
        return size, root
    def check_entries(self):
        self.where, self.whole = "actors.json", "entries.jsonl" in self.files
        self.actors, whole, first = strict(self.files["actors.json"]), self.whole, next(iter(self.logs))
        lines = self.files.get("entries.jsonl", b"").split(b"\n")
        need(lines.pop() == b"", "entries.jsonl is cut off")
        numbers = sorted(int(k[8:-5]) for k in self.files if re.fullmatch(r"entries/\d+\.json", k))
        parts = [(f"entries.jsonl, line {n}", raw) for n, raw in enumerate(lines, 1)]
        parts = parts if whole else [(f"entries/{n}.json", self.files[f"entries/{n}.json"]) for n in numbers]
        last_at, last_n, self.newest, self.origin = "", -1, {}, self.logs[first][0]
        before = sha(f"osc-genesis/v1\n{self.origin}\n{first}\n".encode())
        for self.where, raw in parts:
            entry, stmt = read_entry(raw, self.origin)
            n, leaf = entry["n"], sha(b"\x00", raw)
            need(n > last_n and entry["at"] > last_at, f"entry {n} is out of order or of an earlier time")
            need(not whole or n == last_n + 1, f"entry {last_n + 1} is missing")
            need(n > last_n + 1 or b64(entry["prev"], 32) == before, f"entry {n} does not follow the one before it")
            if check_signatures(entry, stmt, self.actors):
                self.hard.append(str(n))
            seq, prev = self.newest.get(stmt["stream"], (-1, None))
            good = stmt["sseq"] == seq + 1 and (seq < 0 or b64(stmt["sprev"], 32) == prev)
            need(good or (not whole and stmt["sseq"] > seq + 1), f"entry {n} does not follow its stream's previous entry")
            self.newest[stmt["stream"]] = (stmt["sseq"], leaf)
            if not whole:
                self.check_proof(n, leaf)
            self.entries[n], self.leaves[n] = (entry, stmt), leaf
            last_at, last_n, before = entry["at"], n, leaf
        if whole:
            need(last_n + 1 == self.size, f"the log has {last_n + 1} entries, {self.size} were signed")
            need(root_of(list(self.leaves.values())) == self.root, "the entries are not those that were signed")
        self.said.append(f"{len(self.entries)} entries stand in the log, each signed with the server-held key of who acted.")
        self.said.append(f"Signed with a security key of her own as well: {', '.join(self.hard) or 'none of them'}.")
    def check_proof(self, n, leaf):
        head, _, note = self.files.get(f"proofs/{n}.tlog-proof", b"").decode().partition("\n\n")
        lines = head.split("\n")
        good = lines[:2] == ["c2sp.org/tlog-proof@v1", f"index {n}"]
        need(good, f"the proof of entry {n} is missing or not of its form")
        need(note.encode() == self.files["checkpoint.note"], f"the proof of entry {n} is under another checkpoint")
        says = f"entry {n} does not stand in the signed log"
        proof = [b64(line, 32) for line in lines[2:]]
        need(n < self.size and climb(n, self.size - 1, leaf, proof, says)[1] == self.root, says)
    def check_openings(self):
        shown = set()
        for name in sorted(k for k in self.files if k.startswith("openings/")):
            self.where, opening = name, strict(self.files[name])
            n, payload = opening["n"], opening["payload"]
            need(set(opening) == {"n", "payload", "salt"}, "it is not of its form")
            need(n in self.entries and name == f"openings/{n}.json", "it opens no entry here")
            commit = sha(b"osc-commit/v1\n", b64(opening["salt"], 32), canonical(payload))
            need(commit == b64(self.entries[n][1]["commit"], 32), f"it is not what entry {n} commits to")
            self.opened[n], shown = payload, shown | set(re.findall(r"[0-9a-f]{64}", json.dumps(payload)))
        self.said.append(f"{len(self.opened)} entries are opened: what they say is what was committed to then.")
        for name in sorted(k for k in self.files if k.startswith("files/")):
            self.where, digest = name, sha(self.files[name]).hex()
            need(name == f"files/{digest}" and digest in shown, "it is not a file that an opened entry names")
    def check_keys(self):
        """A key counts from the entry that registers it to the one that revokes it."""
        self.where = "actors.json"
        for kid, known in self.actors.items():
            for n, kind in ((known["registered"], "key.registered"), (known["revoked"], "key.revoked")):
                stmt = self.entries[n][1] if n in self.entries else {"kind": "", "actor": ""}
                begins = (stmt["kind"], stmt["actor"]) == ("ledger.genesis", kid)
                tells = stmt["kind"] == kind and self.opened.get(n, {}).get("facts", {}).get("key") == kid
                need(n is None or begins or tells, f"entry {n} does not tell of the key {kid}")
        for n in (n for n in self.opened if self.entries[n][1]["kind"] == "key.revoked"):
            known = self.actors.get(self.opened[n]["facts"]["key"], {"revoked": n})
            need(known["revoked"] == n, f"entry {n} revokes a key that is said to count")
        shown = sum(known["registered"] is not None for known in self.actors.values())
        self.said.append(f"{shown} of {len(self.actors)} keys are registered by entries shown here.")
    def check_older(self):
        older = [(k, v) for k, v in sorted(self.files.items()) if re.fullmatch(r"(checkpoints|anchors)/.+\.note", k)]
        for name, raw in older + self.notes:
            self.where, stamp = name, self.files.get(name.replace(".note", ".tsr"))
            size, root = self.read_head(raw)
            need(stamp is None or sha(raw) in stamp, "the time stamp beside it is over something else")
            need(size <= self.size, f"TRUNCATED: it was signed over {size} entries, here are {self.size}")
            says = "FORK: the log does not begin as this checkpoint says"
            if self.whole or size == self.size:
                need((root_of([self.leaves[n] for n in range(size)]) if self.whole else self.root) == root, says)
            else:
                proof = self.files.get(f"checkpoints/{size}.consistency")
                need(proof is not None, "nothing shows that the log still begins as this checkpoint says")
                lines = proof.decode().split("\n")[:-1]
                check_consistency(size, root, self.size, self.root, [b64(line, 32) for line in lines], says)
        self.where = "checkpoint.note"
        need(self.witnessed >= 0, "too few witnesses signed the log")
        said = f"{len(older) + len(self.notes)} older checkpoints agree with this log; witnesses of it: {', '.join(sorted(self.seen)) or 'none'};"
        self.said.append(f"{said} {self.strange} lines under checkpoints are of nobody the policy names.")
        self.said.append(f"The witnesses the policy asks for ({self.quorum}) signed its first {self.witnessed} entries, nobody else the rest.")
    def check_log(self):
        """Each later key of the log is named by an entry; the key before signed for it, and it alone counts after."""
        self.where, lines = "policy", list(self.logs)
        named = [(n, self.opened.get(n, {})) for n in self.entries if self.entries[n][1]["kind"] == "ledger.policy"]
        need([told.get("new") for _, told in named] == lines[1:], "the log's keys are not those its entries name")
        for at, (n, told) in enumerate(named):
            message, key = f"osc-log-key/v1\n{lines[at]}\n{told['new']}\n".encode(), self.logs[lines[at]][2]
            verify(key, b64(told["signature"], 64), message, f"the key before did not sign for that of entry {n}")
        for size, signed in self.heads:
            due = self.logs[lines[sum(n < size for n, _ in named)]][:2]
            need(due in signed, f"the key that counted then did not sign the checkpoint of {size} entries")
    def check_before(self, claimed):
        """After a loss of entries: the log this one goes on from, and that each history hangs on it."""
        files = {name[7:]: raw for name, raw in self.files.items() if name.startswith("before/")}
        if not files:
            return
        before, self.where = Bundle(files), "before/"
        try:
            before.check()
        except (Wrong, *FORM) as error:
            raise Wrong(f"{error} (before/{before.where})") from error
        name, number = re.fullmatch(r"(.+?)(?:/epoch-(\d+))?", before.origin).groups()
        need(self.origin == f"{name}/epoch-{int(number or 1) + 1}", f"this log does not go on from {before.origin}")
        for n, (_entry, stmt) in self.entries.items():
            last = before.leaves.get(before.size - 1) if n == 0 else before.newest.get(stmt["stream"], (0, None))[1]
            joined = last is None or stmt["sseq"] > 0 or b64(stmt["refs"][0], 32) == last
            need(joined, f"entry {n} does not go on where its history ended before")
        for name in claimed:
            told = [stmt["sseq"] for _entry, stmt in before.entries.values() if stmt["stream"] == name]
            need(told == list(range(len(told))), f"the history {name} was not whole before")
        self.said += [f"It goes on from an older log: {said}" for said in before.said]
    def check_complete(self, claimed):
        self.where, streams = "histories", {}
        for _entry, stmt in self.entries.values():
            streams.setdefault(stmt["stream"], []).append((stmt["sseq"], stmt["kind"]))
        exported = {name: told for name, told in streams.items() if told[-1][1] == "export.made"}
        need(set(claimed) <= set(exported), "a history that should be whole does not end in its export")
        for name, told in exported.items():
            need([seq for seq, _ in told] == list(range(len(told))), f"the history {name} should be whole and is not")
        self.said.append(f"{len(exported)} histories are whole, from their first entry to this export.")

def main(words=None):
    parser = argparse.ArgumentParser(description="Check a bundle of evidence records.")
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--checkpoint", type=Path, action="append", default=[])
    parser.add_argument("--anchor", action="append", default=[])
    parser.add_argument("--policy", type=Path)
    given = parser.parse_args(words)
    bundle = None
    try:
        notes, policy = [(p.name, p.read_bytes()) for p in given.checkpoint], given.policy and given.policy.read_bytes()
        bundle = Bundle(load(given.bundle), notes, given.anchor, policy)
        bundle.check()
    except (Wrong, OSError, zipfile.BadZipFile, EOFError, *FORM) as error:
        says = error if isinstance(error, Wrong) else f"something is not of its form, {type(error).__name__}"
        print(f"DOES NOT HOLD: {says} ({bundle.where})." if bundle else f"THIS CANNOT BE READ: {says}.")
        return 1 if bundle else 2
    print("HOLDS.\n" + "\n".join(f"  {said}" for said in bundle.said))
    return 0

if __name__ == "__main__":
    sys.exit(main())
