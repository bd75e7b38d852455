static IT: cors::Policy = cors::cors_policy!("several-faults.yaml");

fn main() {
    let _ = &IT;
}
