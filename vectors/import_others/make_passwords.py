#!/usr/bin/env python3
"""Writes password managers' CSV after the sources of their importers in bitwarden/clients (libs/importer) and
ProtonMail/WebClients (packages/pass/lib/import, with files that the programs wrote), of extract_otp_secrets
(src/extract_otp_secrets.py), and after the headers that they are known for; written by Python's csv.

Run in this folder. All secrets are thrown away."""
import csv
import hashlib
import io

from make_expectations import IGNORED, UNNAMED, WEAK, b32, entry, read, refused, skipped, uri

K = [hashlib.sha256(b"passwords vector %d" % i).digest()[:20] for i in range(40)]
WITHOUT = "1 item has no one-time code"
NO_COLUMN = "no column of it is for one-time codes"
HANGUL = "네이버"


def table(header, *rows, delimiter=",", end="\n", quoting=csv.QUOTE_MINIMAL):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerow(header.split(","))
    writer.writerows(rows)
    return out.getvalue()


# --- Apple Passwords and Safari: a title is made of the host and the user name, unless somebody gave another one.

APPLE = "Title,URL,Username,Password,Notes,OTPAuth"
apple = table(
    APPLE,
    ["forge.example (ana)", "https://forge.example/", "ana", "hunter2,\"x", "", uri(K[0], "Forge:ana", issuer="Forge")],
    ["shop.example (bob)", "https://shop.example/", "bob", "hunter2", "a note about\ntwo \"lines\"", ""],
    ["www.mail.example", "https://www.mail.example/login", "", "hunter2", "", uri(K[1], "")],
    [f"{HANGUL} (사용자)", "https://naver.example/", "사용자", "hunter2", "", uri(K[2], "user", digits=8, period=60, algorithm="SHA512")],
    ["bank.example (cat)", "https://bank.example/", "cat", "hunter2", "", "otpauth://totp/bank?secret=hunter2!"],
    end="\r\n")
APPLE_FOUND = [
    entry(K[0], "Forge", "ana"),
    entry(K[1], "mail.example"),
    entry(K[2], HANGUL, "user", digits=8, period=60, algorithm="SHA512", warnings=[IGNORED]),
    skipped("bank.example", "the secret cannot be read: illegal base32 character `!` at position 8"),
]
read("apple-passwords.csv", apple, "Apple Passwords CSV", APPLE_FOUND, [WITHOUT])
read("apple-passwords-bom.csv", b"\xef\xbb\xbf" + apple.encode(), "Apple Passwords CSV", APPLE_FOUND, [WITHOUT])
read("apple-passwords-utf16.csv", b"\xff\xfe" + apple.encode("utf-16-le"), "Apple Passwords CSV", APPLE_FOUND, [WITHOUT])
read("apple-passwords-macos12.csv", table("Title,Url,Username,Password,OTPAuth",
     ["Forge", "https://forge.example/", "ana", "hunter2", b32(K[0]).lower()]), "Apple Passwords CSV", [entry(K[0], "Forge", "ana")])

# --- LastPass: bare secrets; the folder is `grouping`.

LASTPASS = "url,username,password,totp,extra,name,grouping,fav"
read("lastpass.csv", table(
    LASTPASS,
    ["https://forge.example/", "ana", "hunter2", b32(K[3]), "", "Forge", "Work\\Ops", "0"],
    ["https://shop.example/", "bob", "hunter2", "", "", "Shop", "", "1"],
    ["http://sn", "", "", "", "NoteType:Server\nNotes:a note about \"it\"", "A note", "", "0"],
    ["https://www.mail.example/", "cat", "hunter2", "  " + " ".join(b32(K[4]).lower()[i:i + 4] for i in range(0, 32, 4)), "", "", "", "0"],
    ["https://old.example/", "dan", "hunter2", "123456", "", "Old", "", "0"],
    ["https://esc.example/", "eve", "hunter2", uri(K[5], "Esc:eve", issuer="Esc").replace("&", "&amp;"), "", "Esc", "", "0"]),
    "LastPass CSV", [
    entry(K[3], "Forge", "ana", tags=["Work/Ops"]),
    entry(K[4], "mail.example", "cat"),
    skipped("Old", "it holds digits alone, as a code does that was shown once, and no secret"),
    entry(K[5], "Esc", "eve", warnings=["the URI was copied from the source of a web page: `&amp;` was read as `&`"]),
], ["2 items have no one-time code"])
refused("lastpass-without.csv", table("url,username,password,extra,name,grouping,fav",
        ["https://forge.example/", "ana", "hunter2", "", "Forge", "Work", "0"]),
        f"this LastPass CSV file holds no one-time code: {WITHOUT}; {NO_COLUMN}")

