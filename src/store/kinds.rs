//! All kinds of records that belong to an account, listed once: whoever looks at every record cannot leave one out.

use super::{Record, StoreError};
use crate::directory::{Account, KeptDevice, KeptRecoveryCode, LoginState, SeedClaim, User};

/// Something that is done with each kind of record.
pub trait EachKind {
    /// Does it with the records of this kind.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    fn kind<R: Record>(&mut self) -> Result<(), StoreError>;

    /// Does it with all of them.
    ///
    /// # Errors
    /// As for [`kind`](Self::kind).
    fn all(&mut self) -> Result<(), StoreError> {
        self.kind::<Account>()?;
        self.kind::<User>()?;
        self.kind::<LoginState>()?;
        self.kind::<KeptDevice>()?;
        self.kind::<SeedClaim>()?;
        self.kind::<KeptRecoveryCode>()
    }
}
