//! libFuzzer on the target `decide` of `cors-fuzz`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| cors_fuzz::decide::run(data));
