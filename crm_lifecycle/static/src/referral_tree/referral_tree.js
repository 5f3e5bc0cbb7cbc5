import {DecisionTree} from "@crm_lifecycle/decision_tree/decision_tree";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

/**
 * Whom a customer brought, below them whom these brought, and so on; each opens the customer.
 *
 * It is walked by keys as the tree of who decides.
 */
export class ReferralTree extends DecisionTree {
    static template = "crm_lifecycle.ReferralTree";
}

export const referralTree = {
    component: ReferralTree,
    displayName: _t("Referral tree"),
    supportedTypes: ["json"],
};

registry.category("fields").add("lifecycle_referral_tree", referralTree);
