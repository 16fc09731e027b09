#!/usr/bin/env python3
"""Writes the other programs' files in this folder, and beside each, as NAME.expected.json, what is to be read in it.

Needs `cryptography` and `argon2-cffi`. Run in this folder; the result does not change from run to run. All secrets are thrown away.
"""
import base64
import hashlib
import hmac
import io
import json
import random
import struct
import unicodedata
import zipfile
from html import escape
from urllib.parse import quote

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives import hashes, padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from make_expectations import NOW, WEAK, IGNORED, UNNAMED, COLON, b32, b64, csv_row, entry, hotp, pretty, read, refused, skipped, unb32, uri

rng = random.Random(20231114)
K = [rng.randbytes(20) for _ in range(16)]
AWS = rng.randbytes(40)
SHORT = b"Hello!\xde\xad\xbe\xef"  # JBSWY3DPEHPK3PXP, the most copied example

# --- Bitwarden: its clients' export and the password form as libs/tools/export of bitwarden/clients writes them.

def item(name, totp=None, username=None, folder=None, **more):
    login = {"uris": [{"match": None, "uri": "https://example.com"}], "username": username,
             "password": "correct horse battery staple", "totp": totp, "fido2Credentials": []}
    return {"passwordHistory": None, "revisionDate": "2023-11-14T22:13:20.000Z", "creationDate": "2023-11-14T22:13:20.000Z",
            "deletedDate": None, "id": "d2c8e5f0-0000-4000-8000-000000000000", "organizationId": None,
            "folderId": folder, "type": 1, "reprompt": 0, "name": name, "notes": "a note about the login",
            "favorite": False, "login": login, "collectionIds": None, **more}


def without_login(name, kind):
    note = item(name)
    del note["login"]
    return {**note, "type": kind, "secureNote": {"type": 0}}


HANGUL = "네이버"
BITWARDEN = {
    "encrypted": False,
    "folders": [{"id": "f1", "name": "Work"}, {"id": "f2", "name": "Work/Servers"}],
    "items": [
        item("GitHub", uri(K[0], "GitHub:alice", issuer="GitHub"), "alice", "f1"),
        item("my AWS root", uri(K[1], "root@123456789012"), "root@example.com"),
        item("Bare", b32(K[2]), "bob"),
        # As people paste it: lower case, in groups.
        item("Grouped", " ".join(b32(K[3]).lower()[i:i + 4] for i in range(0, 32, 4)), "bob", "f2"),
        # Cut out of a URI, with the padding's escape.
        item("Escaped", b32(SHORT[:9], padded=True).replace("=", "%3D"), "carol"),
        item("Game", f"steam://{b32(K[4])}", "gordon"),
        item(unicodedata.normalize("NFD", HANGUL), uri(K[5], "user", algorithm="SHA256", digits=8, period=60), "사용자"),
        item("example.com", uri(K[6], "One:a", issuer="One"), "a"),
        item("Example.com", uri(K[7], "Two:b", issuer="Two"), "b"),
        item("Broken", "not a secret!", "dave"),
        item("Old", b32(K[8]), None, archivedDate="2024-01-01T00:00:00.000Z"),
        item("No code", None, "erin"),
        item("Empty code", "", "erin"),
        without_login("A note", 2),
    ],
}
BITWARDEN_FOUND = [
    entry(K[0], "GitHub", "alice", tags=["Work"]),
    entry(K[1], "my AWS root", "root@123456789012"),
    entry(K[2], "Bare", "bob"),
    entry(K[3], "Grouped", "bob", tags=["Work/Servers"]),
    entry(SHORT[:9], "Escaped", "carol", warnings=[WEAK]),
    entry(K[4], "Steam", "gordon", name="Game", kind="steam"),
    entry(K[5], HANGUL, "user", algorithm="SHA256", digits=8, period=60, warnings=[IGNORED]),
    entry(K[6], "One", "a", warnings=["several entries are named `example.com`: the name was left out"]),
    entry(K[7], "Two", "b", warnings=["several entries are named `Example.com`: the name was left out"]),
    skipped("Broken", "the secret cannot be read: illegal base32 character `!` at position 13"),
    entry(K[8], "Old", "", warnings=["the item is archived in Bitwarden"]),
]
BITWARDEN_NOTES = ["3 items have no one-time code"]
PLAIN = "Bitwarden JSON"
PROTECTED = "Bitwarden JSON, password protected"
read("bitwarden-plain.json", pretty(BITWARDEN), PLAIN, BITWARDEN_FOUND, BITWARDEN_NOTES)
read("bitwarden-organization.json", pretty({
    "encrypted": False, "collections": [{"id": "c1", "organizationId": "o", "name": "Ops", "externalId": None}],
    "items": [item("Shared", b32(K[9]), "ops", collectionIds=["c1"])]}), PLAIN, [entry(K[9], "Shared", "ops", tags=["Ops"])])
read("bitwarden-authenticator.json", pretty({
    "encrypted": False,
    "items": [{"id": "1", "name": "GitHub", "folderId": None, "organizationId": None, "collectionIds": None,
               "notes": None, "type": 1, "login": {"totp": uri(K[0], "GitHub:alice", issuer="GitHub")}, "favorite": False},
              {"id": "2", "name": "Plain", "folderId": None, "organizationId": None, "collectionIds": None,
               "notes": None, "type": 1, "login": {"totp": uri(K[1], "zoe")}, "favorite": True}]}),
     PLAIN, [entry(K[0], "GitHub", "alice"), entry(K[1], "Plain", "zoe")])


def cipher_string(plaintext, encryption, authentication):
    iv = rng.randbytes(16)
    padder = padding.PKCS7(128).padder()
    encryptor = Cipher(algorithms.AES(encryption), modes.CBC(iv)).encryptor()
    ciphertext = encryptor.update(padder.update(plaintext) + padder.finalize()) + encryptor.finalize()
    mac = hmac.new(authentication, iv + ciphertext, "sha256").digest()
    return f"2.{b64(iv)}|{b64(ciphertext)}|{b64(mac)}"


def bitwarden_protected(plain, password, kdf):
    salt = b64(rng.randbytes(16))
    if kdf["kdfType"] == 0:
        key = hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), kdf["kdfIterations"])
    else:
        key = hash_secret_raw(password.encode(), hashlib.sha256(salt.encode()).digest(), kdf["kdfIterations"],
                              kdf["kdfMemory"] * 1024, kdf["kdfParallelism"], 32, Type.ID)
    encryption, authentication = (HKDFExpand(hashes.SHA256(), 32, info).derive(key) for info in (b"enc", b"mac"))
    return {"encrypted": True, "passwordProtected": True, "salt": salt, **kdf,
            "encKeyValidation_DO_NOT_EDIT": cipher_string(b"0f8fad5b-d9cb-469f-a165-70867728950e", encryption, authentication),
            "data": cipher_string(pretty(plain).encode(), encryption, authentication)}


