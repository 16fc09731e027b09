#!/usr/bin/env python3
"""Writes files as people have reported them: with other spaces, and with fields that the program leaves out or adds. Run in this folder."""
import base64
import json

from make_expectations import entry, read, unb32

steam = {"shared_secret": "wk6oaTxY4kPCgk4TTW2u3B0kpBg=", "serial_number": "1", "revocation_code": "R00000",
         "uri": "otpauth://totp/Steam:ana_plays?secret=YJHKQ2J4LDREHQUCJYJU23NO3QOSJJAY&issuer=Steam", "server_time": 1700000000,
         "account_name": "ana_plays", "token_gid": "0", "identity_secret": "A" * 27 + "=", "secret_1": "A" * 27 + "=", "status": 1,
         "fully_enrolled": True}
read("reported-steam.maFile", json.dumps(steam, indent=1), "Steam",
     [entry(base64.b64decode(steam["shared_secret"]), "Steam", "ana_plays", kind="steam")])

forge, shop = "OY5EXWWQFMOMHZ7LI2SHFJ22KXL6IITR", "4FO6KJPD2TCOXVSOBCFPF4SLU6QDTTN4"
extension = {
    "h1": {"account": "ana", "hash": "h1", "index": 0, "issuer": "Forge", "secret": forge, "type": "totp", "encrypted": False, "counter": 0},
    "h2": {"account": "bob", "hash": "h2", "index": 1, "issuer": "Shop", "secret": shop, "type": "totp", "encrypted": False, "counter": 0},
}
found = [entry(unb32(forge), "Forge", "ana"), entry(unb32(shop), "Shop", "bob")]
read("reported-extension.json", json.dumps(extension, indent=1), "Authenticator (browser extension)", found)
# Without what the extension can do without: the order, the hash, whether it is encrypted, and with a number for the hash function.
spare = {"h2": {"account": "bob", "issuer": "Shop", "secret": shop, "type": "totp", "index": "2"},
         "h1": {"account": "ana", "issuer": "Forge", "secret": forge.lower(), "type": "TOTP", "index": "1", "algorithm": 1, "period": "30", "digits": "6"}}
read("reported-extension-spare.json", "\ufeff" + json.dumps(spare), "Authenticator (browser extension)", found)

# Only an entry without its type, which is then by time.
untyped = {"h1": {"account": "ana", "hash": "h1", "index": 0, "issuer": "Forge", "secret": forge, "encrypted": False, "counter": 0}}
read("reported-extension-untyped.json", json.dumps(untyped), "Authenticator (browser extension)", found[:1])

# `null` for a list that is empty.
lastpass = {"deviceId": "", "localDeviceId": "", "deviceSecret": "", "version": 3, "folders": None, "accounts": [
    {"accountID": "1", "issuerName": "Forge", "originalIssuerName": "Forge", "userName": "ana", "originalUserName": "ana",
     "pushNotification": False, "secret": forge, "timeStep": 30, "digits": 6, "algorithm": "SHA1", "isFavorite": False}]}
read("reported-lastpass-null.json", json.dumps(lastpass), "LastPass Authenticator JSON", found[:1])
psono = {"folders": None, "items": [{"id": "j", "type": "totp", "name": "Forge", "totp_title": "Forge", "totp_period": None,
                                      "totp_algorithm": None, "totp_digits": None, "totp_code": forge, "totp_notes": None}]}
read("reported-psono-null.json", json.dumps(psono), "Psono JSON", [entry(unb32(forge), "Forge", "")])

# Enpass' CSV, whose first item has the field that other tables have for a column.
enpass = '"Forge","Username","ana","Password","pw","TOTP","%s"\n"Shop","Username","bob","Password","pw","TOTP","%s"\n' % (forge, shop)
read("reported-enpass.csv", enpass, "Enpass CSV", found)

# The address of a service that draws QR codes, beside a URI.
address = "https://chart.googleapis.com/chart?chs=200x200&cht=qr&chl=otpauth%%3A%%2F%%2Ftotp%%2FForge%%3Aana%%3Fsecret%%3D%s%%26issuer%%3DForge&choe=UTF-8\n" % forge
read("reported-address.txt", address + "otpauth://totp/Shop:bob?secret=%s&issuer=Shop\n" % shop, "list of URIs", found)
