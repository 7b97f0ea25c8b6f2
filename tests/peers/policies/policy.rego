# May this be activated or restored? Turnpike's rules in Rego.
#
# `input` holds the facts as they are in JSON. `data.settings` holds the operator's settings, `data.labels` their admin
# labels without space at the ends, in small letters, without empty ones. `decision` is all of the answer, its reasons as a
# set; `codes` is the set of the reasons' codes alone, empty when it is allowed.
package turnpike.activation

decision := {"allowed": count(reasons) == 0, "reasons": reasons, "grant": grant}

# What may be told, in the order of the rules: behind some of them nothing more.

reasons := {{"code": "instance-not-found", "params": {}}} if {
	unknown_ended_instance
} else := {{"code": "feature-not-found", "params": {}}} if {
	not offered
} else := {{"code": "mandate-not-found", "params": {}}} if {
	not member
} else := closed | {{"code": "not-admin", "params": {"adminLabels": data.settings.adminLabels}}} if {
	not admin
} else := closed | against

codes := {"instance-not-found"} if {
	unknown_ended_instance
} else := {"feature-not-found"} if {
	not offered
} else := {"mandate-not-found"} if {
	not member
} else := closed_codes | {"not-admin"} if {
	not admin
} else := closed_codes | against_codes

# The reasons with their parameters.

closed contains {"code": "mandate-closed", "params": {"system": input.mandate.isSystem, "disabled": disabled}} if {
	shut
	disabled := input.mandate.enabled == false
}

against contains {"code": "no-subscription", "params": {"latest": latest, "trialEndedAt": trial_ended_at}} if {
	no_subscription
}

against contains {"code": "plan-unknown", "params": {}} if plan_unknown

against contains {"code": "subscription-past-due", "params": {}} if past_due

against contains {"code": "billing-incomplete", "params": {"missing": missing}} if {
	incomplete
	missing := [gap | some gap in ["connection", "subscription", "item", "price", "difference", "currency"]; gap in gaps]
}

against contains {"code": "capacity-reached", "params": {"limit": limit, "used": used, "adding": input.adding}} if {
	full
	limit := subscription.plan.maxInstances
	used := input.mandate.counted
}

against contains {"code": "billing-out-of-sync", "params": {"confirmed": confirmed, "counted": counted}} if {
	out_of_sync
	confirmed := subscription.confirmedQuantity
	counted := subscription.billed
}

against contains {"code": "feature-misconfigured", "params": {}} if not admin_role

against contains {"code": "restore-expired", "params": {"endedAt": ended_at, "until": restorable_until}} if {
	restore_expired
	ended_at := input.restoring.endedAt
}

against contains {"code": "billing-unavailable", "params": {"since": subscription.inDoubtSince}} if in_doubt

against contains {"code": "billing-paused", "params": {}} if paused

against contains {"code": "too-many-waiting", "params": {"limit": data.settings.mostWaiting}} if queue_full

against contains {"code": "invoice-budget-used", "params": {"limit": limit, "retryAt": retry_at}} if {
	budget_used
	limit := data.settings.invoiceBudget
	retry_at := leaving[count(leaving) - invoice_room]
}

# The codes alone.

closed_codes contains "mandate-closed" if shut

against_codes contains "no-subscription" if no_subscription

against_codes contains "plan-unknown" if plan_unknown

against_codes contains "subscription-past-due" if past_due

against_codes contains "billing-incomplete" if incomplete

against_codes contains "capacity-reached" if full

against_codes contains "billing-out-of-sync" if out_of_sync

against_codes contains "feature-misconfigured" if not admin_role

against_codes contains "restore-expired" if restore_expired

against_codes contains "billing-unavailable" if in_doubt

against_codes contains "billing-paused" if paused

against_codes contains "too-many-waiting" if queue_full

against_codes contains "invoice-budget-used" if budget_used

# When each of them speaks against.

