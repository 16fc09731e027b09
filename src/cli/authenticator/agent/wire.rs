//! What a command and the agent say to each other: one request, one answer, both short.
//!
//! A request is the version, a verb, and the SHA-256 of the vault's path: 34 bytes. An answer is the version, a status,
//! the length of what follows (one byte), and that: the identity's text, or nothing.

/// The version of requests and answers. Another one is refused by whoever reads it.
const VERSION: u8 = 1;

/// Which vault is meant: the SHA-256 of its absolute path.
pub(super) type Binding = [u8; 32];

pub(super) const REQUEST_BYTES: usize = 34;
pub(super) const HEADER_BYTES: usize = 3;

/// What an agent can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Request {
    /// The vault's identity.
    Identity,
    /// To forget it and to end.
    End,
}

/// What an answer begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// Done; what was asked for follows.
    Done,
    /// The request was not understood.
    NotUnderstood,
    /// The agent is another vault's.
    OtherVault,
}

impl Request {
    pub(super) fn encode(self, binding: &Binding) -> [u8; REQUEST_BYTES] {
        let verb = match self {
            Self::Identity => 1,
            Self::End => 2,
        };
        let mut bytes = [VERSION; REQUEST_BYTES];
        for (byte, value) in bytes.iter_mut().skip(1).zip(std::iter::once(&verb).chain(binding)) {
            *byte = *value;
        }
        bytes
    }

    /// The request that has arrived so far: `None` while there is too little of it, or the status that refuses it.
    pub(super) fn decode(bytes: &[u8], binding: &Binding) -> Option<Result<Self, Status>> {
        let (version, rest) = bytes.split_first()?;
        if *version != VERSION {
            // How long a request of another version is, only that version knows.
            return Some(Err(Status::NotUnderstood));
        }
        let (verb, path) = rest.split_first()?;
        let request = match verb {
            1 => Self::Identity,
            2 => Self::End,
            _ => return Some(Err(Status::NotUnderstood)),
        };
        match path.first_chunk::<32>() {
            None => None,
            Some(path) if path == binding => Some(Ok(request)),
            Some(_) => Some(Err(Status::OtherVault)),
        }
    }
}

impl Status {
    /// The beginning of an answer in which `length` bytes follow.
    pub(super) const fn header(self, length: u8) -> [u8; HEADER_BYTES] {
        let status = match self {
            Self::Done => 0,
            Self::NotUnderstood => 1,
            Self::OtherVault => 2,
        };
        [VERSION, status, length]
    }

    /// The status in an answer's beginning and how many bytes follow, or `None` if it is of another version.
    pub(super) const fn decode(header: [u8; HEADER_BYTES]) -> Option<(Self, u8)> {
        match header {
            [VERSION, 0, length] => Some((Self::Done, length)),
            [VERSION, 1, length] => Some((Self::NotUnderstood, length)),
            [VERSION, 2, length] => Some((Self::OtherVault, length)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Binding = [7; 32];

    #[test]
    fn a_request_is_34_bytes_and_is_known_as_soon_as_it_is_whole() {
        let mut bytes = vec![1, 2];
        bytes.extend(HERE);
        assert_eq!(Request::End.encode(&HERE).to_vec(), bytes);
        for length in 0..REQUEST_BYTES {
            assert_eq!(Request::decode(&bytes[..length], &HERE), None, "{length} bytes");
        }
        assert_eq!(Request::decode(&bytes, &HERE), Some(Ok(Request::End)));
        bytes[1] = 1;
        assert_eq!(Request::decode(&bytes, &HERE), Some(Ok(Request::Identity)));
    }

    #[test]
    fn another_version_verb_or_vault_is_refused() {
        assert_eq!(Request::decode(&[2], &HERE), Some(Err(Status::NotUnderstood)));
        assert_eq!(Request::decode(&[1, 0], &HERE), Some(Err(Status::NotUnderstood)));
        let other = Request::Identity.encode(&[8; 32]);
        assert_eq!(Request::decode(&other, &HERE), Some(Err(Status::OtherVault)));
    }

    #[test]
    fn an_answer_begins_with_version_status_and_length() {
        for (bytes, known) in [
            ([1, 0, 74], Some((Status::Done, 74))),
            ([1, 1, 0], Some((Status::NotUnderstood, 0))),
            ([1, 2, 0], Some((Status::OtherVault, 0))),
            ([2, 0, 0], None),
            ([1, 3, 0], None),
        ] {
            assert_eq!(Status::decode(bytes), known, "{bytes:?}");
            if let Some((status, length)) = known {
                assert_eq!(status.header(length), bytes);
            }
        }
    }
}
