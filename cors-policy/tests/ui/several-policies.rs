static IT: cors::Policy = cors::cors_policy!("shop.yaml");

fn main() {
    let _ = &IT;
}
