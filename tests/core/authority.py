"""A time stamp authority out of the openssl program, with certificates of its own."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

_CONFIG = """\
[tsa]
default_tsa = own
[own]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
[req]
distinguished_name = name
[name]
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
[stamping]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
"""


@dataclass(frozen=True)
class Authority:
    """One authority in a folder of its own."""

    folder: Path

    @property
    def roots(self) -> Path:
        """The certificate by which it is trusted."""
        return self.folder / "root.pem"

    def answer(self, asked: bytes) -> bytes:
        """What it answers to a request."""
        (self.folder / "asked.tsq").write_bytes(asked)
        _openssl(
            self.folder,
            "ts -reply -config c.cnf -queryfile asked.tsq -out answer.tsr"
            " -inkey own.key -signer own.pem",
        )
        return (self.folder / "answer.tsr").read_bytes()


def make_authority(folder: Path, name: str) -> Authority:
    """An authority with a fresh root and a fresh signing certificate."""
    folder.mkdir()
    (folder / "c.cnf").write_text(_CONFIG.format(folder=folder), encoding="utf-8")
    (folder / "serial").write_text("01\n", encoding="utf-8")
    new = (
        "req -new -config c.cnf -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
        " -x509 -days 3650"
    )
    root = " -extensions root -keyout root.key -out root.pem"
    _openssl(folder, new + root, "-subj", f"/CN={name} root")
    own = " -extensions stamping -CA root.pem -CAkey root.key"
    files = " -keyout own.key -out own.pem"
    _openssl(folder, new + own + files, "-subj", f"/CN={name}")
    return Authority(folder)


def _openssl(folder: Path, words: str, *more: str) -> None:
    subprocess.run(
        ["openssl", *words.split(), *more],  # noqa: S607 - wherever it lies
        cwd=folder,
        check=True,
        capture_output=True,
    )
