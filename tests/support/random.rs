//! Numbers that look random and are the same in every run, so that a failure can be repeated.

/// xorshift64*; the seed is part of the test.
pub struct Random(u64);

impl Random {
    /// Any seed but zero.
    pub fn seeded(seed: u64) -> Self {
        assert_ne!(seed, 0, "xorshift stays at zero");
        Self(seed)
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        (self.bits() % end as u64) as usize
    }

    /// One of `choices`.
    pub fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }
}