# --- Dashlane's credentials, with the column of older and of newer versions.

DASHLANE = "username,username2,username3,title,password,note,url,category"
read("dashlane.csv", table(DASHLANE + ",otpSecret",
     ["ana", "ana2", "", "Forge", "hunter2", "", "https://forge.example", "Work", b32(K[6])],
     ["bob", "", "", "No code, \"yet\"", "hunter2", "a note about\nit", "", "", ""]),
     "Dashlane CSV", [entry(K[6], "Forge", "ana", tags=["Work"])], [WITHOUT])
read("dashlane-next.csv", table(DASHLANE + ",otpUrl,otpSecret",
     ["", "ana2", "", "Forge", "hunter2", "", "", "", uri(K[6], "Forge:ana", issuer="Forge", digits=8), b32(K[6])]),
     "Dashlane CSV", [entry(K[6], "Forge", "ana", digits=8, warnings=[
         IGNORED, "another field has the same secret with other parameters: compare a code with the old program"])])

# --- Proton Pass, 1Password 8, NordPass, RoboForm, Zoho Vault.

PROTON_NOTE = "Proton Pass's CSV leaves out the codes of extra fields: its JSON has them"
for name, header, mail in [("proton-pass.csv", "type,name,url,email,username,password,note,totp,createTime,modifyTime,vault", ["a@b.example"]),
                           ("proton-pass-next.csv", "type,name,url,autofillUrls,email,username,password,note,totp,createTime,modifyTime,vault", ["", "a@b.example"]),
                           ("proton-pass-old.csv", "type,name,url,username,password,note,totp,createTime,modifyTime,vault", [])]:
    login = ["login", "Forge", "https://forge.example", *mail, "ana", "hunter2", "", uri(K[7], "Forge:ana", issuer="Forge"), "1700000000", "1700000000", "Personal"]
    card = ["creditCard", "Card", "", *["" for _ in mail], "", "", '{"note":"a note about"}', "", "1700000000", "1700000000", "Personal"]
    bare = ["login", "Shop", "", *mail, "" if mail else "a@b.example", "hunter2", "", b32(K[8]), "1700000000", "1700000000", "Work"]
    read(name, table(header, login, card, bare, end="\r\n"), "Proton Pass CSV", [
        entry(K[7], "Forge", "ana", tags=["Personal"]), entry(K[8], "Shop", "a@b.example", tags=["Work"])], [WITHOUT, PROTON_NOTE])

read("1password.csv", table(
    "Title,Url,Username,Password,OTPAuth,Favorite,Archived,Tags,Notes",
    ["Forge", "https://forge.example", "ana", "hunter2", uri(K[9], "Forge:ana", issuer="Forge"), "true", "false", "work;ops", ""],
    ["Old", "", "bob", "hunter2", uri(K[10], "Old:bob", issuer="Old"), "false", "true", "", "a note about"],
    ["No code", "", "cat", "hunter2", "", "false", "false", "", ""]),
    "1Password CSV", [entry(K[9], "Forge", "ana", tags=["work", "ops"]), entry(K[10], "Old", "bob", warnings=["the item is archived"])],
    [WITHOUT, "1Password's CSV has one code of an item at most: its 1pux has them all"])

