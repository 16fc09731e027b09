"""What each fuzz target begins with, from the vectors: `python3 fuzz/seeds.py`, with age at hand. Writes fuzz/seeds/TARGET/."""

import base64
import binascii
import hashlib
import json
import pathlib
import re
import subprocess
import urllib.parse

HERE = pathlib.Path(__file__).parent
VECTORS = HERE.parent / "vectors"
RECIPIENT = re.search(r'RECIPIENT: &str = "(age1\w+)"', (HERE / "src/vault.rs").read_text())[1]
LARGEST = 20_000


def put(target, content):
    folder = HERE / "seeds" / target
    folder.mkdir(parents=True, exist_ok=True)
    if len(content) <= LARGEST:
        (folder / hashlib.sha1(content).hexdigest()).write_bytes(content)


def sealed(content):
    return subprocess.run(["age", "-r", RECIPIENT], input=content, capture_output=True, check=True).stdout


def texts(value):
    """All texts in a JSON value that are URIs."""
    if isinstance(value, str):
        if value.lower().lstrip("\ufeff \t\n").startswith(("otpauth", "steam:")):
            yield value
    elif isinstance(value, (list, dict)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from texts(inner)


def files(folder):
    return [path for path in sorted((VECTORS / folder).rglob("*")) if path.is_file() and not path.name.startswith("make")]


def imports():
    for path in files("import") + files("import_others"):
        if not path.name.endswith(".expected.json"):
            yield path.read_bytes()


uris = [uri for path in files("uris") + files("migration") for uri in texts(json.loads(path.read_text()))]
for uri in uris:
    put("migration" if "migration" in uri else "uri", uri.encode())
    if "migration" in uri:
        text = urllib.parse.unquote(uri.split("data=", 1)[-1].split("&")[0]).translate(str.maketrans("-_ ", "+/+"))
        try:
            data = base64.b64decode(text + "=" * (-len(text) % 4))
        except binascii.Error:
            continue
        put("migration_payload", data)

for target in [path.stem for path in (HERE / "targets").glob("import_*.rs")]:
    for content in imports():
        put(target, content)

ENTRY = {"id": "0123456789abcdef", "issuer": "GitHub", "account": "me", "type": "totp", "algorithm": "SHA1", "digits": 6,
         "period": 30, "secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "created": 1700000000}
HOTP = {"id": "fedcba9876543210", "name": "말", "issuer": "말", "account": "a:b", "alias": "other", "type": "hotp",
        "algorithm": "SHA512", "digits": 8, "counter": 7, "secret": "GEZDGNBV", "tags": ["work", "home"], "note": "a\nnote",
        "serial": "arn:aws:iam::123456789012:mfa/me", "offset": -5, "created": 0, "newer": {"a": [1]}}
STEAM = {"id": "0000000000000001", "issuer": "", "account": "", "type": "steam", "algorithm": "SHA1", "period": 30,
         "secret": "GEZDGNBV", "created": 1}
documents = [json.dumps({"version": 1, "recipient": RECIPIENT, **rest}).encode() for rest in [
    {"entries": []}, {"entries": [ENTRY, HOTP, STEAM]}, {"offset": -5, "entries": [HOTP], "newer": "than this"}]]
for document in documents:
    put("vault_document", document)
    put("import_own", document)
    put("vault_file", sealed(document))
for which, content in [
    (0, b"".join(path.read_bytes() for path in files("import_others") if path.suffix == ".age")[:LARGEST]),
    (1, f"# a second\n{RECIPIENT}\n".encode()),
    (2, b"0123456789abcdef 1700000030\nfedcba9876543210 1\n"),
    (3, sealed(documents[1])),
    (4, b"# a comment\n" + (re.search(r'AGE-SECRET-KEY-\w+', (HERE / "src/vault.rs").read_text())[0] + "\n").encode()),
]:
    put("vault_neighbours", bytes([which]) + content)

for path in files("qr"):
    if path.suffix == ".svg":
        # The target puts the root element around it.
        put("svg", re.sub(rb"^.*?<svg[^>]*>|</svg>\s*$", b"", path.read_bytes(), flags=re.DOTALL))
    if path.suffix in (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".svg", ".svgz"):
        put("image", path.read_bytes())
