#!/usr/bin/env python3
"""Writes totp-cli's dumps and credentials after its source (yitsushi/totp-cli: internal/cmd/dump.go, internal/storage/*.go).

The YAML is written by the library that totp-cli uses (make_totp_cli.go: needs go and golang-gopkg-yaml.v3-dev), the credentials by
`age`, as totp-cli's are by filippo.io/age, armored; age draws its own randomness, so that file is left as it is when it is there.
"""
import hashlib
import json
import os
import subprocess

from make_expectations import b32, entry, read, refused, skipped

PASSWORD = "비밀 pass"
PREFIX = "totp-cli shows a prefix before the code, which is left out here"


def key(number, length=20):
    return hashlib.sha256(b"totp-cli vector %d" % number).digest()[:length]


def account(name, token, prefix="", length=6, algorithm="", **more):
    return {"name": name, "token": token, "prefix": prefix, "length": length, "algorithm": algorithm, **more}


# Letters alone, and digits alone, which YAML would take for numbers: 234567… as an integer, …E… as a float.
DIGITS = "2345672345672345"
FLOAT = "23456723E4567234"
NAMESPACES = [
    {"name": "personal", "accounts": [
        account("github", b32(key(0))),
        account("naïve: yes", b32(key(1)).lower(), prefix="hunter2"),
        account("네이버", b32(key(2)), length=8, algorithm="sha256"),
        account("digits", DIGITS), account("float", FLOAT),
        account("true", " ".join(b32(key(3))[i:i + 4] for i in range(0, 32, 4)), length=0, algorithm="sha512")]},
    {"name": "work", "accounts": [account("empty", ""), account("bad", "hunter2!"), account("long", b32(key(5)), length=12),
                                  account("sha3", b32(key(5)), algorithm="sha3-256"), account("github", b32(key(4)))]},
    {"name": "nothing", "accounts": []},
]
WEAK = "the secret is shorter than the 128 bits that RFC 4226 demands"


def unb32(text):
    import base64
    return base64.b32decode(text)


FOUND = [
    entry(key(0), "personal", "github"),
    entry(key(1), "personal", "naïve: yes", warnings=[PREFIX]),
    entry(key(2), "personal", "네이버", digits=8, algorithm="SHA256"),
    entry(unb32(DIGITS), "personal", "digits", warnings=[WEAK]),
    entry(unb32(FLOAT), "personal", "float", warnings=[WEAK]),
    entry(key(3), "personal", "true", algorithm="SHA512"),
    skipped("work:empty", "missing secret"),
    skipped("work:bad", "the secret cannot be read: illegal base32 character `!` at position 8"),
    skipped("work:long", "digits out of range: a code has 1 to 10"),
    skipped("work:sha3", "unknown algorithm `sha3-256`: one of SHA1, SHA256, SHA512 is needed"),
    entry(key(4), "work", "github"),
]

environment = {**os.environ, "GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOFLAGS": ""}
text = subprocess.run(["go", "run", "make_totp_cli.go"], input=json.dumps(NAMESPACES).encode(), env=environment, capture_output=True, check=True).stdout.decode()
read("totp-cli.yaml", text, "totp-cli", FOUND)

# As its README has it for `totp-cli import`, written by hand, without a line break at the end.
CUT = "the file ends within a line: if it was cut off, this is another secret"
by_hand = f"""# my tokens
---
- accounts:
    - {{token: {b32(key(6))}, name: flow, time-period: 60}}
    - name: block
      token: >-
        {b32(key(7))}
      note: what is this
    - name: [odd]
      token: {b32(key(7))}
  name: ns1
- name: 'ns2'
  accounts:
    - name: last
      token: "{b32(key(8))}\""""
read("totp-cli-by-hand.yaml", by_hand, "totp-cli", [
    entry(key(6), "ns1", "flow", period=60),
    entry(key(7), "ns1", "block", warnings=["it has a setting that is not known: compare a code"]),
    skipped("ns1, account 3", "it is not as this program writes its entries"),
    entry(key(8), "ns2", "last", warnings=[CUT]),
])
# An alias makes a large file of a small one.
bomb = "- name: &a\n" + "".join(f"    - &{chr(98 + i)} [*{chr(97 + i)}, *{chr(97 + i)}]\n" for i in range(20)) + "  accounts:\n    - token: x\n"
refused("totp-cli-bomb.yaml", bomb, "this totp-cli file is damaged: an anchor or a tag stands in line 1, which is not read")
refused("totp-cli-odd.yaml", text.replace("    - name: digits", "   - name: digits"), "this totp-cli file is damaged: it is not YAML from line 18 on")

# What age and totp-cli put into the credentials: JSON; versions before they had tags wrote the names of the fields in capitals.
old = [{"Name": "personal", "Accounts": [{"Name": "github", "Token": b32(key(0))}, {"Name": "p", "Token": b32(key(1)), "Prefix": "hunter2"}]}]
read("totp-cli-old.json", json.dumps(old), "totp-cli", [FOUND[0], entry(key(1), "personal", "p", warnings=[PREFIX])])
NAME = "totp-cli.credentials"
if not os.path.exists(NAME):
    with open("plain.tmp", "w") as file:
        json.dump(NAMESPACES[:1], file)
    subprocess.run(["script", "-qec", f"age -p -a -o {NAME} plain.tmp", "/dev/null"], input=f"{PASSWORD}\n{PASSWORD}\n".encode(), check=True)
    os.remove("plain.tmp")
read(NAME, open(NAME, "rb").read(), "totp-cli", FOUND[:6], password=PASSWORD)
refused("totp-cli-wrong-password.credentials", open(NAME, "rb").read(), "the password of this age file is wrong", "guess")
