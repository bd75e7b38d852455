static IT: cors::Policy = cors::cors_policy!("none.yaml");

fn main() {
    let _ = &IT;
}
