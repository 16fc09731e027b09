//! `doctor --server`: which answers it believes.

use serde_json::Value;

use super::{ASKED, check, date, report, server};
use crate::setup::{Done, Home};

/// The report, in JSON, of a server that answers so; and that nobody is told to set an offset.
fn doubted(answer: impl Fn(usize) -> String + Clone + Send + 'static) -> Value {
    let home = Home::with(&[&["--account", "alice"]]);
    let (url, served) = server(ASKED, answer.clone());
    let (said, exit) = report(&home, &["--server", &url]);
    served.join().unwrap();
    assert_eq!((exit, &said["clock_behind_by"], &said["clock_certain"]), (1, &Value::Null, &false.into()), "{said}");
    let (url, served) = server(ASKED, answer);
    let Done { stdout, stderr, .. } = home.vmfa(&["doctor", "--server", &url]);
    served.join().unwrap();
    assert!(stdout.contains("doubt clock of 127.0.0.1") && stdout.contains("it is not certain"), "{stdout}");
    assert!(stderr.contains("error: 1 of 7 checks gave no certain result"), "{stderr}");
    for text in [said.to_string(), stdout, stderr] {
        assert!(!text.contains("offset set"), "{text}");
    }
    said
}

/// What is said of the server.
fn of_server(said: &Value) -> &Value {
    said["checks"].as_array().unwrap().last().unwrap()
}

#[test]
fn an_answer_with_an_age_proposes_no_offset_be_its_date_kept_or_renewed() {
    for (age, off) in [("120", -120), ("120", 0), ("soon", -120)] {
        let said = doubted(move |_| {
            format!("HTTP/1.1 200 OK\r\nDate: {}\r\nAge: {age}\r\nX-Cache: HIT\r\nContent-Length: 0\r\n\r\n", date(off))
        });
        assert!(of_server(&said)["detail"].as_str().unwrap().contains("a cache has answered (`Age`)"), "{said}");
        assert_eq!(said["clock_answers"].as_array().unwrap().len(), ASKED);
        for answer in said["clock_answers"].as_array().unwrap() {
            let [least, most] = [0, 1].map(|end| answer["behind_by_ms"][end].as_i64().unwrap());
            assert!(
                least <= off * 1000 + 1000 && most >= off * 1000 - 1000 && answer["cached_by"] == "Age",
                "{answer}"
            );
        }
    }
}

#[test]
fn a_cache_without_an_age_is_known_by_what_it_says_of_itself() {
    for field in ["X-Cache: HIT from proxy", "Cache-Status: edge; hit"] {
        let said = doubted(move |_| format!("HTTP/1.0 200 OK\r\nDate: {}\r\n{field}\r\n\r\n", date(-300)));
        assert!(of_server(&said)["detail"].as_str().unwrap().contains("a cache has answered"), "{said}");
    }
}

#[test]
fn a_date_that_stands_still_is_a_contradiction_and_the_values_are_named() {
    let still = date(-120);
    let said = doubted(move |_| format!("HTTP/1.0 200 OK\r\nDate: {still}\r\nVia: 1.0 proxy\r\n\r\n"));
    let detail = of_server(&said)["detail"].as_str().unwrap();
    assert!(detail.contains("contradict each other") && detail.contains("behind by -1"), "{detail}");
}

#[test]
fn servers_behind_one_name_that_differ_are_a_contradiction() {
    let said = doubted(|number| {
        let off = if number == 1 { 60 } else { 0 };
        format!("HTTP/1.1 200 OK\r\nDate: {}\r\n\r\n", date(off))
    });
    assert!(of_server(&said)["detail"].as_str().unwrap().contains("contradict each other"), "{said}");
}

#[test]
fn an_answer_that_says_two_times_is_refused() {
    let home = Home::with(&[&["--account", "alice"]]);
    let (url, served) = server(1, |_| format!("HTTP/1.1 200 OK\r\nDate: {}\r\nDate: {}\r\n\r\n", date(0), date(300)));
    let (said, exit) = report(&home, &["--server", &url]);
    served.join().unwrap();
    assert!(exit == 1 && of_server(&said)["detail"].as_str().unwrap().contains("says several times"), "{said}");
}

#[test]
fn an_interim_answer_and_a_folded_date_are_read_as_http_means_them() {
    let home = Home::with(&[&["--account", "alice"]]);
    let (url, served) = server(ASKED, |_| {
        let hints = format!("HTTP/1.1 103 Early Hints\r\nDate: {}\r\nAge: 9\r\n\r\n", date(-4000));
        format!("{hints}HTTP/1.1 200 OK\nServer: x\n Age: 7\nDate:\n {}\n\n", date(40))
    });
    let (said, _) = report(&home, &["--server", &url]);
    served.join().unwrap();
    assert!((said["clock_behind_by"].as_i64().unwrap() - 40).abs() <= 1, "{said}");
    assert_eq!(check(&said, of_server(&said)["what"].as_str().unwrap())["result"], "wrong");
}
