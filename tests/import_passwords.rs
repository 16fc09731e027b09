//! The tables and archives of password managers, as they vary and as hostile hands make them.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fmt::Write as _;

use vmfa::authenticator::import::{Found, Import, ImportError, Opened, open};

/// Throw-away secrets, and in hexadecimal what Python's base64 module makes of the first one.
const SECRET: &str = "MGTPI7XWG6Q6CJ7OLDLOTKRLOYGUJYZK";
const SECRET_HEX: &str = "61a6f47ef637a1e127ee58d6e9aa2b760d44e32a";

/// Headers of programs, and a row of each whose code is `SECRET`. No other cell may pass for it.
const TABLES: [(&str, &str); 7] = [
    ("Title,URL,Username,Password,Notes,OTPAuth", "Forge,https://forge.example,ana,hunter,a note,SECRET"),
    ("url,username,password,totp,extra,name,grouping,fav", "https://forge.example,ana,hunter,SECRET,,Forge,Work,0"),
    (
        "username,username2,username3,title,password,note,url,category,otpSecret",
        "ana,,,Forge,hunter,,https://forge.example,Work,SECRET",
    ),
    (
        "type,name,url,email,username,password,note,totp,createTime,modifyTime,vault",
        "login,Forge,,ana@b.example,ana,hunter,,SECRET,1,2,Personal",
    ),
    (
        "folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp",
        "Work,,login,Forge,,,0,https://forge.example,ana,hunter,SECRET",
    ),
    ("Group,Title,Username,Password,URL,Notes,TOTP,Icon,Last Modified,Created", "Root,Forge,ana,hunter,,,SECRET,0,1,2"),
    ("service,account,password,2FA secret", "Forge,ana,hunter,SECRET"),
];

fn read(bytes: &[u8]) -> Result<Import, ImportError> {
    let Opened::Plain(import) = open(bytes)? else { panic!("it is locked") };
    Ok(import)
}

fn secrets(import: &Import) -> Vec<String> {
    let entries = import.found.iter().filter_map(|found| match found {
        Found::Entry(imported) => Some(imported.new.key.secret.as_bytes()),
        Found::Skipped(_) => None,
    });
    let hex = |bytes: &[u8]| {
        bytes.iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        })
    };
    entries.map(hex).collect()
}

/// A table of these rows, whose cells are rotated by some places.
fn table(rows: &[Vec<&str>], by: usize, delimiter: &str, end: &str, quote: &str) -> String {
    let row = |row: &Vec<&str>| {
        let mut cells: Vec<String> = row.iter().map(|cell| format!("{quote}{cell}{quote}")).collect();
        cells.rotate_left(by);
        cells.join(delimiter) + end
    };
    rows.iter().map(row).collect()
}

#[test]
fn a_table_says_the_same_in_any_order_of_its_columns_with_any_separators_and_ends_of_lines() {
    for (header, row) in TABLES {
        let row = row.replace("SECRET", SECRET);
        for header in [header.to_owned(), header.to_uppercase(), header.replace(' ', "_")] {
            let rows: Vec<Vec<&str>> = [&header, &row].map(|row| row.split(',').collect()).to_vec();
            for by in 0..rows[0].len() {
                for (delimiter, end, quote) in
                    [(",", "\n", ""), (",", "\r\n", "\""), (";", "\r\n", ""), ("\t", "\n", "\""), ("|", "\r\n", "")]
                {
                    let text = table(&rows, by, delimiter, end, quote);
                    let import = read(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}"));
                    assert_eq!(secrets(&import), [SECRET_HEX], "{text}");
                    let Found::Entry(entry) = &import.found[0] else { panic!("{text}") };
                    assert_eq!(entry.new.key.label(), "Forge:ana", "{text}");
                }
            }
        }
    }
}

#[test]
fn a_comma_that_is_not_quoted_never_makes_a_password_a_secret() {
    for (header, row) in TABLES {
        let cells: Vec<&str> = row.split(',').collect();
        for at in 0..cells.len() {
            // Each word is base32 by itself.
            let cells: Vec<&str> =
                cells.iter().enumerate().map(|(index, cell)| if index == at { "one,two" } else { cell }).collect();
            let text = format!("{header}\n{}\n", cells.join(",").replace("SECRET", SECRET));
            let import = read(text.as_bytes()).unwrap();
            let [Found::Skipped(skipped)] = import.found.as_slice() else { panic!("{text}: {import:?}") };
            assert_eq!(skipped.label, "row 2");
            assert!(skipped.reason.contains("a comma in it may not be quoted"), "{}", skipped.reason);
        }
    }
}

