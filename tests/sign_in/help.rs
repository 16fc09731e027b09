//! What the program says of itself: its list of commands, each command's help, and the manual pages.

use std::fs;

use crate::home::{Home, end};

/// A group in `vmfa --help`: its title, and its commands with what is said of each.
type Group = (String, Vec<(String, String)>);

fn groups(help: &str) -> Vec<Group> {
    let (_, list) = help.split_once("<COMMAND>\n\n").unwrap();
    let (list, _) = list.split_once("\n\nOptions:\n").unwrap();
    let command = |line: &str| {
        let (name, about) = line.trim().split_once("  ").unwrap();
        (name.to_owned(), about.trim().to_owned())
    };
    let group = |text: &str| {
        let (title, lines) = text.split_once(":\n").unwrap();
        (title.to_owned(), lines.lines().map(command).collect())
    };
    list.split("\n\n").map(group).collect()
}

/// The commands in a cell of the README's table. `user create`, `list` are two of `user`; a `;` ends its row of them.
fn commands(cell: &str) -> Vec<String> {
    let named = |part: &str| -> Vec<String> { part.split('`').skip(1).step_by(2).map(str::to_owned).collect() };
    cell.split("; ")
        .flat_map(|part| match named(part) {
            names if names[0].contains(' ') => vec![names[0].split(' ').next().unwrap().to_owned()],
            names => names.iter().flat_map(|name| name.split(' ').map(str::to_owned)).collect(),
        })
        .collect()
}

#[test]
fn the_list_of_commands_has_the_groups_of_the_readme_in_its_order() {
    let readme = fs::read_to_string("README.md").unwrap();
    let (_, table) = readme.split_once("## Commands\n").unwrap();
    let rows = table.lines().skip_while(|line| !line.starts_with("|---")).skip(1).take_while(|line| !line.is_empty());
    let expected: Vec<(String, Vec<String>)> = rows
        .map(|row| row.trim_matches(['|', ' ']).split_once(" | ").unwrap())
        .map(|(title, cell)| (title.to_owned(), commands(cell)))
        .collect();
    let shown = groups(&Home::new().vmfa(&["--help"]).ok()).into_iter().map(|(title, commands)| {
        let names = commands.into_iter().map(|(name, _)| name).filter(|name| name != "help");
        (title.to_lowercase(), names.collect())
    });
    assert_eq!(shown.collect::<Vec<(String, Vec<String>)>>(), expected);
}

#[test]
fn every_way_to_ask_for_help_shows_the_list_and_a_command_has_its_own() {
    let home = Home::new();
    let listed = groups(&home.vmfa(&["--help"]).ok());
    for asked in [&["-h"][..], &["help"], &["--output", "json", "--help"]] {
        assert_eq!(groups(&home.vmfa(asked).ok()), listed, "{asked:?}");
    }
    let mut bare = home.command(&[]);
    let bare = bare.env_remove("VMFA_DATA_DIR").output().unwrap();
    assert_eq!(bare.status.code(), Some(2));
    assert_eq!(groups(&String::from_utf8(bare.stderr).unwrap()), listed);
    assert_eq!(home.vmfa(&["help", "device", "create"]).ok(), home.vmfa(&["device", "create", "--help"]).ok());
    assert!(!home.vmfa(&["device", "--help"]).ok().contains("Your codes:"));
    assert!(!home.data().exists());
}

#[test]
fn the_list_is_wrapped_in_a_narrow_terminal_and_has_colours_only_where_they_are_wanted() {
    let home = Home::new();
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let wide = home.vmfa(&["-h"]).ok();
    let mut command = home.command(&["-h"]);
    let narrow = String::from_utf8(command.env("COLUMNS", "60").output().unwrap().stdout).unwrap();
    assert!(narrow.lines().all(|line| line.len() <= 60) && narrow.lines().any(|line| line.len() > 50), "{narrow}");
    assert_eq!(words(&narrow), words(&wide));
    assert!(narrow.contains("\n\nYour users:\n  user  "), "{narrow}");
    let (shown, _) = end(home.on_terminal(&["--help"]));
    assert!(shown.contains("\u{1b}[1m\u{1b}[4mYour codes:\u{1b}[0m"), "{shown}");
    let mut command = home.command(&["--help"]);
    command.env("NO_COLOR", "1");
    let (plain, _) = end(rexpect::session::spawn_command(command, Some(60_000)).unwrap());
    assert!(plain.contains("Your codes:") && !plain.contains('\u{1b}'), "{plain}");
}

#[test]
fn what_the_program_starts_itself_with_is_not_offered_after_a_mistake() {
    let home = Home::new();
    let told = home.vmfa(&["--output", "json"]).failed(2);
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["error"]["code"], "usage", "{told}");
    for mistake in [&["--output", "text"][..], &["agen"], &["clear-clipboar"], &["complete-name"]] {
        let message = home.vmfa(mistake).failed(2);
        assert!(message.starts_with("error: ") && message.contains("subcommand"), "{message}");
        let names = ["agent", "clear-clipboard", "complete-names"];
        assert!(names.iter().all(|hidden| !message.contains(hidden)), "{message}");
    }
    assert!(home.vmfa(&["agen"]).failed(2).contains("'man'"));
}

#[test]
fn a_commands_own_help_and_page_begin_with_what_the_list_of_commands_says_of_it() {
    let home = Home::new();
    let pages = home.path("man");
    home.vmfa(&["man", "--out-dir", pages.to_str().unwrap()]).ok();
    let fish = home.vmfa(&["completions", "fish"]).ok();
    let listed: Vec<(String, String)> =
        groups(&home.vmfa(&["--help"]).ok()).into_iter().flat_map(|(_, commands)| commands).collect();
    assert!(listed.len() > 20, "{listed:?}");
    for (name, about) in listed.into_iter().filter(|(name, _)| name != "help") {
        let help = home.vmfa(&[&name, "--help"]).ok();
        assert!(help.starts_with(&about), "{name}: {about}: {help}");
        let page = fs::read_to_string(pages.join(format!("vmfa-{name}.1"))).unwrap();
        let page = page.replace("\\*(Aq", "'").replace('\\', "");
        assert!(page.contains(&format!("vmfa-{name} - {about}")), "{about}: {page}");
        // A quote within the text is written as another.
        let beginning = about.split(['\'', '`']).next().unwrap();
        assert!(fish.lines().any(|line| line.contains(&format!("-a \"{name}\" -d '{beginning}"))), "{name}: {about}");
    }
}
