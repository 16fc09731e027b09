"""Checks an anchor as another program would: the key by HKDF (RFC 5869) from the key ring, the signature by Ed25519 (RFC 8032),
the number of the key by C2SP's signed-note. Arguments: the key ring, the note."""
import base64, hashlib, sys
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ring, note = open(sys.argv[1]).read().splitlines(), open(sys.argv[2]).read()
root = bytes.fromhex(next(line for line in ring if line.startswith("1 "))[2:])
seed = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"vmfa audit anchor").derive(root)
public = Ed25519PrivateKey.from_private_bytes(seed).public_key()
body, signature = note.split("\n\n")
origin, signed = signature.removeprefix("\u2014 ").split()
signed = base64.b64decode(signed)
public.verify(signed[4:], (body + "\n").encode())
raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
assert signed[:4] == hashlib.sha256(origin.encode() + b"\n\x01" + raw).digest()[:4]
assert origin == body.splitlines()[0]