unknown_ended_instance if input.restoring.endedAt == null

unknown_ended_instance if {
	input.restoring.endedAt != null
	not member
}

offered if input.feature.category == "store"

member if input.mandate.membership.enabled

shut if input.mandate.isSystem

shut if input.mandate.enabled == false

no_subscription if count(in_force) == 0

plan_unknown if subscription.plan == null

past_due if {
	billable
	subscription.status == "PAST_DUE"
}

incomplete if {
	billable
	count(gaps) > 0
}

full if {
	subscription.plan.maxInstances != null
	input.mandate.counted + input.adding > subscription.plan.maxInstances
}

out_of_sync if {
	billable
	subscription.confirmedQuantity != null
	subscription.confirmedQuantity != subscription.billed
}

restorable_until := input.restoring.endedAt + data.settings.restoreWindow

restore_expired if input.now >= restorable_until

in_doubt if {
	billable
	subscription.inDoubtSince != null
	input.now - subscription.inDoubtSince > 30000
}

paused if {
	input.billingPaused
	billable
}

queue_full if {
	input.mandate.waiting >= data.settings.mostWaiting
	billable
}

budget_used if {
	data.settings.gate == "payment"
	billable
	count(leaving) >= invoice_room
}

# What the words mean.

admin if {
	some role in input.mandate.membership.roles
	role.ofMandate
	not role.ofInstance
	role.label != null
	is_admin_label(lower(trim_space(role.label)))
}

is_admin_label(label) if {
	data.settings.adminMatch == "exact"
	label in data.labels
}

is_admin_label(label) if {
	data.settings.adminMatch == "words"
	some word in regex.split(`[^\p{Alphabetic}\p{N}]+`, label)
	word in data.labels
}

is_admin_label(label) if {
	data.settings.adminMatch == "substring"
	some part in data.labels
	contains(label, part)
}

admin_role := [role | some role in input.feature.templateRoles; endswith(lower(role), "-admin")][0]

in_force := [place | some place, candidate in input.mandate.subscriptions; operative(candidate)]

subscription := input.mandate.subscriptions[in_force[0]]

operative(candidate) if {
	candidate.status in {"ACTIVE", "PAST_DUE", "TRIALING"}
	not candidate.startsAt > input.now
	not over(candidate.endsAt)
	not trial_over(candidate)
}

# `null` is before every number.
over(end) if {
	end != null
	end <= input.now
}

trial_over(candidate) if {
	candidate.status == "TRIALING"
	over(candidate.trialEndsAt)
}

latest_subscription := input.mandate.subscriptions[count(input.mandate.subscriptions) - 1]

default latest := null

latest := latest_subscription.status

default trial_ended_at := null

trial_ended_at := latest_subscription.trialEndsAt if trial_over(latest_subscription)

# `null` is not above zero, and of no plan there is no price.
billable if subscription.plan.price > 0

gaps contains "connection" if not input.billingConnected

gaps contains "subscription" if not subscription.hasStripeSubscription

gaps contains "item" if not subscription.hasStripeItem

gaps contains "price" if subscription.priceAtOdds

gaps contains "difference" if subscription.stripeDiffers

gaps contains "currency" if upper(subscription.plan.currency) != upper(data.settings.currency)

# When those invoices leave that still count, in order.
leaving := [leaves | some at in subscription.invoices; leaves := at + 86400000; leaves > input.now]

invoice_room := max([data.settings.invoiceBudget, 1])

# What follows.

default grant := null

grant := {"adminRole": admin_role, "subscription": in_force[0], "billing": duty} if count(reasons) == 0

duty := {"gated": {"quantity": input.mandate.counted + input.adding, "gate": data.settings.gate}} if {
	billable
} else := {"bestEffort": {"quantity": input.mandate.counted + input.adding}} if {
	subscription.hasStripeSubscription
	subscription.hasStripeItem
} else := "nothing"
