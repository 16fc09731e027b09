#!/usr/bin/env python3
"""Writes FreeOTP 2's backups: what stands in them is said here, and Java encrypts and serializes it (make_freeotp_2.java).

The form follows FreeOTP for Android: mobile/src/main/java/org/fedorahosted/freeotp/{Token,TokenPersistence}.java and
encryptor/{EncryptedKey,MasterKey}.java. Needs Java 17. Run in this folder; the result does not change from run to run.
"""
import hashlib
import json
import subprocess

from make_expectations import entry, read, refused, skipped

PASSWORD = "pass wörd"  # the one that the fuzz targets try
FORM = "FreeOTP 2 backup"
NOTE = "some versions of FreeOTP 2 have mixed up the secrets in their backups: compare a code of each entry with the app"


def key(number, length=20):
    return hashlib.sha256(b"freeotp 2 vector %d" % number).digest()[:length]


def uuid(number):
    return f"{number:08x}-1111-4222-8333-444444444444"


def gson(value):
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&='":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def backup(name, tokens, algorithm="PBKDF2withHmacSHA512", iterations=100000):
    lines = [name, PASSWORD, algorithm, str(iterations)]
    for number, (secret, token) in enumerate(tokens):
        lines += [uuid(number), secret.hex(), "Hmac" + (token or {}).get("algo", "SHA1"), gson(token) if token else ""]
    subprocess.run(["java", "make_freeotp_2.java"], input="\n".join(lines) + "\n", text=True, check=True)
    return open(name, "rb").read()


def in_order(content, tokens, found):
    """What is found stands in the order of the file, which is that of Java's HashMap."""
    place = {number: content.find((uuid(number) + "-token").encode()) for number in range(len(tokens))}
    return [found[number] for number in sorted(place, key=place.get) if place[number] >= 0]


TOKENS = [
    (key(0), {"algo": "SHA1", "counter": 0, "digits": 6, "issuerExt": "GitHub", "issuerInt": "GitHub", "label": "alice", "period": 30, "type": "TOTP"}),
    (key(1), {"algo": "SHA256", "digits": 8, "issuerExt": "AWS & <Co>", "label": "root", "period": 60, "type": "TOTP", "color": "00ff00", "lock": True}),
    (key(2), {"label": "no issuer", "type": "TOTP"}),
    (key(3), {"counter": 7, "issuerExt": "Bank", "label": "bob", "type": "HOTP"}),
    (key(4), {"issuerExt": "Steam", "label": "gordon", "digits": 5, "type": "TOTP"}),
    (key(5), {"issuerExt": "네이버", "issuerInt": "naver.com", "label": "사용자 🔑", "type": "TOTP", "labelAlt": "old", "issuerAlt": "old"}),
    (key(6), {"algo": "SHA384", "issuerExt": "Other hash", "label": "o", "type": "TOTP"}),
    (b"", {"issuerExt": "No secret", "label": "n", "type": "TOTP"}),
    (key(8), None),
]
FOUND = [
    entry(key(0), "GitHub", "alice"),
    entry(key(1), "AWS & <Co>", "root", algorithm="SHA256", digits=8, period=60),
    entry(key(2), "", "no issuer"),
    entry(key(3), "Bank", "bob", kind="hotp", counter=7),
    entry(key(4), "Steam", "gordon", kind="steam"),
    entry(key(5), "naver.com", "사용자 🔑", alias="네이버"),
    skipped("Other hash:o", "unknown algorithm `SHA384`: one of SHA1, SHA256, SHA512 is needed"),
    skipped("No secret:n", "its secret is not in the file"),
    None,
]
NAME = "freeotp-2.xml"
content = backup(NAME, TOKENS)
ordered = in_order(content, TOKENS, FOUND)
read(NAME, content, FORM, [*ordered, skipped("secret 1", "whose it is does not stand in the file")], [NOTE], PASSWORD)
refused("freeotp-2-wrong-password.xml", content, f"the password of this {FORM} file is wrong", "guess")
refused("freeotp-2-cut.xml", content[:len(content) // 2], f"this {FORM} file is damaged: it breaks off, or holds more than texts")
# One byte of one secret is changed.
at = content.find(b"mCipherText", content.find(uuid(0).encode() + b"t")) + 15
changed = bytearray(content)
digit = next(i for i in range(at, at + 20) if chr(content[i]).isdigit() and chr(content[i]) != "0")
changed[digit] = ord("2") if content[digit] == ord("1") else ord("1")
read("freeotp-2-changed.xml", bytes(changed), FORM,
     [*[skipped("GitHub:alice", "its secret was changed after it was encrypted") if one is FOUND[0] else one for one in ordered],
      skipped("secret 1", "whose it is does not stand in the file")], [NOTE], PASSWORD)
# Old phones have SHA-1 only; a cost that nobody waits for.
old = backup("freeotp-2-sha1.xml", TOKENS[:2], "PBKDF2withHmacSHA1", 1000)
read("freeotp-2-sha1.xml", old, FORM, in_order(old, TOKENS[:2], FOUND), [NOTE], PASSWORD)
dear = old.replace(b'"mIterations":1000,', b'"mIterations":5000001,')
length = dear.find(b'{"mAlgorithm"') - 2
dear = dear[:length] + (int.from_bytes(dear[length:length + 2], "big") + 3).to_bytes(2, "big") + dear[length + 2:]
refused("freeotp-2-endless.xml", dear,
        f"this {FORM} file asks for 5000001 iterations of PBKDF2 to derive its key, and at most 5000000 iterations of PBKDF2 is allowed", PASSWORD)
