//! Whether a public point lies on its curve, which no backend tells before the first signature.
//!
//! A check of configuration, made once and on public values: plain arithmetic, neither fast nor
//! constant-time.

use super::Algorithm;

/// A curve `y² = x³ - 3x + b` over the integers modulo `p`, both big-endian.
///
/// Source: [FIPS 186-4](https://doi.org/10.6028/NIST.FIPS.186-4), D.1.2.3 and D.1.2.4.
struct Curve<const N: usize> {
    p: [u8; N],
    b: [u8; N],
}

const P256: Curve<32> = Curve {
    p: hex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff"),
    b: hex("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b"),
};

const P384: Curve<48> = Curve {
    p: hex(
        "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
    ),
    b: hex(
        "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef",
    ),
};

/// Whether `point`, without the byte for its form, is a public key of this algorithm.
///
/// Source: [RFC 8725 §3.4](https://www.rfc-editor.org/rfc/rfc8725#section-3.4).
pub(super) fn is_on_curve(algorithm: Algorithm, point: &[u8]) -> bool {
    match algorithm {
        Algorithm::ES256 => P256.contains(point),
        Algorithm::ES384 => P384.contains(point),
        _ => false,
    }
}

impl<const N: usize> Curve<N> {
    fn contains(&self, point: &[u8]) -> bool {
        let Some((x, y)) = point.split_first_chunk::<N>() else {
            return false;
        };
        let Ok(y) = <&[u8; N]>::try_from(y) else {
            return false;
        };
        if *x >= self.p || *y >= self.p {
            return false;
        }
        let triple = self.sum(x, &self.sum(x, x));
        let cube = self.product(x, &self.product(x, x));
        self.sum(&self.product(y, y), &triple) == self.sum(&cube, &self.b)
    }

    /// `a + b`, both below `p`.
    fn sum(&self, a: &[u8; N], b: &[u8; N]) -> [u8; N] {
        let mut sum = [0; N];
        let mut carry = 0;
        for place in (0..N).rev() {
            let [high, low] = (u16::from(a[place]) + u16::from(b[place]) + carry).to_be_bytes();
            sum[place] = low;
            carry = u16::from(high);
        }
        if carry == 0 && sum < self.p {
            return sum;
        }
        let mut borrow = 0;
        for place in (0..N).rev() {
            let part = i16::from(sum[place]) - i16::from(self.p[place]) - borrow;
            sum[place] = part.to_be_bytes()[1];
            borrow = i16::from(part < 0);
        }
        sum
    }

    /// `a * b`, both below `p`: doubled and added, bit by bit.
    fn product(&self, a: &[u8; N], b: &[u8; N]) -> [u8; N] {
        let mut product = [0; N];
        for bit in (0..N * 8).map(|bit| a[bit / 8] >> (7 - bit % 8) & 1) {
            product = self.sum(&product, &product);
            if bit == 1 {
                product = self.sum(&product, b);
            }
        }
        product
    }
}

/// Digits as the standard prints them.
const fn hex<const N: usize>(digits: &str) -> [u8; N] {
    const fn value(digit: u8) -> u8 {
        if digit.is_ascii_digit() { digit - b'0' } else { digit - b'a' + 10 }
    }
    let digits = digits.as_bytes();
    assert!(digits.len() == N * 2, "two digits for a byte");
    let mut bytes = [0; N];
    let mut place = 0;
    while place < N {
        bytes[place] = value(digits[place * 2]) << 4 | value(digits[place * 2 + 1]);
        place += 1;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::{Algorithm, Curve, P256, P384, hex, is_on_curve};

    /// The base points of the standard, and their neighbours.
    fn check<const N: usize>(algorithm: Algorithm, curve: &Curve<N>, x: [u8; N], y: [u8; N]) {
        let base = [x, y].concat();
        assert!(is_on_curve(algorithm, &base));
        for place in 0..base.len() {
            let mut beside = base.clone();
            beside[place] ^= 1;
            assert!(!is_on_curve(algorithm, &beside), "{place}");
        }
        assert!(!is_on_curve(algorithm, &base[1..]));
        assert!(!is_on_curve(algorithm, &[&base[..], &[0]].concat()));
        assert!(!is_on_curve(algorithm, &vec![0; 2 * N]), "the origin");
        assert!(!is_on_curve(algorithm, &[x, curve.p].concat()), "not reduced");
    }

    #[test]
    fn base_points_are_on_their_curves() {
        let x = hex("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296");
        let y = hex("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5");
        check(Algorithm::ES256, &P256, x, y);
        let x = hex(
            "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7",
        );
        let y = hex(
            "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f",
        );
        check(Algorithm::ES384, &P384, x, y);
        assert!(!is_on_curve(Algorithm::EdDSA, &[0; 32]), "another kind of curve");
    }
}
