//! The rows of accounts, users, devices and recovery codes, guarded: none is believed unless its tag fits, none is written without one.
//!
//! The database file may be altered by a fault of the disk, or by somebody who can write it and has not the key ring. A
//! lowered floor of spent steps, a throttle set back or a device taken away would all let a code or a password in.

mod account;
mod device;
mod recovery_code;
mod user;

pub(super) use account::{account, insert_account, update_account};
pub(super) use device::{
    device, devices_of, insert_device, list_devices, open_key, open_seed, reassign_device, update_device,
};
pub(super) use recovery_code::{is_recovery_code, recovery_codes_of, replace_recovery_codes, spend_recovery_code};
pub(super) use user::{find_user, find_user_by_id, insert_user, list_users, update_user, user};
