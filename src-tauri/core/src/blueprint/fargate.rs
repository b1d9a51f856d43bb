//! The sizes that Fargate offers: the one home of this table.
//!
//! Source: `resourceRequirements` in the API reference of AWS Batch.

/// One number of vCPUs and the memories that go with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FargateSize {
    /// vCPUs as AWS writes them.
    pub vcpu: &'static str,
    /// The same in thousandths, to compare and add.
    pub milli_vcpu: u32,
    memory: Memory,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Memory {
    /// Just these, in MiB.
    Listed(&'static [u32]),
    /// From, to and in steps of so many MiB.
    Stepped(u32, u32, u32),
}

impl FargateSize {
    /// The size with so many vCPUs, however the number is written: `0.5`, `.5`, `1.0`.
    pub fn of(vcpu: &str) -> Option<&'static Self> {
        let number: f64 = vcpu.trim().parse().ok()?;
        FARGATE_SIZES.iter().find(|size| (number * 1000.0 - f64::from(size.milli_vcpu)).abs() < 0.5)
    }

    /// Whether this much memory, in MiB, goes with it.
    pub fn allows(&self, memory_mib: u32) -> bool {
        match self.memory {
            Memory::Listed(list) => list.contains(&memory_mib),
            Memory::Stepped(from, to, step) => {
                (from..=to).contains(&memory_mib) && (memory_mib - from).is_multiple_of(step)
            }
        }
    }

    /// Every memory, in MiB, smallest first.
    pub fn memories(&self) -> Vec<u32> {
        match self.memory {
            Memory::Listed(list) => list.to_vec(),
            Memory::Stepped(from, to, step) => (from..=to).step_by(step as usize).collect(),
        }
    }

    /// The memories in words: `2048 to 8192 MiB in steps of 1024`.
    pub fn memories_in_words(&self) -> String {
        match self.memory {
            Memory::Listed(list) => {
                let list: Vec<_> = list.iter().map(u32::to_string).collect();
                format!("{} MiB", list.join(", "))
            }
            Memory::Stepped(from, to, step) => format!("{from} to {to} MiB in steps of {step}"),
        }
    }

    /// The smallest memory that goes with it and is at least this much, else the largest.
    pub fn nearest_memory(&self, memory_mib: u32) -> u32 {
        let memories = self.memories();
        memories.iter().copied().find(|m| *m >= memory_mib).or(memories.last().copied()).unwrap_or(memory_mib)
    }
}

const fn size(vcpu: &'static str, milli_vcpu: u32, memory: Memory) -> FargateSize {
    FargateSize { vcpu, milli_vcpu, memory }
}

/// Every size, smallest first.
pub const FARGATE_SIZES: &[FargateSize] = &[
    size("0.25", 250, Memory::Listed(&[512, 1024, 2048])),
    size("0.5", 500, Memory::Stepped(1024, 4096, 1024)),
    size("1", 1000, Memory::Stepped(2048, 8192, 1024)),
    size("2", 2000, Memory::Stepped(4096, 16384, 1024)),
    size("4", 4000, Memory::Stepped(8192, 30720, 1024)),
    size("8", 8000, Memory::Stepped(16384, 61440, 4096)),
    size("16", 16000, Memory::Stepped(32768, 122_880, 8192)),
    size("32", 32000, Memory::Listed(&[61440, 122_880, 249_856])),
];

/// The memories, in MiB, that go with so many vCPUs; empty where Fargate has no such size.
pub fn memories_of(vcpu: &str) -> Vec<u32> {
    FargateSize::of(vcpu).map(FargateSize::memories).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// First, last and step of each row, as the API reference of AWS Batch lists them.
    const STEPPED: [(&str, u32, u32, u32); 6] = [
        ("0.5", 1024, 4096, 1024),
        ("1", 2048, 8192, 1024),
        ("2", 4096, 16384, 1024),
        ("4", 8192, 30720, 1024),
        ("8", 16384, 61440, 4096),
        ("16", 32768, 122_880, 8192),
    ];

    fn pair(vcpu: &str, memory: u32) -> bool {
        FargateSize::of(vcpu).is_some_and(|size| size.allows(memory))
    }

    #[test]
    fn pairs_from_the_api_reference() {
        for (vcpu, first, last, step) in STEPPED {
            assert!((first..=last).step_by(step as usize).all(|memory| pair(vcpu, memory)), "{vcpu}");
            for memory in [first - step, first + step / 2, last + step] {
                assert!(!pair(vcpu, memory), "{vcpu} {memory}");
            }
        }
        for (vcpu, memory) in
            [("0.25", 512), ("0.25", 1024), ("0.25", 2048), ("32", 61440), ("32", 122_880), ("32", 249_856)]
        {
            assert!(pair(vcpu, memory), "{vcpu} {memory}");
        }
        for (vcpu, memory) in [
            ("0.25", 1536),
            ("0.25", 4096),
            ("32", 65536),
            ("3", 8192),
            ("", 512),
            ("NaN", 512),
            ("-1", 2048),
        ] {
            assert!(!pair(vcpu, memory), "{vcpu} {memory}");
        }
    }

    #[test]
    fn a_number_is_known_however_it_is_written() {
        assert!(pair("1.0", 8192) && pair(" .5", 1024));
    }

    #[test]
    fn a_remedy_is_itself_allowed() {
        for size in FARGATE_SIZES {
            for wanted in [0, 511, 4000, 70_000, u32::MAX] {
                assert!(size.allows(size.nearest_memory(wanted)), "{} {wanted}", size.vcpu);
            }
            assert!(size.memories().into_iter().all(|memory| size.allows(memory)));
        }
    }
}
