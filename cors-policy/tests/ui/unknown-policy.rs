static IT: cors::Policy = cors::cors_policy!("shop.yaml", "sop");

fn main() {
    let _ = &IT;
}
