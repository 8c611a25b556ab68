use pulp::Simd;

/// Numbers of the lanes.
const LANES: [u32; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

/// Adds the sum over each vector's lanes to a number: a power of two of them.
///
/// Two vectors are folded into one with half as many terms of each, lane by lane in turn, and so are the results,
/// until one vector has all sums: that is half as many instructions as one sum after the other.
#[inline(always)]
pub(super) fn add_sums<S: Simd, const COUNT: usize>(
    simd: S,
    vectors: [S::f32s; COUNT],
    totals: &mut [f32; COUNT],
) {
    if COUNT == 1 || COUNT > S::F32_LANES {
        for index in 0..COUNT {
            totals[index] += simd.reduce_sum_f32s(vectors[index]);
        }
        return;
    }
    let (mut sums, mut apart) = (of_four(simd, &vectors, 0), 4);
    if COUNT == 8 {
        sums = folded(simd, sums, of_four(simd, &vectors, 4), 4);
        apart = 8;
    }
    while apart < S::F32_LANES {
        sums = simd.add_f32s(sums, simd.rotate_right_f32s(sums, apart));
        apart *= 2;
    }
    let mut lanes = [0.0; LANES.len()];
    S::as_mut_simd_f32s(&mut lanes).0[0] = sums;
    for index in 0..COUNT {
        totals[index] += lanes[index];
    }
}

#[inline(always)]
fn of_four<S: Simd, const COUNT: usize>(
    simd: S,
    vectors: &[S::f32s; COUNT],
    first: usize,
) -> S::f32s {
    let ab = folded(simd, vectors[first], vectors[first + 1], 1);
    let cd = folded(simd, vectors[first + 2], vectors[first + 3], 1);
    folded(simd, ab, cd, 2)
}

/// Sums of lanes that lie so far apart, a power of two: those of `a` where the lane's number lacks that bit, those
/// of `b` where it has it.
#[inline(always)]
fn folded<S: Simd>(simd: S, a: S::f32s, b: S::f32s, apart: usize) -> S::f32s {
    let bit = simd.and_u32s(S::as_simd_u32s(&LANES).0[0], simd.splat_u32s(apart as u32));
    let own = simd.equal_u32s(bit, simd.splat_u32s(0));
    let (here, there) = (simd.select_f32s(own, a, b), simd.select_f32s(own, b, a));
    simd.add_f32s(here, simd.rotate_right_f32s(there, apart))
}

#[cfg(test)]
mod tests {
    use pulp::{Arch, WithSimd};

    use super::*;

    struct Sums<const COUNT: usize>;

    impl<const COUNT: usize> WithSimd for Sums<COUNT> {
        type Output = [f32; COUNT];

        fn with_simd<S: Simd>(self, simd: S) -> [f32; COUNT] {
            let values: Vec<f32> = (0..COUNT * S::F32_LANES).map(|k| (k * k) as f32).collect();
            let mut totals = [1.0; COUNT];
            let vectors = std::array::from_fn(|index| S::as_simd_f32s(&values).0[index]);
            add_sums(simd, vectors, &mut totals);
            let sums = values.chunks(S::F32_LANES).map(|part| part.iter().sum::<f32>() + 1.0);
            assert_eq!(totals.as_slice(), sums.collect::<Vec<_>>());
            totals
        }
    }

    #[test]
    fn each_vector_is_summed_to_its_own_number() {
        // The numbers are whole, so that any order gives the same sums.
        assert_eq!(Arch::new().dispatch(Sums::<8>).len(), 8);
        Arch::new().dispatch(Sums::<4>);
        Arch::new().dispatch(Sums::<1>);
        assert_eq!(pulp::Scalar::new().vectorize(Sums::<2>), [1.0, 2.0]);
    }
}
