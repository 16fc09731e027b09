#!/usr/bin/env python3
"""Writes files as Aegis, 2FAS, andOTP, Ente and Stratum export them, and beside each what is to be read from it.

The encryption is that of other libraries: pip install cryptography argon2-cffi PyNaCl. The codes are computed here, by Python's own
HMAC. Salts and nonces come from a hash, so the result does not change from run to run. Run in this folder.

FILE.expected.json: the password, if one is needed; then `entries` and `skipped`, or `exit` and `error` where the file is refused.
"""
import base64
import hashlib
import hmac
import json
import struct
import urllib.parse

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives import hashes, padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from nacl import bindings

AT = 1700000000
PASSWORD = "pass wörd"
STEAM = "23456789BCDFGHJKMNPQRTVWXY"
SHORT = "the secret is shorter than the 128 bits that RFC 4226 demands"
NO_COUNTER = "the file gives no counter: 0 was taken, which may need a resync"
MOTP = "mOTP, whose codes need a PIN and MD5, is not supported"
NOT_AN_ENTRY = "it is not as this program writes its entries"
YANDEX = "Yandex's codes, which need a PIN, are not supported"


def fixed(name, length):
    """Bytes that look random and stay the same."""
    return hashlib.shake_256(name.encode()).digest(length)


def b32(name, length):
    return base64.b32encode(fixed(name, length)).decode().rstrip("=")


def b64(data):
    return base64.b64encode(data).decode()


