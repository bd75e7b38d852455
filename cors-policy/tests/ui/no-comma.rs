static IT: cors::Policy = cors::cors_policy!("shop.yaml" "shop");

fn main() {
    let _ = &IT;
}