PASSWORD = "correct 말 battery"
PBKDF2 = bitwarden_protected(BITWARDEN, PASSWORD, {"kdfType": 0, "kdfIterations": 600000})
ARGON2 = bitwarden_protected(
    BITWARDEN, PASSWORD, {"kdfType": 1, "kdfIterations": 3, "kdfMemory": 64, "kdfParallelism": 4})
read("bitwarden-pbkdf2.json", pretty(PBKDF2), PROTECTED, BITWARDEN_FOUND, BITWARDEN_NOTES, PASSWORD)
read("bitwarden-argon2id.json", pretty(ARGON2), PROTECTED, BITWARDEN_FOUND, BITWARDEN_NOTES, PASSWORD)
refused("bitwarden-pbkdf2-wrong-password.json", pretty(PBKDF2), f"the password of this {PROTECTED} file is wrong", "guess")
changed = PBKDF2["data"]
changed = changed[:100] + ("A" if changed[100] != "A" else "B") + changed[101:]
refused("bitwarden-changed.json", pretty({**PBKDF2, "data": changed}),
        f"this {PROTECTED} file is damaged: `data` was changed after it was encrypted", PASSWORD)
refused("bitwarden-64-gib.json", pretty({**ARGON2, "kdfMemory": 65536}),
        f"this {PROTECTED} file asks for 64 GiB of memory to derive its key, and at most 1 GiB of memory is allowed", PASSWORD)
refused("bitwarden-endless.json", pretty({**PBKDF2, "kdfIterations": 4000000000}),
        f"this {PROTECTED} file asks for 4000000000 iterations of PBKDF2 to derive its key, and at most 5000000 iterations "
        "of PBKDF2 is allowed", PASSWORD)
refused("bitwarden-kdf-unknown.json", pretty({**PBKDF2, "kdfType": 2}),
        f"this {PROTECTED} file is damaged: `kdfType` is neither 0 (PBKDF2) nor 1 (Argon2id)")
refused("bitwarden-restricted.json", pretty({
    "encrypted": True, "encKeyValidation_DO_NOT_EDIT": PBKDF2["encKeyValidation_DO_NOT_EDIT"],
    "folders": [], "items": [item("2.AAAA|BBBB|CCCC", "2.AAAA|BBBB|CCCC")]}),
    "this Bitwarden JSON, account restricted file cannot be decrypted here: its key never leaves the Bitwarden account; "
    "export again with the type `Password protected`")

HEADER = "folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp".split(",")
rows = [HEADER,
        ["Work", "1", "login", "GitHub", "", "", "0", "https://github.com", "alice", "p,w\"x", uri(K[0], "GitHub:alice", issuer="GitHub")],
        ["", "", "login", "Bare", "two\nlines", "", "0", "", "bob", "pw", b32(K[2])],
        ["", "", "login", "No code", "", "", "0", "", "erin", "pw", ""],
        ["", "", "login", "Broken", "", "", "0", "", "dave", "pw", "1"]]
read("bitwarden.csv", "\n".join(map(csv_row, rows)) + "\n", "Bitwarden CSV",
     [entry(K[0], "GitHub", "alice", tags=["Work"]), entry(K[2], "Bare", "bob"),
      skipped("Broken", "the secret cannot be read: illegal base32 character `1` at position 1: is it the letter I or L?")],
     ["1 item has no one-time code"])
# The authenticator app on Android writes nine cells below six columns and quotes nothing.
read("bitwarden-authenticator.csv",
     "folder,favorite,type,name,login_uri,login_totp\n"
     f",,1,GitHub,,{uri(K[0], 'GitHub:alice', issuer='GitHub')},GitHub,30,6\n"
     f",,1,Smith, Sons,,{uri(K[1], 'zoe', issuer='Smith, Sons')},Smith, Sons,30,6\n",
     "Bitwarden CSV", [entry(K[0], "GitHub", "alice"), entry(K[1], "Smith, Sons", "zoe")])

# --- FreeOTP+ and FreeOTP 1.


def token(key, label, issuer_ext="", issuer_int=None, kind="TOTP", algo="SHA1", digits=6, period=30, counter=0, **more):
    signed = [byte - 256 if byte > 127 else byte for byte in key]
    internal = {} if issuer_int is None else {"issuerInt": issuer_int}
    return {"algo": algo, "counter": counter, "digits": digits, "issuerExt": issuer_ext, **internal, "label": label,
            "period": period, "secret": signed, "type": kind, **more}


TOKENS = [
    token(K[0], "alice", "GitHub", "GitHub"),
    token(K[1], "bob", "Shown", "example.com", category="Private"),
    # Stored is one less than the counter of the next code.
    token(K[2], "carol", "Bank", "Bank", kind="HOTP", counter=41),
    token(K[3], "never used", "", kind="HOTP", counter=-1),
    token(K[4], "gordon", "Steam", digits=5),
    token(K[5], "dave", "Big", algo="SHA512", digits=8, period=60, alias="my big one"),
    token(K[6], "erin", "Odd", algo="MD5"),
    token(K[7], "frank", "Firm", issuerAlt="Company", labelAlt="Frank"),
]
ORDER = ["Steam:gordon", "GitHub:alice", "example.com:bob", "Bank:carol", "never used", "Big:dave", "Odd:erin"]
FREEOTP = [
    entry(K[4], "Steam", "gordon", kind="steam"),
    entry(K[0], "GitHub", "alice"),
    entry(K[1], "example.com", "bob", alias="Shown", tags=["Private"], warnings=[]),
    entry(K[2], "Bank", "carol", kind="hotp", counter=42),
    entry(K[3], "", "never used", kind="hotp", counter=0),
    entry(K[5], "Big", "dave", name="my big one", algorithm="SHA512", digits=8, period=60),
    skipped("Odd:erin", "unknown algorithm `MD5`: one of SHA1, SHA256, SHA512 is needed"),
    entry(K[7], "Firm", "frank", name="Company:Frank"),
]
read("freeotp-plus.json", json.dumps({"tokenOrder": ORDER, "tokens": TOKENS}), "FreeOTP+ JSON", FREEOTP)


def preference(name, value):
    return f'    <string name="{escape(name)}">{escape(json.dumps(value, ensure_ascii=False))}</string>\n'


def token_id(one):
    issuer = one.get("issuerInt") or one["issuerExt"]
    return f"{issuer}:{one['label']}" if issuer else one["label"]


PREFERENCES = ("<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n<map>\n"
               + "".join(preference(token_id(one), one) for one in TOKENS)
               + preference("tokenOrder", ORDER) + '    <boolean name="seen" value="true" />\n</map>\n')
