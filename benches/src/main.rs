//! Devenir's budgets (DESIGN 6), measured side by side in one run and printed as ratios.
fn main() {}
