#!/usr/bin/env python3
"""Writes beside each file that fuzzing found what is to be read in it, as NAME.expected.json.

The files are read here by Python's json, xml and urllib alone, after the other programs' own documents. Run in this folder; needs
nothing but Python. Codes are computed with Python's hmac, for 1700000000 or for the counter.
"""
import base64
import glob
import hashlib
import hmac
import json
import struct
import urllib.parse
import xml.etree.ElementTree

NOW = 1700000000

# Aliases that a URI cannot carry: after the colon that ends it, another one or the rest of `https://` would be read otherwise.
NOT_IN_A_URI = [":ther", "GiShown:bobtHub", "https"]


def code(key, counter, digits, algorithm):
    mac = hmac.new(key, struct.pack(">Q", counter), algorithm.lower()).digest()
    at = mac[-1] & 15
    return str((struct.unpack(">I", mac[at:at + 4])[0] & 0x7FFFFFFF) % 10**digits).zfill(digits)


def entry(key, issuer, account, alias=None, name=None, kind="totp", algorithm="SHA1", digits=6, period=30, counter=None):
    return {"name": name, "issuer": issuer, "account": account, "alias": alias,
            "alias_in_uri": None if alias in NOT_IN_A_URI else alias, "type": kind, "algorithm": algorithm, "digits": digits,
            "period": period, "counter": counter, "secret_hex": key.hex(),
            "code": code(key, NOW // period if counter is None else counter, digits, algorithm)}


def unb32(text):
    return base64.b32decode(text + "=" * (-len(text) % 8))


def vault(text):
    """docs/vault-format.md"""
    for e in json.loads(text)["entries"]:
        yield entry(unb32(e["secret"]), e["issuer"], e["account"], e["alias"], e["name"], e["type"], e["algorithm"],
                    e["digits"], e.get("period"), e["counter"])


def freeotp(text):
    """FreeOTP 1's tokens.xml: `issuerInt` is the URI's parameter, `issuerExt` the prefix of its label, the bytes are signed;
    what a person has edited is in `issuerAlt` and `labelAlt`."""
    # The fuzzer has spoiled the declaration, which Python will not have.
    for element in xml.etree.ElementTree.fromstring(text.split("?>", 1)[1]):
        value = json.loads(element.text) if element.tag == "string" else None
        if not isinstance(value, dict):
            continue
        internal, prefix = value.get("issuerInt"), value.get("issuerExt")
        issuer = internal or prefix or ""
        edited = [value[part] for part in ("issuerAlt", "labelAlt") if part in value]
        yield entry(bytes(byte & 255 for byte in value["secret"]), issuer, value.get("label", ""),
                    prefix if prefix != issuer else None, ":".join(edited) or None, "totp", value.get("algo", "SHA1"),
                    value.get("digits", 6), value.get("period", 30))


def uris(text):
    """https://github.com/google/google-authenticator/wiki/Key-Uri-Format: the label's prefix ends at the first colon, and the
    parameter is the issuer; line ends in a label are no part of it."""
    for line in text.split():
        parts = urllib.parse.urlsplit(line)
        query = dict(urllib.parse.parse_qsl(parts.query))
        label = urllib.parse.unquote(parts.path[1:]).replace("\n", "")
        prefix, account = label.split(":", 1)
        yield entry(unb32(query["secret"]), query["issuer"], account, prefix if prefix != query["issuer"] else None)


def two_fas(text):
    """2FAS' schema 4; a service of Steam's own codes would have the type STEAM."""
    for service in json.loads(text)["services"]:
        otp = service["otp"]
        yield entry(unb32(service["secret"]), otp["issuer"], otp["account"], None, None, otp["tokenType"].lower(),
                    otp["algorithm"], otp["digits"], otp["period"])


READERS = {"json": vault, "xml": freeotp, "uris": uris, "2fas": two_fas}

for path in sorted(glob.glob("*")):
    reader = READERS.get(path.rsplit(".", 1)[1])
    if reader and not path.endswith(".expected.json"):
        with open(path, encoding="utf-8") as file:
            expected = {"entries": list(reader(file.read())), "skipped": []}
        with open(path + ".expected.json", "w", encoding="utf-8") as file:
            json.dump(expected, file, ensure_ascii=False, indent=1)
            file.write("\n")