read("freeotp-1.xml", PREFERENCES, "FreeOTP preferences", FREEOTP)
refused("freeotp-1-entities.xml", "<?xml version='1.0'?>\n<!DOCTYPE map [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>\n"
        '<map><string name="tokenOrder">&b;</string></map>',
        "this FreeOTP preferences file is damaged: it refers to a character that is not known")

# --- KeePassXC.

HEADER = ["Group", "Title", "Username", "Password", "URL", "Notes", "TOTP", "Icon", "Last Modified", "Created"]


def keepass(group, title, username, totp):
    cells = [group, title, username, "pass\"word", "https://example.com", "a\nnote", totp, "0",
             "2023-11-14T22:13:20Z", "2023-11-14T22:13:20Z"]
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)


read("keepassxc.csv", "\n".join([
    ",".join(f'"{name}"' for name in HEADER),
    keepass("Root", "GitHub", "alice", f"otpauth://totp/GitHub:alice?secret={b32(K[0])}&period=30&digits=6&issuer=GitHub"),
    keepass("Root/Internet/Games", "Steam account", "gordon",
            f"otpauth://totp/Steam%20account:gordon?secret={b32(K[4])}&period=30&digits=5&issuer=Steam%20account&encoder=steam"),
    keepass("Root/Work", "KeeOtp", "bob", f"key={b32(K[2])}&step=60&size=8"),
    keepass("Root/Work", "KeeOtp padded", "bob", f"key={b32(SHORT[:9], padded=True).replace('=', '%3d')}"),
    keepass("Root/Work", "KeeOtp HOTP", "bob", f"key={b32(K[3])}&type=hotp&counter=many"),
    keepass("Root/Work", "Only settings", "carol", "30;6"),
    keepass("Root", "", "", "30;S"),
    keepass("Root", "No code", "erin", ""),
]) + "\n", "KeePassXC CSV", [
    entry(K[0], "GitHub", "alice"),
    entry(K[4], "Steam account", "gordon", kind="steam", tags=["Internet/Games"]),
    entry(K[2], "KeeOtp", "bob", period=60, digits=8, tags=["Work"]),
    entry(SHORT[:9], "KeeOtp padded", "bob", tags=["Work"], warnings=[WEAK]),
    skipped("KeeOtp HOTP:bob", "its counter is not a whole number"),
    skipped("Only settings", "it holds the settings of the code and not its secret; export with KeePassXC 2.7 or later"),
    skipped("example.com", "it holds the settings of the code and not its secret; export with KeePassXC 2.7 or later"),
], ["1 item has no one-time code"])

# What KeePassXC 2.7.4 itself wrote (`keepassxc-cli export -f csv`) of a database with the fields of its own and of its plugins.
RFC = b"12345678901234567890"
read("keepassxc-2.7.4.csv", (
    '"Group","Title","Username","Password","URL","Notes","TOTP","Icon","Last Modified","Created"\n'
    '"Root","GitHub","alice","p","","a\n'
    'note, ""q""","otpauth://totp/GitHub:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&period=30&digits=6&issuer=GitHub","0","2026-11-24T14:57:13Z","2026-11-24T14:57:13Z"\n'
    '"Root/Work/Ops","Tray","bob","p","","a\n'
    'note, ""q""","otpauth://totp/Tray:bob?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&period=60&digits=8&issuer=Tray","0","2026-11-24T14:57:13Z","2026-11-24T14:57:13Z"\n'
    '"Root/Work/Ops","Steam","gordon","p","","a\n'
    'note, ""q""","otpauth://totp/Steam:gordon?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&period=30&digits=6&issuer=Steam&encoder=steam","0","2026-11-24T14:57:13Z","2026-11-24T14:57:13Z"\n'
    '"Root/Work/Ops","KeeOtp","carol","p","","a\n'
    'note, ""q""","otpauth://totp/KeeOtp:carol?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&period=60&digits=8&issuer=KeeOtp","0","2026-11-24T14:57:13Z","2026-11-24T14:57:13Z"\n'
    '"Root/Work/Ops","SHA: 512 é","dave x","p","","a\n'
    'note, ""q""","otpauth://totp/SHA%3A%20512%20%C3%A9:dave%20x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&period=60&digits=8&issuer=SHA%3A%20512%20%C3%A9&algorithm=SHA512","0","2026-11-24T14:57:13Z","2026-11-24T14:57:13Z"\n'
    '"Root/Work/Ops","none","erin","p","","a\n'
    'note, ""q""","","0","2026-11-24T14:57:13Z","2026-11-24T14:57:13Z"\n'
    '"Root/Work/Ops","SteamURL","s","p","","a\n'
    'note, ""q""","otpauth://totp/SteamURL:s?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&period=30&digits=5&issuer=SteamURL&encoder=steam","0","2026-11-24T14:57:13Z","2026-11-24T14:57:13Z"\n'), "KeePassXC CSV", [
    entry(RFC, "GitHub", "alice"),
    entry(RFC, "Tray", "bob", period=60, digits=8, tags=["Work/Ops"], warnings=[IGNORED]),
    entry(RFC, "Steam", "gordon", kind="steam", tags=["Work/Ops"]),
    entry(RFC, "KeeOtp", "carol", period=60, digits=8, tags=["Work/Ops"], warnings=[IGNORED]),
    entry(RFC, "SHA: 512 é", "dave x", algorithm="SHA512", period=60, digits=8, tags=["Work/Ops"], warnings=[COLON, IGNORED]),
    entry(RFC, "SteamURL", "s", kind="steam", tags=["Work/Ops"]),
], ["1 item has no one-time code"])

# --- 1Password.


def pux_item(title, username, fields, state="active", tags=None, **more):
    return {"uuid": "x", "favIndex": 0, "createdAt": NOW, "updatedAt": NOW, "state": state, "categoryUuid": "001",
            "details": {"loginFields": [
                {"value": username, "id": "", "name": "username", "fieldType": "T", "designation": "username"},
                {"value": "secret password", "id": "", "name": "password", "fieldType": "P", "designation": "password"}],
                "notesPlain": "a note", "passwordHistory": [], "sections": [
                    {"title": "", "name": "s", "fields": [
                        {"title": name, "id": f"TOTP_{name}", "value": value, "guarded": True} for name, value in fields]}]},
            "overview": {"subtitle": username, "urls": [{"label": "", "url": "https://example.com"}], "title": title,
                         "url": "https://example.com", "ps": 0, "pbe": 0, "pgrng": False,
                         **({} if tags is None else {"tags": tags})}, **more}


