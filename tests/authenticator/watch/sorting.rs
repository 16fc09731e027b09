//! The order of the rows.

use super::Window;
use super::home_with;

/// The labels from above to below, the selected one with its marker.
fn labels(screen: &str) -> Vec<String> {
    let rows = screen.lines().skip(1).take_while(|line| !line.is_empty());
    rows.map(|line| line.split("  ").find(|cell| !cell.is_empty()).unwrap().to_owned()).collect()
}

#[test]
fn one_key_goes_through_the_orders_and_the_selection_stays_on_its_entry() {
    let entries = ["db10:me", "나라:민수", "Éclair:me", "db2:me"].map(|label| (label.to_owned(), 30));
    let home = home_with(&entries);
    home.vmfa(&["code", "나라"]).ok();
    let window = Window::open_with(home, 80, 24, &["--sort", "use"], &[]);
    let screen = window.until(|screen| screen.contains("1-4 of 4, by use"));
    assert_eq!(labels(&screen), ["> 나라:민수", "db10:me", "Éclair:me", "db2:me"]);
    // What is used meanwhile moves nothing under the person's hands until they ask for the order.
    window.home.vmfa(&["code", "db2"]).ok();
    window.press(&["C-o"]);
    let screen = window.until(|screen| screen.contains("1-4 of 4\n"));
    assert_eq!(labels(&screen), ["db10:me", "> 나라:민수", "Éclair:me", "db2:me"]);
    window.press(&["F5"]);
    let screen = window.until(|screen| screen.contains("1-4 of 4, by name"));
    assert_eq!(labels(&screen), ["db2:me", "db10:me", "Éclair:me", "> 나라:민수"]);
    window.press(&["C-o"]);
    let screen = window.until(|screen| screen.contains("1-4 of 4, by use"));
    assert_eq!(labels(&screen), ["db2:me", "> 나라:민수", "db10:me", "Éclair:me"]);
}

#[test]
fn an_entry_that_is_added_meanwhile_takes_its_place_in_the_order() {
    let window = Window::open_with(home_with(&[("b:me".to_owned(), 30)]), 80, 24, &["--sort", "name"], &[]);
    window.until(|screen| screen.contains("> b:me"));
    window.home.add(crate::setup::SECRET, &["--issuer", "a", "--account", "me"]).ok();
    let screen = window.until(|screen| screen.contains("a:me"));
    assert_eq!(labels(&screen), ["a:me", "> b:me"]);
}
