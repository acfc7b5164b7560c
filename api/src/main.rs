//! The `devenir` executable.
fn main() {}
