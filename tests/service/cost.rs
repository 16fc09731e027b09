//! What a login costs does not depend on how many users there are.

use std::sync::{Arc, Mutex};

use rusqlite::Connection;
use rusqlite::types::Null;
use vmfa::actions::{Context, Password, authenticate, users};
use vmfa::entropy::SystemEntropy;
use vmfa::seal::KeyRing;
use vmfa::store::{Backend, Keep, Read, Row, Sqlite, Store, StoreError, Value, Write};

use super::world::World;

type Statements = Arc<Mutex<Vec<String>>>;

/// A database that notes each statement.
struct Noting {
    inner: Sqlite,
    statements: Statements,
}

struct NotingRead<'a> {
    inner: &'a mut dyn Read,
    statements: &'a Statements,
}

struct NotingWrite<'a> {
    inner: &'a mut dyn Write,
    statements: &'a Statements,
}

impl Backend for Noting {
    fn read(&self, work: &mut dyn FnMut(&mut dyn Read)) -> Result<(), StoreError> {
        self.inner.read(&mut |inner| work(&mut NotingRead { inner, statements: &self.statements }))
    }

    fn write(&self, work: &mut dyn FnMut(&mut dyn Write) -> Keep) -> Result<(), StoreError> {
        self.inner.write(&mut |inner| work(&mut NotingWrite { inner, statements: &self.statements }))
    }
}

impl Read for NotingRead<'_> {
    fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, StoreError> {
        self.statements.lock().unwrap().push(sql.to_owned());
        self.inner.query(sql, values)
    }
}

impl Read for NotingWrite<'_> {
    fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, StoreError> {
        NotingRead { inner: self.inner, statements: self.statements }.query(sql, values)
    }
}

impl Write for NotingWrite<'_> {
    fn execute(&mut self, sql: &str, values: &[Value]) -> Result<usize, StoreError> {
        self.statements.lock().unwrap().push(sql.to_owned());
        self.inner.execute(sql, values)
    }
}

#[test]
fn every_statement_of_a_login_finds_its_rows_by_a_whole_key() {
    let world = World::new();
    let key = world.enrolled("alice");
    let keys = KeyRing::load(&world.dir.path().join("verifier/keys")).unwrap().unwrap();
    let statements = Statements::default();
    let inner = Sqlite::open(&world.database()).unwrap();
    let backend = Noting { inner, statements: Arc::clone(&statements) };
    let cx = Context::new(Store::new(backend), keys, Arc::clone(&world.clock), SystemEntropy);
    let verify = |code: &str| authenticate::verify_code(&cx, &world.account, &world.origin, "alice", code, None);
    verify(&world.code(&key, 1)).unwrap();
    verify(&world.code(&key, 1)).unwrap_err();
    verify("ABCD-EFGH-IJKL-MNOP").unwrap_err();
    let password = || Password::new("correct Horse 7 battery".to_owned().into());
    users::set_password(&cx, &world.account, &world.origin, &"alice".parse().unwrap(), &password()).unwrap();
    let proof = authenticate::check_password(&cx, &world.account, &world.origin, "alice", &password()).unwrap();
    authenticate::sign_in(&cx, &world.origin, proof, Some(&world.code(&key, 1)), None).unwrap_err();

    let database = Connection::open(world.database()).unwrap();
    let statements = statements.lock().unwrap();
    let mut looked_at = 0;
    for sql in statements.iter().filter(|sql| !sql.starts_with("INSERT")) {
        let mut plan = database.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let nothing = vec![Null; plan.parameter_count()];
        let rows = plan.query_map(rusqlite::params_from_iter(nothing), |row| row.get::<_, String>(3)).unwrap();
        for detail in rows.map(Result::unwrap) {
            // An account's id is not a whole key but in its own table; a user's id is.
            let whole = !detail.contains("(account=?)");
            assert!(detail.starts_with("SEARCH") && whole, "{sql}\n{detail}");
            looked_at += 1;
        }
    }
    assert!(looked_at >= 20, "only {looked_at} look-ups were seen");
}
