//! Identifiers in AWS's shapes, made from the seed and a counter, so that a seed repeats a run exactly.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Where new identifiers come from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ids {
    /// The seed that tells one practice account from another.
    pub seed: u64,
    /// How many identifiers were made so far.
    pub made: u64,
}

impl Ids {
    /// Starts counting for a new account.
    pub const fn new(seed: u64) -> Self {
        Self { seed, made: 0 }
    }

    /// `prefix` and 17 hexadecimal digits: `vpc-0a1b2c3d4e5f67890`.
    pub fn ec2(&mut self, prefix: &str) -> String {
        let counter = self.next();
        ec2_id(self.seed, prefix, &counter)
    }

    /// `prefix` and 17 capitals and digits: `AROA…`, `AIDA…`.
    pub fn iam(&mut self, prefix: &str) -> String {
        let counter = self.next();
        iam_id(self.seed, prefix, &counter)
    }

    /// `xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx`.
    pub fn uuid(&mut self) -> String {
        let counter = self.next();
        uuid(self.seed, &counter)
    }

    /// So many hexadecimal digits (64 at most).
    pub fn hex(&mut self, digits: usize) -> String {
        let counter = self.next();
        let mut text = digest_hex(self.seed, &counter);
        text.truncate(digits);
        text
    }

    fn next(&mut self) -> String {
        self.made += 1;
        self.made.to_string()
    }
}

/// An EC2 identifier that depends on nothing but the seed and `of`: for what an account has from the start.
pub fn ec2_id(seed: u64, prefix: &str, of: &str) -> String {
    format!("{prefix}-0{}", &digest_hex(seed, &format!("{prefix}/{of}"))[..16])
}

/// An IAM identifier that depends on nothing but the seed and `of`.
pub fn iam_id(seed: u64, prefix: &str, of: &str) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let digest = digest(seed, &format!("{prefix}/{of}"));
    let tail: String = digest.iter().take(17).map(|b| char::from(ALPHABET[usize::from(b & 31)])).collect();
    format!("{prefix}{tail}")
}

/// A UUID-shaped identifier that depends on nothing but the seed and `of`.
pub fn uuid(seed: u64, of: &str) -> String {
    let h = digest_hex(seed, &format!("uuid/{of}"));
    format!("{}-{}-4{}-8{}-{}", &h[..8], &h[8..12], &h[12..15], &h[15..18], &h[18..30])
}

/// 64 hexadecimal digits that depend on nothing but the seed and `of`.
pub fn digest_hex(seed: u64, of: &str) -> String {
    digest(seed, of).iter().fold(String::with_capacity(64), |mut text, byte| {
        use std::fmt::Write;
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn digest(seed: u64, of: &str) -> [u8; 32] {
    Sha256::new().chain_update(seed.to_be_bytes()).chain_update(of.as_bytes()).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_its_identifiers_and_another_seed_does_not() {
        let (mut a, mut b, mut c) = (Ids::new(1), Ids::new(1), Ids::new(2));
        let first = a.ec2("vpc");
        assert_eq!(first, b.ec2("vpc"));
        assert_ne!(first, c.ec2("vpc"));
        assert_ne!(first, a.ec2("vpc"));
        assert_eq!(first.len(), "vpc-0a1b2c3d4e5f67890".len());
        assert_eq!(a.iam("AROA").len(), 21);
        assert_eq!(a.uuid().len(), 36);
    }
}
