//! Every endpoint once, held against async-stripe's full types, and recorded for the check against Stripe's OpenAPI
//! (`tests/stripe-sim-honesty`), which reads `target/tmp/stripe-sim-exchanges.jsonl`.

use std::path::Path;

use miniserde::json::from_str;
use stripe_billing::{Invoice, Subscription, SubscriptionItem};
use stripe_shared::{Customer, Event, Price, Product};
use stripe_sim::CardOutcome;

use crate::peer::{NEW_YEAR, Peer, quantity_form};

#[derive(miniserde::Deserialize)]
struct List<T> {
    data: Vec<T>,
}

#[tokio::test]
async fn full_types_parse_every_answer() {
    let recording = Path::new(env!("CARGO_TARGET_TMPDIR")).join("stripe-sim-exchanges.jsonl");
    // Absent on the first run.
    let _ = std::fs::remove_file(&recording);
    let peer = Peer::start().await;
    peer.sim.record_to(&recording).unwrap();
    let post = async |path: &str, form: &str| {
        let answer = peer.post(path, form, None).await;
        assert_eq!(answer.status, 200, "{path} {form}: {}", answer.text);
        answer.text
    };
    let get = async |path: &str| {
        let answer = peer.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        answer.text
    };

    let customer: Customer =
        from_str(&post("/v1/customers", "name=Alpha+AG&email=a@example.com&metadata[k]=v").await).unwrap();
    let product: Product = from_str(&post("/v1/products", "name=Feature+instance").await).unwrap();
    let form = format!("currency=chf&unit_amount=2950&product={}&recurring[interval]=month", product.id.as_str());
    let price: Price = from_str(&post("/v1/prices", &form).await).unwrap();
    let form = format!("customer={}&items[0][price]={}&items[0][quantity]=2", customer.id.as_str(), price.id.as_str());
    let created: Subscription = from_str(&post("/v1/subscriptions", &form).await).unwrap();
    assert_eq!(created.items.data[0].quantity, Some(2));

    let more = format!(
        "&proration_behavior=always_invoice&payment_behavior=error_if_incomplete&proration_date={NEW_YEAR}&off_session=true\
         &metadata[fi_op]=op_1&expand[]=latest_invoice"
    );
    let updated: Subscription = from_str(&post("/v1/subscriptions/sub_a", &quantity_form(3, &more)).await).unwrap();
    assert_eq!(updated.metadata["fi_op"], "op_1");
    let invoice = updated.latest_invoice.unwrap().into_object().unwrap();
    assert_eq!((invoice.amount_paid, invoice.lines.data.len()), (18_000, 2));
    let item: SubscriptionItem = from_str(&post("/v1/subscription_items/si_a", "quantity=4").await).unwrap();
    assert_eq!((item.quantity, item.current_period_start), (Some(4), NEW_YEAR));

    assert!(get("/v1/account").await.contains("\"acct_"));
    let form = "subscription=sub_a&subscription_details[items][0][id]=si_a&subscription_details[items][0][quantity]=0\
                &subscription_details[proration_behavior]=always_invoice";
    let preview: Invoice = from_str(&post("/v1/invoices/create_preview", form).await).unwrap();
    assert!(preview.total < 0, "a credit");

    peer.sim.card(None, CardOutcome::RequiresAction);
    let more = "&proration_behavior=always_invoice&payment_behavior=pending_if_incomplete";
    let pending: Subscription = from_str(&post("/v1/subscriptions/sub_a", &quantity_form(6, more)).await).unwrap();
    assert_eq!(pending.pending_update.unwrap().subscription_items.unwrap()[0].quantity, Some(6));
    let open = pending.latest_invoice.unwrap().into_id().unwrap().as_str().to_owned();
    let declined = peer.post(&format!("/v1/invoices/{open}/pay"), "", None).await;
    assert_eq!(declined.status, 402);
    let voided: Invoice = from_str(&post(&format!("/v1/invoices/{open}/void"), "").await).unwrap();
    assert_eq!(voided.id.unwrap().as_str(), open);
    peer.sim.card(None, CardOutcome::Ok);

    let _: Subscription =
        from_str(&get("/v1/subscriptions/sub_a?expand[]=latest_invoice&expand[]=customer").await).unwrap();
    let _: SubscriptionItem = from_str(&get("/v1/subscription_items/si_a").await).unwrap();
    let _: Invoice = from_str(&get(&format!("/v1/invoices/{open}")).await).unwrap();
    let _: Customer = from_str(&get(&format!("/v1/customers/{}", customer.id.as_str())).await).unwrap();
    let _: Product = from_str(&get(&format!("/v1/products/{}", product.id.as_str())).await).unwrap();
    let _: Price = from_str(&get(&format!("/v1/prices/{}?expand[]=product", price.id.as_str())).await).unwrap();
    let _: List<Subscription> =
        from_str(&get(&format!("/v1/subscriptions?price={}&limit=100", price.id.as_str())).await).unwrap();
    let _: List<SubscriptionItem> = from_str(&get("/v1/subscription_items?subscription=sub_a").await).unwrap();
    let _: List<Invoice> = from_str(&get("/v1/invoices?subscription=sub_a").await).unwrap();
    let events: List<Event> = from_str(&get("/v1/events?limit=100").await).unwrap();
    assert!(events.data.len() > 10);
    let _: Event = from_str(&get(&format!("/v1/events/{}", events.data[0].id.as_str())).await).unwrap();
    for refused in [peer.get("/v1/subscriptions/sub_x").await, peer.get("/v1/invoices/in_x").await] {
        assert_eq!(refused.status, 404);
    }
}
