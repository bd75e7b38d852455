static IT: cors::Policy = cors::cors_policy!("shop.yaml", "shop", "blog");

fn main() {
    let _ = &IT;
}