def archive(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name, content in files.items():
            packed.writestr(zipfile.ZipInfo(name, (2023, 11, 14, 22, 13, 20)), content, zipfile.ZIP_DEFLATED, 9)
    return buffer.getvalue()


ATTRIBUTES = json.dumps({"version": 3, "description": "1Password Unencrypted Export", "createdAt": NOW})
PUX = {"accounts": [{"attrs": {"accountName": "A", "name": "A", "email": "a@example.com"}, "vaults": [
    {"attrs": {"uuid": "v", "desc": "", "name": "Personal", "type": "P"}, "items": [
        pux_item("GitHub", "alice", [("one-time password", {"totp": uri(K[0], "GitHub:alice", issuer="GitHub")})], tags=["dev"]),
        pux_item("Bare", "bob", [("one-time password", {"totp": b32(K[1])})]),
        pux_item("Twice", "carol", [("home", {"totp": b32(K[2])}), ("work", {"totp": b32(K[3])})]),
        pux_item("Put away", "dave", [("one-time password", {"totp": b32(K[5])})], state="archived"),
        {"item": pux_item("Wrapped", "erin", [("otp", {"totp": b32(K[6])})], trashed=True)},
        pux_item("No code", "frank", [("pin", {"concealed": "1234"})]),
    ]},
    {"attrs": {"name": "Shared"}, "items": [pux_item("Broken", "gina", [("otp", {"totp": "08"})])]}]}]}
DATA = json.dumps(PUX, ensure_ascii=False)
read("1password.1pux", archive({"export.attributes": ATTRIBUTES, "export.data": DATA, "files/a__photo.jpg": b"\xff\xd8\xff"}),
     "1Password 1pux", [
    entry(K[0], "GitHub", "alice", tags=["Personal", "dev"]),
    entry(K[1], "Bare", "bob", tags=["Personal"]),
    entry(K[2], "Twice home", "carol", tags=["Personal"]),
    entry(K[3], "Twice work", "carol", tags=["Personal"]),
    entry(K[5], "Put away", "dave", tags=["Personal"], warnings=["the item is archived in 1Password"]),
    entry(K[6], "Wrapped", "erin", tags=["Personal"], warnings=["the item is in 1Password's trash"]),
    skipped("Broken", "the secret cannot be read: illegal base32 character `0` at position 1: is it the letter O?"),
], ["1 item has no one-time code"])
refused("1password-bomb.1pux", archive({"export.attributes": ATTRIBUTES, "export.data": b" " * (64 * 2**20 + 1)}),
        "`export.data` in this 1Password 1pux file unpacks to more than 64 MiB")
refused("1password-next.1pux", archive({"export.attributes": '{"version": 4}', "export.data": DATA}),
        "this 1Password 1pux file has version 4, which is not known")
refused("other.zip", archive({"tokens.json": "[]"}),
        "this is a zip archive in which no file is in a form that is known: docs/importing.md lists the forms")

# --- Proton Authenticator; the encrypted form after the source that Proton publishes, which no export of the app was at hand to check.


def proton(address, name, note=None, kind="Totp"):
    return {"id": "00000000-0000-4000-8000-000000000000", "content": {"uri": address, "entry_type": kind, "name": name}, "note": note}


PROTON = {"version": 1, "entries": [
    proton(uri(K[0], "alice", issuer="GitHub", algorithm="SHA1", digits=6, period=30), "alice", "the blue key"),
    proton(uri(K[1], "b@example.com", issuer="Bank", algorithm="SHA512", digits=8, period=60), "savings"),
    proton(f"steam://{b32(K[4])}", "gordon", kind="Steam"),
    proton("otpauth://totp/x?issuer=y", None)]}
PROTON_FOUND = [entry(K[0], "GitHub", "alice", note="the blue key"),
                entry(K[1], "Bank", "b@example.com", name="savings", algorithm="SHA512", digits=8, period=60, warnings=[IGNORED]),
                entry(K[4], "Steam", "", name="gordon", kind="steam"),
                skipped("entry 4", "missing secret")]
read("proton-plain.json", json.dumps(PROTON), "Proton Authenticator", PROTON_FOUND)
refused("proton-next.json", json.dumps({**PROTON, "version": 2}), "this Proton Authenticator file has version 2, which is not known")
salt, nonce = rng.randbytes(16), rng.randbytes(12)
key = hash_secret_raw(PASSWORD.encode(), salt, 2, 19 * 1024, 1, 32, Type.ID)
sealed = nonce + AESGCM(key).encrypt(nonce, json.dumps(PROTON).encode(), b"proton.authenticator.export.v1")
PROTON_SEALED = json.dumps({"version": 1, "salt": b64(salt), "content": b64(sealed)})
read("proton-encrypted.json", PROTON_SEALED, "Proton Authenticator, encrypted", PROTON_FOUND, password=PASSWORD)
refused("proton-wrong-password.json", PROTON_SEALED, "the password of this Proton Authenticator, encrypted file is wrong", "guess")

# --- A secret and little else.

SCRATCH = "scratch codes, which each open the door once and are no one-time codes, were left out: 5"
CODES = "".join(f"{rng.randrange(10**7, 10**8)}\n" for _ in range(5))
PAM = "google-authenticator (PAM)"
read("google-authenticator-totp", f'{b32(K[0][:16])}\n" RATE_LIMIT 3 30\n" WINDOW_SIZE 17\n" DISALLOW_REUSE\n'
     f'" STEP_SIZE 60\n" TOTP_AUTH\n{CODES}', PAM, [entry(K[0][:16], period=60, warnings=[UNNAMED])], [SCRATCH])
read("google-authenticator-hotp", f'{b32(K[1][:16])}\n" HOTP_COUNTER 8\n" WINDOW_SIZE 17\n', PAM,
     [entry(K[1][:16], kind="hotp", counter=8, warnings=[UNNAMED])])
read("google-authenticator-old", f'{b32(SHORT)}\n" TOTP_AUTH\n', PAM, [entry(SHORT, warnings=[WEAK, UNNAMED])])
# What google-authenticator 20191231 itself wrote, with -t and with -c.
read("google-authenticator-20191231-totp", (
     'DVEDDVDBZ4SOJMEEVDPSQIV33I\n'
     '" RATE_LIMIT 3 30\n'
     '" WINDOW_SIZE 3\n'
     '" DISALLOW_REUSE\n'
     '" TOTP_AUTH\n'
     '47112491\n'
     '80411654\n'
     '42231354\n'
     '31009886\n'
     '53417465\n'), PAM, [entry(unb32("DVEDDVDBZ4SOJMEEVDPSQIV33I"), warnings=[UNNAMED])], [SCRATCH])
read("google-authenticator-20191231-hotp", (
     'DLCNRM3JSQUGIB4T6U5JBRVQDQ\n'
     '" RATE_LIMIT 3 30\n'
     '" WINDOW_SIZE 3\n'
     '" HOTP_COUNTER 1\n'
     '87343415\n'
     '85092418\n'
     '22826470\n'
     '72626753\n'
     '91433078\n'), PAM, [entry(unb32("DLCNRM3JSQUGIB4T6U5JBRVQDQ"), kind="hotp", counter=1, warnings=[UNNAMED])], [SCRATCH])
BARE = "bare secret"
read("aws-seed", b32(AWS), BARE, [entry(AWS, warnings=[UNNAMED])])
read("grouped.txt", " ".join(b32(K[2])[i:i + 4] for i in range(0, 32, 4)).lower() + "\r\n", BARE, [entry(K[2], warnings=[UNNAMED])])
read("padded.txt", b32(K[3][:16], padded=True) + "\n", BARE, [entry(K[3][:16], warnings=[UNNAMED])])
read("hexadecimal.txt", K[4].hex() + "\n", BARE, [entry(K[4], warnings=[UNNAMED, "it was read as hexadecimal"])])
both = "deadbeefdeadbeefdead234567deadbe"
read("either.txt", both + "\n", BARE, [entry(base64.b32decode(both.upper()), warnings=[
    UNNAMED, "it can be read as base32 and as hexadecimal: base32 was taken, compare a code"])])
for name, text in {"word.txt": "hello\n", "sentence.txt": "Please install these packages first\n",
                   "two-lines.txt": f"{b32(K[0])}\n{b32(K[1])}\n", "checksum.txt": f"{K[0].hex()}  file.iso\n",
                   "empty.txt": "", "code.txt": "123456\n",
                   "password.txt": "correcthorsebatterystaple\n", "mixed.txt": "CorrectHorseBattery2\n"}.items():
    refused(name, text, "this file is in no form that is known")
read("pass-entry.txt", f"hunter2 secretpassword\nurl: https://example.com\n{uri(K[5], 'Example:alice', issuer='Example')}\nnote\n",
     "list of URIs", [entry(K[5], "Example", "alice")])

# --- Raivo, LastPass, Authy.


def raivo(key, issuer, account, kind="TOTP", algorithm="SHA1", digits="6", timer="30", counter="0"):
    return {"kind": kind, "pinned": "false", "digits": digits, "issuer": issuer, "account": account, "secret": b32(key),
            "timer": timer, "counter": counter, "iconType": "", "iconValue": "", "algorithm": algorithm}


read("raivo.json", json.dumps([raivo(K[0], "GitHub", "alice"), raivo(K[1], "Bank", "bob", "HOTP", counter="7"),
                               raivo(K[2], "Big", "carol", algorithm="SHA512", digits="8", timer="60"),
                               raivo(K[3], "Odd", "dave", timer="half a minute")]), "Raivo JSON", [
    entry(K[0], "GitHub", "alice"), entry(K[1], "Bank", "bob", kind="hotp", counter=7),
    entry(K[2], "Big", "carol", algorithm="SHA512", digits=8, period=60),
    skipped("Odd:dave", "its period is not a whole number")])


def lastpass(key, issuer, account, folder=None, algorithm="SHA1", digits=6, step=30):
    placed = {} if folder is None else {"folderData": {"folderId": folder, "position": 0}}
    return {"accountID": "x", "issuerName": issuer, "originalIssuerName": issuer, "userName": account,
            "originalUserName": account, "pushNotification": False, "secret": b32(key), "timeStep": step,
            "digits": digits, "creationTimestamp": NOW * 1000, "isFavorite": False, "algorithm": algorithm, **placed}


LASTPASS = {"deviceId": "", "deviceSecret": "", "localDeviceId": "x", "deviceName": "phone", "version": 3,
            "accounts": [lastpass(K[0], "GitHub", "alice", 1), lastpass(K[1], "Bank", "bob", 0, "SHA256", 8, 60)],
            "folders": [{"id": 1, "name": "Favorites", "isOpened": True}, {"id": 0, "name": "Other accounts", "isOpened": True}]}
read("lastpass.json", json.dumps(LASTPASS), "LastPass Authenticator JSON", [
    entry(K[0], "GitHub", "alice", tags=["Favorites"]),
    entry(K[1], "Bank", "bob", tags=["Other accounts"], algorithm="SHA256", digits=8, period=60)])
refused("lastpass-next.json", json.dumps({**LASTPASS, "version": 4}),
        "this LastPass Authenticator JSON file has version 4, which is not known")
read("authy.json", pretty([
    {"name": "GitHub: alice", "secret": b32(K[0]), "uri": f"otpauth://totp/GitHub: alice?secret={b32(K[0])}"},
    {"name": "Twitch", "secret": b32(K[1]), "uri": f"otpauth://totp/Twitch?secret={b32(K[1])}&digits=7&period=10"},
    {"name": "No URI", "secret": b32(K[2]), "uri": ""}]), "Authy JSON (by a script)", [
    entry(K[0], "GitHub", "alice", name="GitHub: alice"),
    entry(K[1], "Twitch", "Twitch", digits=7, period=10, warnings=[IGNORED]),
    entry(K[2], "No URI", "")])

# --- cotp. Version 1.9.10 itself wrote cotp.json (`cotp export`), cotp-uris.json (`cotp export --otp-uri`) and cotp.db of these.


def cotp(key, issuer, label, kind="TOTP", algorithm="SHA1", digits=6, period=30, counter=None, pin=None):
    return {"secret": key if isinstance(key, str) else b32(key), "issuer": issuer, "label": label, "digits": digits, "type": kind,
            "algorithm": algorithm, "period": period, "counter": counter, "pin": pin}


def cotp_uri(one):
    counter = f"&counter={one['counter']}" if one["type"] == "HOTP" else ""
    return (f"otpauth://{one['type'].lower()}/{quote(one['issuer'], safe='')}:{quote(one['label'], safe='')}?secret={one['secret']}"
            f"&algorithm={one['algorithm']}&digits={one['digits']}&period={one['period']}&lock=false{counter}")


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


COTP = {"version": 2, "elements": [
    cotp(RFC, "", "no issuer"), cotp(RFC, "Bank", "carol", "HOTP", counter=7),
    cotp(RFC, "Big", "bob @ home", algorithm="SHA512", digits=8, period=60), cotp(RFC, "GitHub", "alice"),
    cotp("0123456789abcdef", "Motp", "frank", "MOTP", pin="1234"), cotp(RFC, "Odd", "dave", algorithm="MD5"),
    # It showed YJ4W3J for the first and YJ4W3 for the second: 30 s are meant for both.
    cotp(RFC, "Steam", "gordon", "STEAM"), cotp(RFC, "Steam five", "gordon", "STEAM", digits=5, period=60),
    cotp(RFC, "Ya", "erin", "YANDEX", pin="1234"), cotp(RFC, HANGUL, "사용자", algorithm="SHA256"),
]}
MOTP = "mOTP, whose codes need a PIN and MD5, is not supported"
YANDEX = "Yandex's codes, which need a PIN, are not supported"
NO_ELEMENT = "it is not as this program writes its entries"
MISSING = "the file gives no counter: 0 was taken, which may need a resync"


def cotp_found(md5, letters, ignored):
    return [
        entry(RFC, "", "no issuer"), entry(RFC, "Bank", "carol", kind="hotp", counter=7),
        entry(RFC, "Big", "bob @ home", algorithm="SHA512", digits=8, period=60, warnings=ignored), entry(RFC, "GitHub", "alice"),
        skipped("Motp:frank", MOTP), skipped("Odd:dave", f"unknown algorithm{md5}: one of SHA1, SHA256, SHA512 is needed"),
        entry(RFC, "Steam", "gordon", kind="steam", warnings=letters), entry(RFC, "Steam five", "gordon", kind="steam"),
        skipped("Ya:erin", YANDEX), entry(RFC, HANGUL, "사용자", algorithm="SHA256", warnings=ignored)]


COTP_FOUND = cotp_found(" `MD5`", ["cotp shows 6 characters of Steam's code, which has 5: 5 are shown here"], [])
COTP_URIS = [cotp_uri(one) for one in COTP["elements"]]
read("cotp.json", compact(COTP), "cotp", COTP_FOUND)
read("cotp-uris.json", compact({"items": COTP_URIS}), "cotp, as URIs", cotp_found("", [], [IGNORED]))
# The database's first version: of the list only the number was written.
read("cotp-first.json", compact({"version": 1, "elements": [cotp(K[0], "GitHub", "alice")]}), "cotp", [entry(K[0], "GitHub", "alice")])
nothing = cotp(K[0], "Nothing", "a")
del nothing["secret"]
read("cotp-odd.json", compact({"version": 2, "elements": [
    nothing, cotp("not a secret!", "Broken", "b"), cotp("", "Empty", "c"), cotp(K[1], "None", "d", digits=0),
    cotp(K[1], "Eleven", "e", digits=11), cotp(K[1], "Still", "f", period=0), cotp(K[2], "Uncounted", "g", "HOTP"),
    cotp(K[1], "Below", "h", "HOTP", counter=-1), cotp(K[1], "New", "i", "OCRA"), [], cotp(SHORT, "Short", "j", "totp", digits=10)]}),
    "cotp", [
    skipped("Nothing:a", "missing secret"),
    skipped("Broken:b", "the secret cannot be read: illegal base32 character `!` at position 13"),
    skipped("Empty:c", "missing secret"),
    skipped("None:d", "digits out of range: a code has 1 to 10"), skipped("Eleven:e", "digits out of range: a code has 1 to 10"),
    skipped("Still:f", "period out of range: a code lasts 1 to 86400 seconds"),
    entry(K[2], "Uncounted", "g", kind="hotp", counter=0, warnings=[MISSING]),
    skipped("Below:h", "its counter is not a whole number"), skipped("New:i", "its type is not known"), skipped("element 10", NO_ELEMENT),
    entry(SHORT, "Short", "j", digits=10, warnings=[WEAK])])
read("cotp-odd-uris.json", compact({"items": [
    COTP_URIS[3], {}, b32(K[1]), "otpauth://totp/No:secret?digits=6", "otpauth://ocra/New:i?secret=" + b32(K[1]),
    "otpauth://motp/:?secret=00"]}), "cotp, as URIs", [
    entry(RFC, "GitHub", "alice"), skipped("item 2", NO_ELEMENT), skipped("item 3", "this is not an `otpauth://` URI"),
    skipped("No:secret", "missing secret"),
    skipped("New:i", "unknown type: an `otpauth://` URI goes on with `totp`, `hotp` or `steam`"), skipped("item 6", MOTP)])
refused("cotp-next.json", compact({**COTP, "version": 3}), "this cotp file has version 3, which is not known")
refused("cotp-zeroth.json", compact({**COTP, "version": 0}), "this cotp file has version 0, which is not known")
refused("cotp-cut.json", compact(COTP)[:400], "this cotp file is damaged: it breaks off in line 1, column 400")
refused("cotp-no-list.json", compact({"version": 2, "elements": {}}),
        "this cotp file is damaged: something else than expected stands in line 1, column 24")
refused("items.json", compact({"items": ["apple", "pear"]}), "this file is in no form that is known")

COTP_PASSWORD = "throw away"
COTP_DB = {"version": 1, "nonce": "0R6p/GBXkka0zM3me+/FlLBegNVfZQ8f", "salt": "6m/XbcxWLxkSVgW5NO2V2A==", "cipher": (
    "Mnith6aJ5+SxYs1/qzFCF5qilpcoEdBBtQrVwDKRyXBar2guR72XGj9KlMWdkNnsoGoJGM3IVxyCyzcYsdYGhLvil3VYMmgDZlEl6uBB"
    "QRvu1OEwqGprDIShiF/Fy8u5h4Yfir/4JRusUPTAqkcf61eD/4kz32rllSA5t1HaHEapXZovbdGhrUYnZiI2WNjio0wVmlt9L8QRTiMe"
    "D8JMoOaQ0MO+4fv/3bkNvyASYc0qb8pVEelmMvZgNwjOGl1hfqmohRKqFZFMsU4Mta7/2VZ8B70ZW1f4es1MSe0apPaB1RWhtc5MTUHF"
    "HUYLq3mXF8LIV0BD4RXWX/snlKjVF9ZjmVJbGvcpwQpXJf9p732c45Tau2Y89P9qBqhOIoTPK2VGq7Y2RyRBT02xeS4rrQZ5/hTJdOU4"
    "by+s2LaYYVVGZMuAuGS7PvThpcGXryLLufLWefBr1hoziz5SEZQRO8JzqJErg4/5Lf+JXwm1B+b9WX8KULnXH0cs8EFc4CF6Qn+jPrjO"
    "eEEptKQvLfEiZeHIhPVh0k1tl7k1GG2NsjuGB9+g1n7icE2f9ivI+WEKXluA5K2XqLECq4gOC60xYhGd41rVfOIaFtvaIluNNlPurOPH"
    "R+6s/rlvdmN/+9VRfYIzb/5jufeV5KDGPx2E+7qvYJI3rC86hAoDR37brNdjofWU8rpxHXrW0msT2vjHMzON3JfelVYjtuDgoykBQMOW"
    "73RwtCRKEvOE/PKmau0ujrJRT4CY4aZwik1CsZ7NiYtfpYDV/q98i624c5S8zuwTTkqDruALDCmEA2GajaBLi5qxsKOHbHqUhB3HgCi3"
    "u9/wmSDYvIl+PeMui+x3TuUFuzNGws7h0hP6oJ/eLoEf54czDI2e+9FoOzQkO/eBRm7OuuLWjJ2m0zWisFYhLQykeSv2zqHic3PKawtT"
    "3eEnHLCnKaaC1Y3MDvO6TV6XS/XPIoBoDNcbJEKOifO8AOYomIHVMw79WsUI/JPoSnCIFTtMkXGExEq3coQnPCicpKcO6MVoHlTIY2Y1"
    "ncQVoN4qNU2F8HF2xuC24sRvOmbmynVJ6A8JvnZ8VdVPKdER/2lQdMwvjqHyIadUX8yl1AFZGTCSs2bk3NhMQ6TM0OzABPgsbIJtNHMa"
    "IwzVT85WebpGWhfRW8VUW32uWOW3aTVV42IlbyXGb3B68Wj2jYexEnw1sOUco9s8BYil+AO5bc5Sdg4Ycgz4tCL5033YwakvjBprgReL"
    "JmrsZnITJCWH2BTXZu7p48SF04KTuLnJe/1wRKuMYSvPzIX53TUIuUBj7DB/cD8c6xayQOQKTQDiEdb4sWGju9m8x2rWaPQC4czAWx0o"
    "Xl9Q9auUp6tGLTsZ0kJbv5WbQLUi8WOfDoyNhQDJi3sxAFfnjBDuFoxh1YsymY9PJNmIQY1F1x8lR3Tw8ZIo/6D4xXeWubAtroZPv8Gl"
    "DNughvZM10Zk8JsR5lDiWjGYidZ/FxZm/G/FEho87PdWnrmu4ALnelzbqg7ibasL7Afr9t0znJCkaadt9bDw0n98+KroJGmN8AggNY9P"
    "+UHLB8+8/+BF8wUTfpN1b8s4cvXrJ/ggSWBgAaTsJD7ueCnJXvVXzjFKRxvZOEBf1powaezYrqVSt8MhJM409GMSDPz7Z+vvjZm0v/mf"
    "uotjU+NYSvKMeGqJAjFXhDciKd1ZeI9U0gqFVfWZowQ/X8shj9bjo1gjyWq4TozT/18B+XU6cp9EIsdwkdwS1ReRIXVr42U8ri2605Fh"
    "gwz0btoe+8IIW+JpRtSBrYtka1hYGMkn/iSyLz3PY5gd4rIyDq1x2nYBhQMz/SSns2OwRzBC5XSfI+FpqcQluYGSYIfl9E9a8P9XWB1V"
    "/ZAxXHw3supwQBZmoYgUo9JAG79guqduhbNYiIyPWLo+9Pp2D73CzYoWGoj6lMCXKFu8hqqMOrwtycoDy4e4Wjqxywb8B4S2mJS7mH8i"
    "U7gKiwIZY1ym6Zy7yOzYdYUXcFtGrVjmPCFALNiYCAYfE4PnDpu3WDR1iQazz5TkHrZX6Qq7pFcGDwX1Nlq5zO+jrAJJ+nskxuXdPahK"
    "6J4gVVidF/QNhwxfj4nSYw6IGOoYkYpbGrRb8+i2QskEqsnFP5KETljRRnWX5+jiBDcl2oHe5cRe0gce0yETBdHxDNkuCCaSU1E1BDvt"
    "WDl8gZiRBtz+lc6TSOok")}


def hchacha20(key, nonce):
    """The first step of XChaCha20 (draft-irtf-cfrg-xchacha section 2.2)."""
    state = [*struct.unpack("<4I", b"expand 32-byte k"), *struct.unpack("<8I", key), *struct.unpack("<4I", nonce)]

    def mix(a, b, c, d):
        for x, y, z, bits in (a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7):
            state[x] = (state[x] + state[y]) & 0xFFFFFFFF
            turned = state[z] ^ state[x]
            state[z] = (turned << bits | turned >> 32 - bits) & 0xFFFFFFFF

    for _ in range(10):
        for column in range(4):
            mix(column, column + 4, column + 8, column + 12)
        for column in range(4):
            mix(column, (column + 1) % 4 + 4, (column + 2) % 4 + 8, (column + 3) % 4 + 12)
    return struct.pack("<8I", *state[:4], *state[12:])


def cotp_cipher(salt, nonce):
    key = hash_secret_raw(COTP_PASSWORD.encode(), salt, 4, 32768, 4, 32, Type.ID)
    return ChaCha20Poly1305(hchacha20(key, nonce[:16])), bytes(4) + nonce[16:]


def cotp_sealed(plain):
    salt, nonce = K[0][:16], K[1] + bytes(4)
    cipher, rest = cotp_cipher(salt, nonce)
    return {"version": 1, "nonce": b64(nonce), "salt": b64(salt), "cipher": b64(cipher.encrypt(rest, compact(plain).encode(), None))}


cipher, rest = cotp_cipher(*(base64.b64decode(COTP_DB[name]) for name in ("salt", "nonce")))
# It sorts by issuer what it reads: mOTP's was the last to be added, and is the last that is stored.
stored = [at for at in range(10) if at != 4] + [4]
COTP_STORED = {**COTP, "elements": [COTP["elements"][at] for at in stored]}
assert cipher.decrypt(rest, base64.b64decode(COTP_DB["cipher"]), None) == compact(COTP_STORED).encode()
ENCRYPTED = "cotp, encrypted"
read("cotp.db", compact(COTP_DB), ENCRYPTED, [COTP_FOUND[at] for at in stored], password=COTP_PASSWORD)
# A database before it had a version, as cotp still reads it.
read("cotp-list.db", compact(cotp_sealed(COTP["elements"])), ENCRYPTED, COTP_FOUND, password=COTP_PASSWORD)
refused("cotp-wrong-password.db", compact(COTP_DB), "the password of this cotp file is wrong", "guess")
refused("cotp-changed.db", compact({**COTP_DB, "cipher": "A" + COTP_DB["cipher"][1:]}), "the password of this cotp file is wrong",
        COTP_PASSWORD)
refused("cotp-short-nonce.db", compact({**COTP_DB, "nonce": b64(bytes(12))}), "this cotp file is damaged: `nonce` is not 24 bytes long")
refused("cotp-short-salt.db", compact({**COTP_DB, "salt": b64(bytes(4))}), "this cotp file is damaged: `salt` is not 16 bytes long")
refused("cotp-no-base64.db", compact({**COTP_DB, "cipher": "*"}), "this cotp file is damaged: `cipher` is not base64")
refused("cotp-next.db", compact({**COTP_DB, "version": 2}), "this cotp file has version 2, which is not known")
refused("cotp-next-inside.db", compact(cotp_sealed({**COTP, "version": 3})), "this cotp file has version 3, which is not known",
        COTP_PASSWORD)

# --- What is known and not read here. The messages were written by gpg and age.

PICTURE = "read the QR codes in it with `vmfa add --qr FILE`"
refused("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", f"this is a PNG picture: {PICTURE}")
refused("picture.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0", f"this is a JPEG picture: {PICTURE}")
refused("picture.gif", b"GIF89a\x01\0\x01\0", f"this is a GIF picture: {PICTURE}")
refused("picture.webp", b"RIFF\x24\0\0\0WEBPVP8 ", f"this is a WebP picture: {PICTURE}")
OPENPGP = ("this OpenPGP file cannot be decrypted here: pipe it in decrypted, as in `pass show NAME | vmfa import --yes -` or "
           "`gpg -d FILE | vmfa import --yes -`")
refused("password.gpg", base64.b64decode(
    "jA0ECQMC+g9nnS893+n/0mYBXZbBeax5My4tTr0Rqigiw9ykuAOVBW/2Q4CTmGCPnLs66ektLrEjp9MkROiPadew2qPWfPpkR12u"
    "HmSF66UcJPVuSWSbO8vtujTEekcqUvWxEK+85w//22cgE1QmW/bbDH8vKFU="), OPENPGP)
refused("rsa.gpg", base64.b64decode(
    "hQEMAxuyBkO1/MoVAQf/bQI7+8HMyv+qw7LzuT+EiWa7Cfsy7CWu8ESSXl3t/BwdlJ7XSijJuxIrLLhJRmHDBR9WAX4C+1exGRWg"
    "ejn94ODqhcsWqglxRvucaf3RWv4N0fvq+QwWJCc5FAcvrmOKwHQXGJbzdnUtT/cJyxZLq9Q0bPsGDeCy3yQxTa6fv+aoZoHkXoxh"
    "ihB7y4fEG2K65//LKgowGfoOtgsqoqZkxMQ/OvgVA2xcAeoWvGrFW/+9wLbfODGE/Lqby3SV/BrPgxf2Vn3CLO6LkvfhmPNx53tN"
    "W9VmLl+HEflPgSULij7aA8E61TRp/BQ0HsSOmImOm/9CvhBXhAa25uJrHhUX0dJsAQYDzTnUCx4FodSpR0MEM/MslMhAB+4GTbtH"
    "eBc8b9q6yR07XY2kHtiv4eBlhDjB8uacl8QbysyPEPD6Gem40OQ+YDc15LL/Iycbie0LHtcpmBrjvaYQ6O+sbCgqlJYnuEUmFDZo"
    "IVSBB0j9"), OPENPGP)
refused("curve25519.gpg", base64.b64decode(
    "hF4DXx/yEaB2wqgSAQdAO+Sfn5BISOxDzvE8xH147SpJORJzcWNShvGT/JNQIkgwzsQk3zdoaFotfWawzFQmZ/kO2WXpuhiLAfSg"
    "gnEfGW8TRoDxmy5TyWrHrV7qgjgI0mwBmk7I2OXc6Ae0YdAwTL+c9ptOKnp4OLX5kXpyM9iueGt/Amf9rtRh+qMJes+tKDjiAj9X"
    "jzHW25jVY0D0Q+L6hyfvPCiVuX/hJQm4MycNuRL8iL3CQ4SgAZ0OzSnRyT7N10lLsydHKGXMU10="), OPENPGP)
refused("armored.asc", base64.b64decode(
    "LS0tLS1CRUdJTiBQR1AgTUVTU0FHRS0tLS0tCgpoRjREWHgveUVhQjJ3cWdTQVFkQThrTllBSlZCaThGK0Q3UDh4YUpUVWpvUkxC"
    "WDhLaUFrZkt3Y2JsQmM2WEl3Ck5aaVErbDFGU3pkZnorbmgyR2dXK1BSTkJNM3lSNWJMN3pSOWJXcXVHYVlmdUpCVWVXbGtyZlVF"
    "alVqeUEydGsKMG13QjlmMXM4SitjVEo1NzladTdyQjh6Q1FsTDlUMllpR3NKSitwMWFYU21JcW9JVE9yS3dUVTNNY0NkcUpDMwo0"
    "QWkxYldZZDQrSjVxRUxTQUtpdFZqdGw1L2xpOVpUUGJlTkNyZ3hlVWRJZGR0eXJ2aVozNFB0WFgyaU05VDR2CnJ1K1hpODBZdndk"
    "Z3Z5bHJ5ckU9Cj1FWUF3Ci0tLS0tRU5EIFBHUCBNRVNTQUdFLS0tLS0K"), OPENPGP)
AGE = "this age file is encrypted to recipients, and this vault is none of them"
refused("secret.age", base64.b64decode(
    "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSAxUHlEVWN1L3VCcStFWkVrcmw5V0Y0SHhxRVhkRm9DRERrNGsrWVVtM2hr"
    "CmZBU21PSkE0VjRZbS83RHl1K296c1drUWhzR2NkRVF1VVJMNmIxQ3dsWEkKLS0tIHh5QWRwT0I1bERWMGdRMmthdkRyWUJTemRR"
    "aHZRNS9nakhKMU5MMm1KZjQKPTQZNS4IXbp+mmv5Z96RfpYuO4X1sRx4ApLnbj1PGMOzM83Kcn6gM6FQ4BvtVIMXMMQOEYFDPzPQ"
    "g0Ng5Jp8rDY5q1FioAFNofGqHKGMBqgl"), AGE)
refused("armored.age", base64.b64decode(
    "LS0tLS1CRUdJTiBBR0UgRU5DUllQVEVEIEZJTEUtLS0tLQpZV2RsTFdWdVkzSjVjSFJwYjI0dWIzSm5MM1l4Q2kwK0lGZ3lOVFV4"
    "T1NCd1JYcDViMUJKZUhCSU0wTTBOWGRhCloyOVJOMVJQZURGdWFtVlBNbWh1V21Kak9FeHpSMDFCVkZNd0NqRTVZV1ZNYURFM2JI"
    "WnZlVmhhVEcxUGFtcEcKYjI5dlZucDJSWFU0YkhST2NITllWVFpHVVhKMWQwa0tMUzB0SURVME5FeERSbWhsY1M5d2VtRnVRVzg1"
    "YlhoNQpOVGRDUlhScVZWa3hRa0V3VVhGNWMxaHlSVEJPWWpnS0REZWs5b2hGV3hmOFRnZHZnNjBycDBvRG1IRUlsZDBMCnNjYUNF"
    "WU92TXlBY2dIWXRrR1lFSjJNQ2E2NU9DVmh3UVVadVdNVVU2bk9meUdySVJ5ZUttKzV6Z3lucllOcTAKdVQvTWVwRENodWltCi0t"
    "LS0tRU5EIEFHRSBFTkNSWVBURUQgRklMRS0tLS0tCg=="), AGE)
