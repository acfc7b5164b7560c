//! Making roots and proofs: the recursive definitions of RFC 9162 2.1.1, 2.1.3.1 and 2.1.4.1.
//!
//! Each function below is one definition of the RFC, asked of anything that can give the hashes of
//! complete subtrees ([`Subtrees`]): memory, a table, tiles. It does not know how those are kept, and shares
//! no code with [`verify`](super::verify) but the node hash.
//!
//! ```text
//! a tree of 7          complete subtrees, (level, index)
//!        root
//!      /      \
//!    (2,0)     *       * is not complete: it is computed from (1,2) and (0,6) when asked for
//!    /  \     / \
//!  (1,0)(1,1)(1,2) \
//!   /\   /\   /\    \
//!  0  1 2  3 4  5    6
//! ```

use std::ops::Range;

use super::hash::{Hash, empty_root, node_hash};
use super::number::{Position, TreeSize};
use super::proof::{ConsistencyProof, InclusionProof, TreeHead};

/// Something that keeps, or can read, the hashes of a tree's complete subtrees.
pub trait Subtrees {
    /// Why a hash could not be had.
    type Error;

    /// The hash of the complete subtree over the `2^level` leaves that begin at `index * 2^level`.
    ///
    /// # Errors
    ///
    /// When those leaves are not all there, or the medium fails.
    fn subtree(&self, level: u8, index: u64) -> Result<Hash, Self::Error>;
}

/// The root hash of the first `size` leaves: `MTH(D[0:size])`.
///
/// # Errors
///
/// Whatever the source answers when a subtree is not to be had.
pub fn root<S: Subtrees>(source: &S, size: TreeSize) -> Result<Hash, S::Error> {
    if size.is_empty() { Ok(empty_root()) } else { tree_hash(source, 0..size.get()) }
}

/// Proves that the leaf at `position` stands in the tree of the first `size` leaves.
///
/// # Errors
///
/// [`ProveError::Beyond`] when the tree does not reach that position, or what the source answers.
pub fn prove_inclusion<S: Subtrees>(
    source: &S,
    position: Position,
    size: TreeSize,
) -> Result<InclusionProof, ProveError<S::Error>> {
    if !position.is_within(size) {
        return Err(ProveError::Beyond { position, size });
    }
    let mut path = Vec::new();
    inclusion_path(source, position.get(), 0..size.get(), &mut path).map_err(ProveError::Source)?;
    Ok(InclusionProof { position, path })
}

/// Proves that the tree of the first `new` leaves begins with the tree of the first `old`.
///
/// # Errors
///
/// [`ProveError::Sizes`] unless `0 < old <= new`, or what the source answers.
pub fn prove_consistency<S: Subtrees>(
    source: &S,
    old: TreeSize,
    new: TreeSize,
) -> Result<ConsistencyProof, ProveError<S::Error>> {
    if old.is_empty() || old > new {
        return Err(ProveError::Sizes { old, new });
    }
    let mut path = Vec::new();
    subproof(source, old.get(), 0..new.get(), true, &mut path).map_err(ProveError::Source)?;
    Ok(ConsistencyProof { path })
}

/// `MTH(D[range])`, for a range that is not empty.
fn tree_hash<S: Subtrees>(source: &S, range: Range<u64>) -> Result<Hash, S::Error> {
    if let Some((level, index)) = as_complete(&range) {
        return source.subtree(level, index);
    }
    let middle = split(&range);
    Ok(node_hash(&tree_hash(source, range.start..middle)?, &tree_hash(source, middle..range.end)?))
}

/// `PATH(m, D[range])`: the siblings from leaf `m` up to the root of the range.
fn inclusion_path<S: Subtrees>(
    source: &S,
    m: u64,
    range: Range<u64>,
    path: &mut Vec<Hash>,
) -> Result<(), S::Error> {
    // PATH(0, {d[0]}) = {}
    if range.end - range.start == 1 {
        return Ok(());
    }
    let middle = split(&range);
    if m < middle {
        // PATH(m, D_n) = PATH(m, D[0:k]) : MTH(D[k:n]) for m < k
        inclusion_path(source, m, range.start..middle, path)?;
        path.push(tree_hash(source, middle..range.end)?);
    } else {
        // PATH(m, D_n) = PATH(m - k, D[k:n]) : MTH(D[0:k]) for m >= k
        inclusion_path(source, m, middle..range.end, path)?;
        path.push(tree_hash(source, range.start..middle)?);
    }
    Ok(())
}

/// `SUBPROOF(m, D[range], b)`, where `m` is the *absolute* end of the older tree, and `b` says that the
/// older tree's hash over this range is its root, which the verifier knows.
fn subproof<S: Subtrees>(
    source: &S,
    m: u64,
    range: Range<u64>,
    b: bool,
    path: &mut Vec<Hash>,
) -> Result<(), S::Error> {
    if m == range.end {
        // SUBPROOF(m, D_m, true) = {} and SUBPROOF(m, D_m, false) = {MTH(D_m)}
        if !b {
            path.push(tree_hash(source, range)?);
        }
        return Ok(());
    }
    let middle = split(&range);
    if m <= middle {
        // SUBPROOF(m, D_n, b) = SUBPROOF(m, D[0:k], b) : MTH(D[k:n]) for m <= k
        subproof(source, m, range.start..middle, b, path)?;
        path.push(tree_hash(source, middle..range.end)?);
    } else {
        // SUBPROOF(m, D_n, b) = SUBPROOF(m - k, D[k:n], false) : MTH(D[0:k]) for m > k
        subproof(source, m, middle..range.end, false, path)?;
        path.push(tree_hash(source, range.start..middle)?);
    }
    Ok(())
}

/// Where a range of at least two leaves is split: after the largest power of two below its length.
const fn split(range: &Range<u64>) -> u64 {
    let half = (range.end - range.start - 1).ilog2();
    range.start + (1 << half)
}

/// The level and index of the complete subtree over exactly this range, if it is one.
///
/// The recursion splits at powers of two only, so a range of such a length always starts at a multiple
/// of it.
const fn as_complete(range: &Range<u64>) -> Option<(u8, u64)> {
    let length = range.end - range.start;
    if !length.is_power_of_two() {
        return None;
    }
    let level = length.trailing_zeros();
    Some((level as u8, range.start >> level))
}

/// Why a proof could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProveError<E> {
    /// The tree does not reach that position.
    #[error("position {position} is not in a tree of size {size}; ask for a tree of size {} or more", position.size_through())]
    Beyond {
        /// The position that was asked for.
        position: Position,
        /// The tree that was asked for.
        size: TreeSize,
    },
    /// The older tree is empty, or larger than the newer one.
    #[error(
        "no tree of size {new} can be proven to begin with one of size {old}: give sizes with 0 < old <= new"
    )]
    Sizes {
        /// The older tree's size.
        old: TreeSize,
        /// The newer tree's size.
        new: TreeSize,
    },
    /// The source of hashes answered with an error.
    #[error("a hash of the tree could not be read")]
    Source(#[source] E),
}

/// The head of the first `size` leaves, as the source has them.
///
/// # Errors
///
/// Whatever the source answers when a subtree is not to be had.
pub fn head<S: Subtrees>(source: &S, size: TreeSize) -> Result<TreeHead, S::Error> {
    Ok(TreeHead { size, root: root(source, size)? })
}
