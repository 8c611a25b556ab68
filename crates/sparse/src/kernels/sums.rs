use pulp::Simd;

/// The sum of each vector's values, in the order in which [`Simd::reduce_sum_f32s`] adds them up: halves, halves
/// of these, and so on. Four vectors are folded into one where the instruction set is known to have what that takes,
/// which is a third of the instructions.
#[inline(always)]
pub(super) fn totals<S: Simd>(simd: S, vectors: [S::f32s; 4]) -> [f32; 4] {
    #[cfg(target_arch = "x86_64")]
    {
        let any: &dyn std::any::Any = &simd;
        if let Some(&simd) = any.downcast_ref() {
            return x86::sums_of_16(simd, pulp::bytemuck::cast(vectors));
        }
        if let Some(&simd) = any.downcast_ref() {
            return x86::sums_of_8(simd, pulp::bytemuck::cast(vectors));
        }
    }
    let mut sums = [0.0; 4];
    for index in 0..4 {
        sums[index] = simd.reduce_sum_f32s(vectors[index]);
    }
    sums
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::{__m128, __m256, __m512};

    use pulp::cast;
    use pulp::x86::{V3, V4};

    /// Of vectors of 16 values.
    #[inline(always)]
    pub(super) fn sums_of_16(simd: V4, [a, b, c, d]: [__m512; 4]) -> [f32; 4] {
        let avx = simd.avx512f;
        // Lower and upper halves of two vectors, or the quarters that are next to each other in them.
        let ab = avx._mm512_add_ps(
            avx._mm512_shuffle_f32x4::<0b01_00_01_00>(a, b),
            avx._mm512_shuffle_f32x4::<0b11_10_11_10>(a, b),
        );
        let cd = avx._mm512_add_ps(
            avx._mm512_shuffle_f32x4::<0b01_00_01_00>(c, d),
            avx._mm512_shuffle_f32x4::<0b11_10_11_10>(c, d),
        );
        let all = avx._mm512_add_ps(
            avx._mm512_shuffle_f32x4::<0b10_00_10_00>(ab, cd),
            avx._mm512_shuffle_f32x4::<0b11_01_11_01>(ab, cd),
        );
        // Now each quarter belongs to one of them.
        let all = avx._mm512_add_ps(all, avx._mm512_permute_ps::<0b01_00_11_10>(all));
        let all = avx._mm512_add_ps(all, avx._mm512_permute_ps::<0b10_11_00_01>(all));
        let firsts = avx._mm512_set_epi32(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12, 8, 4, 0);
        cast!(avx._mm512_castps512_ps128(avx._mm512_permutexvar_ps(firsts, all)))
    }

    /// Of vectors of 8 values.
    #[inline(always)]
    pub(super) fn sums_of_8(simd: V3, [a, b, c, d]: [__m256; 4]) -> [f32; 4] {
        let sse = simd.sse;
        let [a, b, c, d] = [halves(simd, a), halves(simd, b), halves(simd, c), halves(simd, d)];
        let ab = sse._mm_add_ps(sse._mm_movelh_ps(a, b), sse._mm_movehl_ps(b, a));
        let cd = sse._mm_add_ps(sse._mm_movelh_ps(c, d), sse._mm_movehl_ps(d, c));
        cast!(sse._mm_add_ps(
            sse._mm_shuffle_ps::<0b10_00_10_00>(ab, cd),
            sse._mm_shuffle_ps::<0b11_01_11_01>(ab, cd),
        ))
    }

    /// Both halves of a vector, added up.
    #[inline(always)]
    fn halves(simd: V3, vector: __m256) -> __m128 {
        let (lower, upper) =
            (simd.avx._mm256_castps256_ps128(vector), simd.avx._mm256_extractf128_ps::<1>(vector));
        simd.sse._mm_add_ps(lower, upper)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulp::{Arch, WithSimd};

    use super::*;

    struct Both<'a>(&'a [f32]);

    impl WithSimd for Both<'_> {
        type Output = [[u32; 4]; 2];

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) -> Self::Output {
            let vectors: &[[S::f32s; 4]] = S::as_simd_f32s(self.0).0.as_chunks().0;
            let singly = vectors[0].map(|vector| simd.reduce_sum_f32s(vector));
            [totals(simd, vectors[0]), singly].map(|totals| totals.map(f32::to_bits))
        }
    }

    proptest! {
        #[test]
        fn bits_are_those_of_single_sums(values in prop::collection::vec(-1e3..1e3f32, 64)) {
            let [together, singly] = Arch::new().dispatch(Both(&values));
            prop_assert_eq!(together, singly);
            #[cfg(target_arch = "x86_64")]
            if let Some(simd) = pulp::x86::V3::try_new() {
                let [together, singly] = Simd::vectorize(simd, Both(&values));
                prop_assert_eq!(together, singly);
            }
        }
    }
}
