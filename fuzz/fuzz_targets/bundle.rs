//! Any bytes as: bundle. What must hold of them is `devenir_fuzz::bundle`.

#![no_main]

libfuzzer_sys::fuzz_target!(init: devenir_fuzz::seeds("bundle"), |bytes: &[u8]| devenir_fuzz::bundle(bytes));
