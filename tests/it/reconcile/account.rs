//! Another account of the provider: reported only, until somebody says that it is this one now.

use super::{SUB_PAID, agreed, done, reconcile, set};
use crate::{done_right::on_both_engines, engines::TestDatabase, world::PAID};

on_both_engines!(with_another_account_nothing_is_repaired_until_confirm);

async fn with_another_account_nothing_is_repaired_until_confirm(database: &TestDatabase) {
    let scene = agreed(database).await;
    set(&scene, SUB_PAID, 3);
    scene.sim.account("acct_another");
    for arguments in [vec![], vec!["--dry-run"], vec!["--mandate", PAID]] {
        let (code, review) = reconcile(&scene.setup, &arguments);
        assert_eq!((code, scene.billed(PAID)), (1, 3), "{review:#}");
        assert!(done(&review, PAID).contains("another account"), "{review:#}");
    }
    assert_eq!(reconcile(&scene.setup, &["--confirm"]).0, 0);
    assert_eq!(scene.billed(PAID), 2);
    set(&scene, SUB_PAID, 2);
    assert_eq!(reconcile(&scene.setup, &[]).0, 0, "it is this one now");
}
