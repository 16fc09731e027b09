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
