"""What the scripts of this folder have in common: how a file is written beside what is expected of it, and codes.

Codes are computed here, with Python's hmac, for 1700000000 or for the counter.
"""
import base64
import hmac
import json
import struct
from urllib.parse import quote

NOW = 1700000000

WEAK = "the secret is shorter than the 128 bits that RFC 4226 demands"
IGNORED = "some apps, Google Authenticator among them, ignore `algorithm`, `digits` and `period` and show other codes"
UNNAMED = "the file does not say whose account this is: give the entry a name"
COLON = "the issuer holds a colon: other apps may split the label elsewhere"


def b32(key, padded=False):
    text = base64.b32encode(key).decode()
    return text if padded else text.rstrip("=")


def unb32(text):
    return base64.b32decode(text + "=" * (-len(text) % 8))


def b64(data):
    return base64.b64encode(data).decode()


def hotp(key, counter, digits, algorithm, steam):
    mac = hmac.new(key, struct.pack(">Q", counter), algorithm.lower()).digest()
    at = mac[-1] & 15
    value = struct.unpack(">I", mac[at:at + 4])[0] & 0x7FFFFFFF
    if steam:
        letters = "23456789BCDFGHJKMNPQRTVWXY"
        return "".join(letters[value // 26**i % 26] for i in range(5))
    return str(value % 10**digits).zfill(digits)


def entry(key, issuer="", account="", name=None, alias=None, kind="totp", algorithm="SHA1", digits=6, period=30,
          counter=None, tags=(), note=None, warnings=()):
    moving = counter if kind == "hotp" else NOW // period
    return {"name": name, "issuer": issuer, "account": account, "alias": alias, "type": kind, "algorithm": algorithm,
            "digits": 5 if kind == "steam" else digits, "period": None if kind == "hotp" else period,
            "counter": counter, "secret_hex": key.hex(), "tags": list(tags), "note": note,
            "code": hotp(key, moving, digits, algorithm, kind == "steam"), "warnings": list(warnings)}


def skipped(label, reason):
    return {"label": label, "skipped": reason}


def write(name, content, expected):
    content = content.encode() if isinstance(content, str) else content
    with open(name, "wb") as file:
        file.write(content)
    with open(name + ".expected.json", "w") as file:
        json.dump(expected, file, indent=1, ensure_ascii=False)
        file.write("\n")


def read(name, content, form, found, notes=(), password=None):
    write(name, content, {"format": form, "password": password, "found": found, "notes": list(notes)})


def refused(name, content, error, password=None):
    write(name, content, {"error": error, "password": password})


def pretty(value):
    return json.dumps(value, indent=2, ensure_ascii=False)


def uri(key, label, **parameters):
    query = "".join(f"&{name}={quote(str(value), safe='')}" for name, value in parameters.items())
    return f"otpauth://totp/{quote(label, safe=':@')}?secret={b32(key)}{query}"


def csv_row(cells):
    return ",".join('"' + cell.replace('"', '""') + '"' if set(cell) & set(',"\n') else cell for cell in cells)
