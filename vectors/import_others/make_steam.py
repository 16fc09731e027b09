#!/usr/bin/env python3
"""Writes Steam's account files after the sources of SteamDesktopAuthenticator (SteamGuardAccount, Manifest.cs) and of
steamguard-cli (steamguard/src/lib.rs, src/accountmanager/{legacy,manifest,steamv2}.rs). Run in this folder."""
import hashlib
import json

from make_expectations import b32, b64, entry, pretty, read, refused, skipped

K = [hashlib.sha256(b"steam vector %d" % i).digest()[:20] for i in range(12)]


def mafile(key, name="ana_plays", **more):
    """As Steam Desktop Authenticator writes it (Newtonsoft's JSON, without spaces)."""
    return {"shared_secret": b64(key), "serial_number": "1234567890123456789", "revocation_code": "R31337",
            "uri": f"otpauth://totp/Steam:{name}?secret={b32(key)}&issuer=Steam", "server_time": 1700000000, "account_name": name,
            "token_gid": "2a1b", "identity_secret": b64(b"hunter2 hunter2 hunt"), "secret_1": b64(b"hunter2 hunter2 hunt"), "status": 1,
            "device_id": "android:00000000-0000-4000-8000-000000000000", "fully_enrolled": True,
            "Session": {"SteamID": 76561198000000000, "AccessToken": "hunter2", "RefreshToken": "hunter2", "SessionID": "hunter2"}, **more}


def steam(key, name, warnings=()):
    return entry(key, "Steam", name, kind="steam", warnings=warnings)


read("steam.maFile", json.dumps(mafile(K[0]), separators=(",", ":")), "Steam", [steam(K[0], "ana_plays")])

# steamguard-cli.
cli = {"account_name": "겜돌이", "steam_id": 76561198000000001, "serial_number": "1", "revocation_code": "R31337",
       "shared_secret": b64(K[1]), "token_gid": "2a1b", "identity_secret": b64(b"hunter2 hunter2 hunt"),
       "uri": f"otpauth://totp/Steam:%EA%B2%9C%EB%8F%8C%EC%9D%B4?secret={b32(K[1])}&issuer=Steam", "device_id": "android:x",
       "secret_1": b64(b"hunter2 hunter2 hunt"), "tokens": {"access_token": "hunter2", "refresh_token": "hunter2"}}
read("steamguard-cli.maFile", json.dumps(cli, ensure_ascii=False), "Steam", [steam(K[1], "겜돌이")])

# A list of them, among them what is odd in every way.
without = {k: v for k, v in mafile(K[3], "gordon").items() if k not in ("uri", "account_name", "Session")}
WARNING = "`uri` holds another secret: `shared_secret` was taken, compare a code"
LENGTH = "`shared_secret` is not 20 bytes long, as Steam's secrets are"
odd = [
    mafile(K[2], "first"),
    without,
    {**mafile(K[4], "second"), "uri": mafile(K[5], "second")["uri"]},
    {**mafile(K[6], "third"), "shared_secret": K[6].hex().upper()},
    {**mafile(K[7], "no padding"), "shared_secret": b64(K[7]).rstrip("=")},
    {**mafile(K[8], "short"), "shared_secret": b64(K[8][:10])},
    {**mafile(K[8], "base32"), "shared_secret": b32(K[8])},
    {**mafile(K[8], "no base64"), "shared_secret": "hunter2!"},
    {**mafile(K[8], "empty"), "shared_secret": None},
    {**mafile(K[9], ""), "account_name": None, "uri": mafile(K[9], "from the URI")["uri"]},
    [b64(K[10])],
    {**mafile(K[10], "a number"), "shared_secret": 12345.5},
]
read("steam-list.json", pretty(odd), "Steam", [
    steam(K[2], "first"),
    steam(K[3], ""),
    steam(K[4], "second", [WARNING]),
    steam(K[6], "third"),
    steam(K[7], "no padding"),
    skipped("Steam:short", LENGTH),
    skipped("Steam:base32", LENGTH),
    skipped("Steam:no base64", "the secret cannot be read: it is not base64"),
    skipped("Steam:empty", "missing secret"),
    steam(K[9], "from the URI"),
    skipped("account 11", "it is not as this program writes its entries"),
    skipped("account 12", "it is not as this program writes its entries"),
])

# The file of Steam's app, version 2: numbers are texts, slashes are escaped.
app = {"accounts": {"76561198000000002": {**{k: v for k, v in mafile(K[11], "phone").items() if k != "Session"}, "steamid": "76561198000000002",
                                          "server_time": "1700000000", "status": 1, "steamguard_scheme": "2"}}}
read("Steamguard-app.json", json.dumps(app).replace("/", "\\/"), "Steam", [steam(K[11], "phone")])

refused("steam-cut.maFile", json.dumps(mafile(K[0]))[:300], "this Steam file is damaged: it breaks off in line 1, column 300")

sda = {"encrypted": True, "first_run": False, "entries": [{"encryption_iv": b64(bytes(16)), "encryption_salt": b64(bytes(8)),
       "filename": "76561198000000000.maFile", "steamid": 76561198000000000}], "periodic_checking": False, "periodic_checking_interval": 5,
       "periodic_checking_checkall": False, "auto_confirm_market_transactions": False, "auto_confirm_trades": False}
refused("steam-manifest-encrypted.json", json.dumps(sda),
        "this Steam Desktop Authenticator file cannot be decrypted here: the secrets are in the `.maFile` files beside it; remove the encryption "
        'in "Manage Encryption" (an empty new passkey does so), then import those files')
plain = {**sda, "encrypted": False, "entries": [{**sda["entries"][0], "encryption_iv": None, "encryption_salt": None}]}
refused("steam-manifest.json", json.dumps(plain),
        "this is the list of Steam's accounts (manifest.json), in which there is no secret: import the `.maFile` files beside it")
manifest = {"version": 1, "entries": [{"filename": "a.maFile", "steam_id": 76561198000000001, "account_name": "a",
            "encryption": {"iv": b64(bytes(16)), "salt": b64(bytes(16)), "scheme": "Argon2idAes256"}}]}
refused("steamguard-cli-manifest.json", json.dumps(manifest),
        "this steamguard-cli file cannot be decrypted here: the secrets are in the `.maFile` files beside it; run `steamguard decrypt`, then import "
        "those files")
