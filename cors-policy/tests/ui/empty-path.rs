static IT: cors::Policy = cors::cors_policy!("");

fn main() {
    let _ = &IT;
}
