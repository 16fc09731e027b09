#!/usr/bin/env python3
"""Writes batches.json: Google Authenticator's migration batches, encoded here by hand after protobuf's wire format.

Run in this folder; the result does not change from run to run.
"""
import base64
import json
import random
from urllib.parse import quote


def varint(number):
    number &= 2**64 - 1  # a negative number takes ten bytes
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def number(tag, value):
    return varint(tag << 3) + varint(value)


def data(tag, value):
    value = value.encode() if isinstance(value, str) else value
    return varint(tag << 3 | 2) + varint(len(value)) + value


def entry(secret, name, issuer="", algorithm=1, digits=1, kind=2, counter=0, more=b""):
    """As proto3 writes it: what is empty or zero is left out."""
    out = b"".join(data(tag, value) for tag, value in ((1, secret), (2, name), (3, issuer)) if value)
    enums = ((4, algorithm), (5, digits), (6, kind), (7, counter))
    return out + b"".join(number(tag, value) for tag, value in enums if value) + more


def payload(entries, size=1, index=0, batch_id=0, version=1, more=b""):
    """As Google writes it: all four numbers, also where they are zero."""
    out = b"".join(data(1, one) for one in entries)
    return out + number(2, version) + number(3, size) + number(4, index) + number(5, batch_id) + more


def uri(message, escape=lambda text: quote(text, safe="")):
    return "otpauth-migration://offline?data=" + escape(base64.b64encode(message).decode())


def account(secret, account, issuer="", alias=None, kind="totp", algorithm="SHA1", digits=6, counter=None):
    return {"issuer": issuer, "account": account, "alias": alias, "secret": secret.hex(), "type": kind,
            "algorithm": algorithm, "digits": digits, "counter": counter}


def problem(position, name, why):
    return {"position": position, "name": name, "problem": why}


def export(entries, size=1, missing=(), batch_id=0):
    return {"id": batch_id, "size": size, "missing": list(missing), "entries": entries}


rng = random.Random(6238)
K = [rng.randbytes(20) for _ in range(12)]
# Its base64 has `+`, `/` and padding.
PLUS = bytes.fromhex("fbefbefffffffbefbefbffffefbefbeffff0ff00")
plus = payload([entry(PLUS, "a")], batch_id=-1)
PADDED = base64.b64encode(plus).decode()
assert "+" in PADDED and "/" in PADDED and PADDED.endswith("="), PADDED
ONE = [export([account(PLUS, "a")], batch_id=-1)]


def text(value):
    return "otpauth-migration://offline?data=" + value