NORDPASS = ("name,url,additional_urls,username,password,note,cardholdername,cardnumber,cvc,pin,expirydate,zipcode,folder,full_name,phone_number,email,"
            "address1,address2,city,country,state,type,custom_fields")


def nordpass(name, user, note="", folder="", fields=""):
    return [name, "https://forge.example", "", user, "hunter2", note, *[""] * 6, folder, *[""] * 8, "password", fields]


read("nordpass.csv", table(
    NORDPASS,
    nordpass("Forge", "ana", folder="Work", fields='[{"label":"2FA","type":"text","value":"' + uri(K[11], "Forge:ana", issuer="Forge") + '"}]'),
    nordpass("Shop", "bob", note="a note about the shop:\n" + uri(K[12], "Shop:bob", issuer="Shop") + "\nhunter2"),
    nordpass("No code", "cat")),
    "NordPass CSV", [entry(K[11], "Forge", "ana", tags=["Work"]), entry(K[12], "Shop", "bob")], [WITHOUT, NO_COLUMN])

read("roboform.csv", "\ufeff" + table(
    "Name,Url,MatchUrl,Login,Pwd,Note,Folder,RfFieldsV2",
    ["Forge", "https://forge.example", "https://forge.example", "'@ana", "'@hunter2", "a note about it", "/Work/Ops",
     "User ID$,,,txt,'@ana", "Password$,,,pwd,hunter2", "TOTP KEY$,,,txt," + b32(K[13])],
    ["Shop", "https://shop.example", "", "bob", "hunter2", "", "", "TOTP KEY$,,,txt," + uri(K[14], "Smith, Sons:bob", issuer="Shop")],
    ["Bookmark", "https://mark.example", "", "", "", "", "", ""]),
    "RoboForm CSV", [entry(K[13], "Forge", "@ana", tags=["Work/Ops"]), entry(K[14], "Shop", "bob", alias="Smith, Sons",
         warnings=["the label and the `issuer` parameter name different issuers: the parameter's was taken"])], [WITHOUT])

read("zoho-vault.csv", table(
    "Password Name,Description,Password URL,SecretData,Notes,CustomData,Tags,Classification,Favorite,login_totp,Folder Name",
    ["Forge", "", "https://forge.example", "SecretType:Web Account\nUser Name:ana\nPassword:hunter2", "", "", "", "E", "0", uri(K[15], "", issuer="Forge"), "Work"]),
    "Zoho Vault CSV", [entry(K[15], "Forge", "ana", tags=["Work"])])

# --- extract_otp_secrets: its own CSV, and the ones for KeePass 2.

read("extract-otp-secrets.csv", table(
    "name,secret,issuer,type,counter,url",
    ["Forge:ana", b32(K[16]), "Forge", "totp", "", uri(K[16], "Forge:ana", issuer="Forge")],
    ["bob", b32(K[17]), "Bank", "hotp", "5", uri(K[17], "bob", counter=5, issuer="Bank").replace("totp", "hotp")],
    ["Shop:cat", b32(K[18]), "Shop", "hotp", "7", ""]),
    "extract_otp_secrets CSV", [
    entry(K[16], "Forge", "ana"), entry(K[17], "Bank", "bob", kind="hotp", counter=5), entry(K[18], "Shop", "cat", kind="hotp", counter=7)])
read("extract-otp-secrets-keepass.csv", table("Title,User Name,TimeOtp-Secret-Base32,Group", ["Forge", "ana", b32(K[16]), "OTP/TOTP"]),
     "extract_otp_secrets CSV for KeePass", [entry(K[16], "Forge", "ana", tags=["OTP/TOTP"])])
read("extract-otp-secrets-keepass-hotp.csv", table("Title,User Name,HmacOtp-Secret-Base32,HmacOtp-Counter,Group", ["Bank", "bob", b32(K[17]), "5", "OTP/HOTP"]),
     "extract_otp_secrets CSV for KeePass", [entry(K[17], "Bank", "bob", kind="hotp", counter=5, tags=["OTP/HOTP"])])

