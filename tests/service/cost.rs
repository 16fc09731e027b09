//! What a login costs does not depend on how many users there are.

use std::sync::{Arc, Mutex};

use rusqlite::Connection;
use rusqlite::types::Null;
use vmfa::actions::Context;
use vmfa::actions::authenticate::{self, Demand, TypedCode};
use vmfa::entropy::SystemEntropy;
use vmfa::store::{Backend, Execute, Keep, Query, Row, Sqlite, Store, StoreError, Value};

use super::world::{World, caller, typed};

type Statements = Arc<Mutex<Vec<String>>>;

/// A database that notes each statement.
struct Noting {
    inner: Sqlite,
    statements: Statements,
}

struct NotingRead<'a> {
    inner: &'a mut dyn Query,
    statements: &'a Statements,
}

struct NotingWrite<'a> {
    inner: &'a mut dyn Execute,
    statements: &'a Statements,
}

impl Backend for Noting {
    fn read(&self, work: &mut dyn FnMut(&mut dyn Query)) -> Result<(), StoreError> {
        self.inner.read(&mut |inner| work(&mut NotingRead { inner, statements: &self.statements }))
    }

    fn write(&self, work: &mut dyn FnMut(&mut dyn Execute) -> Keep) -> Result<(), StoreError> {
        self.inner.write(&mut |inner| work(&mut NotingWrite { inner, statements: &self.statements }))
    }
}

impl Query for NotingRead<'_> {
    fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, StoreError> {
        self.statements.lock().unwrap().push(sql.to_owned());
        self.inner.query(sql, values)
    }
}

impl Query for NotingWrite<'_> {
    fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, StoreError> {
        NotingRead { inner: self.inner, statements: self.statements }.query(sql, values)
    }
}

impl Execute for NotingWrite<'_> {
    fn execute(&mut self, sql: &str, values: &[Value]) -> Result<usize, StoreError> {
        self.statements.lock().unwrap().push(sql.to_owned());
        self.inner.execute(sql, values)
    }
}

#[test]
fn every_statement_of_a_login_finds_its_rows_by_a_whole_key() {
    let world = World::new();
    let key = world.enrolled("alice");
    let statements = Statements::default();
    let backend = Noting { inner: world.sqlite(), statements: Arc::clone(&statements) };
    let cx = Context::new(Store::new(backend, world.keys()), Arc::clone(&world.clock), SystemEntropy);
    let caller = caller(&cx, &world.account);
    let verify = |code: &str| authenticate::verify_code(&caller, "alice", &TypedCode::parse(code).unwrap(), None);
    verify(&world.code(&key, 1)).unwrap();
    verify(&world.code(&key, 1)).unwrap_err();
    verify("ABCD-EFGH-IJKL-MNOP").unwrap_err();
    verify("123456 654321").unwrap_err();
    world.set_password(&"alice".parse().unwrap(), "correct Horse 7 battery");
    let password = typed("correct Horse 7 battery");
    let proof = authenticate::check_password(&caller, "alice", &password).unwrap();
    let code = TypedCode::parse(&world.code(&key, 1)).unwrap();
    authenticate::complete(&caller, proof, Some(&code), None, Demand::AsAccount).unwrap_err();

    let database = Connection::open(world.database()).unwrap();
    let statements = statements.lock().unwrap();
    let mut looked_at = 0;
    for sql in statements.iter().filter(|sql| !sql.starts_with("INSERT")) {
        let mut plan = database.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let nothing = vec![Null; plan.parameter_count()];
        let rows = plan.query_map(rusqlite::params_from_iter(nothing), |row| row.get::<_, String>(3)).unwrap();
        for detail in rows.map(Result::unwrap) {
            // An account's id is not a whole key but in its own table.
            let whole = !detail.contains("(account=?)");
            assert!(detail.starts_with("SEARCH") && whole, "{sql}\n{detail}");
            looked_at += 1;
        }
    }
    assert!(looked_at >= 20, "only {looked_at} look-ups were seen");
}

/// However many devices the user has, and however many users there are.
#[test]
fn a_try_of_a_code_reads_and_writes_one_row_of_the_user() {
    let world = World::new();
    let alice = world.user("alice");
    let keys: Vec<_> = (0..8).map(|number| world.enroll(&alice, &format!("device{number}")).1).collect();
    let statements = Statements::default();
    let backend = Noting { inner: world.sqlite(), statements: Arc::clone(&statements) };
    let cx = Context::new(Store::new(backend, world.keys()), Arc::clone(&world.clock), SystemEntropy);
    let caller = caller(&cx, &world.account);
    let code = TypedCode::parse(&world.code(&keys[5], 1)).unwrap();
    authenticate::verify_code(&caller, "alice", &code, None).unwrap();
    let statements = statements.lock().unwrap();
    let what: Vec<String> = statements
        .iter()
        .map(|sql| {
            let words: Vec<&str> = sql.split_whitespace().collect();
            let table = match words[0] {
                "SELECT" => words[words.iter().position(|word| *word == "FROM").unwrap() + 1],
                "INSERT" => words[2],
                _ => words[1],
            };
            format!("{} {table}", words[0])
        })
        .collect();
    let expected = [
        "SELECT accounts",
        "SELECT login_states",
        "SELECT audit_lanes",
        "UPDATE login_states",
        "INSERT audit",
        "UPDATE audit_lanes",
    ];
    assert_eq!(what, expected);
}
