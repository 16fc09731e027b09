//! `age` opens what vmfa wrote, and vmfa opens what `age` wrote: nobody is locked in.

use std::fs;

use crate::setup::{Home, PASSPHRASE, SECRET, answer_hidden, oathtool, on_terminal, run, tool};

#[test]
fn age_alone_opens_both_files() {
    let home = Home::empty();
    home.locked(&["add", "--secret-file", "-", "--issuer", "GitHub", "--account", "alice"], SECRET).ok();
    home.decrypt_identity(PASSPHRASE);
    let vault = home.decrypt_vault(&home.path("key"));
    assert_eq!(vault["version"], 1);
    let entry = &vault["entries"][0];
    for (key, value) in
        [("issuer", "GitHub"), ("account", "alice"), ("type", "totp"), ("algorithm", "SHA1"), ("secret", SECRET)]
    {
        assert_eq!(entry[key], value, "{key}");
    }
    assert_eq!((&entry["digits"], &entry["period"]), (&6.into(), &30.into()));
}

#[test]
fn vmfa_opens_what_age_wrote() {
    let home = Home::empty();
    fs::create_dir_all(home.path("data/vault")).unwrap();
    fs::set_permissions(home.path("data/vault"), std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let recipient = keygen(&home, "key");

    let mut age = tool("age", "age");
    age.arg("-p").arg("-o").arg(home.vault("identity.age")).arg(home.path("key"));
    let mut session = on_terminal(age);
    session.exp_string("passphrase").unwrap();
    answer_hidden(&mut session, PASSPHRASE);
    session.exp_string("onfirm").unwrap();
    answer_hidden(&mut session, PASSPHRASE);
    session.exp_eof().unwrap();

    let json = format!(
        r#"{{"version":1,"recipient":"{recipient}","entries":[{{"id":"0123456789abcdef","type":"totp","algorithm":"SHA256",
        "digits":8,"period":60,"secret":"{SECRET}","created":1700000000,"issuer":"GitHub","account":"alice"}}]}}"#
    );
    let mut age = tool("age", "age");
    age.args(["-r", &recipient]).arg("-o").arg(home.vault("vault.age"));
    run(age, &json).ok();
    for name in ["identity.age", "vault.age"] {
        fs::set_permissions(home.vault(name), std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    }

    let code = home.locked(&["code", "github", "--at", "1700000000"], "").ok();
    assert_eq!(code, oathtool(&["--totp=sha256", "-d", "8", "-s", "60s", "-N", "@1700000000"], SECRET));
}

#[test]
fn further_recipients_open_and_change_the_vault_and_its_owner_still_opens_it() {
    let home = Home::with(&[&["--account", "first"]]);
    let recipient = keygen(&home, "other");
    home.write("data/vault/recipients.txt", format!("# the CI server\n\n{recipient}\n").as_bytes());

    // What was written before is not theirs.
    let other = home.path("other");
    let list = ["list", "--identity-file", other.to_str().unwrap()];
    assert!(home.vmfa(&list).failed(1).contains("not encrypted to this identity"));

    home.add(SECRET, &["--account", "second"]).ok();
    assert_eq!(home.decrypt_vault(&other)["entries"].as_array().unwrap().len(), 2);
    let add = ["add", "--secret-file", "-", "--account", "third", "--identity-file", other.to_str().unwrap()];
    home.vmfa_with(&add, SECRET).ok();
    assert_eq!(home.decrypt_vault(&home.path("key"))["entries"].as_array().unwrap().len(), 3);
    assert_eq!(home.vmfa(&list).ok().lines().count(), 3);

    let passphrase = ["passphrase", "--new-passphrase-file", "passphrase", "--identity-file", other.to_str().unwrap()];
    let mut command = home.command(&passphrase);
    command.current_dir(home.path(""));
    assert!(run(command, "").failed(1).contains("does not hold the vault's own identity"));
}

#[test]
fn a_bad_recipient_is_an_error_that_names_its_line_and_changes_nothing() {
    let home = Home::with(&[&["--account", "first"]]);
    let key = fs::read_to_string(home.path("key")).unwrap();
    let private = key.lines().find(|line| line.starts_with("AGE-SECRET-KEY-")).unwrap();
    // The likeliest mistake is to put the private key there.
    for (bad, line) in [("# mine\nalice\n", "line 2"), (private, "line 1"), ("age1xyz", "line 1")] {
        home.write("data/vault/recipients.txt", bad.as_bytes());
        let before = home.contents();
        let message = home.add(SECRET, &["--account", "second"]).failed(1);
        assert!(message.contains(line) && message.contains("recipients.txt"), "{message}");
        assert!(!message.contains(private), "{message}");
        assert_eq!(home.contents(), before);
    }
}

fn keygen(home: &Home, name: &str) -> String {
    let mut keygen = tool("age-keygen", "age");
    keygen.arg("-o").arg(home.path(name));
    run(keygen, "").ok();
    let mut public = tool("age-keygen", "age");
    public.arg("-y").arg(home.path(name));
    run(public, "").ok().trim().to_owned()
}