# --- Keeper and Enpass, without a header.

read("keeper.csv", table(
    "Work\\Ops,Forge,ana,hunter2,https://forge.example,a note about,,TFC:Keeper," + uri(K[19], "Forge:ana", issuer="Forge"),
    ["", "Shop", "bob", "hunter2", "", "", "Team", "Question", "hunter2", "TFC:Keeper", b32(K[20])],
    ["", "No code", "cat", "hunter2", "", ""], quoting=csv.QUOTE_ALL),
    "Keeper CSV", [entry(K[19], "Forge", "ana", tags=["Work/Ops"]), entry(K[20], "Shop", "bob", tags=["Team"])], [WITHOUT])
read("enpass.csv", table(
    "Title,Field,*Field",
    ["Forge", "Username", "ana", "E-mail", "a@b.example", "*Password", "hunter2", "Website", "https://forge.example", "*TOTP", b32(K[21]).lower(), "a note about"],
    ["Shop", "E-mail", "bob@b.example", "*Password", "hunter2", "One-time code", uri(K[22], "Shop:bob", issuer="Shop")],
    ["No code", "Username", "cat", "*Password", "hunter2", "TOTP", ""], quoting=csv.QUOTE_ALL),
    "Enpass CSV", [entry(K[21], "Forge", "ana"), entry(K[22], "Shop", "bob")], [WITHOUT])

# --- Browsers: no codes, unless somebody has put one into a note.

refused("chrome.csv", table("name,url,username,password,note", ["forge.example", "https://forge.example/", "ana", "hunter2", ""]),
        f"this Chrome CSV file holds no one-time code: {WITHOUT}; {NO_COLUMN}")
read("chrome-note.csv", table("name,url,username,password,note", ["forge.example", "https://forge.example/", "ana", "hunter2", "2FA: " + uri(K[23], "")],
                              ["shop.example", "https://shop.example/", "bob", "hunter2", ""]),
     "Chrome CSV", [entry(K[23], "forge.example", "ana")], [WITHOUT, NO_COLUMN])
refused("firefox.csv", table("url,username,password,httpRealm,formActionOrigin,guid,timeCreated,timeLastUsed,timePasswordChanged",
                             ["https://forge.example", "ana", "hunter2", "", "https://forge.example", "{0}", "1", "2", "3"], quoting=csv.QUOTE_ALL),
        f"this Firefox CSV file holds no one-time code: {WITHOUT}; {NO_COLUMN}")
refused("keepassxc-old.csv", table("Group,Title,Username,Password,URL,Notes", ["Root", "Forge", "ana", "hunter2", "", ""], quoting=csv.QUOTE_ALL),
        f"this KeePassXC CSV file holds no one-time code: {WITHOUT}; {NO_COLUMN}; versions of KeePassXC before 2.7 leave codes out of the CSV: export anew with a later one")

# --- Programs that nobody has thought of: what the columns are called decides.

ROW = ["hunter2", "Forge", uri(K[24], "Forge:ana", issuer="Forge"), "ana"]
for name, header, delimiter, end in [("semicolons", "Password,TITLE,TOTP,User Name", ";", "\r\n"), ("tabs", "pwd,name,totp,login", "\t", "\n"),
                                     ("bars", "Pass,Service,totp,e-mail", "|", "\n"), ("order", "password,item-name,ToTp,login_username", ",", "\r\n")]:
    read(f"csv-{name}.csv", table(header, ROW, delimiter=delimiter, end=end, quoting=csv.QUOTE_ALL if name == "order" else csv.QUOTE_MINIMAL),
         "CSV (column `totp`)", [entry(K[24], "Forge", "ana")])
