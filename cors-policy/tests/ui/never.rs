static IT: cors::Policy = cors::cors_policy!("never.yaml", environment = "staging");

fn main() {
    let _ = &IT;
}