def code(entry):
    text = entry["secret"]
    bits = "".join(f"{'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.index(symbol):05b}" for symbol in text)
    key = bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits) - 7, 8))
    moving = entry["counter"] if entry["type"] == "hotp" else AT // entry["period"]
    mac = hmac.new(key, moving.to_bytes(8, "big"), entry["algorithm"].lower()).digest()
    offset = mac[-1] & 15
    value = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFFFFFF
    if entry["type"] == "steam":
        return "".join(STEAM[value // 26**place % 26] for place in range(5))
    return str(value % 10 ** entry["digits"]).zfill(entry["digits"])


def entry(issuer, account, secret=None, kind="totp", algorithm="SHA1", digits=6, period=30, counter=None, tags=(),
          note=None, alias=None, warnings=()):
    """An entry as it is to be read; `digits` is null for steam, as in the vault."""
    made = {
        "type": kind, "issuer": issuer, "account": account, "alias": alias,
        "secret": secret or b32(f"{issuer}:{account}", 20), "algorithm": algorithm,
        "digits": None if kind == "steam" else digits, "period": None if kind == "hotp" else period, "counter": counter,
        "tags": list(tags), "note": note, "warnings": list(warnings),
    }
    made["code"] = code(made)
    return made


def write(name, content, format=None, entries=None, skipped=(), password=None, exit=None, error=None):
    data = content if isinstance(content, bytes) else content.encode()
    with open(name, "wb") as file:
        file.write(data)
    expected = {"password": password}
    if entries is None:
        expected.update({"exit": exit, "error": error})
    else:
        expected.update({
            "format": format, "at": AT, "entries": list(entries),
            "skipped": [{"label": label, "reason": reason} for label, reason in skipped],
        })
    with open(name + ".expected.json", "w") as file:
        json.dump(expected, file, ensure_ascii=False, indent=1)
        file.write("\n")


def gcm(key, nonce, data):
    return AESGCM(key).encrypt(nonce, data, None)


def pbkdf2(hash_, password, salt, iterations):
    return PBKDF2HMAC(hash_, 32, salt, iterations).derive(password.encode())


# What all the programs have in common.
ALICE = dict(issuer="GitHub", account="alice@example.com")
MINSU = dict(issuer="카카오", account="민수", algorithm="SHA256", digits=8, period=60)
BOB = dict(issuer="Bank", account="bob", kind="hotp", algorithm="SHA512", digits=7, counter=5)
GAMER = dict(issuer="Steam", account="gamer", kind="steam")

# ---------------------------------------------------------------- Aegis


def aegis_entry(made, groups=None, group=None, **more):
    info = {"secret": made["secret"], "algo": made["algorithm"], "digits": made["digits"] or 5}
    info |= {"counter": made["counter"]} if made["type"] == "hotp" else {"period": made["period"]}
    out = {
        "type": made["type"], "uuid": "01234567-89ab-cdef-0123-456789abcdef", "name": made["account"],
        "issuer": made["issuer"], "note": made["note"] or "", "favorite": False, "icon": None, "icon_mime": None,
        "icon_hash": None, "info": info,
    }
    out |= {"groups": groups} if groups is not None else {"group": group}
    return out | more


def aegis_db(version):
    work, home = "aaaaaaaa-0000-4000-8000-000000000001", "aaaaaaaa-0000-4000-8000-000000000002"
    by_id = version == 3
    tags = ["Work", "At home"] if by_id else ["Work"]
    read = [
        entry(**ALICE, tags=tags, note="recovery codes are in the safe\nbehind the painting"),
        entry(**MINSU),
        entry(**BOB),
        entry(**GAMER),
        entry("", "no issuer", secret="JBSWY3DPEHPK3PXP", warnings=[SHORT]),
        entry("Ten", "all digits", digits=10),
    ]
    entries = [
        aegis_entry(made, groups=[work, home] if index == 0 else [])
        if by_id
        else aegis_entry(made, group="Work" if index == 0 else None)
        for index, made in enumerate(read)
    ]
    more = {"groups": []} if by_id else {"group": None}
    entries.append({"type": "motp", "uuid": "", "name": "mo", "issuer": "Old", "note": "", "icon": None,
                    "info": {"secret": "e3152afee62599c8", "algo": "MD5", "digits": 6, "period": 10, "pin": "1234"}} | more)
    entries.append({"type": "yandex", "uuid": "", "name": "ya", "issuer": "Yandex", "note": "", "icon": None,
                    "info": {"secret": "LA2V6KMCGYMWWVEW64RNP3JA3I", "algo": "SHA256", "digits": 8, "period": 30, "pin": "5239"}} | more)
    entries.append(aegis_entry(read[0] | {"account": "odd secret", "secret": "GEZD0NBV"}, groups=[]))
    entries.append({"type": "totp", "name": 5, "info": None})
    skipped = [
        ("Old:mo", MOTP),
        ("Yandex:ya", YANDEX),
        ("GitHub:odd secret", "the secret cannot be read: illegal base32 character `0` at position 5: is it the letter O?"),
        ("entry 10", NOT_AN_ENTRY),
    ]
    db = {"version": version, "entries": entries}
    if by_id:
        db["groups"] = [{"uuid": work, "name": "Work"}, {"uuid": home, "name": "At home"}]
    return db, read, skipped


def aegis_plain(db):
    return json.dumps({"version": 1, "header": {"slots": None, "params": None}, "db": db}, indent=4)


def aegis_slot(name, password, master, n=32768, r=8, p=1, derive=True):
    salt, nonce = fixed(name + " salt", 32), fixed(name + " nonce", 12)
    key = Scrypt(salt, 32, n, r, p).derive(password.encode()) if derive else bytes(32)
    sealed = gcm(key, nonce, master)
    return {
        "type": 1, "uuid": "bbbbbbbb-0000-4000-8000-000000000000", "key": sealed[:-16].hex(),
        "key_params": {"nonce": nonce.hex(), "tag": sealed[-16:].hex()}, "n": n, "r": r, "p": p, "salt": salt.hex(),
        "repaired": True, "is_backup": False,
    }


def aegis_biometric(master):
    slot = aegis_slot("biometric", "", master, derive=False)
    return {"type": 2} | {key: slot[key] for key in ("uuid", "key", "key_params")}


MASTER = fixed("aegis master", 32)


def aegis_encrypted(db, slots):
    nonce = fixed("aegis db", 12)
    sealed = gcm(MASTER, nonce, json.dumps(db).encode())
    header = {"slots": slots, "params": {"nonce": nonce.hex(), "tag": sealed[-16:].hex()}}
    return json.dumps({"version": 1, "header": header, "db": b64(sealed[:-16])}, indent=4)


for version in (1, 2, 3):
    db, read, skipped = aegis_db(version)
    write(f"aegis_plain_{version}.json", aegis_plain(db), "Aegis", read, skipped)
db, read, skipped = aegis_db(3)
slots = [aegis_biometric(MASTER), aegis_slot("backup", "another", MASTER), aegis_slot("main", PASSWORD, MASTER)]
write("aegis_encrypted_3.json", aegis_encrypted(db, slots), "Aegis, encrypted", read, skipped, PASSWORD)
db, read, skipped = aegis_db(2)
write("aegis_encrypted_2.json", aegis_encrypted(db, slots[2:]), "Aegis, encrypted", read, skipped, PASSWORD)
write("aegis_biometric_only.json", aegis_encrypted(db, slots[:1]), password=PASSWORD, exit=1,
      error="no password opens it, only the phone that wrote it")
write("aegis_memory_of_64_gib.json", aegis_encrypted(db, [aegis_slot("x", "", MASTER, n=1 << 26, derive=False)]),
      password=PASSWORD, exit=1, error="asks for 64 GiB of memory to derive its key, and at most 1 GiB of memory is allowed")
write("aegis_lanes.json", aegis_encrypted(db, [aegis_slot("x", "", MASTER, p=1 << 20, derive=False)]), password=PASSWORD,
      exit=1, error="asks for 32768 GiB of scrypt in all")
write("aegis_many_slots.json", aegis_encrypted(db, [aegis_slot("x", "", MASTER, derive=False)] * 100), password=PASSWORD,
      exit=1, error="asks for 4 GiB of scrypt in all")
write("aegis_no_power_of_two.json", aegis_encrypted(db, [aegis_slot("x", "", MASTER, n=3, derive=False)]),
      password=PASSWORD, exit=3, error="the password of this Aegis file is wrong")
write("aegis_future.json", aegis_plain(db | {"version": 4}), exit=1, error="version 4 of its entries, which is not known")
write("aegis_future_file.json", aegis_plain(db).replace('"version": 1', '"version": 2', 1), exit=1, error="version 2")
write("aegis_other_key.json", aegis_encrypted(db, [aegis_slot("main", PASSWORD, bytes(32))]), password=PASSWORD, exit=1,
      error="its entries are not what was encrypted")

# ---------------------------------------------------------------- 2FAS


def two_fas(schema):
    read = [
        entry(**ALICE, tags=["Work"], alias="My GitHub"),
        entry(**MINSU),
        entry(**BOB),
        entry(**GAMER),
        entry("Bare", "", secret=b32("bare", 32)),
        entry("Label", "only@example.com"),
    ]
    services = []
    for position, made in enumerate(read):
        steam, hotp = made["type"] == "steam", made["type"] == "hotp"
        services.append({
            "name": made["alias"] or made["issuer"], "secret": made["secret"], "updatedAt": 1708958781890,
            "otp": {
                "link": f"otpauth://totp/{urllib.parse.quote(made['account'])}?secret={made['secret']}",
                "label": f"{made['issuer']}:{made['account']}", "account": made["account"], "issuer": made["issuer"],
                "digits": 5 if steam else made["digits"], "period": None if hotp else made["period"],
                "algorithm": made["algorithm"], "counter": made["counter"] if hotp else 0,
                "tokenType": made["type"].upper(), "source": "Link",
            },
            "order": {"position": position},
            "badge": {"color": "Default"},
            "icon": {"selected": "Label", "label": {"text": "GI", "backgroundColor": "Orange"},
                     "iconCollection": {"id": "a5b3fb65-4ec5-43e6-8ec1-49e24ca9e7ad"}},
            "groupId": "c0ffee" if made["tags"] else None,
        })
    # What a hand-entered service lacks.
    services[4]["otp"] = {"source": "Manual", "algorithm": None, "tokenType": None}
    del services[5]["otp"]["account"], services[5]["otp"]["tokenType"]
    services.append({"name": "Odd", "secret": read[0]["secret"], "otp": {"algorithm": "SHA224"}})
    services.append({"name": "No secret", "otp": {}})
    skipped = [
        ("Odd", "unknown algorithm `SHA224`: one of SHA1, SHA256, SHA512 is needed"),
        ("No secret", "missing secret"),
    ]
    file = {
        "services": services, "groups": [{"id": "c0ffee", "name": "Work", "isExpanded": True, "updatedAt": 1}],
        "updatedAt": 1708958781890, "schemaVersion": schema, "appVersionCode": 5000017, "appVersionName": "5.3.6",
        "appOrigin": "android",
    }
    return file, read, skipped


def two_fas_sealed(name, data, salt_length):
    salt, nonce = fixed(name + " salt", salt_length), fixed(name + " nonce", 12)
    key = pbkdf2(hashes.SHA256(), PASSWORD, salt, 10000)
    return ":".join(b64(part) for part in (gcm(key, nonce, data), salt, nonce))


for schema in (2, 3, 4):
    file, read, skipped = two_fas(schema)
    write(f"2fas_schema_{schema}.2fas", json.dumps(file, ensure_ascii=False), "2FAS", read, skipped)
# The first schema knew no parameters and no groups.
read = [entry(**ALICE), entry("Label", "only@example.com")]
services = [
    {"name": made["issuer"], "secret": made["secret"], "order": {"position": 0}, "type": "Unknown", "updatedAt": 1618417205843,
     "otp": {"account": made["account"], "issuer": made["issuer"], "label": f"{made['issuer']}:{made['account']}"}}
    for made in read
]
write("2fas_schema_1.json", json.dumps({"appOrigin": "android", "appVersionCode": 300101, "schemaVersion": 1, "services": services},
      indent=2), "2FAS", read)
write("2fas_schema_0.json", json.dumps({"schemaVersion": 0, "services": []}), exit=1, error="version 0")
write("2fas_future.2fas", json.dumps(two_fas(5)[0]), exit=1, error="version 5")
for origin, salt_length, schema in (("android", 256, 4), ("ios", 32, 3)):
    file, read, skipped = two_fas(schema)
    file["servicesEncrypted"] = two_fas_sealed(origin, json.dumps(file["services"]).encode(), salt_length)
    file["reference"] = two_fas_sealed("reference", b"tRViSsLKzd86Hprh4ceC2OP7xazn4rrt4xhfEUbOjxLX8Rc3mkISXE0lWbmnWfggogbBJhtYgpK6fMl1D6m", salt_length)
    file |= {"services": [], "appOrigin": origin}
    write(f"2fas_encrypted_{origin}.2fas", json.dumps(file), "2FAS, encrypted", read, skipped, PASSWORD)
file["servicesEncrypted"] = ":".join([b64(bytes(40))] + two_fas_sealed("x", b"[]", 32).split(":")[1:])
write("2fas_damaged.2fas", json.dumps(file), password=PASSWORD, exit=1, error="its entries are not what was encrypted")
file["servicesEncrypted"] = "AAAA:AAAA"
write("2fas_two_parts.2fas", json.dumps(file), password=PASSWORD, exit=1, error="`servicesEncrypted` does not have three parts")

# ---------------------------------------------------------------- andOTP


def andotp(old):
    read = [
        entry(**ALICE, tags=[] if old else ["Work", "At home"]),
        entry(**MINSU),
        entry(**BOB),
        entry(**GAMER),
        entry("", "alone"),
    ]
    items = []
    for made in read:
        item = {
            "secret": made["secret"] + "=" * (-len(made["secret"]) % 8), "issuer": made["issuer"], "label": made["account"],
            "digits": made["digits"] or 5, "type": made["type"].upper(), "algorithm": made["algorithm"],
            "thumbnail": "Default", "last_used": 1600000000000, "used_frequency": 0, "tags": made["tags"],
        }
        item |= {"counter": made["counter"]} if made["type"] == "hotp" else {"period": made["period"]}
        if old:
            del item["issuer"], item["tags"], item["used_frequency"]
            item["label"] = " - ".join(part for part in (made["issuer"], made["account"]) if part)
        items.append(item)
    items.append(items[0] | {"type": "MOTP", "label": "mo" if not old else "Old - mo"})
    return json.dumps(items).encode(), read, [("Old:mo" if old else "GitHub:mo", MOTP)]


data, read, skipped = andotp(True)
write("andotp_old_labels.json", data, "andOTP", read, skipped)
nonce = fixed("andotp old", 12)
write("andotp_old_encryption.json.aes", nonce + gcm(hashlib.sha256(PASSWORD.encode()).digest(), nonce, data), "andOTP, encrypted",
      read, skipped, PASSWORD)
data, read, skipped = andotp(False)
write("andotp.json", data, "andOTP", read, skipped)
salt, nonce, iterations = fixed("andotp salt", 12), fixed("andotp nonce", 12), 152_741
key = pbkdf2(hashes.SHA1(), PASSWORD, salt, iterations)
write("andotp.json.aes", struct.pack(">I", iterations) + salt + nonce + gcm(key, nonce, data), "andOTP, encrypted", read, skipped,
      PASSWORD)
write("andotp_no_list.aes", nonce + gcm(hashlib.sha256(PASSWORD.encode()).digest(), nonce, b"{}" + b" " * 40), password=PASSWORD,
      exit=1, error="this andOTP file is damaged")
write("rubbish.bin", fixed("rubbish", 4096), password=PASSWORD, exit=3,
      error="this file is in no form that is known, or the password is not that of an andOTP backup")
write("empty", b"", exit=1, error="this file is in no form that is known")
write("text.txt", "a letter, and no export\n", exit=1, error="this file is in no form that is known")
write("picture.png", b"\x89PNG\r\n\x1a\n" + fixed("png", 500), exit=1, error="this is a PNG picture: read the QR codes in it")
write("other.json", '{"accounts": [], "settings": {"dark": true}}', exit=1, error="this file is in no form that is known")
write("cut.json", '{"accounts": [{"se', exit=1, error="this JSON file is damaged: it breaks off in line 1, column 18")

# ---------------------------------------------------------------- Ente


def ente():
    note = 'a "quoted" note & more = 100%\nwith a second line'
    read = [
        entry(**ALICE, tags=["Work", "At home"], note=note),
        entry(**MINSU, warnings=["some apps, Google Authenticator among them, ignore `algorithm`, `digits` and `period` and show other codes"]),
        entry(**BOB, warnings=["some apps, Google Authenticator among them, ignore `algorithm`, `digits` and `period` and show other codes"]),
        entry(**GAMER),
        entry("Air Canada", "raw & old", tags=["Travel"], warnings=["the URI holds a raw `#`: look whether the names are complete"]),
        entry("No", "display"),
        entry("Bad", "display", warnings=["its tags and its note cannot be read and were left out"]),
    ]
    escape = lambda text: urllib.parse.quote(text, safe="")
    lines = []
    for made in read:
        digits, kind = made["digits"] or 5, made["type"]
        moving = f"&counter={made['counter']}" if kind == "hotp" else f"&period={made['period']}"
        display = {"pinned": False, "trashed": False, "lastUsedAt": 0, "tapCount": 0, "tags": made["tags"],
                   "note": made["note"] or "", "position": 0, "iconSrc": "", "iconID": ""}
        lines.append(
            f"otpauth://{kind}/{escape(made['issuer'])}:{escape(made['account'])}?secret={made['secret']}"
            f"&issuer={escape(made['issuer'])}&algorithm={made['algorithm'].lower()}&digits={digits}{moving}"
            f"&codeDisplay={escape(json.dumps(display, ensure_ascii=False))}")
    # An old version escaped neither the names nor what is displayed.
    lines[4] = (f"otpauth://totp/Air Canada:raw & old?algorithm=Algorithm.sha1&digits=6&issuer=Air Canada&period=30&secret={read[4]['secret']}"
                '&codeDisplay={"pinned":true,"trashed":false,"tags":["Travel"],"note":"","x":"#1 & more"}')
    lines[5] = lines[5].split("&codeDisplay")[0]
    lines[3] = lines[3].replace("%22trashed%22%3A%20false", "%22trashed%22%3A%20null")
    lines[6] = lines[6].split("&codeDisplay")[0] + "&codeDisplay=%7B%22tags%22%3A5%7D"
    lines.append(lines[0].replace("alice", "thrown").replace("%22trashed%22%3A%20false", "%22trashed%22%3A%20true"))
    lines.append("otpauth://totp/No%20secret?issuer=None&codeDisplay=%7B%7D")
    skipped = [("GitHub:thrown@example.com", "it is in Ente's trash"), ("line 9", "missing secret")]
    return "\n".join(lines) + "\n", read, skipped


def secretstream(key, header, data, tag):
    # `init_push` would draw a header; for the same header `init_pull` gives the same state.
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    bindings.crypto_secretstream_xchacha20poly1305_init_pull(state, header, key)
    return bindings.crypto_secretstream_xchacha20poly1305_push(state, data, None, tag)


def ente_file(data, header, salt, memory, passes):
    return json.dumps({"version": 1, "kdfParams": {"memLimit": memory, "opsLimit": passes, "salt": b64(salt)},
                       "encryptedData": b64(data), "encryptionNonce": b64(header)})


text, read, skipped = ente()
write("ente.txt", text, "Ente", read, skipped)
MEMORY, PASSES = 64 << 20, 2
for name, tag in (("final", bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL),
                  ("message", bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE)):
    salt, header = fixed("ente salt", 16), fixed("ente header", 24)
    key = hash_secret_raw(PASSWORD.encode(), salt, PASSES, MEMORY // 1024, 1, 32, Type.ID)
    sealed = secretstream(key, header, text.encode(), tag)
    write(f"ente_encrypted_{name}.txt", ente_file(sealed, header, salt, MEMORY, PASSES), "Ente, encrypted", read, skipped,
          PASSWORD)
write("ente_memory_of_64_gib.txt", ente_file(sealed, header, salt, 64 << 30, 1), password=PASSWORD, exit=1,
      error="asks for 64 GiB of memory to derive its key, and at most 1 GiB of memory is allowed")
write("ente_passes.txt", ente_file(sealed, header, salt, 1 << 30, 1_000_000), password=PASSWORD, exit=1,
      error="asks for 1000000 GiB of Argon2 in all its passes to derive its key, and at most Argon2 over 10 GiB")
write("ente_overflow.txt", ente_file(sealed, header, salt, (1 << 64) - 1, (1 << 64) - 1), password=PASSWORD, exit=1,
      error="and at most 1 GiB of memory is allowed")
write("ente_no_memory.txt", ente_file(sealed, header, salt, 0, 0), password=PASSWORD, exit=1,
      error="its parameters are none that Argon2 has")
write("ente_short_salt.txt", ente_file(sealed, header, b"salt", MEMORY, PASSES), password=PASSWORD, exit=1,
      error="its parameters are none that Argon2 has")
write("ente_future.txt", ente_file(sealed, header, salt, MEMORY, PASSES).replace('"version": 1', '"version": 2'), exit=1,
      error="version 2")

# ---------------------------------------------------------------- Stratum


def stratum():
    read = [
        entry(**ALICE, tags=["Work", "At home"]),
        entry(**MINSU),
        entry(**BOB),
        entry(**GAMER),
    ]
    types = {"hotp": 1, "totp": 2, "steam": 4}
    items = []
    for ranking, made in enumerate(read):
        items.append({
            "Type": types[made["type"]], "Icon": "github", "Issuer": made["issuer"], "Username": made["account"],
            "Secret": made["secret"], "Pin": None, "Algorithm": ["SHA1", "SHA256", "SHA512"].index(made["algorithm"]),
            "Digits": made["digits"] or 5, "Period": made["period"] or 30, "Counter": made["counter"] or 0,
            "CopyCount": 0, "Ranking": ranking,
        })
    items.append(items[0] | {"Type": 3, "Issuer": "Old", "Username": None, "Secret": "abcdefabcdefabcdef", "Pin": "1234"})
    items.append(items[0] | {"Type": 5, "Issuer": "Yandex", "Username": "ya", "Secret": "LA2V6KMCGYMWWVEW64RNP3JA3IAAAAAAHTSG4HRZPI"})
    items.append(items[0] | {"Type": 9, "Issuer": "New"})
    items.append(items[0] | {"Algorithm": 7, "Issuer": "Hash", "Secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"})
    skipped = [("Old", MOTP), ("Yandex:ya", YANDEX), ("New:alice@example.com", "its type is not known"),
               ("Hash:alice@example.com", "unknown algorithm `of a number that is not known`: one of SHA1, SHA256, SHA512 is needed")]
    file = {
        "Authenticators": items,
        "Categories": [{"Id": "8a1e", "Name": "Work", "Ranking": 0}, {"Id": "77f0", "Name": "At home", "Ranking": 1}],
        "AuthenticatorCategories": [
            {"CategoryId": category, "AuthenticatorSecret": read[0]["secret"], "Ranking": 0} for category in ("8a1e", "77f0")
        ],
        "CustomIcons": [],
    }
    return json.dumps(file, ensure_ascii=False).encode(), read, skipped


data, read, skipped = stratum()
write("stratum.json", data, "Stratum", read, skipped)
salt, nonce = fixed("stratum salt", 16), fixed("stratum nonce", 12)
key = hash_secret_raw(PASSWORD.encode(), salt, 3, 64 << 10, 4, 32, Type.ID)
write("stratum_encrypted.authpro", b"AUTHENTICATORPRO" + salt + nonce + gcm(key, nonce, data), "Stratum, encrypted", read, skipped,
      PASSWORD)
salt, nonce = fixed("stratum legacy salt", 20), fixed("stratum legacy iv", 16)
key = pbkdf2(hashes.SHA1(), PASSWORD, salt, 64_000)
pad = padding.PKCS7(128).padder()
encryptor = Cipher(algorithms.AES(key), modes.CBC(nonce)).encryptor()
sealed = encryptor.update(pad.update(data) + pad.finalize()) + encryptor.finalize()
write("stratum_legacy.authpro", b"AuthenticatorPro" + salt + nonce + sealed, "Stratum, encrypted by an old version", read, skipped,
      PASSWORD)
write("stratum_cut.authpro", b"AUTHENTICATORPRO" + salt[:8], exit=1, error="it breaks off in its header")

# ---------------------------------------------------------------- lists of URIs


read = [entry(**ALICE), entry(**GAMER)]
write("uris.txt", f"my password of the entry\n\notpauth://totp/GitHub:alice%40example.com?secret={read[0]['secret']}&issuer=GitHub\n"
      f"otpauth://steam/Steam:gamer?secret={read[1]['secret']}&issuer=Steam\notpauth://totp/x?secret=1\n", "list of URIs", read,
      [("line 5", "the secret cannot be read: illegal base32 character `1` at position 1: is it the letter I or L?")])
