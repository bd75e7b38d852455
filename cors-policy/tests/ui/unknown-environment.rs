static IT: cors::Policy = cors::cors_policy!("shop.yaml", "shop", environment = "stagin");

fn main() {
    let _ = &IT;
}
