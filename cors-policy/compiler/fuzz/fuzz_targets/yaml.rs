//! libFuzzer on the target `yaml` of `cors-fuzz`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| cors_fuzz::yaml::run(data));
