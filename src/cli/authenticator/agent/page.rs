//! The one page of memory in which the agent holds what it must not lose.

use std::fmt;
use std::io;
use std::os::fd::AsFd;

use memmap2::MmapMut;
use zeroize::Zeroize;

use super::wire::{HEADER_BYTES, Status};

/// An identity, laid out as the answer that gives it away, so that it is nowhere else in the process: not on the stack,
/// not in a buffer. It is wiped when dropped.
pub(super) struct Page {
    memory: MmapMut,
    length: usize,
}

/// Whether the system has promised never to write the page to its swap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Swapping {
    /// It has.
    Never,
    /// It has not: the limit of locked memory is too low.
    Possible,
}

/// The longest identity that an answer carries. An X25519 identity has 74 bytes.
const MAX_BYTES: usize = u8::MAX as usize;

impl Page {
    /// Reads an identity from `source` to its end.
    pub(super) fn read_from(source: impl AsFd) -> io::Result<(Self, Swapping)> {
        let memory = MmapMut::map_anon(HEADER_BYTES + MAX_BYTES + 1)?;
        // Before the first byte arrives.
        let swapping = if memory.lock().is_ok() { Swapping::Never } else { Swapping::Possible };
        #[cfg(target_os = "linux")]
        memory.advise(memmap2::Advice::DontDump)?;
        let mut page = Self { memory, length: HEADER_BYTES };
        loop {
            let free = page.memory.get_mut(page.length..).unwrap_or_default();
            match rustix::io::read(&source, free) {
                Ok(0) => break,
                Ok(read) => page.length += read,
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
        page.seal()?;
        Ok((page, swapping))
    }

    /// The whole answer.
    pub(super) fn answer(&self) -> &[u8] {
        self.memory.get(..self.length).unwrap_or_default()
    }

    /// Writes the answer's beginning, once it is known how long the identity is.
    fn seal(&mut self) -> io::Result<()> {
        let length = u8::try_from(self.length - HEADER_BYTES).ok().filter(|length| *length > 0);
        let length = length.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))?;
        for (byte, value) in self.memory.iter_mut().zip(Status::Done.header(length)) {
            *byte = value;
        }
        Ok(())
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.memory.zeroize();
    }
}

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Page({} bytes)", self.length)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::os::unix::net::UnixStream;

    use super::*;

    fn page(text: &[u8]) -> io::Result<Page> {
        let (mut sender, receiver) = UnixStream::pair().unwrap();
        sender.write_all(text).unwrap();
        drop(sender);
        Page::read_from(receiver).map(|(page, _)| page)
    }

    #[test]
    fn what_is_read_is_laid_out_as_an_answer_and_not_shown() {
        let page = page(b"AGE-SECRET-KEY-1").unwrap();
        assert_eq!(page.answer(), b"\x01\x00\x10AGE-SECRET-KEY-1");
        assert_eq!(format!("{page:?}"), "Page(19 bytes)");
    }

    #[test]
    fn nothing_and_too_much_are_refused() {
        for length in [0, 256, 300, 5000] {
            assert_eq!(page(&vec![b'x'; length]).unwrap_err().kind(), io::ErrorKind::InvalidData, "{length} bytes");
        }
        assert_eq!(page(&[b'x'; 255]).unwrap().answer().len(), 258);
    }
}
