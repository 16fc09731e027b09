use crate::authenticator::Entry;
use crate::otp::name;

/// The device that a query names, if it is a serial number.
pub(super) struct Device<'a> {
    serial: &'a str,
    /// The number of the AWS account and the device's name in it, if the serial number is the ARN of an MFA device.
    of_aws: Option<(&'a str, &'a str)>,
}

impl<'a> Device<'a> {
    /// `serial` is folded.
    pub(super) fn new(serial: &'a str) -> Self {
        let parts: Vec<&str> = serial.splitn(6, ':').collect();
        let of_aws = match parts.as_slice() {
            // The path between is not part of the device's name, which is its own in the AWS account without it.
            ["arn", _, "iam", "", owner, resource] => {
                resource.strip_prefix("mfa/").and_then(|path| path.rsplit('/').next()).map(|device| (*owner, device))
            }
            _ => None,
        };
        Self { serial, of_aws }
    }

    /// Whether it is an ARN, be it of a device or not.
    pub(super) fn is_arn(&self) -> bool {
        self.serial.starts_with("arn:")
    }

    /// Whether it is the entry's. Where the entry has no serial number, its account may say what an ARN does: AWS writes
    /// it as `DEVICE@ACCOUNT-NUMBER` into its QR codes where the AWS account has no alias, so that
    /// `arn:aws:iam::123456789012:mfa/alice` is `alice@123456789012`.
    pub(super) fn is_of(&self, entry: &Entry) -> bool {
        match (&entry.serial, self.of_aws) {
            (Some(serial), _) => name::same(serial, self.serial),
            (None, Some((owner, device))) => {
                let is_number = owner.len() == 12 && owner.bytes().all(|byte| byte.is_ascii_digit());
                let account = entry.key.account.rsplit_once('@');
                is_number && account.is_some_and(|(name, number)| number == owner && name::same(name, device))
            }
            (None, None) => false,
        }
    }
}
