#!/usr/bin/env python3
"""Writes password managers' JSON and archives after the sources of ProtonMail/WebClients (packages/pass/lib/export, and
packages/pass/lib/import/providers with files that Enpass and Keeper wrote), of bitwarden/clients (libs/importer: Enpass, Keeper,
Psono) and of Psono's client. Zip archives are Python's, those with AES are pyzipper's.

Needs `pyzipper`. Run in this folder; the result does not change from run to run. All secrets are thrown away."""
import hashlib
import io
import json
import os
import unicodedata
import zipfile
import zlib

import pyzipper

from make_expectations import IGNORED, UNNAMED, WEAK, b32, entry, pretty, read, refused, skipped, uri

K = [hashlib.sha256(b"managers vector %d" % i).digest()[:20] for i in range(50)]
ONE_WITHOUT = "1 item has no one-time code"
HANGUL = "네이버"
ODD = "it is not as this program writes its entries"
# salts are drawn
os.urandom = lambda count: hashlib.sha256(b"salt").digest()[:count]


# --- Proton Pass

def proton(name, totp="", user="ana", mail="", kind="login", state=1, extra=(), content=None, **more):
    login = {"itemEmail": mail, "itemUsername": user, "password": "hunter2", "urls": ["https://forge.example/"], "totpUri": totp, "passkeys": []}
    return {"itemId": "i", "shareId": "s", "state": state, "aliasEmail": None, "contentFormatVersion": 6, "createTime": 1700000000,
            "modifyTime": 1700000000, "pinned": False, "files": [],
            "data": {"type": kind, "metadata": {"name": name, "note": "a note about it", "itemUuid": "u"}, "extraFields": list(extra),
                     "content": login if content is None else content, "platformSpecific": {}}, **more}


def totp_field(name, address):
    return {"fieldName": name, "type": "totp", "data": {"totpUri": address}}


def text_field(name, text):
    return {"fieldName": name, "type": "hidden", "data": {"content": text}}


PROTON = {"version": "1.31.2", "userId": "u", "encrypted": False, "vaults": {
    "v1": {"name": "Personal", "description": "", "display": {"color": 0, "icon": 0},
           "folders": [{"folderId": "f1", "parentFolderId": None, "name": "Work"}, {"folderId": "f2", "parentFolderId": "f1", "name": "Ops"}],
           "items": [
               proton("Forge", uri(K[0], "Forge:ana", issuer="Forge")),
               proton("Shop", b32(K[1]).lower(), "bob", folderId="f2"),
               proton("Two", uri(K[2], "Two:cat", issuer="Two"), "cat", extra=[
                   totp_field("Second code", uri(K[3], "Two:cat", issuer="Two")), totp_field("", uri(K[4], "Two:cat", issuer="Two")),
                   totp_field("The same", b32(K[2])), totp_field("Empty", ""), text_field("PIN", "hunter2"),
                   text_field("Text", "otpauth: " + uri(K[5], "Text"))]),
               proton("Trash", b32(K[6]), "dan", state=2),
               proton("No code", ""),
               proton("Broken", "hunter2!", "eve"),
               "odd",
           ]},
    "v2": {"name": HANGUL, "items": [
        proton(unicodedata.normalize("NFD", HANGUL), uri(K[7], "", algorithm="SHA256", digits=8, period=60), "", "ana@b.example"),
        proton("Note", kind="note", content={}),
        proton("Alias", kind="alias", content={}, extra=[totp_field("Code", b32(K[8]))]),
        proton("Custom", kind="custom", content={"sections": [{"sectionName": "S", "sectionFields": [totp_field("Code", b32(K[9]))]}]}),
        proton("Old", kind="login", content={"username": "ana@old.example", "password": "hunter2", "urls": [], "totpUri": b32(K[10])}),
    ]}}}
