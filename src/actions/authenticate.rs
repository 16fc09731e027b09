//! The one login: a password, then a code of any of the user's devices, two codes in a row, or a recovery code, and each
//! code once.
//!
//! Whatever front end asks, what a code is worth is decided here, inside the write transaction that also records it:
//! of two requests at the same instant one comes second and finds the step spent.

mod password;
mod pending;
mod proof;
mod second_factor;
mod sign_in;
mod typed_code;

pub use password::{PasswordProof, check_password};
pub use proof::{MfaMethod, MfaProof};
pub use sign_in::{Demand, SignIn, complete, login, verify_code};
pub use typed_code::TypedCode;