read = [
    ("escaped", [uri(plus)], ONE),
    ("plus, slash and padding not escaped", [text(PADDED)], ONE),
    ("plus became a space", [text(PADDED.replace("+", " "))], ONE),
    ("space escaped", [text(PADDED.replace("+", "%20"))], ONE),
    ("padding left out", [text(PADDED.rstrip("="))], ONE),
    ("URL-safe alphabet", [text(PADDED.replace("+", "-").replace("/", "_"))], ONE),
    ("URL-safe alphabet without padding", [text(PADDED.replace("+", "-").replace("/", "_").rstrip("="))], ONE),
    ("lower-case escapes, upper-case scheme, white space around",
     ["\n OTPAUTH-MIGRATION://OFFLINE?DATA=" + quote(PADDED, safe="").replace("%2B", "%2b") + " \r\n"], ONE),
    ("other parameters", ["otpauth-migration://offline?x=1&data=" + quote(PADDED, safe="") + "&y=2"], ONE),
    ("hashes, digits and types",
     [uri(payload([
         entry(K[0], "Acme:a", "Acme", 2, 2), entry(K[1], "b", "Acme", 3), entry(K[2], "Acme: c d", "Acme", 1, 1, 1, 7),
         entry(K[3], "d", "", 1, 2, 1, 2**63 - 1), entry(K[4], "", "Acme"), entry(b"x", "short")], batch_id=2**31 - 1))],
     [export([
         account(K[0], "a", "Acme", None, "totp", "SHA256", 8), account(K[1], "b", "Acme", None, "totp", "SHA512"),
         account(K[2], "c d", "Acme", None, "hotp", counter=7),
         account(K[3], "d", "", None, "hotp", digits=8, counter=2**63 - 1), account(K[4], "", "Acme"),
         account(b"x", "short")], batch_id=2**31 - 1)]),
    ("unspecified hash, digits and type", [uri(payload([entry(K[0], "a", "", 0, 0, 0)]))], [export([account(K[0], "a")])]),
    ("names",
     [uri(payload([
         entry(K[0], "Acme Ltd:jane", "acme.example"), entry(K[1], "Acme:jane"), entry(K[2], "AWS:arn:aws:iam::1:mfa/j", "AWS"),
         entry(K[3], "https://git.example:jane", "https://git.example"), entry(K[4], "우리은행:사용자", "우리은행"),
         entry(K[5], "M\xfcller".encode("latin-1")), entry(K[6], "https://git.example:a+b%20c"),
         entry(K[7], "arn:aws:iam::1:mfa/j")]))],
     [export([
         account(K[0], "jane", "acme.example", "Acme Ltd"), account(K[1], "jane", "Acme"),
         account(K[2], "arn:aws:iam::1:mfa/j", "AWS"), account(K[3], "jane", "https://git.example"),
         account(K[4], "사용자", "우리은행"), account(K[5], "M\ufffdller"),
         account(K[6], "a+b%20c", "https://git.example"), account(K[7], "arn:aws:iam::1:mfa/j")])]),
    ("fields of later versions", [uri(payload([entry(K[0], "a", more=data(8, "id") + number(99, 1))], version=2, more=data(77, "x")))],
     [export([account(K[0], "a")])]),
    ("index and size left out", [uri(data(1, entry(K[0], "a")))], [export([account(K[0], "a")])]),
    ("an unreadable entry does not cost the others",
     [uri(payload([
         entry(K[0], "good"), entry(K[1], "Acme:five", algorithm=4), entry(b"", "none"), b"\x0a\xff", entry(K[2], "new", kind=9),
         entry(K[3], "ten", digits=3), entry(K[4], "minus", kind=1, counter=-1), entry(K[5], "sm3", algorithm=5),
         entry(K[6], "last")]))],
     [export([
         account(K[0], "good"), problem(2, "Acme:five", "its algorithm is MD5"), problem(3, "none", "it has no secret"),
         problem(4, "", "it is damaged"), problem(5, "new", "its type has the unknown number 9"),
         problem(6, "ten", "its number of digits has the unknown code 3"), problem(7, "minus", "its counter is negative"),
         problem(8, "sm3", "its algorithm has the unknown number 5"), account(K[6], "last")])]),
]
batch = [uri(payload([entry(K[i], str(i))], 4, i, -1234567890)) for i in range(4)]
of_four = [account(K[i], str(i)) for i in range(4)]
other = uri(payload([entry(K[9], "x")], 2, 1, 5))
read += [
    ("in any order", [batch[2], batch[0], batch[3], batch[1]], [export(of_four, 4, batch_id=-1234567890)]),
    ("twice", batch + batch[1:3], [export(of_four, 4, batch_id=-1234567890)]),
    ("missing", [batch[3], batch[1]], [export([of_four[1], of_four[3]], 4, [0, 2], -1234567890)]),
    ("two exports", [batch[1], other, batch[0], batch[2], batch[3]],
     [export(of_four, 4, batch_id=-1234567890), export([account(K[9], "x")], 2, [0], 5)]),
    ("two different batches in one place", [uri(payload([entry(K[i], "a")])) for i in (0, 1)],
     [export([account(K[0], "a"), account(K[1], "a")])]),
]
good = payload([entry(K[0], "a")])
refused = [
    ("not base64", text("XXXX"), "not a migration payload: the data is damaged or cut off"),
    ("cut off", uri(good[:-30]), "not a migration payload: the data is damaged or cut off"),
    ("foreign characters", text("!!!!"), "not a migration payload: the data is damaged or cut off"),
    ("no data", "otpauth-migration://offline", "not a migration payload: the data is damaged or cut off"),
    ("empty", text(""), "the migration payload holds no accounts"),
    ("no accounts", uri(payload([])), "the migration payload holds no accounts"),
    ("another scheme", "otpauth://totp/a?secret=AAAA", "this is not an `otpauth-migration://` URI"),
]
wrong_place = "the migration payload is numbered wrongly: it says neither which batch it is nor of how many"
for size, index in ((2, 2), (2, -1), (-1, 0), (2**31 - 1, 0)):
    refused.append((f"batch {index} of {size}", uri(payload([entry(K[0], "a")], size, index)), wrong_place))

b32 = [base64.b32encode(key).decode() for key in K]
written = [
    ("one batch, its index 0 written", -3, 10,
     [f"otpauth://totp/Acme:a%3Ab?secret={b32[0]}&issuer=Acme", f"otpauth://hotp/c?secret={b32[1]}&counter=5&digits=8"],
     [uri(payload([entry(K[0], "Acme:a:b", "Acme"), entry(K[1], "c", "", 1, 2, 1, 5)], 1, 0, -3))]),
    ("two to a batch", 9, 2, [f"otpauth://totp/{i}?secret={b32[i]}&algorithm=SHA{[1, 256, 512][i % 3]}" for i in range(5)],
     [uri(payload([entry(K[i], str(i), "", i % 3 + 1) for i in range(5)][2 * at : 2 * at + 2], 3, at, 9)) for at in range(3)]),
    ("alias and Hangul", 1, 10, [f"otpauth://totp/은행:가?secret={b32[0]}&issuer=bank.example"],
     [uri(payload([entry(K[0], "은행:가", "bank.example")], 1, 0, 1))]),
    ("nothing", 1, 10, [], []),
]
not_carried = [
    [f"otpauth://totp/Acme:a?secret={b32[0]}&period=60", "its codes last 60 seconds, not 30"],
    [f"otpauth://totp/fine?secret={b32[1]}", None],
    [f"otpauth://totp/b?secret={b32[0]}&digits=7", "its codes have 7 digits, not 6 or 8"],
    [f"otpauth://totp/Steam:c?secret={b32[0]}&encoder=steam", "its codes are Steam's"],
    [f"otpauth://hotp/d?secret={b32[0]}&counter={2**63}", "its counter is too large"],
    [f"otpauth://hotp/e?secret={b32[0]}&counter=0&digits=10", "its codes have 10 digits, not 6 or 8"],
]
with open("batches.json", "w", encoding="utf-8") as file:
    json.dump({
        "comment": "made by make.py",
        "read": [dict(zip(("name", "texts", "exports"), case)) for case in read],
        "refused": [dict(zip(("name", "text", "error"), case)) for case in refused],
        "written": [dict(zip(("name", "batch_id", "per_batch", "uris", "texts"), case)) for case in written],
        "not_carried": not_carried,
    }, file, indent=1, ensure_ascii=False)
    file.write("\n")