PROTON_FOUND = [
    entry(K[0], "Forge", "ana", tags=["Personal"]),
    entry(K[1], "Shop", "bob", tags=["Personal", "Work/Ops"]),
    entry(K[2], "Two", "cat", tags=["Personal"]),
    entry(K[3], "Two", "cat", name="Two Second code", tags=["Personal"]),
    entry(K[4], "Two", "cat", name="Two (3)", tags=["Personal"]),
    entry(K[5], "Two", "Text", name="Two Text", tags=["Personal"]),
    entry(K[6], "Trash", "dan", tags=["Personal"], warnings=["the item is in Proton Pass's trash"]),
    skipped("Broken", "the secret cannot be read: illegal base32 character `!` at position 8"),
    skipped("item 7", ODD),
    entry(K[7], HANGUL, "ana@b.example", algorithm="SHA256", digits=8, period=60, tags=[HANGUL], warnings=[IGNORED]),
    entry(K[8], "Alias", tags=[HANGUL]),
    entry(K[9], "Custom", tags=[HANGUL]),
    entry(K[10], "Old", "ana@old.example", tags=[HANGUL]),
]
PROTON_NOTES = ["2 items have no one-time code"]
read("proton-pass.json", pretty(PROTON), "Proton Pass JSON", PROTON_FOUND, PROTON_NOTES)
refused("proton-pass-cut.json", pretty(PROTON)[:3000], "this Proton Pass JSON file is damaged: it breaks off in line 112, column 8")
refused("proton-pass-without.json", json.dumps({"version": "1.31.2", "vaults": {"v": {"name": "V", "items": [proton("No code")]}}}),
        f"this Proton Pass JSON file holds no one-time code: {ONE_WITHOUT}")


# --- Enpass

def field(kind, value, label="", deleted=0, history=(), uid=1):
    return {"deleted": deleted, "history": [{"encrypted": False, "updated_at": 1, "value": old} for old in history], "label": label, "order": 1,
            "sensitive": 0, "type": kind, "uid": uid, "updated_at": 1700000000, "value": value, "value_updated_at": 1700000000}


def enpass(title, *fields, subtitle="", **more):
    return {"archived": 0, "auto_submit": 1, "category": "login", "createdAt": 1700000000, "favorite": 0, "fields": list(fields), "icon": {},
            "note": "a note about it", "subtitle": subtitle, "template_type": "login.default", "title": title, "trashed": 0, "updated_at": 1, "uuid": title, **more}


def grouped(key):
    text = b32(key).lower()
    return " ".join(text[i:i + 4] for i in range(0, len(text), 4))


FOLDERS = [{"icon": "1", "parent_uuid": "", "title": "Work", "updated_at": 1, "uuid": "f1"}, {"icon": "1", "parent_uuid": "f1", "title": "Ops", "updated_at": 1, "uuid": "f2"},
           {"icon": "1", "parent_uuid": "f4", "title": "Round", "updated_at": 1, "uuid": "f3"}, {"icon": "1", "parent_uuid": "f3", "title": "And", "updated_at": 1, "uuid": "f4"}]
note = enpass("Note", template_type="note.default")
del note["fields"]
ENPASS = {"folders": FOLDERS, "items": [
    enpass("Forge", field("username", "ana"), field("password", "hunter2"), field("totp", grouped(K[11]), "One-time code", history=["otpauth://totp/old?secret=" + b32(K[12])]), folders=["f2", "f1"]),
    enpass("Shop", field("email", "bob@b.example"), field("totp", uri(K[13], "Shop:bob", issuer="Shop")), folders=["f3"]),
    enpass("Two", field("username", "cat"), field("totp", b32(K[14]), "First"), field("totp", b32(K[15]), "Second"), field("totp", "", "Third")),
    enpass("Deleted", field("username", "dan"), field("totp", b32(K[16]), "Old", deleted=1), field("totp", b32(K[17]), "New")),
    enpass("Trashed", field("totp", b32(K[18])), subtitle="eve", trashed=1),
    enpass("Archived", field("totp", b32(K[19])), subtitle="fay", archived=1, folders=None),
    enpass("Text", field("username", "gus"), field("text", "code: " + uri(K[20], "Text:gus", issuer="Text"), "My code")),
    enpass("No code", field("username", "hal"), field("password", "hunter2")),
    enpass("Broken", field("totp", "hunter2!")),
    enpass(HANGUL, field("username", 12345), field("totp", b32(K[21]))),
    note, 7]}
ENPASS_FOUND = [
    entry(K[11], "Forge", "ana", tags=["Work/Ops", "Work"]),
    entry(K[13], "Shop", "bob", tags=["And/Round"]),
    entry(K[14], "Two", "cat"), entry(K[15], "Two", "cat", name="Two Second"),
    entry(K[17], "Deleted", "dan"), skipped("Deleted", "the field was deleted in Enpass"),
    entry(K[18], "Trashed", "eve", warnings=["the item is in Enpass's trash"]),
    entry(K[19], "Archived", "fay", warnings=["the item is archived in Enpass"]),
    entry(K[20], "Text", "gus"),
    skipped("Broken", "the secret cannot be read: illegal base32 character `!` at position 8"),
    entry(K[21], HANGUL, "12345"),
    skipped("item 12", ODD),
]
read("enpass.json", pretty(ENPASS), "Enpass JSON", ENPASS_FOUND, ["2 items have no one-time code"])
refused("enpass-cut.json", pretty(ENPASS)[:4000], "this Enpass JSON file is damaged: it breaks off in line 175, column 13")
refused("enpass-without.json", pretty({"folders": [], "items": [enpass("No code", field("username", "ana"))]}), f"this Enpass JSON file holds no one-time code: {ONE_WITHOUT}")


