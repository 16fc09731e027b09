#!/usr/bin/env python3
"""Writes 2FAuth's JSON export after the source of Bubka/2FAuth: app/Api/v1/Resources/TwoFAccountExport{Resource,Collection}.php
(what is written) and app/Services/Migrators/TwoFAuthMigrator.php (what it reads of its own). PHP's json_encode escapes `/` and
what is not ASCII, so this does too. Run in this folder. All secrets are thrown away."""
import base64
import hashlib
import json
from urllib.parse import quote

from make_expectations import IGNORED, b32, entry, read, refused, skipped

HEAD = {"app": "2fauth_v5.6.0", "schema": 1, "datetime": "2026-11-24T14:57:13.173939Z"}


def key(number, length=20):
    return hashlib.sha256(b"2fauth vector %d" % number).digest()[:length]


def row(bytes_, service, account, otp_type="totp", digits=6, algorithm="sha1", period=30, counter=None, icon=None, padded=True, **more):
    text = base64.b32encode(bytes_).decode()
    label = f"{quote(service)}%3A{quote(account)}" if service else quote(account)
    uri = f"otpauth://{'hotp' if otp_type == 'hotp' else 'totp'}/{label}?" + (f"issuer={quote(service)}&" if service else "") + f"secret={b32(bytes_)}"
    return {"otp_type": otp_type, "account": account, "service": service, "icon": icon and "icon.png", "icon_mime": icon and "image/png",
            "icon_file": icon, "secret": text if padded else text.rstrip("="), "digits": digits, "algorithm": algorithm,
            "period": None if otp_type == "hotp" else period, "counter": counter, "legacy_uri": uri, **more}


def php(value):
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).replace("/", "\\/")


def pair(secret, service, account, warnings=(), **more):
    """A row, and what is expected of it."""
    kind = {"steamtotp": "steam"}.get(more.get("otp_type"), more.get("otp_type", "totp"))
    as_read = {k: v for k, v in more.items() if k in ("digits", "period", "counter")}
    return row(secret, service, account, **more), entry(secret, service or "", account, kind=kind,
                                                        algorithm=more.get("algorithm", "sha1").upper(), warnings=warnings, **as_read)


def without(bytes_, service, account, reason, **more):
    return row(bytes_, service, account, **more), skipped(f"{service}:{account}", reason)


PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(24)).decode()
rows = [
    pair(key(1), "GitHub", "alice", icon=PNG),
    pair(key(2), "AWS & <Co>/x", "root@example.com", digits=8, algorithm="sha256", period=60),
    pair(key(3, 32), "Tall", "t", algorithm="sha512", digits=10),
    pair(key(4), "Counting", "bob", otp_type="hotp", counter=7),
    pair(key(5), "Counting", "first", otp_type="hotp", counter=0),
    pair(key(6), "Steam", "gordon", otp_type="steamtotp", digits=5),
    pair(key(7), None, "only an account"),
    pair(key(8), "네이버", "사용자 🔑"),
    pair(key(9, 16), "Padded", "p"),
    pair(key(10, 16), "Unpadded", "p", padded=False),
    without(key(11), "Old hash", "m", "unknown algorithm `md5`: one of SHA1, SHA256, SHA512 is needed", algorithm="md5"),
    without(key(12), "Locked", "l", "2FAuth itself could not decrypt it", secret="indecipherable", legacy_uri="indecipherable"),
    without(key(13), "Empty", "e", "missing secret", secret=""),
    without(key(14), "Other", "o", "its type is not known", otp_type="email"),
    ("a text", skipped("account 15", "it is not as this program writes its entries")),
    # Numbers as texts, and a secret as it is typed.
    ({**row(key(16), "Texts", "t"), "digits": "7", "period": "45", "secret": b32(key(16)).lower()}, entry(key(16), "Texts", "t", digits=7, period=45)),
]
read("2fauth.json", php({**HEAD, "data": [r for r, _ in rows]}), "2FAuth", [want for _, want in rows])
read("2fauth-one.json", json.dumps({**HEAD, "app": "2fauth_v3.4.1", "data": [rows[0][0]]}, indent=4, ensure_ascii=False), "2FAuth", [rows[0][1]])
# As URIs, which went through PHP's urldecode: the second `issuer` has become `AWS ` and a parameter ` Co`.
CUT = "2FAuth has written its URI without escapes, and its name is cut off: compare the name"
read("2fauth-uris.json", php({**HEAD, "data": [
    {"uri": f"otpauth://totp/GitHub:alice?issuer=GitHub&secret={b32(key(1))}"},
    {"uri": f"otpauth://totp/AWS & Co:root?issuer=AWS & Co&secret={b32(key(2))}"},
    {"uri": f"otpauth://totp/Two words:é?issuer=Two words&secret={b32(key(3))}&digits=8"},
    {"uri": f"otpauth://totp/C#:x?issuer=C#&secret={b32(key(4))}"},
]}), "2FAuth", [
    entry(key(1), "GitHub", "alice"),
    entry(key(2), "AWS", "root", alias="AWS & Co", warnings=["the label and the `issuer` parameter name different issuers: the parameter's was taken", CUT]),
    entry(key(3), "Two words", "é", digits=8, warnings=[IGNORED]),
    entry(key(4), "C#", "x", warnings=["the URI holds a raw `#`: look whether the names are complete"]),
])
refused("2fauth-schema-2.json", php({**HEAD, "schema": 2, "data": [rows[0][0]]}), "this 2FAuth file has version 2, which is not known")
refused("2fauth-cut.json", php({**HEAD, "data": [r for r, _ in rows]})[:900], "this 2FAuth file is damaged: it breaks off in line 1, column 900")