#[test]
fn what_a_table_holds_of_others_is_not_read_and_never_shown() {
    let text =
        format!("Title,Username,Password,Notes,TOTP\nForge,ana,hunter2,a note about it,{SECRET}\nShop,bob,hunter2\n");
    let said = format!("{:?}", read(text.as_bytes()).unwrap());
    assert!(!said.contains("hunter2") && !said.contains("a note about") && !said.contains(SECRET), "{said}");
}

#[test]
fn a_hostile_archive_costs_no_more_than_an_honest_one() {
    // Records of files in the list, as many as there is room for, and the end of the list that says so.
    let mut list = [b"PK\x03\x04".as_slice(), &[0; 26]].concat();
    let start = list.len();
    let record = [b"PK\x01\x02".as_slice(), &[0; 42]].concat();
    let count = 100_001_u64;
    for _ in 0..count {
        list.extend(&record);
    }
    let size = (list.len() - start) as u64;
    let at = list.len() as u64;
    list.extend(b"PK\x06\x06");
    list.extend(44_u64.to_le_bytes());
    list.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    for number in [count, count, size, start as u64] {
        list.extend(number.to_le_bytes());
    }
    list.extend(b"PK\x06\x07\0\0\0\0");
    list.extend(at.to_le_bytes());
    list.extend(1_u32.to_le_bytes());
    list.extend(b"PK\x05\x06\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0");
    let error = open(&list).unwrap_err();
    assert_eq!(error.to_string(), "this zip file is damaged: its list names more than 100000 files");
    // The marks of lists' ends without a list.
    for filler in [b"PK\x05\x06".as_slice(), b"PK\x06\x06", b"PK\x06\x07"] {
        let ends = [b"PK\x03\x04".as_slice(), &filler.repeat(1 << 20)].concat();
        assert!(matches!(open(&ends), Err(ImportError::Damaged { .. })));
    }
}

#[test]
fn nesting_without_end_is_refused_in_each_of_the_forms() {
    let arrays = "[".repeat(4 << 20);
    let objects = "{\"a\":".repeat(1 << 20);
    for before in [
        "{\"vaults\":{\"v\":{\"items\":[{\"data\":",
        "{\"folders\":[],\"items\":[{\"uuid\":\"u\",\"template_type\":\"login\",\"fields\":",
        "{\"items\":[{\"create_date\":\"\",\"type\":\"totp\",\"name\":",
        "{\"records\":[{\"title\":\"t\",\"$type\":\"login\",\"custom_fields\":{\"$oneTimeCode::1\":",
    ] {
        for nested in [&arrays, &objects] {
            let error = open(format!("{before}{nested}").as_bytes()).unwrap_err();
            assert!(matches!(error, ImportError::Damaged { .. }), "{before}: {error}");
        }
    }
    let folders = "{\"name\":\"a\",\"items\":[],\"folders\":[".repeat(1 << 18);
    assert!(matches!(open(folders.as_bytes()), Err(ImportError::Damaged { .. })));
    let groups = format!("<KeePassFile><Root>{}", "<Group>".repeat(1 << 20));
    assert!(matches!(open(groups.as_bytes()), Err(ImportError::Damaged { .. })));
}

#[test]
fn one_long_name_for_many_entries_is_cut() {
    let vault = "v".repeat(1 << 20);
    let item = format!("{{\"data\":{{\"metadata\":{{\"name\":\"n\"}},\"content\":{{\"totpUri\":\"{SECRET}\"}}}}}}");
    let items = vec![item.as_str(); 10_000].join(",");
    let import =
        read(format!("{{\"vaults\":{{\"v\":{{\"name\":\"{vault}\",\"items\":[{items}]}}}}}}").as_bytes()).unwrap();
    assert_eq!(import.found.len(), 10_000);
    let longest = import.found.iter().filter_map(|found| match found {
        Found::Entry(imported) => imported.new.tags.iter().map(String::len).max(),
        Found::Skipped(_) => None,
    });
    assert_eq!(longest.max(), Some(200));
}