# --- Psono: a code of its own, or one of a login, in folders without end.

def psono(kind, name, **fields):
    return {"type": kind, "name": name, "create_date": "2022-12-13T19:41:42.972586Z", "write_date": "2022-12-13T19:41:42.972610Z",
            "callback_url": "", "callback_user": "", "callback_pass": "", **fields}


def psono_totp(name, key, **fields):
    return psono("totp", name, totp_title=name, totp_code=b32(key), totp_notes="a note about it", totp_period=30, totp_algorithm="SHA1", totp_digits=6, **fields)


def psono_login(name, key, **fields):
    code = {"website_password_totp_code": b32(key)} if key else {}
    return psono("website_password", name, website_password_title=name, website_password_url="https://forge.example", website_password_username="ana",
                 website_password_password="hunter2", website_password_notes="a note about it", urlfilter="forge.example", **code, **fields)


eight = psono_totp("Eight", K[23])
eight.update(totp_digits=8, totp_period="60", totp_algorithm="SHA512")
PSONO = {"folders": [
    {"name": "Work", "items": [psono_login("Forge", K[22]), psono_login("No code", None)], "folders": [{"name": HANGUL, "items": [eight]}]},
    {"name": "Empty"}, {"name": "Null", "items": None, "folders": None}],
    "items": [psono_totp("Bare", K[24]), psono("note", "Note", note_title="Note", note_notes="hunter2"),
              psono_login("Own", K[25], website_password_totp_digits=7, website_password_totp_algorithm="SHA256", website_password_totp_period=45),
              {**psono_totp("Odd", K[26]), "totp_digits": "many"}, [1]]}
PSONO_FOUND = [
    entry(K[24], "Bare"),
    entry(K[25], "Own", "ana", digits=7, algorithm="SHA256", period=45),
    skipped("Odd", "its number of digits is not a whole number"),
    skipped("item 5", ODD),
    entry(K[22], "Forge", "ana", tags=["Work"]),
    entry(K[23], "Eight", digits=8, period=60, algorithm="SHA512", tags=["Work/" + HANGUL]),
]
read("psono.json", pretty(PSONO), "Psono JSON", PSONO_FOUND, ["2 items have no one-time code"])
read("psono-in-folders.json", json.dumps({"folders": [{"name": "A", "folders": [{"name": "B", "items": [psono_totp("Deep", K[27])]}]}]}),
     "Psono JSON", [entry(K[27], "Deep", tags=["A/B"])])
refused("psono-cut.json", pretty(PSONO)[:2500], "this Psono JSON file is damaged: it breaks off in line 82, column 20")
refused("psono-deep.json", '{"folders":[{"name":"x","items":[],"folders":[' * 200, "this Psono JSON file is damaged: it is not JSON from line 1, column 1459 on")


# --- Keeper

def keeper(title, login="ana", fields=None, **more):
    return {"uid": title, "title": title, "notes": "a note about it", "$type": "login", "login": login, "password": "hunter2", "login_url": "https://forge.example",
            **({"custom_fields": fields} if fields else {}), **more}


KEEPER = {"shared_folders": [{"path": "Team", "uid": "t"}], "records": [
    keeper("Forge", fields={"$oneTimeCode::1": uri(K[28], "Forge:ana", issuer="Forge"), "$text:Question:1": "hunter2"},
           folders=[{"folder": "Work\\Ops"}, {"shared_folder": "Team", "can_edit": True}]),
    keeper("Shop", "bob", {"$oneTimeCode:First:1": b32(K[29]), "$oneTimeCode:Second:2": b32(K[30])}),
    keeper("List", "cat", {"$oneTimeCode": [b32(K[31]), b32(K[32])], "$name::1": {"first": "hunter2"}}),
    keeper("Commander", "dan", {"TFC:Keeper": uri(K[33], "Commander:dan", issuer="Commander", digits=8)}),
    keeper("Text", "eve", {"$text:Recovery:1": "or " + uri(K[34], "Text:eve", issuer="Text")}),
    keeper("No code", "fay"), {"uid": 6, "title": "general item"},
    keeper("Broken", "gus", {"$oneTimeCode::1": "hunter2!"}), 5],
    }