read("csv-sep.csv", "sep=;\r\n" + table("Title,OTP", ["Forge", b32(K[24])], delimiter=";", end="\r\n"), "CSV (column `otp`)", [entry(K[24], "Forge")])
read("csv-parameters.csv", table(
    "issuer,account,secret,type,algorithm,digits,period,counter,tags",
    ["Forge", "ana", b32(K[25]), "TOTP", "SHA256", "8", "60", "", "a, b"],
    ["Bank", "bob", b32(K[26]), "HOTP", "", "", "", "9", ""],
    ["Game", "cat", b32(K[27]), "steam", "", "", "", "", ""],
    ["Odd", "dan", b32(K[28]), "totp", "SHA1", "six", "30", "", ""],
    ["Odder", "eve", b32(K[28]), "totp", "MD5", "6", "30", "", ""]),
    "CSV (column `secret`)", [
    entry(K[25], "Forge", "ana", algorithm="SHA256", digits=8, period=60, tags=["a", "b"]),
    entry(K[26], "Bank", "bob", kind="hotp", counter=9), entry(K[27], "Game", "cat", kind="steam"),
    skipped("Odd:dan", "its number of digits is not a whole number"),
    skipped("Odder:eve", "unknown algorithm `MD5`: one of SHA1, SHA256, SHA512 is needed")])
read("csv-rows.csv", "Title,Username,TOTP,Notes\n"
     f"Forge,ana,{b32(K[29])},\n"
     "\n , , , \n"
     f"Short,bob,{b32(K[30])}\n"
     f"Smith, Sons,cat,{b32(K[31])},\n"
     f"Smith, Sons,dan,{uri(K[32], 'Smith:dan', issuer='Smith')},\n"
     f"Trailing,eve,{b32(K[33])},,,\n"
     f"Two,fay,{b32(K[34])},see {uri(K[35], 'Second:fay', issuer='Second')}\n"
     f"Twice,gus,{b32(K[36])},{uri(K[36], 'Twice:gus', issuer='Twice')}\n",
     "CSV (column `totp`)", [
    entry(K[29], "Forge", "ana"),
    skipped("row 4", "has 3 of 4 cells"),
    skipped("row 5", "has 5 cells, and 4 columns are named: a comma in it may not be quoted"),
    entry(K[32], "Smith", "dan"),
    skipped("row 7", "has 6 cells, and 4 columns are named: a comma in it may not be quoted"),
    entry(K[34], "Two", "fay"), entry(K[35], "Second", "fay", name="Two Notes"),
    entry(K[36], "Twice", "gus")])
read("csv-uri-in-an-unknown-column.csv", table("Name;Key;Comment".replace(";", ","), ["Forge", uri(K[37], "ana"), "x"], ["Shop", "hunter2", ""], delimiter=";"),
     "CSV (no column for codes)", [entry(K[37], "Forge", "ana")], [WITHOUT, NO_COLUMN])
read("csv-latin1.csv", b"Title,Username,TOTP\nCaf\xe9,ana," + b32(K[38]).encode() + b"\n", "CSV (column `totp`)",
     [entry(K[38], "Caf\ufffd", "ana", warnings=["its row is not UTF-8: look at its names"])])
read("csv-open-quote.csv", f'Title,Username,TOTP,Notes\nForge,ana,{b32(K[39])},"a note about\nShop,bob,{b32(K[0])},\n', "CSV (column `totp`)",
     [entry(K[39], "Forge", "ana")], ["a quotation mark in it has no second one: look whether rows are missing"])
read("csv-short-secret.csv", table("Title,TOTP", ["Forge", "JBSWY3DPEHPK3PXQ"], ["Nobody", ""]), "CSV (column `totp`)",
     [entry(bytes.fromhex("48656c6c6f21deadbef0"), "Forge", warnings=[WEAK])], [WITHOUT])
refused("csv-without-rows.csv", "Title,URL,Username,Password,Notes,OTPAuth\r\n", "this Apple Passwords CSV file holds no one-time code")
