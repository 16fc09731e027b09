#!/usr/bin/env python3
"""Writes what authenticators keep for themselves, which is named and not read, and Duo Mobile's accounts.json, which is read.

The tables and keys are those that Aegis' importers read (app/src/main/java/…/importers/{Duo,GoogleAuth,MicrosoftAuth,BattleNet,
Authy,WinAuth}Importer.java of beemdevelopment/Aegis). Run in this folder.
"""
import hashlib
import json
import os
import sqlite3

from make_expectations import b32, entry, read, refused, skipped


def key(number):
    return hashlib.sha256(b"own files vector %d" % number).digest()[:20]


def database(name, *statements):
    if os.path.exists(name):
        os.remove(name)
    connection = sqlite3.connect(name)
    connection.execute("PRAGMA page_size = 512")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.execute("VACUUM")
    connection.close()
    return open(name, "rb").read()


NO_EXPORT = "the app has no export; at each service, turn its codes off and on again, and add the new QR code with `vmfa add --qr FILE`"
refused("google-authenticator.db", database(
    "google-authenticator.db",
    "CREATE TABLE accounts (_id INTEGER PRIMARY KEY, email TEXT NOT NULL, secret TEXT NOT NULL, counter INTEGER DEFAULT 0, type INTEGER, "
    "provider INTEGER DEFAULT 0, issuer TEXT DEFAULT NULL, original_name TEXT DEFAULT NULL)",
    "INSERT INTO accounts (email, secret, type) VALUES ('alice', 'hunter2', 0)"),
    "this is Google Authenticator's database: choose \"Transfer accounts\" in the app, and read the QR codes with `vmfa add --qr FILE`")
refused("microsoft-authenticator.db", database(
    "microsoft-authenticator.db",
    "CREATE TABLE accounts (_id INTEGER PRIMARY KEY, account_type INTEGER, name TEXT, username TEXT, oath_secret_key TEXT)"),
    "this is Microsoft Authenticator's database: " + NO_EXPORT)
refused("other.db", database("other.db", "CREATE TABLE notes (id INTEGER)"),
        "this is a SQLite database: export the accounts from the program that keeps it; docs/importing.md lists the forms")
refused("winauth.xml", '<?xml version="1.0" encoding="utf-8"?>\n<WinAuth version="3.6">\n  <data encrypted="y">00ff</data>\n</WinAuth>\n',
        "this is WinAuth's own file, which may be encrypted for this computer: choose \"Export\" in WinAuth, and import the file of URIs, or "
        "the zip archive with its password")
refused("authy.xml", "<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n<map>\n    <string name=\"com.authy.storage.tokens.authenticator.key\">"
        "[{&quot;name&quot;:&quot;a&quot;,&quot;encryptedSecret&quot;:&quot;hunter2&quot;}]</string>\n</map>\n",
        "this is what Authy keeps on the phone, under the password of its backup: " + NO_EXPORT)
refused("battle.net.xml", "<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n<map>\n"
        "    <string name=\"com.blizzard.messenger.AUTHENTICATOR_DEVICE_SECRET\">hunter2</string>\n</map>\n",
        "this is what Battle.net keeps on the phone: detach the authenticator in the app, and attach it anew in one that shows the QR code")
refused("lastpass-vault", b"LPAV\x00\x00\x00\x03200hunter2",
        "this is LastPass' encrypted vault: export it as CSV in LastPass (Advanced, Export), and import that file")

duo = [
    {"name": "GitHub: alice", "accountType": "GitHub", "otpGenerator": {"otpSecret": b32(key(0))}},
    {"name": "이름", "accountType": "ThirdParty", "otpGenerator": {"otpSecret": b32(key(1)).lower(), "counter": 5}},
    {"name": "Company", "accountType": "DUO", "pkey": "hunter2"},
    {"name": "null", "otpGenerator": None},
    {"name": "Empty", "otpGenerator": {}},
    {"name": "Odd", "otpGenerator": "x"},
]
read("duo.json", json.dumps(duo, ensure_ascii=False), "Duo JSON", [
    entry(key(0), "", "GitHub: alice"),
    entry(key(1), "", "이름", kind="hotp", counter=5),
    skipped("Empty", "missing secret"),
    skipped("account 6", "it is not as this program writes its entries"),
], ["2 items have no one-time code"])
refused("duo-cut.json", json.dumps(duo)[:150], "this Duo JSON file is damaged: it breaks off in line 1, column 150")
