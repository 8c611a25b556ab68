use pulp::Simd;

/// What a block's weights are multiplied with: `VECTORS` vectors at every position, of which a weight takes those
/// that lie so many positions from the block's first.
pub(super) trait Values<'a, S: Simd, const VECTORS: usize>: Copy {
    fn at(self, offset: u32) -> &'a [S::f32s; VECTORS];
}

/// Where a block is some of a position's values, or goes over several positions.
#[derive(Clone, Copy)]
pub(super) struct Strided<'a> {
    pub(super) values: &'a [f32],
    pub(super) start: usize,
    /// From one position to the next.
    pub(super) lanes: usize,
}

impl<'a> Strided<'a> {
    /// What a weight takes, in registers.
    #[inline(always)]
    pub(super) fn read<S: Simd, const VECTORS: usize>(self, offset: u32) -> [S::f32s; VECTORS] {
        *<Self as Values<'a, S, VECTORS>>::at(self, offset)
    }
}

impl<'a, S: Simd, const VECTORS: usize> Values<'a, S, VECTORS> for Strided<'a> {
    #[inline(always)]
    fn at(self, offset: u32) -> &'a [S::f32s; VECTORS] {
        vectors::<S, VECTORS>(self.values, self.start + offset as usize * self.lanes)
    }
}

/// Where a block is all of a position's values: places need no multiplication then, and only one comparison.
#[derive(Clone, Copy)]
pub(super) struct Whole<'a, S: Simd, const VECTORS: usize>(&'a [[S::f32s; VECTORS]]);

impl<'a, S: Simd, const VECTORS: usize> Whole<'a, S, VECTORS> {
    /// If they are.
    #[inline(always)]
    pub(super) fn of(Strided { values, start, lanes }: Strided<'a>) -> Option<Self> {
        let whole = lanes == VECTORS * S::F32_LANES && start % lanes == 0;
        whole.then(|| Self(S::as_simd_f32s(&values[start..]).0.as_chunks().0))
    }
}

impl<'a, S: Simd, const VECTORS: usize> Values<'a, S, VECTORS> for Whole<'a, S, VECTORS> {
    #[inline(always)]
    fn at(self, offset: u32) -> &'a [S::f32s; VECTORS] {
        &self.0[offset as usize]
    }
}

/// The values, or the floor where they are below it. What is no number stays so, with any instruction set.
#[inline(always)]
pub(super) fn at_least<S: Simd>(simd: S, floor: S::f32s, values: S::f32s) -> S::f32s {
    simd.select_f32s(simd.less_than_f32s(values, floor), floor, values)
}

/// `VECTORS` vectors from this place on.
#[inline(always)]
pub(super) fn vectors<S: Simd, const VECTORS: usize>(
    values: &[f32],
    start: usize,
) -> &[S::f32s; VECTORS] {
    let values = &values[start..start + VECTORS * S::F32_LANES];
    S::as_simd_f32s(values).0.try_into().expect("a slice of so many vectors")
}

/// `VECTORS` vectors from this place on.
#[inline(always)]
pub(super) fn vectors_mut<S: Simd, const VECTORS: usize>(
    values: &mut [f32],
    start: usize,
) -> &mut [S::f32s; VECTORS] {
    let values = &mut values[start..start + VECTORS * S::F32_LANES];
    S::as_mut_simd_f32s(values).0.try_into().expect("a slice of so many vectors")
}
