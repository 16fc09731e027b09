#!/usr/bin/env python3
"""Writes digits.json: codes of 1 to 10 digits, of all three hashes, computed here by Python's own HMAC.

oathtool knows 6, 7 and 8 digits only. Run in this folder; the result does not change from run to run.
"""
import hashlib
import hmac
import json
import random


def code(key, counter, hash_name, digits):
    mac = hmac.new(key, counter.to_bytes(8, "big"), getattr(hashlib, hash_name)).digest()
    offset = mac[-1] & 15
    value = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(value % 10**digits).zfill(digits)


rng = random.Random(4226)
cases = []
for digits in range(1, 11):
    for hash_name in ("sha1", "sha256", "sha512"):
        for length in (1, 10, 20, 40, 64, 65, 128, 129, 200):
            key = rng.randbytes(length)
            counter = rng.choice([rng.getrandbits(8), rng.getrandbits(32), rng.getrandbits(64), 2**64 - 1, 0])
            cases.append({
                "key": key.hex(), "counter": counter, "algorithm": hash_name.upper(), "digits": digits,
                "code": code(key, counter, hash_name, digits),
            })
with open("digits.json", "w", encoding="utf-8") as file:
    json.dump({"comment": "made by make.py", "cases": cases}, file, indent=0)
    file.write("\n")