KEEPER_FOUND = [
    entry(K[28], "Forge", "ana", tags=["Work/Ops", "Team"]),
    entry(K[29], "Shop", "bob"), entry(K[30], "Shop", "bob", name="Shop Second"),
    entry(K[31], "List", "cat"), entry(K[32], "List", "cat", name="List (2)"),
    entry(K[33], "Commander", "dan", digits=8, warnings=[IGNORED]),
    entry(K[34], "Text", "eve"),
    skipped("Broken", "the secret cannot be read: illegal base32 character `!` at position 8"),
    skipped("record 9", ODD),
]
read("keeper.json", pretty(KEEPER), "Keeper JSON", KEEPER_FOUND, ["2 items have no one-time code"])
refused("keeper-cut.json", pretty(KEEPER)[:1500], "this Keeper JSON file is damaged: it breaks off in line 64, column 8")

# --- Bitwarden: two items that nothing tells apart but their secrets.

twin = {"id": "Forge", "type": 1, "name": "Forge", "favorite": False}
read("bitwarden-twins.json", pretty({"encrypted": False, "folders": [], "items": [
    {**twin, "login": {"username": None, "totp": b32(K[35])}}, {**twin, "login": {"username": None, "totp": b32(K[36])}}]}),
    "Bitwarden JSON", [entry(K[35], "Forge"), entry(K[36], "Forge")])


# --- Archives

def archive(files, compression=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as file:
        for name, content in files.items():
            file.writestr(zipfile.ZipInfo(name, (2023, 11, 14, 22, 13, 20)), content, compression)
    return out.getvalue()


def aes_archive(files, password, compression=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with pyzipper.AESZipFile(out, "w", compression=compression, encryption=pyzipper.WZ_AES) as file:
        file.setpassword(password)
        for name, content in files.items():
            file.writestr(pyzipper.zipfile_aes.AESZipInfo(name, (2023, 11, 14, 22, 13, 20)), content)
    return out.getvalue()


def pkzip_archive(name, content, password):
    """One stored file in PKZIP's old encryption (APPNOTE.TXT section 6.1), which Python's zipfile reads but does not write."""
    def crc(key, byte):
        # zlib's crc32 inverts before and after; PKZIP's keys are not inverted.
        return zlib.crc32(bytes([byte]), key ^ 0xFFFFFFFF) ^ 0xFFFFFFFF

    keys = [0x12345678, 0x23456789, 0x34567890]

    def update(byte):
        keys[0] = crc(keys[0], byte)
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = crc(keys[2], keys[1] >> 24)

    for byte in password:
        update(byte)
    check = zlib.crc32(content)
    plain = hashlib.sha256(b"header").digest()[:11] + bytes([check >> 24]) + content
    sealed = bytearray()
    for byte in plain:
        mix = (keys[2] & 0xFFFF) | 2
        sealed.append(byte ^ ((mix * (mix ^ 1)) >> 8 & 0xFF))
        update(byte)
    whole = bytearray(archive({name: content}, zipfile.ZIP_STORED))
    start = 30 + len(name)
    whole[start:start + len(content)] = sealed
    more = len(sealed) - len(content)
    central = whole.index(b"PK\x01\x02")
    for at, size_at in [(0, 18), (central, 20)]:
        whole[at + size_at - 12] |= 1
        whole[at + size_at:at + size_at + 4] = len(sealed).to_bytes(4, "little")
    end = whole.index(b"PK\x05\x06")
    whole[end + 16:end + 20] = central.to_bytes(4, "little")
    data = bytes(whole)
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert more == 12 and file.read(name, password) == content
    return data


PROTON_BYTES = json.dumps(PROTON).encode()
read("proton-pass.zip", archive({"Proton Pass/data.json": PROTON_BYTES, "Proton Pass/files/a.png": b"\x89PNG hunter2"}), "Proton Pass JSON", PROTON_FOUND, PROTON_NOTES)
read("proton-pass-stored.zip", archive({"Proton Pass/data.json": PROTON_BYTES}, zipfile.ZIP_STORED), "Proton Pass JSON", PROTON_FOUND, PROTON_NOTES)
refused("proton-pass-encrypted.zip", archive({"Proton Pass/data.pgp": "-----BEGIN PGP MESSAGE-----\n\nhunter2\n-----END PGP MESSAGE-----\n"}),
        "this Proton Pass zip, encrypted file cannot be decrypted here: pipe in what is in it decrypted, as in `unzip -p FILE | gpg -d | vmfa import --yes -`")
DASHLANE = f"username,username2,username3,title,password,note,url,category,otpSecret\r\nana,,,Forge,hunter2,,https://forge.example,Work,{b32(K[37])}\r\n"
NOTES = f"title,note\r\nA note,hunter2\r\nCode,\"a note about {uri(K[38], 'Note:ana', issuer='Note')}\"\r\n"
read("dashlane.zip", archive({"credentials.csv": DASHLANE, "securenotes.csv": NOTES, "ids.csv": "type,number\r\ncard,hunter2\r\n",
                              "payments.csv": "type,account_name\r\n", "personalInfo.csv": "type,title\r\n"}),
     "Dashlane zip", [entry(K[37], "Forge", "ana", tags=["Work"]), entry(K[38], "Note", "ana", name="Code")])
RAIVO = json.dumps([{"kind": "TOTP", "issuer": "Forge", "account": "ana", "secret": b32(K[39]), "algorithm": "SHA1", "digits": "6", "timer": "30",
                     "counter": "0", "pinned": "false", "iconType": "", "iconValue": ""}])
RAIVO_FOUND = [entry(K[39], "Forge", "ana")]
read("packed.zip", archive({"folder/": "", "folder/raivo.json": RAIVO, "__MACOSX/folder/._raivo.json": "Mac", "folder/.DS_Store": "Mac"}), "Raivo JSON", RAIVO_FOUND)
read("packed-beside.zip", archive({"README.txt": "a note about it", "export.json": RAIVO, "data.bin": hashlib.sha512(b"x").digest() * 20}), "Raivo JSON", RAIVO_FOUND)
refused("packed-twice.zip", archive({"a.json": RAIVO, "b.json": RAIVO}),
        "this is a zip archive in which several files can be read: unpack it and import each")
refused("packed-none.zip", archive({"a.txt": "hunter2", "b.txt": "a note about it"}),
        "this is a zip archive in which no file is in a form that is known: docs/importing.md lists the forms")
refused("packed-empty.zip", archive({}), "this is a zip archive in which no file is in a form that is known: docs/importing.md lists the forms")
refused("packed-zip.zip", archive({"a.zip": archive({"raivo.json": RAIVO})}), "this is a zip archive in a zip archive: unpack it and import the file that is in it")
refused("packed-many.zip", archive({f"{i}.txt": "" for i in range(101)}),
        "this is a zip archive of more than 100 files: unpack it and import the file that is in it")
refused("packed-bomb.zip", archive({"a.json": b" " * (40 << 20), "b.json": b" " * (25 << 20)}), "`b.json` in this zip file unpacks to more than 64 MiB")
PASSWORD = "correct horse"
AES_ZIP = aes_archive({"raivo-otp-export.json": RAIVO}, PASSWORD.encode())
read("packed-aes.zip", AES_ZIP, "Raivo JSON", RAIVO_FOUND, password=PASSWORD)
refused("packed-aes-wrong-password.zip", AES_ZIP, "the password of this Raivo archive file is wrong", password="guess")
changed = bytearray(AES_ZIP)
changed[AES_ZIP.index(b"PK\x01\x02") - 15] ^= 1
refused("packed-aes-changed.zip", bytes(changed), "the password of this Raivo archive file is wrong", password=PASSWORD)
PKZIP = pkzip_archive("raivo-otp-export.json", RAIVO.encode(), PASSWORD.encode())
read("packed-pkzip.zip", PKZIP, "Raivo JSON", RAIVO_FOUND, password=PASSWORD)
refused("packed-pkzip-wrong-password.zip", PKZIP, "the password of this Raivo archive file is wrong", password="guess")
refused("packed-locked.zip", aes_archive({"bitwarden.json": open("bitwarden-pbkdf2.json").read()}, PASSWORD.encode()),
        "this is an encrypted file in an encrypted archive: unpack it and import the file that is in it", password=PASSWORD)
refused("keepass.kdbx", bytes.fromhex("03d9a29a67fb4bb5000004") + b"hunter2" * 9,
        "this KeePass database file cannot be decrypted here: pipe in its XML, as in `keepassxc-cli export -f xml FILE | vmfa import --yes -`, "
        "or export it as XML or CSV from the program")
